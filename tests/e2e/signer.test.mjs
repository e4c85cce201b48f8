// The signing worker in a real browser: opens key files of every shape, makes signatures that
// openssl and the project's own verification accept, keeps keys and passwords to itself, and is
// replaced when it fails. The page under test drives the same client as the application does.

import assert from "node:assert/strict";
import { createPrivateKey } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { issueKeys, judge, modernKeys, openssl, startWorkbench } from "./signer/workbench.mjs";
import { freshPage, launchBrowser } from "./support.mjs";

const NOW = Date.now();
const PASSWORD = "Demo-Key 2026!";
// Letters that are two octets in UTF-16 and in UTF-8, and one that is a surrogate pair.
const MODERN_PASSWORD = "Құпия сөз 🔑";
// Whatever stands in a text is signed as it is: line ends, a NUL, letters of Kazakh.
const CONTENT = Buffer.from("Өтініш № 1\r\nЗаявление\n\0конец", "utf8");
const MEBIBYTE = 1024 * 1024;

let bench;
let browser;
let keys;
let session;

before(async () => {
  bench = await startWorkbench();
  browser = await launchBrowser();
  keys = await issueKeys(bench.folder, PASSWORD, NOW);
  keys.modern = await modernKeys(bench.folder, MODERN_PASSWORD);
});

after(async () => {
  await browser?.close();
  await bench?.stop();
});

beforeEach(async () => {
  session = await startSession();
});

afterEach(async () => {
  bench.replaced.clear();
  await session.context.close();
});

/** A fresh page with the client; `posted` lists what it has sent to the worker. */
async function startSession() {
  const opened = await freshPage(browser);
  const { page, context } = opened;
  const asked = [];
  context.on("request", (request) => asked.push(request.url()));
  await page.addInitScript(() => {
    globalThis.posted = [];
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function record(message, transfer) {
      post.call(this, message, transfer);
      globalThis.posted.push({
        message: [...new Uint8Array(message.message)],
        left: message.parts.map((part) => part.byteLength),
      });
    };
  });
  await page.goto(bench.url);
  await page.waitForFunction(() => globalThis.page !== undefined);
  return { ...opened, asked };
}

/** Runs a method of the page's client; what it throws comes back as `{ code, text }`. */
function call(method, ...args) {
  return session.page.evaluate(async ([name, values]) => {
    const given = values.map((value) => {
      if (value === "the chosen file") return document.getElementById("file").files[0];
      return Array.isArray(value) ? Uint8Array.from(value) : value;
    });
    try {
      const result = await globalThis.page[name](...given);
      return result instanceof Uint8Array ? [...result] : result;
    } catch (error) {
      return { code: error.name, text: error.message };
    }
  }, [method, args]);
}

/** Chooses a file (a path, or `{ name, buffer }`) as a person does and opens it. */
async function open(file, password = PASSWORD) {
  const chosen = typeof file === "string"
    ? join(bench.folder, file) : { mimeType: "application/x-pkcs12", ...file };
  await session.page.setInputFiles("#file", chosen);
  const answer = await call("open", "the chosen file", password, NOW);
  if (typeof answer !== "string") return answer;
  const [handle, found, refused, unfit] = JSON.parse(answer);
  return { handle, keys: found, refused, unfit };
}

async function sign({ handle }, index = 0, content = CONTENT) {
  const answer = await call("sign", handle, index, [...content], NOW);
  return Array.isArray(answer) ? Buffer.from(answer) : answer;
}

async function written(name, content) {
  const path = join(bench.folder, name);
  await writeFile(path, content);
  return path;
}

async function opensslVerify(cms, content, anchor, ...options) {
  return openssl([
    "cms", "-verify", "-binary", "-inform", "DER", "-in", await written("signed.cms", cms),
    "-content", await written("signed.txt", content), "-CAfile", join(bench.folder, anchor),
    ...options,
  ]);
}

test("a login key of the national shape shows its facts", async () => {
  const { keys: [key, ...others], refused, unfit } = await open(keys.login);
  assert.deepEqual(others, []);
  assert.deepEqual(refused, []);
  const { not_before: from, not_after: until, serial, ...facts } = key;
  assert.deepEqual(facts, {
    index: 0,
    owner_name: "ИВАНОВА АЙГУЛЬ СЕРИКОВНА",
    iin: "880229400023",
    bin: null,
    purpose: "login",
    algorithm: "RSA-2048",
    supported: true,
    issuer: "E2E CA (RSA)",
    friendly_name: /^AUTH_RSA256_([0-9a-f]{40})\.p12$/.exec(keys.login)[1],
  });
  assert.match(serial, /^[0-9a-f]{40}$/);
  // Certificates count whole seconds.
  const day = 24 * 60 * 60 * 1000;
  assert.equal(from, Math.floor((NOW - day) / 1000) * 1000);
  assert.equal(until, Math.floor((NOW + 365 * day) / 1000) * 1000);
  assert.deepEqual(unfit, [[null, "key-wrong-purpose"]]);
  assert.deepEqual(session.trouble, []);
});

for (const [name, purpose, unfit] of [
  ["signing", "signing", ["key-wrong-purpose", null]],
  ["gost", "login-and-signing", [null, null]],
  ["expired", "signing", ["key-wrong-purpose", "key-expired"]],
  ["future", "login-and-signing", ["key-not-yet-valid", "key-not-yet-valid"]],
]) {
  test(`what the ${name} key is fit for is said`, async () => {
    const opened = await open(keys[name]);
    assert.deepEqual(opened.keys.map((key) => key.purpose), [purpose]);
    assert.deepEqual(opened.unfit, [unfit]);
  });
}

test("a key of today, held for a legal entity, names both", async () => {
  const { keys: [key] } = await open(keys.gost);
  assert.equal(key.owner_name, "ӘЛІМОВ ҒАНИ");
  assert.equal(key.iin, "750101300015");
  assert.equal(key.bin, "050140001236");
  assert.match(key.algorithm, /GOST.*512/);
});

test("openssl accepts what an RSA key of the national shape signs, and nothing else", async () => {
  const cms = await sign(await open(keys.signing));
  const { stdout } = await opensslVerify(cms, CONTENT, "rsa.pem");
  assert.deepEqual(stdout, CONTENT);
  await assert.rejects(opensslVerify(cms, Buffer.concat([CONTENT, Buffer.from("!")]), "rsa.pem"));
  await assert.rejects(opensslVerify(cms, CONTENT, "modern.pem"));
});

test("openssl accepts what a login key signs, when asked about any purpose", async () => {
  const cms = await sign(await open(keys.login));
  const { stdout } = await opensslVerify(cms, CONTENT, "rsa.pem", "-purpose", "any");
  assert.deepEqual(stdout, CONTENT);
});

test("the project's own verification accepts what a GOST key signs, and nothing else", async () => {
  const opened = await open(keys.gost);
  const cms = await written("gost.cms", await sign(opened));
  const content = await written("gost.txt", CONTENT);
  const anchor = join(bench.folder, "gost.pem");

  const report = await judge(cms, content, anchor, NOW);
  assert.equal(report.verdict, "PASSED", JSON.stringify(report));

  const other = await written("other.txt", Buffer.concat([CONTENT, Buffer.from("!")]));
  assert.equal((await judge(cms, other, anchor, NOW)).verdict, "FAILED");
  const stranger = await judge(cms, content, join(bench.folder, "rsa.pem"), NOW);
  assert.notEqual(stranger.verdict, "PASSED");

  // Each signature takes fresh randomness, or the key would give itself away.
  const again = await sign(opened);
  assert.notDeepEqual(again, await readFile(cms));
});

test("a modern key file made by openssl opens and signs", async () => {
  const opened = await open(keys.modern, MODERN_PASSWORD);
  const [key] = opened.keys;
  assert.equal(opened.keys.length, 1);
  assert.equal(key.owner_name, "СЕЙТОВ БЕРІК");
  assert.equal(key.iin, "900707300014");
  assert.equal(key.purpose, "signing");
  assert.equal(key.issuer, "MODERN CA");
  assert.equal(key.friendly_name, "modern");
  const cms = await sign(opened);
  const { stdout } = await opensslVerify(cms, CONTENT, "modern.pem");
  assert.deepEqual(stdout, CONTENT);
});

test("nothing at all and a long text can be signed", async () => {
  const opened = await open(keys.signing);
  for (const content of [Buffer.alloc(0), Buffer.alloc(100_000, "ы")]) {
    const { stdout } = await opensslVerify(await sign(opened, 0, content), content, "rsa.pem");
    assert.deepEqual(stdout, content);
  }
});

test("what is no key file, or not one that opens, is told apart", async () => {
  const national = await readFile(join(bench.folder, keys.signing));
  const modern = await readFile(join(bench.folder, keys.modern));
  const photo = await session.page.screenshot({ type: "jpeg" });
  assert.deepEqual([...photo.subarray(0, 3)], [0xff, 0xd8, 0xff]);
  const certificate = await readFile(join(bench.folder, "rsa.pem"));
  const largest = Buffer.concat([national, Buffer.alloc(MEBIBYTE - national.length)]);
  const answers = [];
  for (const [what, buffer, password] of [
    ["wrong-password", national, "Demo-Key 2026?"],
    ["wrong-password", national, ""],
    ["wrong-password", modern, PASSWORD],
    ["not-a-keystore", photo, PASSWORD],
    ["not-a-keystore", Buffer.alloc(0), PASSWORD],
    ["not-a-keystore", certificate, PASSWORD],
    ["not-a-keystore", largest, PASSWORD],
    ["truncated", national.subarray(0, national.length / 2), PASSWORD],
    ["truncated", national.subarray(0, -1), PASSWORD],
    ["truncated", modern.subarray(0, -1), MODERN_PASSWORD],
    ["too-large", Buffer.concat([largest, Buffer.alloc(1)]), PASSWORD],
  ]) {
    const { code, text } = await open({ name: "key.p12", buffer }, password);
    assert.equal(code, what, text);
    answers.push(text);
  }
  // None of these is a fault of the worker: the next file opens in the same one.
  assert.ok((await open(keys.signing)).keys);
  assert.equal(session.asked.filter((url) => url.endsWith(bench.urls.module)).length, 1);
  for (const text of answers) {
    assert.ok(!text.includes(PASSWORD) && !text.includes(MODERN_PASSWORD), text);
  }
});

test("a file that is gone when it is to be read is told apart", async () => {
  const path = await written("stick.p12", await readFile(join(bench.folder, keys.signing)));
  await session.page.setInputFiles("#file", path);
  await rm(path);
  const { code } = await call("open", "the chosen file", PASSWORD, NOW);
  assert.equal(code, "unreadable");
});

test("keys the state's authority never issued are refused by name", async () => {
  const file = (name) => join(bench.folder, name);
  await openssl([
    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
    "-subj", "/CN=EC", "-keyout", file("ec.key"), "-out", file("ec.pem"),
  ]);
  await openssl([
    "pkcs12", "-export", "-inkey", file("ec.key"), "-in", file("ec.pem"),
    "-passout", "pass:1", "-out", file("ec.p12"),
  ]);
  const { code, text } = await open("ec.p12", "1");
  assert.equal(code, "unsupported-algorithm");
  assert.match(text, /EC|elliptic/i);

  await openssl([
    "pkcs12", "-export", "-nokeys", "-in", file("ec.pem"), "-passout", "pass:1",
    "-out", file("nokey.p12"),
  ]);
  assert.equal((await open("nokey.p12", "1")).code, "no-key");
});

test("an opened file signs until it is closed", async () => {
  const first = await open(keys.signing);
  const second = await open(keys.gost);
  assert.equal((await sign(first, 1)).code, "no-such-key");
  assert.ok(Buffer.isBuffer(await sign(second)));
  await call("close", first.handle);
  await call("close", first.handle);
  assert.equal((await sign(first)).code, "store-closed");
  assert.ok(Buffer.isBuffer(await sign(second)));
});

test("of many opened files the oldest is closed", async () => {
  const opened = [];
  for (let count = 0; count < 5; count += 1) opened.push(await open(keys.gost));
  assert.equal((await sign(opened[0])).code, "store-closed");
  for (const file of opened.slice(1)) assert.ok(Buffer.isBuffer(await sign(file)));
});

test("a file whose page was left before it was open is closed again", async () => {
  const file = [...await readFile(join(bench.folder, keys.gost))];
  await call("open_and_leave", file, PASSWORD);
  await session.page.waitForFunction(() => globalThis.posted.length === 2);
  const [, closed] = await session.page.evaluate(() => globalThis.posted);
  // The second call (1) closes (2) the first file (0).
  assert.deepEqual(closed.message, [1, 2, 0]);
});

test("the network learns of the worker's own files and of nothing else", async () => {
  const worker = Object.values(bench.urls);
  const page = ["/", "/page/start.js", "/page/page.js", "/page/page_bg.wasm"];
  assert.deepEqual(session.asked.map((url) => new URL(url).pathname).sort(), [...page].sort());

  bench.requests.length = 0;
  const opened = await open(keys.signing);
  await sign(opened);
  await open(keys.signing, "Demo-Key 2026?");
  await call("close", opened.handle);

  assert.deepEqual(bench.requests.map(({ url }) => url).sort(), [...worker].sort());
  assert.deepEqual(
    session.asked.filter((url) => !page.some((path) => url === bench.url + path)).sort(),
    worker.map((path) => bench.url + path).sort(),
  );
  const file = await readFile(join(bench.folder, keys.signing));
  const secrets = [PASSWORD, file.toString("base64"), file.toString("hex"), file.toString("latin1")]
    .flatMap((secret) => [secret, encodeURIComponent(secret)])
    .map((secret) => secret.slice(0, 40));
  for (const { method, url, headers, body } of bench.requests) {
    assert.equal(method, "GET");
    assert.equal(body, "");
    for (const secret of secrets) assert.ok(!(url + headers).includes(secret), url);
  }
  const kept = await session.page.evaluate(() =>
    [localStorage.length, sessionStorage.length, document.cookie, location.href]);
  assert.deepEqual(kept, [0, 0, "", `${bench.url}/`]);
});

test("the page keeps no buffer with the file or the password", async () => {
  await open(keys.signing);
  const [{ message, left }] = await session.page.evaluate(() => globalThis.posted);
  // The first call (0) opens (0).
  assert.deepEqual(message, [0, 0]);
  // Transferred buffers have no length any more.
  assert.deepEqual(left, [0, 0]);
});

test("the worker wipes the buffers it was sent", async () => {
  // A module that remembers what it was given and tells about it with the next answer.
  bench.replaced.set(bench.urls.glue, `
    export default async () => {};
    const given = [];
    const wiped = (parts) => parts.map((part) => part.every((byte) => byte === 0));
    export class Signer {
      answer([id], parts) {
        const text = JSON.stringify([wiped(given), wiped(parts)]);
        given.push(...parts);
        // Not opened (1), since something is unsupported (5), namely this text.
        return [Uint8Array.of(id, 1, 5, text.length, ...new TextEncoder().encode(text)).buffer];
      }
    }`);
  const seen = async () => JSON.parse((await open(keys.gost)).text.replace(/^[^[]*/, ""));
  assert.deepEqual(await seen(), [[], [false, false]]);
  assert.deepEqual(await seen(), [[true, true], [false, false]]);
});

test("the module's memory keeps no password, and no key once it is closed", async () => {
  bench.replaced.set(bench.urls.worker, await bench.workerAfter(`
    const instantiate = WebAssembly.instantiateStreaming;
    WebAssembly.instantiateStreaming = async (...args) => {
      const made = await instantiate.apply(WebAssembly, args);
      self.watched = made.instance.exports.memory;
      return made;
    };
    const channel = new BroadcastChannel("memory");
    channel.addEventListener("message", ({ data: { needles } }) => {
      if (needles === undefined) return;
      const memory = new Uint8Array(self.watched.buffer);
      const found = needles.map((needle) => {
        for (let at = memory.indexOf(needle[0]); at !== -1; at = memory.indexOf(needle[0], at + 1)) {
          if (needle.every((byte, index) => memory[at + index] === byte)) return true;
        }
        return false;
      });
      channel.postMessage({ found });
    });`));
  const found = (needles) => session.page.evaluate((list) => new Promise((resolve) => {
    const channel = new BroadcastChannel("memory");
    channel.addEventListener("message", ({ data }) => {
      if (data.found !== undefined) resolve(data.found);
    });
    channel.postMessage({ needles: list });
  }), needles.map((needle) => [...needle]));

  const { stdout: pem } = await openssl([
    "pkcs12", "-legacy", "-nodes", "-nocerts", "-in", join(bench.folder, keys.signing),
    "-passin", "env:KEY_PASSWORD",
  ], { env: { ...process.env, KEY_PASSWORD: PASSWORD } });
  const jwk = createPrivateKey(pem).export({ format: "jwk" });
  // A piece from the middle, so that neither padding nor the ends of a copy hide it.
  const pieces = ["d", "p", "q", "dp", "dq", "qi"].flatMap((name) => {
    const number = Buffer.from(jwk[name], "base64url");
    const piece = number.subarray(32, 64);
    return [piece, Buffer.from(piece).reverse()];
  });
  const utf16 = Buffer.from(PASSWORD, "utf16le").swap16();
  const passwords = [Buffer.from(PASSWORD, "utf8"), utf16];
  const none = (list) => list.map(() => false);

  const opened = await open(keys.signing);
  assert.deepEqual(await found(passwords), none(passwords));
  // The control: the search does find what is there.
  assert.ok((await found(pieces)).includes(true));
  await sign(opened);
  assert.equal((await open(keys.signing, "Demo-Key 2026?")).code, "wrong-password");
  await call("close", opened.handle);
  // Messages are answered in their order: this one comes after the closing.
  await open({ name: "key.p12", buffer: Buffer.from("none") });
  assert.deepEqual(await found(pieces), none(pieces));
  assert.deepEqual(await found(passwords), none(passwords));
});

for (const part of ["worker", "glue", "module"]) {
  test(`a network lost before the ${part} came is told, and trying again helps`, async () => {
    bench.replaced.set(bench.urls[part], null);
    const refused = await open(keys.signing);
    assert.equal(refused.code, "module-not-loaded", refused.text);
    bench.replaced.clear();
    assert.ok((await open(keys.signing)).keys);
  });
}

test("warming up fetches the module once", async () => {
  await call("warm_up");
  await call("warm_up");
  assert.ok((await open(keys.signing)).keys);
  assert.equal(session.asked.filter((url) => url === bench.url + bench.urls.module).length, 1);
});

test("a warming up that failed is no failure of the next call", async () => {
  bench.replaced.set(bench.urls.module, null);
  const started = session.page.waitForEvent("worker");
  await call("warm_up");
  const worker = await started;
  if (session.page.workers().includes(worker)) await worker.waitForEvent("close");
  bench.replaced.clear();
  assert.ok((await open(keys.signing)).keys);
});

test("a panic is told, and the next call starts a fresh worker", async () => {
  // Without randomness the module must not sign: it stops instead.
  bench.replaced.set(bench.urls.worker, await bench.workerAfter(
    `Crypto.prototype.getRandomValues = () => { throw new Error("no randomness"); };`,
  ));
  const doomed = await open(keys.signing);
  const refused = await sign(doomed);
  assert.equal(refused.code, "module-crashed");
  assert.match(refused.text, /^the signing module failed: unreachable$/);
  bench.replaced.clear();

  assert.equal((await sign(doomed)).code, "store-closed");
  const opened = await open(keys.signing);
  // The same name in another worker is another file.
  assert.equal((await sign(doomed)).code, "store-closed");
  assert.ok(Buffer.isBuffer(await sign(opened)));
});

test("an answer that is none is a failure of the module", async () => {
  bench.replaced.set(bench.urls.worker, `self.onmessage = () => self.postMessage("what?");`);
  assert.equal((await open(keys.signing)).code, "module-crashed");
  bench.replaced.set(bench.urls.worker, `self.onmessage = () => { throw new Error("broken"); };`);
  const thrown = await open(keys.signing);
  assert.equal(thrown.code, "module-not-loaded");
  assert.match(thrown.text, /broken/);
});

test("a worker that hangs is given up after its time, while the page goes on", async () => {
  bench.replaced.set(bench.urls.glue, `
    export default async () => {};
    export class Signer { answer() { for (;;); } }`);
  await session.page.clock.install();
  const opening = open(keys.signing);
  await session.page.waitForFunction(() => globalThis.posted.length === 1);
  // The page answers although the worker does not.
  assert.equal(await session.page.evaluate(() => document.title), "workbench");
  await session.page.clock.fastForward(30_000);
  assert.equal((await opening).code, "module-timed-out");
  bench.replaced.clear();
  assert.ok((await open(keys.signing)).keys);
});

test("ending the worker ends the calls under way", async () => {
  bench.replaced.set(bench.urls.glue, `
    export default async () => {};
    export class Signer { answer() { for (;;); } }`);
  const opening = open(keys.signing);
  await session.page.waitForFunction(() => globalThis.posted.length === 1);
  await call("terminate");
  assert.equal((await opening).code, "module-stopped");
  bench.replaced.clear();
  assert.ok((await open(keys.signing)).keys);
});
