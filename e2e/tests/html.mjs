// Every page as it was sent is valid HTML: html-validate finds nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { HtmlValidate } from "html-validate";
import { person, startBrowser, startMarket } from "../lib.mjs";
import { PAGES } from "../pages.mjs";

const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y"],
  rules: {
    // `<!doctype html>` in small letters, like every other name.
    "doctype-style": "off",
    // A button in a form sends it; those that do not say so.
    "no-implicit-button-type": "off",
    // A list may be named: the steps of an order are.
    "aria-label-misuse": ["error", { allowAnyNamable: true }],
    // What scrolls sideways by itself, a `pre`, is a region by its role.
    "prefer-native-element": ["error", { exclude: ["region"] }],
  },
});

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

async function faults(html) {
  const { results } = await validator.validateString(html);
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message, line, column, selector }) => `${line}:${column} ${ruleId}: ${message} (${selector})`));
}

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
