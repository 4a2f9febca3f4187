// @ts-check
/**
 * Keeps a page right while it is open, and sends its small forms without leaving it. Everything here is an
 * improvement: without script each page is whole, says when it was made and how to look again.
 *
 * A message of the stream: { version, title, say, parts: { name: html } }. A part replaces the content of the element
 * with that `data-part`. The server sends whole truths, so a lost message costs nothing once the next one is there.
 */

/** @typedef {{ version: string, title?: string, say?: string, parts: Record<string, string> }} Message */
const body = document.body;
const chip = document.getElementById("chip");
const say = document.getElementById("say");

/** The server beats every 15 s; without a byte for this long the connection is dead, whatever the browser thinks. */
const SILENCE = 40_000;
const FIRST_WAIT = 500;
/** In the first minute without a connection nobody waits long for its return; after it the server is spared. */
const WAIT_AT_FIRST = 1_600;
const WAIT_LATER = 5_000;

// Of a strip that slides, the place one is at is in sight.
for (const at of document.querySelectorAll(".strip > [aria-current]")) {
  if (at instanceof HTMLElement && at.parentElement) at.parentElement.scrollLeft = at.offsetLeft - at.parentElement.offsetLeft - 48;
}

// --- parts -----------------------------------------------------------------------------------------------------

/** Parts that wait until nobody is typing in their place. @type {Map<string, string>} */
const waiting = new Map();

/** @param {Element} root */
function busy(root) {
  const fields = root.querySelectorAll("input:not([type=hidden]), select, textarea");
  return [...fields].some((field) => field === document.activeElement || dirty(field));
}

/** @param {Element} field */
function dirty(field) {
  if (field instanceof HTMLInputElement && field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (!(field instanceof HTMLSelectElement)) return /** @type {HTMLInputElement} */ (field).value !== /** @type {HTMLInputElement} */ (field).defaultValue;
  const first = [...field.options].findIndex((option) => option.defaultSelected);
  return field.selectedIndex !== Math.max(first, 0);
}

/** What a control is, apart from which element it is: finds it again in new content. @param {Element} control */
function nameOf(control) {
  return [control.tagName, control.getAttribute("name"), control.getAttribute("value"), control.getAttribute("href")].join("|");
}

/** Puts new content into `target`, keeping focus and what was unfolded. @param {Element} target @param {string} html */
function fill(target, html) {
  if (target.innerHTML === html) return;
  const focused = target.contains(document.activeElement) ? document.activeElement : null;
  const open = target.querySelector("details")?.open ?? false;
  target.innerHTML = html;
  const details = target.querySelector("details");
  if (details && open) details.open = true;
  if (!focused) return;
  const controls = [...target.querySelectorAll("a, button, summary, input, select")];
  const again = controls.find((control) => nameOf(control) === nameOf(focused)) ?? controls[0];
  if (again instanceof HTMLElement) again.focus({ preventScroll: true });
}

/** Lists keep the rows that did not change, so that focus, half-filled forms and scroll stay. @param {Element} list @param {Element} fresh */
function fillList(list, fresh) {
  const old = new Map([...list.children].map((row) => [row.id, row]));
  let at = list.firstElementChild;
  for (const row of [...fresh.children]) {
    const kept = old.get(row.id);
    old.delete(row.id);
    if (!kept) {
      list.insertBefore(row, at);
      continue;
    }
    // Moving an element takes its focus away: only what is out of order moves, and never where somebody is typing.
    if (kept === at) at = at.nextElementSibling;
    else if (!busy(kept)) list.insertBefore(kept, at);
    const name = kept.getAttribute("data-part");
    if (name) apply(name, row.innerHTML);
  }
  for (const [, row] of old) if (!busy(row)) row.remove();
}

/** @param {string} name @param {string} html */
function apply(name, html) {
  const target = document.querySelector(`[data-part="${CSS.escape(name)}"]`);
  if (!target) return;
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const list = target.querySelector(":scope > [data-rows]");
  // Not `:scope >`: it matches nothing in a fragment.
  const freshList = fresh.content.firstElementChild;
  if (list && freshList?.matches("[data-rows]")) return fillList(list, freshList);
  if (busy(target)) return void waiting.set(name, html);
  waiting.delete(name);
  fill(target, fresh.innerHTML);
}

/** @param {Message} message */
function show(message) {
  body.dataset.version = message.version;
  for (const [name, html] of Object.entries(message.parts)) apply(name, html);
  if (message.title) document.title = message.title;
  if (message.say) announce(message.say);
  settle();
  tell("shown");
}

/** What the rest of the module hears of. @param {"shown" | "live"} what */
function tell(what) {
  document.dispatchEvent(new Event(`market:${what}`));
}

const announce = (/** @type {string} */ text) => say && (say.textContent = text);

document.addEventListener("focusout", () => setTimeout(() => [...waiting].forEach(([name, html]) => apply(name, html))));

/** Reads the page again and takes its parts: the way that needs no stream. */
async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of page.querySelectorAll("[data-part]")) {
    if (!part.parentElement?.closest("[data-part]")) apply(part.getAttribute("data-part") ?? "", part.innerHTML);
  }
  body.dataset.version = page.body.dataset.version;
  settle();
  tell("shown");
}

// --- the stream ------------------------------------------------------------------------------------------------

/** @type {EventSource | null} */
let source = null;
let failures = 0;
let heard = 0;
let lost = 0;
/** @typedef {ReturnType<typeof setTimeout> | undefined} Timer */
let retry = /** @type {Timer} */ (undefined);
let watchdog = /** @type {Timer} */ (undefined);

/** @param {"on" | "idle" | "off"} state */
function state(state) {
  if (!chip) return;
  chip.classList.toggle("off", state !== "on");
  chip.dataset.state = state;
  const words = chip.querySelector("[data-words]");
  const again = chip.querySelector("a");
  if (words) words.textContent = chip.dataset[state] ?? "";
  if (again) again.hidden = state === "on";
  if (state === "on") clock();
}

/** The market's time, as the pages write it. */
function clock() {
  const time = chip?.querySelector("time");
  const now = new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: body.dataset.zone });
  if (time) time.textContent = now.replace(/^0/, "");
}

function alive() {
  failures = 0;
  heard = Date.now();
  clearTimeout(watchdog);
  watchdog = setTimeout(reopen, SILENCE);
  state("on");
  tell("live");
}

function close() {
  clearTimeout(retry);
  clearTimeout(watchdog);
  source?.close();
  source = null;
}

function reopen() {
  close();
  const url = body.dataset.live;
  if (!url || document.visibilityState === "hidden") return;
  const after = encodeURIComponent(body.dataset.version ?? "");
  const stream = new EventSource(`${url}${url.includes("?") ? "&" : "?"}after=${after}`);
  source = stream;
  // A connection that is accepted and then says nothing must not wait for ever either.
  watchdog = setTimeout(reopen, SILENCE);
  stream.onopen = alive;
  stream.addEventListener("beat", alive);
  stream.onmessage = (event) => {
    if (source !== stream) return;
    alive();
    show(JSON.parse(event.data));
  };
  stream.onerror = () => {
    if (source !== stream) return;
    close();
    failures += 1;
    if (failures === 1) lost = Date.now();
    const longest = Date.now() - lost < 60_000 ? WAIT_AT_FIRST : WAIT_LATER;
    state(failures > 1 || !navigator.onLine ? "off" : "idle");
    const wait = Math.min(longest, FIRST_WAIT * 2 ** (failures - 1));
    retry = setTimeout(reopen, wait * (0.5 + Math.random() / 2));
  };
}

if (body.dataset.live) {
  reopen();
  // A stream opens at once: until it has not, nothing is said and nothing on the page moves.
  setTimeout(() => heard || state("idle"), 3_000);
  addEventListener("online", reopen);
  addEventListener("offline", () => (close(), state("off")));
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => event.persisted && reopen());
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") close();
    else if (!source || Date.now() - heard > 20_000) reopen();
  });
}

// --- forms that stay on the page ---------------------------------------------------------------------------------

/** Rows whose change was sent: the toast comes when the row shows it. @type {Set<string>} */
const sent = new Set();

/** @param {HTMLFormElement} form @param {SubmitEvent} event */
async function send(form, event) {
  const row = /** @type {HTMLElement} */ (form.closest("li[id]"));
  const list = /** @type {HTMLElement} */ (row.closest("[data-rows]"));
  const button = event.submitter ?? form.querySelector("button");
  if (button?.hasAttribute("aria-disabled")) return;
  const data = new URLSearchParams(/** @type {any} */ (new FormData(form, event.submitter)));
  button?.setAttribute("aria-disabled", "true");
  note(row, "info", list.dataset.sending);
  hideToast();
  let why;
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, headers: { "X-Requested-With": "live" }, signal: AbortSignal.timeout(20_000) });
    if (answer.ok) {
      // What was typed is on its way: it no longer holds the row back.
      form.reset();
      if (document.activeElement instanceof HTMLInputElement) document.activeElement.blur();
      sent.add(row.id);
      setTimeout(() => sent.has(row.id) && refresh().catch(() => state("off")), source ? 1_500 : 0);
      return settle();
    }
    const html = new DOMParser().parseFromString(await answer.text(), "text/html");
    why = (html.querySelector("main p") ?? html.body).textContent?.trim();
    // Somebody was faster: the row shows how it stands, beside the sentence that says so.
    if (answer.status === 409 || answer.status === 412) await refresh();
  } catch {
    // No connection: said below.
  }
  button?.removeAttribute("aria-disabled");
  note(row, "bad", why || list.dataset.failed);
  announce(why || list.dataset.failed || "");
}

/** @param {Element} row @param {string} kind @param {string | undefined} text */
function note(row, kind, text) {
  const queue = row.querySelector("[data-queue]");
  if (queue) Object.assign(queue, { className: `st fill queue ${kind}`, textContent: text ?? "" });
}

/** Offers the undo of each sent change whose row has arrived. */
function settle() {
  for (const id of sent) {
    const row = document.getElementById(id);
    // Still the row the tap was made on.
    if (row?.querySelector("[data-queue]:not(:empty)")) continue;
    sent.delete(id);
    const undo = row?.querySelector("form[data-undo]");
    if (undo instanceof HTMLFormElement) toast(undo);
  }
}

const bar = document.getElementById("toast");
let toastEnds = /** @type {Timer} */ (undefined);

/** @param {HTMLFormElement} undo */
function toast(undo) {
  const words = bar?.querySelector("p");
  const button = bar?.querySelector("button");
  if (!bar || !words || !button) return;
  words.textContent = undo.dataset.undo ?? "";
  // Pressed here, sent there: the row shows what becomes of it.
  button.onclick = () => (hideToast(), undo.isConnected && undo.requestSubmit());
  bar.hidden = false;
  clearTimeout(toastEnds);
  toastEnds = setTimeout(hideToast, 10_000);
}

const hideToast = () => bar && (bar.hidden = true);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.closest("[data-rows]")) return;
  event.preventDefault();
  void send(form, event);
});

// --- colours ---------------------------------------------------------------------------------------------------

const lamp = document.querySelector("a[data-theme-to]");

/** The server reads the same cookie. @param {boolean} field */
function paint(field) {
  if (field) document.documentElement.dataset.theme = "field";
  else delete document.documentElement.dataset.theme;
  lamp?.setAttribute("aria-current", String(field));
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `theme=${field ? "field" : "system"}; path=/; samesite=lax; max-age=31536000${secure}`;
}

lamp?.addEventListener("click", (event) => {
  event.preventDefault();
  paint(document.documentElement.dataset.theme !== "field");
});

// --- counting --------------------------------------------------------------------------------------------------

// A tap on a number to be replaced marks all of it: the next key is the new one.
document.addEventListener("focusin", (event) => {
  const field = event.target;
  if (field instanceof HTMLInputElement && field.hasAttribute("data-all")) field.select();
});
