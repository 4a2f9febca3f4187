// @ts-check
/// <reference lib="webworker" />
/**
 * Keeps pages for when there is no connection: those listed here and no others, for one person at a time. A page made
 * for somebody else, or for nobody any more, deletes what was kept before. The server writes a line above this file:
 * SHELL, what each page needs and what is shown instead of one that was not kept. With every version it is another.
 */
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {any} */ (self));

/** Pages that may be read later. What takes money or changes rights is only ever seen as it stands. */
const KEPT = /^\/($|(shop|farms|cart|orders|notifications)$|(p|farms)\/(?!new$)[^/]+$|orders\/[^/]+(\/(track|thanks))?$|farm\/board$)/;
/** Where the person at this browser may become another one. */
const DOORS = /^\/(login|logout|signup|reset|invite|setup)(\/|$)/;
const ASSETS = "assets";
/** And after it whom they are kept for, as the page says. */
const PAGES = "pages-";
const MOST = { pages: 60, assets: 24 };
const PATIENCE = 3_000;
const DAY = 86_400_000;
const ANY = { ignoreVary: true };
/** How often all was deleted: an answer that was asked for before is not kept after it. */
let era = 0;

worker.addEventListener("install", (event) => event.waitUntil(prepare()));
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));
worker.addEventListener("message", (event) => {
  // Only a person decides when a new version takes over.
  if (event.data.take) void worker.skipWaiting();
  else event.waitUntil(event.data.html ? renew(event.data) : look(event.data.url));
});
worker.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== location.origin) return;
  // The form itself is left to the browser: what a worker sends counts as sent by this site.
  if (event.request.method !== "GET") DOORS.test(url.pathname) && event.waitUntil(forget(""));
  else if (url.pathname.startsWith("/assets/")) event.respondWith(asset(url.href));
  else if (event.request.mode === "navigate") event.respondWith(page(event, url));
});

async function prepare() {
  const cache = await caches.open(ASSETS);
  await Promise.all(SHELL.map(async (url) => {
    const answer = await fetch(url, { credentials: "omit" });
    if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
    await cache.put(url, answer);
  }));
  // Pages that were kept earlier still name the assets of their version.
  for (const request of (await cache.keys()).slice(0, -MOST.assets)) await cache.delete(request);
}

/** Its name changes with its content: what is here is right. @param {string} url */
async function asset(url) {
  const cache = await caches.open(ASSETS);
  const found = await cache.match(url, ANY);
  const answer = found ?? (await fetch(url));
  if (!found && answer.ok) await cache.put(url, answer.clone());
  return answer;
}

/** @param {FetchEvent} event @param {URL} url */
async function page(event, url) {
  const asked = era;
  const network = fetch(event.request);
  event.waitUntil(network.then((answer) => keep(url, answer.clone(), asked)).catch(() => {}));
  try {
    const late = new Promise((done) => setTimeout(done, PATIENCE));
    const answer = (await Promise.race([network, late])) ?? (await kept(url)) ?? (await network);
    return answer.status < 500 ? answer : ((await kept(url)) ?? answer);
  } catch {
    return (await kept(url)) ?? offline();
  }
}

/** In the language of the page that was kept last. */
async function offline() {
  const cache = await pages();
  const last = await cache?.match((await cache.keys()).at(-1) ?? "", ANY);
  const lang = (await last?.text())?.match(/<html lang="([^"]+)"/)?.[1] ?? navigator.language.slice(0, 2);
  const all = SHELL.filter((url) => url.startsWith("/offline"));
  const answer = await caches.match(all.find((url) => url.endsWith(`=${lang}`)) ?? all[0], ANY);
  return answer ? marked(answer) : Response.error();
}

/** A choice of language or colours is not another page. @param {string} url */
const key = (url) => url.replace(/#.*/, "").replace(/(?<=[?&])(lang|theme)=[^&]*&?/g, "").replace(/[?&]$/, "");

/** The pages of whoever was here last. */
async function pages() {
  const name = (await caches.keys()).find((name) => name.startsWith(PAGES));
  return name === undefined ? undefined : caches.open(name);
}

/** @param {URL} url */
async function kept(url) {
  const copy = await (await pages())?.match(key(url.href), ANY);
  return copy && !old(url, copy) ? marked(copy) : undefined;
}

/** The page shows what it says only of copies: when it was made. @param {Response} copy */
const marked = async (copy) => new Response((await copy.text()).replace("<body ", "<body data-saved "), { headers: copy.headers });

/** A farm's pages name its customers. @param {URL} url @param {Response} copy */
const old = (url, copy) => Date.now() - Date.parse(copy.headers.get("x-kept") ?? "") > (url.pathname.startsWith("/farm/") ? 2 : 30) * DAY;

/** @param {URL} url @param {Response} answer @param {number} asked */
async function keep(url, answer, asked) {
  if ([401, 403, 404, 410].includes(answer.status)) await (await pages())?.delete(key(url.href), ANY);
  // Whoever was signed in may not be any more: this page says who is.
  if (answer.status === 401) await look("/offline");
  if (!answer.ok || !answer.headers.get("content-type")?.startsWith("text/html")) return;
  const html = await answer.text();
  const whose = html.match(/<body[^>]* data-keep="(\w+)"/)?.[1];
  if (!whose || asked !== era) return;
  await forget(PAGES + whose);
  if (KEPT.test(url.pathname)) await put(PAGES + whose, url, html, answer.headers);
}

/** @param {string} name @param {URL} url @param {string} html @param {Headers} headers */
async function put(name, url, html, headers) {
  const cache = await caches.open(name);
  const fresh = new Headers(headers);
  fresh.set("x-kept", new Date().toISOString());
  await cache.put(key(url.href), new Response(html, { headers: fresh }));
  const all = await cache.keys();
  for (const [at, request] of all.entries()) {
    const copy = await cache.match(request, ANY);
    if (at < all.length - MOST.pages || !copy || old(new URL(request.url), copy)) await cache.delete(request, ANY);
  }
}

/** Deletes all that is kept but this. @param {string} but */
async function forget(but) {
  if (!but) era += 1;
  for (const name of await caches.keys()) if (name.startsWith(PAGES) && name !== but) await caches.delete(name);
}

/** Reads a page that was opened before there was a worker. @param {string} href */
async function look(href) {
  const url = new URL(href, location.origin);
  if (url.pathname === "/offline" || KEPT.test(url.pathname)) await keep(url, await fetch(url), era);
}

/** What an open page was told since takes its copy's place. @param {{ url: string, whose: string, html: string }} page */
async function renew({ url, whose, html }) {
  const copy = await caches.match(key(url), { ...ANY, cacheName: PAGES + whose });
  if (copy) await put(PAGES + whose, new URL(url), html, copy.headers);
}
