// Every page as it was sent is valid HTML: html-validate finds nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { person, startBrowser, startMarket } from "../lib.mjs";
import { PAGES } from "../pages.mjs";
import { faults } from "../valid.mjs";

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

test("a page with faults is found out", async () => {
  const found = await faults('<!doctype html><html lang="en"><head><title>x</title></head><body><p><div>in a paragraph</div></p><img src="x"></body></html>');
  assert.ok(found.length >= 2, found.join("\n"));
});

for (const { name, open } of PAGES) {
  test(`${name}: valid HTML`, async () => {
    const who = await person(browser, market);
    let sent;
    who.page.on("response", (answer) => {
      const asked = answer.request();
      if (asked.isNavigationRequest() && asked.frame() === who.page.mainFrame() && (answer.headers()["content-type"] ?? "").includes("html")) sent = answer;
    });
    await open(who.page, market);
    assert.deepEqual(await faults(await sent.text()), []);
    await who.close();
  });
}
