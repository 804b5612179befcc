// A year's ledger of units: who was admitted, stayed, moved, left and came, and how many seats there were.

import { add, largestFirst, zip } from "./cells";
import { type Cell, cell, column, type Data, signed, type Table } from "./data";
import type { Programmes } from "./programmes";
import type { Rows } from "./rows";
import type { Selection } from "./state";

const ALL = "ALL";

/** The students of a unit at both times of a year. */
export const LEDGER = ["admitted", "stayed", "moved_out", "left", "moved_in", "arrived", "enrolled"] as const;
export type LedgerColumn = (typeof LEDGER)[number];
export type Ledger = Readonly<Record<LedgerColumn, Cell>>;

/** A unit's seats at both times of a year. */
export const SEATS = ["seats_admission", "seats_october", "seat_delta", "fill_admission", "fill_october"] as const;
export type SeatColumn = (typeof SEATS)[number];
export type Seats = Readonly<Record<SeatColumn, Cell>> & { readonly raised: boolean };

export class Ledgers {
  constructor(
    private readonly data: Data,
    private readonly rows: Rows,
    private readonly programmes: Programmes,
  ) {}

  /** The ledger of a unit, or of `ALL`, over the selected programmes; none without a row. */
  ledger(unit: string, selection: Selection): Ledger | null {
    const { programme } = selection;
    const isPopulation = programme === "national" || programme === "all";
    const population = this.programmes.population(programme);
    const row = this.rows.find("ledger", 2, [
      String(selection.year),
      population,
      unit,
      isPopulation ? ALL : programme,
    ]);
    if (row < 0) return null;
    const table = this.data.table("ledger");
    return Object.fromEntries(LEDGER.map((name) => [name, cell(column(table, name), row)])) as Record<
      LedgerColumn,
      Cell
    >;
  }

  /** The seats of a unit in the selected programmes: all, or one. */
  seats(unit: string, selection: Selection): Seats | null {
    const isOne = Object.hasOwn(this.data.names.programmes, selection.programme);
    const row = this.rows.find("seats", 1, [String(selection.year), unit, isOne ? selection.programme : ALL]);
    if (row < 0) return null;
    const table = this.data.table("seats");
    const millionths = (name: string) => zip(cell(column(table, name), row), 1e6, (a, b) => a / b);
    return {
      seats_admission: cell(column(table, "seats_admission"), row),
      seats_october: cell(column(table, "seats_october"), row),
      seat_delta: signed(column(table, "seat_delta"), row),
      fill_admission: millionths("fill_admission"),
      fill_october: millionths("fill_october"),
      raised: cell(column(table, "raised"), row) === 1,
    };
  }

  /** The units with a row in the ledger or among the seats of a year. */
  readonly unitsOfYear = remember((year: number): ReadonlySet<string> => {
    const out = new Set<string>();
    for (const name of ["ledger", "seats"]) {
      const table = this.data.table(name);
      const [years, units] = [column(table, "year"), column(table, "unit")];
      for (let row = 0; row < table.rows; row++) {
        const unit = this.data.codes[units[row] ?? -1] ?? "?";
        if (years[row] === year && Object.hasOwn(this.data.names.units, unit)) out.add(unit);
      }
    }
    return out;
  });

  /** Destinations of students who moved from a unit, or origins of those who moved to it. Only other units, except for
   * a single programme: there another programme of the same unit is another offer. */
  moves(unit: string, selection: Selection, way: "to" | "from"): (readonly [string, Cell])[] {
    const table: Table = this.data.table("moves");
    const year = column(table, "year");
    const [own, other] = way === "to" ? ["from", "to"] : ["to", "from"];
    const [ownUnit, otherUnit] = [column(table, `${own}_unit`), column(table, `${other}_unit`)];
    const programmes = [column(table, "from_programme"), column(table, "to_programme")];
    const students = column(table, "students");
    // As in the ledger, the selection applies to the unit's own end; the other end has the same population.
    const takes = this.programmes.takes(selection.programme);
    const wide = this.programmes.takes(this.programmes.population(selection.programme));
    const isOne = Object.hasOwn(this.data.names.programmes, selection.programme);
    const [mine, theirs] = way === "to" ? programmes : [programmes[1], programmes[0]];
    const at = this.data.index(unit);
    const sums = new Map<string, Cell>();
    for (let row = 0; row < table.rows; row++) {
      if (year[row] !== selection.year || ownUnit[row] !== at) continue;
      // Over several programmes, students who stay at the unit have not moved.
      if (otherUnit[row] === at && !isOne) continue;
      const isSum = this.data.codes[mine?.[row] ?? -1] === ALL;
      if (isSum ? selection.programme !== "all" : takes[mine?.[row] ?? -1] !== 1 || wide[theirs?.[row] ?? -1] !== 1)
        continue;
      const code = this.data.codes[otherUnit[row] ?? -1] ?? "?";
      sums.set(code, add(sums.get(code) ?? 0, cell(students, row)));
    }
    return largestFirst(sums);
  }
}

/** A function that caches its results. */
function remember<K, V>(find: (key: K) => V): (key: K) => V {
  const found = new Map<K, V>();
  return (key) => {
    const known = found.get(key);
    if (known !== undefined) return known;
    const value = find(key);
    found.set(key, value);
    return value;
  };
}
