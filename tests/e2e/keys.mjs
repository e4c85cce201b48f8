// Key files for the journeys: those of the demo authority, and what the `openssl` command line
// makes of them.

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The demo keys of a server: their password, and files by owner, purpose and condition. */
export async function demoKeys(server) {
  const folder = await mkdtemp(join(tmpdir(), "balabaqsha-keys-"));
  const { password, items } = await (await fetch(`${server.url}/v1/demo/keys`)).json();
  for (const item of items) {
    const answer = await fetch(`${server.url}${item.url}`);
    item.path = join(folder, item.file_name);
    await writeFile(item.path, Buffer.from(await answer.arrayBuffer()));
  }
  const find = (surname, purpose, condition = "valid") => {
    const found = items.find((item) =>
      item.owner.startsWith(surname) && item.purpose === purpose && item.condition === condition);
    if (!found) throw new Error(`no demo key of ${surname} for ${purpose}, ${condition}`);
    return found.path;
  };
  return { password, items, find, folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The same key and certificate as today's openssl writes them: DER, PBES2, AES-256, SHA-256. */
export async function modernCopy(path, password) {
  const pem = `${path}.pem`;
  const copy = `${path}.modern.p12`;
  await run("openssl", ["pkcs12", "-legacy", "-in", path, "-passin", `pass:${password}`, "-nodes", "-out", pem]);
  await run("openssl", ["pkcs12", "-export", "-in", pem, "-passout", `pass:${password}`, "-out", copy]);
  await rm(pem);
  return copy;
}

/** A key file with its end cut off. */
export async function truncated(path) {
  const bytes = await readFile(path);
  const copy = `${path}.cut.p12`;
  await writeFile(copy, bytes.subarray(0, bytes.length / 2));
  return copy;
}
