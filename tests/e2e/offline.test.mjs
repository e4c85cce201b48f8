// Without a network: the shell starts, and what was saved on the device can be shown. It belongs to
// one person and goes with their log-out or another person's login.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { demoKeys } from "./keys.mjs";
import {
  birthday, chooseKindergarten, fitForAll, logIn, openApplication, queueChild, sign,
} from "./steps.mjs";
import { freshPage, launchBrowser, open, startServer } from "./support.mjs";

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

const h1 = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();
const withWorker = (options) => freshPage(browser, { serviceWorkers: "allow", ...options });

/** Waits until the service worker has the shell and answers for the page. */
const controlled = (page) => page.evaluate(async () => {
  await navigator.serviceWorker.ready;
  if (navigator.serviceWorker.controller === null) {
    await new Promise((resolve) => {
      navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
    });
  }
});

const savedNames = (page) => page.evaluate(async () => {
  if (!(await caches.has("saved"))) return [];
  const store = await caches.open("saved");
  return (await store.keys()).map((request) => new URL(request.url).pathname);
});

test("the manifest can be installed: names, icons that are there, a page to start with", async () => {
  const { page, context } = await freshPage(browser);
  await open(page, server.url);
  const href = await page.locator("link[rel=manifest]").getAttribute("href");
  const answer = await fetch(server.url + href);
  assert.match(answer.headers.get("content-type"), /^application\/manifest\+json/);
  const manifest = await answer.json();
  assert.equal(manifest.display, "standalone");
  for (const { src, type } of manifest.icons) {
    const icon = await fetch(server.url + src);
    assert.equal(icon.status, 200, src);
    assert.ok(icon.headers.get("content-type").startsWith(type), src);
  }
  await context.close();
});

test("the worker keeps the shell, and no answer of the service", async () => {
  const { page, context, trouble } = await withWorker();
  await open(page, server.url);
  await controlled(page);
  await open(page, `${server.url}/places`);
  const kept = await page.evaluate(async () => {
    const names = (await caches.keys()).filter((name) => name.startsWith("release-"));
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return requests.flat().map((request) => new URL(request.url).pathname);
  });
  assert.ok(kept.includes("/"));
  assert.ok(kept.some((path) => path.endsWith("/app.wasm")));
  // Both are the shell.
  const shell = ["/", "/saved"];
  assert.deepEqual(kept.filter((path) => !shell.includes(path) && !path.startsWith("/assets/")), []);
  // Without a network the page comes and says so.
  await context.setOffline(true);
  await page.reload();
  await page.getByRole("heading", { level: 1 }).waitFor();
  await page.getByText("Нет связи").first().waitFor();
  assert.deepEqual(trouble.filter((line) => line.startsWith("exception")), []);
  await context.close();
});

test("направление, сохранённое на телефоне, видно без сети, и уходит с украденным сеансом и с выходом", async () => {
  const { page, context } = await withWorker({ width: 360, height: 740 });
  const key = keys.find("ИВАНОВА", "signing");
  const { password } = keys;
  await logIn(page, server.url, keys.find("ИВАНОВА", "login"), { password });
  const [stolen] = (await context.cookies()).filter(({ httpOnly }) => httpOnly);
  await controlled(page);
  await page.goto(`${server.url}/applications/new`);
  await queueChild(page, { birth: birthday(3, 100), serial: 940, surname: "Иванова", name: "Зере", key, password });
  await openApplication(page, server.url, "Иванова Зере");
  await chooseKindergarten(page);
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  await sign(page, key, password);
  await h1(page, "Направление выдано");
  assert.deepEqual(await savedNames(page), [], "nothing is kept unasked");

  await openApplication(page, server.url, "Иванова Зере");
  await page.getByRole("button", { name: "Сохранить на этом телефоне" }).click();
  await page.getByText("Сохранено.").waitFor();
  assert.equal((await savedNames(page)).length, 2);
  await page.getByRole("link", { name: "Сохранено на этом телефоне" }).click();
  await h1(page, "Сохранено на этом телефоне");
  await page.getByText("Иванова Зере").waitFor();
  await fitForAll(page, "offline-1-saved");

  await context.setOffline(true);
  await page.goto(`${server.url}/applications`);
  await h1(page, "Нет связи");
  await fitForAll(page, "offline-2-no-network");
  await page.getByRole("link", { name: "Сохранено на этом телефоне" }).click();
  await h1(page, "Сохранено на этом телефоне");
  await page.getByText("Иванова Зере").waitFor();
  const paper = page.getByRole("link", { name: "Открыть PDF направления" });
  assert.match(await paper.getAttribute("href"), /^blob:/);
  const head = await page.evaluate(async () => {
    const store = await caches.open("saved");
    const [request] = (await store.keys()).filter(({ url }) => url.endsWith(".pdf"));
    return (await (await store.match(request)).text()).slice(0, 5);
  });
  assert.equal(head, "%PDF-");

  // Somebody shows a cookie of this session that was left behind long ago.
  await context.setOffline(false);
  await page.goto(`${server.url}/applications`);
  await h1(page, "Журнал заявлений");
  const answer = await fetch(`${server.url}/v1/sessions/current`, {
    method: "PUT", headers: { cookie: `${stolen.name}=${stolen.value}` },
  });
  assert.equal((await answer.json()).code, "session-ended");
  await page.reload();
  await h1(page, "Вход в личный кабинет");
  await page.getByText("Сеанс прекращён").waitFor();
  await fitForAll(page, "offline-3-ended");
  await page.goto(`${server.url}/saved`);
  await page.getByText("На этом устройстве ничего не сохранено.").waitFor();
  assert.deepEqual(await savedNames(page), []);

  await logIn(page, server.url, keys.find("ИВАНОВА", "login"), { password });
  await openApplication(page, server.url, "Иванова Зере");
  await page.getByRole("button", { name: "Сохранить на этом телефоне" }).click();
  await page.getByText("Сохранено.").waitFor();
  await page.getByRole("button", { name: "Выйти" }).click();
  await page.getByRole("link", { name: "Войти" }).first().waitFor();
  await page.goto(`${server.url}/saved`);
  await page.getByText("На этом устройстве ничего не сохранено.").waitFor();
  await context.close();
});
