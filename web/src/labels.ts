// Places labels so that none overlaps another, a circle, an arrowhead or the legend; the least important give way
// (`render::map::labels`).

import type { Point } from "./data";

/** Left, top, right, lower edge. */
export type Box = readonly [number, number, number, number];
export type Anchor = "start" | "middle" | "end";

/** A label to be placed. */
export interface Wish {
  /** Its texts; the first that fits is used. */
  readonly texts: readonly string[];
  readonly size: number;
  readonly isBold: boolean;
  readonly at: Point;
  readonly radius: number;
  /** Its preferred direction; zero without one. */
  readonly away: Point;
  readonly acrossLines: boolean;
  /** Whether it can cover its own point. */
  readonly onPoint: boolean;
}

export interface Label {
  readonly wish: number;
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly anchor: Anchor;
}

export interface Obstacles {
  readonly circles: readonly { readonly at: Point; readonly radius: number }[];
  readonly boxes: readonly Box[];
  /** Points along lines: covered only if nothing better is free. */
  readonly points: readonly Point[];
}

const PAD = 3;
const ACROSS = 3;

let pen: CanvasRenderingContext2D | null = null;
let family = "sans-serif";
const widths = new Map<string, number>();

/** The typeface that texts are measured and drawn in. */
export function setFamily(name: string): void {
  family = name;
  widths.clear();
}

/** The width of a text, pixels. */
export function measure(text: string, size: number, isBold: boolean): number {
  const key = `${isBold ? "b" : "r"}${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    pen ??= document.createElement("canvas").getContext("2d");
    if (!pen) return text.length * size * 0.55;
    pen.font = `${isBold ? 600 : 400} 100px ${family}`;
    width = pen.measureText(text).width / 100;
    if (widths.size > 20000) widths.clear();
    widths.set(key, width);
  }
  return width * size;
}

/** The text, with its end cut off if it does not fit. */
export function fit(text: string, room: number, size: number, isBold: boolean): string {
  if (measure(text, size, isBold) <= room) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(`${text.slice(0, middle).trimEnd()}\u2026`, size, isBold) <= room) low = middle;
    else high = middle - 1;
  }
  return low > 0 ? `${text.slice(0, low).trimEnd()}\u2026` : "";
}

/** The text in lines that fit, broken between words. */
export function wrap(text: string, room: number, size: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && measure(longer, size, false) <= room) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines.map((line) => fit(line, room, size, false));
}

/** The box of a text, from the origin of its baseline. */
export function boxOf(text: string, size: number, isBold: boolean, x: number, y: number, anchor: Anchor): Box {
  const width = measure(text, size, isBold);
  const left = anchor === "start" ? x : anchor === "middle" ? x - width / 2 : x - width;
  return [left, y - size * 0.78, left + width, y + size * 0.24];
}

const grown = ([l, t, r, b]: Box, by: number): Box => [l - by, t - by, r + by, b + by];
const meets = (a: Box, b: Box): boolean => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];
const holds = (a: Box, b: Box): boolean => a[0] <= b[0] && a[1] <= b[1] && a[2] >= b[2] && a[3] >= b[3];
const distance = ([l, t, r, b]: Box, [x, y]: Point): number =>
  Math.hypot(Math.max(l - x, 0, x - r), Math.max(t - y, 0, y - b));

/** Places the wishes in their order: first the shortest text of each, then the fullest that still fits. */
export function placeLabels(wishes: readonly Wish[], obstacles: Obstacles, area: Box): Label[] {
  const boxes: (Box | null)[] = wishes.map(() => null);
  const placed: (Label | null)[] = wishes.map(() => null);
  for (const pass of ["shortest", "fullest"] as const) {
    wishes.forEach((wish, i) => {
      const texts = pass === "shortest" ? wish.texts.slice(-1) : wish.texts.slice(0, -1);
      const taken = [...obstacles.boxes, ...boxes.filter((box, j): box is Box => box !== null && j !== i)];
      for (const text of texts) {
        const found = best(wish, text, taken, obstacles, area);
        if (!found) continue;
        placed[i] = { wish: i, text, ...found };
        boxes[i] = boxOf(text, wish.size, wish.isBold, found.x, found.y, found.anchor);
        break;
      }
    });
  }
  return placed.filter((label): label is Label => label !== null);
}

type Place = Pick<Label, "x" | "y" | "anchor">;

function best(wish: Wish, text: string, boxes: readonly Box[], obstacles: Obstacles, area: Box): Place | null {
  let best: { cost: number; place: Place } | null = null;
  candidates(wish).forEach((place, order) => {
    const own = grown(boxOf(text, wish.size, wish.isBold, place.x, place.y, place.anchor), PAD);
    const isFree =
      holds(area, own) &&
      !boxes.some((box) => meets(box, own)) &&
      !obstacles.circles.some(({ at, radius }) => distance(own, at) < radius);
    if (!isFree) return;
    const covered = obstacles.points.filter(([x, y]) => own[0] < x && x < own[2] && own[1] < y && y < own[3]).length;
    if (covered > ACROSS && !wish.acrossLines) return;
    const [dx, dy] = [(own[0] + own[2]) / 2 - wish.at[0], (own[1] + own[3]) / 2 - wish.at[1]];
    const outward = (dx * wish.away[0] + dy * wish.away[1]) / Math.max(1, Math.hypot(dx, dy));
    const cost = covered * 1.5 + order * 0.1 - outward * 1.2;
    if (!best || cost < best.cost) best = { cost, place };
  });
  return (best as { place: Place } | null)?.place ?? null;
}

function candidates({ at: [x, y], size, radius, onPoint }: Wish): Place[] {
  const middle = size * 0.27;
  const out: Place[] = [];
  const put = (x: number, y: number, anchor: Anchor) => out.push({ x, y, anchor });
  if (onPoint) {
    const around = [0, 0, 0, -14, 0, 14, 0, -28, 0, 28, -30, 0, 30, 0, -40, 22, 40, -22];
    for (let i = 0; i < around.length; i += 2) put(x + (around[i] ?? 0), y + (around[i + 1] ?? 0) + middle, "middle");
    return out;
  }
  for (const gap of [7, 16, 28]) {
    const r = radius + gap;
    const d = r * 0.72 + 3;
    put(x + r, y + middle, "start");
    put(x - r, y + middle, "end");
    put(x, y - r - size * 0.2, "middle");
    put(x, y + r + size * 0.75, "middle");
    put(x + d, y - d, "start");
    put(x + d, y + d + middle * 2, "start");
    put(x - d, y - d, "end");
    put(x - d, y + d + middle * 2, "end");
  }
  return out;
}
