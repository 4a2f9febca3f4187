// What happens between the easy cases: a line that breaks, fields half filled, colours, codes that are not at hand.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import AxeBuilder from "@axe-core/playwright";
import {
  PHONE, layoutFaults, live, openOrder, person, rowOf, signIn, startBrowser, startLine, startMarket,
} from "../lib.mjs";

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

/** A row of the farmer's board in that state which nobody's test has touched: its code. */
async function codeOf(page, word, nth = 0) {
  const rows = page.locator(".orders > li").filter({ has: page.locator(".st").getByText(word, { exact: true }) });
  return (await rows.nth(nth).locator(".code").first().textContent()).trim();
}

test("the headline of the shop fits a phone when the cut-off is on another day", async () => {
  const own = await startMarket();
  try {
    const manager = await person(browser, own);
    await signIn(manager.page, own, own.manager_link);
    await manager.page.goto("/market/days");
    await manager.page.goto(await manager.page.locator("main a[href^='/market/days/day']").first().getAttribute("href"));
    await manager.page.getByRole("button", { name: "Close for orders now" }).click();
    await manager.page.getByRole("button", { name: "Open for orders again" }).waitFor();
    for (const url of ["/", "/shop"]) {
      await manager.page.goto(url);
      const text = await manager.page.locator("h1").textContent();
      assert.match(text, /[A-Z][a-z]+day \d+\s[A-Z][a-z]+, \d+:\d\d/, "the next cut-off with its day");
      assert.equal(await manager.page.evaluate(() => document.documentElement.scrollWidth), PHONE.width, text);
    }
    await manager.close();
  } finally {
    await own.stop();
  }
});

async function lostLine(seconds) {
  const line = await startLine();
  const customer = await person(browser, market, { line });
  await openOrder(customer.page, market);
  await live(customer.page);
  const manager = await person(browser, market);
  await signIn(manager.page, market, market.manager_link);
  await manager.page.goto("/farm/board?farm=marsh-lane");
  await live(manager.page);
  const code = (await customer.page.locator(".ticket .code").first().textContent()).trim();

  line.cut();
  await customer.page.locator("#chip").getByText("Not connected").waitFor();
  const before = await customer.page.locator("body").getAttribute("data-version");
  await rowOf(manager.page, code).getByRole("button", { name: /^Mark ready/ }).click();
  await rowOf(manager.page, code).getByText("Ready", { exact: true }).waitFor();
  await customer.page.waitForTimeout(seconds * 1000);
  assert.equal(await customer.page.locator("body").getAttribute("data-version"), before);

  line.mend();
  const farm = customer.page.locator(".farms > li").filter({ hasText: "Marsh Lane Dairy" });
  await farm.locator(".st").getByText("Ready", { exact: true }).waitFor({ timeout: 2_000 });
  await manager.page.locator("#toast").getByRole("button").click({ timeout: 1_000 }).catch(async () => {
    await rowOf(manager.page, code).locator("summary").first().click();
    await rowOf(manager.page, code).getByRole("button", { name: /^Undo/ }).click();
  });
  await farm.locator(".st").getByText("Being packed", { exact: true }).waitFor();
  await manager.close();
  await customer.close();
  await line.stop();
}

test("a line that breaks without a word is noticed, and the page is right within two seconds of its return", () =>
  lostLine(2));

test("the same after thirty seconds", { skip: !process.env.E2E_FULL }, () => lostLine(30));

test("what somebody is typing stays when others change the board", async () => {
  const typing = await person(browser, market);
  const other = await person(browser, market);
  for (const who of [typing, other]) {
    await signIn(who.page, market, market.farmer_link);
    await live(who.page);
  }
  const [code, elsewhere] = [await codeOf(typing.page, "Ready"), await codeOf(typing.page, "To pack")];
  const row = rowOf(typing.page, code);
  await row.locator("summary").first().click();
  const field = row.getByLabel("Code the customer shows");
  await field.fill("FM-7Q");

  // Another row, and then this very one.
  await rowOf(other.page, elsewhere).getByRole("button", { name: /^Start packing/ }).click();
  await rowOf(typing.page, elsewhere).getByText("Packing", { exact: true }).waitFor();
  await rowOf(other.page, code).locator("summary").first().click();
  await rowOf(other.page, code).getByLabel("Reason for cancelling").selectOption("WEATHER");
  await rowOf(other.page, code).getByRole("button", { name: "Cancel this order" }).click();
  await rowOf(other.page, code).getByText("Cancelled", { exact: true }).waitFor();
  await typing.page.waitForFunction(
    (version) => document.body.dataset.version === version,
    await other.page.locator("body").getAttribute("data-version"),
  );
  assert.equal(await field.inputValue(), "FM-7Q");
  assert.ok(await field.evaluate((element) => element === document.activeElement));

  // Left empty, the field holds nothing back any more.
  await field.fill("");
  await field.blur();
  await row.getByText("Cancelled", { exact: true }).waitFor();
  assert.deepEqual([...typing.troubles, ...other.troubles], []);
  await typing.close();
  await other.close();
});

test("without a code the reason is asked for, and without script too", async () => {
  for (const js of [true, false]) {
    const farmer = await person(browser, market, { js });
    await signIn(farmer.page, market, market.farmer_link);
    const code = await codeOf(farmer.page, "Ready");
    const row = rowOf(farmer.page, code);
    await row.locator("summary").first().click();
    await row.getByRole("button", { name: "Hand over" }).click();
    await row.getByText("or say why there is none").waitFor();
    await row.locator(".other summary").click();
    await row.getByLabel("Why you hand over without it").fill("Phone is flat, I know her");
    await row.getByRole("button", { name: "Hand over" }).click();
    await row.getByText("Collected", { exact: true }).waitFor();
    await farmer.close();
  }
});

test("field mode is one tap, with and without script, and is remembered", async () => {
  for (const js of [true, false]) {
    const farmer = await person(browser, market, { js });
    await signIn(farmer.page, market, market.farmer_link);
    const html = farmer.page.locator("html");
    await farmer.page.getByRole("link", { name: "Field mode" }).click();
    await farmer.page.locator("html[data-theme=field]").waitFor();
    await farmer.page.goto("/farm/board");
    assert.equal(await html.getAttribute("data-theme"), "field");
    await farmer.page.getByRole("link", { name: "Field mode" }).click();
    await farmer.page.locator("html:not([data-theme])").waitFor();
    await farmer.page.goto("/farm/board");
    assert.equal(await html.getAttribute("data-theme"), null);
    await farmer.close();
  }
});

test("an open row breaks no law either, in any colours", async () => {
  for (const theme of ["light", "dark", "field"]) {
    const farmer = await person(browser, market, { viewport: PHONE });
    await farmer.context.addCookies([{ name: "theme", value: theme, url: market.url }]);
    await signIn(farmer.page, market, market.farmer_link);
    for (const word of ["New", "Ready"]) {
      await rowOf(farmer.page, await codeOf(farmer.page, word)).locator("summary").first().click();
    }
    assert.deepEqual(await layoutFaults(farmer.page, 44), [], theme);
    const { violations } = await new AxeBuilder({ page: farmer.page }).analyze();
    assert.deepEqual(violations.map((found) => `${found.id}: ${found.nodes[0]?.target}`), [], theme);
    await farmer.close();
  }
});
