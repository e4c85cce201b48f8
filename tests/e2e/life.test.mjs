// The life of a referral in the browser: extension, revocation, nobody arriving, arriving, and the
// second parent. The clock of the demo is moved from its control in the banner.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { demoKeys } from "./keys.mjs";
import {
  birthday, chooseKindergarten, fitForAll, iinOf, logIn, openApplication as openChild, queueChild, sign,
} from "./steps.mjs";
import { freshPage, launchBrowser, serverBinary, settled, startServer } from "./support.mjs";

const run = promisify(execFile);

let server;
let browser;
let keys;
let serial = 500;

before(async () => {
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
});

/** A server of its own for each journey: each moves the clock. */
async function withServer(journey) {
  server = await startServer();
  try {
    keys = await demoKeys(server);
    await journey();
  } finally {
    await keys?.remove();
    await server.stop();
  }
}

/** A parent with a child in the queue, logged in, on a page of their own. */
async function parentOf(name, owner = "ИВАНОВА") {
  const fresh = await freshPage(browser);
  const parent = { ...fresh, name, owner, key: keys.find(owner, "signing"), password: keys.password };
  await logIn(parent.page, server.url, keys.find(owner, "login"), parent);
  await queue(parent);
  return parent;
}

async function queue({ page, name, key, password }) {
  serial += 10;
  const birth = birthday(3, 200);
  await page.goto(`${server.url}/applications/new`);
  await queueChild(page, { birth, serial, surname: "Иванова", name, key, password });
  return iinOf(birth, serial);
}

const openApplication = ({ page, name }) => openChild(page, server.url, `Иванова ${name}`);

async function takeReferral(parent) {
  const { page, key, password } = parent;
  await openApplication(parent);
  await chooseKindergarten(page);
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  await sign(page, key, password);
  await page.getByRole("heading", { level: 1, name: "Направление выдано" }).waitFor();
}

/** The control in the demo banner. */
async function moveClock({ page }, step) {
  const clock = page.getByLabel("Перевести часы вперёд на");
  // The clock is folded away until somebody opens it.
  if (!(await clock.isVisible())) await page.getByText("Часы и ключи").click();
  await clock.selectOption({ label: step });
  const answered = page.waitForResponse((response) =>
    response.url().endsWith("/v1/demo/clock") && response.request().method() === "POST");
  await page.getByRole("button", { name: "Перевести", exact: true }).click();
  assert.equal((await answered).status(), 200);
}

/**
 * What the browser complained about, but for requests that were on their way when the clock was moved: their token had
 * run out, and the page renews it.
 */
const complaints = (trouble) => trouble.filter((line) => !line.includes("401 (Unauthorized)"));

async function position({ page }) {
  return Number((await page.locator(".position .num").first().textContent()).replace(/\D/g, ""));
}

/** From the button of an act to its confirmation. */
async function signAct({ page, key, password }, done) {
  await page.getByRole("heading", { level: 1, name: "Проверьте текст" }).waitFor();
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  await sign(page, key, password);
  await page.getByRole("heading", { level: 1, name: done }).waitFor();
}

test("продление: дата и причина, новый срок, второй раз нельзя", () => withServer(async () => {
  const parent = await parentOf("Алиса");
  const { page, trouble, context } = parent;
  await takeReferral(parent);
  await openApplication(parent);
  await page.getByRole("link", { name: "Продлить направление" }).click();
  await page.getByRole("heading", { level: 1, name: "Продлить направление" }).waitFor();
  await page.getByRole("button", { name: "Продлить", exact: true }).click();
  await page.getByRole("alert").getByText("Заполните поле «Прибыть не позднее»").waitFor();
  await fitForAll(page, "life-1-extension-empty");

  const dates = page.getByLabel("Прибыть не позднее");
  // The empty choice, and the working days of at most 30.
  const offered = await dates.locator("option").allTextContents();
  assert.ok(offered.length > 15 && offered.length <= 24, String(offered));
  assert.ok(offered.every((day) => !/суббота|воскресенье/.test(day)), String(offered));
  const last = await dates.locator("option").last().textContent();
  await dates.selectOption({ label: last });
  await page.getByLabel("Причина продления").selectOption({ index: 1 });
  await fitForAll(page, "life-2-extension");
  await page.getByRole("button", { name: "Продлить", exact: true }).click();
  await signAct(parent, "Направление продлено");
  await page.getByText(last).first().waitFor();
  await fitForAll(page, "life-3-extended");

  await openApplication(parent);
  await page.getByText("Продлить направление можно только один раз").waitFor();
  assert.equal(await page.getByRole("link", { name: "Продлить направление" }).count(), 0);
  await fitForAll(page, "life-4-application");
  await page.getByRole("link", { name: "История" }).click();
  await page.getByText(/Направление .* продлено/).waitFor();
  await page.getByRole("link", { name: "Общие документы" }).click();
  await page.getByRole("button", { name: /Скачать PDF/ }).first().waitFor();
  await fitForAll(page, "life-5-documents");
  assert.deepEqual(trouble, []);
  await context.close();
}));

test("отзыв: обратный отсчёт, прежнее место в очереди, через сутки нельзя", () => withServer(async () => {
  const parent = await parentOf("Сафия");
  const { page, trouble, context } = parent;
  await openApplication(parent);
  const before = await position(parent);
  await takeReferral(parent);
  await openApplication(parent);
  await page.getByText(/Отозвать можно до/).waitFor();
  await page.getByRole("link", { name: "Отозвать направление" }).click();
  await page.getByText(/2[34]:\d\d:\d\d/).waitFor();
  await fitForAll(page, "life-6-revocation");
  await page.getByRole("button", { name: "Продолжить" }).click();
  await signAct(parent, "Направление отозвано");
  await fitForAll(page, "life-7-revoked");
  await openApplication(parent);
  await page.getByText("Номер в очереди").waitFor();
  assert.equal(await position(parent), before);

  await takeReferral(parent);
  await openApplication(parent);
  await moveClock(parent, "1 день");
  await page.getByText(/Отозвать направление можно в течение 24/).waitFor();
  assert.equal(await page.getByRole("link", { name: "Отозвать направление" }).count(), 0);
  assert.deepEqual(complaints(trouble), []);
  await context.close();
}));

test("неявка → стоп-лист → снова в очереди; две просрочки → снят с очереди", () => withServer(async () => {
  const parent = await parentOf("Томирис");
  const { page, trouble, context } = parent;
  await openApplication(parent);
  const before = await position(parent);
  await takeReferral(parent);
  await openApplication(parent);
  await moveClock(parent, "14 дней");
  await page.getByText(/Заявление в стоп-листе/).waitFor();
  assert.equal(await page.getByRole("link", { name: "Выбрать частный детский сад" }).count(), 0);
  await fitForAll(page, "life-8-stop-list");
  await moveClock(parent, "30 дней");
  await page.getByText("Номер в очереди").waitFor();
  assert.equal(await position(parent), before);

  await takeReferral(parent);
  await openApplication(parent);
  await moveClock(parent, "30 дней");
  await page.getByText(/ребёнок снят с очереди/).first().waitFor();
  await fitForAll(page, "life-9-removed");
  await page.getByRole("link", { name: /Уведомления/ }).click();
  await page.getByRole("heading", { level: 1, name: "Уведомления" }).waitFor();
  await page.getByRole("listitem").filter({ hasText: /снято с очереди/ }).first().waitFor();
  await fitForAll(page, "life-10-notices");
  assert.deepEqual(complaints(trouble), []);
  await context.close();
}));

test("зачислен → новая заявка", () => withServer(async () => {
  const parent = await parentOf("Медина");
  const { page, trouble, context } = parent;
  await takeReferral(parent);
  await openApplication(parent);
  const id = new URL(page.url()).pathname.split("/")[2];
  const number = await page.getByText(/АКТ-Н-\d{4}-\d{6}/).first().textContent();

  // The kindergarten's program, made on the command line, says that the child has arrived.
  const garden = await kindergartenOf(parent, id);
  const { stdout } = await run(serverBinary, [
    "client", "add", "--name", "Детский сад", "--bin", garden.bin, "--scope", "enrolments",
    "--database-url", server.databaseUrl,
  ]);
  const clientId = stdout.match(/client_id[^\S\n]*[:=]?[^\S\n]*(\S+)/)[1];
  const secret = stdout.match(/client_secret[^\S\n]*[:=]?[^\S\n]*(\S+)/)[1];
  const token = await (await fetch(`${server.url}/oauth/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials", scope: "enrolments" }),
  })).json();
  const tell = async (method) => {
    const answer = await fetch(`${server.url}/v1/referrals/${garden.referral}/enrolment`, {
      method, headers: { authorization: `Bearer ${token.access_token}` },
    });
    assert.ok(answer.ok, `${answer.status} ${await answer.text()}`);
  };

  // The page that is open says so by itself: it listens, and would ask after a minute only.
  await page.getByText("Направление выдано").first().waitFor();
  await tell("PUT");
  await page.getByText("Зачислен").first().waitFor();
  await fitForAll(page, "life-11-enrolled");

  // One that cannot listen asks every so often.
  const complaints = trouble.length;
  const closed = { status: 503, contentType: "application/problem+json", body: "{}" };
  await page.route("**/v1/changes", (route) => route.fulfill(closed));
  await openApplication(parent);
  await tell("DELETE");
  await page.getByText("Направление выдано").first().waitFor();
  assert.deepEqual(trouble.splice(complaints).filter((line) => !line.includes("503")), []);
  await page.unroute("**/v1/changes");
  await tell("PUT");
  await page.getByText("Зачислен").first().waitFor();
  assert.ok(number.includes("АКТ-Н-"));
  serial -= 10;
  await queue(parent);
  assert.deepEqual(trouble, []);
  await context.close();
}));

/** The kindergarten of the application's referral, as the parent's own session may see it. */
async function kindergartenOf({ page }, application) {
  const answered = page.waitForResponse((response) => response.url().endsWith(`/v1/applications/${application}`));
  await page.reload();
  const { referral } = await (await answered).json();
  const { items } = await (await fetch(`${server.url}/v1/kindergartens?limit=100`)).json();
  const bin = items.find((garden) => garden.id === referral.kindergarten_id)?.bin;
  assert.ok(bin, "the kindergarten's BIN is public");
  return { bin, referral: referral.id };
}

test("прикрепление: второй родитель просит, заявитель разрешает", () => withServer(async () => {
  const parent = await parentOf("Айша");
  await openApplication(parent);
  const number = (await parent.page.getByText(/АКТ-\d{4}-\d{6}/).first().textContent()).match(/АКТ-\d{4}-\d{6}/)[0];
  const second = await freshPage(browser);
  const { page } = second;
  await logIn(page, server.url, keys.find("СЕРИКОВ", "login"), { password: keys.password });
  const askToAttach = async () => {
    await page.goto(`${server.url}/applications`);
    await page.getByRole("link", { name: "Прикрепление заявления" }).click();
    await page.getByRole("link", { name: "Прикрепить заявление к своему ИИН" }).click();
    await page.getByLabel("ИИН ребёнка").fill(iinOf(birthday(3, 200), serial));
    await page.getByLabel("Номер заявления").fill(number);
    await fitForAll(page, "life-12-attach");
    await page.getByRole("button", { name: "Продолжить" }).click();
    await page.getByRole("heading", { level: 1, name: "Подписание" }).waitFor();
    await sign(page, keys.find("СЕРИКОВ", "signing"), keys.password);
    await page.getByRole("heading", { level: 1, name: "Просьба отправлена" }).waitFor();
  };
  await askToAttach();
  await page.goto(`${server.url}/applications`);
  assert.equal(await page.getByRole("link", { name: "Иванова Айша" }).count(), 0);

  await parent.page.goto(`${server.url}/attachments`);
  await parent.page.getByRole("button", { name: "Разрешить" }).waitFor();
  await fitForAll(parent.page, "life-13-decision");
  await parent.page.getByRole("button", { name: "Разрешить" }).click();
  await parent.page.getByRole("button", { name: "Разрешить" }).waitFor({ state: "hidden" });

  const isAttached = async () => {
    await page.goto(`${server.url}/applications`);
    await page.getByRole("link", { name: "Иванова Айша" }).click();
    await page.getByRole("heading", { level: 1, name: /Иванова Айша/ }).waitFor();
  };
  await isAttached();

  // The applicant sees who is attached, and ends it.
  const attached = parent.page.getByRole("listitem").filter({ hasText: "СЕРИКОВ" });
  await attached.getByText(/прикреплено/).waitFor();
  assert.match(await attached.textContent(), /Иванова Айша/);
  await fitForAll(parent.page, "life-14-attached");
  await attached.getByRole("link", { name: "Открепить заявление" }).click();
  await endAttachment(parent, "life-15-detach");
  await page.goto(`${server.url}/applications`);
  await page.getByRole("heading", { level: 1, name: "Журнал заявлений" }).waitFor();
  await settled(page);
  assert.equal(await page.getByRole("link", { name: "Иванова Айша" }).count(), 0);

  // The attached person ends their own.
  const key = keys.find("СЕРИКОВ", "signing");
  await askToAttach();
  await parent.page.goto(`${server.url}/attachments`);
  await parent.page.getByRole("button", { name: "Разрешить" }).click();
  await isAttached();
  await page.goto(`${server.url}/attachments`);
  await page.getByRole("link", { name: "Открепить заявление" }).click();
  await endAttachment({ page, key, password: keys.password }, "life-16-detach-own");
  await parent.page.reload();
  await parent.page.getByRole("heading", { level: 1 }).waitFor();
  await settled(parent.page);
  assert.equal(await parent.page.getByText("СЕРИКОВ").count(), 0);
  assert.deepEqual([...parent.trouble, ...second.trouble], []);
  await parent.context.close();
  await second.context.close();
}));

/** From what it means to its confirmation. */
async function endAttachment({ page, key, password }, name) {
  await page.getByRole("heading", { level: 1, name: "Открепить заявление" }).waitFor();
  await page.getByText("Место ребёнка в очереди не меняется.").waitFor();
  await fitForAll(page, name);
  await page.getByRole("button", { name: "Продолжить" }).click();
  await page.getByRole("heading", { level: 1, name: "Подписание" }).waitFor();
  await sign(page, key, password);
  await page.getByRole("heading", { level: 1, name: "Заявление откреплено" }).waitFor();
}
