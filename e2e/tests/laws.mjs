// What holds of every page: nothing sticks out, targets can be hit, the keyboard is enough, axe finds nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import { DESK, PHONE, here, layoutFaults, live, openOrder, person, signIn, startBrowser, startMarket } from "../lib.mjs";

let market;
let browser;
before(async () => {
  process.env.MARKET_PAGES_PSEUDO_LOCALE = "true";
  market = await startMarket();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await market?.stop();
});

/** Name, way there, least size of a target in CSS pixels. */
const PAGES = [
  ["home", (page) => page.goto("/"), 44],
  ["look-up", (page) => page.goto("/track"), 44],
  ["sign-in", (page) => page.goto("/login"), 44],
  ["shop", (page) => page.goto("/shop"), 44],
  ["product", (page) => page.goto("/p/carrots"), 44],
  ["farms", (page) => page.goto("/farms"), 44],
  ["farm", (page) => page.goto("/farms/hill-row"), 44],
  ["saved pages", (page) => page.goto("/offline"), 44],
  ["empty cart", (page) => page.goto("/cart"), 44],
  ["sign-up", (page) => page.goto("/signup"), 44],
  ["reset", (page) => page.goto("/reset"), 44],
  ["account", async (page) => (await signIn(page, market, market.farmer_link), page.goto("/account")), 44],
  ["tokens", async (page) => (await signIn(page, market, market.farmer_link), page.goto("/account/tokens")), 44],
  ["team", async (page) => (await signIn(page, market, market.farmer_link), page.goto("/farm/team")), 44],
  ["products", async (page) => (await signIn(page, market, market.farmer_link), page.goto("/farm/products")), 44],
  ["new product", async (page) => (await signIn(page, market, market.farmer_link), page.goto("/farm/products/new")), 44],
  ["notifications", async (page) => (await signIn(page, market, market.farmer_link), page.goto("/notifications")), 44],
  ["days", async (page) => (await signIn(page, market, market.manager_link), page.goto("/market/days")), 44],
  ["new day", async (page) => (await signIn(page, market, market.manager_link), page.goto("/market/days/new")), 44],
  ["places", async (page) => (await signIn(page, market, market.manager_link), page.goto("/market/places")), 44],
  ["settings", async (page) => (await signIn(page, market, market.manager_link), page.goto("/market/settings")), 44],
  ["desk: day", async (page) => (await signIn(page, market, market.manager_link), page.goto("/market")), 44],
  ["desk: orders", async (page) => (await signIn(page, market, market.manager_link), page.goto("/market/orders")), 44],
  ["desk: people", async (page) => (await signIn(page, market, market.manager_link), page.goto("/market/users")), 44],
  ["desk: audit", async (page) => (await signIn(page, market, market.manager_link), page.goto("/market/audit")), 44],
  ["desk: table", async (page) => (await signIn(page, market, market.manager_link), page.goto("/farm/products/import")), 44],
  ["farms of a manager", async (page) => (await signIn(page, market, market.manager_link), page.goto("/market/farms")), 44],
  ["nothing", (page) => page.goto("/nothing-here"), 44],
  ["link", (page) => page.goto(here(market, market.farmer_link)), 44],
  ["track", async (page) => (await openOrder(page, market), await live(page)), 44],
  ["board", async (page) => (await signIn(page, market, market.farmer_link), await live(page)), 44],
  ["board of a manager", async (page) => (await signIn(page, market, market.manager_link), await live(page)), 44],
];

for (const [name, open, smallest] of PAGES) {
  for (const viewport of [PHONE, DESK]) {
    test(`${name} at ${viewport.width}: all in its place, no trouble in the console`, async () => {
      for (const lang of ["en", "es"]) {
        const who = await person(browser, market, { viewport, lang });
        await open(who.page);
        assert.deepEqual(await layoutFaults(who.page, smallest), [], lang);
        assert.equal(await who.page.locator("h1").count(), 1);
        // A page that is not there is answered 404, which the console reports.
        const troubles = who.troubles.filter((trouble) => name !== "nothing" || !trouble.includes("404"));
        assert.deepEqual(troubles, [], lang);
        await who.close();
      }
    });
  }
  for (const scheme of ["light", "dark"]) {
    test(`${name}, ${scheme}: axe finds nothing`, async () => {
      const who = await person(browser, market, { scheme });
      await open(who.page);
      const { violations } = await new AxeBuilder({ page: who.page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
        .analyze();
      const found = violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.target.join(" ")).join(", ")}`);
      assert.deepEqual(found, []);
      await who.close();
    });
  }
}

/** Those with the most words in the least room. */
const WORDY = ["home", "shop", "product", "sign-up", "look-up", "track", "board", "products", "new product", "new day", "settings", "team"];

for (const [name, open, smallest] of PAGES.filter(([name]) => WORDY.includes(name))) {
  test(`${name} at ${PHONE.width}, in words that are longer by half: all in its place`, async () => {
    const who = await person(browser, market);
    await who.context.addCookies([{ name: "lang", value: "qps", url: market.url }]);
    await open(who.page);
    assert.match(await who.page.locator("h1").innerText(), /⟦/, "the pseudo-locale is not on");
    assert.deepEqual(await layoutFaults(who.page, smallest), []);
    assert.deepEqual(who.troubles, []);
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
