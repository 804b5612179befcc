// A page whose names look like markup and script: it shows them as text, and its structure is intact.
//   hostile.mjs --page FILE --name NAME --units REGISTER --of m-CODE,u-CODE --text THE NAME OF BOTH
import { Explorer, hashOf } from "./driver.mjs";
import { Report } from "./expected.mjs";
import { PHONE, Pages, download, options } from "./lib.mjs";

const { page: file, name, units, of, text } = options(["page", "name", "units", "of", "text"]);
const pages = await Pages.of(file, name);
const report = new Report(pages, units);
const targets = of.split(",");

/** Faults of the document: an element that only a name can have created, text outside the parts of the page, an open
 * script. */
async function whole(page, fault) {
  const found = await page.evaluate(() => ({
    // The templates write <b> only in the band and in key figures.
    bold: [...document.querySelectorAll("b")].filter((e) => e.closest("p.band, dd") === null).map((e) => e.outerHTML),
    scripts: [...document.scripts].map((script) => script.textContent.length),
    parts: [...document.body.childNodes].filter((e) => e.nodeType === Node.TEXT_NODE && e.textContent.trim() !== ""),
    ends: document.querySelectorAll("#overview, #matrix, #ledger, #seats, #quality, #methods").length,
  }));
  for (const html of found.bold) fault(`an element out of a name: ${html.slice(0, 120)}`);
  if (found.parts.length > 0) fault("text beside the parts of the page");
  if (found.scripts.length > 0 && found.scripts.some((length) => length < 100)) fault("a script ends early");
  if (found.ends !== 6) fault(`${found.ends} parts of 6`);
  if (!(await page.locator("main").textContent()).includes(text)) fault(`${text} does not stand in the page`);
}

await pages.step("names are text without a script", async (fault) =>
  whole(await pages.open({ script: false }), fault),
);

await pages.step("names are text in every view", async (fault) => {
  for (const viewport of [undefined, PHONE]) {
    const explorer = await Explorer.open(pages, { viewport });
    const { page, section } = explorer;
    await whole(page, fault);
    for (const target of targets) {
      for (const view of ["map", "matrix", "sankey", "units"]) {
        for (const side of ["home", "provider"]) {
          const state = {
            year: report.year,
            snapshot: "october",
            programme: "all",
            side,
            of: target,
            view,
            with: "",
          };
          await explorer.show(state);
          await whole(page, fault);
          const shown = await section.evaluate(
            (e) => `${e.textContent} ${e.querySelector("input[name=search]").value}`,
          );
          if (!shown.includes(text)) fault(`${hashOf(state)}: the name does not show`);
        }
      }
    }
  }
});

await pages.step("the search finds the names and shows them as text", async (fault) => {
  const explorer = await Explorer.open(pages);
  const { page, section } = explorer;
  await section.locator('input[name="search"]').fill(text.slice(0, 12));
  for (const target of targets) {
    const option = section.locator(`[role="option"][data-of="${target}"]`);
    await option.waitFor({ timeout: 2000 });
    if (!(await option.textContent()).includes(text)) fault(`${target} is offered as ${await option.textContent()}`);
  }
  await whole(page, fault);
});

await pages.step("what is taken along holds the names as text", async (fault) => {
  const explorer = await Explorer.open(pages);
  const { page, section } = explorer;
  const side = "home";
  await explorer.show({
    year: report.year,
    snapshot: "october",
    programme: "all",
    side,
    of: targets[0],
    view: "map",
    with: "",
  });
  const svg = await download(page, section.locator('button[data-export="svg"]'));
  const read = await page.evaluate((svg) => {
    const picture = new DOMParser().parseFromString(svg, "image/svg+xml");
    const wrong = picture.querySelector("parsererror, b, script");
    return { wrong: wrong?.outerHTML, text: picture.documentElement.textContent };
  }, svg.bytes.toString("utf8"));
  if (read.wrong !== undefined) fault(`in the SVG: ${read.wrong.slice(0, 200)}`);
  if (!/[\w.-]+\.svg$/.test(svg.name) || /[<>&"'/]/.test(svg.name)) fault(`the picture is called ${svg.name}`);
  const png = await download(page, section.locator('button[data-export="png"]'));
  if (png.bytes.subarray(1, 4).toString() !== "PNG") fault("the image is no PNG");
  const csv = (await download(page, section.locator('button[data-export="csv"]'))).bytes.toString("utf8");
  if (csv.includes(text) && text.includes('"')) fault("a quote in a field of CSV is not doubled");
});

await pages.end();
