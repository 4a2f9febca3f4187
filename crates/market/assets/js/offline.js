// @ts-check
/**
 * The page's side of reading without a connection: it starts the worker, hands it what the page was told since, offers
 * a new version and lists what was kept. It is part of the same module as market.js, after it.
 */

/** @param {string} id */
const byId = (id) => document.getElementById(id);
const PAGES = "pages-";

/** How the pages write a moment, in the market's time. @param {Date} date */
function moment(date) {
  const lang = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
  const parts = /** @type {const} */ ({ weekday: "short", day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
  return date.toLocaleString(lang, { ...parts, timeZone: body.dataset.zone }).replace(/\b0(?=\d:)/, "");
}

// --- the worker ------------------------------------------------------------------------------------------------

const workers = navigator.serviceWorker;

async function start() {
  const first = !workers.controller;
  const registration = await workers.register("/sw.js", { updateViaCache: "none" });
  const { active } = await workers.ready;
  if (first) active?.postMessage({ url: location.href });
  const update = byId("update");
  const offer = () => update && workers.controller && (update.hidden = !registration.waiting);
  offer();
  registration.addEventListener("updatefound", () => registration.installing?.addEventListener("statechange", offer));
  update?.querySelector("button")?.addEventListener("click", () => {
    workers.addEventListener("controllerchange", () => location.reload(), { once: true });
    registration.waiting?.postMessage({ take: true });
  });
}

// Plain http has no worker; there the page says what is missing.
if (!workers) for (const words of document.querySelectorAll("[data-insecure]")) words.removeAttribute("hidden");
else if (document.readyState === "complete") start().catch(() => {});
else addEventListener("load", () => start().catch(() => {}));

// --- the copy of this page ---------------------------------------------------------------------------------------

let renewal = /** @type {Timer} */ (undefined);

function renew() {
  const page = /** @type {HTMLElement} */ (document.documentElement.cloneNode(true));
  for (const bar of page.querySelectorAll(".toast")) bar.setAttribute("hidden", "");
  for (const words of page.querySelectorAll("#say, [data-queue]")) words.textContent = "";
  for (const button of page.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  const made = page.querySelector(".saved time");
  if (made) made.textContent = moment(new Date());
  const whose = body.dataset.keep;
  if (whose) workers?.controller?.postMessage({ url: location.href, whose, html: `<!doctype html>${page.outerHTML}` });
}

document.addEventListener("market:shown", () => {
  clearTimeout(renewal);
  renewal = setTimeout(renew, 300);
});

/** Whether the stream keeps all of this page right, not only the count of notices. */
const follows = body.dataset.live && !body.dataset.live.startsWith("/notifications/");

document.addEventListener("market:live", () => {
  if (follows) delete body.dataset.saved;
});
addEventListener("online", () => {
  if ("saved" in body.dataset && !follows && !busy(body)) location.reload();
});

// --- forms without a connection --------------------------------------------------------------------------------

async function forget() {
  for (const name of (await window.caches?.keys()) ?? []) if (name.startsWith(PAGES)) await caches.delete(name);
}

document.addEventListener("submit", (event) => {
  const out = event.target instanceof Element && event.target.getAttribute("action") === "/logout";
  const gone = out ? forget() : undefined;
  if (navigator.onLine || event.defaultPrevented) return;
  event.preventDefault();
  const unsent = byId("unsent");
  if (out) gone?.finally(() => location.assign("/offline#signed-out"));
  else if (unsent) {
    unsent.hidden = false;
    setTimeout(() => (unsent.hidden = true), 10_000);
  }
});

// --- what is kept ------------------------------------------------------------------------------------------------

/** @param {Element} list */
async function listKept(list) {
  // The page that stands in for another was made for nobody: whatever is here belongs to who was here last.
  const mine = "saved" in body.dataset ? PAGES : `${PAGES}${body.dataset.keep}`;
  const names = (await caches.keys()).filter((name) => name.startsWith(mine));
  for (const name of names) {
    const cache = await caches.open(name);
    for (const request of [...(await cache.keys())].reverse()) list.append(await row(request, await cache.match(request, { ignoreVary: true })));
  }
  const none = byId("kept-none");
  if (none) none.hidden = list.childElementCount > 0;
}

/** @param {Request} request @param {Response | undefined} copy */
async function row(request, copy) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const title = (await copy?.text())?.match(/<title>([^<]*)/)?.[1] ?? request.url;
  link.innerHTML = title.replace(/ – [^–]*$/, "");
  link.href = request.url;
  const time = document.createElement("time");
  time.className = "s q";
  time.textContent = moment(new Date(copy?.headers.get("x-kept") ?? 0));
  item.append(link, " ", time);
  return item;
}

const keptList = byId("kept");
if (keptList && window.caches) void listKept(keptList);
