// How long a signature takes in the browser: the client's call in the page, the way to the worker
// and back included. A measurement for `cargo xtask bench eds`, not a test: prints one line of
// JSON, in milliseconds.

import { join } from "node:path";
import { issueKeys, startWorkbench } from "./signer/workbench.mjs";
import { freshPage, launchBrowser } from "./support.mjs";

const SIGNATURES = 200;
// What the first ones cost is told apart: by then the engine has compiled what is called often.
const WARM_UP = 20;
const PASSWORD = "Demo-Key 2026!";
const NOW = Date.now();

/** The times of one signature after the other, each over another text of a usual length. */
function measure(page, handle, count) {
  return page.evaluate(async ([file, signatures, now]) => {
    const times = [];
    for (let number = 0; number < signatures; number += 1) {
      const content = new TextEncoder().encode(`${number} ${"Өтініш. Заявление. ".repeat(50)}`);
      const started = performance.now();
      await globalThis.page.sign(file, 0, content, now);
      times.push(performance.now() - started);
    }
    return times;
  }, [handle, count, NOW]);
}

function figures([first, ...times]) {
  const sorted = times.slice(WARM_UP - 1).sort((a, b) => a - b);
  const at = (part) => sorted[Math.ceil(sorted.length * part) - 1];
  const rounded = (time) => Math.round(time * 100) / 100;
  return { first: rounded(first), median: rounded(at(0.5)), p95: rounded(at(0.95)) };
}

const bench = await startWorkbench();
let browser;
try {
  browser = await launchBrowser();
  const keys = await issueKeys(bench.folder, PASSWORD, NOW);
  const { page } = await freshPage(browser);
  await page.goto(bench.url);
  await page.waitForFunction(() => globalThis.page !== undefined);
  const answer = { signatures: SIGNATURES };
  for (const [name, file] of [["gost512", keys.gost], ["rsa2048", keys.signing]]) {
    await page.setInputFiles("#file", join(bench.folder, file));
    const opened = await page.evaluate(async ([password, now]) => {
      const [chosen] = document.getElementById("file").files;
      return globalThis.page.open(chosen, password, now);
    }, [PASSWORD, NOW]);
    const [handle] = JSON.parse(opened);
    answer[name] = figures(await measure(page, handle, WARM_UP + SIGNATURES));
  }
  console.log(JSON.stringify(answer));
} finally {
  await browser?.close();
  await bench.stop();
}
