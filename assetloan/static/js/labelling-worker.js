/* Keeps the empty page of a room, so that it opens without a network. It holds no data: lists and acts live with the page. */
"use strict";
const SHELL = "/labelling/offline";
const KEEP = "labelling";

/* Asked for as a visitor, so that nobody's name is in it; everything it names comes along. */
const fill = async () => {
  const answer = await fetch(SHELL, { credentials: "omit", cache: "no-store" });
  if (!answer.ok) return;
  const text = await answer.clone().text();
  const parts = [...text.matchAll(/"(\/static\/[^"]+)"/g)].map((found) => found[1]);
  const cache = await caches.open(KEEP);
  await cache.addAll([...new Set(parts)]);
  await cache.put(SHELL, answer);
};
addEventListener("install", (event) => event.waitUntil(fill().then(() => skipWaiting())));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));
addEventListener("message", (event) => event.waitUntil(fill()));

addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.mode === "navigate" && /^\/labelling\/[^/]+\/rooms\/\d+$/.test(pathname)) {
    event.respondWith(fetch(event.request).catch(async () => (await caches.match(SHELL)) || Response.error()));
  } else if (pathname.startsWith("/static/")) {
    event.respondWith(caches.match(event.request).then((kept) => kept || fetch(event.request)));
  }
});
