// The claim to a benefit, and the day of a kindergarten, by everybody's means.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { demoKeys } from "./keys.mjs";
import { button, link, MEANS, SHOWN_WITHIN_MS, SLOW, walk } from "./means.mjs";
import { wordsOf } from "./office.mjs";
import { birthday, chooseKindergarten, logIn, openApplication, openKey, queueChild, sign } from "./steps.mjs";
import { freshPage, launchBrowser, screenshot, startServer } from "./support.mjs";

const PARENT = "ИВАНОВА";
const HEAD = "ЖҮНІСОВА";
const COMING = "Дана";
const BIN = "050440000012";
/** A picture of one pixel. */
const SCAN = {
  name: "proof.png",
  mimeType: "image/png",
  buffer: Buffer.from(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64"),
};

let server;
let browser;
let keys;
let words;

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
  keys = await demoKeys(server);
  words = await wordsOf("ru");
  const { page, context } = await freshPage(browser);
  await enter(page, PARENT);
  await child(page, COMING, 900, { referred: true });
  await context.close();
});

after(async () => {
  await browser?.close();
  await keys?.remove();
  await server?.stop();
});

/** Puts a child into the queue, and on request refers it to the kindergarten of the head. */
async function child(page, name, serial, { referred = false } = {}) {
  const [key, password] = [keys.find(PARENT, "signing"), keys.password];
  await page.goto(`${server.url}/applications/new`);
  await queueChild(page, { birth: birthday(3, 200), serial, surname: "Иванова", name, key, password });
  if (!referred) return;
  const list = await (await fetch(`${server.url}/v1/kindergartens?limit=100`)).json();
  const kindergarten = list.items.find((item) => item.bin === BIN).name.ru;
  await openApplication(page, server.url, `Иванова ${name}`);
  await chooseKindergarten(page, kindergarten);
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  await sign(page, key, password);
  await page.getByRole("heading", { level: 1, name: "Направление выдано" }).waitFor();
}

async function enter(page, surname, email) {
  if (surname === PARENT) return logIn(page, server.url, keys.find(PARENT, "login"), { password: keys.password });
  await page.goto(`${server.url}/login`);
  await openKey(page, keys.items.find((item) => item.owner.startsWith(surname)).path, keys.password);
  await page.getByRole("button", { name: "Войти", exact: true }).click();
  const desk = page.getByRole("heading", { level: 1, name: words.desk.heading });
  const first = page.getByRole("heading", { level: 1, name: "Электронная почта" });
  await desk.or(first).waitFor();
  if (await first.isVisible()) {
    await page.getByLabel("Электронная почта").fill(email);
    await page.getByRole("button", { name: "Сохранить и продолжить" }).click();
    await desk.waitFor();
  }
}

const claim = (name) => [
  { h1: `Иванова ${name}`, act: (by) => by.press(link(by.page, words.benefit.heading)) },
  {
    h1: words.benefit.heading,
    async act(by) {
      await by.need(by.page.locator("#proofs").locator(".."));
      await by.page.locator("#proofs").setInputFiles(SCAN);
      await by.need(by.page.getByRole("button", { name: words.benefit.remove }));
      await by.select(by.page.locator("#ground"), 1);
      await by.press(button(by.page, words.benefit.send));
      await by.need(by.page.getByText(words.benefit.state_open, { exact: true }));
    },
  },
];

const day = () => {
  const card = (page) => page.locator("article", { hasText: COMING });
  return [
    {
      h1: words.desk.heading,
      async act(by) {
        await by.press(button(by.page, words.desk.all));
        await by.press(card(by.page).getByRole("button", { name: words.desk.arrived }));
        await by.press(button(by.page, words.desk.enrolled));
        await by.press(card(by.page).getByRole("button", { name: words.desk.undo }));
        await by.press(button(by.page, words.desk.all));
        await by.need(card(by.page).getByRole("button", { name: words.desk.arrived }));
        await by.press(link(by.page, words.desk.places));
      },
    },
    {
      h1: words.desk.places,
      async act(by) {
        const { page } = by;
        const fewer = page.locator(`button[aria-label='${words.desk.fewer}']:enabled`);
        await by.need(fewer);
        const group = page.locator("section.card").filter({ has: fewer }).first();
        const before = Number(await group.locator("output").innerText());
        const heading = await group.getByRole("heading").innerText();
        const same = page.locator("section.card", { hasText: heading }).first();
        await by.press(same.getByRole("button", { name: words.desk.fewer }));
        await by.need(same.locator("output", { hasText: new RegExp(`^${before - 1}$`) }));
        await by.press(same.getByRole("button", { name: words.desk.more }));
        await by.need(same.locator("output", { hasText: new RegExp(`^${before}$`) }));
        await by.press(link(page, words.desk.about));
      },
    },
    {
      h1: words.desk.about,
      async act(by) {
        await by.type(by.page.getByLabel(words.desk.about_ru), "Есть бассейн.");
        await by.press(button(by.page, words.desk.save));
        await by.need(by.page.getByText(words.desk.saved));
      },
    },
  ];
};

// A slow network is tried with both instructions.
const { [SLOW]: _, ...tried } = MEANS;

for (const [index, [name, { by: means, meanwhile, loses }]] of Object.entries(tried).entries()) {
  test(`льгота и рабочее место детского сада ${name}`, async () => {
    const { page, context, trouble } = await freshPage(browser);
    try {
      context.setDefaultTimeout(SHOWN_WITHIN_MS);
      await enter(page, PARENT);
      const waiting = `Ждана${"абвгд"[index]}`;
      await child(page, waiting, 950 + index);
      await openApplication(page, server.url, `Иванова ${waiting}`);
      await walk(await means(page), claim(waiting), meanwhile);
      await context.clearCookies();
      await page.unrouteAll({ behavior: "ignoreErrors" });
      const head = await browser.newContext({ locale: "ru-KZ", viewport: { width: 360, height: 740 } });
      head.setDefaultTimeout(SHOWN_WITHIN_MS);
      const desk = await head.newPage();
      await enter(desk, HEAD, "sad@example.kz");
      await walk(await means(desk), day(), meanwhile);
      await head.close();
      if (!loses) assert.deepEqual(trouble, []);
    } catch (error) {
      for (const [nth, open] of browser.contexts().flatMap((one) => one.pages()).entries()) {
        await screenshot(open, `claim-and-desk-${index}-${nth}`);
      }
      throw error;
    } finally {
      await context.close();
    }
  });
}
