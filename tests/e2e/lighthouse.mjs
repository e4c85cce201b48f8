// Lighthouse on a phone, as `cargo xtask lighthouse` runs it: the median of several runs of each
// page, with the demo banner, as whoever may see the page. Prints one line of JSON per page.
//
// Lighthouse itself is not a dependency of the journeys: LIGHTHOUSE_FOLDER says where it is.

import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { demoKeys } from "./keys.mjs";
import { birthday, logIn, queueChild } from "./steps.mjs";
import { chromiumFlags, chromiumPath, freePort, startServer } from "./support.mjs";

const require = createRequire(join(process.env.LIGHTHOUSE_FOLDER, "package.json"));
const { default: lighthouse } = await import(pathToFileURL(require.resolve("lighthouse")));
const RUNS = Number(process.env.LIGHTHOUSE_RUNS ?? 5);

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** One page, measured with what the profile holds: its cookies and storage stay, its cache does not. */
async function measure(url, port) {
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) {
    const { lhr } = await lighthouse(url, {
      port,
      logLevel: "error",
      output: "json",
      onlyCategories: ["performance"],
      disableStorageReset: true,
    });
    if (lhr.runtimeError) throw new Error(`${url}: ${lhr.runtimeError.message}`);
    runs.push(lhr);
  }
  const figure = (audit) => median(runs.map(({ audits }) => audits[audit].numericValue));
  return {
    performance: Math.round(median(runs.map(({ categories }) => categories.performance.score)) * 100),
    fcp: figure("first-contentful-paint"),
    lcp: figure("largest-contentful-paint"),
    tbt: figure("total-blocking-time"),
    cls: figure("cumulative-layout-shift"),
  };
}

const server = await startServer();
const profile = await mkdtemp(join(tmpdir(), "balabaqsha-lighthouse-"));
const port = await freePort();
const context = await chromium.launchPersistentContext(profile, {
  executablePath: chromiumPath,
  headless: true,
  args: [...chromiumFlags, `--remote-debugging-port=${port}`],
  locale: "ru-KZ",
  timezoneId: "Asia/Aqtobe",
});
try {
  const report = async (page, path) => {
    console.log(JSON.stringify({ page, ...await measure(server.url + path, port) }));
  };
  await report("home", "/");
  await report("login", "/login");
  await report("places", "/places");

  const keys = await demoKeys(server);
  const { password } = keys;
  const page = await context.newPage();
  await logIn(page, server.url, keys.find("ИВАНОВА", "login"), { password });
  await page.goto(`${server.url}/applications/new`);
  await queueChild(page, {
    birth: birthday(4), serial: 7001, surname: "Тестова", name: "Айша", key: keys.find("ИВАНОВА", "signing"), password,
  });
  const application = new URL(page.url()).pathname.split("/").slice(0, 3).join("/");
  await page.close();
  await keys.remove();
  await report("journal", "/applications");
  await report("application", application);
} finally {
  await context.close();
  await server.stop();
  await rm(profile, { recursive: true, force: true });
}
