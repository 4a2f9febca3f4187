// What a page may weigh: bytes, requests, how far things jump. Sizes are those of brotli, which Cloudflare sends; times are
// measured by `cargo x perf` and never asserted.
import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { after, before, test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";
import { PHONE, person, startBrowser, startMarket } from "../lib.mjs";
import { PAGES } from "../pages.mjs";

const KB = 1024;
const HTML = 14 * KB;
/** Pages that are as long as what they list. */
const LISTS = 20 * KB;
const LONG = new Set(["/shop", "/", "/farm/board", "/market/orders", "/developers", "/farm/slips", "/farm/labels"]);
const CSS = 12 * KB;
const JS_CORE = 6 * KB;
const JS_PAGE = 12 * KB;
const FIRST = { requests: 6, bytes: 40 * KB };
const AGAIN = { requests: 2 };
const SHIFT = 0.02;

let market;
let browser;
before(async () => {
  market = await startMarket("--load-test");
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await market?.stop();
});

const packed = (body) => brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }).length;

/** Answers of the page itself, what frames inside it ask for left out, as the network saw them. */
async function watch(context, page) {
  const network = await context.newCDPSession(page);
  await network.send("Network.enable");
  const { frameTree } = await network.send("Page.getFrameTree");
  const seen = new Map();
  network.on("Network.requestWillBeSent", ({ requestId, type, request, frameId }) => {
    if (frameId === frameTree.frame.id && request.url.startsWith("http")) seen.set(requestId, { type, url: request.url, bytes: 0 });
  });
  network.on("Network.requestServedFromCache", ({ requestId }) => seen.delete(requestId));
  network.on("Network.responseReceived", ({ requestId, response }) => {
    if (response.fromDiskCache) seen.delete(requestId);
  });
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (seen.has(requestId)) seen.get(requestId).bytes = encodedDataLength;
  });
  return { all: () => [...seen.values()], clear: () => seen.clear() };
}

/** Runs before the page's own scripts: adds up what moves without anybody's doing. */
function countShifts() {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shifted += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
}

/** The page is whole: its stream, if it has one, is open, and what was painted has been seen. */
async function settled(page) {
  await page.waitForLoadState("load");
  if ((await page.locator("body[data-live]").count()) && (await page.locator("#chip").count())) await page.locator("#chip:not(.off)").waitFor();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Opens the address as somebody who was never here, then once more; the answer names what is over its budget. */
async function over(url, route, cookies) {
  const context = await browser.newContext({ viewport: PHONE, baseURL: market.url, reducedMotion: "reduce", serviceWorkers: "block" });
  await context.addCookies(cookies);
  await context.addInitScript(countShifts);
  const page = await context.newPage();
  const seen = await watch(context, page);
  const answer = await page.goto(url);
  await settled(page);
  const first = seen.all();
  const html = packed(await answer.body());
  const faults = [];
  const most = (what, is, may) => is > may && faults.push(`${what}: ${is}, at most ${may}`);
  most("HTML", html, LONG.has(route) ? LISTS : HTML);
  most("requests", first.length, FIRST.requests);
  most("bytes", first.reduce((sum, { bytes }) => sum + bytes, 0), FIRST.bytes);
  most("layout shift", await page.evaluate(() => window.shifted), SHIFT);
  const again = async () => {
    seen.clear();
    await page.goto(url);
    await settled(page);
    return seen.all().length;
  };
  // On a busy machine the first visit may end before the browser has put all of it into its cache: what is still asked
  // for at the visit after that is asked for at each.
  const second = await again();
  most("requests of a second visit", second > AGAIN.requests ? await again() : second, AGAIN.requests);
  await context.close();
  return { faults, html, first };
}

test("a page over its budget is found out", async () => {
  const { first, html } = await over("/shop", "/shop", []);
  // The same measure on a page that is known: it sees the document, the style sheet and the script, and their bytes.
  assert.deepEqual([...new Set(first.map(({ type }) => type))].filter((type) => ["Document", "Stylesheet", "Script"].includes(type)).sort(), ["Document", "Script", "Stylesheet"]);
  assert.ok(first.every(({ type, bytes }) => bytes > 0 || type === "EventSource"), JSON.stringify(first));
  assert.ok(html > 1 * KB && html < LISTS, `${html}`);
  const context = await browser.newContext({ viewport: PHONE });
  await context.addInitScript(countShifts);
  const page = await context.newPage();
  await page.goto(`${market.url}/shop`);
  await settled(page);
  await page.evaluate(() => (document.querySelector("main").style.marginTop = "300px"));
  await page.waitForFunction(() => window.shifted > 0.1);
  await context.close();
});

test("styles and scripts", async () => {
  const page = await (await fetch(`${market.url}/shop`)).text();
  const [, css] = page.match(/href="(\/assets\/[^"]+\.css)"/);
  const [, js] = page.match(/src="(\/assets\/[^"]+\.js)"/);
  const size = async (path) => packed(Buffer.from(await (await fetch(market.url + path)).arrayBuffer()));
  assert.ok((await size(css)) <= CSS, `CSS ${await size(css)}`);
  assert.ok((await size(js)) <= JS_CORE, `JS ${await size(js)}`);
  const folder = new URL("../../crates/market/assets/js/", import.meta.url);
  let all = 0;
  for (const name of await readdir(folder)) all += packed(await readFile(new URL(name, folder)));
  assert.ok(all <= JS_PAGE, `all scripts ${all}`);
});

for (const { name, route, open, status } of PAGES.filter(({ status }) => ![status].flat().some((code) => code >= 400))) {
  test(`${name}: within its budget`, async () => {
    const who = await person(browser, market);
    await open(who.page, market);
    const url = who.page.url();
    const cookies = await who.context.cookies();
    await who.close();
    assert.deepEqual((await over(url, route, cookies)).faults, [], `${status ?? 200}`);
  });
}
