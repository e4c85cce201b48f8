// The signing worker: opens key files and makes signatures away from the page.
//
// It only carries messages between the page and the module (web/signer); their form is written
// down in web/signer/client/src/message.rs. It asks the network for two files, its own module and
// the module's glue, and sends nothing anywhere.

const load = async () => {
  // Both at once: the glue is small, the module is not.
  const [glue, response] = await Promise.all([
    import("./signer.js"),
    fetch(new URL("./signer.wasm", import.meta.url)),
  ]);
  if (!response.ok) {
    throw new Error(`the module was answered with ${response.status}`);
  }
  await glue.default({ module_or_path: response });
  return new glue.Signer();
};

// Once it has failed it says nothing more: the page starts another worker.
let failed = false;
const fail = (kind, error) => {
  if (!failed) {
    failed = true;
    self.postMessage({ failure: kind, detail: String(error?.message ?? error) });
  }
};

const loading = load();
loading.catch((error) => fail("not-loaded", error));

self.addEventListener("message", async ({ data: { message, parts } }) => {
  const inputs = parts.map((part) => new Uint8Array(part));
  try {
    const signer = await loading.catch(() => null);
    if (signer === null || failed) {
      return;
    }
    const [answer, ...outputs] = signer.answer(new Uint8Array(message), inputs);
    self.postMessage({ message: answer, parts: outputs }, [answer, ...outputs]);
  } catch (error) {
    fail("crashed", error);
  } finally {
    // Key files and passwords pass through here.
    for (const input of inputs) {
      input.fill(0);
    }
  }
});
