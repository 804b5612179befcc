// The tables under pictures: all ends of a map, the units of a region, and the page of a unit.

import { minus, raw, share, size, zip } from "./cells";
import type { Cell } from "./data";
import { caption, link, number, runnerHere, runnerWord } from "./fields";
import type { Entry, MapData } from "./gather";
import { LEDGER, SEATS } from "./ledger";
import { OUT, type Runner } from "./model";
import { fill, html, type Shared } from "./shared";
import { codeOf, type State } from "./state";

/** Headers of columns; text columns except the first are dropped if there is little space. */
export function heads(words: readonly (readonly [string, boolean])[]): HTMLElement {
  const first = words.findIndex(([text, isNumber]) => !isNumber && text.length > 3);
  const head = ([text, isNumber]: readonly [string, boolean], i: number) => {
    const kind = isNumber ? "n" : i > first && words.length > 4 ? "wider" : "";
    return html("th", { scope: "col", class: kind }, text);
  };
  return html("thead", {}, html("tr", {}, ...words.map(head)));
}

/** A share as text; in files a fraction. */
function share1(shared: Shared, part: Cell, whole: Cell): HTMLTableCellElement {
  const found = share(part, whole);
  const exact = typeof found === "number" ? found.toFixed(6) : raw(found);
  return html("td", { class: "n", "data-share": exact }, shared.words.percent(found));
}

/** The ends of both maps of a view, largest first: the table of the map and of the sankey. */
export function listTable(shared: Shared, maps: readonly MapData[]): HTMLTableElement {
  const { words, names } = shared;
  const last = maps[maps.length - 1];
  if (!last) return html("table", { id: "explore-table" });
  const isUnits = last.state.side === "home" && shared.model.tellsUnits;
  const columns = maps.map((map) => columnName(shared, maps, map));
  const heading: (readonly [string, boolean])[] = [
    [words.say(isUnits ? "x-unit" : last.state.side === "home" ? "x-place" : "x-home"), false],
  ];
  if (isUnits) heading.push([words.say("x-municipality"), false], [words.say("x-runner"), false]);
  if (isUnits) heading.unshift([words.say("x-number"), false]);
  for (const name of columns) {
    heading.push([name, true], [maps.length > 1 ? `${words.say("x-share")}, ${name}` : words.say("x-share"), true]);
  }
  const isSame = maps[0]?.state.of === last.state.of;
  if (maps.length === 2) heading.push([words.say(isSame ? "x-change" : "x-difference"), true]);
  const rows = html("tbody");
  const put = (code: string, name: Node, more: readonly Node[], cells: readonly Cell[], kind = "", rank = "") => {
    const row = html("tr", { "data-code": code, class: kind });
    if (isUnits) row.append(html("td", { class: "rank" }, rank));
    row.append(html("th", { scope: "row" }, name), ...more);
    cells.forEach((cell, i) =>
      row.append(number(shared, cell, `students${i}`), share1(shared, cell, maps[i]?.totals.all ?? 0)),
    );
    if (cells.length === 2) row.append(changeCell(shared, minus(cells[1] ?? 0, cells[0] ?? 0)));
    return row;
  };
  const blank = () => (isUnits ? [html("td", { class: "wider" }), html("td", { class: "wider" })] : []);
  rows.append(
    put(
      "ALL",
      document.createTextNode(words.say("x-all")),
      blank(),
      maps.map((map) => map.totals.all),
      "total",
    ),
  );
  const of = words.say(last.state.side === "home" ? "x-stay" : "x-live-here");
  rows.append(
    put(
      "STAY",
      document.createTextNode(of),
      blank(),
      maps.map((map) => map.totals.here),
      "rest",
    ),
  );
  // With two municipalities, neither is the own one.
  const kind = isSame ? runnerWord : runnerHere;
  const row = (code: string, entries: readonly (Entry | null)[], side: Runner) => {
    const isUnit = Object.hasOwn(shared.model.data.names.units, code);
    const change = isUnit
      ? { of: `u-${code}` }
      : code !== OUT && shared.model.inRegion(code)
        ? { of: `m-${code}` }
        : null;
    const place = shared.model.data.names.units[code]?.[1] ?? "";
    const more = isUnits
      ? [html("td", { class: "wider" }, names.place(place)), html("td", { class: "wider" }, words.say(kind(side)))]
      : [];
    // A number for each map; a dash if it has none there.
    const ranks = entries.map((one) => (one?.rank ? String(one.rank) : "\u2013"));
    const rank = ranks.every((one) => one === "\u2013") ? "" : ranks.join(" / ");
    const name = html("span", {}, link(shared, names.node(code), change));
    if (isUnits)
      name.append(html("span", { class: "sub narrow" }, `${names.place(place)} · ${words.say(kind(side))}`));
    return put(
      code,
      name,
      more,
      entries.map((one) => one?.students ?? 0),
      "",
      rank,
    );
  };
  fill(
    shared,
    rows,
    merged(maps).map(
      ([code, entries]) =>
        () =>
          row(
            code,
            entries,
            isSame ? (entries.find((one) => one !== null)?.side ?? "mixed") : shared.model.runner(code, null),
          ),
    ),
  );
  const scope =
    maps.length === 1
      ? names.scope(last.state)
      : maps.map((map) => `${names.subject(map.state.of)}: ${names.scope(map.state)}`).join("; ");
  return html(
    "table",
    { id: "explore-table" },
    caption(`${words.say(`x-list-${last.state.side}`)} ${scope}.`),
    heads(heading),
    rows,
  );
}

function changeCell(shared: Shared, change: Cell): HTMLTableCellElement {
  const out = number(shared, change, "change");
  out.textContent = shared.words.change(change);
  return out;
}

/** The name of a column of a comparison: what differs. */
function columnName(shared: Shared, maps: readonly MapData[], map: MapData): string {
  const [first, second] = maps;
  if (!first || !second) return shared.words.say("x-students");
  if (first.state.of !== second.state.of) return shared.names.subject(map.state.of);
  return shared.names.census(map.state);
}

/** The ends of one or two maps by code, the largest of the last first. */
function merged(maps: readonly MapData[]): [string, (Entry | null)[]][] {
  const rows = new Map<string, (Entry | null)[]>();
  maps.forEach((map, i) => {
    for (const entry of map.entries) {
      const row = rows.get(entry.code) ?? maps.map(() => null);
      row[i] = entry;
      rows.set(entry.code, row);
    }
  });
  const last = maps.length - 1;
  const key = (row: (Entry | null)[]) => size(row[last]?.students ?? 0) * 1e6 + size(row[0]?.students ?? 0);
  return [...rows].sort((a, b) => key(b[1]) - key(a[1]) || (a[0] < b[0] ? -1 : 1));
}

/** Residents or pupils by who runs their unit. */
export function partsTable(shared: Shared, map: MapData): HTMLTableElement {
  const { words } = shared;
  const rows = html("tbody");
  for (const side of ["own", "municipal", "independent", "publicOther", "mixed"] as const) {
    const students = map.parts.get(side);
    if (students === undefined || students === 0) continue;
    const word = map.state.side === "provider" ? runnerHere(side) : runnerWord(side);
    rows.append(
      html(
        "tr",
        { "data-code": side },
        html("th", { scope: "row" }, words.say(word)),
        number(shared, students),
        share1(shared, students, map.totals.all),
      ),
    );
  }
  const head = heads([
    [words.say("x-runner"), false],
    [words.say("x-students"), true],
    [words.say("x-share"), true],
  ]);
  return html("table", { id: "explore-parts" }, caption(words.say("x-parts")), head, rows);
}

/** The units of a municipality or a provider with their pupils. */
export function pupilsTable(shared: Shared, state: State): HTMLTableElement {
  const { words, names, model } = shared;
  const rows = html("tbody");
  for (const { unit, all, elsewhere } of model.pupilsOfUnits(state.of, state)) {
    const name = link(shared, names.unit(unit), { of: `u-${unit}` });
    const row = html("tr", { "data-code": unit }, html("th", { scope: "row" }, name));
    row.append(html("td", {}, words.say(runnerHere(model.runner(unit, null)))));
    row.append(number(shared, all, "pupils"));
    if (model.tellsUnits) row.append(number(shared, elsewhere, "elsewhere"), share1(shared, elsewhere, all));
    rows.append(row);
  }
  const more = model.tellsUnits
    ? ([
        [words.say("x-from-elsewhere"), true],
        [words.say("x-share"), true],
      ] as const)
    : [];
  const head = heads([
    [words.say("x-unit"), false],
    [words.say("x-runner"), false],
    [words.say("x-pupils"), true],
    ...more,
  ]);
  return html(
    "table",
    { id: "explore-units" },
    caption(`${words.say("x-pupils-caption")} ${names.scope(state)}.`),
    head,
    rows,
  );
}

/** The residents of a municipality programme by programme, with the share at another provider. */
export function programmesTable(shared: Shared, state: State): HTMLTableElement {
  const { words, names, model } = shared;
  const rows = html("tbody");
  const all = model.programmes(codeOf(state.of), state);
  const shown = all.filter((one) => one.students !== 0);
  shown.sort((a, b) => size(b.students) - size(a.students) || (a.code < b.code ? -1 : 1));
  for (const { code, students, cross } of shown) {
    const name = link(shared, names.programme(code), { programme: code });
    rows.append(
      html(
        "tr",
        { "data-code": code },
        html("th", { scope: "row" }, name),
        number(shared, students, "students"),
        number(shared, cross, "cross"),
        share1(shared, cross, students),
      ),
    );
  }
  const head = heads([
    [words.say("x-programme"), false],
    [words.say("x-students"), true],
    [words.say("x-cross"), true],
    [words.say("x-share"), true],
  ]);
  return html(
    "table",
    { id: "explore-programmes" },
    caption(`${words.say("x-programmes-caption")} ${names.census(state)}.`),
    head,
    rows,
  );
}

/** The ledger and the seats of units, one row each: for the subject of the view, or the whole region if it is small.
 * */
export function unitsTable(
  shared: Shared,
  state: State,
  units: readonly string[],
  isWhole: boolean,
): HTMLTableElement {
  const { words, names, model } = shared;
  const columns = [...LEDGER, ...SEATS];
  const rows = html("tbody");
  const own = model.unitsOf(state.of);
  const made = (unit: string) => {
    const [ledger, seats] = [model.ledgers.ledger(unit, state), model.ledgers.seats(unit, state)];
    const row = html("tr", { "data-code": unit, class: own.has(unit) && isWhole ? "own" : "" });
    const head = html("th", { scope: "row" }, link(shared, names.unit(unit), { of: `u-${unit}` }));
    const place = html("span", { class: "sub" }, names.place(model.data.names.units[unit]?.[1] ?? ""));
    head.append(place);
    if (seats?.raised) head.append(html("span", { class: "raised" }, words.say("x-raised-short")));
    row.append(head);
    for (const column of LEDGER) row.append(number(shared, ledger?.[column] ?? "missing", column));
    for (const column of SEATS) row.append(seatCell(shared, seats?.[column] ?? "missing", column));
    return row;
  };
  fill(
    shared,
    rows,
    units.map((unit) => () => made(unit)),
  );
  const head = heads([
    [words.say("x-unit"), false],
    ...columns.map((column) => [words.say(`x-${column}`), true] as const),
  ]);
  const notes = [
    ...(isManyProgrammes(state) ? [words.say("x-seats-all")] : []),
    ...(isGroup(state) ? [words.say("x-ledger-group")] : []),
  ];
  const about = words.say(isWhole ? "x-units-whole" : "x-units-caption", { name: names.subject(state.of) });
  const text = [`${about} ${names.capital(names.programme(state.programme))}, ${state.year}.`, ...notes].join(" ");
  return html("table", { id: "units" }, caption(text), head, rows);
}

function seatCell(shared: Shared, cell: Cell, column: string): HTMLTableCellElement {
  const out = number(shared, cell, column);
  if (column === "seat_delta") out.textContent = shared.words.change(cell);
  if (column.startsWith("fill_")) {
    out.textContent = typeof cell === "number" ? shared.words.percent(cell, 0) : shared.words.count(cell);
    if (typeof cell === "number") out.dataset["n"] = cell.toFixed(6);
  }
  return out;
}

/** Whether the shown seats are for more programmes than the selection: seats have no population, only a total and
 * single programmes. */
const isManyProgrammes = (state: State): boolean => isGroup(state) || state.programme === "national";

/** Whether a selection is a group of programmes, which the ledger does not have. */
const isGroup = (state: State): boolean => ["vocational", "preparatory", "introduction"].includes(state.programme);

/** What happened at a unit between admission and October. */
export function unitPage(shared: Shared, state: State): HTMLElement {
  const { words, names, model } = shared;
  const unit = codeOf(state.of);
  const [name, place, provider] = model.data.names.units[unit] ?? [unit, "", ""];
  const page = html("section", { id: "unit", "aria-labelledby": "unit-title" });
  page.append(html("h3", { id: "unit-title" }, name));
  const kind = words.say(runnerHere(model.runner(unit, null)));
  const about = html(
    "p",
    { class: "scope" },
    link(shared, names.place(place), { of: `m-${place}` }),
    ` · ${kind} · `,
  );
  about.append(link(shared, names.provider(provider), { of: `p-${provider}` }), ` · ${unit}`);
  page.append(about);
  const [ledger, seats] = [model.ledgers.ledger(unit, state), model.ledgers.seats(unit, state)];
  const facts = html("dl", { class: "facts" });
  const fact = (word: string, attribute: string, key: string, cell: Cell, text: string) => {
    facts.append(
      html(
        "div",
        { [attribute]: key, "data-n": raw(cell) },
        html("dt", {}, words.say(word)),
        html("dd", {}, html("b", {}, text)),
      ),
    );
  };
  for (const column of LEDGER)
    if (ledger) fact(`x-${column}`, "data-ledger", column, ledger[column], words.count(ledger[column]));
  for (const column of SEATS) {
    if (!seats) continue;
    const cell = seats[column];
    if (column.startsWith("fill_")) {
      const rounded = zip(cell, 0, (n) => Number(n.toFixed(6)));
      fact(
        `x-${column}`,
        "data-seats",
        column,
        rounded,
        typeof cell === "number" ? words.percent(cell, 0) : words.count(cell),
      );
    } else {
      fact(
        `x-${column}`,
        "data-seats",
        column,
        cell,
        column === "seat_delta" ? words.change(cell) : words.count(cell),
      );
    }
  }
  if (!ledger)
    page.append(html("p", { class: "notice" }, words.say(isGroup(state) ? "x-ledger-group" : "x-no-ledger")));
  page.append(facts);
  if (seats && isManyProgrammes(state)) page.append(html("p", { class: "scope" }, words.say("x-seats-all")));
  if (seats?.raised) {
    const args = { from: words.count(seats.seats_admission), to: words.count(seats.seats_october) };
    page.append(html("p", { class: "raised notice" }, words.say("x-raised", args)));
    if (ledger && model.data.release === "internal" && model.ledgers.moves(unit, state, "from").length > 0) {
      page.append(html("p", {}, words.say("x-raised-below")));
    }
  }
  if (ledger && model.data.release === "internal") {
    page.append(html("div", { class: "more" }, movesTable(shared, state, "to"), movesTable(shared, state, "from")));
  } else if (ledger) page.append(html("p", { class: "scope" }, words.say("x-moves-not-told")));
  return page;
}

function movesTable(shared: Shared, state: State, way: "to" | "from"): HTMLElement {
  const { words, names, model } = shared;
  const rows = html("tbody");
  for (const [unit, students] of model.ledgers.moves(codeOf(state.of), state, way)) {
    const head = html("th", { scope: "row" }, link(shared, names.unit(unit), { of: `u-${unit}` }));
    head.append(html("span", { class: "sub" }, names.place(model.data.names.units[unit]?.[1] ?? "")));
    rows.append(html("tr", { "data-code": unit }, head, number(shared, students, "students")));
  }
  if (rows.childElementCount === 0) return html("p", { class: "scope" }, words.say(`x-moved-none-${way}`));
  const head = heads([
    [words.say("x-unit"), false],
    [words.say("x-students"), true],
  ]);
  const table = html("table", { id: `moved-${way}` }, caption(words.say(`x-moved-${way}`)), head, rows);
  return scrolling(table, words.say(`x-moved-${way}`));
}

/** A table that scrolls in its own area, by keyboard too. */
export function scrolling(table: HTMLElement, label: string): HTMLElement {
  return html("div", { class: "scroll", role: "region", tabindex: 0, "aria-label": label }, table);
}
