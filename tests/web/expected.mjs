// What the explorer must show, computed from the tables next to the page and the registers.
import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { rows, table } from "./lib.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const read = (path) => rows(readFileSync(resolve(root, path), "utf8"));

/** A cell as a number; `..` and `.` stay text. */
const cell = (text) => (text === ".." || text === "." ? text : Number(text));

/** Sum of cells, unless one is hidden. */
const sum = (cells) => cells.reduce((all, one) => (all === ".." || one === ".." ? ".." : all + one), 0);

export class Report {
  #flows = new Map();
  /** Sums of a public release that `flows` has no codes for. */
  #groups = new Map();
  #sums = new Map();
  #kinds;
  #moves;

  /** `units` is the register of units of the run. */
  constructor(pages, units) {
    const manifest = JSON.parse(readFileSync(join(dirname(pages.file), "manifest.json"), "utf8"));
    this.internal = manifest.release === "internal";
    this.year = String(manifest.year);
    this.region = new Set(manifest.municipalities);
    this.places = new Map(read(units).map((unit) => [unit.code, unit.municipality]));
    this.names = new Map(
      [...read("data/sweden/municipalities.csv"), ...read(units)].map(({ code, name }) => [code, name]),
    );
    this.#kinds = new Map(read("data/sweden/programmes.csv").map(({ code, kind }) => [code, kind]));
    const group = (rows, into) => {
      for (const row of rows) {
        const key = `${row.snapshot} ${row.year}`;
        if (!into.has(key)) into.set(key, []);
        into.get(key).push({ ...row, students: cell(row.students) });
      }
    };
    group(table(pages, "flows"), this.#flows);
    if (!this.internal) group(table(pages, "sums"), this.#groups);
    this.providers = new Map(read(units).map((unit) => [unit.code, unit.provider]));
    this.ledger = table(pages, "ledger");
    this.seats = table(pages, "seats");
    this.shares = table(pages, "shares");
    this.balance = table(pages, "balance");
    this.#moves = table(pages, "moves");
    this.times = [...this.#flows.keys()].map((key) => key.split(" ")).map(([snapshot, year]) => ({ snapshot, year }));
  }

  /** Whether a row of an internal table belongs to a selection of programmes. */
  #chosen(programme, choice) {
    const kind = this.#kinds.get(programme);
    switch (choice) {
      case "all":
        return true;
      case "national":
        return kind === "vocational" || kind === "preparatory";
      case "vocational":
      case "preparatory":
      case "introduction":
        return kind === choice;
      default:
        return programme === choice;
    }
  }

  /** A released sum of a public release, by home and unit or margin: rounded, and hidden without a row. */
  #released({ year, snapshot, programme }) {
    const key = `${snapshot} ${year}`;
    if (!this.#sums.has(key)) {
      const rows = [this.#flows, this.#groups].flatMap((tables) => tables.get(key) ?? []);
      this.#sums.set(key, new Map(rows.map((row) => [`${row.home} ${row.unit} ${row.programme}`, row.students])));
    }
    const sums = this.#sums.get(key);
    const written = this.#kinds.has(programme) ? programme : programme === "all" ? "ALL" : `ALL-${programme}`;
    return (home, unit) => sums.get(`${home} ${unit} ${written}`) ?? "..";
  }

  /** What a public release shows of a view. */
  #told(state) {
    const released = this.#released(state);
    const [kind, code] = [state.of.slice(0, 1), state.of.slice(2)];
    const isHome = state.side === "home" && kind === "m";
    const lies = new Set([...this.places].filter(([unit]) => this.providers.get(unit) === code).map(([, place]) => place));
    // For a provider with units in several municipalities, the number who stay is not released.
    if (kind === "p" && lies.size !== 1) return undefined;
    const here = kind === "u" ? this.places.get(code) : kind === "p" ? [...lies][0] : code;
    const at = kind === "u" ? code : kind === "p" ? `ALL:provider:${code}` : `ALL-${code}`;
    const everyone = kind === "u" ? "ALL" : "ALL:known";
    const [ends, within] = [new Map(), new Map()];
    const keep = (map, key, cell) => cell === ".." || map.set(key, cell);
    if (isHome) {
      for (const [unit, place] of this.places) keep(place === code ? within : ends, unit, released(code, unit));
    } else {
      for (const home of [...this.region, "OUT"]) if (home !== here) keep(ends, home, released(home, at));
    }
    const told = { all: [isHome ? released(code, "ALL") : released(everyone, at)], stay: [released(here, at)], ends, within };
    const balance = kind === "m" ? this.#balance(state) : undefined;
    if (balance !== undefined) {
      told.all.push(cell(balance[isHome ? "residents" : "pupils_here"]));
      told.stay.push(cell(balance.stay));
    }
    const least = (left) => (left < 10 ? ".." : left);
    const rest = (place, drawn) => {
      const all = released(code, `ALL-${place}`);
      // If the sum is hidden, the shown numbers of its units are used.
      return all === ".." || drawn === ".." ? undefined : least(all - drawn);
    };
    return { ...told, rest };
  }

  /** The flows of a view of an internal release as home, unit and place. */
  #ends({ year, snapshot, programme }) {
    const rows = this.#flows.get(`${snapshot} ${year}`) ?? [];
    return rows
      .filter((row) => row.home !== "?" && row.unit !== "?" && this.#chosen(row.programme, programme))
      .map(({ home, unit, students }) => ({ home, unit, place: this.places.get(unit), students }));
  }

  /**
   * The content of a view's map and table: all students, those who stay in the municipality (each as every table has
   * it), the others by unit or municipality, homes outside the region as one, and those who stay by unit. Undefined if
   * it is not released.
   */
  flows(state) {
    if (!this.internal) return this.#told(state);
    const ends = this.#ends(state);
    const [kind, code] = [state.of.slice(0, 1), state.of.slice(2)];
    if (kind === "p") return undefined;
    const isHome = state.side === "home" && kind === "m";
    const mine = ({ home, unit, place }) => (isHome ? home === code : kind === "u" ? unit === code : place === code);
    const known = (home) => (this.region.has(home) ? home : "OUT");
    const [all, stay, others, within] = [[], [], new Map(), new Map()];
    for (const { home, unit, place, students } of ends.filter(mine)) {
      all.push(students);
      if (home === place) {
        stay.push(students);
        if (isHome && unit) within.set(unit, [...(within.get(unit) ?? []), students]);
        continue;
      }
      const other = isHome ? (unit ?? place) : known(home);
      others.set(other, [...(others.get(other) ?? []), students]);
    }
    const told = { all: [sum(all)], stay: [sum(stay)] };
    const balance = kind === "m" ? this.#balance(state) : undefined;
    if (balance !== undefined) {
      told.all.push(cell(balance[isHome ? "residents" : "pupils_here"]));
      told.stay.push(cell(balance.stay));
    }
    const sums = (cells) => new Map([...cells].map(([key, cells]) => [key, sum(cells)]));
    return { ...told, ends: sums(others), within: sums(within) };
  }

  #balance({ snapshot, year, programme, of }) {
    const wanted = { snapshot, year, population: programme, municipality: of.slice(2) };
    return this.balance.find((row) => Object.entries(wanted).every(([column, value]) => row[column] === value));
  }

  /** "home place" to students, municipalities of the region on both sides. */
  matrix(state) {
    const cells = new Map();
    if (!this.internal) {
      const released = this.#released(state);
      for (const home of this.region)
        for (const place of this.region) cells.set(`${home} ${place}`, released(home, `ALL-${place}`));
      return cells;
    }
    for (const { home, place, students } of this.#ends(state)) {
      if (!this.region.has(home) || !this.region.has(place)) continue;
      const key = `${home} ${place}`;
      cells.set(key, [...(cells.get(key) ?? []), students]);
    }
    return new Map([...cells].map(([key, cells]) => [key, sum(cells)]));
  }

  /** The students of a home in shares.csv. */
  students({ year, snapshot, programme, of }) {
    const row = this.shares.find(
      (row) =>
        row.year === year &&
        row.snapshot === snapshot &&
        row.population === programme &&
        row.home === of.slice(2) &&
        row.programme === "ALL",
    );
    return row && cell(row.students);
  }

  /** The row of the ledger for a unit and a selection of programmes, if there is one. */
  ledgerOf(unit, { year, programme }) {
    const [population, wanted] = ["national", "all"].includes(programme) ? [programme, "ALL"] : ["all", programme];
    return this.ledger.find(
      (row) => row.year === year && row.unit === unit && row.population === population && row.programme === wanted,
    );
  }

  /** Seats of a unit: all of them, or those of a programme. */
  seatsOf(unit, { year, programme }) {
    const wanted = this.#kinds.has(programme) ? programme : "ALL";
    return this.seats.find((row) => row.year === year && row.unit === unit && row.programme === wanted);
  }

  /** Units to or from which students of a unit moved, all programmes. */
  moves(unit, year, [own, other]) {
    const found = new Map();
    for (const row of this.#moves) {
      if (row.year !== year || row[own] !== unit || row[other] === unit) continue;
      found.set(row[other], (found.get(row[other]) ?? 0) + Number(row.students));
    }
    return found;
  }
}

export const LEDGER = ["admitted", "stayed", "moved_out", "left", "moved_in", "arrived", "enrolled"];
export const SEATS = ["seats_admission", "seats_october", "seat_delta", "fill_admission", "fill_october"];

/** Whether two cells are equal; a share can have more decimals on the page than in the table. */
export function same(shown, wanted) {
  if (shown === wanted) return true;
  const [a, b] = [Number(shown), Number(wanted)];
  return shown !== "" && wanted !== "" && Math.abs(a - b) < 1e-6;
}

/** Faults of rows (cells by code) compared with the tables: all equal, none missing, no others except zeros. */
export function differences(what, shown, wanted) {
  const faults = [];
  for (const [code, cell] of wanted) {
    if (shown.has(code) ? !same(shown.get(code), cell) : cell !== 0) {
      faults.push(`${what}: ${code} is ${shown.get(code) ?? "not there"}, in the tables ${cell}`);
    }
  }
  for (const [code, cell] of shown) {
    if (!wanted.has(code) && !same(cell, 0)) faults.push(`${what}: ${code} is ${cell}, and not in the tables`);
  }
  return faults;
}

/** Faults of the table below a map: the total, those who stay, all others, and those who stay by unit. */
export function tableFaults(what, shown, { all, stay, ends, within }) {
  const rest = new Map(shown);
  const faults = [];
  for (const [code, told] of [
    ["ALL", all],
    ["STAY", stay],
  ]) {
    // Two tables have it, and one of them can hide it.
    if (!told.some((cell) => same(rest.get(code) ?? "", cell))) {
      faults.push(`${what}: ${code} is ${rest.get(code)}, in the tables ${told.join(" or ")}`);
    }
    rest.delete(code);
  }
  return [...faults, ...differences(what, rest, new Map([...ends, ...within]))];
}

/**
 * Faults of the circles of a map: its centre has the total; a unit or a municipality its number; a municipality on a
 * map of units represents its units that are not drawn. `places` has the municipality of each unit, `inside` those of
 * the region.
 */
export function nodeFaults(what, nodes, { all, ends, rest }, centre, places, inside) {
  const faults = [];
  const drawn = new Map(nodes);
  if (drawn.size !== nodes.length) faults.push(`${what}: two circles of the same code`);
  const where = (code) => (inside.has(places.get(code)) ? places.get(code) : "OUT");
  for (const [code, students] of drawn) {
    if (code === centre) {
      if (!all.some((cell) => same(students, cell)))
        faults.push(`${what}: the centre is ${students}, not ${all.join(" or ")}`);
      continue;
    }
    let wanted = ends.get(code);
    if (wanted === undefined) {
      const left = [...ends].filter(([unit]) => places.has(unit) && !drawn.has(unit) && where(unit) === code);
      wanted = sum(left.map(([, cell]) => cell));
      const drawnThere = [...ends].filter(([unit]) => drawn.has(unit) && where(unit) === code).map(([, cell]) => cell);
      if (rest) wanted = rest(code, sum(drawnThere)) ?? wanted;
    }
    if (!same(students, wanted))
      faults.push(`${what}: the circle of ${code} is ${students}, in the tables ${wanted}`);
    if (same(students, 0)) faults.push(`${what}: a circle of ${code} for nobody`);
  }
  // In the region, lines show the largest flows: none that is left out is larger than one that is drawn.
  const own = [...ends].filter(([code]) => inside.has(places.get(code) ?? code));
  const least = Math.min(...own.filter(([code]) => drawn.has(code)).map(([, cell]) => cell));
  for (const [code, cell] of own) {
    if (!drawn.has(code) && cell > least)
      faults.push(`${what}: ${code} (${cell}) is not drawn, and one of ${least} is`);
  }
  if ([...ends.values()].some((cell) => cell > 0) && drawn.size < 2) faults.push(`${what}: an empty map`);
  return faults;
}
