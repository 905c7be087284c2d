/* Keeps 记一笔 within reach when there is no signal: its page without a person, its styles, scripts and icons. Nothing else is
   ever cached. The server writes TOLD above: version, shell, form, files. */
const CACHE = "contact-" + TOLD.version, HOMES = ["/", TOLD.form], PATIENCE = 6000;

self.addEventListener("install", (event) => {
  event.waitUntil((async () => {
    const cache = await caches.open(CACHE);
    /* SECURITY: without credentials, so that no answer can be about a person. */
    await Promise.all([TOLD.shell, ...TOLD.files].map(async (path) => {
      const answer = await fetch(path, { credentials: "omit", cache: path === TOLD.shell ? "no-cache" : "default" });
      if (!answer.ok) throw new Error(path + " answered " + answer.status);
      await cache.put(path, answer);
    }));
    await self.skipWaiting();
  })());
});
self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    for (const name of await caches.keys()) if (name.startsWith("contact-") && name !== CACHE) await caches.delete(name);
    await self.clients.claim();
  })());
});
function late() { return new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), PATIENCE)); }

self.addEventListener("fetch", (event) => {
  const request = event.request, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && HOMES.includes(address.pathname) && !address.search) {
    event.respondWith(Promise.race([fetch(request), late()]).catch(async () => (await caches.match(TOLD.shell)) || Response.error()));
  } else if (TOLD.files.includes(address.pathname)) {
    event.respondWith(caches.match(address.pathname).then((kept) => kept || fetch(request)));
  }
});
