// The present view, and its address: `#?year=2023&snapshot=october&…`.

import type { Data, Snapshot } from "./data";

export type Side = "home" | "provider";
export type View = "map" | "matrix" | "sankey" | "units";
export const VIEWS: readonly View[] = ["map", "matrix", "sankey", "units"];
export const SNAPSHOTS: readonly Snapshot[] = ["admission", "october", "enrolled"];
export const GROUPS = ["national", "all", "vocational", "preparatory", "introduction"] as const;

/** A view: every part of it is in the address. */
export interface State {
  readonly year: number;
  readonly snapshot: Snapshot;
  /** A population (`national`, `all`), a group, or the code of a programme. */
  readonly programme: string;
  readonly side: Side;
  /** `m-`, `p-` or `u-` and the code of a municipality, a provider or a unit. */
  readonly of: string;
  readonly view: View;
  /** The comparison: none, `year-2022`, `snapshot-admission`, or `m-` and a code. */
  readonly with: string;
}

const KEYS: readonly (keyof State)[] = ["year", "snapshot", "programme", "side", "of", "view", "with"];

/** A snapshot and a set of programmes: the part of a view that all its numbers share. */
export interface Selection {
  readonly year: number;
  readonly snapshot: Snapshot;
  readonly programme: string;
}

export const kindOf = (of: string): string => of.slice(0, 1);
export const codeOf = (of: string): string => of.slice(2);

/** The address of a view. */
export function toHash(state: State): string {
  return `#?${KEYS.map((key) => `${key}=${encodeURIComponent(String(state[key]))}`).join("&")}`;
}

/** The view of an address. Missing parts, and values that the page does not know, are taken from `start`. None if the
 * address is an anchor of the page. */
export function fromHash(hash: string, data: Data, start: State): State | null {
  if (!hash.startsWith("#?")) return null;
  const told = new URLSearchParams(hash.slice(2));
  const pick = <T extends string>(key: keyof State, known: (value: string) => boolean, other: T): T => {
    const value = told.get(key);
    return value !== null && known(value) ? (value as T) : other;
  };
  const year = Number(told.get("year"));
  const isPlace = (code: string) => data.names.places[code]?.[1] === true;
  const isSubject = (of: string) =>
    (of.startsWith("m-") && isPlace(codeOf(of))) ||
    (of.startsWith("p-") && Object.hasOwn(data.names.providers, codeOf(of))) ||
    (of.startsWith("u-") && Object.hasOwn(data.names.units, codeOf(of)));
  const of = pick("of", isSubject, start.of);
  const isOther = (value: string) =>
    value === "" ||
    (value.startsWith("year-") && data.years.includes(Number(value.slice(5)))) ||
    (value.startsWith("snapshot-") && SNAPSHOTS.some((one) => `snapshot-${one}` === value)) ||
    (value.startsWith("m-") && isPlace(codeOf(value)));
  const isProgramme = (value: string) =>
    (GROUPS as readonly string[]).includes(value) || Object.hasOwn(data.names.programmes, value);
  return settled({
    year: data.years.includes(year) ? year : start.year,
    snapshot: pick("snapshot", (value) => (SNAPSHOTS as readonly string[]).includes(value), start.snapshot),
    programme: pick("programme", isProgramme, start.programme),
    side: pick("side", (value) => value === "home" || value === "provider", start.side),
    of,
    view: pick("view", (value) => (VIEWS as readonly string[]).includes(value), start.view),
    with: pick("with", isOther, ""),
  });
}

/** A consistent view: providers and units have pupils, not residents, and nothing is compared with itself. */
export function settled(state: State): State {
  const isPlace = state.of.startsWith("m-");
  const same = [`year-${state.year}`, `snapshot-${state.snapshot}`, state.of];
  const isOther = !same.includes(state.with) && (isPlace || !state.with.startsWith("m-"));
  return { ...state, side: isPlace ? state.side : "provider", with: isOther ? state.with : "" };
}

/** The two views that a view compares; one without a comparison. */
export function compared(state: State): readonly State[] {
  if (state.with.startsWith("year-")) return [{ ...state, year: Number(state.with.slice(5)), with: "" }, state];
  if (state.with.startsWith("snapshot-")) {
    return [{ ...state, snapshot: state.with.slice(9) as Snapshot, with: "" }, state];
  }
  if (state.with.startsWith("m-")) return [state, { ...state, of: state.with, with: "" }];
  return [state];
}
