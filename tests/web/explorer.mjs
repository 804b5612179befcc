// The explorer of the page: its numbers are those of the tables next to it, and every way to reach a view works.
//   explorer.mjs --page FILE --name NAME --lang sv|en --units REGISTER
import { Explorer, drawing, hashOf } from "./driver.mjs";
import { LEDGER, Report, SEATS, differences, nodeFaults, same, tableFaults } from "./expected.mjs";
import { NARROW, PHONE, Pages, TALL, WIDE, chance, digits, download, options, records, tooWide } from "./lib.mjs";

const { page: file, name, lang, units } = options(["page", "name", "lang", "units"]);
const pages = await Pages.of(file, name);
const report = new Report(pages, units);
const { internal } = report;
const region = [...report.region];
const VIEWS = ["map", "matrix", "sankey", "units"];
// Numbers do not depend on the language: in English the latest year is enough.
const times = report.times.filter(({ year }) => lang === "sv" || year === report.year);
const first = {
  year: report.year,
  snapshot: "october",
  programme: "national",
  side: "home",
  of: "m-1480",
  view: "map",
  with: "",
};
if (!report.region.has("1480")) first.of = `m-${region[0]}`;

/** The first number of each row. */
const firsts = (table) => new Map(table.map(([code, cells]) => [code, cells[0]]));

/** Faults of one map. */
function pictureFaults(what, state, picture) {
  const told = report.flows(state);
  const centre = state.of.slice(2);
  const faults = nodeFaults(what, picture.nodes, told, centre, report.places, report.region);
  const nodes = new Map(picture.nodes);
  const isHome = state.side === "home" && state.of.startsWith("m-");
  for (const [from, to, students] of picture.flows) {
    const [own, other] = isHome ? [from, to] : [to, from];
    if (own !== centre) faults.push(`${what}: a flow from ${from} to ${to}`);
    if (!same(students, nodes.get(other) ?? ""))
      faults.push(`${what}: the flow of ${other} is ${students}, not ${nodes.get(other)}`);
  }
  return faults;
}

/** Faults of a map and its table. */
function mapFaults(state, { pictures, table }) {
  const told = report.flows(state);
  if (told === undefined) return [];
  const what = hashOf(state);
  if (pictures.length !== 1) return [`${what}: ${pictures.length} pictures`];
  return [...tableFaults(`${what}, table`, firsts(table), told), ...pictureFaults(what, state, pictures[0])];
}

await pages.step("the script shows the explorer, and its parts have names", async (fault) => {
  const { page, section } = await Explorer.open(pages);
  if (!(await section.isVisible())) fault("#explore does not show");
  if ((await section.locator('[role="tab"]').count()) !== VIEWS.length) fault("not four tabs");
  const panel = page.locator('#explore-view[role="tabpanel"]');
  if ((await panel.count()) !== 1) fault("no panel #explore-view");
  if ((await page.locator('#explore-live[aria-live="polite"]').count()) !== 1) fault("no live region");
  const unnamed = await section
    .locator("select, input, button")
    .evaluateAll((all) =>
      all.filter(
        (e) =>
          !(
            e.labels?.length ||
            e.getAttribute("aria-label") ||
            e.getAttribute("aria-labelledby") ||
            e.textContent.trim()
          ),
      ),
    );
  if (unnamed.length > 0) fault(`${unnamed.length} controls have no name`);
  if ((await page.evaluate(() => performance.getEntriesByName("elevflode-first-view").length)) !== 1)
    fault("no mark of the first view");
  if ((await page.locator("html").getAttribute("lang")) !== lang) fault(`the page is not in ${lang}`);
});

await pages.step("maps and their tables say what the tables of the report say", async (fault) => {
  const explorer = await Explorer.open(pages, { alone: true });
  const programmes = ["national", "all", "vocational", "preparatory", "introduction", "NA", "BA"];
  const choices = new Set(await explorer.values("programme"));
  for (const programme of programmes) if (!choices.has(programme)) fault(`no choice ${programme}`);
  let [views, cells] = [0, 0];
  for (const { snapshot, year } of times) {
    for (const side of ["home", "provider"]) {
      for (const [i, code] of region.entries()) {
        // Every municipality with national programmes, and with one other selection in turn.
        const other = programmes[1 + ((i + Number(year)) % (programmes.length - 1))];
        for (const programme of ["national", other]) {
          const state = { ...first, year, snapshot, programme, side, of: `m-${code}` };
          await explorer.show(state);
          const read = await explorer.read();
          mapFaults(state, read).forEach(fault);
          read.unknown.forEach((html) => fault(`${hashOf(state)} shows ?: ${html}`));
          const wanted = report.flows(state);
          views += 1;
          cells += wanted === undefined ? 0 : wanted.ends.size + 2;
          const students = programme === "national" || programme === "all" ? report.students(state) : undefined;
          if (!internal || side !== "home" || students === undefined) continue;
          if (wanted.all[0] !== students)
            fault(`${hashOf(state)}: ${wanted.all[0]} in flows.csv, ${students} in shares.csv`);
        }
      }
    }
  }
  console.log(`      ${views} views, ${cells} numbers`);
});

await pages.step("maps lie as on the pictures of the report", async (fault) => {
  const explorer = await Explorer.open(pages);
  let compared = 0;
  for (const side of ["home", "provider"]) {
    for (const code of region) {
      await explorer.show({ ...first, side, of: `m-${code}` });
      const drawn = new Map(await drawing(explorer.section.locator("figure.picture svg").first()));
      const clip = `clipPath[id$="clip-maps-${side}-${code}"]`;
      const picture = explorer.page.locator(`main svg:has(${clip})`).first();
      const wanted = new Map(await drawing(picture));
      if (wanted.size !== drawn.size) fault(`${side} ${code}: ${drawn.size} lines, in the report ${wanted.size}`);
      for (const [ends, numbers] of wanted) {
        compared += 1;
        const own = drawn.get(ends) ?? [];
        // Positions are given in tenths of a pixel.
        if (!numbers.every((n, i) => Math.abs(n - own[i]) < 0.11)) fault(`${side} ${code}: ${ends} lies elsewhere`);
      }
    }
  }
  if (compared === 0) fault("no line was compared");
});

await pages.step("the matrix says what the tables say, and its cells lead on", async (fault) => {
  const explorer = await Explorer.open(pages, { alone: true });
  for (const { snapshot, year } of times) {
    for (const programme of ["national", "all"]) {
      const state = { ...first, snapshot, year, programme, view: "matrix" };
      await explorer.show(state);
      const shown = new Map((await explorer.read()).pictures[0]?.cells ?? []);
      const wanted = report.matrix(state);
      for (const [key, cell] of wanted) {
        if (shown.has(key) ? !same(shown.get(key), cell) : cell !== 0)
          fault(`${hashOf(state)}: ${key} is ${shown.get(key)}, not ${cell}`);
      }
      for (const [key, cell] of shown) {
        const [home, place] = key.split(" ");
        const inside = report.region.has(home) && report.region.has(place);
        if (inside && !wanted.has(key) && !same(cell, 0))
          fault(`${hashOf(state)}: ${key} is ${cell}, and not in the tables`);
      }
    }
  }
  const { page, section } = explorer;
  await explorer.show({ ...first, view: "matrix" });
  const cell = section.locator(`figure.picture [data-home="${region[1]}"][data-place="${region[1]}"]`).first();
  const from = page.url();
  await cell.click();
  if (page.url() === from) fault("a click on a cell leads nowhere");
});

await pages.step("the sankey has the students of the municipality", async (fault) => {
  const explorer = await Explorer.open(pages, { alone: true });
  let without = 0;
  for (const code of region) {
    const state = { ...first, of: `m-${code}`, view: "sankey" };
    await explorer.show(state);
    const { pictures, unknown } = await explorer.read();
    unknown.forEach((html) => fault(`${hashOf(state)} shows ?: ${html}`));
    const flows = pictures[0]?.flows ?? [];
    // A public release can hide every kind of provider of a small municipality.
    if (flows.length === 0) without += 1;
    if (without > (internal ? 0 : 1)) fault(`${hashOf(state)}: no flows`);
    for (const [from, to, students] of flows)
      if (!from || !to || students === undefined) fault(`${hashOf(state)}: a flow without ends or number`);
    if (!internal) continue;
    const sums = (end) => {
      const sums = new Map();
      for (const flow of flows) sums.set(flow[end], (sums.get(flow[end]) ?? 0) + Number(flow[2]));
      return sums;
    };
    const [out, into] = [sums(0), sums(1)];
    const sources = [...out].filter(([code]) => !into.has(code)).reduce((sum, [, n]) => sum + n, 0);
    if (sources !== report.students(state))
      fault(`${hashOf(state)}: ${sources} students, not ${report.students(state)}`);
    for (const [code, n] of into)
      if (out.has(code) && out.get(code) !== n) fault(`${hashOf(state)}: ${n} to ${code}, ${out.get(code)} from it`);
  }
});

/** Units in the ledger of a year. */
const unitsOf = (year) =>
  [...new Set(report.ledger.filter((row) => row.year === year).map((row) => row.unit))].filter(
    (unit) => unit !== "ALL" && unit !== "?",
  );

await pages.step("every unit has its ledger, its seats and its moves", async (fault) => {
  const explorer = await Explorer.open(pages, { alone: true });
  const years = [...new Set(times.map(({ year }) => year))];
  for (const year of years) {
    // The last year in both populations and a programme, earlier ones in one.
    const choices = year === report.year ? ["national", "all", "NA"] : ["all"];
    for (const unit of unitsOf(year)) {
      for (const programme of choices) {
        const state = { ...first, year, programme, side: "provider", of: `u-${unit}` };
        const [ledger, seats] = [report.ledgerOf(unit, state), report.seatsOf(unit, state)];
        if (ledger === undefined) continue;
        await explorer.show(state);
        const { unit: shown, unknown } = await explorer.read();
        const what = hashOf(state);
        unknown.forEach((html) => fault(`${what} shows ?: ${html}`));
        if (shown === null) {
          fault(`${what}: no #unit`);
          continue;
        }
        for (const key of LEDGER)
          if (!same(shown.ledger[key] ?? "", ledger[key]))
            fault(`${what}: ${key} is ${shown.ledger[key]}, not ${ledger[key]}`);
        for (const key of seats === undefined ? [] : SEATS) {
          if (!same(shown.seats[key] ?? "", seats[key]))
            fault(`${what}: ${key} is ${shown.seats[key]}, not ${seats[key]}`);
        }
        if (seats !== undefined && shown.raised !== (seats.raised === "true"))
          fault(`${what}: marked as raised: ${shown.raised}`);
        if (programme !== "all") continue;
        for (const [table, ends] of [
          ["to", ["from_unit", "to_unit"]],
          ["from", ["to_unit", "from_unit"]],
        ]) {
          const wanted = report.moves(unit, year, ends);
          differences(`${what}, #moved-${table}`, firsts(shown[table]), wanted).forEach(fault);
        }
      }
    }
  }
});

await pages.step("the table of units has a row each", async (fault) => {
  const explorer = await Explorer.open(pages, { alone: true });
  for (const programme of ["national", "all"]) {
    const state = { ...first, programme, view: "units" };
    await explorer.show(state);
    const shown = new Map((await explorer.read()).units);
    for (const unit of unitsOf(report.year)) {
      const [ledger, seats, row] = [report.ledgerOf(unit, state), report.seatsOf(unit, state), shown.get(unit)];
      if (ledger === undefined) continue;
      if (row === undefined) {
        fault(`${hashOf(state)}: ${unit} has no row`);
        continue;
      }
      const wanted = { ...ledger, ...seats };
      const missing = [...LEDGER, "seats_admission", "seats_october"].filter((key) => row[key] === undefined);
      if (missing.length > 0) fault(`${unit} has no ${missing.join(", ")}`);
      for (const [key, cell] of Object.entries(row)) {
        if (wanted[key] !== undefined && !same(cell, wanted[key]))
          fault(`${hashOf(state)}: ${key} of ${unit} is ${cell}, not ${wanted[key]}`);
      }
    }
    for (const unit of shown.keys()) if (!report.places.has(unit)) fault(`a row for ${unit}`);
  }
});

await pages.step("a node of a map has its number in its name and leads on, by mouse and by key", async (fault) => {
  const explorer = await Explorer.open(pages);
  const { page, section } = explorer;
  for (const side of ["home", "provider"]) {
    for (const by of ["mouse", "key"]) {
      await explorer.show({ ...first, side });
      const nodes = section.locator('figure.picture g.node[tabindex="0"]');
      const all = await nodes.evaluateAll((all) =>
        all.map((e) => ({
          ...e.dataset,
          role: e.getAttribute("role"),
          named: e.getAttribute("aria-label") ?? e.textContent,
        })),
      );
      if (all.length === 0) throw new Error(`${side}: no node can have the focus`);
      const leads = (code) => code !== first.of.slice(2) && (report.places.has(code) || report.region.has(code));
      for (const { code, students, role, named } of all) {
        // A sign without a target is an image with a name.
        const roles = leads(code) ? ["link", "button"] : ["img"];
        if (!roles.includes(role)) fault(`${side}: the role of ${code} is ${role}`);
        if (/^\d+$/.test(students) && !digits(named).includes(students))
          fault(`${side}: "${named}" does not say ${students}`);
      }
      const other = all.filter(({ code }) => leads(code));
      const { code } = other.reduce((a, b) => (Number(b.students) > Number(a.students) ? b : a));
      const node = section.locator(`figure.picture g.node[data-code="${code}"]`);
      if (by === "mouse") await node.locator("circle, path, rect").first().click();
      else {
        await node.focus();
        await page.keyboard.press("Enter");
      }
      const wanted = report.places.has(code) ? `u-${code}` : `m-${code}`;
      await page
        .waitForFunction((from) => location.hash.includes(from), `of=${wanted}`, { timeout: 2000 })
        .catch(() => {
          fault(`${by}, ${side}: ${code} leads to ${page.url().split("#")[1]}`);
        });
    }
  }
  const other = region.find((code) => code !== first.of.slice(2));
  await explorer.show(first);
  const land = section.locator(`figure.picture .land path[data-place="${other}"]`);
  if ((await land.count()) !== 1) throw new Error(`no land of ${other}`);
  await land.dispatchEvent("click");
  if (explorer.state().of !== `m-${other}`) fault(`the land of ${other} leads to ${page.url().split("#")[1]}`);
});

await pages.step("arrow keys move between the tabs", async (fault) => {
  const explorer = await Explorer.open(pages);
  const { page, section } = explorer;
  await explorer.show(first);
  await section.locator('[role="tab"][data-view="map"]').focus();
  const expect = async (key, view) => {
    await page.keyboard.press(key);
    await page.waitForTimeout(150);
    const [focused, { view: shown }] = [
      await page.evaluate(() => document.activeElement?.dataset?.view),
      await explorer.controls(),
    ];
    if (focused !== view || shown !== view)
      fault(`${key}: the focus is on ${focused}, ${shown} is shown, not ${view}`);
    const reached = await section
      .locator('[role="tab"]')
      .evaluateAll((all) => all.filter((e) => e.tabIndex === 0).length);
    if (reached !== 1) fault(`the key Tab reaches ${reached} tabs`);
  };
  for (const view of [...VIEWS.slice(1), "map"]) await expect("ArrowRight", view);
  await expect("ArrowLeft", "units");
});

await pages.step("the search finds municipalities and units, by keys alone and by mouse", async (fault) => {
  const explorer = await Explorer.open(pages);
  const { page, section } = explorer;
  await explorer.show(first);
  const input = section.locator('input[name="search"][role="combobox"]');
  const list = section.locator('[role="listbox"] [role="option"]:visible');
  const unit = unitsOf(report.year)[0];
  const targets = [`m-${region[1]}`, `m-${region[2]}`, `u-${unit}`];
  for (const of of targets) {
    const text = report.names.get(of.slice(2));
    await input.fill("");
    await input.focus();
    await page.keyboard.type(text.slice(0, of.startsWith("u") ? 60 : 5));
    await list.first().waitFor({ timeout: 2000 });
    if ((await input.getAttribute("aria-expanded")) !== "true") fault("an open list is not said to be open");
    const found = await list.evaluateAll((all) => all.map((e) => e.dataset.of));
    const at = found.indexOf(of);
    if (at < 0) throw new Error(`"${text}" finds ${found.join(", ")}, not ${of}`);
    let active;
    for (let i = 0; i <= found.length && active !== of; i += 1) {
      await page.keyboard.press("ArrowDown");
      active = await input.evaluate(
        (e) => document.getElementById(e.getAttribute("aria-activedescendant"))?.dataset.of,
      );
    }
    if (active !== of) throw new Error(`ArrowDown does not come to ${of}`);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(150);
    if (explorer.state().of !== of) fault(`Enter leads to ${explorer.state().of}, not ${of}`);
    if ((await list.count()) > 0) fault("the list stays open after Enter");
  }
  await input.fill("");
  await input.focus();
  await page.keyboard.type(report.names.get(region[1]).slice(0, 4));
  await list.first().waitFor();
  await page.keyboard.press("Escape");
  if ((await input.getAttribute("aria-expanded")) !== "false" || (await list.count()) > 0)
    fault("Escape does not close the list");
  await input.fill("");
  await page.keyboard.type(report.names.get(region[1]).slice(0, 4));
  await section.locator(`[role="option"][data-of="m-${region[1]}"]`).click();
  await page.waitForTimeout(150);
  if (explorer.state().of !== `m-${region[1]}`) fault(`a click leads to ${explorer.state().of}`);
  await input.fill("");
  await page.keyboard.type("qqqxyz");
  await page.waitForTimeout(150);
  if ((await section.locator('[role="option"][data-of]:visible').count()) > 0)
    fault("nothing is found, and something is offered");
});

await pages.step("two views side by side", async (fault) => {
  const explorer = await Explorer.open(pages);
  const { year } = first;
  const offered = await explorer.values("with");
  const earlier = offered.find((value) => value === `year-${Number(year) - 1}`);
  const another = offered.find((value) => value.startsWith("m-") && value !== first.of);
  if (earlier === undefined || another === undefined)
    throw new Error(`only ${offered.join(", ")} can be compared with`);
  // Snapshots are in order of time; of places, the one chosen last comes second.
  for (const [chosen, ...views] of [
    [earlier, { ...first, year: earlier.slice("year-".length) }, first],
    [another, first, { ...first, of: another }],
  ]) {
    await explorer.show({ ...first, with: chosen });
    const { pictures, table } = await explorer.read();
    if (pictures.length !== 2) fault(`${chosen}: ${pictures.length} pictures`);
    for (const [i, view] of views.entries()) {
      const told = report.flows(view);
      if (pictures[i] !== undefined) pictureFaults(`${chosen}, picture ${i + 1}`, view, pictures[i]).forEach(fault);
      const column = new Map(table.map(([code, cells]) => [code, cells[i]]));
      tableFaults(`${chosen}, column ${i + 1}`, column, told).forEach(fault);
    }
    for (const [code, [one, two, change]] of table) {
      if ([one, two].includes("..")) continue;
      if (!same(change, Number(two) - Number(one)))
        fault(`${chosen}: ${code} changes by ${change}, from ${one} to ${two}`);
    }
    await explorer.keep(pages, `compare-${chosen.slice(0, 1)}`);
  }
  await explorer.show(first);
  if ((await explorer.read()).pictures.length !== 1) fault("the second picture stays");
});

await pages.step("a walk by the controls: every view is right, and can be gone back to", async (fault) => {
  const explorer = await Explorer.open(pages);
  const { page } = explorer;
  const next = chance(1);
  const pick = (list) => list[Math.floor(next() * list.length)];
  await explorer.show(first);
  const visited = [];
  for (let i = 0; i < 60; i += 1) {
    const control = pick(["year", "snapshot", "programme", "side", "with", "view", "of"]);
    const was = explorer.state();
    const choices = {
      side: ["home", "provider"],
      view: VIEWS,
      of: [
        ...region.map((code) => `m-${code}`),
        ...unitsOf(report.year)
          .slice(0, 8)
          .map((unit) => `u-${unit}`),
      ],
    };
    // Units have pupils only, and no side to choose.
    if (control === "side" && was.of.startsWith("u-")) continue;
    const value = pick(choices[control] ?? (await explorer.values(control)));
    if (control === "of")
      await page.evaluate(
        (hash) => window.drawn(() => (location.hash = hash)),
        hashOf({ ...was, of: value, with: "" }),
      );
    else if (control === "view") await explorer.tab(value);
    else await explorer.choose(control, value);
    const state = explorer.state();
    if (state[control] !== value)
      fault(`${control} is ${state[control]} after ${value} was chosen, from ${hashOf(was)}`);
    const [shown, read] = [await explorer.controls(), await explorer.read()];
    for (const key of Object.keys(shown).filter((key) => shown[key] !== undefined))
      if (shown[key] !== state[key]) fault(`${hashOf(state)}: the control ${key} is ${shown[key]}`);
    if (state.view === "map" && state.with === "") mapFaults(state, read).forEach(fault);
    read.unknown.forEach((html) => fault(`${hashOf(state)} shows ?: ${html}`));
    if (hashOf(state) !== hashOf(was)) {
      if (read.live === "") fault(`${hashOf(state)}: nothing is said`);
      visited.push({ state, table: read.table });
    }
  }
  for (const { state, table } of visited.slice(-8, -1).reverse()) {
    await page.evaluate(() => window.drawn(() => history.back()));
    const read = await explorer.read();
    if (hashOf(explorer.state()) !== hashOf(state))
      fault(`back leads to ${hashOf(explorer.state())}, not ${hashOf(state)}`);
    else if (JSON.stringify(read.table) !== JSON.stringify(table))
      fault(`${hashOf(state)}: another table after going back`);
  }
  const back = visited.at(-8);
  await page.evaluate(() => window.drawn(() => history.forward()));
  if (back !== undefined && hashOf(explorer.state()) !== hashOf(visited.at(-7).state))
    fault("forward leads elsewhere");
});

await pages.step("an address opens its view, any other leaves the explorer whole", async (fault) => {
  const state = {
    ...first,
    year: report.times[0].year,
    programme: "all",
    side: "provider",
    of: `m-${region[1]}`,
    view: "matrix",
  };
  const opened = await Explorer.open(pages, { hash: hashOf(state) });
  for (const [key, value] of Object.entries(await opened.controls()))
    if (value !== state[key]) fault(`opened with ${key} ${value}`);
  const again = hashOf(opened.state());
  if (again !== hashOf(state)) fault(`the address became ${again}`);
  const strange = [
    "#?",
    "#?year=1066&of=u-%3Cb%3E&view=x&side=&snapshot=..&programme=__proto__&with=m-0000",
    "#?%E0%A4%A",
    "#nothing",
    "#?of=constructor",
  ];
  for (const hash of strange) {
    const explorer = await Explorer.open(pages, { hash });
    await explorer.show(first);
    await explorer.page.evaluate((hash) => (location.hash = hash), hash);
    await explorer.page.waitForTimeout(100);
    const { pictures, units } = await explorer.read();
    if (pictures.length === 0 && units.length === 0) fault(`nothing shows after ${hash}`);
  }
  const explorer = await Explorer.open(pages);
  await explorer.show(first);
  await explorer.page.evaluate(() => (location.hash = "#methods"));
  await explorer.page.waitForTimeout(150);
  const top = await explorer.page.locator("#methods").evaluate((part) => part.getBoundingClientRect().top);
  if (Math.abs(top) > WIDE.height / 2) fault("#methods does not lead to the methods");
  const shown = await explorer.controls();
  if (shown.view !== "map" || shown.year !== first.year) fault("#methods changes the view");
});

await pages.step("pictures and numbers can be taken along", async (fault) => {
  const explorer = await Explorer.open(pages);
  const { page, section } = explorer;
  for (const view of VIEWS) {
    await explorer.show({ ...first, view });
    const read = await explorer.read();
    const button = (kind) => section.locator(`button[data-export="${kind}"]`);
    const csv = await download(page, button("csv"));
    if (!csv.name.endsWith(".csv")) fault(`${view}: the numbers are called ${csv.name}`);
    const text = csv.bytes.toString("utf8").replace(/^\ufeff/, "");
    const taken = records(text);
    const table = view === "units" ? read.units.map(([code, cells]) => [code, Object.values(cells)]) : read.table;
    if (taken.length <= table.length || table.length === 0)
      fault(`${view}: ${taken.length} records of CSV, ${table.length} in the table`);
    for (const [code, cells] of table) {
      const record = taken.find((record) => record.includes(code));
      if (record === undefined) fault(`${view}: ${code} is not in the CSV`);
      else
        for (const cell of cells)
          if (!record.some((field) => same(field, cell))) fault(`${view}: ${cell} of ${code} is not in the CSV`);
    }
    if (read.pictures.length === 0 || !(await button("svg").isEnabled())) continue;
    const svg = await download(page, button("svg"));
    if (!svg.name.endsWith(".svg")) fault(`${view}: the picture is called ${svg.name}`);
    const drawing = svg.bytes.toString("utf8");
    const wrong = await page.evaluate((text) => {
      const read = new DOMParser().parseFromString(text, "image/svg+xml");
      const error = read.querySelector("parsererror");
      if (error !== null) return error.textContent;
      if (read.documentElement.namespaceURI !== "http://www.w3.org/2000/svg") return "no SVG";
      return read.querySelector("script, foreignObject, image[href^='http']") === null
        ? ""
        : "holds what a picture must not";
    }, drawing);
    if (wrong !== "") fault(`${view}: the SVG: ${wrong}`);
    if (/var\(--|currentcolor/i.test(drawing)) fault(`${view}: the SVG takes colours from the page`);
    if (drawing.includes("INTERN") !== internal) fault(`${view}: the SVG says INTERN: ${!internal}`);
    const png = await download(page, button("png"));
    if (!png.name.endsWith(".png")) fault(`${view}: the image is called ${png.name}`);
    if (png.bytes.subarray(1, 4).toString() !== "PNG") fault(`${view}: the image is no PNG`);
    else if (png.bytes.readUInt32BE(16) < 800) fault(`${view}: the image is ${png.bytes.readUInt32BE(16)} px wide`);
  }
});

await pages.step("the language can be changed, and the view stays", async (fault) => {
  const explorer = await Explorer.open(pages);
  const { page, section } = explorer;
  const state = { ...first, view: "matrix", programme: "all" };
  await explorer.show(state);
  const words = () => section.locator('[role="tab"], form.controls label, form.controls legend').allInnerTexts();
  const said = {};
  for (const to of [lang === "sv" ? "en" : "sv", lang]) {
    said[lang] ??= await words();
    await section.locator(`button[data-lang="${to}"]`).click();
    await page.waitForTimeout(150);
    said[to] = await words();
    if ((await page.locator("html").getAttribute("lang")) !== to) fault(`the document is not in ${to}`);
    if (hashOf(explorer.state()) !== hashOf(state)) fault(`${to}: the view changes to ${hashOf(explorer.state())}`);
  }
  const alike = said.sv.filter((word, i) => word === said.en[i] && word.trim() !== "");
  if (alike.length > said.sv.length / 2) fault(`the same in both languages: ${alike.join(", ")}`);
});

await pages.step("nothing serious for axe in any view", async (fault) => {
  for (const scheme of ["light", "dark"]) {
    const explorer = await Explorer.open(pages, { scheme, viewport: TALL });
    for (const view of VIEWS) {
      await explorer.show({ ...first, view, of: view === "units" ? `u-${unitsOf(report.year)[0]}` : first.of });
      if (scheme === "light" || view === "map") {
        for (const line of await pages.axe(explorer.page, "#explore")) fault(`${scheme}, ${view}: ${line}`);
      }
      await explorer.keep(pages, `${scheme}-${view}`);
    }
  }
});

await pages.step("every view fits a phone", async (fault) => {
  for (const [kind, viewport] of Object.entries({ phone: PHONE, narrow: NARROW })) {
    const explorer = await Explorer.open(pages, { viewport });
    for (const view of VIEWS) {
      for (const of of [first.of, `u-${unitsOf(report.year)[0]}`]) {
        await explorer.show({ ...first, view, of });
        for (const line of await tooWide(explorer.page)) fault(`${kind}, ${view}, ${of}: ${line}`);
        if (kind === "phone") await explorer.keep(pages, `phone-${view}-${of.slice(0, 1)}`);
      }
    }
  }
});

await pages.step("nothing moves for those who want it still", async (fault) => {
  const explorer = await Explorer.open(pages, { motion: "reduce" });
  for (const view of VIEWS) {
    await explorer.show({ ...first, view });
    const moving = await explorer.page.evaluate(
      () => document.getAnimations().filter((one) => one.playState === "running").length,
    );
    if (moving > 0) fault(`${view}: ${moving} animations`);
  }
});

await pages.end();
