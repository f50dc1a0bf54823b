// Keeps a kiosk's page and files: what the line brings is shown, and what it brought last where there is none.
"use strict";
const NAME = `heartline-kiosk-${location.pathname.split("/")[2]}`;
const PATIENCE_MS = 4000;

addEventListener("install", () => self.skipWaiting());
addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || pathname.endsWith("/edition/")) return;
  event.respondWith(answer(request));
});

/** @param {Request} request */
const answer = async (request) => {
  const cache = await caches.open(NAME);
  const kept = await cache.match(request, { ignoreVary: true });
  const coming = fetch(request).then(async (fresh) => {
    if (fresh.ok && !fresh.redirected) await cache.put(request, fresh.clone());
    return fresh.status < 500 || !kept ? fresh : kept;
  });
  if (!kept) return coming;
  const late = new Promise((done) => setTimeout(() => done(kept), PATIENCE_MS));
  return Promise.race([coming.catch(() => kept), late]);
};
