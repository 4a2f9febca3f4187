// Pictures of every page, to be looked at: node look.mjs FOLDER [NAME …] (`cargo x look`). Each page full, empty and wrong,
// in three widths and in each look people may choose; FOLDER/index.html shows all of them side by side.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { layoutFaults, person, startBrowser, startEmptyMarket, startMarket } from "./lib.mjs";
import { FRESH, PAGES, setUp } from "./pages.mjs";

const [folder, ...only] = process.argv.slice(2);
const asked = (name) => !only.length || only.some((part) => name.includes(part));
const SIZES = [[360, 740], [768, 1024], [1280, 900]].filter(([width]) => !process.env.LOOK_WIDTHS || process.env.LOOK_WIDTHS.split(",").includes(`${width}`));
const LOOKS = ["light", "dark", "field"].filter((look) => !process.env.LOOK_THEMES || process.env.LOOK_THEMES.split(",").includes(look));
const faults = [];
const shown = [];

async function picture(page, name, width, look) {
  const file = `${name.replace(/[^a-z0-9]+/gi, "-")}-${width}-${look}`;
  // What is fixed to the window would lie over the middle of a whole page.
  await page.screenshot({ path: join(folder, `${file}-first.png`) });
  await page.screenshot({ path: join(folder, `${file}.png`), fullPage: true });
  faults.push(...(await layoutFaults(page, 44)).map((fault) => `${name}, ${width}, ${look}: ${fault}`));
  shown.push({ name, width, look, file });
}

async function everyLook(browser, market, name, work, open) {
  for (const [width, height] of SIZES) {
    for (const look of LOOKS.filter((look) => work || look !== "field")) {
      const who = await person(browser, market, { viewport: { width, height }, scheme: look === "dark" ? "dark" : "light" });
      try {
        if (look === "field") await who.context.addCookies([{ name: "theme", value: "field", url: market.url }]);
        await open(who.page, market, who.context);
        await picture(who.page, name, width, look);
      } catch (error) {
        faults.push(`${name}, ${width}, ${look}: ${error.message.split("\n")[0]} at ${who.page.url()}`);
      }
      await who.close();
    }
  }
}

await mkdir(folder, { recursive: true });
const browser = await startBrowser();
const market = await startMarket("--load-test");
const fresh = await startEmptyMarket();
try {
  for (const { name, open, work } of PAGES.filter((page) => asked(page.name))) await everyLook(browser, market, name, work, open);
  if (asked("fresh")) {
    await everyLook(browser, fresh, "fresh, not set up", false, (page) => page.goto("/"));
    await everyLook(browser, fresh, "fresh, first step", false, (page) => page.goto(fresh.setup_link));
    const owner = await person(browser, fresh);
    const cookies = await setUp(owner.page, fresh);
    await owner.close();
    for (const path of FRESH) {
      await everyLook(browser, fresh, `fresh ${path}`, false, async (page, _, context) => (await context.addCookies(cookies), page.goto(path)));
    }
  }
} finally {
  await browser.close();
  await market.stop();
  await fresh.stop();
}
const names = [...new Set(shown.map(({ name }) => name))];
const cell = ({ width, look, file }) => `<figure><a href="${file}.png"><img loading="lazy" src="${file}.png" width="${width / 3}" alt="${file}"></a><figcaption>${width} ${look}</figcaption></figure>`;
const row = (name) => `<h2>${name}</h2><div>${shown.filter((one) => one.name === name).map(cell).join("")}</div>`;
await writeFile(join(folder, "index.html"), `<!doctype html><meta charset="utf-8"><title>Every page</title><style>body{font:14px system-ui;background:#ccc}div{display:flex;gap:8px;align-items:start;overflow-x:auto}figure{margin:0}img{border:1px solid #888;background:#fff}</style>${names.map(row).join("")}`);
await writeFile(join(folder, "faults.txt"), faults.join("\n"));
console.log(`${shown.length} pictures of ${names.length} pages: ${join(folder, "index.html")}`);
if (faults.length) {
  console.error(faults.join("\n"));
  process.exitCode = 1;
}
