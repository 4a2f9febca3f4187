// What every journey needs: a market of its own, a browser, and the laws that hold on each page.
import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import http from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const BINARY = process.env.MARKET_BIN ?? fileURLToPath(new URL("../target/debug/market", import.meta.url));
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ARGS = [
  "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
];

/** Starts `market demo` on a free port with a folder of its own; resolves with what its first line says. */
export async function startMarket(...more) {
  const data = await mkdtemp(join(tmpdir(), "market-e2e-"));
  const args = ["demo", "--json", "--host", "127.0.0.1", "--port", "0", "--data", data, ...more];
  const child = spawn(BINARY, args, { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (text) => (log += text));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const first = new Promise((resolve, reject) => {
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`market demo ended with ${code}:\n${log}`)));
  });
  const facts = JSON.parse(await first);
  child.stdout.resume();
  return {
    ...facts,
    log: () => log,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** Starts `market serve` on an empty folder; its second line is the link that sets the market up. */
export async function startEmptyMarket() {
  const data = await mkdtemp(join(tmpdir(), "market-e2e-"));
  const args = ["serve", "--host", "127.0.0.1", "--port", "0", "--data", data];
  const child = spawn(BINARY, args, { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  child.stderr.on("data", (text) => (log += text));
  const ended = new Promise((resolve) => child.once("close", resolve));
  const lines = createInterface({ input: child.stdout });
  const said = [];
  await new Promise((resolve, reject) => {
    lines.on("line", (line) => said.push(line) === 2 && resolve());
    child.once("error", reject);
    child.once("close", (code) => reject(new Error(`market serve ended with ${code}:\n${log}`)));
  });
  child.stdout.resume();
  const url = said[0].split(" ")[0];
  return {
    url,
    customer_link: url,
    setup_link: said[1],
    data,
    log: () => log,
    async stop() {
      child.kill("SIGTERM");
      await ended;
      await rm(data, { recursive: true, force: true });
    },
  };
}

/** The link of a mail in the market's folder that holds all these words; waits until it is there. */
export async function mailedLink(market, link, ...words) {
  const folder = join(market.data, "mail");
  for (const until = Date.now() + 10_000; Date.now() < until; await new Promise((again) => setTimeout(again, 50))) {
    for (const name of await readdir(folder).catch(() => [])) {
      const text = (await readFile(join(folder, name), "utf8")).replaceAll("=\r\n", "");
      const found = text.match(link);
      if (found && words.every((word) => text.includes(word))) return found[0];
    }
  }
  throw new Error(`no mail with ${link} and ${words} in ${folder}`);
}

export function startBrowser(...more) {
  return chromium.launch({ executablePath: CHROMIUM, headless: true, args: [...ARGS, ...more] });
}

/**
 * A proxy whose line can be cut. Unlike a browser that is told it is offline, a page behind it hears nothing: its
 * connections break, and new ones are refused until the line is mended.
 */
export async function startLine() {
  let whole = true;
  let instead = () => undefined;
  const sockets = new Set();
  const server = http.createServer((asked, answer) => {
    const other = instead(new URL(asked.url));
    if (other === "silence") return;
    if (other) return void answer.writeHead(other.status ?? 200, other.headers).end(other.body);
    const onward = http.request(asked.url, { method: asked.method, headers: asked.headers, agent: false });
    onward.on("response", (got) => got.on("error", () => answer.destroy()).pipe(answer.writeHead(got.statusCode, got.headers)));
    onward.on("error", () => answer.destroy());
    answer.on("close", () => onward.destroy());
    asked.pipe(onward);
  });
  server.on("connection", (socket) => {
    if (!whole) return void socket.destroy();
    sockets.add(socket);
    socket.on("error", () => {}).on("close", () => sockets.delete(socket));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    whole = false;
    for (const socket of sockets) socket.destroy();
  };
  return {
    server: `http://127.0.0.1:${server.address().port}`,
    cut,
    mend: () => (whole = true),
    /** What is answered in the server's place: of an address `{ status, headers, body }`, "silence" or nothing. */
    answer: (other) => (instead = other),
    stop: () => (cut(), new Promise((resolve) => server.close(resolve))),
  };
}

/** Sizes every page is looked at in. */
export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1280, height: 900 };

/**
 * A person with a browser of their own. `troubles` collects what no page may do: an error in the console, a policy
 * broken, a request to somebody else.
 */
export async function person(browser, market, { viewport = PHONE, scheme = "light", js = true, lang = "en", line } = {}) {
  const context = await browser.newContext({
    viewport,
    colorScheme: scheme,
    javaScriptEnabled: js,
    locale: lang,
    baseURL: market.url,
    reducedMotion: "reduce",
    proxy: line && { server: line.server },
  });
  const troubles = [];
  const home = new Set([new URL(market.url).host, new URL(market.customer_link).host]);
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http") && !home.has(url.host)) troubles.push(`request to ${url.host}`);
  });
  context.on("console", (message) => {
    if (message.type() === "error") troubles.push(`console: ${message.text()}`);
  });
  context.on("weberror", (error) => troubles.push(`script: ${error.error()}`));
  const page = await context.newPage();
  return { context, page, troubles, close: () => context.close() };
}

/** Links of the demo name its base URL; a browser keeps cookies by host, so all is opened under one. */
export function here(market, link) {
  return market.url + new URL(link).pathname;
}

/** Cookies of those who signed in already: signing in is limited, and nobody does it for every page. */
const sessions = new Map();

/** Opens the link that was mailed and presses its button; a second time the same person just comes back. */
export async function signIn(page, market, link, path = "/farm/board") {
  const known = sessions.get(link);
  if (known) {
    await page.context().addCookies(known);
    await page.goto(path);
    return;
  }
  await page.goto(here(market, link));
  await page.locator("main form button").click();
  await page.waitForURL(/\/(farm\/board|market)$/);
  const cookies = await page.context().cookies();
  sessions.set(link, cookies.filter((cookie) => !["theme", "lang"].includes(cookie.name)));
  if (new URL(page.url()).pathname !== path) await page.goto(path);
}

export async function openOrder(page, market) {
  await page.goto(here(market, market.customer_link));
  await page.waitForURL(/\/track/);
}

/** Waits until the page says that it is live. */
export async function live(page) {
  await page.locator("#chip:not(.off)").waitFor({ timeout: 10_000 });
}

/** The board's row of the followed order: its customer's code is on the ticket. */
export function rowOf(page, code) {
  return page.locator(".orders > li").filter({ hasText: code });
}

/** What is wrong with where things are: overflow, boxes outside of the viewport, targets too small, text cut off. */
export function layoutFaults(page, smallest) {
  return page.evaluate((smallest) => {
    const faults = [];
    const root = document.documentElement;
    if (root.scrollWidth > root.clientWidth) faults.push(`scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`);
    const shown = (el) => el.checkVisibility({ visibilityProperty: true, opacityProperty: true });
    const name = (el) => `${el.tagName.toLowerCase()} “${(el.textContent || el.name || "").trim().slice(0, 30)}”`;
    const slides = (el) => {
      const strip = el.closest(".strip");
      return strip && strip.scrollWidth > strip.clientWidth;
    };
    for (const el of document.querySelectorAll("a, button, summary, input:not([type=hidden]), select, textarea")) {
      if (!shown(el) || el.closest(".skip, .vh")) continue;
      const box = target(el).getBoundingClientRect();
      if (!slides(el) && (box.left < -0.5 || box.right > root.clientWidth + 0.5)) faults.push(`${name(el)} sticks out: ${box.left}–${box.right}`);
      if (box.height < smallest - 0.5) faults.push(`${name(el)} is ${box.height} high`);
      if (box.width < smallest - 0.5 && !inline(el)) faults.push(`${name(el)} is ${box.width} wide`);
    }
    for (const el of document.querySelectorAll("h1, h2, h3, p, dd, dt, button, .btn, .chip, .st, .code")) {
      if (shown(el) && !el.closest(".vh") && !el.classList.contains("vh") && el.scrollWidth > el.clientWidth + 1 && getComputedStyle(el).overflowX !== "visible") faults.push(`${name(el)} is cut off`);
    }
    const siblings = new Map();
    for (const el of document.querySelectorAll("a, button")) {
      if (!shown(el) || inline(el)) continue;
      for (const other of siblings.get(el.parentElement) ?? []) {
        const [a, b] = [el.getBoundingClientRect(), other.getBoundingClientRect()];
        if (Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1) faults.push(`${name(el)} lies over ${name(other)}`);
      }
      siblings.set(el.parentElement, [...(siblings.get(el.parentElement) ?? []), el]);
    }
    // What is written in a form ends where the text ends, not in the margin.
    const main = document.querySelector("main");
    const edge = main.getBoundingClientRect().right - parseFloat(getComputedStyle(main).paddingRight) + 1;
    for (const el of main.querySelectorAll("input:not([type=hidden]), select, textarea, .btn, dd, td")) {
      if (shown(el) && !el.closest(".strip, .vh, .act, .paybar") && el.getBoundingClientRect().right > edge) faults.push(`${name(el)} is in the margin`);
    }
    return faults;
    // A box is ticked by its label too; a tile's name is stretched over the tile.
    function target(el) {
      if (["checkbox", "radio"].includes(el.type)) return el.closest("label") ?? el;
      return (el.tagName === "A" && el.closest("h3")?.closest(".tile")) || el;
    }
    function inline(el) {
      return getComputedStyle(el).display.startsWith("inline") && !el.classList.contains("btn") && el.tagName === "A";
    }
  }, smallest);
}

/** Width and height of each page of a PDF as Chromium writes it, in millimetres. */
export function sheets(pdf) {
  const text = pdf.toString("latin1");
  const count = (text.match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;
  const boxes = [...text.matchAll(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)\s*\]/g)];
  const mm = (points) => Math.round((Number(points) / 72) * 25.4);
  return { count, sizes: [...new Set(boxes.map(([, width, height]) => `${mm(width)}x${mm(height)}`))] };
}
