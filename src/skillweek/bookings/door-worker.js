// Keeps the page at the door when the network is gone (B9). The page itself puts what it needs into the cache
// (frontend/src/door/keep.ts), and any page that nobody is signed in to empties it; nothing else is ever kept.
const KEPT = "skillweek-door";
const DOOR = /\/w\/bookings\/\d+\/door\/$/;
const PATIENCE = 4000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) {
    return;
  }
  if (request.mode === "navigate") {
    if (DOOR.test(url.pathname)) {
      event.respondWith(freshOrKept(request, url.pathname));
    }
  } else if (/^(script|style|image|font|manifest|)$/.test(request.destination) && url.pathname.includes("/static/")) {
    event.respondWith(keptOrFresh(request));
  }
});

/** The page of the network, unless that takes too long or fails. */
async function freshOrKept(request, path) {
  const cache = await caches.open(KEPT);
  const fresh = fetch(request);
  fresh.catch(() => undefined);
  const kept = await cache.match(path);
  if (!kept) {
    return fresh;
  }
  const late = new Promise((resolve) => setTimeout(() => resolve(kept), PATIENCE));
  try {
    return await Promise.race([fresh, late]);
  } catch {
    return kept;
  }
}

/** Names of static files change with their content, so what is kept is right; without hashes the network goes first. */
async function keptOrFresh(request) {
  const cache = await caches.open(KEPT);
  try {
    return (/\.[0-9a-f]{8,}\./.test(request.url) && (await cache.match(request))) || (await fetch(request));
  } catch (error) {
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) {
      return kept;
    }
    throw error;
  }
}
