// «Двойняшки»: places in one kindergarten for two children in one step, on a phone: both are held, both texts are signed
// with one password, and both referrals are there.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { demoKeys } from "./keys.mjs";
import { LANGUAGES, speak, wordsOf } from "./office.mjs";
import { birthday, fitForAll, logIn, openApplication, queueChild, sign } from "./steps.mjs";
import { freshPage, launchBrowser, settled, startServer } from "./support.mjs";

const PHONE = { width: 360, height: 740 };

let server;
let browser;
let keys;

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
  keys = await demoKeys(server);
});

after(async () => {
  await browser?.close();
  await keys?.remove();
  await server?.stop();
});

/** The page in each language; it ends in Russian. */
async function inAllLanguages(page, name, heading) {
  for (const [language] of [...LANGUAGES, ["ru"]]) {
    await speak(page, language);
    const words = await wordsOf(language);
    await page.getByRole("heading", { level: 1, name: heading(words) }).waitFor();
    await settled(page);
    await fitForAll(page, `${name}-${language}`);
  }
}

test("двойняшки: both get places in one step", async () => {
  const { page, trouble } = await freshPage(browser, PHONE);
  const [key, password] = [keys.find("ИВАНОВА", "signing"), keys.password];
  await logIn(page, server.url, keys.find("ИВАНОВА", "login"), { password });
  const birth = birthday(3, 200);
  for (const [serial, name] of [[21, "Амина"], [22, "Дана"]]) {
    await page.goto(`${server.url}/applications/new`);
    await queueChild(page, { birth, serial, surname: "Иванова", name, key, password });
  }

  // The list offers the other child; with her, only kindergartens with places for both.
  await openApplication(page, server.url, "Иванова Амина");
  await page.getByRole("link", { name: "Выбрать частный детский сад" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "ОК", exact: true }).click();
  await page.getByRole("group", { name: "Выбрать сразу и для" }).getByLabel("Иванова Дана").check();
  await page.locator(".offer").getByText("Иванова Дана: группа").first().waitFor();
  await inAllLanguages(page, "joint-list", (words) => words.choosing.list);
  await page.getByRole("radio").first().check();
  await page.getByRole("button", { name: "Продолжить" }).click();

  // Both texts, then one signature for both.
  await page.getByRole("heading", { level: 1, name: "Проверьте свой выбор" }).waitFor();
  await page.getByRole("heading", { level: 2, name: "Иванова Амина" }).waitFor();
  await page.getByRole("heading", { level: 2, name: "Иванова Дана" }).waitFor();
  assert.equal(await page.locator(".paper").count(), 2);
  await inAllLanguages(page, "joint-check", (words) => words.choosing.check);
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  await page.locator(".paper").nth(1).waitFor();
  await sign(page, key, password);

  // The confirmation of both, after a reload too.
  await page.getByRole("heading", { level: 2, name: "Иванова Дана" }).waitFor();
  await page.reload();
  await page.getByRole("heading", { level: 2, name: "Иванова Дана" }).waitFor();
  await settled(page);
  await inAllLanguages(page, "joint-done", (words) => words.referral.done);
  const numbers = await page.locator("strong.num, section b[translate=no]").allTextContents();
  assert.equal(numbers.length, 2, numbers.join());
  assert.notEqual(numbers[0], numbers[1]);
  await openApplication(page, server.url, "Иванова Дана");
  await page.getByText(numbers[1]).first().waitFor();
  assert.deepEqual(trouble, []);
});
