// Runs the tests of `wasm_bindgen_test` in a folder with bound files, as `cargo xtask test` makes it, and prints what
// they print: node components.mjs FOLDER. Ends with 1 when a test failed or the browser complained.

import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { freshPage, launchBrowser } from "./support.mjs";

const ORIGIN = "http://components.example";
const TYPES = { ".js": "text/javascript", ".wasm": "application/wasm" };
/** Where the module imports what the splitter would load later. */
const LAZY = "__wasm_split_placeholder__";
const PAGE = `<!doctype html><html lang="ru"><title>Components</title><link rel="icon" href="data:,">
<script type="importmap">{"imports": {"${LAZY}": "/lazy.js"}}</script>
<pre id="output" hidden></pre>`;

/** Functions of groups of pages, which no component calls. */
async function lazy(path) {
  const module = await WebAssembly.compile(await readFile(path));
  const names = WebAssembly.Module.imports(module).filter((each) => each.module === LAZY).map(({ name }) => name);
  const list = names.map((name) => `absent as ${JSON.stringify(name)}`).join(", ");
  return `function absent() { throw new Error("not split"); }\nexport { ${list} };`;
}

/** Starts each test that the module exports; resolves when all are over. */
async function runTests() {
  // The harness asks the page to call what may trap.
  globalThis.__wbg_test_invoke = (test) => test();
  const glue = await import("/components.js");
  const exported = await glue.default({ module_or_path: "/components.wasm" });
  // What is printed while a test runs is shown when it fails.
  for (const method of ["debug", "log", "info", "warn", "error"]) {
    console[method] = (...values) => glue[`__wbgtest_console_${method}`](values);
  }
  const context = new glue.WasmBindgenTestContext(false);
  const tests = Object.keys(exported).filter((name) => name.startsWith("__wbgt_"));
  await context.run(tests.map((name) => exported[name]));
}

const folder = process.argv[2];
const stubs = await lazy(join(folder, "components.wasm"));
const browser = await launchBrowser();
try {
  const { page, context, trouble } = await freshPage(browser);
  await context.route(`${ORIGIN}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    if (pathname === "/lazy.js") return route.fulfill({ contentType: TYPES[".js"], body: stubs });
    if (pathname === "/") return route.fulfill({ contentType: "text/html; charset=utf-8", body: PAGE });
    const body = await readFile(join(folder, pathname));
    return route.fulfill({ contentType: TYPES[extname(pathname)], body });
  });
  await page.goto(ORIGIN);
  await page.evaluate(runTests).catch((error) => trouble.push(error.message));
  const output = await page.locator("#output").textContent();
  console.log(output);
  for (const line of trouble) console.error(line);
  if (!/^test result: ok\./m.test(output) || trouble.length > 0) process.exitCode = 1;
} finally {
  await browser.close();
}
