// Lighthouse as a phone meets the market: key pages, the median of three runs, and the gates below (`cargo x lighthouse`).
// It has a folder of its own because it brings two hundred packages which no other test needs.
import { readFile } from "node:fs/promises";
import lighthouse from "lighthouse";
import { PHONE, person, startBrowser, startMarket } from "../lib.mjs";
import { PAGES } from "../pages.mjs";

const RUNS = Number(process.env.LIGHTHOUSE_RUNS ?? 3);
const GATES = { performance: 95, accessibility: 100, "best-practices": 100, seo: 100 };
/**
 * Names of pages.mjs. SEO is for pages that may be found: the others say `noindex`, which that audit counts as a fault. And
 * of the shop its pages say that it is the start page, which the audit takes for a mistake.
 */
const PUBLIC = ["home", "product", "farms", "farm"];
const KEY = [...PUBLIC, "shop", "look-up", "cart", "checkout details", "track", "board", "harvest", "desk"];

const only = process.argv.slice(2);
const port = 9300 + (process.pid % 500);
const market = await startMarket("--load-test");
const browser = await startBrowser(`--remote-debugging-port=${port}`);
const faults = [];

/** The person's cookies, as a header: Lighthouse opens a tab of its own. */
async function way(name) {
  const found = PAGES.find((page) => page.name === name);
  const who = await person(browser, market, { viewport: PHONE });
  await found.open(who.page, market);
  const url = who.page.url();
  const cookies = (await who.context.cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  await who.close();
  return { url, headers: cookies ? { Cookie: cookies } : {} };
}

async function judge(name) {
  const { url, headers } = await way(name);
  const runs = [];
  for (let tries = 0; runs.length < RUNS; tries += 1) {
    const { lhr } = await lighthouse(url, { port, output: "json", logLevel: "error", onlyCategories: Object.keys(GATES), extraHeaders: headers });
    // On a busy machine a trace now and then has no beginning: that run says nothing of the page.
    if (lhr.runtimeError && tries < 2 * RUNS) continue;
    if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
    if (lhr.finalDisplayedUrl !== url) throw new Error(`${name}: ${url} led to ${lhr.finalDisplayedUrl}`);
    runs.push(lhr);
  }
  const scores = Object.keys(GATES).map((id) => {
    const sorted = [...runs].sort((a, b) => a.categories[id].score - b.categories[id].score);
    const middle = sorted[Math.floor(sorted.length / 2)];
    const score = Math.round(middle.categories[id].score * 100);
    const gated = id !== "seo" || PUBLIC.includes(name);
    if (gated && score < GATES[id]) faults.push(`${name}: ${id} ${score}, at least ${GATES[id]}\n${reasons(middle, id).join("\n")}`);
    return gated ? `${score}` : `(${score})`;
  });
  const lcp = runs.map((lhr) => lhr.audits["largest-contentful-paint"].numericValue).sort((a, b) => a - b)[Math.floor(RUNS / 2)];
  console.log([name.padEnd(18), ...scores.map((score) => score.padStart(7)), `${Math.round(lcp)} ms`.padStart(9)].join(" "));
}

/** The audits that took points from this category. */
function reasons(lhr, category) {
  return lhr.categories[category].auditRefs
    .map(({ id, weight }) => ({ weight, ...lhr.audits[id] }))
    .filter(({ weight, score }) => weight > 0 && score !== null && score < 0.9)
    .map(({ id, title, displayValue, details }) => {
      const where = (details?.items ?? []).slice(0, 4).map((item) => item.node?.snippet ?? item.url ?? item.description ?? "");
      return `    ${id}: ${title} ${displayValue ?? ""} ${where.join(" | ")}`;
    });
}

try {
  const { version } = JSON.parse(await readFile(new URL("node_modules/lighthouse/package.json", import.meta.url), "utf8"));
  console.log(`Lighthouse ${version}, mobile, median of ${RUNS}; in brackets what has no gate`);
  console.log(["page".padEnd(18), ...["speed", "access", "best", "SEO"].map((word) => word.padStart(7)), "LCP".padStart(9)].join(" "));
  for (const name of KEY.filter((name) => !only.length || only.includes(name))) await judge(name);
} finally {
  await browser.close();
  await market.stop();
}
if (faults.length) {
  console.error(faults.join("\n"));
  process.exitCode = 1;
}
