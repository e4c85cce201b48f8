// Opens key files and signs, away from the page, so that deriving a key never freezes it.
// A message is {id, call, args}: the answer is {id, result} or {id, error}.
import init, * as signer from "{{asset:signer.js}}";

const ready = init({ module_or_path: "{{asset:signer.wasm}}" });

self.addEventListener("message", async ({ data: { id, call, args } }) => {
  try {
    await ready;
    self.postMessage({ id, result: signer[call](...args) });
  } catch (error) {
    self.postMessage({ id, error: String(error?.message ?? error) });
  }
});
