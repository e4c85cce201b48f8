// The main job in the browser, step by step as the referral instruction says: log in with a key,
// queue a child, choose a private kindergarten, sign, hold the referral.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { promisify } from "node:util";
import { demoKeys, modernCopy, truncated } from "./keys.mjs";
import {
  birthday, chooseKindergarten, fitForAll, logIn as logInAt, openKey as openKeyWith, queueChild as queueWith,
} from "./steps.mjs";
import { freshPage, launchBrowser, open, startServer } from "./support.mjs";

const run = promisify(execFile);
const SERVICE = "Постановка детей дошкольного возраста на очередь в ДДО";

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

const openKey = (page, path, password = keys.password) => openKeyWith(page, path, password);
const logIn = (page, path) => logInAt(page, server.url, path, { password: keys.password });
const queueChild = (page, child) => queueWith(page, { ...child, password: keys.password });

test("the journey of the referral instruction, from the home page to the paper", async () => {
  const { page, context, trouble } = await freshPage(browser);
  const sent = [];
  page.on("request", (request) => sent.push(request.postDataBuffer() ?? Buffer.alloc(0)));

  // 1. The home page: the locality, then the service.
  await page.goto(server.url);
  await page.getByRole("combobox", { name: "Ваш населённый пункт" }).fill("Кандыа");
  await page.getByRole("option", { name: /Кандыагаш/ }).click();
  await page.getByRole("button", { name: "Продолжить" }).click();
  await page.getByRole("heading", { name: SERVICE }).waitFor();
  await fitForAll(page, "1-service");
  await page.getByRole("link", { name: SERVICE }).click();

  // 2 to 4. Login: storage, file, password, the owner's data, «Войти».
  await page.getByRole("heading", { level: 1, name: "Вход в личный кабинет" }).waitFor();
  await openKey(page, keys.find("ИВАНОВА", "login"));
  await page.getByRole("heading", { name: "Данные владельца ключа" }).waitFor();
  await page.getByText("ИВАНОВА ЕЛЕНА ПЕТРОВНА").first().waitFor();
  await fitForAll(page, "2-owner");
  await page.getByRole("button", { name: "Войти", exact: true }).click();

  // At the first login an e-mail address is obligatory.
  await page.getByRole("heading", { level: 1, name: "Электронная почта" }).waitFor();
  await page.getByLabel("Электронная почта").fill("not an address");
  await page.getByRole("button", { name: "Сохранить и продолжить" }).click();
  await page.getByRole("alert").getByText("name@example.kz").waitFor();
  await fitForAll(page, "3-email-error");
  await page.getByLabel("Электронная почта").fill("ivanova@example.kz");
  await page.getByRole("button", { name: "Сохранить и продолжить" }).click();
  await page.getByRole("heading", { level: 1, name: "Электронная почта" }).waitFor({ state: "hidden" });

  // Queueing the child, signed with the RSA key.
  await page.goto(`${server.url}/applications/new`);
  await queueChild(page, {
    birth: birthday(3, 40), serial: 11, surname: "Иванова", name: "Алиса",
    key: keys.find("ИВАНОВА", "signing"),
  });
  await fitForAll(page, "4-queued");

  // 5 and 6. The journal of applications; its line opens the application.
  await page.getByRole("link", { name: "Журнал заявлений" }).first().click();
  await page.getByRole("heading", { level: 1, name: "Журнал заявлений" }).waitFor();
  await fitForAll(page, "5-journal");
  await page.getByRole("link", { name: /Иванова Алиса/ }).click();
  await page.getByRole("heading", { level: 1, name: /Иванова Алиса/ }).waitFor();
  await page.getByText("Номер в очереди").waitFor();
  await fitForAll(page, "6-application");

  // 7 to 9. «Выбрать частный детский сад», the notice, the list.
  await chooseKindergarten(page);
  await page.getByText("придержано за вами").waitFor();
  await fitForAll(page, "7-check");
  await page.getByText("Прошу выдать направление в частный детский сад").waitFor();

  // 10 to 12. «Подписать и отправить», key, password, «Подписать».
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  await openKey(page, keys.find("ИВАНОВА", "signing"));
  await page.getByRole("radio", { name: /ИВАНОВА/ }).waitFor();
  await fitForAll(page, "8-sign");
  await page.getByRole("button", { name: "Подписать", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Направление выдано" }).waitFor();
  await fitForAll(page, "9-referral");

  // 13. «Общие документы»: seen, downloaded, checked.
  await page.goto(`${server.url}/applications`);
  await page.getByRole("link", { name: /Иванова Алиса/ }).click();
  await page.getByText("Направление выдано").first().waitFor();
  await page.getByRole("link", { name: "Общие документы" }).click();
  await page.getByText("Направление в частный детский сад").first().waitFor();
  await fitForAll(page, "10-documents");
  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: /Скачать PDF/ }).first().click();
  const path = await (await downloading).path();
  const bytes = await readFile(path);
  assert.equal(bytes.subarray(0, 5).toString(), "%PDF-");
  const { stdout } = await run("pdftotext", [path, "-"]);
  assert.match(stdout, /АКТ-Н-\d{4}-\d{6}/);
  assert.match(stdout, /Иванова Алиса/);
  const address = stdout.match(/http:\/\/127\.0\.0\.1:\d+\/r\/[\w-]+/)?.[0];
  assert.ok(address, "the address of the QR code is printed");

  // What the QR code leads to, for anybody.
  const stranger = await freshPage(browser);
  await stranger.page.goto(address);
  await stranger.page.getByText("Направление действует").waitFor();
  assert.equal(await stranger.page.getByText("Алиса").count(), 0);
  await fitForAll(stranger.page, "11-verification");
  await stranger.context.close();

  // The key and the password have never left the browser.
  const key = await readFile(keys.find("ИВАНОВА", "signing"));
  for (const body of sent) {
    assert.ok(!body.includes(keys.password), "the password was sent");
    assert.ok(!body.includes(key.subarray(100, 400)), "the key file was sent");
    assert.ok(!body.includes(key.subarray(100, 400).toString("base64").slice(4, 200)), "the key file was sent");
  }
  assert.deepEqual(trouble, []);
  await context.close();
});

test("today's single GOST key logs in and signs", async () => {
  const { page, context, trouble } = await freshPage(browser);
  const key = keys.find("ОСПАНОВ", "login_and_signing");
  await logIn(page, key);
  await page.goto(`${server.url}/applications/new`);
  await queueChild(page, {
    birth: birthday(3, 10), serial: 21, surname: "Оспанов", name: "Алан", key,
  });
  assert.deepEqual(trouble, []);
  await context.close();
});

test("a key file written by today's openssl logs in and signs", async () => {
  const { page, context, trouble } = await freshPage(browser);
  await logIn(page, await modernCopy(keys.find("АХМЕТОВА", "login"), keys.password));
  await page.goto(`${server.url}/applications/new`);
  await queueChild(page, {
    birth: birthday(4, 5), serial: 31, surname: "Ахметова", name: "Сафия",
    key: await modernCopy(keys.find("АХМЕТОВА", "signing"), keys.password),
  });
  assert.deepEqual(trouble, []);
  await context.close();
});

test("a child that is too young by a day sees the reason instead of the button", async () => {
  const { page, context } = await freshPage(browser);
  await logIn(page, keys.find("СЕРИКОВ", "login"));
  await page.goto(`${server.url}/applications/new`);
  await queueChild(page, {
    birth: birthday(3, -1), serial: 41, surname: "Сериков", name: "Омар",
    key: keys.find("СЕРИКОВ", "signing"),
  });
  await page.getByRole("link", { name: "Открыть заявление" }).click();
  await page.getByText("Выбор пока недоступен").waitFor();
  await page.getByText(/Выбор откроется \d{2}\.\d{2}\.\d{4}/).waitFor();
  assert.equal(await page.getByRole("link", { name: "Выбрать частный детский сад" }).count(), 0);
  await fitForAll(page, "12-too-young");
  await context.close();
});

for (const [what, path, password, sentence] of [
  ["a wrong password", () => keys.find("СЕРИКОВ", "login"), "wrong", "Пароль не подходит"],
  ["a file that is no key file", async () => {
    const file = join(keys.folder, "photo.p12");
    await writeFile(file, "JFIF");
    return file;
  }, undefined, "не файл ключа"],
  ["a truncated file", () => truncated(keys.find("СЕРИКОВ", "login")), undefined, "Файл неполный"],
  ["an expired key", () => keys.find("СЕРИКОВ", "login", "expired"), undefined, "Срок истёк"],
  ["a signing key at the login", () => keys.find("СЕРИКОВ", "signing"), undefined, "Этот ключ не для входа"],
]) {
  test(`${what} is told in words at the login`, async () => {
    const { page, context } = await freshPage(browser, { width: 360 });
    await page.goto(`${server.url}/login`);
    await openKey(page, await path(), password);
    await page.getByText(sentence).first().waitFor();
    await fitForAll(page, `13-${what.replaceAll(" ", "-")}`);
    await context.close();
  });
}

test("a key of an unknown authority is refused by the service", async () => {
  const { page, context } = await freshPage(browser);
  await page.goto(`${server.url}/login`);
  await openKey(page, keys.find("СЕРИКОВ", "login", "untrusted"));
  await page.getByRole("button", { name: "Войти", exact: true }).click();
  await page.getByText("Ключ выдан другим центром").waitFor();
  await fitForAll(page, "14-untrusted");
  await context.close();
});

test("a key of another person cannot sign", async () => {
  const { page, context } = await freshPage(browser);
  await logIn(page, keys.find("СЕРИКОВ", "login"));
  await page.goto(`${server.url}/applications`);
  await page.getByRole("link", { name: /Серикова Айлин/ }).click();
  await chooseKindergarten(page);
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  await openKey(page, keys.find("АХМЕТОВА", "signing"));
  await page.getByRole("button", { name: "Подписать", exact: true }).click();
  await page.getByText("Ключ другого человека").waitFor();
  await fitForAll(page, "15-another-person");
  await context.close();
});

const ROUTES = ["/", "/localities/kandyagash", "/localities/aktobe", "/places", "/login", "/r",
  "/r/nosuchtoken", "/help", "/accessibility", "/no-such-page"];
for (const [language, tag] of [["Қаз", "kk"], ["Рус", "ru"], ["Eng", "en"]]) {
  for (const width of [360, 1280]) {
    test(`every public page in ${tag} at ${width} px is fit for everybody`, async () => {
      const { page, context } = await freshPage(browser, { width });
      await page.goto(server.url);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.getByRole("button", { name: language }).click();
      for (const route of ROUTES) {
        await open(page, `${server.url}${route}`);
        assert.equal(await page.locator("html").getAttribute("lang"), tag, route);
        await fitForAll(page, `page-${tag}-${width}-${route.replaceAll("/", "_")}`);
      }
      await context.close();
    });
  }
}
