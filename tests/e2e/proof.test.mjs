// «Льгота: заявлена → подтверждена → истекла» in three languages: a parent claims a benefit with a picture of the
// proof, an official sees it beside the decision and signs, and the benefit ends with its proof.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { deflateSync } from "node:zlib";
import { demoKeys } from "./keys.mjs";
import { appoint, begin, LANGUAGES, logInToChoose, signDecision, speak, wordsOf } from "./office.mjs";
import { birthday, fitAtBothWidths, logIn, queueChild } from "./steps.mjs";
import { freshPage, launchBrowser, open, settled, startServer } from "./support.mjs";

const OFFICIAL = "ИВАНОВА";
const OFFICIAL_IIN = "951010300054";
const PARENT = "СЕРИКОВ";
const DAY = 24 * 3_600;

let server;
let browser;
let keys;

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
  keys = await demoKeys(server);
  await appoint(server, OFFICIAL_IIN, "queue");
});

after(async () => {
  await browser?.close();
  await keys?.remove();
  await server?.stop();
});

/** A picture of one shade. */
function picture(width, height, shade) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const sum = Buffer.alloc(4);
    sum.writeUInt32BE(checksum(body));
    return Buffer.concat([length, body, sum]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height, shade);
  for (let row = 0; row < height; row++) rows[row * (width + 1)] = 0;
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** CRC-32. */
function checksum(bytes) {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (0xedb88320 & -(sum & 1));
  }
  return ~sum >>> 0;
}

const heading = (page, name) => page.getByRole("heading", { level: 1, name }).waitFor();

async function pass(days) {
  const answer = await fetch(`${server.url}/v1/demo/clock`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ advance_seconds: days * DAY }),
  });
  assert.equal(answer.status, 200);
}

for (const [index, [language]] of LANGUAGES.entries()) {
  test(`a benefit is claimed, confirmed and ends in ${language}`, async () => {
    const parent = await freshPage(browser);
    const { page } = parent;
    await logIn(page, server.url, keys.find(PARENT, "login"), { password: keys.password });
    await page.goto(`${server.url}/applications/new`);
    await queueChild(page, {
      birth: birthday(4, 30 + index), serial: 700 + index, surname: "Сериков", name: "Алихан",
      key: keys.find(PARENT, "signing"), password: keys.password,
    });
    const application = new URL(page.url()).pathname.replace(/\/submitted$/, "");
    const words = await wordsOf(language);
    await speak(page, language);
    await open(page, `${server.url}${application}`);
    await page.getByRole("link", { name: words.benefit.heading }).click();
    await heading(page, words.benefit.heading);
    await settled(page);

    // What is missing is said at once; a file that is no scan is refused with the reason.
    await page.getByRole("button", { name: words.benefit.send }).click();
    await page.locator("#error-summary").waitFor();
    await fitAtBothWidths(page, `proof-claim-empty-${language}`);
    await page.locator("#proofs").setInputFiles({
      name: "page.pdf", mimeType: "application/pdf", buffer: Buffer.from("<html><script>alert(1)</script>"),
    });
    await page.locator(".trouble").waitFor();
    await page.locator("#proofs").setInputFiles({
      name: "proof.png", mimeType: "image/png", buffer: picture(300, 400, 120 + index),
    });
    await page.getByRole("button", { name: words.benefit.remove }).waitFor();
    await page.locator("#ground").selectOption({ index: 1 });
    await fitAtBothWidths(page, `proof-claim-${language}`);
    await page.getByRole("button", { name: words.benefit.send }).click();
    await page.getByText(words.benefit.state_open, { exact: true }).waitFor();
    await fitAtBothWidths(page, `proof-claimed-${language}`);

    const office = await freshPage(browser);
    await logInToChoose(office.page, server.url, keys.find(OFFICIAL, "login"), keys.password);
    await begin(office.page, language);
    await open(office.page, `${server.url}/office/benefits`);
    await heading(office.page, words.benefits.heading);
    await settled(office.page);
    await fitAtBothWidths(office.page, `proof-waiting-${language}`);
    await office.page.getByRole("link", { name: words.benefits.begin }).click();
    await office.page.locator("figure.scan img").waitFor();
    await office.page.getByRole("button", { name: words.suspensions.to_signature }).click();
    await office.page.locator("#error-summary").waitFor();
    await office.page.getByRole("radio", { name: words.benefits.confirm }).check();
    await fitAtBothWidths(office.page, `proof-decision-${language}`);
    await office.page.getByRole("button", { name: words.suspensions.to_signature }).click();
    await signDecision(office.page, words, keys.find(OFFICIAL, "signing"), keys.password);
    // The next one at once; here none is left.
    await office.page.getByText(words.benefits.none, { exact: true }).waitFor();
    await fitAtBothWidths(office.page, `proof-none-left-${language}`);
    assert.deepEqual(office.trouble, []);
    await office.context.close();

    await open(page, `${server.url}${application}/benefit`);
    await page.getByText(words.benefit.state_confirmed, { exact: true }).waitFor();
    await fitAtBothWidths(page, `proof-confirmed-${language}`);
    await pass(31);
    await open(page, `${server.url}${application}/benefit`);
    await page.getByText(words.benefit.state_expired, { exact: true }).waitFor();
    await page.getByText(words.benefit.expired_text).waitFor();
    await fitAtBothWidths(page, `proof-expired-${language}`);
    await open(page, `${server.url}${application}/history`);
    await page.getByText(words.history.benefit_expired).waitFor();
    // The browser tells of the refused file, and of a request that was on its way when the clock was moved.
    const other = parent.trouble.filter((line) => !/415|scans|401 \(Unauthorized\)/.test(line));
    assert.deepEqual(other, []);
    await parent.context.close();
  });
}
