// What one person does is what the other one sees, with script and without.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { live, openOrder, person, rowOf, signIn, startBrowser, startMarket } from "../lib.mjs";

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

/** The order's code, as the customer reads it. */
async function codeOf(page) {
  return (await page.locator(".ticket .code").first().textContent()).trim();
}

/** One farm's line on the customer's page. */
function farmLine(page, farm, status) {
  // The word beside the name: the bar's steps name all statuses.
  const word = page.locator(".st").filter({ hasText: new RegExp(`^\\s*${status}\\s*$`) });
  return page.locator(".farms > li").filter({ hasText: farm }).filter({ has: word });
}

/** The manager's board of Marsh Lane Dairy. */
async function openMarshLane(page) {
  await signIn(page, market, market.manager_link);
  await page.getByRole("link", { name: "Marsh Lane Dairy" }).click();
  await page.getByRole("link", { name: "Marsh Lane Dairy" }).and(page.locator("[aria-current]")).waitFor();
}

test("a tap on the board shows on the customer's page, and so does its undo", async () => {
  const customer = await person(browser, market);
  await openOrder(customer.page, market);
  await live(customer.page);
  const code = await codeOf(customer.page);
  await farmLine(customer.page, "Marsh Lane Dairy", "Being packed").waitFor();

  const manager = await person(browser, market);
  await openMarshLane(manager.page);
  await live(manager.page);
  const row = rowOf(manager.page, code);
  const shown = farmLine(customer.page, "Marsh Lane Dairy", "Ready").waitFor({ timeout: 10_000 });
  await row.getByRole("button", { name: /^Mark ready/ }).click();
  await shown;
  await customer.page.waitForFunction(() => document.title.startsWith("2 of 3 farms ready"));
  assert.match(await customer.page.locator("#say").textContent(), /Marsh Lane Dairy/);
  await row.getByText("Ready", { exact: true }).waitFor();

  // Offered above the thumb for ten seconds, and on the row for as long as it is possible.
  await manager.page.locator("#toast").getByRole("button").click();
  await row.getByText("Packing", { exact: true }).waitFor();
  await farmLine(customer.page, "Marsh Lane Dairy", "Being packed").waitFor({ timeout: 10_000 });
  assert.deepEqual([...customer.troubles, ...manager.troubles], []);
  await customer.close();
  await manager.close();
});

test("the farmer hands over by the code that the customer shows", async () => {
  const customer = await person(browser, market);
  await openOrder(customer.page, market);
  const code = await codeOf(customer.page);
  const farmer = await person(browser, market);
  await signIn(farmer.page, market, market.farmer_link);
  await live(farmer.page);
  const row = rowOf(farmer.page, code);
  await row.locator("summary").first().click();
  await row.getByLabel("Code the customer shows").fill("FM-999999");
  await row.getByRole("button", { name: "Hand over" }).click();
  await row.getByText("This is not the order’s code").waitFor();
  // What was typed is still there to be corrected.
  await row.getByLabel("Code the customer shows").fill(code.toLowerCase());
  await row.getByRole("button", { name: "Hand over" }).click();
  await row.getByText("Collected", { exact: true }).waitFor();
  await farmLine(customer.page, "Hill Row Farm", "Collected").waitFor();
  await row.getByRole("button", { name: /^Undo/ }).click();
  await farmLine(customer.page, "Hill Row Farm", "Ready").waitFor();
  await farmer.close();
  await customer.close();
});

test("without script the same is done by forms and shown by reloading", async () => {
  const customer = await person(browser, market, { js: false });
  await openOrder(customer.page, market);
  const code = await codeOf(customer.page);
  await customer.page.getByRole("link", { name: "Check again" }).waitFor();
  const manager = await person(browser, market, { js: false });
  await openMarshLane(manager.page);
  await rowOf(manager.page, code).getByRole("button", { name: /^Mark ready/ }).click();
  await rowOf(manager.page, code).getByText("Ready", { exact: true }).waitFor();
  await customer.page.getByRole("link", { name: "Check again" }).click();
  await farmLine(customer.page, "Marsh Lane Dairy", "Ready").waitFor();
  await rowOf(manager.page, code).getByRole("button", { name: /^Undo/ }).click();
  await rowOf(manager.page, code).getByText("Packing", { exact: true }).waitFor();
  await customer.page.reload();
  await farmLine(customer.page, "Marsh Lane Dairy", "Being packed").waitFor();
  assert.deepEqual([...customer.troubles, ...manager.troubles], []);
  await customer.close();
  await manager.close();
});

test("a page that was offline is right within two seconds of being back", async () => {
  const customer = await person(browser, market);
  await openOrder(customer.page, market);
  await live(customer.page);
  const code = await codeOf(customer.page);
  await customer.context.setOffline(true);
  await customer.page.getByText("Not connected").waitFor();

  const manager = await person(browser, market);
  await openMarshLane(manager.page);
  await rowOf(manager.page, code).getByRole("button", { name: /^Mark ready/ }).click();
  await rowOf(manager.page, code).getByText("Ready", { exact: true }).waitFor();
  assert.equal(await farmLine(customer.page, "Marsh Lane Dairy", "Ready").count(), 0);

  await customer.context.setOffline(false);
  await farmLine(customer.page, "Marsh Lane Dairy", "Ready").waitFor({ timeout: 2_000 });
  await live(customer.page);
  // Behind the row the undo stays when the toast is gone.
  await rowOf(manager.page, code).locator("summary").first().click();
  await rowOf(manager.page, code).getByRole("button", { name: /^Undo/ }).click();
  await farmLine(customer.page, "Marsh Lane Dairy", "Being packed").waitFor();
  await customer.close();
  await manager.close();
});

test("a tap without a connection says so on its row, and the second tap is one change", async () => {
  const manager = await person(browser, market);
  await openMarshLane(manager.page);
  await live(manager.page);
  const row = manager.page.locator(".orders > li").filter({ hasText: "To pack" }).first();
  const code = await row.locator(".code").first().textContent();
  const same = rowOf(manager.page, code);
  await manager.context.setOffline(true);
  await same.getByRole("button", { name: /^Start packing/ }).click();
  await same.getByText("Not sent. Tap again.").waitFor();
  await manager.context.setOffline(false);
  await same.getByRole("button", { name: /^Start packing/ }).click();
  await same.getByText("Packing", { exact: true }).waitFor();
  await same.getByText("Not sent. Tap again.").waitFor({ state: "detached" });
  await manager.close();
});

test("two boards of one farm agree, and a tap on an old row is refused in words", async () => {
  const one = await person(browser, market);
  const two = await person(browser, market);
  for (const who of [one, two]) await signIn(who.page, market, market.farmer_link);
  await live(one.page);
  await live(two.page);
  const row = two.page.locator(".orders > li").filter({ hasText: "To pack" }).first();
  const code = await row.locator(".code").first().textContent();
  // The second one's stream is held back: its row stays old.
  await two.page.evaluate(() => dispatchEvent(new Event("offline")));
  await rowOf(one.page, code).getByRole("button", { name: /^Start packing/ }).click();
  await rowOf(one.page, code).getByText("Packing", { exact: true }).waitFor();
  await rowOf(two.page, code).locator("summary").first().click();
  await rowOf(two.page, code).getByRole("button", { name: /^Mark ready/ }).click();
  // Refused in words, and the row already shows how it stands.
  await rowOf(two.page, code).getByText("It was changed meanwhile").waitFor();
  await rowOf(two.page, code).getByText("Packing", { exact: true }).waitFor();
  await two.page.evaluate(() => dispatchEvent(new Event("online")));
  await rowOf(two.page, code).getByText("Packing", { exact: true }).waitFor();
  await one.close();
  await two.close();
});
