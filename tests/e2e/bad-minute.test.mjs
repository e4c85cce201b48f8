// A bad minute: proxies that answer for the service, releases that are gone, sessions that end, and
// browsers that keep nothing. Each state has a page with a heading, a title and a way on, and what
// was typed stays.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { demoKeys } from "./keys.mjs";
import { fitForAll, logIn, openKey } from "./steps.mjs";
import { freshPage, launchBrowser, open, startServer, started } from "./support.mjs";

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
const html = (status) => ({ status, contentType: "text/html", body: `<html><h1>${status}</h1></html>` });

async function person(owner = "ИВАНОВА") {
  const fresh = await freshPage(browser);
  await logIn(fresh.page, server.url, keys.find(owner, "login"), { password: keys.password });
  await h1(fresh.page, "Журнал заявлений");
  return fresh;
}

for (const [status, title] of [
  [502, "Сервис временно недоступен"], [503, "Сервис временно недоступен"], [504, "Сервис временно недоступен"],
  [429, "Слишком много запросов"],
]) {
  test(`прокси отвечает страницей ${status}: сказано, что это, и «Повторить» ведёт дальше`, async () => {
    const { page, context } = await person();
    const answered = (url) => url.pathname.startsWith("/v1/applications/");
    await page.route(answered, (route) => route.fulfill(html(status)));
    await page.goto(`${server.url}/applications/01980000-0000-7000-8000-000000000001`);
    await h1(page, title);
    assert.match(await page.title(), new RegExp(`^${title}`));
    await fitForAll(page, `minute-proxy-${status}`);
    await page.unroute(answered);
    await page.getByRole("button", { name: "Повторить" }).click();
    // There is no such application; what matters is that the service was heard.
    await h1(page, "Страница не найдена");
    await context.close();
  });
}

test("страница, которая ждёт, имеет заголовок, и фокус переходит на её настоящий", async () => {
  const { page, context } = await person("СЕРИКОВ");
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  await page.route((url) => /\/v1\/applications\/[^/]+$/.test(url.pathname), async (route) => {
    await released;
    await route.continue();
  });
  await page.getByRole("link", { name: "Серикова Айлин" }).first().click();
  await h1(page, "Загружается…");
  assert.match(await page.title(), /^Загружается…/);
  assert.equal(await page.evaluate(() => document.activeElement.id), "page-heading");
  release();
  await h1(page, /Серикова Айлин/);
  await page.waitForFunction(() => document.activeElement.textContent.includes("Серикова Айлин"));
  await context.close();
});

test("вышел новый выпуск, пока печатали: страница предлагает обновиться, введённое остаётся", async () => {
  const { page, context } = await person();
  await page.goto(`${server.url}/applications/new`);
  await page.getByLabel("Фамилия").fill("Ахметова");
  // As a proxy that has only the new release answers: without a word of the service's.
  await page.route(/\/assets\//, (route) => route.fulfill(html(404)));
  await page.getByRole("link", { name: "Свободные места", exact: true }).first().click();
  await h1(page, "Вышла новая версия страниц");
  await page.unroute(/\/assets\//);
  await page.getByRole("button", { name: "Повторить" }).click();
  await h1(page, "Свободные места");
  await page.goto(`${server.url}/applications/new`);
  assert.equal(await page.getByLabel("Фамилия").inputValue(), "Ахметова");
  await context.close();
});

test("продление сеанса потеряно: «Нет связи», а не страница входа", async () => {
  const { page, context } = await person();
  const renewal = (url) => url.pathname === "/v1/sessions/current";
  await page.route(renewal, async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  }, { times: 1 });
  await page.goto(`${server.url}/applications`);
  await h1(page, "Нет связи");
  assert.equal(await page.getByRole("heading", { name: "Вход в личный кабинет" }).count(), 0);
  await fitForAll(page, "minute-renewal-lost");
  // The answer was lost, and the same successor is given again.
  await page.getByRole("button", { name: "Повторить" }).click();
  await h1(page, "Журнал заявлений");
  await context.close();
});

test("выход в одной вкладке заканчивает сеанс во всех и стирает введённое", async () => {
  const { page, context } = await person();
  const second = await context.newPage();
  await second.goto(`${server.url}/applications/new`);
  await second.getByLabel("Фамилия").fill("Ахметова");
  await page.getByRole("button", { name: "Выйти" }).click();
  await h1(second, "Вход в личный кабинет");
  assert.deepEqual(await second.evaluate(() => Object.keys(sessionStorage)), []);
  await context.close();
});

test("выход без сети: страница забывает человека сразу, сервис узнаёт, когда сеть есть", async () => {
  const { page, context } = await person();
  const session = (url) => url.pathname === "/v1/sessions/current";
  await page.route(session, (route) => route.abort("internetdisconnected"));
  await page.getByRole("button", { name: "Выйти" }).click();
  await page.getByRole("link", { name: "Войти" }).first().waitFor();
  await page.goto(`${server.url}/applications`);
  await h1(page, "Вход в личный кабинет");
  const told = page.waitForResponse((response) => session(new URL(response.url())));
  await page.unroute(session);
  const answer = await told;
  assert.equal(answer.request().method(), "DELETE");
  assert.equal(answer.status(), 204);
  await context.close();
});

test("в этом браузере вошёл другой человек: чужого не видно, и можно продолжить", async () => {
  const { page, context } = await freshPage(browser);
  // The page with the login was open before the first one logged in.
  const second = await context.newPage();
  await open(second, `${server.url}/login`);
  await logIn(page, server.url, keys.find("ИВАНОВА", "login"), { password: keys.password });
  await page.goto(`${server.url}/applications/new`);
  await page.getByLabel("Фамилия").fill("Иванова");
  await openKey(second, keys.find("СЕРИКОВ", "login"), keys.password);
  await second.getByRole("button", { name: "Войти", exact: true }).click();
  await h1(second, "Журнал заявлений");
  await page.getByText("В этом браузере вошёл другой человек").first().waitFor();
  await fitForAll(page, "minute-another-person");
  assert.deepEqual(await page.evaluate(() => Object.keys(sessionStorage)), []);
  await page.getByRole("button", { name: "Продолжить от имени вошедшего" }).click();
  await h1(page, "Кого вы ставите в очередь?");
  assert.equal(await page.getByLabel("Фамилия").inputValue(), "");
  await context.close();
});

test("полчаса тишины: сеанс закончен, введённое цело и принадлежит тому же человеку", async () => {
  const { page, context } = await person("ИВАНОВА");
  await page.clock.install();
  await page.goto(`${server.url}/applications/new`);
  await page.getByLabel("Фамилия").fill("Ахметова");
  await page.clock.fastForward("29:00");
  await page.getByRole("dialog").getByText("Вы ещё здесь?").waitFor();
  await page.clock.fastForward("02:00");
  await page.getByText("Сеанс закончился").first().waitFor();
  await h1(page, "Вход в личный кабинет");
  await page.clock.resume();
  const kept = await page.evaluate(() => JSON.stringify(sessionStorage));
  assert.ok(kept.includes("Ахметова"));
  await context.close();
});

test("другая вкладка жива — эта не заканчивает общий сеанс", async () => {
  const { page, context } = await person("ИВАНОВА");
  await page.clock.install();
  await page.goto(`${server.url}/account`);
  await h1(page, "Личный кабинет");
  await page.clock.fastForward("29:00");
  await page.getByRole("dialog").getByText("Вы ещё здесь?").waitFor();
  const second = await context.newPage();
  await second.goto(`${server.url}/applications`);
  await h1(second, "Журнал заявлений");
  await second.keyboard.press("Tab");
  await page.clock.fastForward("00:03");
  await page.getByRole("dialog").getByText("Вы ещё здесь?").waitFor({ state: "hidden" });
  await context.close();
});

test("список сеансов: видно, где вошли; остальные можно завершить", async () => {
  const first = await person("СЕРИКОВ");
  const second = await person("СЕРИКОВ");
  const { page } = second;
  await page.goto(`${server.url}/account`);
  const list = page.getByRole("region", { name: "Где вы вошли" }).or(page.locator(".sessions"));
  await list.first().getByText("это устройство").waitFor();
  await fitForAll(page, "minute-sessions");
  await page.getByRole("button", { name: "Завершить другие" }).click();
  await page.getByText("Другие сеансы завершены.").waitFor();
  assert.equal(await page.locator(".sessions li").count(), 1);
  // The other browser hears it with its next question.
  await first.page.reload();
  await h1(first.page, "Вход в личный кабинет");
  await first.context.close();
  await second.context.close();
});

test("браузер ничего не хранит: войти можно, и об этом сказано", async () => {
  const { page, context } = await freshPage(browser);
  await page.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage"]) {
      Object.defineProperty(window, name, { get() { throw new DOMException("denied", "SecurityError"); } });
    }
  });
  await open(page, `${server.url}/login`);
  await page.getByText("Этот браузер запрещает хранить данные").waitFor();
  await logIn(page, server.url, keys.find("ИВАНОВА", "login"), { password: keys.password });
  await h1(page, "Журнал заявлений");
  await context.close();
});

test("часы компьютера врут: об этом сказано, сроки — по часам сервиса", async () => {
  const { page, context } = await freshPage(browser);
  await page.clock.install({ time: new Date(Date.now() + 3 * 86_400_000) });
  await page.goto(`${server.url}/`);
  await started(page);
  await page.getByText("Часы этого устройства показывают неверное время").waitFor();
  await fitForAll(page, "minute-wrong-clock");
  await context.close();
});
