// What the browser's journeys stand on: the real server on a free port with a folder of its own,
// the system's Chromium with a fresh profile, screenshots, and the checks every page has to pass.
//
// `cargo xtask test` sets the variables read here; by hand the defaults fit after
// `cargo xtask web` and `cargo build`.

import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const outFolder = fileURLToPath(new URL("out", import.meta.url));

export const serverBinary = process.env.BALABAQSHA_BIN ?? join(root, "target/debug/balabaqsha");
export const webFolder = process.env.BALABAQSHA_WEB_DIR ?? join(root, "web/dist");
export const chromiumPath = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";

const READY_WITHIN_MS = 180_000;
const SHOWN_WITHIN_MS = 30_000;
const STOPPED_WITHIN_MS = 15_000;
const KEPT_OUTPUT = 20_000;

// No background traffic: the machine may have no network, and a test must not depend on it.
export const chromiumFlags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// WCAG 2.2 AA and what axe's authors recommend beyond it.
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const axeSource = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function freePort() {
  const probe = createServer();
  await new Promise((resolve, reject) => {
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", resolve);
  });
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/**
 * Starts the server in demo mode with the data of a first start and waits until it is ready.
 *
 * `databaseUrl` is an SQLite file in the data folder unless given; `args` are added to the
 * command line. Returns its `url`, its `dataFolder`, `output()` and `stop()`, which also removes
 * the folder.
 */
export async function startServer({ databaseUrl, args = [] } = {}) {
  const dataFolder = await mkdtemp(join(tmpdir(), "balabaqsha-e2e-"));
  try {
    // A database elsewhere has to be filled by its own first start.
    if (databaseUrl === undefined) await cp(await firstStart(), dataFolder, { recursive: true });
    const server = await launchServer(dataFolder, databaseUrl ?? sqliteIn(dataFolder), args);
    const stop = async () => {
      try {
        await server.stop();
      } finally {
        await rm(dataFolder, { recursive: true, force: true });
      }
    };
    return { ...server, stop };
  } catch (error) {
    await rm(dataFolder, { recursive: true, force: true });
    throw error;
  }
}

const sqliteIn = (folder) => `sqlite://${folder}/balabaqsha.db`;

/**
 * The folder that a first start of this binary leaves: its demo keys and data, which take many
 * seconds to make. Made once, and copied for each server.
 */
async function firstStart() {
  const { mtimeMs, size } = await stat(serverBinary);
  const name = `first-start-${Math.trunc(mtimeMs)}-${size}`;
  const made = join(outFolder, name);
  if (await stat(made).catch(() => undefined)) return made;
  await mkdir(outFolder, { recursive: true });
  for (const old of await readdir(outFolder)) {
    if (old.startsWith("first-start-") && old !== name) await rm(join(outFolder, old), { recursive: true, force: true });
  }
  const folder = await mkdtemp(join(outFolder, "making-"));
  const server = await launchServer(folder, sqliteIn(folder));
  await server.stop();
  try {
    await rename(folder, made);
  } catch (error) {
    // Another file of journeys has been faster.
    if (!["EEXIST", "ENOTEMPTY"].includes(error.code)) throw error;
    await rm(folder, { recursive: true, force: true });
  }
  return made;
}

async function launchServer(dataFolder, databaseUrl, args = []) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    serverBinary,
    [
      "serve", "--demo",
      "--bind", `127.0.0.1:${port}`,
      "--database-url", databaseUrl,
      "--data-dir", dataFolder,
      "--web-dir", webFolder,
      ...args,
    ],
    { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, NO_COLOR: "1" } },
  );
  let output = "";
  const keep = (chunk) => { output = (output + chunk).slice(-KEPT_OUTPUT); };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  let ended;
  const end = new Promise((resolve) => {
    child.once("error", (error) => resolve(ended = `cannot start: ${error.message}`));
    child.once("exit", (code, signal) => resolve(ended = `ended with ${signal ?? code}`));
  });
  // Whatever becomes of the test, the server does not outlive it.
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);

  const stop = async () => {
    child.kill("SIGTERM");
    const inTime = await Promise.race([end, sleep(STOPPED_WITHIN_MS, false, { ref: false })]);
    if (inTime === false) kill();
    await end;
    process.removeListener("exit", kill);
    if (inTime === false) throw new Error(`the server did not stop when asked\n${output}`);
  };

  const deadline = Date.now() + READY_WITHIN_MS;
  while (!(await isReady(url))) {
    if (ended !== undefined || Date.now() > deadline) {
      const why = ended ?? "was not ready in time";
      await stop().catch(() => {});
      throw new Error(`the server ${why}\n${output}`);
    }
    await sleep(50);
  }
  return { url, port, dataFolder, databaseUrl, output: () => output, stop };
}

async function isReady(url) {
  try {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(2_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}

/** The system's Chromium without a window; the caller closes it. */
export function launchBrowser() {
  return chromium.launch({ executablePath: chromiumPath, headless: true, args: chromiumFlags });
}

/**
 * A page in a fresh profile: no cookies, no storage, no cache of another test.
 *
 * Returns the `page`, its `context`, and `trouble`: what the browser complained about so far
 * (errors in the console, broken security policy included; exceptions; requests that failed).
 */
export async function freshPage(browser, { width = 1280, height = 900, ...options } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    locale: "ru-KZ",
    timezoneId: "Asia/Aqtobe",
    reducedMotion: "reduce",
    // What a test answers in the place of the service must not be taken from a worker's store.
    serviceWorkers: "block",
    ...options,
  });
  context.setDefaultTimeout(SHOWN_WITHIN_MS);
  const page = await context.newPage();
  const trouble = [];
  page.on("console", (message) => {
    if (message.type() === "error") trouble.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => trouble.push(`exception: ${error.message}`));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // A page that is left drops what it was still asking for.
    if (why !== "net::ERR_ABORTED") trouble.push(`request: ${request.url()}: ${why}`);
  });
  return { page, context, trouble };
}

/** Waits until the app has taken the place of the static shell, which has a heading of its own. */
export const started = (page) => page.locator("#shell").waitFor({ state: "detached" });

/** Waits until nothing on the page is being fetched: a page that waits has a heading of its own. */
export const settled = (page) => page.waitForFunction(() => !document.querySelector(".loading"));

/** Waits until a page that was gone to has moved the focus, which it does in its next frame. */
export const focusMoved = (page) => page.evaluate(() =>
  new Promise((moved) => requestAnimationFrame(() => requestAnimationFrame(moved))));

/** Waits for the page's heading and returns its text; without one says what the browser complained about. */
export async function heading({ page, trouble }) {
  const heading = page.getByRole("heading", { level: 1 });
  await started(page).then(() => heading.waitFor()).then(() => settled(page)).catch((error) => {
    throw new Error([error.message, ...trouble].join("\n"));
  });
  return heading.textContent();
}

/**
 * Opens an address and waits until everything on the page has been fetched. The stream of changes
 * stays open, so the network is never idle.
 */
export async function open(page, url) {
  await page.goto(url);
  await started(page);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await settled(page);
}

/** Keeps the whole page as tests/e2e/out/NAME.png, for people to look at. */
export async function screenshot(page, name) {
  await mkdir(outFolder, { recursive: true });
  const path = join(outFolder, `${name}.png`);
  await page.screenshot({ path, fullPage: true, animations: "disabled" });
  return path;
}

/** What axe-core finds wrong on the page as it is now: one line per place, empty when all is well. */
export async function axeViolations(page) {
  // Evaluated by the browser's own debugger, so that the page's security policy stays as it is.
  await page.evaluate(axeSource);
  const violations = await page.evaluate(async (tags) => {
    const result = await globalThis.axe.run(document, {
      runOnly: { type: "tag", values: tags },
      resultTypes: ["violations"],
    });
    return result.violations;
  }, AXE_TAGS);
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map((node) => `${id}: ${help}: ${node.target.join(" ")}`));
}

/** How many pixels the page is wider than its window; people with a narrow screen must not scroll sideways. */
export function overflow(page) {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth - clientWidth;
  });
}
