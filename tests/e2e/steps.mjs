// What parents do on the pages, step by step, for the journeys.

import assert from "node:assert/strict";
import { axeViolations, overflow, screenshot } from "./support.mjs";

/** The page as it is now is fit for everybody. */
export async function fitForAll(page, name) {
  await screenshot(page, name);
  assert.deepEqual(await axeViolations(page), [], name);
  assert.equal(await overflow(page), 0, name);
}

/** The page is fit for everybody on a phone and on a computer. */
export async function fitAtBothWidths(page, name) {
  for (const width of [360, 1280]) {
    await page.setViewportSize({ width, height: 900 });
    await fitForAll(page, `${name}-${width}`);
  }
}

/** An IIN of a child born that day, with the control digit of the rules; `serial` tells them apart. */
export function iinOf(birth, serial) {
  const stem = birth.slice(2).replaceAll("-", "") + "5" + String(serial).padStart(4, "0");
  const digits = [...stem].map(Number);
  for (const weights of [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]]) {
    const control = digits.reduce((sum, digit, i) => sum + digit * weights[i], 0) % 11;
    if (control < 10) return stem + control;
  }
  return iinOf(birth, serial + 1);
}

/** A birthday so many years and days ago. */
export function birthday(years, days = 0) {
  const day = new Date(Date.now() + 5 * 3_600_000);
  day.setUTCFullYear(day.getUTCFullYear() - years);
  day.setUTCDate(day.getUTCDate() - days);
  return day.toISOString().slice(0, 10);
}

/** Chooses a key file, types the password and presses «Обновить список ключей». */
export async function openKey(page, path, password) {
  await page.getByLabel("Место хранения ключа").selectOption({ label: "Файл на этом компьютере" });
  await page.locator("#key-file").setInputFiles(path);
  await page.getByLabel("Пароль на хранилище ключей").fill(password);
  await page.getByRole("button", { name: "Обновить список ключей" }).click();
}

export async function logIn(page, url, path, { password, email = "parent@example.kz" }) {
  await page.goto(`${url}/login`);
  await openKey(page, path, password);
  await page.getByRole("heading", { name: "Данные владельца ключа" }).waitFor();
  await page.getByRole("button", { name: "Войти", exact: true }).click();
  const journal = page.getByRole("heading", { level: 1, name: "Журнал заявлений" });
  const first = page.getByRole("heading", { level: 1, name: "Электронная почта" });
  await journal.or(first).waitFor();
  if (await first.isVisible()) {
    await page.getByLabel("Электронная почта").fill(email);
    await page.getByRole("button", { name: "Сохранить и продолжить" }).click();
    await page.getByRole("heading", { level: 1, name: "Электронная почта" }).waitFor({ state: "hidden" });
  }
}

export async function queueChild(page, { birth, serial, surname, name, key, password }) {
  const [year, month, day] = birth.split("-").map(Number);
  await page.getByLabel("ИИН ребёнка").fill(iinOf(birth, serial));
  await page.getByLabel("Фамилия").fill(surname);
  await page.getByLabel("Имя", { exact: true }).fill(name);
  await page.getByLabel("День").fill(String(day));
  await page.getByLabel("Месяц").fill(String(month));
  await page.getByLabel("Год", { exact: true }).fill(String(year));
  await page.getByRole("button", { name: "Продолжить" }).click();

  await page.getByRole("heading", { level: 1, name: "Куда и на каком основании?" }).waitFor();
  await page.getByLabel("Населённый пункт").selectOption({ label: "Кандыагаш" });
  await page.getByRole("radio", { name: "общая очередь" }).check();
  await page.getByLabel("Мобильный телефон").fill("8 701 123 45 67");
  await page.getByRole("button", { name: "Продолжить" }).click();

  await page.getByRole("heading", { level: 1, name: "Проверьте заявление" }).waitFor();
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  await sign(page, key, password);
  await page.getByRole("heading", { level: 1, name: "Ребёнок поставлен в очередь" }).waitFor();
}

/** The key of NCALayer, in place of the path of a key file. */
export const NCALAYER = Symbol("NCALayer");

export async function chooseNcaLayer(page) {
  await page.getByLabel("Место хранения ключа").selectOption("ncalayer");
}

/** `click` is how the button is pressed. */
export async function sign(page, path, password, click = {}) {
  if (path === NCALAYER) await chooseNcaLayer(page);
  else await openKey(page, path, password);
  await page.getByRole("button", { name: "Подписать", exact: true }).click(click);
}

/** Opens the newest application of a child from the journal. */
export async function openApplication(page, url, child) {
  await page.goto(`${url}/applications`);
  await page.getByRole("link", { name: child }).first().click();
  await page.getByRole("heading", { level: 1, name: new RegExp(child) }).waitFor();
}

/** From the open application to the page that asks for the signature of the referral. */
export async function chooseKindergarten(page, kindergarten) {
  await page.getByRole("link", { name: "Выбрать частный детский сад" }).click();
  const notice = page.getByRole("dialog");
  await notice.getByText("ребёнок снимается с очереди").waitFor();
  await notice.getByRole("button", { name: "ОК", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Выберите детский сад" }).waitFor();
  await page.getByRole("radio", { name: kindergarten }).first().check();
  await page.getByRole("button", { name: "Продолжить" }).click();
  await page.getByRole("heading", { level: 1, name: "Проверьте свой выбор" }).waitFor();
}
