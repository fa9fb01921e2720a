/** Looking at a page: its picture, its rules for the blind, its width; and the words it speaks. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pictures } from "./house.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export function words(language) {
  return JSON.parse(readFileSync(new URL(`../src/words/${language}.json`, import.meta.url), "utf8"));
}

/** Looks at the page as a machine for the blind would, and as a person would. */
export async function look(page, name) {
  await page.waitForTimeout(350);
  await page.screenshot({ path: `${pictures}/${name}.png` });
  await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] }));
  const said = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => `${node.target} ${node.any.map((why) => why.message).join("; ")}`).slice(0, 4).join(" | ")}`);
  assert.deepEqual(said, [], `${name} is accessible`);
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(width <= 0, `${name} does not scroll sideways`);
}
