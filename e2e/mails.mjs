// Every mail as people get it, to be looked at: node mails.mjs FOLDER [NAME …]; FOLDER holds the mails' HTML (`cargo x mails` fills
// it) and gets pictures: one of each mail, and sheets of many. What a glance would miss is an error: a mail wider than its
// window, a button cut off, a contrast that is too low.
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import AxeBuilder from "@axe-core/playwright";
import { startBrowser } from "./lib.mjs";
import { faults as invalid, MAIL } from "./valid.mjs";

const folder = process.argv[2];
// In the languages people read, and with the longest names in one of them; further arguments choose by what a name holds.
const only = process.argv.slice(3);
const shown = (name) => name.endsWith(".html") && !name.includes("-qps") && !/^long-.*-es/.test(name);
const asked = (name) => !only.length || only.some((part) => name.includes(part));
const files = (await readdir(folder)).filter((name) => shown(name) && asked(name)).sort();
if (!files.length) throw new Error(`no mails in ${folder}`);
const pictures = join(folder, "pictures");
await mkdir(pictures, { recursive: true });

const browser = await startBrowser();
const faults = [];
const sheets = new Map();
for (const file of files) {
  const html = await readFile(join(folder, file), "utf8");
  faults.push(...(await invalid(html, MAIL)).map((fault) => `${file}: ${fault}`));
}
try {
  for (const scheme of ["light", "dark"]) {
    for (const width of [320, 600]) {
      const context = await browser.newContext({ viewport: { width, height: 640 }, colorScheme: scheme });
      const page = await context.newPage();
      for (const file of files) {
        const html = await readFile(join(folder, file), "utf8");
        await page.setContent(html);
        const name = file.replace(".html", "");
        const found = await page.evaluate(look);
        const { violations } = await new AxeBuilder({ page }).withRules(["color-contrast"]).analyze();
        found.push(...violations.flatMap((v) => v.nodes.map((node) => `contrast: ${node.html.slice(0, 120)}`)));
        faults.push(...found.map((fault) => `${name}, ${scheme}, ${width}: ${fault}`));
        const path = join(pictures, `${name}-${scheme}-${width}.png`);
        await page.screenshot({ path, fullPage: true });
        // A sheet holds one group of mails in one look; the longest mails would hide the others.
        const group = `${name.split("-", 1)[0]}-${name.split("-").at(-1)}-${scheme}-${width}`;
        sheets.set(group, [...(sheets.get(group) ?? []), html]);
      }
      await context.close();
    }
  }
  for (const [group, mails] of sheets) {
    const [, , scheme, width] = group.split("-");
    const context = await browser.newContext({ viewport: { width: (Number(width) + 8) * 6, height: 900 }, colorScheme: scheme });
    const page = await context.newPage();
    const frame = (html) => `<iframe style="border:0" width="${width}" height="900" srcdoc="${html.replaceAll("&", "&amp;").replaceAll('"', "&quot;")}"></iframe>`;
    await page.setContent(`<body style="margin:0;background:#888;display:flex;flex-wrap:wrap;gap:8px">${mails.map(frame).join("")}`);
    await page.waitForTimeout(300);
    await page.screenshot({ path: join(pictures, `sheet-${group}.png`), fullPage: true });
    await context.close();
  }
} finally {
  await browser.close();
}
await writeFile(join(folder, "faults.txt"), faults.join("\n"));
console.log(`${files.length} mails, pictures in ${pictures}`);
if (faults.length) {
  console.error(faults.join("\n"));
  process.exitCode = 1;
}

/** Runs in the mail: what does not fit. */
function look() {
  const found = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) found.push(`scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`);
  for (const el of document.querySelectorAll("a, h1, h2, p, td, th")) {
    const box = el.getBoundingClientRect();
    if (box.right > root.clientWidth + 0.5) found.push(`${el.tagName} “${el.textContent.trim().slice(0, 30)}” ends at ${box.right}`);
    if (el.tagName === "A" && box.height < 44) found.push(`the button is ${box.height} high`);
  }
  return found;
}
