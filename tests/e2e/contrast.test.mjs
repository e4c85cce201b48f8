// Text can be read where axe cannot decide: typed text, placeholders and text over gradients.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { contrast } from "./contrast.mjs";
import { freshPage, launchBrowser, open, startServer } from "./support.mjs";

/** WCAG 2.2 AA for text of usual size. */
const READABLE = 4.5;

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

test("contrast is computed over gradients and through layers that let light through", async () => {
  const { page, context } = await freshPage(browser);
  await page.setContent(`
    <div style="background: linear-gradient(#fff, #000)"><p id="gradient" style="color: #fff">x</p></div>
    <div style="background: #000"><p id="layer" style="background: rgb(255 255 255 / 0.5); color: #fff">x</p></div>
    <p id="black" style="color: #000">x</p>`);
  assert.equal(await contrast(page.locator("#gradient")), 1);
  assert.equal(Math.round(await contrast(page.locator("#black"))), 21);
  const layer = await contrast(page.locator("#layer"));
  assert.ok(layer > 3.5 && layer < 4.5, `${layer}`);
  await context.close();
});

for (const colorScheme of ["light", "dark"]) {
  test(`all text of the first page can be read (${colorScheme})`, async () => {
    const { page, context } = await freshPage(browser, { colorScheme });
    await open(page, server.url);
    const field = page.locator("#locality");
    const measured = [["placeholder", await contrast(field, "::placeholder")]];
    await field.fill("Канд");
    measured.push(["typed text", await contrast(field)]);
    await field.press("ArrowDown");
    for (const option of await page.locator("#combobox-list li span:visible").all()) {
      measured.push([`option ${await option.textContent()}`, await contrast(option)]);
    }
    for (const text of await page.locator(".hero h1, .hero p, .hero label, .hero button").all()) {
      if (await text.isVisible()) measured.push([await text.textContent(), await contrast(text)]);
    }
    assert.ok(measured.length >= 5, `${measured.length} texts measured`);
    assert.deepEqual(measured.filter(([, ratio]) => ratio < READABLE), []);
    await context.close();
  });
}
