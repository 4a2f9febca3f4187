// What valid HTML is here: html-validate's standard and its rules for accessibility, but for what is written below.
import { HtmlValidate } from "html-validate";

const PAGE = {
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
};

/** Mail programs know less than browsers: tables carry the layout, and a style is kept only where it is used. */
export const MAIL = {
  ...PAGE,
  rules: {
    ...PAGE.rules,
    // Style sheets are thrown away by half of the programs.
    "no-inline-style": "off",
    // Outlook reads `cellspacing`, `align` and their kin, and not the styles that replace them.
    "no-deprecated-attr": "off",
    // Every parser puts it there by itself; a mail is cut off when it is too long.
    "prefer-tbody": "off",
  },
};

const validators = new Map([PAGE, MAIL].map((rules) => [rules, new HtmlValidate(rules)]));

/** What is wrong with this document, one line for each fault. */
export async function faults(html, rules = PAGE) {
  const { results } = await validators.get(rules).validateString(html);
  return results.flatMap(({ messages }) => messages.map(({ ruleId, message, line, column, selector }) => `${line}:${column} ${ruleId}: ${message} (${selector})`));
}
