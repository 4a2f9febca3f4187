// From the shop to the stall: a guest buys from three farms, is sent a link, and follows what the farms do.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESK, PHONE, layoutFaults, live, mailedLink, person, signIn, startBrowser, startMarket } from "../lib.mjs";

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

const WORDS = {
  en: {
    products: "3 products from 3 farms",
    details: "Continue to details",
    pickup: "Continue to pickup",
    confirm: "Continue to confirm",
    bad: "Enter an e-mail address, like ana@example.org.",
    place: "Place order",
    thanks: "Your order is placed",
    follow: "Follow your order",
    change: "Change or cancel",
    cancel: "Cancel the whole order",
    cancelled: "Cancelled",
  },
  es: {
    products: "3 productos de 3 granjas",
    details: "Seguir con tus datos",
    pickup: "Seguir con la recogida",
    confirm: "Seguir y confirmar",
    bad: "Escribe un correo electrónico, como ana@example.org.",
    place: "Hacer el pedido",
    thanks: "Tu pedido está hecho",
    follow: "Seguir tu pedido",
    change: "Cambiar o cancelar",
    cancel: "Cancelar todo el pedido",
    cancelled: "Cancelado",
  },
};

async function fits(page) {
  assert.deepEqual(await layoutFaults(page, 44), [], page.url());
}

/** Three farms in the cart, then the three steps; returns the order's code. */
async function buy(page, w, email) {
  for (const product of ["prd_hill-row_0", "prd_marsh-lane_3", "prd_oak-bakery_0"]) {
    await page.goto("/shop");
    while ((await page.locator(`[name="more"][value="${product}"]`).count()) === 0) await page.locator(".pager a").click();
    await page.locator(`[name="more"][value="${product}"]`).click();
    await page.waitForURL(/#prd_/);
  }
  await fits(page);
  await page.goto("/cart");
  await page.getByText(w.products).waitFor();
  await fits(page);
  await page.getByRole("link", { name: w.details }).click();
  await page.locator("#name").fill("Ana Lopez");
  await page.locator("#email").fill("nobody");
  await page.getByRole("button", { name: w.pickup }).click();
  await page.getByRole("alert").getByText(w.bad).waitFor();
  await fits(page);
  assert.equal(await page.locator("#email").inputValue(), "nobody", "what was typed is kept");
  await page.locator("#email").fill(email);
  await page.getByRole("button", { name: w.pickup }).click();
  await page.locator(".opt").last().click();
  await fits(page);
  await page.getByRole("button", { name: w.confirm }).click();
  await page.getByText("Ana Lopez").waitFor();
  await fits(page);
  await page.getByRole("button", { name: w.place }).click();
  await page.getByText(w.thanks).first().waitFor();
  await fits(page);
  return (await page.locator("h1").textContent()).trim();
}

for (const js of [true, false]) {
  for (const viewport of [PHONE, DESK]) {
    for (const lang of ["en", "es"]) {
      test(`a guest buys from three farms, ${lang}, ${viewport.width}, ${js ? "with" : "without"} script`, async () => {
        const w = WORDS[lang];
        const guest = await person(browser, market, { js, viewport, lang });
        const code = await buy(guest.page, w, `ana-${lang}-${viewport.width}-${js}@example.org`);
        await guest.page.getByRole("link", { name: w.follow }).click();
        await guest.page.getByText(code).first().waitFor();
        await fits(guest.page);
        await guest.page.getByRole("link", { name: w.change }).click();
        await fits(guest.page);
        await guest.page.getByRole("button", { name: w.cancel }).click();
        await guest.page.getByText(w.cancelled).first().waitFor();
        assert.deepEqual(guest.troubles.filter((trouble) => !trouble.includes("422")), []);
        await guest.close();
      });
    }
  }
}

test("the mailed link follows the order, and what a farm does is seen at once", async () => {
  const guest = await person(browser, market);
  const code = await buy(guest.page, WORDS.en, "imogen@example.org");
  await guest.close();
  const link = await mailedLink(market, /\/t\/[0-9a-f]{32}/, code);
  const other = await person(browser, market, { viewport: DESK });
  await other.page.goto(market.url + link);
  await other.page.waitForURL(/\/track/);
  await live(other.page);
  const manager = await person(browser, market);
  await signIn(manager.page, market, market.manager_link);
  const answer = await manager.page.evaluate(async (code) => {
    const { orders } = await (await fetch("/api/orders?limit=200")).json();
    const { id } = orders.find((order) => order.code === code);
    const body = JSON.stringify({ status: "PREPARING", farm_id: "frm_marsh-lane" });
    return (await fetch(`/api/orders/${id}/status`, { method: "PUT", headers: { "content-type": "application/json" }, body })).status;
  }, code);
  assert.equal(answer, 200);
  const farm = other.page.locator(".farms > li").filter({ hasText: "Marsh Lane Dairy" });
  await farm.locator(".st").getByText("Being packed", { exact: true }).waitFor({ timeout: 10_000 });
  await manager.close();
  await other.close();
});
