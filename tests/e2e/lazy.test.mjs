// Pages that are loaded in groups: each address loads what it needs and nothing else, and a file
// that does not come is told in the page's place.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { freshPage, launchBrowser, open, startServer, webFolder } from "./support.mjs";

let server;
let browser;
const manifest = JSON.parse(await readFile(join(webFolder, "manifest.json"), "utf8"));
const filesOf = (route) => manifest.groups[manifest.routes[route]].map((name) => manifest.files[name].file).sort();
const lazyFiles = new Set(Object.values(manifest.groups).flat().map((name) => manifest.files[name].file));

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** The lazily loaded files that the page has asked for, each as often as it was asked for. */
function watchLazyFiles(page) {
  const asked = [];
  page.on("request", (request) => {
    const path = new URL(request.url()).pathname.slice(1);
    if (lazyFiles.has(path)) asked.push(path);
  });
  return asked;
}

test("the home page loads no group", async () => {
  const { page, context, trouble } = await freshPage(browser);
  const asked = watchLazyFiles(page);
  await open(page, server.url);
  assert.deepEqual(asked, []);
  assert.deepEqual(trouble, []);
  await context.close();
});

for (const [route, path] of [
  ["/places", "/places"], ["/help", "/help"], ["/localities/:code", "/localities/kandyagash"],
]) {
  test(`${path}, opened directly, loads its group once and no other`, async () => {
    const { page, context, trouble } = await freshPage(browser);
    const asked = watchLazyFiles(page);
    await open(page, server.url + path);
    assert.deepEqual(asked.sort(), filesOf(route));
    assert.deepEqual(trouble, []);
    // The server has told the browser before any script ran.
    const { headers } = await fetch(server.url + path, { headers: { accept: "text/html" } });
    const told = [...headers.get("link").matchAll(/<\/([^>]+)>; rel=preload/g)].map(([, file]) => file);
    assert.deepEqual(told.sort(), filesOf(route));
    await context.close();
  });
}

test("the login loads the journal ahead, each file once", async () => {
  const { page, context, trouble } = await freshPage(browser);
  const asked = watchLazyFiles(page);
  await open(page, `${server.url}/login`);
  const wanted = [...new Set([...filesOf("/login"), ...filesOf("/applications")])].sort();
  while (asked.length < wanted.length) await page.waitForEvent("request");
  assert.deepEqual(asked.sort(), wanted);
  assert.deepEqual(trouble, []);
  await context.close();
});

test("pointing at a link loads its page", async () => {
  const { page, context } = await freshPage(browser);
  const asked = watchLazyFiles(page);
  await open(page, server.url);
  await page.getByRole("link", { name: "Помощь" }).first().hover();
  while (asked.length < filesOf("/help").length) await page.waitForEvent("request");
  assert.deepEqual(asked.sort(), filesOf("/help"));
  assert.equal(new URL(page.url()).pathname, "/");
  await context.close();
});

test("a page that cannot be loaded says so, is loaded when asked again, and others go on", async () => {
  const { page, context } = await freshPage(browser);
  await open(page, server.url);
  const unreachable = (url) => lazyFiles.has(url.pathname.slice(1));
  await page.route(unreachable, (route) => route.abort());
  await page.getByRole("link", { name: "Свободные места", exact: true }).first().click();
  await page.getByRole("heading", { level: 1, name: "Нет связи" }).waitFor();
  assert.equal(new URL(page.url()).pathname, "/places");
  assert.match(await page.title(), /^Нет связи/);

  // Another attempt without a network changes nothing.
  await page.getByRole("button", { name: "Повторить" }).click();
  await page.getByRole("heading", { level: 1, name: "Нет связи" }).waitFor();

  await page.unroute(unreachable);
  await page.getByRole("button", { name: "Повторить" }).click();
  await page.getByRole("heading", { level: 1, name: "Свободные места" }).waitFor();
  await page.waitForFunction(() => document.activeElement.textContent === "Свободные места");
  await page.getByRole("link", { name: "Помощь" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Помощь" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: "Свободные места" }).waitFor();
  await context.close();
});

test("a click that failed works when the link is followed again", async () => {
  const { page, context } = await freshPage(browser);
  await open(page, server.url);
  const unreachable = (url) => lazyFiles.has(url.pathname.slice(1));
  await page.route(unreachable, (route) => route.abort());
  await page.getByRole("link", { name: "Помощь" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Нет связи" }).waitFor();
  await page.goBack();
  await page.getByRole("heading", { level: 1, name: /Место в детском саду/ }).waitFor();
  await page.unroute(unreachable);
  await page.getByRole("link", { name: "Помощь" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Помощь" }).waitFor();
  await context.close();
});

test("a page of a release that is gone offers the new one", async () => {
  const { page, context } = await freshPage(browser);
  await open(page, server.url);
  // As the server answers for a release that it no longer has.
  const gone = await fetch(`${server.url}/assets/0123456789abcdef/app.js`, { headers: { "accept-language": "ru" } });
  const answer = { status: gone.status, contentType: gone.headers.get("content-type"), body: await gone.text() };
  await page.route(/\/assets\//, (route) => route.fulfill(answer));
  await page.getByRole("link", { name: "Помощь" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Вышла новая версия страниц" }).waitFor();
  await page.unroute(/\/assets\//);
  await page.getByRole("button", { name: "Повторить" }).click();
  await page.getByRole("heading", { level: 1, name: "Помощь" }).waitFor();
  await context.close();
});
