// Every page, in each state a person may meet it in: full, empty, wrong. The laws hold on all of them, and
// `cargo x look` takes their pictures. A page that is not in this list is not looked at by anybody.
import { here, live, openOrder, signIn } from "./lib.mjs";

/** Cookies of a guest with a cart, and of one who ordered: made once for each market. */
const guests = new Map();

async function shop(page) {
  for (const product of ["prd_hill-row_0", "prd_marsh-lane_3", "prd_oak-bakery_0"]) {
    await page.goto("/shop");
    while ((await page.locator(`[name="more"][value="${product}"]`).count()) === 0) await page.locator(".pager a").click();
    await page.locator(`[name="more"][value="${product}"]`).click();
    await page.waitForURL(/#prd_/);
  }
}

/** A cart from three farms, and the cookies it hangs on. */
async function asShopper(page, market) {
  const key = `${market.url} cart`;
  if (!guests.has(key)) {
    await shop(page);
    guests.set(key, (await page.context().cookies()).filter(own));
  }
  await page.context().addCookies(guests.get(key));
}

async function details(page, market) {
  await asShopper(page, market);
  await page.goto("/checkout");
  await page.locator("#name").fill("Ana Lopez");
  await page.locator("#email").fill("ana@example.org");
  await page.locator("main form button.go").click();
  await page.waitForURL(/pickup/);
}

async function pickup(page, market) {
  await details(page, market);
  await page.locator(".opt").last().click();
  await page.locator("main form button.go").click();
  await page.waitForURL(/confirm/);
}

/** The page of thanks of an order that was just placed; with its cookies the order can be followed and changed. */
async function thanks(page, market) {
  const key = `${market.url} bought`;
  if (!guests.has(key)) {
    await shop(page);
    guests.set(`${market.url} cart`, (await page.context().cookies()).filter(own));
    await pickup(page, market);
    await page.locator("main form button.go").click();
    await page.waitForURL(/thanks/);
    guests.delete(`${market.url} cart`);
    guests.set(key, { url: page.url(), cookies: (await page.context().cookies()).filter(own) });
  }
  const { url, cookies } = guests.get(key);
  await page.context().addCookies(cookies);
  await page.goto(url);
}

function own(cookie) {
  return !["theme", "lang"].includes(cookie.name);
}

async function follow(page, market) {
  await thanks(page, market);
  await page.goto(page.url().replace("thanks", "track"));
}

/** Sends a form as it would come from somebody who left a field empty: the answer is the page with its errors. */
async function wrong(page, fields, button = "main form button.go") {
  for (const [selector, text] of Object.entries(fields)) await page.locator(selector).fill(text);
  await page.locator(button).first().click();
  await page.locator("[role=alert]:not([hidden]):not([hidden])").waitFor();
}

const anyone = (path, then) => async (page, market) => {
  await page.goto(path);
  await then?.(page, market);
};
const farmer = (path, then) => async (page, market) => {
  await signIn(page, market, market.farmer_link, path);
  await then?.(page, market);
};
const manager = (path, then) => async (page, market) => {
  await signIn(page, market, market.manager_link, path);
  await then?.(page, market);
};
/** The first link of a list whose address starts so. */
const first = (start) => async (page) => page.goto(await page.locator(`main a[href^="${start}"]`).first().getAttribute("href"));
const nextSunday = () => {
  const day = new Date(Date.now() + (21 - new Date().getDay()) * 86_400_000);
  return day.toISOString().slice(0, 10);
};

/** Of which route, name, way there; `work`: also shown in field mode; `status`: what is answered, if not 200. */
export const PAGES = [
  ["/", "home", anyone("/")],
  ["/shop", "shop", anyone("/shop")],
  ["/shop", "shop, nothing found", anyone("/shop?q=zebra")],
  ["/shop", "shop, with a cart", async (page, market) => (await asShopper(page, market), page.goto("/shop"))],
  ["/p/{slug}", "product", anyone("/p/carrots")],
  ["/farms", "farms", anyone("/farms")],
  ["/farms/{slug}", "farm", anyone("/farms/hill-row")],
  ["/cart", "cart, empty", anyone("/cart")],
  ["/cart", "cart", async (page, market) => (await asShopper(page, market), page.goto("/cart"))],
  ["/checkout", "checkout details", async (page, market) => (await asShopper(page, market), page.goto("/checkout"))],
  ["/checkout", "checkout details, wrong", async (page, market) => {
    await asShopper(page, market);
    await page.goto("/checkout");
    await wrong(page, { "#name": "", "#email": "nobody" });
  }, { status: 422 }],
  ["/checkout/pickup", "checkout pickup", details],
  ["/checkout/confirm", "checkout confirm", pickup],
  ["/orders/{id}/thanks", "thanks", thanks],
  ["/orders/{id}/track", "track, just placed", follow],
  ["/orders/{id}/change", "change an order", async (page, market) => (await thanks(page, market), page.goto(page.url().replace("thanks", "change")))],
  ["/orders/{id}/track", "track", async (page, market) => (await openOrder(page, market), await live(page))],
  ["/offline", "saved pages", anyone("/offline")],
  ["/dev/components", "components", anyone("/dev/components"), { work: true }],
  ["/developers", "developers", anyone("/developers")],
  ["/track", "look-up", anyone("/track")],
  ["/c/{code}", "code", anyone("/c/FM7Q4K2D")],
  ["/login", "sign-in", anyone("/login")],
  ["/login", "sign-in, wrong", anyone("/login", (page) => wrong(page, { "[type=email] >> nth=0": "nobody" })), { status: 422 }],
  ["/login/link/{token}", "link", (page, market) => page.goto(here(market, market.farmer_link))],
  ["/signup", "sign-up", anyone("/signup")],
  ["/signup", "sign-up, wrong", anyone("/signup", (page) => wrong(page, {})), { status: 422 }],
  ["/signup/{token}", "sign-up, link gone", anyone("/signup/0000"), { status: 404 }],
  ["/reset", "reset", anyone("/reset")],
  ["/reset/{token}", "reset, link gone", anyone("/reset/0000"), { status: 404 }],
  ["/invite/{token}", "invitation gone", anyone("/invite/0000"), { status: 404 }],
  ["/account/email/{token}", "address, link gone", anyone("/account/email/0000"), { status: 404 }],
  ["/nothing-here", "nothing", anyone("/nothing-here"), { status: 404 }],
  ["/market", "not signed in", anyone("/market"), { status: 401 }],
  ["/market", "not allowed", farmer("/market"), { status: 403 }],
  ["/account", "account", farmer("/account")],
  ["/account/tokens", "tokens", farmer("/account/tokens")],
  ["/orders", "my orders, none", manager("/orders")],
  ["/notifications", "notifications", farmer("/notifications")],
  ["/farms/new", "sell here", manager("/farms/new")],
  ["/farms/new", "sell here, wrong", manager("/farms/new", (page) => wrong(page, { "#f-name": "" })), { status: 422 }],

  ["/farm/board", "board", farmer("/farm/board", live), { work: true }],
  ["/farm/board", "board, all open", farmer("/farm/board", async (page) => {
    await live(page);
    for (const n of [1, 3]) await page.locator(".orders > li > details > summary").nth(n).click();
  }), { work: true }],
  ["/farm/board", "board, several", farmer("/farm/board?pick=all"), { work: true }],
  ["/farm/board", "board, collected", farmer("/farm/board?show=collected"), { work: true }],
  ["/farm/board", "board of a manager", manager("/farm/board", live), { work: true }],
  ["/farm/orders/{id}", "order", farmer("/farm/board", first("/farm/orders/")), { work: true }],
  ["/farm/orders/{id}", "order, to pack", farmer("/farm/board?show=packing", first("/farm/orders/")), { work: true }],
  ["/farm/orders/{id}/short", "order, found less", farmer("/farm/board?show=packing", async (page) => {
    await first("/farm/orders/")(page);
    if ((await page.locator(".pick .got").count()) === 0) return;
    if (!(await page.locator(".pick .got").first().evaluate((el) => el.open))) await page.locator(".pick .got summary").first().click();
    await page.locator(".pick .got input[name=got]").first().fill("0");
    await page.locator(".pick .got button").first().click();
    await page.waitForURL(/short/);
  }), { work: true, status: [200, 422] }],
  ["/farm/harvest", "harvest", farmer("/farm/harvest"), { work: true }],
  ["/farm/harvest", "harvest, nothing", farmer("/farm/harvest?day=2031-01-01"), { work: true, status: [200, 404] }],
  ["/farm/slips", "slips", farmer("/farm/slips"), { work: true }],
  ["/farm/labels", "labels", farmer("/farm/labels"), { work: true }],
  ["/farm/checkin", "stall", farmer("/farm/checkin"), { work: true }],
  ["/farm/checkin", "stall, nobody found", farmer("/farm/checkin?q=zebra"), { work: true }],
  ["/farm/checkin", "stall, one order", farmer("/farm/checkin", first("/farm/checkin")), { work: true }],
  ["/farm/late", "running late", farmer("/farm/late"), { work: true }],
  ["/farm/more", "more", farmer("/farm/more"), { work: true }],
  ["/farm/products", "products", farmer("/farm/products"), { work: true }],
  ["/farm/products/new", "new product", farmer("/farm/products/new"), { work: true }],
  ["/farm/products/new", "new product, wrong", farmer("/farm/products/new", (page) => wrong(page, { "#f-price": "cheap" })), { work: true, status: 422 }],
  ["/farm/products/{id}", "edit product", farmer("/farm/products", first("/farm/products/prd")), { work: true }],
  ["/farm/products/import", "table of products", farmer("/farm/products/import")],
  ["/farm/products/import", "table of products, seen", farmer("/farm/products/import", async (page) => {
    const buffer = Buffer.from("name,price,unit,category\nBeans,2.40,kg,leaf\nPears,cheap,kg,fruit\n");
    await page.locator("[type=file]").setInputFiles({ name: "products.csv", mimeType: "text/csv", buffer });
    await page.locator("main form button").first().click();
    await page.locator("main").getByText("Beans").first().waitFor();
  }), { status: [200, 422] }],
  ["/farm/settings", "farm settings", farmer("/farm/settings"), { work: true }],
  ["/farm/team", "team", farmer("/farm/team")],

  ["/market", "desk", manager("/market", live)],
  ["/market/orders", "desk: orders", manager("/market/orders")],
  ["/market/orders", "desk: orders, none", manager("/market/orders?q=zebra")],
  ["/market/users", "desk: people", manager("/market/users")],
  ["/market/users", "desk: people, none", manager("/market/users?q=zebra")],
  ["/market/days", "days", manager("/market/days")],
  ["/market/days/new", "new day", manager("/market/days/new")],
  ["/market/days/new", "new day, wrong", manager("/market/days/new", (page) => wrong(page, { "#date": nextSunday(), "[name=w1_from]": "" })), { status: 422 }],
  ["/market/days/{id}", "day", manager("/market/days", first("/market/days/day"))],
  ["/market/places", "places", manager("/market/places")],
  ["/market/places/new", "new place", manager("/market/places/new")],
  ["/market/places/new", "new place, wrong", manager("/market/places/new", (page) => wrong(page, {})), { status: 422 }],
  ["/market/places/{id}", "place", manager("/market/places", first("/market/places/plc"))],
  ["/market/farms", "farms of a manager", manager("/market/farms")],
  ["/market/settings", "settings", manager("/market/settings")],
  ["/market/settings", "settings, wrong", manager("/market/settings", (page) => wrong(page, { "[name=name]": "" })), { status: 422 }],
  ["/market/mails", "mails", manager("/market/mails")],
  ["/market/mails/{name}", "mail of an order", manager("/market/mails/order.placed")],
  ["/market/mails/{name}", "mail without a button", manager("/market/mails/account.email_changed?sent=yes")],
  ["/market/audit", "audit", manager("/market/audit")],
  ["/market/audit", "audit, none", manager("/market/audit?actor=usr_zebra")],
  ["/market/audit", "audit, wrong", manager("/market/audit?from=yesterday"), { status: [200, 422] }],
  ["/setup/done", "set up", manager("/setup/done")],
].map(([route, name, open, { work = false, status = 200 } = {}]) => ({ route, name, open, work, status }));

/** A market with nobody in it yet: what its first manager meets. */
export async function setUp(page, market) {
  await page.goto(market.setup_link);
  await page.locator("#name").fill("Riverside Market");
  await page.locator("#address").fill("Mill Street, Thornbury");
  await page.locator("#zone").selectOption("Europe/London");
  await page.locator("#currency").selectOption("GBP");
  await page.locator("main form button.go").click();
  await page.locator("#email").waitFor();
  await page.locator("#name").fill("Mara Owner");
  await page.locator("#email").fill("mara@example.org");
  await page.locator("main form button.go").click();
  await page.locator("#email").waitFor({ state: "detached" });
  await page.locator("#name").fill("Riverside Square");
  await page.locator("#address").fill("Mill Street 1");
  await page.locator("main form button.go").click();
  await page.waitForURL(/setup\/done/);
  return page.context().cookies();
}

/** Addresses of a market that was just set up, as its manager sees them. */
export const FRESH = ["/setup/done", "/", "/shop", "/farms", "/cart", "/market", "/market/orders", "/market/users", "/market/days",
  "/market/places", "/market/farms", "/market/settings", "/market/mails", "/market/audit", "/notifications", "/orders"];
