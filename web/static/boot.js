// Starts the pages. What keeps them from starting is told by the static shell of index.html, which
// shows the cause that its attribute names. It stands in a file of its own because the security
// policy allows no inline script.

const shell = document.getElementById("shell");

const cause = async () => {
  if (typeof WebAssembly !== "object") {
    return "unsupported";
  }
  try {
    const own = await fetch(import.meta.url, { method: "HEAD", cache: "no-store" });
    if (own.status === 404) {
      return "release";
    }
    return own.ok ? "failed" : "offline";
  } catch {
    return "offline";
  }
};

try {
  const { default: start } = await import("./app.js");
  await start({ module_or_path: new URL("./app.wasm", import.meta.url) });
  shell.remove();
  // What keeps the shell for the time without a network. A browser that has none goes without.
  navigator.serviceWorker?.register("/sw.js").catch(() => {});
} catch (error) {
  console.error(error);
  shell.dataset.trouble = await cause();
}
