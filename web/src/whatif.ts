// What if offers close or an offer changes its seats: who moves, and where they go, as in `report::whatif`.

import type { Data } from "./data";
import {
  type Alternatives,
  type Amount,
  amountOf,
  cumulative,
  displacedOf,
  inCell,
  place,
  type Source,
} from "./diversion";
import { freeSeats, type Market, studentsAt } from "./market";
import { type Entry, wholeNumbers } from "./whole";

/** One change: offers close, or an offer gains or loses seats. */
export type Measure =
  | { readonly kind: "close"; readonly offers: readonly number[] }
  | { readonly kind: "seats"; readonly offer: number; readonly change: number };

/** Students of a home (null: unknown, or one of many) who leave an offer. */
export interface Moved {
  readonly home: string | null;
  readonly from: number;
  /** The offer to which they go; nowhere: no room at any alternative, or no alternative. */
  readonly to: number | "no_room" | "no_alternative";
  readonly students: number;
}

/** What becomes of the students. */
export interface Outcome {
  readonly displaced: readonly Moved[];
  /** Students whom new seats draw from other offers. */
  readonly drawn: readonly Moved[];
  /** New seats that nobody takes. */
  readonly empty: number;
}

export function outcomeOf(market: Market, measure: Measure): Outcome {
  const displaced = losses(market, measure);
  const more = measure.kind === "seats" ? Math.max(0, measure.change) : 0;
  const growth = measure.kind === "seats" && more > 0 ? grown(market, measure.offer, more) : { drawn: [], empty: 0 };
  return { displaced, ...growth };
}

/** The offers that lose students, with the number of these. */
function losers(market: Market, measure: Measure): Map<number, number> {
  if (measure.kind === "close") {
    const sorted = [...new Set(measure.offers)].sort((a, b) => a - b);
    return new Map(sorted.map((offer) => [offer, studentsAt(market, offer)]));
  }
  const seats = market.offers[measure.offer]?.seats ?? null;
  if (seats === null || measure.change >= 0) return new Map();
  const beyond = studentsAt(market, measure.offer) - Math.max(0, seats + measure.change);
  return beyond > 0 ? new Map([[measure.offer, beyond]]) : new Map();
}

/** Displaced students of a home at an offer. */
interface Row {
  readonly home: string | null;
  readonly offer: number;
  readonly source: Source;
}

/** Places the students of what closes and what loses seats. */
function losses(market: Market, measure: Measure): Moved[] {
  const { layers } = market;
  const leaving = losers(market, measure);
  const { cells, students } = displacedOf(layers, [...leaving.keys()], (choice) => leaving.has(choice));
  const rows: Row[] = [];
  for (const [offer, count] of leaving) {
    const own = students.filter(([at]) => layers.choosers[at]?.choice === offer);
    const weights = own.map(([at]) => layers.choosers[at]?.students ?? 0);
    const amounts = cumulative(amountOf(count), weights, market.offers[offer]?.students ?? 0);
    own.forEach(([at, cell], i) =>
      rows.push({ home: market.homes[at] ?? null, offer, source: { cell, amount: amounts[i] ?? 0n } }),
    );
  }
  const { placed, left } = place(
    cells,
    rows.map(({ source }) => source),
    roomOf(market),
  );
  const entries: Entry[] = [];
  rows.forEach(({ offer, source }, row) => {
    const choices = choicesOf(cells, source);
    const entry = (column: number | null, amount: Amount) => entries.push({ group: offer, row, column, amount });
    choices.forEach(([choice], i) => {
      const amount = placed[row]?.[i] ?? 0n;
      if (amount > 0n) entry(choice, amount);
    });
    entry(null, left[row] ?? 0n);
  });
  const whole = wholeNumbers(entries, leaving);
  return entries.flatMap(({ row, column }, i): Moved[] => {
    const [of, count] = [rows[row], whole[i] ?? 0];
    if (!of || count === 0) return [];
    const nowhere = of.source.cell === null ? "no_alternative" : "no_room";
    return [{ home: of.home, from: of.offer, to: column ?? nowhere, students: count }];
  });
}

const choicesOf = (cells: readonly Alternatives[], { cell }: Source): Alternatives["choices"] =>
  cell === null ? [] : (cells[cell]?.choices ?? []);

/** Free seats by choice; none for unknown ones. Of offers whose seats change, none is an alternative of its own. */
function roomOf(market: Market): Map<number, number> {
  const free = market.offers.map((_, offer) => [offer, freeSeats(market, offer)] as const);
  return new Map(free.filter((entry): entry is [number, number] => entry[1] !== null));
}

/** Fills new seats of an offer with students of others. */
function grown(market: Market, offer: number, seats: number): Omit<Outcome, "displaced"> {
  const { layers } = market;
  const { cells, students } = displacedOf(layers, [offer], (choice) => choice === offer);
  const weights = students.map(([at]) => layers.choosers[at]?.students ?? 0);
  const amounts = cumulative(amountOf(seats), weights, Math.max(1, market.offers[offer]?.students ?? 0));
  const sources = students.map(([, cell], i): Source => ({ cell, amount: amounts[i] ?? 0n }));
  const room = new Map(market.offers.map((_, other) => [other, studentsAt(market, other)]));
  const { placed } = place(cells, sources, room);
  const members = cells.map((cell) => cell.choices.map(([choice]) => inCell(layers, cell, choice)));
  // By the offer that students leave and their position among choosers.
  const drawn = new Map<number, Amount>();
  sources.forEach((source, i) => {
    choicesOf(cells, source).forEach(([, count], to) => {
      const own = members[source.cell ?? -1]?.[to] ?? [];
      const parts = cumulative(
        placed[i]?.[to] ?? 0n,
        own.map((at) => layers.choosers[at]?.students ?? 0),
        count,
      );
      own.forEach((at, part) => drawn.set(at, (drawn.get(at) ?? 0n) + (parts[part] ?? 0n)));
    });
  });
  // Choosers are in the order of choices.
  const those = [...drawn.keys()].sort((a, b) => a - b);
  const leaves = (at: number): number => layers.choosers[at]?.choice ?? -1;
  const entries = those.map((at): Entry => ({ group: 0, row: 0, column: leaves(at), amount: drawn.get(at) ?? 0n }));
  const taken = entries.reduce((sum, { amount }) => sum + amount, 0n);
  const empty = amountOf(seats) - taken;
  entries.push({ group: 0, row: 0, column: null, amount: empty > 0n ? empty : 0n });
  const whole = wholeNumbers(entries, new Map([[0, seats]]));
  const moved = those.map((at, i): Moved => ({
    home: market.homes[at] ?? null,
    from: leaves(at),
    to: offer,
    students: whole[i] ?? 0,
  }));
  return { drawn: moved.filter(({ students }) => students > 0), empty: whole[those.length] ?? 0 };
}

/** What becomes of a displaced student: a unit of the home municipality, of another one, of an independent provider, of
 * a region, the state or a federation, no room, or no alternative. */
export const FATES = [
  "own_provider",
  "other_municipality",
  "independent",
  "region_state",
  "no_room",
  "no_alternative",
] as const;
export type Fate = (typeof FATES)[number];

/** Students of a home by what becomes of them. */
export interface HomeFates {
  readonly home: string | null;
  readonly students: Readonly<Record<Fate, number>>;
}

function fateOf(data: Data, market: Market, { home, to }: Moved): Fate {
  if (typeof to !== "number") return to;
  const provider = data.names.units[market.offers[to]?.unit ?? ""]?.[2] ?? "";
  const kind = data.names.providers[provider]?.[1];
  if (kind === "municipal") return provider === home ? "own_provider" : "other_municipality";
  return kind === "independent" ? "independent" : "region_state";
}

/** No students. */
const none = (): Record<Fate, number> => Object.fromEntries(FATES.map((fate) => [fate, 0])) as Record<Fate, number>;

/** All students of a home. */
export const allOf = ({ students }: HomeFates): number => FATES.reduce((sum, fate) => sum + students[fate], 0);

/** The fates of students who change place, by home; those with most students first, ties by code, no home last. */
export function fatesOf(data: Data, market: Market, moved: readonly Moved[]): HomeFates[] {
  const homes = new Map<string | null, Record<Fate, number>>();
  for (const one of moved) {
    const sums = homes.get(one.home) ?? none();
    sums[fateOf(data, market, one)] += one.students;
    homes.set(one.home, sums);
  }
  const out = [...homes].map(([home, students]): HomeFates => ({ home, students }));
  const byCode = (a: HomeFates, b: HomeFates) =>
    Number(a.home === null) - Number(b.home === null) || ((a.home ?? "") < (b.home ?? "") ? -1 : 1);
  return out.sort((a, b) => allOf(b) - allOf(a) || byCode(a, b));
}

/** The sum over homes. */
export function total(homes: readonly HomeFates[]): HomeFates {
  const students = none();
  for (const home of homes) for (const fate of FATES) students[fate] += home.students[fate];
  return { home: null, students };
}

/** Students by the offer to which they go, or from which they come: largest first, ties in the order of offers. */
export function byOffer(moved: readonly Moved[], end: (moved: Moved) => Moved["to"]): [number, number][] {
  const sums = new Map<number, number>();
  for (const one of moved) {
    const offer = end(one);
    if (typeof offer === "number") sums.set(offer, (sums.get(offer) ?? 0) + one.students);
  }
  return [...sums].sort((a, b) => b[1] - a[1] || a[0] - b[0]);
}
