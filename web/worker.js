// The service worker: the page starts without a network, from the files of the last visit. The build fills in VERSION and FILES
// (vite.config.ts). It keeps no answer of the API: what people have is kept by the page itself, a person at a time.
const VERSION = "__VERSION__";
const FILES = __FILES__;
const CONFIG = "/config.json";

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll().then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (request.mode === "navigate") {
    if (isView(url.pathname)) event.respondWith(keptOr("/", request));
  } else if (url.pathname === CONFIG) {
    event.respondWith(keptOr(CONFIG, request));
    event.waitUntil(keep(CONFIG).catch(() => undefined)); // For the next start.
  } else if (url.pathname.startsWith("/assets/") || FILES.includes(url.pathname)) {
    event.respondWith(keptOr(url.pathname, request));
  }
});

// As CloudFront and local/web decide it: an address without an ending is the page.
function isView(path) {
  return !/^\/(api|static)\/|^\/(healthz|readyz)/.test(path) && !path.slice(path.lastIndexOf("/")).includes(".");
}

async function keepAll() {
  const cache = await caches.open(VERSION);
  await cache.addAll(
    [...FILES, CONFIG].map((path) => new Request(path, { cache: path.startsWith("/assets/") ? "default" : "reload" })),
  );
}

async function forgetOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== VERSION).map((name) => caches.delete(name)));
}

async function keep(path) {
  const answer = await fetch(path, { cache: "no-cache" });
  if (answer.ok) await (await caches.open(VERSION)).put(path, answer);
}

async function keptOr(path, request) {
  return (await caches.match(path)) ?? fetch(request);
}
