// «Спорный ребёнок» in three languages and «восстановление направления»: an official finds the application, sees
// what is known of it beside what can be decided, and signs the decision with a reason.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { demoKeys } from "./keys.mjs";
import { appoint, begin, LANGUAGES, logInToChoose, signDecision } from "./office.mjs";
import { birthday, chooseKindergarten, fitAtBothWidths, logIn, openApplication, queueChild, sign } from "./steps.mjs";
import { freshPage, launchBrowser, open, settled, startServer } from "./support.mjs";

const OFFICIAL = "ИВАНОВА";
const OFFICIAL_IIN = "951010300054";
const PARENT = "СЕРИКОВ";
const CHILD = "Сериков Алихан";
const DAY = 24 * 3_600;

let server;
let browser;
let keys;

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
  keys = await demoKeys(server);
  await appoint(server, OFFICIAL_IIN, "queue");
});

after(async () => {
  await browser?.close();
  await keys?.remove();
  await server?.stop();
});

const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

/** A parent with a new child in the queue, and the number of its application. */
async function parentWithChild(index) {
  const parent = await freshPage(browser);
  const { page } = parent;
  await logIn(page, server.url, keys.find(PARENT, "login"), { password: keys.password });
  await page.goto(`${server.url}/applications/new`);
  await queueChild(page, {
    birth: birthday(4, 40 + index), serial: 800 + index, surname: "Сериков", name: "Алихан",
    key: keys.find(PARENT, "signing"), password: keys.password,
  });
  const id = new URL(page.url()).pathname.match(/[0-9a-f]{8}-[0-9a-f-]{27}/)[0];
  return { ...parent, id };
}

async function official(language) {
  const office = await freshPage(browser);
  await logInToChoose(office.page, server.url, keys.find(OFFICIAL, "login"), keys.password);
  const words = await begin(office.page, language);
  return { ...office, words };
}

/** What the page of an application can decide, by the value of the choice; then the signature. */
async function decide({ page, words }, kind, reason) {
  await page.locator(`input[name="decision"][value="${kind}"]`).check();
  await page.locator("#reason").fill(reason);
  await page.getByRole("button", { name: words.suspensions.to_signature }).click();
  await signDecision(page, words, keys.find(OFFICIAL, "signing"), keys.password);
  await page.getByText(words.cases.done, { exact: true }).waitFor();
}

for (const [index, [language]] of LANGUAGES.entries()) {
  test(`a disputed child is decided about in ${language}`, async () => {
    const parent = await parentWithChild(index);
    const office = await official(language);
    const { page, words } = office;
    await open(page, `${server.url}/office/applications/${parent.id}`);
    await heading(page, CHILD);
    await settled(page);
    // What is missing is said at once.
    await page.getByRole("button", { name: words.suspensions.to_signature }).click();
    await page.locator("#error-summary").waitFor();
    await fitAtBothWidths(page, `queue-office-empty-${language}`);
    await decide(office, "dispute", "нет свидетельства");
    await fitAtBothWidths(page, `queue-office-disputed-${language}`);
    await page.getByRole("link", { name: words.cases.to_list }).click();
    await heading(page, words.cases.heading);
    await settled(page);
    await fitAtBothWidths(page, `queue-office-waiting-${language}`);
    await page.getByRole("row", { name: words.cases.disputed }).getByRole("link").click();
    await heading(page, CHILD);
    await decide(office, "decide_for", "свидетельство о рождении");
    await page.getByText(words.history.disputed).waitFor();
    assert.deepEqual(office.trouble, []);
    await office.context.close();
    await open(parent.page, `${server.url}/applications/${parent.id}/history`);
    await parent.page.getByText("свидетельство о рождении").waitFor();
    assert.deepEqual(parent.trouble, []);
    await parent.context.close();
  });
}

test("a referral that lapsed is restored", async () => {
  const parent = await parentWithChild(9);
  const { page } = parent;
  await openApplication(page, server.url, CHILD);
  await chooseKindergarten(page);
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  await sign(page, keys.find(PARENT, "signing"), keys.password);
  await heading(page, "Направление выдано");
  const answer = await fetch(`${server.url}/v1/demo/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ advance_seconds: 12 * DAY }),
  });
  assert.equal(answer.status, 200);
  const office = await official("ru");
  await open(office.page, `${server.url}/office/applications/${parent.id}`);
  await heading(office.page, CHILD);
  await decide(office, "restore_referral", "сад был закрыт");
  await fitAtBothWidths(office.page, "queue-office-restored-ru");
  assert.deepEqual(office.trouble, []);
  await office.context.close();
  await open(page, `${server.url}/applications/${parent.id}/history`);
  await page.getByText("сад был закрыт").waitFor();
  // A request may have been on its way when the clock was moved.
  assert.deepEqual(parent.trouble.filter((line) => !line.includes("401 (Unauthorized)")), []);
  await parent.context.close();
});
