// What a farm prints: a sheet for each order, labels of their exact size, and no blank sheet behind them.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESK, PHONE, layoutFaults, person, sheets, signIn, startBrowser, startMarket } from "../lib.mjs";

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

for (const lang of ["en", "es"]) {
  test(`slips and labels have as many pages as they show, ${lang}`, async () => {
    const { page, troubles, close } = await person(browser, market, { viewport: DESK, lang, js: false });
    await signIn(page, market, market.farmer_link);
    await page.goto("/farm/slips");
    const slips = await page.locator(".slip").count();
    assert.ok(slips > 5, `${slips} slips`);
    for (const [format, size] of [["A4", "210x297"], ["Letter", "216x279"]]) {
      const printed = sheets(await page.pdf({ format }));
      assert.deepEqual(printed, { count: slips, sizes: [size] }, format);
    }
    const qr = await page.locator(".slip .qr").first().boundingBox();
    assert.ok(qr.width >= (25 / 25.4) * 96, `the code is ${qr.width} px wide`);
    await page.goto("/farm/labels");
    const labels = await page.locator(".label").count();
    const printed = sheets(await page.pdf({ preferCSSPageSize: true }));
    assert.deepEqual(printed, { count: labels, sizes: ["100x62"] });
    const small = await page.locator(".label .qr").first().boundingBox();
    assert.ok(small.width >= (25 / 25.4) * 96, `the code is ${small.width} px wide`);
    assert.deepEqual(troubles, []);
    await close();
  });
}

for (const viewport of [PHONE, DESK]) {
  test(`a farm's pages fit and are easy to hit at ${viewport.width}`, async () => {
    const { page, troubles, close } = await person(browser, market, { viewport, js: false });
    await signIn(page, market, market.farmer_link);
    const order = await page.locator('a[href^="/farm/orders/"]').first().getAttribute("href");
    for (const path of ["/farm/harvest", "/farm/checkin", "/farm/more", "/farm/slips", "/farm/labels", "/farm/board?pick=some", order]) {
      await page.goto(path);
      assert.deepEqual(await layoutFaults(page, 44), [], path);
      assert.equal(await page.locator(".tabs a").count(), 4, path);
    }
    assert.deepEqual(troubles, []);
    await close();
  });
}

test("without a script: tick, find less, see the total, tick the harvest", async () => {
  const { page, close } = await person(browser, market, { js: false });
  await signIn(page, market, market.farmer_link);
  await page.goto("/farm/board?show=packing");
  await page.goto(await page.locator('a[href^="/farm/orders/"]').first().getAttribute("href"));
  await page.locator('.pick button[value="yes"]').first().click();
  await page.locator('.pick button[aria-pressed="true"]').first().waitFor();
  await page.goto("/farm/harvest");
  await page.locator('.pick button[value="yes"]').first().click();
  await page.locator('.pick button[aria-pressed="true"]').first().waitFor();
  await close();
});
