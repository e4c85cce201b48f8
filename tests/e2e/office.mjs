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

/** A text with its arguments, as a pattern where an argument is left open. */
export function filled(text, values = {}) {
  return text.replaceAll(/\{\{ (\w+) \}\}/g, (_, name) => values[name] ?? `{{ ${name} }}`);
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
  const choice = page.getByRole("heading", { level: 1, name: "В каком качестве вы работаете?" });
  const first = page.getByRole("heading", { level: 1, name: "Электронная почта" });
  await choice.or(first).waitFor();
  if (await first.isVisible()) {
    await page.getByLabel("Электронная почта").fill("official@example.kz");
    await page.getByRole("button", { name: "Сохранить и продолжить" }).click();
    await choice.waitFor();
  }
}

/** Chooses to work as an official, and the language of everything that follows. */
export async function begin(page, language) {
  const words = await wordsOf(language);
  const [, button] = LANGUAGES.find(([tag]) => tag === language);
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.locator(`html[lang="${language}"]`).waitFor();
  await page.locator("#capacity-1").check();
  await page.getByRole("button", { name: words.common.proceed }).click();
  await page.getByRole("heading", { level: 1, name: words.office.heading }).waitFor();
  return words;
}
