// How long a change takes from the tap to the other browser. Prints, never asserts: machines differ.
//   cargo x perf
import { live, openOrder, person, rowOf, signIn, startBrowser, startMarket } from "./lib.mjs";

const CHANGES = 30;

const market = await startMarket();
const browser = await startBrowser();
try {
  const customer = await person(browser, market);
  await openOrder(customer.page, market);
  await live(customer.page);
  const code = (await customer.page.locator(".ticket .code").first().textContent()).trim();
  const manager = await person(browser, market);
  await signIn(manager.page, market, market.manager_link);
  await manager.page.getByRole("link", { name: "Marsh Lane Dairy" }).click();
  await live(manager.page);

  // Both pages share this machine's clock: the tap's time is read in one, the change's in the other.
  await customer.page.evaluate(() => {
    window.seen = [];
    new MutationObserver(() => window.seen.push(Date.now() + (performance.now() % 1))).observe(
      document.querySelector("[data-part=farms]"),
      { childList: true, subtree: true, characterData: true },
    );
  });
  const times = [];
  for (let n = 0; n < CHANGES; n += 1) {
    const before = await customer.page.evaluate(() => window.seen.length);
    const row = rowOf(manager.page, code);
    const button =
      n % 2 === 0
        ? row.getByRole("button", { name: /^Mark ready/ })
        : manager.page.locator("#toast").getByRole("button");
    await button.waitFor();
    const tapped = await button.evaluate((element) => {
      const now = Date.now();
      element.click();
      return now;
    });
    await customer.page.waitForFunction((before) => window.seen.length > before, before);
    times.push((await customer.page.evaluate((before) => window.seen[before], before)) - tapped);
    await row.getByText(n % 2 === 0 ? "Ready" : "Packing", { exact: true }).waitFor();
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))].toFixed(0);
  console.log(`tap → other browser, ${CHANGES} changes: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, most ${at(1)} ms`);

  await customer.context.setOffline(true);
  await rowOf(manager.page, code).getByRole("button", { name: /^Mark ready/ }).click();
  await customer.page.waitForTimeout(30_000);
  const back = Date.now();
  await customer.context.setOffline(false);
  await customer.page.locator(".farms > li").filter({ hasText: "Marsh Lane Dairy" }).filter({ hasText: "Ready" })
    .filter({ has: customer.page.locator(".st.ok") }).waitFor();
  console.log(`after 30 s without a connection: right ${Date.now() - back} ms after its return`);
} finally {
  await browser.close();
  await market.stop();
}
