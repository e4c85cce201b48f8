// What the tests of the signing worker stand on: the page that drives the client, keys of every
// shape, and a server that hands out files under the strict policy and writes down every request.

import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { root, webFolder } from "../support.mjs";

const execute = promisify(execFile);
const workbench = process.env.BALABAQSHA_WORKBENCH;
const CARGO = process.env.CARGO ?? "cargo";
const TARGET = "wasm32-unknown-unknown";
// Generous: the first build on a fresh machine compiles for minutes.
const LIMITS = { maxBuffer: 64 * 1024 * 1024, cwd: root };

export const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "connect-src 'self'",
].join("; ");

const TYPES = { ".html": "text/html; charset=utf-8", ".js": "text/javascript", ".wasm": "application/wasm" };

export async function openssl(args, options = {}) {
  return execute("openssl", args, { ...LIMITS, encoding: "buffer", ...options });
}

/** The native tool of web/signer/client/examples/workbench.rs; its answer. */
async function tool(...args) {
  if (!workbench) {
    throw new Error("BALABAQSHA_WORKBENCH is not set. `cargo xtask test --only e2e` sets it; by hand"
      + " `cargo build -p balabaqsha-signer-client --example workbench` makes"
      + " target/debug/examples/workbench");
  }
  const { stdout } = await execute(workbench, args, LIMITS);
  return JSON.parse(stdout);
}

/** The verdict of the project's own verification over a signature made in the browser. */
export function judge(cms, content, anchor, now) {
  return tool("judge", cms, content, anchor, String(now));
}

/** Keys in the national shape, with their authorities' certificates `rsa.pem` and `gost.pem`. */
export function issueKeys(folder, password, now) {
  return tool("issue", folder, password, String(now));
}

/** A key file of the modern shape (PBES2, AES-256, PBKDF2 with SHA-256), made by openssl alone. */
export async function modernKeys(folder, password) {
  const file = (name) => join(folder, name);
  await writeFile(file("person.cnf"), `
[req]
distinguished_name = name
prompt = no
utf8 = yes
string_mask = utf8only
[name]
CN = СЕЙТОВ БЕРІК
SN = СЕЙТОВ
serialNumber = IIN900707300014
C = KZ
[person]
basicConstraints = CA:false
keyUsage = critical, digitalSignature, nonRepudiation
extendedKeyUsage = emailProtection, 1.2.398.3.3.4.1.1
subjectKeyIdentifier = hash
`);
  await openssl([
    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=MODERN CA/C=KZ",
    "-addext", "keyUsage=critical,keyCertSign,cRLSign",
    "-keyout", file("modern-ca.key"), "-out", file("modern.pem"),
  ]);
  await openssl([
    "req", "-new", "-newkey", "rsa:2048", "-nodes", "-utf8", "-config", file("person.cnf"),
    "-keyout", file("person.key"), "-out", file("person.csr"),
  ]);
  await openssl([
    "x509", "-req", "-in", file("person.csr"), "-days", "20", "-CA", file("modern.pem"),
    "-CAkey", file("modern-ca.key"), "-CAcreateserial", "-extfile", file("person.cnf"),
    "-extensions", "person", "-out", file("person.pem"),
  ]);
  await openssl([
    "pkcs12", "-export", "-inkey", file("person.key"), "-in", file("person.pem"),
    "-certfile", file("modern.pem"), "-name", "modern", "-passout", "env:KEY_PASSWORD",
    "-out", file("modern.p12"),
  ], { env: { ...process.env, KEY_PASSWORD: password } });
  return "modern.p12";
}

/** The page of web/signer/client/examples/page.rs with its glue. */
async function buildPage(folder) {
  const { stdout } = await execute(
    CARGO,
    [
      "build", "--locked", "--message-format=json-render-diagnostics", "--target", TARGET,
      "-p", "balabaqsha-signer-client", "--features", "browser", "--example", "page",
    ],
    LIMITS,
  );
  const wasm = stdout.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line))
    .flatMap(({ filenames = [] }) => filenames).findLast((name) => name.endsWith("page.wasm"));
  await tool("bind", wasm, folder, "page");
}

/**
 * Serves the built worker and a page that drives the client.
 *
 * `requests` lists what was asked of the server: method, path, all headers, body. `replaced` maps
 * a path to the script that is answered instead of the file, or to null for "not found".
 */
export async function startWorkbench() {
  const folder = await mkdtemp(join(tmpdir(), "balabaqsha-signer-"));
  await mkdir(join(folder, "page"));
  await buildPage(join(folder, "page"));

  const manifest = JSON.parse(await readFile(join(webFolder, "manifest.json"), "utf8"));
  const asset = (name) => `/${manifest.files[name].file}`;
  const urls = {
    worker: asset("signer-worker.js"),
    glue: asset("signer.js"),
    module: asset("signer.wasm"),
  };
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><title>workbench</title>
<meta name="signer-worker" content="${urls.worker}">
<input type="file" id="file"><script type="module" src="/page/start.js"></script></html>`;
  const start = `import init, { Page } from "/page/page.js";
await init({ module_or_path: "/page/page_bg.wasm" });
globalThis.page = new Page();`;
  const made = new Map([["/", ["text/html; charset=utf-8", html]], ["/page/start.js", [TYPES[".js"], start]]]);

  // What is handed out instead of a built file, to play a lost network or a broken module.
  const replaced = new Map();
  const requests = [];
  const server = createServer(async (request, response) => {
    const body = [];
    for await (const chunk of request) body.push(chunk);
    const { pathname } = new URL(request.url, "http://localhost");
    requests.push({
      method: request.method,
      url: request.url,
      headers: JSON.stringify(request.rawHeaders),
      body: Buffer.concat(body).toString("latin1"),
    });
    const answer = (status, type, content) => {
      response.writeHead(status, {
        "content-type": type,
        "content-security-policy": POLICY,
        "cache-control": "no-store",
      });
      response.end(content);
    };
    if (replaced.has(pathname)) {
      const script = replaced.get(pathname);
      if (script === null) answer(404, "text/plain", "not found");
      else answer(200, TYPES[".js"], script);
      return;
    }
    if (made.has(pathname)) {
      answer(200, ...made.get(pathname));
      return;
    }
    const file = pathname.startsWith("/page/")
      ? join(folder, pathname) : join(webFolder, pathname);
    try {
      answer(200, TYPES[extname(file)] ?? "application/octet-stream", await readFile(file));
    } catch {
      answer(404, "text/plain", "not found");
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    folder,
    urls,
    url: `http://127.0.0.1:${server.address().port}`,
    requests,
    replaced,
    /** The worker's script as built, with something to happen before it. */
    async workerAfter(prelude) {
      return `${prelude}\n${await readFile(join(webFolder, urls.worker), "utf8")}`;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
