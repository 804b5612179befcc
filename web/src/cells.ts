// Sums and shares of cells: what is hidden stays hidden, what is missing stays missing.

import type { Cell } from "./data";

/** Combines two cells: hidden if either is hidden, else missing if either is missing. */
export function zip(a: Cell, b: Cell, join: (a: number, b: number) => number): Cell {
  if (typeof a === "number" && typeof b === "number") return join(a, b);
  return a === "hidden" || b === "hidden" ? "hidden" : "missing";
}

export const add = (a: Cell, b: Cell): Cell => zip(a, b, (a, b) => a + b);
export const minus = (a: Cell, b: Cell): Cell => zip(a, b, (a, b) => a - b);
export const sum = (cells: Iterable<Cell>): Cell => {
  let out: Cell = 0;
  for (const cell of cells) out = add(out, cell);
  return out;
};

/** A share from 0 to 1; missing if the whole is zero. */
export const share = (part: Cell, whole: Cell): Cell =>
  whole === 0 ? "missing" : zip(part, whole, (part, whole) => part / whole);

/** The number, or 0 if it is hidden or missing: only for sizes and order, never for sums. */
export const size = (cell: Cell): number => (typeof cell === "number" ? cell : 0);

/** The number as tables write it: `..` hidden, `.` missing. */
export const raw = (cell: Cell): string => (typeof cell === "number" ? String(cell) : cell === "hidden" ? ".." : ".");

/** Largest first, hidden last, ties by code. */
export function largestFirst(flows: Iterable<readonly [string, Cell]>): (readonly [string, Cell])[] {
  const size = (cell: Cell) => (typeof cell === "number" ? cell : -1);
  return [...flows].filter(([, n]) => n !== 0).sort((a, b) => size(b[1]) - size(a[1]) || (a[0] < b[0] ? -1 : 1));
}
