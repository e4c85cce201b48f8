// A stand-in for NCALayer: a WebSocket server on the address the real one has, which follows its
// documented protocol in both module generations and misbehaves on request. It signs with the
// `openssl` command line and a demo key, where the real one asks its user.

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const PORT = 13579;
const ACCEPT_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/** Its port may be somebody else's; then the tests cannot run. */
export class PortTaken extends Error {}

/**
 * Starts the stand-in.
 *
 * `manner` says what it does when it is asked: "sign", "cancel", "fail", "silent", "garbage",
 * "break-off"; `version` what it greets with; `greet: false` that it never does. All of them can be
 * changed while it runs. `keys` are the files to sign with, `{ login, signing, password }`.
 * `asked` keeps what it was asked.
 */
export async function startNcaLayer({ version = "1.4", manner = "sign", greet = true, keys } = {}) {
  const folder = await mkdtemp(join(tmpdir(), "balabaqsha-ncalayer-"));
  await run("openssl", [
    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1",
    "-addext", "subjectAltName=IP:127.0.0.1",
    "-keyout", join(folder, "tls.key"), "-out", join(folder, "tls.pem"),
  ]);
  const server = createServer({
    key: await readFile(join(folder, "tls.key")),
    cert: await readFile(join(folder, "tls.pem")),
  });
  const layer = { version, manner, greet, keys, asked: [] };
  const sockets = new Set();
  server.on("upgrade", (request, socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + ACCEPT_SUFFIX).digest("base64");
    socket.write(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
      `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const say = (text) => socket.write(frame(1, Buffer.from(text)));
    if (layer.greet) say(JSON.stringify({ result: { version: layer.version } }));
    say("--heartbeat--");
    receive(socket, async (text) => {
      const request = JSON.parse(text);
      layer.asked.push(request);
      say("--heartbeat--");
      const answer = await answerTo(request, layer, folder);
      if (answer === undefined) return;
      if (answer === null) socket.destroy();
      else say(answer);
    });
  });
  await new Promise((resolve, reject) => {
    server.once("error", (error) => reject(error.code === "EADDRINUSE" ? new PortTaken() : error));
    server.listen(PORT, "127.0.0.1", resolve);
  });
  layer.stop = async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  };
  return layer;
}

/** What is said to a request: a text, nothing at all, or `null` for hanging up. */
async function answerTo({ module, method, args }, layer, folder) {
  const newer = module === "kz.gov.pki.knca.basics" && method === "sign";
  const older = module === "kz.gov.pki.knca.commonUtils" && method === "createCAdESFromBase64";
  switch (layer.manner) {
    case "silent": return undefined;
    case "break-off": return null;
    case "garbage": return "<html>";
    case "cancel":
      return JSON.stringify(newer
        ? { status: true, body: {} }
        : { code: "500", message: "action.canceled" });
    case "fail":
      return JSON.stringify(newer
        ? { status: false, code: "E1", message: "Токен не подключён", details: "" }
        : { code: "500", message: "Токен не подключён" });
    default:
  }
  if (newer) {
    const { signingParams, signerParams, data, format } = args;
    const detached = format === "cms" && signingParams.decode && !signingParams.encapsulate && !signingParams.digested;
    if (!detached || signerParams.chain !== null) return JSON.stringify({ status: false, message: "bad request" });
    const login = signerParams.extKeyUsageOids.includes("1.3.6.1.5.5.7.3.2");
    const cms = await sign(Buffer.from(data, "base64"), login, layer, folder);
    const pem = `-----BEGIN CMS-----\n${cms.toString("base64").replace(/.{64}/g, "$&\n")}\n-----END CMS-----\n`;
    return JSON.stringify({ status: true, body: { result: [pem] } });
  }
  if (older) {
    const [, purpose, data, attached] = args;
    if (attached) return JSON.stringify({ code: "500", message: "bad request" });
    const cms = await sign(Buffer.from(data, "base64"), purpose === "AUTHENTICATION", layer, folder);
    return JSON.stringify({ code: "200", responseObject: cms.toString("base64") });
  }
  return JSON.stringify({ status: false, code: "404", message: "no such module" });
}

async function sign(content, login, { keys }, folder) {
  const path = login ? keys.login : keys.signing;
  const [pem, text, signed] = ["key.pem", "text", "signed"].map((name) => join(folder, name));
  await run("openssl", ["pkcs12", "-legacy", "-in", path, "-passin", `pass:${keys.password}`, "-nodes", "-out", pem]);
  await writeFile(text, content);
  await run("openssl", ["cms", "-sign", "-binary", "-md", "sha256", "-signer", pem, "-in", text, "-outform", "DER", "-out", signed]);
  return readFile(signed);
}

/** One unmasked frame, as servers send them (RFC 6455, section 5.2). */
function frame(opcode, payload) {
  const head = [0x80 | opcode];
  if (payload.length < 126) head.push(payload.length);
  else if (payload.length < 0x1_0000) head.push(126, payload.length >> 8, payload.length & 0xff);
  else {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(payload.length));
    head.push(127, ...length);
  }
  return Buffer.concat([Buffer.from(head), payload]);
}

/** Hands over the texts of the other side; answers pings and closing. */
function receive(socket, onText) {
  let rest = Buffer.alloc(0);
  let parts = [];
  socket.on("data", (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    for (;;) {
      if (rest.length < 2) return;
      let length = rest[1] & 0x7f;
      let at = 2;
      if (length === 126) {
        if (rest.length < 4) return;
        length = rest.readUInt16BE(2);
        at = 4;
      } else if (length === 127) {
        if (rest.length < 10) return;
        length = Number(rest.readBigUInt64BE(2));
        at = 10;
      }
      if (rest.length < at + 4 + length) return;
      const mask = rest.subarray(at, at + 4);
      const payload = Buffer.from(rest.subarray(at + 4, at + 4 + length)).map((byte, i) => byte ^ mask[i % 4]);
      const [last, opcode] = [rest[0] & 0x80, rest[0] & 0x0f];
      rest = rest.subarray(at + 4 + length);
      if (opcode === 8) {
        socket.end(frame(8, payload.subarray(0, 2)));
        return;
      }
      if (opcode === 9) socket.write(frame(10, payload));
      if (opcode > 2) continue;
      parts.push(payload);
      if (last) {
        const text = Buffer.concat(parts).toString("utf8");
        parts = [];
        onText(text);
      }
    }
  });
}
