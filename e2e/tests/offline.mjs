// What a phone shows without a connection, and to whom.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import { layoutFaults, live, openOrder, person, rowOf, signIn, startBrowser, startLine, startMarket } from "../lib.mjs";

let market;
let browser;
before(async () => {
  market = await startMarket();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await market?.stop();
});

/** Somebody whose line can be cut. */
async function phone(more = {}) {
  const line = await startLine();
  const who = await person(browser, market, { line, ...more });
  return { ...who, line, close: () => who.close().then(line.stop) };
}

/** Waits until this page is kept, and its copy holds these words. */
async function kept(page, words = "") {
  const look = async ([url, words]) => {
    if (!navigator.serviceWorker.controller) return false;
    const copy = await caches.match(url, { ignoreVary: true });
    return (await copy?.text())?.includes(words) ?? false;
  };
  await until(() => page.evaluate(look, [page.url().split("#")[0], words]));
}

/** Asks until the answer is yes. */
async function until(ask) {
  for (const end = Date.now() + 10_000; Date.now() < end; await new Promise((again) => setTimeout(again, 50))) {
    if (await ask()) return;
  }
  throw new Error(`not within ten seconds: ${ask}`);
}

/** All that is kept in this browser, as one text. */
function everythingKept(page) {
  return page.evaluate(async () => {
    let text = "";
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      if (name.startsWith("pages-")) for (const request of await cache.keys()) text += request.url + (await (await cache.match(request, { ignoreVary: true })).text());
    }
    return text;
  });
}

async function clean(page) {
  assert.deepEqual(await layoutFaults(page, 44), []);
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  assert.deepEqual(violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(" ")).join(", ")}`), []);
}

const saved = (page) => page.locator(".saved").filter({ hasText: "Saved copy from" });
const instead = (page) => page.getByText("This page is not saved on this phone");

test("without a connection an order that was opened once is there, with its QR and its age", async () => {
  const who = await phone();
  const { page, line } = who;
  await openOrder(page, market);
  const address = page.url();
  const code = (await page.locator(".ticket .code").first().textContent()).trim();
  assert.equal(await saved(page).isVisible(), false);
  await kept(page);
  assert.deepEqual(who.troubles, []);

  line.cut();
  await page.reload();
  await saved(page).waitFor();
  assert.match(await saved(page).textContent(), /Saved copy from \w+ \d+\s\w+, \d+:\d\d/);
  assert.equal((await page.locator(".ticket .code").first().textContent()).trim(), code);
  assert.ok(await page.locator("svg.qr").isVisible());
  await page.getByText("Not connected").waitFor();
  await clean(page);

  // What was never opened says so, in place, and lists what there is.
  await page.goto("/farms");
  await instead(page).waitFor();
  await page.getByRole("link", { name: "Try again" }).waitFor();
  assert.equal(await page.getByText("Nothing is saved yet").isVisible(), false);
  await clean(page);
  const row = page.locator("#kept li").first();
  assert.match(await row.locator("time").textContent(), /\d+:\d\d/);
  await row.getByRole("link").click();
  assert.equal(page.url(), address);
  await saved(page).waitFor();

  line.mend();
  await live(page);
  assert.equal(await saved(page).isVisible(), false);
  await page.goto("/farms");
  assert.equal(await instead(page).isVisible(), false);
  await who.close();
});

test("what the stream told is in the copy", async () => {
  const customer = await phone();
  await openOrder(customer.page, market);
  await live(customer.page);
  await kept(customer.page);
  const code = (await customer.page.locator(".ticket .code").first().textContent()).trim();
  const manager = await person(browser, market);
  await signIn(manager.page, market, market.manager_link);
  await manager.page.getByRole("link", { name: "Marsh Lane Dairy" }).click();
  await rowOf(manager.page, code).getByRole("button", { name: /^Mark ready/ }).click();
  await customer.page.waitForFunction(() => document.title.startsWith("2 of 3 farms ready"));
  await kept(customer.page, "<title>2 of 3 farms ready");
  customer.line.cut();
  await customer.page.reload();
  await saved(customer.page).waitFor();
  assert.match(await customer.page.title(), /^2 of 3 farms ready/);
  assert.equal(await customer.page.locator("#say").textContent(), "");
  await customer.close();
  await manager.close();
});

test("a server that is silent or broken does not hide the copy", async () => {
  const who = await phone();
  await openOrder(who.page, market);
  await kept(who.page);
  const track = (answer) => who.line.answer((url) => (url.pathname.endsWith("/track") ? answer : url.pathname.endsWith("/events") ? "silence" : undefined));
  track("silence");
  await who.page.reload();
  await saved(who.page).waitFor();
  track({ status: 503, body: "broken" });
  await who.page.reload();
  await saved(who.page).waitFor();
  assert.equal(await who.page.getByText("broken").count(), 0);
  await who.close();
});

test("a link that was revoked takes its copy with it", async () => {
  const who = await phone();
  await openOrder(who.page, market);
  await kept(who.page);
  who.line.answer((url) => (url.pathname.endsWith("/track") ? { status: 404, body: "gone" } : undefined));
  await who.page.reload();
  await who.page.getByText("gone").waitFor();
  await until(async () => !(await everythingKept(who.page)).includes("/track"));
  who.line.cut();
  await who.page.reload();
  await instead(who.page).waitFor();
  await who.page.getByText("Nothing is saved yet").waitFor();
  await who.close();
});

test("a form is not lost without a connection: it says so and stays", async () => {
  const { page, context, close } = await person(browser, market);
  await page.goto("/track");
  const field = page.locator("input[name=code]").first();
  await field.fill("FM-7Q4K2D");
  await page.locator("input[name=email]").first().fill("ana@example.org");
  await context.setOffline(true);
  await field.press("Enter");
  await page.getByRole("alert").getByText("Not sent: you are offline").waitFor();
  assert.equal(await field.inputValue(), "FM-7Q4K2D");
  await clean(page);
  await close();
});

test("whoever signs in next finds nothing of the one before, even if nobody signed out", async () => {
  const who = await phone();
  const { page, context, line } = who;
  await openOrder(page, market);
  const order = page.url();
  await kept(page);
  // Another session in the same browser, as after the first one's end.
  await context.clearCookies();
  await page.goto("/shop");
  await kept(page);
  line.cut();
  await page.goto(order);
  await instead(page).waitFor();
  const all = await everythingKept(page);
  assert.ok(all.includes("/shop") && !all.includes(new URL(order).pathname), all.slice(0, 200));
  await who.close();
});

test("signing out deletes all that was kept; the next person has their own", async () => {
  const who = await phone();
  const { page, line } = who;
  await signIn(page, market, market.farmer_link);
  await live(page);
  await kept(page);
  const code = (await page.locator(".orders .code").first().textContent()).trim();
  const name = (await page.getByRole("button", { name: /^Sign out/ }).textContent()).trim();
  line.cut();
  await page.reload();
  await saved(page).waitFor();
  assert.ok((await page.textContent("main")).includes(code));
  line.mend();
  await page.goto("/shop");
  await kept(page);

  await page.getByRole("button", { name: /^Sign out/ }).click();
  await page.getByRole("link", { name: "Sign in" }).first().waitFor();
  assert.ok(!(await everythingKept(page)).includes(code));
  await kept(page);
  line.cut();
  await page.goto("/farm/board");
  await instead(page).waitFor();
  assert.ok(!(await page.content()).includes(code) && !(await everythingKept(page)).includes(code));

  line.mend();
  await signIn(page, market, market.manager_link);
  await page.goto("/orders");
  await kept(page);
  line.cut();
  await page.goto("/farm/board?day=none");
  await instead(page).waitFor();
  await page.locator("#kept li").first().waitFor();
  const all = await everythingKept(page);
  assert.ok(all.includes("Sign out") && !all.includes(name));
  await who.close();
});

test("signing out without a connection deletes too, and says that it is half the way", async () => {
  const who = await phone();
  const { page, line } = who;
  await signIn(page, market, market.manager_link);
  await kept(page);
  // The browser knows that it is offline, and the line is cut for the worker as well.
  await page.addInitScript(() => Object.defineProperty(navigator, "onLine", { get: () => false }));
  line.cut();
  await page.goto("/farm/board");
  await saved(page).waitFor();
  await page.getByRole("button", { name: /^Sign out/ }).click();
  await page.getByText("Sign out again once you are connected").waitFor();
  await page.getByText("Nothing is saved yet").waitFor();
  assert.equal(await everythingKept(page), "");
  await who.close();
});

test("a new version asks, and takes over when it is told to", async () => {
  const who = await phone();
  const { page, line } = who;
  await page.goto("/shop");
  await kept(page);
  const update = page.getByText("A new version is ready");
  await page.reload();
  assert.equal(await update.isVisible(), false);

  const text = await page.evaluate(async () => (await fetch("/sw.js")).text());
  const headers = { "content-type": "text/javascript", "cache-control": "no-cache" };
  line.answer((url) => (url.pathname === "/sw.js" ? { headers, body: `${text}\n// A later version.` } : undefined));
  for (const _ of [1, 2]) {
    // Neither time nor another page makes it take over.
    await page.reload();
    await update.waitFor();
    assert.ok(await page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting)));
  }
  await clean(page);
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Reload" }).click()]);
  await until(() => page.evaluate(async () => !(await navigator.serviceWorker.getRegistration()).waiting));
  assert.equal(await update.isVisible(), false);
  await kept(page);
  await who.close();
});

test("it can be put among a phone's apps", async () => {
  const { page, context, troubles, close } = await person(browser, market);
  await page.goto("/");
  const cdp = await context.newCDPSession(page);
  const { errors, data } = await cdp.send("Page.getAppManifest");
  assert.deepEqual(errors, []);
  const app = JSON.parse(data);
  assert.ok((await page.title()).includes(app.name));
  assert.equal(app.display, "standalone");
  for (const icon of app.icons.filter((icon) => icon.type === "image/png")) {
    const [width] = icon.sizes.split("x").map(Number);
    const size = await page.evaluate(async (src) => createImageBitmap(await (await fetch(src)).blob()).then((image) => [image.width, image.height]), icon.src);
    assert.deepEqual(size, [width, width]);
  }
  const { installabilityErrors } = await cdp.send("Page.getInstallabilityErrors");
  // The tests' browsers keep nothing, which is the one thing that stands in the way.
  assert.deepEqual(installabilityErrors.map((error) => error.errorId).filter((id) => id !== "in-incognito"), []);
  assert.deepEqual(troubles, []);
  await close();
});

test("over plain http the pages say what is missing, and all else works", async () => {
  const { page, context, troubles, close } = await person(browser, market);
  await context.addInitScript(() => delete Navigator.prototype.serviceWorker);
  await openOrder(page, market);
  await live(page);
  await page.getByText("needs an address that begins with https").waitFor();
  await page.goto("/offline");
  await page.getByText("needs an address that begins with https").waitFor();
  assert.deepEqual(troubles, []);
  await close();
});

test("without script the page of saved pages says what it would hold", async () => {
  const { page, close } = await person(browser, market, { js: false, lang: "es" });
  await page.goto("/offline");
  await page.getByText("Aún no hay nada guardado").waitFor();
  await page.getByRole("link", { name: "Volver a intentar" }).waitFor();
  await close();
});
