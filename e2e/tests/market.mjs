// A whole market, from an empty folder to an order that is ready: set up, farms, a day, a customer.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { DESK, PHONE, layoutFaults, live, mailedLink, person, startBrowser, startEmptyMarket } from "../lib.mjs";

let browser;
before(async () => (browser = await startBrowser()));
after(() => browser?.close());

const WORDS = {
  en: {
    preparing: "This market is being set up",
    setup: "Set up your market",
    next: "Save and go on",
    account: "Your account",
    place: "Where and when people collect",
    finish: "Finish",
    ready: "Riverside Market is ready",
    sell: "Sell at this market",
    signIn: "Sign in first",
    makeAccount: "Make an account",
    make: "Make the account",
    look: "We have sent a mail to",
    confirm: "Confirm the address",
    apply: "Apply",
    notYet: "The market has not approved this farm yet",
    approve: "Approve",
    sells: "Sells",
    add: "Add a product",
    save: "Save",
    left: /12\s.*left/,
    copy: "Copy the last day, a week later",
    plan: "Plan this day",
    draft: "Draft",
    announce: "Announce it",
    open: "Open for orders now",
    opened: "Open for orders",
    orderBy: /^Order by .* for .*day/,
    products: "3 products from 3 farms",
    details: "Continue to details",
    pickup: "Continue to pickup",
    check: "Continue to confirm",
    order: "Place order",
    thanks: "Your order is placed",
    sent: "We are sending you a mail",
    placed: "Order placed",
    confirmed: "1 of 3 farms confirmed",
    confirmOrder: "Confirm",
    packing: "Start packing",
    again: "Check again",
  },
  es: {
    preparing: "Este mercado se está preparando",
    setup: "Prepara tu mercado",
    next: "Guardar y seguir",
    account: "Tu cuenta",
    place: "Dónde y cuándo se recoge",
    finish: "Terminar",
    ready: "Riverside Market está listo",
    sell: "Vender en este mercado",
    signIn: "Entra primero",
    makeAccount: "Crear una cuenta",
    make: "Crear la cuenta",
    look: "Hemos enviado un correo a",
    confirm: "Confirmar la dirección",
    apply: "Solicitar",
    notYet: "El mercado aún no ha aprobado esta granja",
    approve: "Aprobar",
    sells: "Vende",
    add: "Añadir un producto",
    save: "Guardar",
    left: /12/,
    copy: "Copiar el último día, una semana después",
    plan: "Planificar este día",
    draft: "Borrador",
    announce: "Anunciarlo",
    open: "Abrir a pedidos ahora",
    opened: "Abierto a pedidos",
    orderBy: /^Pide hasta .* para /,
    products: "3 productos de 3 granjas",
    details: "Seguir con tus datos",
    pickup: "Seguir con la recogida",
    check: "Seguir y confirmar",
    order: "Hacer el pedido",
    thanks: "Tu pedido está hecho",
    sent: "Te enviamos un correo",
    placed: "Pedido recibido",
    confirmed: "Confirmado por 1 de 3 granjas",
    confirmOrder: "Confirmar",
    packing: "Preparar",
    again: "Mirar otra vez",
  },
};

const FARMS = [
  { farm: "Hill Row Farm", town: "Thornbury", product: "Carrots", price: "1.80", unit: "bunch", category: "root", name: "Rosa Keller", mail: "rosa@example.org" },
  { farm: "Marsh Lane Dairy", town: "Alveston", product: "Hard cheese", price: "24", unit: "each", category: "dairy", name: "Tom Marsh", mail: "tom@example.org" },
  { farm: "Oak Bakery", town: "Thornbury", product: "Rye loaf", price: "4.20", unit: "loaf", category: "bread", name: "Ida Oak", mail: "ida@example.org" },
];

async function shows(page, text) {
  await page.getByText(text).first().waitFor({ timeout: 10_000 });
}

async function fits(page, smallest = 44) {
  assert.deepEqual(await layoutFaults(page, smallest), [], page.url());
}

/** The link that the terminal shows, three steps, and the market's page is a manager's. */
async function setUp(page, market, w) {
  await page.goto("/");
  await shows(page, w.preparing);
  await fits(page);
  await page.goto(market.setup_link);
  await shows(page, w.setup);
  await fits(page);
  await page.locator("#name").fill("Riverside Market");
  await page.locator("#address").fill("Mill Street, Thornbury");
  await page.locator("#zone").selectOption("Europe/London");
  await page.locator("#currency").selectOption("GBP");
  await page.getByRole("button", { name: w.next }).click();
  await page.getByRole("heading", { level: 1, name: w.account }).waitFor();
  await fits(page);
  await page.locator("#name").fill("Mara Owner");
  await page.locator("#email").fill("mara@example.org");
  await page.getByRole("button", { name: w.next }).click();
  await page.getByRole("heading", { level: 1, name: w.place }).waitFor();
  await fits(page);
  await page.locator("#name").fill("Riverside Square");
  await page.locator("#address").fill("Mill Street 1");
  await page.getByRole("button", { name: w.finish }).click();
  await shows(page, w.ready);
  await fits(page);
}

/** From the shop's door to a farm that waits for an answer. */
async function join(page, market, w, who) {
  await page.goto("/");
  await page.getByRole("link", { name: w.sell }).first().click();
  await page.getByRole("heading", { level: 1, name: w.signIn }).waitFor();
  await fits(page);
  await page.getByRole("link", { name: w.makeAccount }).click();
  await page.locator("#name").fill(who.name);
  await page.locator("#email").fill(who.mail);
  await page.locator("#password").fill("seven sober hens");
  await page.getByRole("button", { name: w.make }).click();
  await shows(page, w.look);
  await fits(page);
  const link = await mailedLink(market, /\/signup\/[0-9a-f]+/, who.mail);
  await page.goto(link);
  await page.getByRole("button", { name: w.confirm }).click();
  await page.getByRole("link", { name: w.sell }).first().click();
  await page.locator("#f-name").fill(who.farm);
  await page.locator("#f-town").fill(who.town);
  await fits(page);
  await page.getByRole("button", { name: w.apply }).click();
  await shows(page, w.notYet);
  await fits(page);
}

async function approveAll(page, w) {
  await page.goto("/market/farms");
  for (const { farm } of FARMS) {
    const row = page.locator(".rows > li").filter({ hasText: farm });
    await row.getByRole("button", { name: w.approve }).click();
    await row.getByText(w.sells, { exact: true }).waitFor();
  }
  await fits(page);
}

async function addProduct(page, w, { product, price, unit, category }) {
  await page.goto("/farm/products");
  await page.getByRole("link", { name: w.add }).click();
  await page.locator("#f-name").fill(product);
  await page.locator("#f-price").fill(price);
  await page.locator("#f-unit").selectOption(unit);
  const more = page.locator("details.rest");
  if (!(await more.evaluate((el) => el.open))) await more.locator("summary").click();
  await page.locator("#f-category").selectOption(category);
  await page.locator("#f-stock").fill("12");
  await fits(page);
  await page.getByRole("button", { name: w.save }).click();
  await shows(page, product);
  await shows(page, w.left);
  await fits(page);
}

/** A second day beside the one of the set-up: as a draft, announced, opened. */
async function makeDay(page, w) {
  await page.goto("/market/days");
  await fits(page);
  await page.getByRole("link", { name: w.copy }).click();
  await page.locator("#draft").check();
  await fits(page);
  await page.getByRole("button", { name: w.plan }).click();
  await shows(page, `${w.draft}.`);
  await fits(page);
  await page.getByRole("button", { name: w.announce }).click();
  await page.getByRole("button", { name: w.open }).click();
  await shows(page, `${w.opened}.`);
}

async function buy(page, w) {
  await page.goto("/");
  await page.getByRole("heading", { level: 1, name: w.orderBy }).waitFor();
  for (const { product } of FARMS) {
    const tile = page.locator(".tile").filter({ hasText: product });
    await tile.locator("[name=more]").click();
    await tile.locator("output").waitFor();
  }
  await fits(page);
  await page.goto("/cart");
  await shows(page, w.products);
  await page.getByRole("link", { name: w.details }).click();
  await page.locator("#name").fill("Ana Lopez");
  await page.locator("#email").fill("ana@example.org");
  await page.getByRole("button", { name: w.pickup }).click();
  await page.locator(".opt").last().click();
  await page.getByRole("button", { name: w.check }).click();
  await shows(page, "Ana Lopez");
  await fits(page);
  await page.getByRole("button", { name: w.order }).click();
  await shows(page, w.thanks);
  await shows(page, w.sent);
  await fits(page);
  return (await page.locator("h1").textContent()).trim();
}

for (const [js, viewport, lang] of [[true, PHONE, "en"], [true, DESK, "es"], [false, PHONE, "es"], [false, DESK, "en"]]) {
  test(`a market from nothing to an order, ${lang}, ${viewport.width}, ${js ? "with" : "without"} script`, async () => {
    const w = WORDS[lang];
    const market = await startEmptyMarket();
    try {
      const someone = (more) => person(browser, market, { js, viewport, lang, ...more });
      const owner = await someone();
      await setUp(owner.page, market, w);
      const farmers = [];
      for (const who of FARMS) {
        const farmer = await someone();
        farmers.push(farmer);
        await join(farmer.page, market, w, who);
      }
      await approveAll(owner.page, w);
      for (const [nth, who] of FARMS.entries()) await addProduct(farmers[nth].page, w, who);
      await makeDay(owner.page, w);
      const guest = await someone();
      const code = await buy(guest.page, w);
      const customer = await someone();
      await customer.page.goto(await mailedLink(market, /\/t\/[0-9a-f]{32}/, code));
      await shows(customer.page, w.placed);
      await shows(customer.page, code);
      await fits(customer.page);
      if (js) await live(customer.page);
      await advance(farmers[0].page, w, code, viewport);
      if (!js) {
        await customer.page.getByRole("link", { name: w.again }).click();
      }
      await shows(customer.page, w.confirmed);
      for (const one of [owner, guest, customer, ...farmers]) {
        // A page that asks to sign in is answered 401, which the console reports.
        assert.deepEqual(one.troubles.filter((trouble) => !trouble.includes("401")), []);
        await one.close();
      }
    } finally {
      await market.stop();
    }
  });
}

/** One tap at the board moves this farm's part. */
async function advance(page, w, code) {
  await page.goto("/farm/board");
  const row = page.locator(".orders > li").filter({ hasText: code });
  await row.getByRole("button", { name: w.confirmOrder }).click();
  await row.getByRole("button", { name: w.packing }).waitFor();
  await fits(page);
}
