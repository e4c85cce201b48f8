// Signing with a phone: the login and the instruction about a referral by somebody who has nothing but a phone, and an
// act at a computer whose QR code a phone reads off the screen. The stand-in for eGov Mobile is a program.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { demoKeys } from "./keys.mjs";
import { birthday, chooseKindergarten, fitForAll, iinOf, logIn } from "./steps.mjs";
import { freshPage, launchBrowser, outFolder, root, screenshot, startServer } from "./support.mjs";

const run = promisify(execFile);
const program = process.env.BALABAQSHA_PHONE ?? join(root, "target/debug/examples/phone");
const ANDROID =
  "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Mobile Safari/537.36";

let server;
let browser;
let keys;

before(async () => {
  server = await startServer({
    databaseUrl: process.env.BALABAQSHA_PHONE_DATABASE,
  });
  browser = await launchBrowser();
  keys = await demoKeys(server);
});

after(async () => {
  await browser?.close();
  await keys?.remove();
  await server?.stop();
});

/** What the application does with a code, and what it shows then. */
async function phone(code, key, manner = "agrees") {
  const options = ["--key", key, "--password", keys.password, "--manner", manner];
  const { stdout } = await run(program, [...code, ...options]).catch((error) => error);
  return stdout;
}

const panel = (page) => page.getByRole("region", { name: "eGov Mobile (ключ в телефоне)" });

/** Follows the link that opens the application on the phone itself, as the application does. */
async function openApplication(page, key, manner) {
  const link = await page.getByRole("link", { name: "Открыть eGov Mobile" }).getAttribute("href");
  const address = new URL(link).searchParams.get("link");
  assert.ok(address.startsWith(server.url), address);
  return phone(["--text", `mobileSign:${address}`], key, manner);
}

/** Signs on the phone itself; `name` keeps a picture of the page before. */
async function signHere(page, key, name) {
  await page.getByRole("button", { name: "Продолжить через eGov Mobile" }).click();
  await page.getByRole("link", { name: "Открыть eGov Mobile" }).waitFor();
  if (name) await fitForAll(page, name);
  return openApplication(page, key);
}

/** Holds what the camera of a phone sees of the screen. */
async function scan(page, key, manner) {
  await page.getByRole("img", { name: "QR-код для eGov Mobile" }).waitFor();
  await screenshot(page, "phone-signing-camera");
  return phone(["--picture", join(outFolder, "phone-signing-camera.png")], key, manner);
}

async function fillChild(page, serial) {
  const [year, month, day] = birthday(3, serial).split("-").map(Number);
  await page.getByLabel("ИИН ребёнка").fill(iinOf(birthday(3, serial), serial));
  await page.getByLabel("Фамилия").fill("Телефонова");
  await page.getByLabel("Имя", { exact: true }).fill("Дана");
  await page.getByLabel("День").fill(String(day));
  await page.getByLabel("Месяц").fill(String(month));
  await page.getByLabel("Год", { exact: true }).fill(String(year));
  await page.getByRole("button", { name: "Продолжить" }).click();
  await page.getByLabel("Населённый пункт").selectOption({ label: "Кандыагаш" });
  await page.getByRole("radio", { name: "общая очередь" }).check();
  await page.getByLabel("Мобильный телефон").fill("8 701 123 45 67");
  await page.getByRole("button", { name: "Продолжить" }).click();
  await page.getByRole("heading", { level: 1, name: "Проверьте заявление" }).waitFor();
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
}

test("somebody who has only a phone logs in and gets a referral", async () => {
  // Today's single GOST512 key.
  const key = keys.find("ОСПАНОВ", "login_and_signing");
  const { page, context, trouble } = await freshPage(browser, {
    width: 360, height: 740, userAgent: ANDROID, isMobile: true, hasTouch: true,
  });
  await page.goto(`${server.url}/login`);
  // On a phone the application is offered first.
  await panel(page).waitFor();
  await fitForAll(page, "phone-signing-login-360");
  await page.getByRole("button", { name: "Продолжить через eGov Mobile" }).click();
  await page.getByRole("link", { name: "Открыть eGov Mobile" }).waitFor();
  await fitForAll(page, "phone-signing-open-360");
  // The browser is thrown out of memory while the application is in front, and comes back.
  const link = await page.getByRole("link", { name: "Открыть eGov Mobile" }).getAttribute("href");
  await page.goto("about:blank");
  const address = new URL(link).searchParams.get("link");
  const told = await phone(["--text", `mobileSign:${address}`], key);
  assert.match(told, /Вход в личный кабинет.*\n200 success/s);
  await page.goto(`${server.url}/login`);
  const first = page.getByRole("heading", { level: 1, name: "Электронная почта" });
  await first.waitFor();
  await page.getByLabel("Электронная почта").fill("phone@example.kz");
  await page.getByRole("button", { name: "Сохранить и продолжить" }).click();
  await first.waitFor({ state: "hidden" });

  await page.goto(`${server.url}/applications/new`);
  await fillChild(page, 401);
  await panel(page).waitFor();
  assert.match(await signHere(page, key, "phone-signing-act-360"), /200 success/);
  await page.getByRole("heading", { level: 1, name: "Ребёнок поставлен в очередь" }).waitFor();

  await page.goto(`${server.url}/applications`);
  await page.getByRole("link", { name: "Телефонова Дана" }).first().click();
  await chooseKindergarten(page);
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  assert.match(await signHere(page, key), /200 success/);
  await page.getByRole("heading", { level: 1, name: "Направление выдано" }).waitFor();
  assert.deepEqual(trouble, []);
  await context.close();
});

test("a phone reads the code off the screen of a computer", async () => {
  const login = keys.find("АХМЕТОВА", "login");
  const signing = keys.find("АХМЕТОВА", "signing");
  const { page, context, trouble } = await freshPage(browser);
  await logIn(page, server.url, login, keys);
  await page.goto(`${server.url}/applications/new`);
  await fillChild(page, 402);
  await page.getByLabel("Место хранения ключа").selectOption("phone");
  await page.getByRole("button", { name: "Получить QR-код" }).click();
  await page.getByRole("img", { name: "QR-код для eGov Mobile" }).waitFor();
  await fitForAll(page, "phone-signing-code-1280");
  // Whoever declines sends nothing; the page says how it stands, and lets begin again.
  assert.match(await scan(page, signing, "declines"), /Заявление о постановке/);
  await page.getByText("Телефон считал код.").waitFor();
  await page.getByRole("button", { name: "Отменить" }).click();
  await page.getByText("Подписание через телефон отменено.").waitFor();
  await page.getByRole("button", { name: "Начать заново" }).click();
  // A signature over another text is refused on the phone and on the page.
  await scan(page, signing, "another-text");
  const refused = page.getByRole("alert").filter({ hasText: "Подпись с телефона не принята" });
  await refused.getByText("Подпись относится к другому тексту.").waitFor();
  await fitForAll(page, "phone-signing-refused-1280");
  await scan(page, signing, "twice");
  await page.getByRole("heading", { level: 1, name: "Ребёнок поставлен в очередь" }).waitFor();

  // The words of the login in all languages.
  await context.clearCookies();
  for (const language of ["kk", "en"]) {
    const guest = await freshPage(browser, { width: 360, height: 740 });
    await guest.page.goto(`${server.url}/login`);
    await guest.page.locator(`.lang button[lang=${language}]`).click();
    await guest.page.locator("#key-storage").selectOption("phone");
    await guest.page.locator(".phone .btn").first().click();
    await guest.page.locator(".qr").waitFor();
    await fitForAll(guest.page, `phone-signing-login-${language}`);
    assert.deepEqual(guest.trouble, []);
    await guest.context.close();
  }
  assert.deepEqual(trouble, []);
  await context.close();
});

test("a second tab plays the phone in the demo", async () => {
  const { page, context, trouble } = await freshPage(browser);
  await page.goto(`${server.url}/login`);
  await page.getByLabel("Место хранения ключа").selectOption("phone");
  await page.getByRole("button", { name: "Получить QR-код" }).click();
  const link = page.getByRole("link", { name: /Демонстрационный телефон/ });
  const [tab] = await Promise.all([context.waitForEvent("page"), link.click()]);
  const sign = tab.getByRole("button", { name: "Подписать в телефоне" });
  await sign.waitFor();
  await fitForAll(tab, "phone-signing-demo-phone-1280");
  await sign.click();
  await tab.getByText("Подпись принята.").waitFor();
  await page.getByRole("heading", { level: 1, name: /Электронная почта|Журнал заявлений/ }).waitFor();
  assert.deepEqual(trouble, []);
  await context.close();
});
