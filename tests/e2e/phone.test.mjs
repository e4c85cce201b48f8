// A phone first: at 360 × 740 the content begins high, the main action is in reach, the menu is one
// line, the demo's clock is folded, and nothing jumps.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { axeViolations, focusMoved, freshPage, launchBrowser, open, overflow, startServer } from "./support.mjs";

const PHONE = { width: 360, height: 740 };
const ANDROID =
  "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";
const CONTENT_BEGINS_WITHIN = 160;
const LAYOUT_SHIFT = 0.05;
const PUBLIC = ["/places", "/login", "/localities/kandyagash", "/r", "/help", "/accessibility"];

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

for (const language of ["Қаз", "Рус", "Eng"]) {
  test(`on a phone the content begins high and nothing leaves the window (${language})`, async () => {
    const { page, context } = await freshPage(browser, PHONE);
    await open(page, server.url);
    await page.getByRole("button", { name: language }).click();
    for (const path of PUBLIC) {
      await open(page, server.url + path);
      const main = await page.locator("main").evaluate((main) => {
        const first = [...main.children].find((child) => child.getBoundingClientRect().height > 0);
        return first.getBoundingClientRect().top;
      });
      assert.ok(main <= CONTENT_BEGINS_WITHIN, `${path} begins at ${main}`);
      assert.equal(await overflow(page), 0, path);
      const lines = await page.locator("nav.main > a").evaluateAll(
        (links) => new Set(links.map((link) => Math.round(link.getBoundingClientRect().top))).size);
      assert.equal(lines, 1, `${path}: the menu has ${lines} lines`);
      assert.equal(await page.locator("#demo-clock").isVisible(), false, "the clock is folded");
    }
    await context.close();
  });
}

test("no word of a heading is broken at 320 px", async () => {
  const { page, context } = await freshPage(browser, { width: 320, height: 740 });
  await open(page, server.url);
  for (const language of ["Қаз", "Рус", "Eng"]) {
    await page.getByRole("button", { name: language }).click();
    for (const path of ["/", ...PUBLIC]) {
      await open(page, server.url + path);
      // Each word alone must be as high as one line.
      const broken = await page.locator("h1").evaluate((h1) => {
        const text = h1.firstChild;
        const words = [...text.data.matchAll(/\S+/g)];
        return words.filter(({ 0: word, index }) => {
          const range = document.createRange();
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          return range.getClientRects().length > 1;
        }).map(([word]) => word);
      });
      assert.deepEqual(broken, [], `${language} ${path}`);
    }
  }
  await context.close();
});

for (const path of ["/", "/places", "/login"]) {
  test(`nothing jumps while ${path} comes`, async () => {
    const { page, context } = await freshPage(browser, {
      ...PHONE, userAgent: ANDROID, isMobile: true, hasTouch: true,
    });
    // What the service offers is known late.
    await page.route("**/v1/service", async (route) => {
      await sleep(500);
      await route.continue();
    });
    const offered = page.waitForResponse("**/v1/service");
    await page.addInitScript(() => {
      globalThis.shifted = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) globalThis.shifted += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    await open(page, server.url + path);
    await page.waitForFunction(() => document.querySelector("footer"));
    await offered;
    await focusMoved(page);
    const shifted = await page.evaluate(() => globalThis.shifted);
    assert.ok(shifted <= LAYOUT_SHIFT, `${shifted}`);
    await context.close();
  });
}

test("the bulletin shows a dozen groups, filters by year, and takes over the locality of its link", async () => {
  const { page, context, trouble } = await freshPage(browser, PHONE);
  await open(page, `${server.url}/places`);
  const rows = page.locator("ul.places > li");
  await rows.first().waitFor();
  assert.equal(await rows.count(), 12);
  await page.getByRole("button", { name: /^Показать ещё \d+ групп/ }).click();
  assert.equal(await rows.count(), 24);
  // Being told of places is offered before the list.
  const told = await page.getByText("Можно не проверять список").boundingBox();
  assert.ok(told.y < (await rows.first().boundingBox()).y);
  await page.getByLabel("Год рождения ребёнка").selectOption({ index: 4 });
  const year = await page.getByLabel("Год рождения ребёнка").inputValue();
  for (const chip of await page.locator("ul.places .chip:last-child").allTextContents()) {
    const [from, to = from] = chip.match(/\d{4}/g);
    assert.ok(from <= year && year <= to, `${chip} for ${year}`);
  }
  await open(page, `${server.url}/localities/kandyagash`);
  await page.getByRole("link", { name: "Посмотреть свободные места" }).click();
  await page.locator("ul.places > li").first().waitFor();
  const chosen = page.getByLabel("Населённый пункт").locator("option:checked");
  assert.equal(await chosen.textContent(), "Кандыагаш");
  for (const place of await page.locator("ul.places .locality").allTextContents()) {
    assert.equal(place, "Кандыагаш");
  }
  assert.deepEqual(trouble, []);
  await context.close();
});

for (const [name, options] of [
  ["in the dark", { colorScheme: "dark" }],
  ["in forced colours", { forcedColors: "active" }],
]) {
  test(`pages are fit for everybody ${name}`, async () => {
    const { page, context } = await freshPage(browser, { ...PHONE, ...options });
    for (const path of ["/", ...PUBLIC]) {
      await open(page, server.url + path);
      assert.deepEqual(await axeViolations(page), [], path);
    }
    await context.close();
  });
}

test("both instructions find their words on the home page", async () => {
  const { page, context } = await freshPage(browser, PHONE);
  await open(page, server.url);
  for (const service of [
    "Постановка детей дошкольного возраста на очередь в ДДО",
    "Постановка ребенка в очередь в детский сад",
  ]) {
    assert.equal(await page.getByRole("link", { name: service }).getAttribute("href"), "/applications");
  }
  await context.close();
});
