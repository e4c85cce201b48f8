// A bad minute while something is signed: the answer is lost before, while or after the service has
// done it. The page asks what has become of it and leads to the result; it never says that nothing
// has happened, and nothing happens twice.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { demoKeys } from "./keys.mjs";
import {
  birthday, chooseKindergarten, fitForAll, iinOf, logIn, openApplication, queueChild, sign,
} from "./steps.mjs";
import { freshPage, launchBrowser, startServer } from "./support.mjs";

let server;
let browser;
let keys;
let serial = 700;

async function begin() {
  server = await startServer();
  keys = await demoKeys(server);
}

async function end() {
  await keys?.remove();
  await server?.stop();
}

before(async () => {
  browser = await launchBrowser();
  await begin();
});

after(async () => {
  await browser?.close();
  await end();
});

/** A server whose clock nobody has moved and whose places nobody has taken. */
async function anew() {
  await end();
  await begin();
}

const OPEN = "Подпись отправлена, ответ не пришёл";
const PROXY = { status: 502, contentType: "text/html", body: "<html><h1>502 Bad Gateway</h1></html>" };

/** How an answer is lost; each says whether the service has done what was asked. */
const LOSSES = {
  "сети не стало до отправки": async (route) => route.abort("internetdisconnected"),
  "ответ потерян после того, как сервис всё сделал": async (route) => {
    await route.fetch();
    await route.abort("connectionreset");
  },
  "прокси ответил своей страницей 502": async (route) => {
    await route.fetch();
    await route.fulfill(PROXY);
  },
};

/**
 * Loses the first answer to a signature and holds all further ones back until `release` is called:
 * what the page shows meanwhile can be looked at.
 */
async function lose(page, how) {
  const sent = [];
  let release;
  const released = new Promise((resolve) => { release = resolve; });
  const signatures = (url) => /\/v1\/(applications|referrals|attachments)(\/[^/]+\/(extension|revocation|withdrawal))?$/
    .test(url.pathname);
  const handler = async (route) => {
    if (route.request().method() !== "POST") return route.fallback();
    sent.push(route.request().postDataJSON());
    if (sent.length === 1) return how(route);
    await released;
    // A page that was left meanwhile has dropped its question.
    return route.continue().catch(() => {});
  };
  await page.route(signatures, handler);
  return {
    sent,
    release,
    stop: async () => {
      release();
      await page.unroute(signatures, handler);
    },
  };
}

const h1 = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

async function parentOf(owner = "ИВАНОВА") {
  const fresh = await freshPage(browser);
  const parent = { ...fresh, key: keys.find(owner, "signing"), password: keys.password };
  await logIn(parent.page, server.url, keys.find(owner, "login"), parent);
  return parent;
}

const openChild = ({ page }, name) => openApplication(page, server.url, `Иванова ${name}`);

/** From an act's first page to the signature. */
async function toSignature({ page }) {
  await h1(page, "Проверьте текст");
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
}

/** Signs while the answer is lost as `how` says, and waits for the page that asks. */
async function signAndLose({ page, key, password }, how) {
  const loss = await lose(page, how);
  await sign(page, key, password);
  await h1(page, OPEN);
  return loss;
}

/** Lets the question through and waits for the result. */
async function settle({ page }, loss, result) {
  loss.release();
  await h1(page, result);
  await loss.stop();
  const [first, ...others] = loss.sent;
  assert.ok(others.length > 0, "the page has asked");
  for (const other of others) assert.deepEqual(other, first, "the same signature is sent again");
}

let named = 0;
const NAMES = ["Дана", "Сабина", "Карина", "Лейла", "Жанна", "Инкар", "Меруерт", "Назым", "Балжан", "Гаухар"];

/** Queues a child; the application is signed as `signing` says. */
async function queueOne(parent, how) {
  const { page, key, password } = parent;
  const name = NAMES[named++];
  serial += 10;
  const child = { birth: birthday(3, 200), serial, surname: "Иванова", name };
  await page.goto(`${server.url}/applications/new`);
  if (how === undefined) {
    await queueChild(page, { ...child, key, password });
    return child;
  }
  const loss = await lose(page, how);
  const queued = queueChild(page, { ...child, key, password });
  await h1(page, OPEN);
  loss.release();
  await queued;
  await loss.stop();
  return child;
}

async function countOf(parent, name) {
  await parent.page.goto(`${server.url}/applications`);
  await h1(parent.page, "Журнал заявлений");
  await parent.page.getByRole("link", { name: `Иванова ${name}` }).first().waitFor();
  return parent.page.getByRole("link", { name: `Иванова ${name}` }).count();
}

for (const [loss, how] of Object.entries(LOSSES)) {
  test(`${loss}: каждое подписанное действие ведёт к своему результату`, async () => {
    const parent = await parentOf();
    const { page, context } = parent;

    const child = await queueOne(parent, how);
    assert.equal(await countOf(parent, child.name), 1);

    await openChild(parent, child.name);
    await chooseKindergarten(page);
    await page.getByRole("button", { name: "Подписать и отправить" }).click();
    await settle(parent, await signAndLose(parent, how), "Направление выдано");

    await openChild(parent, child.name);
    await page.getByRole("link", { name: "Продлить направление" }).click();
    await page.getByLabel("Прибыть не позднее").selectOption({ index: 5 });
    await page.getByLabel("Причина продления").selectOption({ index: 1 });
    await page.getByRole("button", { name: "Продлить", exact: true }).click();
    await toSignature(parent);
    await settle(parent, await signAndLose(parent, how), "Направление продлено");

    await openChild(parent, child.name);
    await page.getByRole("link", { name: "Отозвать направление" }).click();
    await page.getByRole("button", { name: "Продолжить" }).click();
    await toSignature(parent);
    await settle(parent, await signAndLose(parent, how), "Направление отозвано");

    await openChild(parent, child.name);
    const number = (await page.getByText(/АКТ-\d{4}-\d{6}/).first().textContent()).match(/АКТ-\d{4}-\d{6}/)[0];
    const second = await parentOf("СЕРИКОВ");
    await second.page.goto(`${server.url}/attachments/new`);
    await second.page.getByLabel("ИИН ребёнка").fill(iinOf(child.birth, child.serial));
    await second.page.getByLabel("Номер заявления").fill(number);
    await second.page.getByRole("button", { name: "Продолжить" }).click();
    await settle(second, await signAndLose(second, how), "Просьба отправлена");
    await second.context.close();

    await page.getByRole("link", { name: "Отозвать заявление" }).click();
    await page.getByRole("button", { name: "Продолжить" }).click();
    await toSignature(parent);
    await settle(parent, await signAndLose(parent, how), "Заявление отозвано");
    await context.close();
  });
}

test("пока исход неизвестен: перезагрузка, «назад» и другой раздел ничего не теряют и не повторяют", async () => {
  await anew();
  const parent = await parentOf();
  const { page, context } = parent;
  const { name } = await queueOne(parent);
  await openChild(parent, name);
  const application = new URL(page.url()).pathname;
  await chooseKindergarten(page);
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  const loss = await signAndLose(parent, LOSSES["ответ потерян после того, как сервис всё сделал"]);
  await fitForAll(page, "minute-1-open-outcome");
  assert.match(await page.title(), new RegExp(OPEN));
  // Nobody is told that the place is lost, or offered another one.
  assert.equal(await page.getByText(/снова открыто|осталось в очереди/).count(), 0);
  assert.equal(await page.getByRole("button", { name: "Выбрать другой детский сад" }).count(), 0);

  await page.reload();
  await h1(page, OPEN);
  await page.goBack();
  await h1(page, OPEN);
  // Every page of the way says the same; the others say where it stands.
  await page.goto(`${server.url}${application}/choose`);
  await h1(page, OPEN);
  await page.getByRole("link", { name: "Помощь" }).first().click();
  await h1(page, "Помощь");
  await page.getByText("Ещё не известно, что стало с действием").waitFor();
  await fitForAll(page, "minute-2-open-elsewhere");
  await page.getByRole("link", { name: "Узнать" }).click();
  await h1(page, OPEN);
  await page.getByRole("link", { name: "Помощь" }).first().click();
  await h1(page, "Помощь");

  loss.release();
  await page.getByText("Действие, которое вы подписали, выполнено.").waitFor();
  await page.getByRole("link", { name: "Открыть результат" }).click();
  await h1(page, "Направление выдано");
  await page.getByText("Действие, которое вы подписали, выполнено.").waitFor({ state: "hidden" });
  await loss.stop();
  for (const sent of loss.sent) assert.deepEqual(sent, loss.sent[0]);

  // Back leads into the way, which is over: no second signature.
  await page.goBack();
  await page.waitForFunction(() => !document.querySelector(".loading"));
  assert.equal(await page.getByRole("button", { name: "Подписать", exact: true }).count(), 0);
  await openChild(parent, name);
  await page.getByText("Направление выдано").first().waitFor();
  await context.close();
});

test("двойной щелчок по «Подписать» отправляет одну подпись", async () => {
  await anew();
  const parent = await parentOf();
  const { page, context, key, password } = parent;
  const { name } = await queueOne(parent);
  await openChild(parent, name);
  await chooseKindergarten(page);
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  const sent = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith("/v1/referrals")) sent.push(request.postData());
  });
  await sign(page, key, password, { clickCount: 2 });
  await h1(page, "Направление выдано");
  assert.equal(sent.length, 1);
  await context.close();
});

test("вторая вкладка: одно место, один исход, и вторая подпись ведёт к тому же направлению", async () => {
  await anew();
  const parent = await parentOf();
  const { page, context, key, password } = parent;
  const { name } = await queueOne(parent);
  await openChild(parent, name);
  const application = new URL(page.url()).pathname;
  await chooseKindergarten(page);
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  await h1(page, "Подписание");

  const second = await context.newPage();
  await second.goto(server.url + application);
  await chooseKindergarten(second);
  await second.getByRole("button", { name: "Подписать и отправить" }).click();
  await h1(second, "Подписание");

  // The first text is as good as the second: opening the second tab took nothing from it.
  await sign(page, key, password);
  await h1(page, "Направление выдано");
  await sign(second, key, password);
  await second.getByRole("alert").getByText(/направление/i).first().waitFor();
  assert.equal(await second.getByText(/снова открыто/).count(), 0);
  await second.getByRole("link", { name: "К заявлению" }).click();
  await second.getByText("Направление выдано").first().waitFor();
  await context.close();
});

test("время, на которое место придержано, вышло, пока исход неизвестен: об этом не говорят, пока не узнают", async () => {
  await anew();
  const parent = await parentOf();
  const { page, context } = parent;
  const { name } = await queueOne(parent);
  await openChild(parent, name);
  await chooseKindergarten(page);
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  const loss = await signAndLose(parent, LOSSES["ответ потерян после того, как сервис всё сделал"]);
  // Another visitor of the demo moves its clock past the end of the hold.
  const moved = await fetch(`${server.url}/v1/demo/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ advance_seconds: 3600 }),
  });
  assert.equal(moved.status, 200);
  await page.reload();
  await h1(page, OPEN);
  assert.equal(await page.getByText(/истекло|снова открыто/).count(), 0);
  await settle(parent, loss, "Направление выдано");
  await context.close();
});

test("подпись опоздала: отказ сервиса сказан словами, и ничего не отправлено второй раз", async () => {
  await anew();
  const parent = await parentOf();
  const { page, context } = parent;
  const { name } = await queueOne(parent);
  await openChild(parent, name);
  await chooseKindergarten(page);
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  const loss = await signAndLose(parent, LOSSES["сети не стало до отправки"]);
  await fetch(`${server.url}/v1/demo/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ advance_seconds: 3600 }),
  });
  loss.release();
  await h1(page, "Подписание");
  await page.getByRole("alert").first().waitFor();
  await page.getByRole("button", { name: "Выбрать другой детский сад" }).first().click();
  await h1(page, "Выберите детский сад");
  await loss.stop();
  await context.close();
});
