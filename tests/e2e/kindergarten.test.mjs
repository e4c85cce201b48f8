// The page of a kindergarten: what a parent compares before anything is held.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fitForAll } from "./steps.mjs";
import { freshPage, launchBrowser, open, startServer } from "./support.mjs";

let server;
let browser;
let garden;

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
  const { items } = await (await fetch(`${server.url}/v1/vacancies`)).json();
  garden = await (await fetch(`${server.url}/v1/kindergartens/${items[0].kindergarten_id}`)).json();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

test("из списка мест на страницу сада: адрес, телефон, карты, группы и места", async () => {
  const { page, context, trouble } = await freshPage(browser);
  await open(page, `${server.url}/places`);
  await page.getByRole("link", { name: garden.name.ru }).first().click();
  await page.getByRole("heading", { level: 1, name: garden.name.ru }).waitFor();
  assert.equal(new URL(page.url()).pathname, `/kindergartens/${garden.id}`);
  const main = page.locator("main");
  await main.getByText(garden.address.ru).waitFor();
  const { latitude, longitude } = garden.coordinates;
  const links = await main.getByRole("link").evaluateAll((all) => all.map((link) => link.href));
  for (const wanted of [
    `tel:${garden.phone.replaceAll(" ", "")}`, `geo:${latitude},${longitude}?q=${latitude},${longitude}`,
    `https://2gis.kz/geo/${longitude},${latitude}`,
  ]) {
    assert.ok(links.includes(wanted), `${wanted} among ${links.join(" ")}`);
  }
  assert.equal(await main.locator("li.place").count(), garden.groups.length);
  // Nothing of a map is fetched from anywhere.
  assert.equal(await page.locator("main img, main iframe").count(), 0);
  assert.deepEqual(trouble, []);
  await context.close();
});

test("расстояние — только если поделились местоположением", async () => {
  const { latitude, longitude } = garden.coordinates;
  const { page, context } = await freshPage(browser, {
    permissions: ["geolocation"], geolocation: { latitude: latitude + 0.01, longitude },
  });
  await open(page, `${server.url}/kindergartens/${garden.id}`);
  assert.equal(await page.getByText(/км по прямой/).count(), 0);
  await page.getByRole("button", { name: "Сколько до него от меня?" }).click();
  await page.getByText(/От вас 1,1 км по прямой/).waitFor();
  await context.close();
});

test("неизвестный сад — страницы нет", async () => {
  const { page, context } = await freshPage(browser);
  await open(page, `${server.url}/kindergartens/01980000-0000-7000-8000-000000000001`);
  await page.getByRole("heading", { level: 1, name: "Страница не найдена" }).waitFor();
  await context.close();
});

for (const [language, tag] of [["Қаз", "kk"], ["Рус", "ru"], ["Eng", "en"]]) {
  for (const width of [360, 1280]) {
    test(`the page of a kindergarten in ${tag} at ${width} px is fit for everybody`, async () => {
      const { page, context, trouble } = await freshPage(browser, { width });
      await open(page, server.url);
      await page.getByRole("button", { name: language }).click();
      await open(page, `${server.url}/kindergartens/${garden.id}`);
      await fitForAll(page, `kindergarten-${tag}-${width}`);
      assert.deepEqual(trouble, []);
      await context.close();
    });
  }
}
