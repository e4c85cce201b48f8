// The service worker: keeps the shell of the pages and the files of their release, so that they
// start without a network. It knows nothing of people: answers of the service never pass through
// it. What somebody saves on their device is kept by the page itself (web/src/saved.rs).

const RELEASE = "{{release}}";
const CACHE = `release-${RELEASE}`;
// A page that is open asks for the files of the release that it came from.
const KEPT_RELEASES = 2;
// Whatever a page needs to start.
const HOME = "/";
// All other pages begin with another heading.
const OTHER = "/saved";
const PAGES = [HOME, OTHER];
const FILES = [{{shell}}];

const isAsset = (url) => url.origin === location.origin && url.pathname.startsWith("/assets/");

const known = (request) => caches.match(request, { ignoreVary: true });

const asset = async (request) => {
  const kept = await known(request);
  if (kept !== undefined) return kept;
  const answer = await fetch(request);
  if (answer.ok) {
    const cache = await caches.open(CACHE);
    await cache.put(request, answer.clone());
  }
  return answer;
};

// The page names the files of its release: whoever has a network gets the present one.
const page = async (request) => {
  try {
    return await fetch(request);
  } catch (error) {
    const shell = await known(new URL(request.url).pathname === HOME ? HOME : OTHER);
    if (shell === undefined) throw error;
    return shell;
  }
};

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    // The service shows a page to whoever asks for one.
    const pages = PAGES.map((path) => new Request(path, { headers: { accept: "text/html" } }));
    // One after another: the page itself is still loading.
    for (const request of [...pages, ...FILES]) await cache.add(request);
    await self.skipWaiting();
  })());
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const releases = (await caches.keys()).filter((name) => name.startsWith("release-"));
    // The oldest first.
    const old = releases.slice(0, -KEPT_RELEASES).filter((name) => name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.cache === "no-store") return;
  if (request.mode === "navigate") {
    event.respondWith(page(request));
  } else if (isAsset(new URL(request.url))) {
    event.respondWith(asset(request));
  }
});
