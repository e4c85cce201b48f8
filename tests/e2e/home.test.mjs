// The home page's search for a locality: what is typed nearly right is found, and nothing is said
// to be nothing.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeViolations, freshPage, launchBrowser, open, startServer } from "./support.mjs";

let server;
let browser;

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const [typed, why] of [
  ["Кандагаш", "a letter is missing"],
  ["Қандыағаш", "Kazakh letters"],
  ["kandyagash", "Latin letters"],
]) {
  test(`the home page finds Кандыагаш by «${typed}»: ${why}`, async () => {
    const { page, context, trouble } = await freshPage(browser);
    await open(page, server.url);
    await page.locator("#locality").fill(typed);
    await page.getByRole("option", { name: /Кандыагаш/ }).click();
    await page.getByRole("button", { name: "Продолжить" }).click();
    await page.getByRole("heading", { level: 1, name: "Кандыагаш" }).waitFor();
    assert.deepEqual(trouble, []);
    await context.close();
  });
}

test("the home page finds the localities of a district by its name", async () => {
  const { page, context } = await freshPage(browser);
  await open(page, server.url);
  await page.locator("#locality").fill("Мугалжар");
  await page.getByRole("option", { name: /Кандыагаш/ }).waitFor();
  await context.close();
});

test("the home page says that nothing was found, and is fit for everybody then", async () => {
  const { page, context, trouble } = await freshPage(browser, { width: 320 });
  await open(page, server.url);
  await page.locator("#locality").fill("Щщщщ");
  await page.getByText("Ничего похожего не найдено").waitFor();
  assert.equal(await page.locator("#combobox-list [role=option]").count(), 0);
  assert.deepEqual(await axeViolations(page), []);
  await page.locator("#locality").fill("Канд");
  await page.getByRole("option", { name: /Кандыагаш/ }).waitFor();
  assert.equal(await page.getByText("Ничего похожего не найдено").isVisible(), false);
  assert.deepEqual(trouble, []);
  await context.close();
});
