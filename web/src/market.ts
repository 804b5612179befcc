// The market of the report's year: who attends what in year group 1, with seats, as in `src/tables/market.rs`.

import { type Cell, cell, column, type Data } from "./data";
import {
  amountOf,
  type Choosers,
  displacedOf,
  diversionOf,
  type Layers,
  layersOf,
  millionths,
  shareOf,
} from "./diversion";

/** Keys: home and programme, home and group of programmes, programme, group. */
const LAYERS = 4;
const KINDS = ["vocational", "preparatory", "introduction", "other"];
/** A key of a home is this times its number; keys of programmes and groups are smaller. */
const HOME = 2 ** 32;
const UNKNOWN = "?";

/** An offer: a programme at a unit. */
export interface Offer {
  readonly unit: string;
  readonly programme: string;
  /** Its seats at the time of the snapshot; null if they are unknown. */
  readonly seats: number | null;
  /** Its students, times the scale of the market. */
  readonly students: number;
}

export interface Market {
  readonly scale: number;
  /** Offers with students or seats, sorted; their positions are the choices of the layers. */
  readonly offers: readonly Offer[];
  /** By position of choosers: the code of their home; null if it is unknown, or one of many. */
  readonly homes: readonly (string | null)[];
  readonly layers: Layers;
  /** Positions of the offers of each unit. */
  readonly ofUnit: ReadonlyMap<string, readonly number[]>;
}

/** Whether a unit has students in the market. */
export function hasStudents(data: Data, unit: string): boolean {
  if (!data.market) return false;
  const at = data.index(unit);
  return at >= 0 && column(data.table("market"), "unit").includes(at);
}

/** The number of a group of programmes as a key; no programme has this number. */
const groupKey = (kind: string): number => HOME - 1 - KINDS.indexOf(kind);

const known = (cell: Cell): number | null => (typeof cell === "number" ? cell : null);

/** An offer's seats at the time of the snapshot, and whether it has any at some time. */
type Seats = readonly [seats: number | null, isOffered: boolean];

/** The seats of the offers of the year, by positions of unit and programme. */
function seatsOf(data: Data, key: (unit: number, programme: number) => number): Map<number, Seats> {
  const out = new Map<number, Seats>();
  const table = data.table("seats");
  const [year, unit, programme] = ["year", "unit", "programme"].map((name) => column(table, name));
  const times = [column(table, "seats_admission"), column(table, "seats_october")];
  const side = data.market?.snapshot === "admission" ? 0 : 1;
  const all = data.index("ALL");
  for (let row = 0; row < table.rows; row++) {
    if (year?.[row] !== data.year || programme?.[row] === all) continue;
    const seats = times.map((one) => known(cell(one, row)));
    const isOffered = seats.some((one) => one !== null && one > 0);
    out.set(key(unit?.[row] ?? -1, programme?.[row] ?? -1), [seats[side] ?? null, isOffered]);
  }
  return out;
}

/** The market of the page. */
export function readMarket(data: Data): Market {
  const { codes, names } = data;
  const scale = data.market?.scale ?? 1;
  const table = data.table("market");
  const [home, unit, programme] = ["home", "unit", "programme"].map((name) => column(table, name));
  const count = column(table, "students");
  const wide = codes.length + 1;
  const key = (unit: number, programme: number): number => unit * wide + programme;
  const seats = seatsOf(data, key);
  const students = new Map<number, number>();
  // Offers with seats are in the market, with or without students.
  for (const [offer, [, isOffered]] of seats) if (isOffered) students.set(offer, 0);
  for (let row = 0; row < table.rows; row++) {
    const offer = key(unit?.[row] ?? -1, programme?.[row] ?? -1);
    students.set(offer, (students.get(offer) ?? 0) + (known(cell(count, row)) ?? 0));
  }
  const sorted = [...students.keys()].sort((a, b) => a - b);
  const offers = sorted.map((offer) => ({
    unit: codes[Math.floor(offer / wide)] ?? UNKNOWN,
    programme: codes[offer % wide] ?? UNKNOWN,
    seats: seats.get(offer)?.[0] ?? null,
    students: students.get(offer) ?? 0,
  }));
  const choices = new Map(sorted.map((offer, i) => [offer, i]));
  const unknown = data.index(UNKNOWN);
  const choosers: Choosers[] = [];
  for (let row = 0; row < table.rows; row++) {
    const [from, of] = [home?.[row] ?? -1, programme?.[row] ?? -1];
    const own = from === unknown ? null : (from + 1) * HOME;
    const kind = names.programmes[codes[of] ?? ""]?.[1];
    const group = kind === undefined ? null : groupKey(kind);
    choosers.push({
      keys: [
        own === null ? null : own + of,
        own === null || group === null ? null : own + group,
        of,
        group,
      ],
      choice: choices.get(key(unit?.[row] ?? -1, of)) ?? -1,
      students: known(cell(count, row)) ?? 0,
    });
  }
  const layers = layersOf(choosers, LAYERS, scale);
  const homes = layers.choosers.map(({ keys: [own] }) =>
    own === null || own === undefined ? null : (codes[Math.floor(own / HOME) - 1] ?? UNKNOWN),
  );
  const ofUnit = new Map<string, number[]>();
  offers.forEach(({ unit }, i) => ofUnit.set(unit, [...(ofUnit.get(unit) ?? []), i]));
  return { scale, offers, homes, layers, ofUnit };
}

/** A number of students of the market, rounded. */
export const wholeStudents = (market: Market, students: number): number =>
  Math.floor((students + Math.floor(market.scale / 2)) / market.scale);

/** The students of an offer, rounded. */
export const studentsAt = (market: Market, offer: number): number =>
  wholeStudents(market, market.offers[offer]?.students ?? 0);

/** Free seats of an offer: its seats less its students, at least 0; null if its seats are unknown. */
export function freeSeats(market: Market, offer: number): number | null {
  const seats = market.offers[offer]?.seats ?? null;
  return seats === null ? null : Math.max(0, seats - studentsAt(market, offer));
}

/** A unit to which students of a unit would go if that closed and there were room for all. */
export interface UnitAlternative {
  readonly unit: string;
  /** Their share of the students, in millionths. */
  readonly share: number;
  /** Free seats of its offers; null if they are unknown. */
  readonly free: number | null;
}

/** Half a student: fewer would go to most units. */
const HALF = amountOf(1, 2);

/** The alternatives of a unit that closes to which half a student or more would go, those with most students first. */
export function unitAlternatives(market: Market, unit: string): UnitAlternative[] {
  const own = new Set(market.ofUnit.get(unit));
  const displaced = displacedOf(market.layers, [...own], (choice) => own.has(choice));
  const { to, all } = diversionOf(market.layers, displaced, market.scale);
  const sums = new Map<string, bigint>();
  for (const [choice, amount] of to) {
    const other = market.offers[choice]?.unit ?? UNKNOWN;
    sums.set(other, (sums.get(other) ?? 0n) + amount);
  }
  const free = (other: string) =>
    (market.ofUnit.get(other) ?? [])
      .map((offer) => freeSeats(market, offer))
      .reduce((sum, seats) => (seats === null ? sum : (sum ?? 0) + seats), null);
  return [...sums]
    .filter(([, amount]) => amount >= HALF)
    .sort((a, b) => millionths(b[1]) - millionths(a[1]) || (a[0] < b[0] ? -1 : 1))
    .map(([other, amount]) => ({ unit: other, share: shareOf(amount, all), free: free(other) }));
}
