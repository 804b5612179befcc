// Speed of a page: milliseconds from the start of loading to the first view, and from a choice to the picture. Prints
// JSON.
//   speed.mjs --page FILE [--most-bytes N --most-first MS --most-view MS]
import { statSync } from "node:fs";
import { Explorer, hashOf } from "./driver.mjs";
import { Pages, chance, options } from "./lib.mjs";

const limits = options(["page"]);
const LOADS = 5;
const CHANGES = 120;

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const rounded = (ms) => Math.round(ms * 10) / 10;
const told = (list) => ({
  median: rounded(median(list)),
  most: rounded(Math.max(...list)),
  of: list.length,
});

const pages = await Pages.of(limits.page, "speed");
const result = { bytes: statSync(pages.file).size };

await pages.step("first view", async (fault) => {
  const loads = [];
  for (let i = 0; i < LOADS; i += 1) {
    const { page } = await Explorer.open(pages);
    loads.push(await page.evaluate(() => performance.getEntriesByName("elevflode-first-view")[0]?.startTime));
  }
  if (loads.includes(undefined)) fault("no mark elevflode-first-view");
  else result.first_view_ms = told(loads);
});

await pages.step("changes", async (fault) => {
  const explorer = await Explorer.open(pages);
  const { page } = explorer;
  const next = chance(1);
  const pick = (list) => list[Math.floor(next() * list.length)];
  const choices = { side: ["home", "provider"], view: ["map", "matrix", "sankey", "units"], with: [""] };
  for (const name of ["year", "snapshot", "programme"]) choices[name] = await explorer.values(name);
  const places = (await explorer.values("with")).filter((value) => value.startsWith("m-"));
  choices.with.push(...places.slice(0, 5));
  await explorer.tab("matrix");
  const by = {};
  for (let i = 0; i < CHANGES; i += 1) {
    const was = explorer.state();
    // Another municipality or unit by a click in the picture; everything else by the controls.
    const control = pick([...Object.keys(choices), "of"]);
    let [took, value] = [undefined, pick((choices[control] ?? []).filter((value) => value !== was[control]))];
    if (control === "of") {
      const on = explorer.section.locator(
        'figure.picture g.node[role="link"], figure.picture [data-home][data-place]',
      );
      const count = await on.count();
      if (count === 0) continue;
      value = "of a click";
      const click = (e) => window.drawn(() => e.dispatchEvent(new MouseEvent("click", { bubbles: true })));
      took = await on.nth(Math.floor(next() * count)).evaluate(click);
      if (hashOf(explorer.state()) === hashOf(was)) continue;
    } else {
      const offered =
        control === "side" ? explorer.section.locator('fieldset:not([hidden]) input[name="side"]') : undefined;
      if (value === undefined || (offered !== undefined && (await offered.count()) === 0)) continue;
      if (control === "with" && !(await explorer.values("with")).includes(value)) continue;
      took = control === "view" ? await explorer.tab(value) : await explorer.choose(control, value);
    }
    if (took === undefined) fault(`${control} ${value} draws nothing, from ${hashOf(was)}`);
    else (by[explorer.state().view] ??= []).push(took);
  }
  const all = Object.values(by).flat();
  if (all.length < 30) fault(`only ${all.length} changes were measured`);
  else result.view_ms = told(all);
  result.by_view = Object.fromEntries(Object.entries(by).map(([view, list]) => [view, told(list)]));
});

await pages.step("limits", async (fault) => {
  const found = { bytes: result.bytes, first: result.first_view_ms?.median, view: result.view_ms?.median };
  for (const [name, value] of Object.entries(found)) {
    const most = limits[`most-${name}`];
    if (most !== undefined && !(value <= Number(most))) fault(`${name}: ${value} is more than ${most}`);
  }
});

console.log(JSON.stringify(result, null, 2));
await pages.end();
