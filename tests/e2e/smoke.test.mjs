// The page comes up: from the real server, in a fresh browser, under its own security policy.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  axeViolations, freshPage, heading, launchBrowser, overflow, screenshot, startServer, webFolder,
} from "./support.mjs";

let server;
let browser;

before(async () => {
  server = await startServer();
  browser = await launchBrowser();
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

for (const width of [320, 360, 768, 1280]) {
  test(`the first page stands at ${width} px and nothing complains`, async () => {
    const fresh = await freshPage(browser, { width });
    const { page, context, trouble } = fresh;
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));

    await page.goto(server.url);
    assert.notEqual(await heading(fresh), "");
    await screenshot(page, `smoke-${width}`);

    assert.notEqual(await page.title(), "");
    assert.match(await page.locator("html").getAttribute("lang"), /^(kk|ru|en)$/);
    assert.equal(await overflow(page), 0);
    assert.deepEqual(await axeViolations(page), []);
    assert.deepEqual(trouble, []);
    // What is preloaded is the very thing that the page then takes.
    assert.deepEqual(asked.filter((path, index) => asked.indexOf(path) !== index), []);
    // The signing module is for those who sign.
    assert.deepEqual(asked.filter((path) => path.includes("signer")), []);
    await context.close();
  });
}

test("the security policy allows scripts of the server alone", async () => {
  const answer = await fetch(server.url);
  const policy = answer.headers.get("content-security-policy") ?? "";
  const directives = new Map(policy.split(";").map((part) => {
    const [name, ...values] = part.trim().split(/\s+/);
    return [name, values.sort().join(" ")];
  }));
  assert.equal(directives.get("script-src"), "'self' 'wasm-unsafe-eval'");
  // The styles of the first words stand in the page, allowed by their hash alone.
  assert.match(directives.get("style-src"), /^'self' 'sha256-[A-Za-z0-9+/]{43}='$/);
  assert.doesNotMatch(policy, /'unsafe-(inline|eval)'/);
  // The page itself has to be asked for anew: it names the assets.
  assert.doesNotMatch(answer.headers.get("cache-control") ?? "", /immutable/);
});

test("every asset comes compressed, with its type, and may be kept for ever", async () => {
  const { files } = JSON.parse(await readFile(join(webFolder, "manifest.json"), "utf8"));
  const assets = Object.entries(files).filter(([, { file }]) => file.startsWith("assets/"));
  assert.ok(assets.length >= 6, `${assets.length} assets`);
  const types = { css: /^text\/css/, js: /^(text|application)\/javascript/, wasm: /^application\/wasm$/ };
  for (const [name, { file }] of assets) {
    for (const encoding of ["br", "gzip"]) {
      const answer = await fetch(`${server.url}/${file}`, { headers: { "accept-encoding": encoding } });
      assert.equal(answer.status, 200, name);
      assert.equal(answer.headers.get("content-encoding"), encoding, name);
      assert.match(answer.headers.get("cache-control") ?? "", /immutable/, name);
      assert.match(answer.headers.get("vary") ?? "", /accept-encoding/i, name);
      // Without this type the browser does not compile the module while it arrives.
      assert.match(answer.headers.get("content-type") ?? "", types[file.split(".").pop()], name);
      assert.deepEqual(
        Buffer.from(await answer.arrayBuffer()),
        await readFile(join(webFolder, file)),
        name,
      );
    }
  }
});
