// What officials do on the pages, for the journeys of the office: appointing them at the command line, the login
// with the choice of the capacity, and the words of the screens in one language.

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { openKey } from "./steps.mjs";
import { root, serverBinary } from "./support.mjs";

const run = promisify(execFile);

export const LANGUAGES = [["kk", "Қаз"], ["ru", "Рус"], ["en", "Eng"]];

/** The words of the screens: `words.office.heading`. */
export async function wordsOf(language) {
  return JSON.parse(await readFile(join(root, "web/locales", `${language}.json`), "utf8"));
}

async function command(server, ...args) {
  return run(serverBinary, [...args, "--by", "А. Ахметова", "--database-url", server.databaseUrl]);
}

export const appoint = (server, iin, ...duties) =>
  command(server, "official", "appoint", "--iin", iin, "--locality", "kandyagash",
    ...duties.flatMap((duty) => ["--duty", duty]));

/** Ends all appointments of a person. */
export async function endAppointments(server, iin) {
  const { stdout } = await run(serverBinary, ["official", "list", "--database-url", server.databaseUrl]);
  for (const line of stdout.split("\n").filter((line) => line.includes(iin))) {
    const id = line.match(/[0-9a-f]{8}-[0-9a-f-]{27}/)[0];
    await command(server, "official", "end", id);
  }
}

/** The login of an official, in Russian, up to the choice of the capacity. */
export async function logInToChoose(page, url, path, password) {
  await page.goto(`${url}/login`);
  await openKey(page, path, password);
  await page.getByRole("heading", { name: "Данные владельца ключа" }).waitFor();
  await page.getByRole("button", { name: "Войти", exact: true }).click();
  const choice = page.getByRole("heading", { level: 1, name: "В какой роли вы работаете?" });
  const first = page.getByRole("heading", { level: 1, name: "Электронная почта" });
  await choice.or(first).waitFor();
  if (await first.isVisible()) {
    await page.getByLabel("Электронная почта").fill("official@example.kz");
    await page.getByRole("button", { name: "Сохранить и продолжить" }).click();
    await choice.waitFor();
  }
}

/** The language of everything that follows. */
export async function speak(page, language) {
  const [, button] = LANGUAGES.find(([tag]) => tag === language);
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.locator(`html[lang="${language}"]`).waitFor();
}

/** Chooses to work as an official, in a language. */
export async function begin(page, language) {
  const words = await wordsOf(language);
  await speak(page, language);
  await page.locator("#capacity-1").check();
  await page.getByRole("button", { name: words.common.proceed }).click();
  await page.getByRole("heading", { level: 1, name: words.office.heading }).waitFor();
  return words;
}

/** A BIN with the control digit of the rules; `serial` tells them apart. */
export function binOf(serial) {
  const stem = `050440${String(serial).padStart(5, "0")}`;
  const digits = [...stem].map(Number);
  for (const weights of [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11], [3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2]]) {
    const control = digits.reduce((sum, digit, i) => sum + digit * weights[i], 0) % 11;
    if (control < 10) return stem + control;
  }
  return binOf(serial + 1);
}

/** Signs what the page shows, in the language of the words. */
export async function signDecision(page, words, path, password) {
  await page.getByRole("heading", { level: 1, name: words.sign.heading }).waitFor();
  await page.locator("#key-storage").selectOption("file");
  await page.locator("#key-file").setInputFiles(path);
  await page.locator("#key-password").fill(password);
  await page.getByRole("button", { name: words.key.update_list }).click();
  await page.getByRole("button", { name: words.sign.sign, exact: true }).click();
}

/** Uploads a table and waits until it has been read. */
export async function uploadTable(page, url, words, { kind, source, name, text }) {
  await page.goto(`${url}/office/imports/new`);
  await page.locator(`input[name="kind"][value="${kind}"]`).check();
  await page.locator("#source").fill(source);
  await page.locator("#table-file").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await page.getByRole("button", { name: words.imports.upload }).click();
  await page.getByText(words.imports.refused_text).or(page.getByText(words.imports.apply_text)).waitFor();
}
