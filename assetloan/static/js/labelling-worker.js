/* Keeps the empty page of a room, so that it opens without a network. It holds no data: lists and acts live with the page.
   RELEASE stands in the line before this one: another release is another worker, which fetches its own page anew. */
"use strict";
const SHELL = "/labelling/offline";
const KEEP = `labelling-${RELEASE}`;

/* Asked for as a visitor, so that nobody's name is in it; everything it names comes along. Without all of it the worker
   of the release before goes on. */
const fill = async () => {
  const answer = await fetch(SHELL, { credentials: "omit", cache: "no-store" });
  if (!answer.ok) throw new Error(`${SHELL}: ${answer.status}`);
  const text = await answer.clone().text();
  const parts = [...text.matchAll(/"(\/static\/[^"]+)"/g)].map((found) => found[1]);
  const cache = await caches.open(KEEP);
  await cache.addAll([...new Set(parts)]);
  await cache.put(SHELL, answer);
};
const forget = async () => {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith("labelling") && name !== KEEP).map((name) => caches.delete(name)));
};
const kept = async (request) => (await caches.open(KEEP)).match(request);
addEventListener("install", (event) => event.waitUntil(fill().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(forget().then(() => clients.claim())));

addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.mode === "navigate" && /^\/labelling\/[^/]+\/rooms\/\d+$/.test(pathname)) {
    event.respondWith(fetch(event.request).catch(async () => (await kept(SHELL)) || Response.error()));
  } else if (pathname.startsWith("/static/")) {
    event.respondWith(kept(event.request).then((found) => found || fetch(event.request)));
  }
});
