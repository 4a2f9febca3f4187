// What holds of every page: nothing sticks out or lies over another thing, targets can be hit, the keyboard is enough, axe
// finds nothing. The fast tier opens each page once, on a phone in light colours, and widens its window; E2E_FULL=1 opens
// it in both languages at three widths, in four looks, and zooms and tabs through all of them.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import { DESK, PHONE, layoutFaults, live, person, signIn, startBrowser, startMarket } from "../lib.mjs";
import { PAGES } from "../pages.mjs";

const FULL = Boolean(process.env.E2E_FULL);
const TABLET = { width: 768, height: 1024 };

let market;
let browser;
/** Of somebody who set the text to twice its size: style sheets count their widths in it too. */
let large;
before(async () => {
  process.env.MARKET_PAGES_PSEUDO_LOCALE = "true";
  market = await startMarket("--load-test");
  browser = await startBrowser();
  large = await startBrowser("--blink-settings=defaultFontSize=32");
});
after(async () => {
  await browser?.close();
  await large?.close();
  await market?.stop();
});

/**
 * What is no page: answers to programs, streams, tables, ways that lead on at once, the set-up, which market.mjs walks, and
 * mails, which `cargo x mails` shows.
 */
const NO_PAGE = /^\/(api|assets|t|C|setup)\/|^\/market\/mails\/\{name\}\/html$|^\/setup$|\/events$|\.csv$|^\/(livez|readyz|sw\.js|manifest\.webmanifest)$/;

test("every page that the program has is among those that are looked at", async () => {
  const sweep = await readFile(new URL("../../crates/market/tests/it/sweep.rs", import.meta.url), "utf8");
  const routes = [...sweep.matchAll(/\("GET",\s+"([^"]+)"/g)].map(([, route]) => route);
  assert.ok(routes.length > 50, `only ${routes.length} routes found`);
  const seen = new Set(PAGES.map(({ route }) => route));
  assert.deepEqual(routes.filter((route) => !NO_PAGE.test(route) && !seen.has(route)), []);
});

/** What axe finds, in each of these looks; the page is not asked for again. */
async function axeFaults(page, looks) {
  const faults = [];
  for (const look of looks) {
    await page.emulateMedia({ colorScheme: look === "dark" ? "dark" : "light", forcedColors: look === "forced" ? "active" : "none" });
    await page.evaluate((field) => (field ? document.documentElement.setAttribute("data-theme", "field") : document.documentElement.removeAttribute("data-theme")), look === "field");
    const { violations } = await new AxeBuilder({ page })
      // A mail in its frame runs no script, not even that of axe; `cargo x mails` looks at it alone.
      .exclude("iframe[sandbox]")
      .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
      .analyze();
    faults.push(...violations.map((v) => `${look}: ${v.id}: ${v.nodes.map((node) => node.target.join(" ")).join(", ")}`));
  }
  return faults;
}

/** A page that is not there, or refuses what was typed, says so with its status, which the console reports. */
function troublesOf(who, status) {
  const told = [status].flat().filter((code) => code >= 400);
  return who.troubles.filter((trouble) => !told.some((code) => trouble.includes(`${code}`)));
}

/** Viewport, language, and the looks in which axe reads the page. */
const LOOKS = ["light", "dark", "field", "forced"];
const VISITS = FULL
  ? [PHONE, TABLET, DESK].flatMap((viewport) => [[viewport, "en", LOOKS], [viewport, "es", []]])
  : [[PHONE, "en", ["light"]]];

for (const { name, open, status } of PAGES) {
  test(`${name}: all in its place, axe finds nothing, no trouble in the console`, async () => {
    for (const [viewport, lang, looks] of VISITS) {
      const who = await person(browser, market, { viewport, lang });
      await open(who.page, market);
      const at = `${lang}, ${viewport.width}`;
      assert.deepEqual(await layoutFaults(who.page, 44), [], at);
      assert.equal(await who.page.locator("h1").count(), 1, at);
      assert.match(await who.page.title(), /. – Riverside Market$/, at);
      assert.deepEqual(await axeFaults(who.page, looks), [], at);
      if (!FULL) {
        await who.page.setViewportSize(DESK);
        assert.deepEqual(await layoutFaults(who.page, 44), [], `${lang}, widened to ${DESK.width}`);
      }
      assert.deepEqual(troublesOf(who, status), [], at);
      await who.close();
    }
  });
}

/** Those with the most words in the least room. */
const WORDY = ["home", "shop", "product", "cart", "sign-up", "look-up", "track", "board", "products", "new product", "new day", "settings", "team",
  "desk", "desk: orders", "audit", "order", "harvest", "stall", "account", "farms of a manager"];

for (const { name, open } of PAGES.filter(({ name }) => WORDY.includes(name))) {
  test(`${name} at ${PHONE.width}, in words that are longer by half: all in its place`, async () => {
    const who = await person(browser, market);
    await who.context.addCookies([{ name: "lang", value: "qps", url: market.url }]);
    await open(who.page, market);
    assert.match(await who.page.locator("body").innerText(), /⟦/, "the pseudo-locale is not on");
    assert.deepEqual(await layoutFaults(who.page, 44), []);
    assert.deepEqual(who.troubles, []);
    await who.close();
  });
}

for (const { name, open } of PAGES.filter(({ name }) => FULL || WORDY.includes(name))) {
  test(`${name}: text of twice the size, and the window four times nearer, scroll one way only`, async () => {
    const reader = await person(large, market, { viewport: DESK });
    await open(reader.page, market);
    assert.equal(await reader.page.evaluate(() => getComputedStyle(document.documentElement).fontSize), "32px");
    assert.deepEqual(await layoutFaults(reader.page, 44), [], "200 %");
    await reader.close();
    const who = await person(browser, market, { viewport: DESK });
    await open(who.page, market);
    await who.page.setViewportSize({ width: 320, height: 256 });
    assert.deepEqual(await layoutFaults(who.page, 44), [], "400 %");
    await who.close();
  });
}

/** Where bars lie over the page. */
const BARS = ["shop, with a cart", "board", "board, several", "order", "harvest", "stall", "products"];

for (const { name, open } of PAGES.filter(({ name }) => FULL || BARS.includes(name))) {
  test(`${name}: whatever has the focus shows it, and lies under no bar`, async () => {
    const who = await person(browser, market);
    await open(who.page, market);
    const faults = new Set();
    for (let n = 0; n < 60; n += 1) {
      await who.page.keyboard.press("Tab");
      const fault = await who.page.evaluate(() => {
        const at = document.activeElement;
        if (!at || at === document.body) return null;
        const what = `${at.tagName.toLowerCase()} “${(at.textContent || at.name || "").trim().slice(0, 30)}”`;
        const style = getComputedStyle(at);
        if (style.outlineStyle === "none" && style.boxShadow === "none") return `${what} does not show its focus`;
        const box = at.getBoundingClientRect();
        const over = document.elementFromPoint(box.left + box.width / 2, Math.max(box.top, 0) + Math.min(box.height, innerHeight) / 2);
        const bar = over?.closest(".tabs, .act, .paybar, .toast");
        return bar && !bar.contains(at) ? `${what} is under .${bar.className}` : null;
      });
      if (fault) faults.add(fault);
    }
    assert.deepEqual([...faults], []);
    await who.close();
  });
}

test("field mode shows at least three orders on a phone, with targets of 56 pixels", async () => {
  const who = await person(browser, market);
  await who.context.addCookies([{ name: "theme", value: "field", url: market.url }]);
  await signIn(who.page, market, market.farmer_link);
  await live(who.page);
  const whole = await who.page.evaluate(
    () => [...document.querySelectorAll(".orders > li")].filter((row) => row.getBoundingClientRect().bottom <= 740).length,
  );
  assert.ok(whole >= 3, `only ${whole} orders are whole in the first view`);
  const low = await who.page.evaluate(() =>
    [...document.querySelectorAll("main .orders button, main .chip")]
      .filter((el) => el.checkVisibility() && el.getBoundingClientRect().height < 55.5)
      .map((el) => `${el.textContent.trim()}: ${el.getBoundingClientRect().height}`),
  );
  assert.deepEqual(low, []);
  await who.close();
});

test("the keyboard alone takes a step, and the focus stays on its row", async () => {
  const who = await person(browser, market, { viewport: DESK });
  await signIn(who.page, market, market.farmer_link);
  await live(who.page);
  const button = who.page.getByRole("button", { name: /^Start packing/ }).first();
  const row = await button.evaluate((el) => el.closest("li").id);
  for (let n = 0; n < 80; n += 1) {
    await who.page.keyboard.press("Tab");
    if (await button.evaluate((el) => el === document.activeElement)) break;
  }
  const ring = await button.evaluate((el) => getComputedStyle(el).outlineStyle);
  assert.equal(ring, "solid", "the focus is seen");
  await who.page.keyboard.press("Enter");
  await who.page.locator(`#${row}`).getByText("Packing", { exact: true }).waitFor();
  const inside = await who.page.evaluate((row) => document.getElementById(row).contains(document.activeElement), row);
  assert.ok(inside, "the focus was thrown away by the swap");
  assert.deepEqual(who.troubles, []);
  await who.close();
});
