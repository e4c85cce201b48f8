// Every published address shows its page; what belongs to a person shows the login to strangers,
// under the same address.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { freshPage, launchBrowser, settled, startServer, started } from "./support.mjs";

const ID = "0198a0b0-0000-7000-8000-000000000001";
const LOGIN = "Вход в личный кабинет";
const NOT_FOUND = "Страница не найдена";

const PUBLIC = {
  "/": "Место в детском саду — без посредников и очередей у окна",
  "/places": "Свободные места",
  "/login": LOGIN,
  "/localities/kandyagash": "Кандыагаш",
  "/r": "Проверка направления",
  "/r/nobody-knows-it": "Такого направления нет",
  "/help": null,
  "/help/": null,
  "/accessibility": null,
  "/saved": "Сохранено на этом телефоне",
};

const PERSONAL = [
  "/account",
  "/applications",
  "/applications/new",
  ...["details", "check", "sign"].map((step) => `/applications/new/${step}`),
  `/applications/${ID}`,
  ...["history", "documents", "submitted"].map((page) => `/applications/${ID}/${page}`),
  ...["choose", "extension", "revocation", "withdrawal"].flatMap((act) =>
    ["", "/check", "/sign", "/done"].map((step) => `/applications/${ID}/${act}${step}`)),
  "/attachments",
  ...["", "/sign", "/done"].map((step) => `/attachments/new${step}`),
  "/notices",
  `/documents/${ID}`,
  `/applications/${ID}/looks`,
  ...["", "/applications", "/kindergartens", "/localities", "/imports", "/suspensions", "/calendar",
    "/appointments", "/appointments/new", "/audit"].map((page) => `/office${page}`),
];

const NOWHERE = [
  "/nowhere",
  "/applications/7",
  "/applications/new/pay",
  `/applications/${ID}/unknown-act`,
  `/applications/${ID}/choose/unknown-step`,
  "/localities/a/b",
  "/localities/nowhere",
  "/kindergartens/7",
  `/kindergartens/${ID}`,
];

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

async function headingAt(page, path) {
  await page.goto(server.url + path);
  await started(page);
  const heading = page.getByRole("heading", { level: 1 });
  await heading.waitFor();
  await settled(page);
  return (await heading.textContent()).replaceAll(/\s+/g, " ").trim();
}

test("every public address shows its own page", async () => {
  const { page, context } = await freshPage(browser);
  for (const [path, expected] of Object.entries(PUBLIC)) {
    const heading = await headingAt(page, path);
    if (expected !== null) assert.equal(heading, expected, path);
    assert.notEqual(heading, NOT_FOUND, path);
  }
  await context.close();
});

test("a page of a person shows the login to strangers, under the same address", async () => {
  const { page, context } = await freshPage(browser);
  for (const path of PERSONAL) {
    assert.equal(await headingAt(page, path), LOGIN, path);
    assert.equal(new URL(page.url()).pathname, path);
  }
  await context.close();
});

test("an address that names nothing says so", async () => {
  const { page, context } = await freshPage(browser);
  for (const path of NOWHERE) {
    // Whoever has not logged in learns nothing about addresses of persons.
    const expected = path.startsWith("/applications") ? [NOT_FOUND, LOGIN] : [NOT_FOUND];
    const heading = await headingAt(page, path);
    assert.ok(expected.includes(heading), `${path}: ${heading}`);
  }
  await context.close();
});
