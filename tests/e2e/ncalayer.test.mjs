// NCALayer as the storage of the key, against a stand-in that follows its documented protocol: the
// login and a signed act in both module generations, and everything that can go wrong.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { demoKeys } from "./keys.mjs";
import { PortTaken, startNcaLayer } from "./ncalayer.mjs";
import { NCALAYER, birthday, chooseNcaLayer, fitForAll, queueChild } from "./steps.mjs";
import { freshPage, launchBrowser, startServer } from "./support.mjs";

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

/** A stand-in with the keys of a parent; without the port of NCALayer the test is skipped. */
async function layer(t, options = {}) {
  const of = (purpose) => keys.find("АХМЕТОВА", purpose);
  try {
    const started = await startNcaLayer({
      keys: { login: of("login"), signing: of("signing"), password: keys.password },
      ...options,
    });
    t.after(() => started.stop());
    return started;
  } catch (error) {
    if (!(error instanceof PortTaken)) throw error;
    t.skip("port 13579 is taken: a real NCALayer may be running here");
    return undefined;
  }
}

/** The certificate of the stand-in is its own; that of the real one is put into the browser when it is installed. */
const parentsPage = () => freshPage(browser, { ignoreHTTPSErrors: true });

async function pressLogIn(page) {
  await page.getByRole("button", { name: "Войти", exact: true }).click();
}

async function logIn(page) {
  await page.goto(`${server.url}/login`);
  await chooseNcaLayer(page);
  await pressLogIn(page);
  const journal = page.getByRole("heading", { level: 1, name: "Журнал заявлений" });
  const first = page.getByRole("heading", { level: 1, name: "Электронная почта" });
  await journal.or(first).waitFor();
  if (await first.isVisible()) {
    await page.getByLabel("Электронная почта").fill("parent@example.kz");
    await page.getByRole("button", { name: "Сохранить и продолжить" }).click();
    await first.waitFor({ state: "hidden" });
  }
}

for (const [version, module, serial] of [
  ["1.4", "kz.gov.pki.knca.basics", 301],
  ["1.3", "kz.gov.pki.knca.commonUtils", 302],
]) {
  test(`NCALayer ${version} logs in and signs an application`, async (t) => {
    const nca = await layer(t, { version });
    if (!nca) return;
    const { page, context, trouble } = await parentsPage();
    await logIn(page);
    await page.goto(`${server.url}/applications/new`);
    await queueChild(page, {
      birth: birthday(3, serial - 300), serial, surname: "Ахметова", name: "Дана", key: NCALAYER,
    });
    assert.deepEqual(nca.asked.map((asked) => asked.module), [module, module]);
    assert.deepEqual(trouble, []);
    await context.close();
  });
}

/** Tries to log in and returns what the page says about the storage. */
async function complaint(page) {
  await page.goto(`${server.url}/login`);
  await chooseNcaLayer(page);
  await pressLogIn(page);
  const error = page.locator("#key-storage-error");
  await error.waitFor();
  return error.textContent();
}

test("without NCALayer the page says what to do", async () => {
  const { page, context } = await parentsPage();
  assert.match(await complaint(page), /NCALayer не отвечает/);
  await fitForAll(page, "ncalayer-not-there");
  await context.close();
});

for (const [what, options, expected] of [
  ["a closed window", { manner: "cancel" }, /отменено в окне NCALayer/],
  ["a closed window of the older module", { version: "1.3", manner: "cancel" }, /отменено в окне NCALayer/],
  ["a failure in its own words", { manner: "fail" }, /Токен не подключён/],
  ["an answer nobody understands", { manner: "garbage" }, /непонятен/],
  ["a stop in the middle", { manner: "break-off" }, /остановился/],
  ["a version that is too old", { version: "1.1" }, /NCALayer 1\.1: он слишком старый/],
]) {
  test(`${what} is told, and the login can be tried again`, async (t) => {
    const nca = await layer(t, options);
    if (!nca) return;
    const { page, context } = await parentsPage();
    assert.match(await complaint(page), expected);
    nca.manner = "sign";
    nca.version = "1.4";
    await pressLogIn(page);
    await page.getByRole("heading", { level: 1, name: /Журнал заявлений|Электронная почта/ }).waitFor();
    await context.close();
  });
}

test("an agent that hands out the wrong signature is not believed", async (t) => {
  const nca = await layer(t);
  if (!nca) return;
  nca.keys = { ...nca.keys, login: keys.find("АХМЕТОВА", "signing") };
  const { page, context } = await parentsPage();
  await page.goto(`${server.url}/login`);
  await chooseNcaLayer(page);
  await pressLogIn(page);
  await page.getByText("Ключ не для этого действия").waitFor();
  await context.close();
});
