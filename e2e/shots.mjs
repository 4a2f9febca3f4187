// Pictures of every page, to be looked at: node shots.mjs [name …] → e2e/shots/.
import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { DESK, PHONE, here, live, openOrder, person, signIn, startBrowser, startMarket } from "./lib.mjs";

const folder = fileURLToPath(new URL("shots/", import.meta.url));
const only = process.argv.slice(2);

/** Name, how to get there; `work` pages are also shown in field mode. */
const PAGES = [
  ["home", (page) => page.goto("/")],
  ["look-up", (page) => page.goto("/track")],
  ["login", (page) => page.goto("/login")],
  ["missing", (page) => page.goto("/nothing-here")],
  ["confirm", (page, market) => page.goto(here(market, market.farmer_link))],
  ["track", async (page, market) => (await openOrder(page, market), await live(page))],
  ["board", async (page, market) => (await signIn(page, market, market.farmer_link), await live(page)), true],
  ["board-open", async (page, market) => {
    await signIn(page, market, market.farmer_link);
    await live(page);
    // One that is new and one that is ready: every kind of step.
    for (const n of [1, 3]) await page.locator(".orders > li > details > summary").nth(n).click();
  }, true],
  ["board-manager", async (page, market) => (await signIn(page, market, market.manager_link), await live(page)), true],
];

const market = await startMarket();
const browser = await startBrowser();
await mkdir(folder, { recursive: true });
try {
  for (const [name, open, work] of PAGES) {
    if (only.length && !only.includes(name)) continue;
    for (const viewport of [PHONE, DESK]) {
      for (const look of ["light", "dark", ...(work ? ["field"] : [])]) {
        const who = await person(browser, market, { viewport, scheme: look === "dark" ? "dark" : "light" });
        if (look === "field") await who.context.addCookies([{ name: "theme", value: "field", url: market.url }]);
        await open(who.page, market);
        const path = `${folder}${name}-${viewport.width}-${look}`;
        await who.page.screenshot({ path: `${path}-first.png` });
        await who.page.screenshot({ path: `${path}.png`, fullPage: true });
        if (who.troubles.length) console.log(name, look, who.troubles);
        await who.close();
      }
    }
  }
} finally {
  await browser.close();
  await market.stop();
}
