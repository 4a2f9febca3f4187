// Eleven faults that a page once had while axe and Lighthouse found nothing. Each has its test, by name.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PHONE, live, openOrder, person, sheets, signIn, startBrowser, startLine, startMarket } from "../lib.mjs";
import { PAGES } from "../pages.mjs";

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

/** A phone at that page of the list. */
async function at(name, more = {}) {
  const who = await person(browser, market, more);
  await PAGES.find((page) => page.name === name).open(who.page, market);
  return who;
}

test("1: the form of an order can be seen and filled, each field of it", async () => {
  const who = await at("checkout details");
  const fields = who.page.locator("main form").locator("input:not([type=hidden]), select, textarea, button");
  assert.ok((await fields.count()) >= 4);
  for (const field of await fields.all()) assert.ok(await field.isVisible(), await field.evaluate((el) => el.outerHTML));
  await who.close();
});

test("2: the head of a page is one line, or two where the market's name is long", async () => {
  for (const name of ["home", "track", "board", "desk"]) {
    const who = await at(name);
    const box = await who.page.locator(".bar").first().boundingBox();
    assert.ok(box.height <= 2 * 52 + 1, `${name}: ${box.height}`);
    await who.close();
  }
});

test("3: on the day, code and QR are on the first screen and a half", async () => {
  const who = await person(browser, market);
  await openOrder(who.page, market);
  const qr = await who.page.locator(".ticket .qr").boundingBox();
  const code = await who.page.locator(".ticket .bigcode").boundingBox();
  assert.ok(qr.y + qr.height <= 1.5 * PHONE.height && code.y <= 1.5 * PHONE.height, `${qr.y + qr.height}`);
  await who.close();
});

test("4: field mode shows three orders", async () => {
  const who = await person(browser, market);
  await who.context.addCookies([{ name: "theme", value: "field", url: market.url }]);
  await signIn(who.page, market, market.farmer_link);
  await live(who.page);
  const tabs = await who.page.locator(".tabs").boundingBox();
  const rows = await who.page.locator(".orders > li").evaluateAll((all, end) => all.filter((row) => row.getBoundingClientRect().bottom <= end).length, tabs.y);
  assert.ok(rows >= 3, `${rows}`);
  await who.close();
});

test("5: every tab under the thumb lies inside the window", async () => {
  const who = await at("board");
  const tabs = await who.page.locator(".tabs a").all();
  assert.ok(tabs.length >= 3 && tabs.length <= 4, `${tabs.length}`);
  for (const tab of tabs) {
    const box = await tab.boundingBox();
    assert.ok(box.x >= 0 && box.x + box.width <= PHONE.width && box.y + box.height <= PHONE.height + 0.5, JSON.stringify(box));
  }
  await who.close();
});

test("6: a tap without a connection changes its own row", async () => {
  const line = await startLine();
  const who = await person(browser, market, { line });
  await signIn(who.page, market, market.farmer_link);
  await live(who.page);
  const row = who.page.locator(".orders > li").filter({ has: who.page.getByRole("button", { name: /^(Start packing|Mark ready)/ }) }).first();
  const before = await row.innerText();
  line.cut();
  await row.getByRole("button", { name: /^(Start packing|Mark ready)/ }).first().click();
  const id = await row.getAttribute("id");
  await who.page.waitForFunction(([id, before]) => document.getElementById(id).innerText !== before, [id, before]);
  await who.close();
  await line.stop();
});

test("7: no code is broken over two lines", async () => {
  for (const name of ["track", "board", "desk: orders", "stall", "order"]) {
    const who = await at(name);
    const broken = await who.page.locator(".code").evaluateAll((all) =>
      all.filter((el) => el.checkVisibility() && el.tagName !== "INPUT").filter((el) => {
        const range = document.createRange();
        range.selectNodeContents(el);
        return new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1;
      }).map((el) => el.textContent));
    assert.deepEqual(broken, [], name);
    await who.close();
  }
});

test("8: the shop has two columns on a phone", async () => {
  const who = await at("shop");
  const [first, second] = await Promise.all([0, 1].map((nth) => who.page.locator(".tile").nth(nth).boundingBox()));
  assert.ok(Math.abs(first.y - second.y) < 1 && second.x > first.x, JSON.stringify([first, second]));
  await who.close();
});

test("9: without JavaScript no button is there that does nothing", async () => {
  const who = await person(browser, market, { js: false });
  await signIn(who.page, market, market.farmer_link);
  await openOrder(who.page, market);
  for (const path of [who.page.url(), "/farm/board", "/farm/slips", "/farm/labels", "/shop"]) {
    await who.page.goto(path);
    for (const button of await who.page.locator("button[type=button]").all()) assert.ok(!(await button.isVisible()), `${path}: ${await button.textContent()}`);
  }
  await who.close();
});

test("10: what is drawn has the colour of its kind: roots are orange, leaves are green", async () => {
  const who = await at("components");
  const colour = (kind) =>
    who.page.locator(`main .art.${kind}`).first().evaluate((art) => {
      const probe = art.parentElement.appendChild(document.createElement("i"));
      probe.style.color = getComputedStyle(art).getPropertyValue("--ca");
      return getComputedStyle(probe).color.match(/\d+/g).map(Number);
    });
  const [red, green, blue] = await colour("root");
  assert.ok(red > green && green > blue, `${[red, green, blue]}`);
  const leaf = await colour("leaf");
  assert.ok(leaf[1] > leaf[0] && leaf[1] > leaf[2], `${leaf}`);
  await who.close();
});

test("11: no blank sheet follows the labels", async () => {
  const who = await at("labels");
  const labels = await who.page.locator(".label").count();
  assert.equal(sheets(await who.page.pdf({ preferCSSPageSize: true })).count, labels);
  await who.close();
});
