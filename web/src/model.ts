// Queries of views about the released flows, with the same answers for every release, as in `report::mobility`: an
// internal release has flows unit by unit, whose sums are computed; a public one has sums, which are looked up and
// never computed from visible numbers.

import { add, largestFirst, minus, sum } from "./cells";
import { type Cell, cell, column, type Data, type Kind } from "./data";
import { Ledgers } from "./ledger";
import { type Market, readMarket } from "./market";
import { Programmes } from "./programmes";
import { Rows } from "./rows";
import type { Selection } from "./state";

export const OUT = "OUT";
const ALL = "ALL";
/** Codes of sums over homes and units. */
const KNOWN = "ALL:known";
const BUT = "ALL:but:";
const PROVIDER = "ALL:provider:";

/** Who runs a unit, seen from a home. */
export type Runner = "own" | "municipal" | "independent" | "publicOther" | "mixed";
export const RUNNERS: readonly Runner[] = ["own", "municipal", "independent", "publicOther"];

/** The kind of a provider, seen from a home municipality; without a home, no municipality is the own one. */
export function runner(kind: Kind, provider: string, home: string | null): Runner {
  if (kind === "municipal") return provider === home ? "own" : "municipal";
  return kind === "independent" ? "independent" : "publicOther";
}

/** The students of a home, or the pupils of some units. */
export interface Totals {
  readonly all: Cell;
  /** Students who both live and study there. */
  readonly here: Cell;
  /** Students who cross its border. */
  readonly elsewhere: Cell;
  /** Where they study or live, by code, largest first. */
  readonly flows: readonly (readonly [string, Cell])[];
}

/** The rows of `flows` of a snapshot and year: from, to, and the first row of each home. */
interface Block {
  readonly from: number;
  readonly to: number;
  readonly homes: ReadonlyMap<number, readonly [number, number]>;
}

export class Model {
  private readonly blocks = new Map<string, Block>();
  private readonly rows: Rows;
  private readonly choices: Programmes;
  /** The ledger of a year's students, unit by unit, and the number of seats. */
  readonly ledgers: Ledgers;
  private readonly lookups = new Map<string, ReadonlyMap<string, Cell>>();
  private readonly region: ReadonlySet<string>;

  /** Buffer for sums by code. */
  private readonly scratch: Int32Array;
  /** Codes of all municipalities; and by position of a code: its municipality (for a unit, that of its location), and
   * its unit; -1 for none. */
  private readonly places: readonly string[];
  private readonly known: Int32Array;
  private readonly lies: Int32Array;
  private readonly units: Int32Array;
  private readonly unitsBy = new Map<string, Set<string>>();

  constructor(readonly data: Data) {
    this.region = new Set(data.municipalities);
    const { codes, names } = data;
    this.scratch = new Int32Array(codes.length);
    this.places = Object.keys(names.places);
    const positions = new Map(this.places.map((code, i) => [code, i]));
    this.known = Int32Array.from(codes, (code) => positions.get(code) ?? -1);
    this.lies = Int32Array.from(codes, (code) => positions.get(names.units[code]?.[1] ?? "") ?? -1);
    this.units = Int32Array.from(codes, (code, i) => (Object.hasOwn(names.units, code) ? i : -1));
    for (const [unit, [, place, provider]] of Object.entries(names.units)) {
      for (const key of [`m-${place}`, `p-${provider}`]) {
        const own = this.unitsBy.get(key) ?? new Set<string>();
        this.unitsBy.set(key, own.add(unit));
      }
    }
    this.rows = new Rows(data);
    this.choices = new Programmes(data);
    this.ledgers = new Ledgers(data, this.rows, this.choices);
    this.rows.walk("flows", ["snapshot", "year"], (key, from, to) => {
      const home = column(data.table("flows"), "home");
      const homes = new Map<number, readonly [number, number]>();
      for (let row = from; row < to;) {
        const own = home[row] ?? -1;
        let end = row + 1;
        while (end < to && home[end] === own) end++;
        homes.set(own, [row, end]);
        row = end;
      }
      this.blocks.set(key, { from, to, homes });
    });
  }

  /** Whether flows lead to units; otherwise they lead to the municipalities of units. */
  get tellsUnits(): boolean {
    return this.data.ends === "units";
  }

  /** Whether single flows are released, so that sums can be computed. */
  get addsUp(): boolean {
    return this.data.release === "internal";
  }

  /** The market of the report's year, read when it is first used. */
  get market(): Market {
    this.made ??= readMarket(this.data);
    return this.made;
  }

  private made: Market | null = null;

  inRegion(place: string): boolean {
    return this.region.has(place);
  }

  /** Whether a snapshot has any row in a year. */
  has(snapshot: string, year: number): boolean {
    return this.blocks.has(`${snapshot} ${year}`);
  }

  /** Whether the release has flows of these programmes between homes and places. */
  tells(programme: string): boolean {
    const isPopulation = ["national", "all"].includes(programme);
    if (this.addsUp) return true;
    const levels = this.data.rounded && !isPopulation ? ["home-place-programme", "home-unit-programme"] : ["home-place"];
    return (isPopulation || this.data.rounded) && levels.some((level) => this.data.levels.includes(level));
  }

  private block(selection: Selection): Block | undefined {
    return this.blocks.get(`${selection.snapshot} ${selection.year}`);
  }

  /** Sums of an internal release: students by the position that `key` returns for home and unit, over rows from..to.
   * */
  private sums(selection: Selection, from: number, to: number, key: (home: number, unit: number) => number): Sums {
    const flows = this.data.table("flows");
    const [home, unit] = [column(flows, "home"), column(flows, "unit")];
    const [programme, students] = [column(flows, "programme"), column(flows, "students")];
    const takes = this.choices.takes(selection.programme);
    const out = new Sums(this.scratch);
    for (let row = from; row < to; row++) {
      if (takes[programme[row] ?? -1] !== 1) continue;
      const at = key(home[row] ?? -1, unit[row] ?? -1);
      if (at >= 0) out.add(at, (students[row] ?? 2) - 2);
    }
    return out;
  }

  private named(sums: Sums): [string, Cell][] {
    return sums.take().map(([i, students]) => [this.data.codes[i] ?? "?", students]);
  }

  /** A released sum of a public release. Without a row it is hidden if counts are rounded, else zero; it is hidden if
   * its level is not published. */
  private margin(selection: Selection, level: string, home: string, unit: string): Cell {
    const { rounded, levels, names } = this.data;
    if (!rounded && !levels.includes(level)) return "hidden";
    const isOne = Object.hasOwn(names.programmes, selection.programme);
    if (!rounded && !(isOne ? level === "unit-programme" : ["national", "all"].includes(selection.programme))) {
      return "hidden";
    }
    return this.lookup(selection).get(`${home} ${unit} ${margin(selection.programme, isOne)}`) ?? (rounded ? "hidden" : 0);
  }

  /** A sum less a part of it; hidden if the rest is too small to be shown. */
  private left(all: Cell, part: Cell): Cell {
    const left = minus(all, part);
    return this.data.rounded && typeof left === "number" && left < this.data.threshold ? "hidden" : left;
  }

  /** The students of a home in a municipality, or outside the region, in a public release. */
  inPlace(home: string, place: string, selection: Selection): Cell {
    return this.margin(selection, "home-place", home, `${ALL}-${place}`);
  }

  /** The students of all homes there (all known ones, where their unit is not one), those of one, and the others. */
  private crossing(selection: Selection, home: string, unit: string): Omit<Totals, "flows"> {
    const everyone = Object.hasOwn(this.data.names.units, unit) ? ALL : KNOWN;
    const all = this.margin(selection, "unit-programme", everyone, unit);
    const here = this.margin(selection, "home-unit", home, unit);
    const elsewhere = this.inRegion(home)
      ? this.margin(selection, "home-unit", `${BUT}${home}`, unit)
      : this.left(all, here);
    return { all, here, elsewhere };
  }

  /** The pupils of a provider in a rounded release, from where they do not study. */
  private pupilsOfProvider(code: string, selection: Selection): Totals {
    const at = `${PROVIDER}${code}`;
    const units = [...this.unitsOf(`p-${code}`)];
    const placeOf = (unit: string) => this.data.names.units[unit]?.[1] ?? "";
    const homes = [...this.data.municipalities, OUT].map(
      (home) => [home, this.margin(selection, "home-provider", home, at)] as const,
    );
    const [place, ...others] = new Set(units.map(placeOf));
    if (place !== undefined && others.length === 0) {
      const flows = homes.filter(([home, students]) => home !== place && students !== "hidden");
      return { ...this.crossing(selection, place, at), flows: largestFirst(flows) };
    }
    const all = this.margin(selection, "home-provider", KNOWN, at);
    const hereOf = (home: string | null): Cell =>
      sum(
        units
          .filter((unit) => home === null || placeOf(unit) === home)
          .map((unit) => this.margin(selection, "home-unit", placeOf(unit), unit)),
      );
    const here = hereOf(null);
    const flows = homes.map(([home, students]) => {
      const own = hereOf(home);
      return [home, own === 0 ? students : this.left(students, own)] as const;
    });
    return { all, here, elsewhere: minus(all, here), flows: largestFirst(flows.filter(([, n]) => n !== "hidden")) };
  }

  /** The released sums of a snapshot and year by home, unit and programme. */
  private lookup(selection: Selection): ReadonlyMap<string, Cell> {
    const key = `${selection.snapshot} ${selection.year}`;
    let found = this.lookups.get(key);
    if (!found) {
      const cells = new Map<string, Cell>();
      for (const name of ["flows", "sums"]) {
        const table = this.data.table(name);
        const names = ["home", "unit", "programme"].map((one) => column(table, one));
        const [from, to] = this.rows.run(name, 2, key);
        for (let row = from; row < to; row++) {
          const codes = names.map((one) => this.data.codes[one[row] ?? -1] ?? "?").join(" ");
          cells.set(codes, cell(column(table, "students"), row));
        }
      }
      this.lookups.set(key, cells);
      found = cells;
    }
    return found;
  }

  /** The students of a home by destination: units, or municipalities and `OUT`. */
  destinations(home: string, selection: Selection): (readonly [string, Cell])[] {
    if (!this.addsUp && this.tellsUnits) return this.unitsOfHome(home, selection);
    if (!this.addsUp) {
      const to = (place: string) => this.margin(selection, "home-place", home, `${ALL}-${place}`);
      return largestFirst([...this.data.municipalities, OUT].map((place) => [place, to(place)]));
    }
    const rows = this.block(selection)?.homes.get(this.data.index(home));
    if (!rows) return [];
    const { units } = this;
    return largestFirst(this.named(this.sums(selection, rows[0], rows[1], (_, unit) => units[unit] ?? -1)));
  }

  /** The units with a shown number of students of a home. */
  private unitsOfHome(home: string, selection: Selection): (readonly [string, Cell])[] {
    const rows = this.block(selection)?.homes.get(this.data.index(home));
    const isOne = Object.hasOwn(this.data.names.programmes, selection.programme);
    const wanted = this.data.index(margin(selection.programme, isOne));
    const flows = this.data.table("flows");
    const [unit, programme, students] = ["unit", "programme", "students"].map((name) => column(flows, name));
    const out: (readonly [string, Cell])[] = [];
    for (let row = rows?.[0] ?? 0; row < (rows?.[1] ?? 0); row++) {
      const at = unit?.[row] ?? -1;
      if (programme?.[row] !== wanted || (this.units[at] ?? -1) < 0 || !students) continue;
      out.push([this.data.codes[at] ?? "?", cell(students, row)]);
    }
    return largestFirst(out);
  }

  /** The students of a home. */
  residents(home: string, selection: Selection): Totals {
    const flows = this.destinations(home, selection);
    if (this.addsUp) return totals(flows, (unit) => this.data.names.units[unit]?.[1] === home);
    if (["national", "all"].includes(selection.programme) && this.tells(selection.programme))
      return { ...this.balance(home, selection, ["residents", "stay", "out"]), flows };
    if (this.data.rounded) {
      const all = this.margin(selection, "home-programme", home, ALL);
      const here = this.margin(selection, "home-place-programme", home, `${ALL}-${home}`);
      const elsewhere = this.margin(selection, "home-place-programme", home, `${BUT}${home}`);
      return { all, here, elsewhere, flows };
    }
    // For single programmes, a public release shows the number of students, not where they study.
    return { all: this.shares(home, selection)?.["students"] ?? 0, here: "hidden", elsewhere: "hidden", flows: [] };
  }

  /** The pupils of units by home: all units in a municipality, of a provider, or one. */
  pupils(of: string, selection: Selection): Totals {
    const [kind, code] = [of.slice(0, 1), of.slice(2)];
    if (!this.addsUp) {
      const homes = (unit: string) =>
        largestFirst(
          [...this.data.municipalities, OUT].map((home) => [home, this.margin(selection, "home-unit", home, unit)] as const),
        ).filter(([, students]) => !this.data.rounded || students !== "hidden");
      if (kind === "u" && this.data.rounded) {
        const place = this.data.names.units[code]?.[1] ?? "";
        return { ...this.crossing(selection, place, code), flows: homes(code).filter(([home]) => home !== place) };
      }
      if (kind === "p" && this.data.rounded) return this.pupilsOfProvider(code, selection);
      if (kind !== "m") {
        const all = this.unitTotal(of, selection);
        const part: Cell = all === 0 ? 0 : "hidden";
        return { all, here: part, elsewhere: part, flows: [] };
      }
      const flows = homes(`${ALL}-${code}`);
      if (!["national", "all"].includes(selection.programme) && this.data.rounded)
        return { ...this.crossing(selection, code, `${ALL}-${code}`), flows };
      return { ...this.balance(code, selection, ["pupils_here", "stay", "into"]), flows };
    }
    const [here, elsewhere] = [new Map<string, number>(), new Map<string, number>()];
    const crossed = kind === "m" ? this.crossed(selection) : this.cross(selection, this.unitsOf(of));
    const places = kind === "m" ? [this.places.indexOf(code)] : [...this.places.keys()];
    const wide = this.places.length;
    for (const place of places) {
      if (place < 0) continue;
      for (let home = 0; home < wide; home++) {
        const students = crossed[place * wide + home] ?? 0;
        if (students === 0) continue;
        const [into, name] = [home === place ? here : elsewhere, this.places[home] ?? "?"];
        into.set(name, (into.get(name) ?? 0) + students);
      }
    }
    const whole = (homes: Map<string, number>) => sum(homes.values());
    return {
      all: add(whole(here), whole(elsewhere)),
      here: whole(here),
      elsewhere: whole(elsewhere),
      flows: largestFirst(kind === "m" ? [...elsewhere, ...here] : elsewhere),
    };
  }

  /** Students of known homes by the municipality that their unit lies in: a row of homes for each place. */
  private cross(selection: Selection, units: ReadonlySet<string> | null): Int32Array {
    const wide = this.places.length;
    const out = new Int32Array(wide * wide);
    const block = this.block(selection);
    if (!block) return out;
    const flows = this.data.table("flows");
    const [home, unit] = [column(flows, "home"), column(flows, "unit")];
    const [programme, students] = [column(flows, "programme"), column(flows, "students")];
    const takes = this.choices.takes(selection.programme);
    const lies = units ? this.lies.map((place, i) => (units.has(this.data.codes[i] ?? "") ? place : -1)) : this.lies;
    const { known } = this;
    for (let row = block.from; row < block.to; row++) {
      const [to, from] = [lies[unit[row] ?? -1] ?? -1, known[home[row] ?? -1] ?? -1];
      if (to < 0 || from < 0 || takes[programme[row] ?? -1] !== 1) continue;
      const at = to * wide + from;
      out[at] = (out[at] ?? 0) + (students[row] ?? 2) - 2;
    }
    return out;
  }

  /** The same for all units, cached for recent selections. */
  private crossed(selection: Selection): Int32Array {
    const key = `${selection.snapshot} ${selection.year} ${selection.programme}`;
    let found = this.kept.get(key);
    if (!found) {
      found = this.cross(selection, null);
      if (this.kept.size > 8) this.kept.clear();
      this.kept.set(key, found);
    }
    return found;
  }

  /** All students of a municipality's homes or units, and the largest number that go to, or come from, one other
   * municipality (all outside the region together). */
  bound(
    code: string,
    selection: Selection,
    side: "home" | "provider",
  ): { readonly all: number; readonly most: number } {
    const [crossed, wide, own] = [this.crossed(selection), this.places.length, this.places.indexOf(code)];
    let [all, most, outside] = [0, 0, 0];
    for (let other = 0; other < wide; other++) {
      const students = crossed[side === "home" ? other * wide + own : own * wide + other] ?? 0;
      all += students;
      if (other === own || students === 0) continue;
      if (this.inRegion(this.places[other] ?? "")) most = Math.max(most, students);
      else outside += students;
    }
    return { all, most: Math.max(most, outside) };
  }

  private readonly kept = new Map<string, Int32Array>();

  /** The units of a municipality, a provider, or one. */
  unitsOf(of: string): ReadonlySet<string> {
    return of.startsWith("u-") ? new Set([of.slice(2)]) : (this.unitsBy.get(of) ?? new Set<string>());
  }

  /** The units of a subject that have pupils: all, and those from another municipality (missing if not released). */
  pupilsOfUnits(of: string, selection: Selection): { unit: string; all: Cell; elsewhere: Cell }[] {
    const units = this.unitsOf(of);
    if (!this.addsUp) {
      const all = [...units].map((unit) => [unit, this.margin(selection, "unit-programme", ALL, unit)] as const);
      const told = largestFirst(all).filter(([, students]) => !this.data.rounded || students !== "hidden");
      return told.map(([unit, all]) => {
        const place = this.data.names.units[unit]?.[1] ?? "";
        const elsewhere = this.tellsUnits ? this.crossing(selection, place, unit).elsewhere : ("missing" as const);
        return { unit, all, elsewhere };
      });
    }
    const block = this.block(selection);
    if (!block) return [];
    const { known, lies } = this;
    const wanted = this.units.map((at, i) => (units.has(this.data.codes[i] ?? "") ? at : -1));
    const at = (home: number, unit: number) => ((known[home] ?? -1) < 0 ? -1 : (wanted[unit] ?? -1));
    const isHere = (home: number, unit: number) => known[home] === lies[unit];
    const here = new Map(
      this.sums(selection, block.from, block.to, (home, unit) => (isHere(home, unit) ? at(home, unit) : -1)).take(),
    );
    const all = this.sums(selection, block.from, block.to, at);
    return largestFirst(this.named(all)).map(([unit, all]) => ({
      unit,
      all,
      elsewhere: minus(all, here.get(this.data.index(unit)) ?? 0),
    }));
  }

  private unitTotal(of: string, selection: Selection): Cell {
    return sum([...this.unitsOf(of)].map((unit) => this.margin(selection, "unit-programme", ALL, unit)));
  }

  private balance(
    place: string,
    selection: Selection,
    names: readonly [string, string, string],
  ): Omit<Totals, "flows"> {
    const row = this.rows.find("balance", 3, [
      selection.snapshot,
      String(selection.year),
      selection.programme,
      place,
    ]);
    const table = this.data.table("balance");
    const [all, here, elsewhere] = names.map((name) => (row < 0 ? "hidden" : cell(column(table, name), row)));
    return { all: all ?? "hidden", here: here ?? "hidden", elsewhere: elsewhere ?? "hidden" };
  }

  /** The students of a home by who runs their unit. */
  parts(home: string, selection: Selection): Map<Runner, Cell> {
    const out = new Map<Runner, Cell>();
    if (this.addsUp) {
      for (const [unit, students] of this.destinations(home, selection)) {
        const side = this.runner(unit, home);
        out.set(side, add(out.get(side) ?? 0, students));
      }
      return out;
    }
    const shares = this.shares(home, selection);
    if (!shares) return out;
    const of = (name: string) => shares[name] ?? "hidden";
    out.set("own", of("own_provider"));
    out.set("municipal", of("other_municipality"));
    out.set("independent", add(of("independent_home"), of("independent_elsewhere")));
    out.set("publicOther", of("region_state"));
    return out;
  }

  /** The residents of a municipality by programme, and how many of them are with another provider. */
  programmes(home: string, selection: Selection): { code: string; students: Cell; cross: Cell }[] {
    const codes = Object.keys(this.data.names.programmes);
    if (!this.addsUp) {
      return codes.map((code) => {
        const row = this.shares(home, { ...selection, programme: code });
        const none = this.data.rounded ? "hidden" : 0;
        return { code, students: row?.["students"] ?? none, cross: row?.["cross_provider"] ?? none };
      });
    }
    const rows = this.block(selection)?.homes.get(this.data.index(home));
    const flows = this.data.table("flows");
    const [unit, programme, students] = ["unit", "programme", "students"].map((name) => column(flows, name));
    const [all, cross] = [new Map<number, number>(), new Map<number, number>()];
    const own = Uint8Array.from(this.data.codes, (code, i) =>
      Number((this.units[i] ?? -1) >= 0 && this.runner(code, home) === "own"),
    );
    for (let row = rows?.[0] ?? 0; row < (rows?.[1] ?? 0); row++) {
      const [to, of, n] = [unit?.[row] ?? -1, programme?.[row] ?? -1, (students?.[row] ?? 2) - 2];
      if ((this.units[to] ?? -1) < 0) continue;
      all.set(of, (all.get(of) ?? 0) + n);
      if (own[to] === 0) cross.set(of, (cross.get(of) ?? 0) + n);
    }
    return codes.map((code) => {
      const at = this.data.index(code);
      return { code, students: all.get(at) ?? 0, cross: cross.get(at) ?? 0 };
    });
  }

  /** The row of `shares` of a home, in a release without flows to units. */
  private shares(home: string, selection: Selection): Readonly<Record<string, Cell>> | null {
    const { programme } = selection;
    const population = this.choices.population(programme);
    const code = ["national", "all"].includes(programme)
      ? ALL
      : ["vocational", "preparatory", "introduction"].includes(programme)
        ? `${ALL}-${programme}`
        : programme;
    const row = this.rows.find("shares", 3, [selection.snapshot, String(selection.year), population, home, code]);
    if (row < 0) return null;
    const table = this.data.table("shares");
    return Object.fromEntries(SHARES.map((name) => [name, cell(column(table, name), row)]));
  }

  runner(unit: string, home: string | null): Runner {
    const provider = this.data.names.units[unit]?.[2] ?? "";
    return runner(this.data.names.providers[provider]?.[1] ?? "independent", provider, home);
  }

  /** Students by home and by the municipality that they study in; `OUT` is all outside the region. */
  matrix(selection: Selection): (home: string, place: string) => Cell {
    if (!this.addsUp) return (home, place) => this.margin(selection, "home-place", home, `${ALL}-${place}`);
    const [crossed, wide] = [this.crossed(selection), this.places.length];
    const positions = new Map(this.places.map((code, i) => [code, i]));
    const outside = this.places.flatMap((code, i) => (this.inRegion(code) ? [] : [i]));
    const of = (code: string) => (code === OUT ? outside : [positions.get(code) ?? -1]);
    return (home, place) => {
      let students = 0;
      for (const to of of(place)) for (const from of of(home)) students += crossed[to * wide + from] ?? 0;
      return students;
    };
  }

  /** The students of a home of the region, or of all outside it, wherever they study. */
  whole(home: string, selection: Selection): Cell {
    if (!this.addsUp) {
      if (this.data.rounded) return this.margin(selection, "home-programme", home, ALL);
      if (home === OUT)
        return sum([...this.data.municipalities, OUT].map((place) => this.matrix(selection)(OUT, place)));
      return this.residents(home, selection).all;
    }
    if (home !== OUT) return this.bound(home, selection, "home").all;
    const cell = this.matrix(selection);
    return sum([...this.data.municipalities, OUT].map((place) => cell(OUT, place)));
  }
}

/** The code of these programmes in rows of a public release. */
const margin = (programme: string, isOne: boolean): string =>
  isOne ? programme : programme === "all" ? ALL : `${ALL}-${programme}`;

const SHARES = [
  "students",
  "own_provider",
  "other_municipality",
  "independent_home",
  "independent_elsewhere",
  "region_state",
  "cross_provider",
] as const;

function totals(flows: readonly (readonly [string, Cell])[], isHere: (code: string) => boolean): Totals {
  const here = sum(flows.filter(([code]) => isHere(code)).map(([, n]) => n));
  const elsewhere = sum(flows.filter(([code]) => !isHere(code)).map(([, n]) => n));
  return { all: add(here, elsewhere), here, elsewhere, flows };
}

/** Sums by position, in a reused buffer. */
class Sums {
  private readonly touched: number[] = [];

  constructor(private readonly room: Int32Array) {}

  add(at: number, students: number): void {
    if (this.room[at] === 0) this.touched.push(at);
    this.room[at] = (this.room[at] ?? 0) + students;
  }

  /** Returns the sums and empties the buffer. */
  take(): [number, number][] {
    return this.touched.map((at) => {
      const sum = this.room[at] ?? 0;
      this.room[at] = 0;
      return [at, sum];
    });
  }
}
