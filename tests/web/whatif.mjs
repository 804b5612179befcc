// The what-if of a unit's page: its numbers are those of the program's table of the same scenario.
//   whatif.mjs --page FILE --name NAME --cases FILE
// The cases are JSON, a list of { unit, programme, seats, rows }: `programme` is ALL or a code, `seats` null (it closes)
// or a change of seats, `rows` the rows of tables/whatif.csv of that scenario, column to text.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Explorer } from "./driver.mjs";
import { NARROW, PHONE, Pages, TALL, digits, options, stop, table, tooWide } from "./lib.mjs";

const { page: file, name, cases: path } = options(["page", "name", "cases"]);
if (!existsSync(path)) stop("there are no such cases");
const cases = JSON.parse(readFileSync(path, "utf8"));
const pages = await Pages.of(file, name);

const FATES = ["own_provider", "other_municipality", "independent", "region_state"];
const NOWHERE = "-";

/** What the page knows of its report. */
let data;
const fetched = async (page) =>
  (data ??= await page.evaluate(() => JSON.parse(document.getElementById("explorer-data").textContent)));

const titled = ({ unit, programme, seats }) =>
  `${unit} ${programme} ${seats === null ? "closes" : `${seats > 0 ? "+" : ""}${seats} seats`}`;

/** The page of a unit, with the what-if in the document. */
async function show(explorer, unit) {
  const { year, snapshot, population } = await fetched(explorer.page);
  const more = { year: String(year), snapshot, programme: population, side: "provider", view: "map", with: "" };
  await explorer.show({ ...more, of: `u-${unit}` });
  const part = explorer.section.locator("#unit #whatif");
  await part.locator("select").first().waitFor({ timeout: 5000 });
  return part;
}

/** Asks the question of a case by the controls. */
async function ask(part, { programme, seats }) {
  await part.locator('select[name="whatif-programme"]').selectOption(programme);
  await part.locator('select[name="whatif-measure"]').selectOption(seats === null ? "close" : "seats");
  if (seats !== null) await part.locator('input[name="whatif-seats"]').fill(String(seats));
}

/** The tables and the finding. */
const read = (part) =>
  part.evaluate((part) => {
    const cells = (row) =>
      [...row.querySelectorAll("td[data-fate]")].map((cell) => [cell.dataset.fate, cell.dataset.n]);
    return {
      finding: part.querySelector('.finding[aria-live="polite"]')?.textContent ?? "",
      homes: [...part.querySelectorAll("tr[data-home]")].map((row) => [
        row.dataset.home,
        { ...Object.fromEntries(cells(row)), [row.dataset.unplaced === undefined ? "" : "-"]: row.dataset.unplaced },
      ]),
      offers: [...part.querySelectorAll("tr[data-unit][data-programme]")].map((row) => [
        `${row.dataset.unit} ${row.dataset.programme}`,
        Number(row.dataset.n),
      ]),
      alternatives: [...part.querySelectorAll("#whatif-alternatives tr[data-unit]")].map((row) => [
        row.dataset.unit,
        row.querySelector("[data-share]").dataset.share,
        row.querySelector('[data-col="free"]').dataset.n,
      ]),
    };
  });

const add = (sums, key, n) => sums.set(key, (sums.get(key) ?? 0) + n);

/** Where a unit's students are, seen from their home. */
function fateOf(home, unit) {
  if (unit === NOWHERE) return NOWHERE;
  const provider = data.names.units[unit][2];
  const [, kind] = data.names.providers[provider];
  if (kind === "municipal") return provider === home ? "own_provider" : "other_municipality";
  return kind === "independent" ? "independent" : "region_state";
}

let compared = 0;

/** Faults of an internal release: every student of the program's rows is in each table. */
function internalFaults({ unit, programme, seats, rows }, { homes, offers, alternatives, finding }) {
  const faults = [];
  const isMore = seats !== null && seats > 0;
  const expect = (what, found, wanted) => {
    compared += 1;
    if (found !== wanted) faults.push(`${what} is ${found}, not ${wanted}`);
  };
  const columns = isMore ? ["ALL"] : ["ALL", ...FATES, NOWHERE];
  const shown = new Map(homes);
  const isNear = (home) => home === "?" || data.municipalities.includes(home);
  const [wanted, targets] = [new Map(), new Map()];
  for (const row of rows) {
    const n = Number(row.students);
    const code = shown.has(row.home) ? row.home : isNear(row.home) ? "REST" : "OUT";
    for (const home of [code, "ALL"]) {
      for (const fate of ["ALL", fateOf(row.home, row.to_unit)]) add(wanted, `${home} ${fate}`, n);
    }
    const [at, of] = isMore ? [row.from_unit, row.from_programme] : [row.to_unit, row.to_programme];
    if (at !== NOWHERE) add(targets, `${at} ${of}`, n);
  }
  const codes = new Set([...shown.keys(), ...[...wanted.keys()].map((key) => key.split(" ")[0])]);
  for (const home of codes) {
    // A sum of one row has no row of its own.
    if (home === "ALL" && !shown.has("ALL") && homes.length < 2) continue;
    for (const fate of columns) {
      const cell = shown.get(home)?.[fate];
      // A column without students can be missing.
      expect(`${home}, ${fate}`, cell === undefined ? 0 : Number(cell), wanted.get(`${home} ${fate}`) ?? 0);
    }
  }
  const total = wanted.get("ALL ALL") ?? 0;
  if (total > 0 && !digits(finding).includes(String(total))) faults.push(`"${finding}" does not say ${total}`);
  const listed = new Set(offers.map(([offer]) => offer));
  const rest = [...targets].filter(([offer]) => !listed.has(offer)).map(([, n]) => n);
  for (const [offer, n] of offers) {
    const isRest = offer === "REST REST";
    expect(offer, n, isRest ? rest.reduce((sum, n) => sum + n, 0) : (targets.get(offer) ?? 0));
  }
  if (rest.length > 0 && !listed.has("REST REST")) faults.push(`${rest.length} offers are in no row`);
  const sizes = offers.filter(([offer]) => offer !== "REST REST").map(([, n]) => n);
  if (sizes.some((n, i) => n > (sizes[i - 1] ?? n))) faults.push(`offers are not sorted: ${sizes}`);
  if (rest.some((n) => n > sizes.at(-1))) faults.push("an offer in the rest is larger than a listed one");
  if (programme === "ALL" && seats === null) {
    const is = (row) => row.year === String(data.year) && row.unit === unit && row.programme === "ALL";
    const all = table(pages, "diversion").filter((row) => is(row) && ![NOWHERE, "OTHER"].includes(row.to_unit));
    if (alternatives.length !== Math.min(5, all.length)) faults.push(`${alternatives.length} alternatives`);
    for (const [other, share, free] of alternatives) {
      const row = all.find((row) => row.to_unit === other);
      expect(`diversion to ${other}`, share, row?.diversion);
      expect(`free seats of ${other}`, free, row?.free_seats);
    }
    const least = Math.min(...alternatives.map(([, share]) => Number(share)));
    const left = all.filter((row) => !alternatives.some(([other]) => other === row.to_unit));
    if (left.some((row) => Number(row.diversion) > least)) faults.push("a nearer alternative is not listed");
  } else if (alternatives.length > 0) faults.push("alternatives of a unit that does not close");
  return faults;
}

/** Faults of a public release: a number is that of the program's row, or hidden if there is none. */
function publicFaults({ seats, rows }, { homes, offers, alternatives, finding }) {
  const faults = [];
  const isMore = seats !== null && seats > 0;
  const columns = isMore ? ["ALL"] : ["ALL", ...FATES, NOWHERE];
  const toUnit = (fate) => (FATES.includes(fate) ? `ALL-${fate}` : fate);
  const wanted = new Map(rows.map((row) => [`${row.home} ${row.to_unit}`, row.students]));
  const near = new Set(rows.filter((row) => row.to_unit === "ALL" && row.home !== "ALL").map((row) => row.home));
  const shown = new Map(homes);
  for (const [home, cells] of homes) {
    if (home === "REST") continue;
    near.delete(home);
    for (const fate of columns) {
      compared += 1;
      const told = wanted.get(`${home} ${toUnit(fate)}`) ?? "..";
      // A column without any student can be missing.
      const cell = cells[fate] ?? "..";
      if (cell !== told) faults.push(`${home}, ${fate} is ${cell}, not ${told}`);
    }
    // Who has no place is one number in the program's table.
    for (const fate of ["no_room", "no_alternative"]) {
      const [part, all] = [cells[fate], wanted.get(`${home} ${NOWHERE}`)];
      const isShown = /^\d+$/.test(part ?? "..");
      if (isShown && !(Number(part) <= Number(all))) faults.push(`${home}, ${fate} is ${part} of ${all}`);
    }
  }
  if (near.size > 0 && !shown.has("REST")) faults.push(`${[...near].join(", ")} have no row`);
  const all = wanted.get("ALL ALL");
  if (all !== undefined && !shown.has("ALL") && homes.length > 1) faults.push("no row of all");
  if (all === undefined && homes.length > 0) faults.push("rows of a number that is not released");
  if (all !== undefined && !digits(finding).includes(all)) faults.push(`"${finding}" does not say ${all}`);
  if (offers.length + alternatives.length > 0) faults.push("a public page tells units");
  return faults;
}

await pages.step("the what-if says what the program says", async (fault) => {
  const explorer = await Explorer.open(pages, { alone: true });
  await fetched(explorer.page);
  const faultsOf = data.release === "internal" ? internalFaults : publicFaults;
  for (const one of cases) {
    const part = await show(explorer, one.unit);
    await ask(part, one);
    const told = await read(part);
    const isSaid = told.finding.trim() !== "" && !/x-whatif|\{/.test(told.finding);
    if (!isSaid) fault(`${titled(one)}: it says "${told.finding}"`);
    for (const line of faultsOf(one, told)) fault(`${titled(one)}: ${line}`);
  }
  console.log(`      ${cases.length} cases, ${compared} numbers`);
  if (cases.length > 0 && compared === 0) fault("no number was compared");
});

/** The closing of a unit with most rows. */
const closings = cases.filter(({ programme, seats }) => programme === "ALL" && seats === null);
const first = closings.reduce((most, one) => (one.rows.length > most.rows.length ? one : most), closings[0]);

await pages.step("only the year of the report has a what-if", async (fault) => {
  const explorer = await Explorer.open(pages, { alone: true });
  if (!first) return;
  await show(explorer, first.unit);
  const { years, year } = data;
  for (const other of years.filter((one) => one !== year)) {
    await explorer.choose("year", String(other));
    if ((await explorer.section.locator("#whatif").count()) > 0) fault(`${other} has a what-if`);
  }
  await explorer.show({ ...explorer.state(), year: String(year), of: `m-${data.municipalities[0]}` });
  if ((await explorer.section.locator("#whatif").count()) > 0) fault("a municipality has a what-if");
});

await pages.step("keys alone ask and answer, and the question stays in other views", async (fault) => {
  const explorer = await Explorer.open(pages);
  const { page } = explorer;
  if (!first) return;
  let part = await show(explorer, first.unit);
  const value = (name) => part.locator(`[name="whatif-${name}"]`).inputValue();
  const finding = () => part.locator(".finding").textContent();
  const before = await finding();
  await part.locator("summary").focus();
  await page.keyboard.press("Enter");
  if (!(await part.locator("#whatif-homes").isVisible())) fault("Enter does not open the tables");
  await part.locator('select[name="whatif-programme"]').focus();
  await page.keyboard.press("ArrowDown");
  if ((await value("programme")) === "ALL") fault("the key ArrowDown chooses no programme");
  if ((await finding()) === before) fault("the finding stays");
  const [chosen, said] = [await value("programme"), await finding()];
  const unnamed = await part
    .locator("select, input")
    .evaluateAll((all) => all.filter((e) => (e.labels?.[0]?.textContent ?? "").trim() === "").length);
  if (unnamed > 0) fault(`${unnamed} controls have no name`);
  await explorer.tab("sankey");
  part = explorer.section.locator("#whatif");
  await part.locator("select").first().waitFor();
  if ((await value("programme")) !== chosen) fault(`another view asks about ${await value("programme")}`);
  if ((await finding()) !== said) fault("another view says something else");
  const isOpen = await part.locator("details").evaluate((e) => e.open);
  if (!isOpen) fault("the tables close with another view");
});

await pages.step("a number that is none is said to be none", async (fault) => {
  const explorer = await Explorer.open(pages, { alone: true });
  const one = cases.find(({ seats }) => seats !== null);
  if (!one) return;
  const part = await show(explorer, one.unit);
  await ask(part, one);
  for (const text of ["", "0", "1.5"]) {
    await part.locator('input[name="whatif-seats"]').fill(text);
    const told = await read(part);
    if (told.homes.length + told.offers.length > 0) fault(`${text} seats have an answer`);
    if (told.finding.trim() === "") fault(`nothing is said of ${text} seats`);
  }
  await part.locator('input[name="whatif-seats"]').fill("-100000");
  if ((await read(part)).finding.trim() === "") fault("nothing is said of -100000 seats");
});

await pages.step("it fits a phone, and axe finds nothing serious", async (fault) => {
  if (!first) return;
  const windows = { wide: TALL, phone: PHONE, narrow: NARROW, dark: TALL };
  for (const [kind, viewport] of Object.entries(windows)) {
    const explorer = await Explorer.open(pages, { viewport, scheme: kind === "dark" ? "dark" : "light" });
    const part = await show(explorer, first.unit);
    await ask(part, first);
    await part.locator("summary").click();
    for (const line of await tooWide(explorer.page)) fault(`${kind}: ${line}`);
    if (kind === "wide" || kind === "dark") {
      for (const line of await pages.axe(explorer.page, "#whatif")) fault(`${kind}: ${line}`);
    }
    await pages.keep(part, `whatif-${kind}`);
  }
});

await pages.end();
