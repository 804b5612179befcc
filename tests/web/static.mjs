// The page as a document: complete without scripts, on a wide screen, a phone and paper, light and dark, and
// accessible.
//   static.mjs --page FILE --name NAME --lang sv|en
// The tables of the same report are next to the page; pictures are saved in pages/web of the target folder.
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { NARROW, PHONE, Pages, WIDE, digits, kept, options, table, tooWide } from "./lib.mjs";

const { page: file, name, lang } = options(["page", "name", "lang"]);
const pages = await Pages.of(file, name);

/** The region's headline of a year, from the table. */
function headline(year) {
  const is = { year, snapshot: "october", population: "national", home: "ALL", programme: "ALL" };
  return table(pages, "shares").find((row) => Object.entries(is).every(([column, value]) => row[column] === value));
}

const { year } = JSON.parse(readFileSync(join(file, "../manifest.json"), "utf8"));
const region = headline(String(year));
const homes = new Set(
  table(pages, "shares")
    .map((row) => row.home)
    .filter((home) => home !== "ALL"),
);

/** Faults of the document: headline, tables, a map of both sides for every municipality. */
async function whole(page, fault) {
  if ((await page.locator("html").getAttribute("lang")) !== lang) fault(`the language is not ${lang}`);
  const lead = digits(await page.locator("#overview .headline").innerText());
  for (const column of ["cross_provider", "students"]) {
    if (!lead.includes(region[column])) fault(`the headline does not say ${region[column]} (${column})`);
  }
  for (const home of homes) {
    const section = page.locator(`section#m-${home}`);
    const maps = section.locator("figure svg:has(title)");
    if ((await maps.count()) < 2) fault(`m-${home} has ${await maps.count()} pictures`);
    for (const map of (await maps.all()).slice(0, 2)) {
      const box = await map.boundingBox();
      if (box === null || box.width < 100) fault(`a picture of m-${home} does not show`);
    }
    if ((await section.locator("table").count()) < 1) fault(`m-${home} has no table`);
  }
  const tables = page.locator("main table");
  if ((await tables.count()) < homes.size + 5) fault(`${await tables.count()} tables`);
  const unnamed = await tables.evaluateAll((all) => all.filter((one) => one.querySelector("th") === null).length);
  if (unnamed > 0) fault(`${unnamed} tables have no head`);
  const internal = (await page.locator("p.band").count()) > 0;
  if (internal !== name.startsWith("internal")) fault(`the mark INTERN: ${internal}`);
  const twice = await page.evaluate(() => {
    const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
    return ids.filter((id, i) => ids.indexOf(id) !== i);
  });
  for (const id of new Set(twice))
    fault(`the id ${id} stands ${twice.filter((other) => other === id).length + 1} times`);
  const lost = await page.evaluate(() =>
    [...document.querySelectorAll('main a[href^="#"], nav a[href^="#"]')]
      .map((link) => decodeURIComponent(link.getAttribute("href").slice(1)))
      .filter((id) => id !== "" && !id.startsWith("?") && document.getElementById(id) === null),
  );
  for (const id of new Set(lost)) fault(`a link leads to #${id}, which is not there`);
}

await pages.step("whole without a script", async (fault) => {
  const page = await pages.open({ script: false });
  await whole(page, fault);
  if (await page.locator("#explore").isVisible()) fault("the explorer shows, and nothing can answer");
  await pages.keep(page, "no-script");
});

await pages.step("whole with its script", async (fault) => {
  const page = await pages.open();
  await whole(page, fault);
  await pages.keep(page, "wide");
});

const PARTS = ["overview", "matrix", "municipalities", "ledger", "seats", "quality", "methods"];
for (const [kind, viewport] of Object.entries({ wide: WIDE, phone: PHONE })) {
  await pages.step(`addresses lead to the parts: ${kind}`, async (fault) => {
    const page = await pages.open({ viewport });
    for (const id of PARTS) {
      await page.evaluate((id) => (location.hash = `#${id}`), id);
      await page.waitForTimeout(100);
      const top = await page.locator(`#${id}`).evaluate((part) => part.getBoundingClientRect().top);
      if (Math.abs(top) > viewport.height / 2) fault(`#${id} leads to ${Math.round(top)} px from the top`);
      await pages.keep(page, `${kind}-${id}`);
    }
  });
}

for (const [kind, viewport] of Object.entries({ wide: WIDE, phone: PHONE, narrow: NARROW })) {
  await pages.step(`nothing is wider than the window: ${kind}`, async (fault) => {
    for (const script of [true, false]) {
      const page = await pages.open({ viewport, script });
      (await tooWide(page)).forEach(fault);
      await pages.keep(page, `${kind}-top${script ? "" : "-no-script"}`);
    }
  });
}

for (const scheme of ["light", "dark"]) {
  await pages.step(`nothing serious for axe: ${scheme}`, async (fault) => {
    const page = await pages.open({ scheme });
    if (scheme === "dark") await pages.keep(page, "dark");
    (await pages.axe(page)).forEach(fault);
  });
}

await pages.step("nothing serious for axe on a phone", async (fault) => {
  (await pages.axe(await pages.open({ viewport: PHONE }))).forEach(fault);
});

await pages.step("the first key leads past the contents", async (fault) => {
  const page = await pages.open();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  const focused = await page.evaluate(() => document.activeElement?.id);
  if (focused !== "main") fault(`Tab and Enter lead to ${focused || "nothing"} instead of main`);
});

await pages.step("it can be printed", async (fault) => {
  for (const script of [true, false]) {
    const page = await pages.open({ script });
    const path = join(kept, `${name}-print${script ? "" : "-no-script"}.pdf`);
    await page.pdf({ path, format: "A4", preferCSSPageSize: true });
    if (statSync(path).size < 50_000) fault(`a PDF of ${statSync(path).size} bytes`);
    if (readFileSync(path).subarray(0, 5).toString() !== "%PDF-") fault("what is printed is no PDF");
  }
});

await pages.end();
