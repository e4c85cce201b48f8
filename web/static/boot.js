// Starts the page. It stands in a file of its own because the security policy allows no inline script.
import init from "{{asset:app.js}}";

await init({ module_or_path: "{{asset:app.wasm}}" });
