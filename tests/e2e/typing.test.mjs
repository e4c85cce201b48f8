// What parents type: read as it looks, refused by its real reason, kept where it was, and the focus
// never lost.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { demoKeys } from "./keys.mjs";
import { birthday, iinOf, logIn, openKey } from "./steps.mjs";
import { axeViolations, freshPage, launchBrowser, open, startServer } from "./support.mjs";

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

const focused = (page) => page.evaluate(() => document.activeElement?.id || document.activeElement?.tagName);

test("a child is typed as it looks, and refused by its reason", async () => {
  const { page, context, trouble } = await freshPage(browser);
  await logIn(page, server.url, keys.find("ИВАНОВА", "login"), { password: keys.password });
  await page.getByRole("link", { name: "Поставить ребёнка в очередь" }).click();
  const birth = birthday(3, 100);
  const [year, month, day] = birth.split("-");
  const iin = iinOf(birth, 7001);

  // Wrong in three ways at once.
  await page.getByLabel("ИИН ребёнка").fill(iin.slice(0, 11));
  await page.getByLabel("Фамилия").fill("Серик0ва");
  await page.getByLabel("Имя", { exact: true }).fill("Айлин");
  await page.getByLabel("День").fill("31");
  await page.getByLabel("Месяц").fill("апреля");
  await page.getByLabel("Год", { exact: true }).fill("2022");
  await page.getByRole("button", { name: "Продолжить" }).click();
  const summary = page.getByRole("alert");
  await summary.getByText(/^ИИН ребёнка: .*11/).waitFor();
  await summary.getByText(/^Фамилия: .*«0»/).waitFor();
  await summary.getByText(/^Дата рождения: .*«31 апреля 2022».*30/).waitFor();
  assert.equal(await focused(page), "error-summary");
  assert.deepEqual(await axeViolations(page), []);

  // The same child as it is pasted: groups, invisible marks, a Latin letter, a decomposed one.
  await page.getByLabel("ИИН ребёнка").fill(`${iin.slice(0, 6)} ${iin.slice(6)}\u200b`);
  await page.getByLabel("Фамилия").fill("Cерикова");
  await page.getByLabel("Имя", { exact: true }).fill("Аи\u0306лин");
  await page.getByLabel("День").evaluate((field, text) => {
    const data = new DataTransfer();
    data.setData("text/plain", text);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
  }, `${day}.${month}.${year}`);
  assert.equal(await page.getByLabel("Месяц").inputValue(), month);
  assert.equal(await page.getByLabel("Год", { exact: true }).inputValue(), year);
  await page.getByRole("button", { name: "Продолжить" }).click();
  await page.getByRole("heading", { level: 1, name: "Куда и на каком основании?" }).waitFor();
  await page.getByLabel("Населённый пункт").selectOption({ label: "Кандыагаш" });
  await page.getByRole("radio", { name: "общая очередь" }).check();
  await page.getByLabel("Мобильный телефон").fill("\u202a8 (701) 123\u201145\u201367\u202c");
  await page.getByRole("button", { name: "Продолжить" }).click();
  await page.getByRole("heading", { level: 1, name: "Проверьте заявление" }).waitFor();
  await page.getByText("Серикова Айлин").waitFor();
  await page.getByText(iin, { exact: true }).waitFor();
  await page.getByText(/\+7.701.123.45.67/).waitFor();
  assert.deepEqual(trouble, []);
  await context.close();
});

test("letters that papers do not print are asked about", async () => {
  const { page, context } = await freshPage(browser);
  await logIn(page, server.url, keys.find("ИВАНОВА", "login"), { password: keys.password });
  await page.getByRole("link", { name: "Поставить ребёнка в очередь" }).click();
  const birth = birthday(3, 90);
  const [year, month, day] = birth.split("-");
  await page.getByLabel("ИИН ребёнка").fill(iinOf(birth, 7101));
  await page.getByLabel("Фамилия").fill("王");
  await page.getByLabel("Имя", { exact: true }).fill("გიორგი");
  await page.getByLabel("День").fill(`${day}.${month}.${year}`);
  await page.getByRole("button", { name: "Продолжить" }).click();
  await page.getByLabel("Населённый пункт").selectOption({ label: "Кандыагаш" });
  await page.getByRole("radio", { name: "общая очередь" }).check();
  await page.getByLabel("Мобильный телефон").fill("87011234567");
  await page.getByRole("button", { name: "Продолжить" }).click();
  await page.getByText("эти буквы не печатаются: 王.").waitFor();
  await context.close();
});

test("the key list keeps its key when it is updated again, and the password can be looked at", async () => {
  const { page, context, trouble } = await freshPage(browser);
  await open(page, `${server.url}/login`);
  const password = page.getByLabel("Пароль на хранилище ключей");
  await page.getByRole("button", { name: "Обновить список ключей" }).click();
  await page.getByRole("alert").getByText("Заполните поле «Пароль на хранилище ключей».").waitFor();
  await password.fill(keys.password);
  assert.equal(await password.getAttribute("type"), "password");
  await page.getByLabel("Показать пароль").check();
  assert.equal(await password.getAttribute("type"), "text");
  await page.getByLabel("Показать пароль").uncheck();
  await openKey(page, keys.find("ИВАНОВА", "login"), keys.password);
  await page.getByRole("heading", { name: "Данные владельца ключа" }).waitFor();
  await page.getByRole("button", { name: "Обновить список ключей" }).click();
  await page.getByRole("radio", { name: /ИВАНОВА/ }).waitFor();
  assert.equal(await page.getByRole("radio", { name: /ИВАНОВА/ }).isChecked(), true);
  await page.getByRole("heading", { name: "Данные владельца ключа" }).waitFor();
  assert.deepEqual(trouble, []);
  await context.close();
});

test("a demo key is tried with one press", async () => {
  const { page, context, trouble } = await freshPage(browser);
  await open(page, `${server.url}/login`);
  const key = keys.items.find(({ owner, purpose, condition }) =>
    owner.startsWith("ИВАНОВА") && purpose === "login" && condition === "valid");
  await page.getByRole("button", { name: `Попробовать этим ключом: ${key.file_name}` }).click();
  await page.getByRole("heading", { name: "Данные владельца ключа" }).waitFor();
  await page.getByRole("button", { name: "Войти", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Вход в личный кабинет" }).waitFor({ state: "detached" });
  assert.deepEqual(trouble, []);
  await context.close();
});

test("after «ОК» the focus is on the heading of the list; history names no rule", async () => {
  const { page, context } = await freshPage(browser);
  await logIn(page, server.url, keys.find("СЕРИКОВ", "login"), { password: keys.password });
  await page.getByRole("link", { name: /Серикова Айлин/ }).first().click();
  await page.getByRole("link", { name: "Выбрать частный детский сад" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "ОК", exact: true }).click();
  await page.getByRole("radio").first().waitFor();
  assert.equal(await focused(page), "page-heading");
  await page.goBack();
  await page.getByRole("link", { name: "История" }).click();
  await page.getByText(/Подано заявление/).waitFor();
  assert.equal(await page.getByText(/Правило R\d/).count(), 0);
  await context.close();
});
