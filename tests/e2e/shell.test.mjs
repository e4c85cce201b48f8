// Before the app is there: the static shell of index.html says what this is, in three languages,
// and what keeps the pages from starting.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axeViolations, freshPage, heading, launchBrowser, overflow, screenshot, startServer } from "./support.mjs";

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

const NAMES = ["балабақша", "детском саду", "kindergarten"];
const asset = (name) => new RegExp(`/assets/[0-9a-f]{16}/${name.replace(".", "\\.")}$`);

/** The texts of the shell that are on the screen. */
const shown = (page) => page.locator("#shell").innerText();

async function hasFirstWords(page) {
  const words = (await shown(page)).toLowerCase();
  for (const name of NAMES) assert.ok(words.includes(name), `${name} in: ${words}`);
}

/** Opens the page while what `answer` does with the app's module keeps it from starting. */
async function openWithout(answer, name = "app.wasm") {
  const fresh = await freshPage(browser, { width: 360, height: 740 });
  await fresh.page.route(asset(name), answer);
  await fresh.page.goto(server.url, { waitUntil: "commit" });
  return fresh;
}

test("only the home page begins with the heading of the home page", async () => {
  for (const path of ["/login", "/places"]) {
    const html = await (await fetch(server.url + path, { headers: { accept: "text/html" } })).text();
    const h1 = html.match(/<h1>.*?<\/h1>/s)[0];
    assert.match(h1, /Загружается…/, path);
    assert.doesNotMatch(html.replace(/<meta[^>]*>/g, ""), /Место в детском саду/, path);
  }
});

test("first words stand without the app's style sheet and module", async () => {
  const waiting = [];
  const { page, context } = await openWithout((route) => { waiting.push(route); }, "app.(css|wasm)");
  await page.locator("#shell h1").waitFor();
  // Painted, not only parsed: neither file has come.
  await page.waitForFunction(() => performance.getEntriesByName("first-contentful-paint").length > 0);
  await hasFirstWords(page);
  assert.match(await shown(page), /Загружается…/);
  assert.equal(await page.locator(".shell-trouble").isVisible(), false);
  assert.equal(await overflow(page), 0);
  assert.deepEqual(await axeViolations(page), []);
  await screenshot(page, "shell-360");
  await Promise.all(waiting.map((route) => route.abort()));
  await context.close();
});

test("without scripts the shell asks for them", async () => {
  const { page, context } = await freshPage(browser, { javaScriptEnabled: false });
  await page.goto(server.url);
  await hasFirstWords(page);
  const words = await shown(page);
  assert.match(words, /Эта страница работает с JavaScript/);
  assert.doesNotMatch(words, /Загружается/);
  await context.close();
});

test("a module that does not come for eight seconds is told as slow", async () => {
  const waiting = [];
  const { page, context } = await openWithout((route) => { waiting.push(route); });
  await page.locator(".slow").waitFor();
  assert.match(await shown(page), /загружается дольше обычного/);
  assert.equal(await page.getByRole("link", { name: "Повторить" }).isVisible(), true);
  await Promise.all(waiting.map((route) => route.abort()));
  await context.close();
});

for (const [what, answer, cause, words] of [
  ["lost connection", (route) => route.abort(), "offline", /Нет связи с сервисом/],
  ["broken module", (route) => route.fulfill({ contentType: "application/wasm", body: "no module" }),
    "failed", /Страница не запустилась/],
]) {
  test(`a ${what} is told, and «Повторить» brings the page once it is over`, async () => {
    const fresh = await openWithout(answer);
    const { page, context } = fresh;
    if (cause === "offline") await page.route(asset("boot.js"), (route) =>
      route.request().method() === "HEAD" ? route.abort() : route.continue());
    await page.locator(`#shell[data-trouble=${cause}]`).waitFor();
    assert.match(await shown(page), words);
    assert.doesNotMatch(await shown(page), /Загружается|дольше обычного/);
    await screenshot(page, `shell-${cause}`);
    await page.unroute(asset("app.wasm"));
    await page.getByRole("link", { name: "Повторить" }).click();
    assert.notEqual(await heading(fresh), "");
    assert.equal(await page.locator("#shell").count(), 0);
    await context.close();
  });
}

test("files of a release that is gone are told as a new release", async () => {
  const fresh = await freshPage(browser);
  const { page, context } = fresh;
  const gone = (route) => route.fulfill({ status: 404, contentType: "application/problem+json", body: "{}" });
  await page.route(asset("app.js"), gone);
  await page.route(asset("boot.js"), (route) =>
    route.request().method() === "HEAD" ? gone(route) : route.continue());
  await page.goto(server.url, { waitUntil: "commit" });
  await page.locator("#shell[data-trouble=release]").waitFor();
  assert.match(await shown(page), /Вышла новая версия страниц/);
  await context.close();
});

test("a browser without WebAssembly is told so", async () => {
  const { page, context } = await freshPage(browser);
  await page.addInitScript(() => { delete globalThis.WebAssembly; });
  await page.goto(server.url, { waitUntil: "commit" });
  await page.locator("#shell[data-trouble=unsupported]").waitFor();
  assert.match(await shown(page), /нет WebAssembly/);
  await context.close();
});

test("an asset of an unknown release is answered as gone", async () => {
  const answer = await fetch(`${server.url}/assets/0123456789abcdef/app.js`);
  assert.equal(answer.status, 404);
  assert.equal((await answer.json()).code, "release-gone");
  assert.equal(answer.headers.get("cache-control"), "no-store");
});
