// «День руководителя»: a kindergarten's day on a phone. The head logs in with the key of the kindergarten, reads papers with
// the camera, confirms who came, undoes it, goes on without a network, and publishes places.

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { demoKeys } from "./keys.mjs";
import { LANGUAGES, speak, wordsOf } from "./office.mjs";
import { birthday, fitForAll, logIn, openApplication, openKey, queueChild, sign } from "./steps.mjs";
import { chromiumFlags, chromiumPath, freshPage, settled, startServer } from "./support.mjs";
import { codeOn, film, pictureOf } from "./video.mjs";

const PHONE = { width: 360, height: 740 };
const BIN = "050440000012";

let server;
let browser;
let keys;
let folder;
let video;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "balabaqsha-camera-"));
  video = join(folder, "camera.y4m");
  await writeFile(video, film({ width: 1, height: 1, shades: Buffer.from([255]) }));
  server = await startServer();
  keys = await demoKeys(server);
  browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      ...chromiumFlags,
      "--use-fake-ui-for-media-stream",
      "--use-fake-device-for-media-stream",
      `--use-file-for-fake-video-capture=${video}`,
    ],
  });
});

after(async () => {
  await browser?.close();
  await keys?.remove();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A referral to the kindergarten of the head, and its paper. */
async function refer(parent, name, serial, kindergarten) {
  const { page } = parent;
  const [key, password] = [keys.find("ИВАНОВА", "signing"), keys.password];
  await page.goto(`${server.url}/applications/new`);
  await queueChild(page, { birth: birthday(3, 200), serial, surname: "Иванова", name, key, password });
  await openApplication(page, server.url, `Иванова ${name}`);
  await page.getByRole("link", { name: "Выбрать частный детский сад" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "ОК", exact: true }).click();
  await page.getByRole("radio", { name: kindergarten }).first().check();
  await page.getByRole("button", { name: "Продолжить" }).click();
  await page.getByRole("button", { name: "Подписать и отправить" }).click();
  const issued = page.waitForResponse((answer) =>
    new URL(answer.url()).pathname === "/v1/referrals" && answer.request().method() === "POST");
  await sign(page, key, password);
  const answer = await issued;
  assert.equal(answer.status(), 201, await answer.text());
  const referral = await answer.json();
  const { authorization } = await answer.request().allHeaders();
  const get = (path) => fetch(`${server.url}${path}`, { headers: { authorization } });
  const listed = await get(`/v1/applications/${referral.application_id}/documents`);
  assert.equal(listed.status, 200, await listed.clone().text());
  const documents = await listed.json();
  const paper = documents.items.find((item) => item.kind === "referral");
  const pdf = Buffer.from(await (await get(`/v1/documents/${paper.id}/pdf`)).arrayBuffer());
  return { referral, picture: await pictureOf(pdf) };
}

/** The login with the key of the kindergarten, up to the desk. */
async function begin(page, surname, email) {
  await page.goto(`${server.url}/login`);
  await openKey(page, keys.items.find((item) => item.owner.startsWith(surname)).path, keys.password);
  await page.getByRole("button", { name: "Войти", exact: true }).click();
  await page.getByRole("heading", { level: 1, name: "Электронная почта" }).waitFor();
  await page.getByLabel("Электронная почта").fill(email);
  await page.getByRole("button", { name: "Сохранить и продолжить" }).click();
}

test("a head's day on a phone", async () => {
  const list = await (await fetch(`${server.url}/v1/kindergartens?limit=100`)).json();
  const kindergarten = list.items.find((item) => item.bin === BIN).name.ru;
  const parent = await freshPage(browser);
  await logIn(parent.page, server.url, keys.find("ИВАНОВА", "login"), { password: keys.password });
  const first = await refer(parent, "Айлин", 900, kindergarten);
  const second = await refer(parent, "Даяна", 920, kindergarten);
  const third = await refer(parent, "Мадина", 940, kindergarten);
  await parent.context.close();

  const { page, context } = await freshPage(browser, PHONE);
  await begin(page, "ЖҮНІСОВА", "sad@example.kz");
  const ru = await wordsOf("ru");
  await page.getByRole("heading", { level: 1, name: ru.desk.heading }).waitFor();
  for (const [language] of LANGUAGES) {
    await speak(page, language);
    await settled(page);
    const words = await wordsOf(language);
    await page.getByRole("button", { name: words.desk.all, exact: true }).click();
    await page.getByText("Иванова Айлин").first().waitFor();
    await fitForAll(page, `desk-${language}`);
  }
  await speak(page, "ru");
  const call = await page.locator("article a[href^='tel:']").first().getAttribute("href");
  assert.match(call, /^tel:\+7\d{10}$/);

  // The paper: straight, tilted, in the dusk, and torn.
  const card = (name) => page.locator("article", { hasText: name }).first();
  const center = codeOn(first.picture);
  const scan = async (options) => {
    await writeFile(video, film(first.picture, { center, ...options }));
    await page.getByRole("button", { name: ru.desk.scan }).click();
    await page.locator("video").waitFor();
  };
  for (const [name, options] of [
    ["straight", {}],
    ["tilted", { degrees: 17 }],
    ["dim", { light: 0.35 }],
  ]) {
    const found = page.waitForResponse((answer) => answer.url().endsWith("/v1/referral-searches"));
    await scan(options);
    const answer = await found;
    assert.equal(answer.status(), 200, name);
    assert.equal((await answer.json()).referral_id, first.referral.id, name);
    await page.locator("video").waitFor({ state: "detached" });
  }
  let asked = 0;
  page.on("request", (request) => { if (request.url().endsWith("/v1/referral-searches")) asked += 1; });
  await scan({ torn: (x, y) => x - center[0] + (y - center[1]) > -10 });
  await page.getByText(ru.desk.camera_hint).waitFor();
  await fitForAll(page, "desk-camera");
  await page.getByRole("button", { name: ru.desk.close_camera }).click();
  assert.equal(asked, 0, "of a torn code nothing is read");

  // By hand, and what is no paper of this kindergarten.
  const number = page.getByLabel(ru.desk.number);
  await number.fill("https://elsewhere.example.kz/r/ABCDEFGH");
  await page.getByRole("button", { name: ru.desk.find, exact: true }).click();
  await page.getByRole("alert").getByText("Это не QR-код направления").waitFor();
  await number.fill(first.referral.number.replace(/\d{6}$/, "999999"));
  await page.getByRole("button", { name: ru.desk.find, exact: true }).click();
  await page.getByRole("alert").getByText("В вашем саду нет такого направления").waitFor();
  await number.fill(first.referral.number);
  await page.getByRole("button", { name: ru.desk.find, exact: true }).click();

  // The child came; no, it did not; yes, it did.
  await card("Айлин").getByRole("button", { name: ru.desk.arrived }).click();
  await page.getByRole("button", { name: ru.desk.enrolled, exact: true }).click();
  await card("Айлин").getByRole("button", { name: ru.desk.undo }).click();
  await card("Айлин").waitFor({ state: "detached" });
  await page.getByRole("button", { name: ru.desk.all, exact: true }).click();
  await card("Айлин").getByRole("button", { name: ru.desk.arrived }).click();
  await card("Айлин").waitFor({ state: "detached" });

  // Without a network what was pressed is kept, and sent when there is one.
  await context.setOffline(true);
  await card("Даяна").getByRole("button", { name: ru.desk.arrived }).click();
  await page.getByText(ru.desk.kept).waitFor();
  await fitForAll(page, "desk-offline");
  const sent = page.waitForResponse((answer) => answer.url().includes(second.referral.id));
  await context.setOffline(false);
  const late = await sent;
  assert.equal(late.status(), 200);
  assert.ok(late.request().postDataJSON().pressed_at, "with the moment at which it was pressed");
  await page.getByText(ru.desk.kept).waitFor({ state: "detached" });
  await card("Даяна").waitFor({ state: "detached" });

  // Places, what parents see, colleagues.
  await page.getByRole("link", { name: ru.desk.places, exact: true }).click();
  await page.getByRole("heading", { level: 1, name: ru.desk.places }).waitFor();
  await settled(page);
  const group = page.locator("section.card").filter({ has: page.locator("button[aria-label='" + ru.desk.fewer + "']:enabled") }).first();
  const free = async () => Number(await group.locator("output").innerText());
  const before = await free();
  await group.getByRole("button", { name: ru.desk.fewer }).click();
  await group.locator("output", { hasText: String(before - 1) }).waitFor();
  await fitForAll(page, "desk-places");
  await page.getByRole("link", { name: ru.desk.about, exact: true }).click();
  await page.getByLabel(ru.desk.about_ru).fill("Есть бассейн и логопед.");
  await page.getByRole("button", { name: ru.desk.save }).click();
  await page.getByText(ru.desk.saved).waitFor();
  await fitForAll(page, "desk-about");
  await page.getByRole("link", { name: ru.desk.public_page }).click();
  await page.getByText("Есть бассейн и логопед.").waitFor();
  await page.goto(`${server.url}/desk/staff`);
  await page.getByRole("heading", { level: 1, name: ru.desk.colleagues }).waitFor();
  await page.getByLabel("ИИН").fill("951010300054");
  await page.getByRole("button", { name: ru.desk.appoint, exact: true }).click();
  await page.getByText("ИВАНОВА").waitFor();
  await fitForAll(page, "desk-colleagues");
  // Nobody's work ends by a slip of the thumb.
  await page.getByRole("button", { name: ru.desk.end, exact: true }).click();
  const ending = page.getByRole("dialog", { name: ru.desk.end_heading });
  await ending.getByText("ИВАНОВА").waitFor();
  await fitForAll(page, "desk-ending");
  await ending.getByRole("button", { name: ru.common.cancel, exact: true }).click();
  await ending.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: ru.desk.end, exact: true }).waitFor();
  // A page of parents leads back to the desk.
  await page.goto(`${server.url}/applications`);
  await page.getByRole("heading", { level: 1, name: ru.desk.heading }).waitFor();
  await context.close();

  // The parent who was appointed has the choice now.
  const appointed = await freshPage(browser, PHONE);
  await appointed.page.goto(`${server.url}/login`);
  await openKey(appointed.page, keys.find("ИВАНОВА", "login"), keys.password);
  await appointed.page.getByRole("button", { name: "Войти", exact: true }).click();
  await appointed.page.getByRole("heading", { level: 1, name: ru.desk.capacity }).waitFor();
  await fitForAll(appointed.page, "desk-choice");
  await appointed.page.getByLabel(ru.desk.staff).check();
  await appointed.page.getByRole("button", { name: ru.common.proceed }).click();
  await appointed.page.getByRole("heading", { level: 1, name: ru.desk.heading }).waitFor();
  await appointed.context.close();

  // A key that was revoked opens nothing.
  const revoked = await freshPage(browser, PHONE);
  await revoked.page.goto(`${server.url}/login`);
  await openKey(revoked.page, keys.items.find((item) => item.condition === "revoked").path, keys.password);
  await revoked.page.getByRole("button", { name: "Войти", exact: true }).click();
  await revoked.page.getByRole("alert").getByText("Подпись не принята").waitFor();
  await revoked.context.close();

  // «Позднее подтверждение»: the third child came in time, and nobody said so. The night after the deadline it has lapsed.
  const moved = await fetch(`${server.url}/v1/demo/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ to: `${third.referral.deadline}T19:30:00Z` }),
  });
  assert.equal(moved.status, 200, await moved.text());
  const night = await freshPage(browser, PHONE);
  await night.page.goto(`${server.url}/login`);
  await openKey(night.page, keys.items.find((item) => item.owner.startsWith("ЖҮНІСОВА")).path, keys.password);
  await night.page.getByRole("button", { name: "Войти", exact: true }).click();
  await night.page.getByRole("heading", { level: 1, name: ru.desk.heading }).waitFor();
  const lapsed = night.page.locator("article", { hasText: "Мадина" });
  for (const language of ["kk", "en", "ru"]) {
    await speak(night.page, language);
    const words = await wordsOf(language);
    await night.page.getByRole("button", { name: words.desk.overdue, exact: true }).click();
    await lapsed.getByRole("button", { name: words.desk.confirm_late }).waitFor();
    await settled(night.page);
    await fitForAll(night.page, `desk-late-${language}`);
  }
  await lapsed.getByLabel(ru.desk.arrived_on).selectOption(third.referral.deadline);
  await lapsed.getByRole("button", { name: ru.desk.confirm_late }).click();
  await lapsed.waitFor({ state: "detached" });
  await night.page.getByRole("button", { name: ru.desk.enrolled, exact: true }).click();
  await lapsed.getByRole("button", { name: ru.desk.undo }).waitFor();
  await night.context.close();
});
