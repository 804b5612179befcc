// The layout of a map's circles and lines. Those on the report's map of the same municipality have the same positions;
// others are spread around their true positions, and lines are routed by the same rules (`render::map::layout`), with
// fewer attempts.

import type { Mark, Point } from "./data";
import type { Node } from "./gather";

/** Bends to try, smallest first, as a share of the chord. */
const BENDS = [0, 0.05, -0.05, 0.11, -0.11, 0.17, -0.17, 0.23, -0.23, 0.29, -0.29, 0.38, -0.38];
/** Number of straight segments that approximate a curve. */
const PIECES = 16;
/** Minimum distance between a line and a circle that is not its own. */
const ROOM = 5;
/** Rounds in which circles are pushed apart. */
const ROUNDS = 160;

/** A circle with its position. */
export interface Disc {
  /** Its true position. */
  readonly home: Point;
  x: number;
  y: number;
  readonly radius: number;
  /** Distance that it keeps around itself. */
  readonly room: number;
  /** Maximum distance that it can move. */
  readonly reach: number;
  /** The width of its line to or from the first circle. */
  readonly line: number;
  readonly isFixed: boolean;
  /** Whether it has a true position. */
  readonly isPlaced: boolean;
}

/** A line: a quadratic curve and its arrowhead. */
export interface Curve {
  readonly start: Point;
  readonly control: Point;
  readonly end: Point;
  readonly head: readonly [Point, Point, Point];
  readonly width: number;
}

export interface Layout {
  readonly discs: readonly Disc[];
  /** By node; null for the centre, and for a node whose line has no clear path. */
  readonly curves: readonly (Curve | null)[];
}

export interface Setting {
  readonly card: readonly [number, number, number, number];
  readonly outside: Point;
  readonly gap: number;
  readonly radius: (node: Node) => number;
  readonly width: (students: number) => number;
  /** The layout of the report's map, if there is one. */
  readonly marks: readonly Mark[];
  /** Whether lines lead away from the centre. */
  readonly isOut: boolean;
}

const unit = ([ax, ay]: Point, [bx, by]: Point): Point => {
  const length = Math.hypot(bx - ax, by - ay);
  return length < 1e-9 ? [1, 0] : [(bx - ax) / length, (by - ay) / length];
};
const ahead = ([x, y]: Point, [dx, dy]: Point, by: number): Point => [x + dx * by, y + dy * by];

/** How far circles can move, as multiples of their reach, if lines have no clear path with the report's positions. */
const REACHES = [0.7, 1.3, 2, 3.3];

/** Places circles and lines: as on the report's map, or again if lines would have no clear path. */
export function layOut(nodes: readonly Node[], setting: Setting): Layout {
  const known = new Map(setting.marks.map((mark) => [mark[0], mark]));
  let best = attempt(nodes, setting, known, 1);
  for (const reach of REACHES) {
    if (best.lost === 0) break;
    const next = attempt(nodes, setting, new Map(), reach);
    if (next.lost < best.lost) best = next;
  }
  // A line without a clear path takes the least obstructed one: showing it is better than losing it.
  return best.lost === 0 ? best : { ...best, curves: best.forced };
}

function attempt(
  nodes: readonly Node[],
  setting: Setting,
  known: ReadonlyMap<string, Mark>,
  reach: number,
): Layout & { readonly lost: number; readonly forced: readonly (Curve | null)[] } {
  const discs = place(nodes, setting, known, reach);
  spread(discs, setting);
  const curves: (Curve | null)[] = nodes.map(() => null);
  const hub = discs[0];
  const forced: (Curve | null)[] = nodes.map(() => null);
  if (!hub) return { discs, curves, lost: 0, forced };
  // The widest lines choose first.
  const order = nodes.map((_, i) => i).slice(1);
  order.sort((a, b) => (nodes[b]?.students ?? 0) - (nodes[a]?.students ?? 0) || a - b);
  const sampled: Point[][] = [];
  let lost = 0;
  for (const i of order) {
    const [node, disc] = [nodes[i], discs[i]];
    if (!node || !disc?.isPlaced) continue;
    const [from, to] = setting.isOut ? [hub, disc] : [disc, hub];
    const control = known.get(node.code)?.[3];
    const { curve, crowded } = way(from, to, discs, setting, disc.line, control ?? null, sampled);
    forced[i] = curve;
    if (crowded > 0) {
      lost += 1;
      continue;
    }
    curves[i] = curve;
    sampled.push(points(curve));
  }
  return { discs, curves, lost, forced };
}

function place(nodes: readonly Node[], setting: Setting, known: ReadonlyMap<string, Mark>, reach: number): Disc[] {
  const [left, top, right, bottom] = setting.card;
  const lost = nodes.filter((node) => node.code !== "OUT" && !node.place).length;
  const isRing = lost > 0 && (2 * lost >= nodes.length || !nodes[0]?.place);
  const middle: Point = [(left + right) / 2 + 30, (top + bottom) / 2];
  return nodes.map((node, i) => {
    const mark = known.get(node.code);
    let at: Point | null = mark ? [mark[1], mark[2]] : node.code === "OUT" ? setting.outside : node.place;
    if (isRing && !mark) {
      const angle = ((i - 1) / Math.max(1, nodes.length - 1)) * 2 * Math.PI;
      at = i === 0 ? middle : ahead(middle, [Math.sin(angle) * 1.2, -Math.cos(angle)], (bottom - top) / 2 - 80);
    }
    return {
      home: at ?? [0, 0],
      x: at?.[0] ?? 0,
      y: at?.[1] ?? 0,
      radius: setting.radius(node),
      room: i === 0 ? 60 : node.role === "municipality" ? 20 : 6,
      reach: (node.role === "municipality" ? 40 : 80) * reach,
      line: i === 0 ? 0 : setting.width(node.students),
      isFixed: i === 0 || node.code === "OUT" || mark !== undefined,
      isPlaced: at !== null,
    };
  });
}

/** Moves circles apart, and off the straight lines between the first one and the others, near their true positions. */
function spread(discs: readonly Disc[], setting: Setting): void {
  const placed = discs.filter((disc) => disc.isPlaced);
  const hub = discs[0];
  if (!hub || placed.every((disc) => disc.isFixed)) return;
  placed.forEach((disc, i) => {
    if (disc.isFixed) return;
    // Circles on the same spot leave it by the golden angle, in the order of the list.
    disc.x += Math.cos(i * 2.399963) * 0.5;
    disc.y += Math.sin(i * 2.399963) * 0.5;
  });
  for (let round = 0; round < ROUNDS; round++) {
    const [pull, isLate] = [round < ROUNDS * 0.75 ? 0.03 : 0, round >= ROUNDS * 0.9];
    let isMoved = false;
    for (const disc of placed) {
      if (disc.isFixed) continue;
      disc.x += (disc.home[0] - disc.x) * pull;
      disc.y += (disc.home[1] - disc.y) * pull;
    }
    // The last rounds only separate circles: lines can still bend, overlapping circles cannot.
    if (!isLate) for (const b of placed) if (b !== hub && makeWay(hub, b, placed)) isMoved = true;
    for (let i = 0; i < placed.length; i++) {
      for (let j = i + 1; j < placed.length; j++) {
        const [a, b] = [placed[i], placed[j]];
        if (a && b && push(a, b)) isMoved = true;
      }
    }
    for (const disc of placed) keepNear(disc, setting.card, isLate);
    if (!isMoved && pull === 0) break;
  }
}

/** Moves circles off the straight line between the first circle and another, and that line off them. */
function makeWay(hub: Disc, b: Disc, placed: readonly Disc[]): boolean {
  let isMoved = false;
  for (let i = 0; i < placed.length; i++) {
    const a = placed[i];
    if (!a || a === hub || a === b || (a.isFixed && b.isFixed)) continue;
    const [bx, by, dx, dy] = [b.x - hub.x, b.y - hub.y, a.x - hub.x, a.y - hub.y];
    const length = Math.max(1e-9, Math.sqrt(bx * bx + by * by));
    const [ux, uy] = [bx / length, by / length];
    const on = dx * ux + dy * uy;
    const off = dy * ux - dx * uy;
    const wanted = a.radius + 7 + b.line / 2;
    if (on <= 0 || on >= length || Math.abs(off) >= wanted) continue;
    const way = (wanted - Math.abs(off)) * 0.3 * (off < 0 ? -1 : 1);
    isMoved = true;
    if (!a.isFixed) {
      a.x -= uy * way;
      a.y += ux * way;
    }
    if (!b.isFixed) {
      b.x += uy * way;
      b.y -= ux * way;
    }
  }
  return isMoved;
}

function keepNear(disc: Disc, [left, top, right, bottom]: Setting["card"], isLate: boolean): void {
  if (disc.isFixed) return;
  const away = Math.hypot(disc.x - disc.home[0], disc.y - disc.home[1]);
  if (away > disc.reach && !isLate) {
    [disc.x, disc.y] = ahead(disc.home, unit(disc.home, [disc.x, disc.y]), disc.reach);
  }
  disc.x = Math.min(right - disc.radius - 8, Math.max(left + disc.radius + 8, disc.x));
  disc.y = Math.min(bottom - disc.radius - 8, Math.max(top + disc.radius + 8, disc.y));
}

function push(a: Disc, b: Disc): boolean {
  if (a.isFixed && b.isFixed) return false;
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const distance = Math.max(0.01, Math.sqrt(dx * dx + dy * dy));
  const wanted = a.radius + b.radius + Math.max(a.room, b.room);
  if (distance >= wanted) return false;
  const by = (wanted - distance) / distance;
  const [ofA, ofB] = a.isFixed ? [0, 1] : b.isFixed ? [1, 0] : [0.5, 0.5];
  a.x -= dx * by * ofA;
  a.y -= dy * by * ofA;
  b.x += dx * by * ofB;
  b.y += dy * by * ofB;
  return true;
}

/** The best path from one circle to another, and the number of other circles that it comes too near to. */
function way(
  from: Disc,
  to: Disc,
  discs: readonly Disc[],
  setting: Setting,
  width: number,
  control: Point | null,
  others: readonly Point[][],
): { readonly curve: Curve; readonly crowded: number } {
  const bent = (bend: number) =>
    curveBy(from, to, setting, width, (first, last, straight) => {
      const chord = Math.hypot(last[0] - first[0], last[1] - first[1]);
      return [
        (first[0] + last[0]) / 2 - straight[1] * bend * chord,
        (first[1] + last[1]) / 2 + straight[0] * bend * chord,
      ];
    });
  if (control) {
    const curve = curveBy(from, to, setting, width, () => control);
    if (crowding(curve, from, to, discs) === 0) return { curve, crowded: 0 };
  }
  let best = { cost: Number.POSITIVE_INFINITY, crowded: 0, curve: bent(0) };
  for (const bend of BENDS) {
    const curve = bent(bend);
    const crowded = crowding(curve, from, to, discs);
    let cost = Math.abs(bend) * 4 + crowded * 1000;
    if (cost >= best.cost) continue;
    const path = points(curve);
    cost += 25 * others.reduce((sum, other) => sum + crossings(path, other), 0);
    if (cost < best.cost) best = { cost, crowded, curve };
    if (cost === 0) break;
  }
  return best;
}

/** The curve of a line with a control point, its arrowhead outside the circle it leads to. */
function curveBy(
  from: Disc,
  to: Disc,
  { gap }: Setting,
  width: number,
  control: (first: Point, last: Point, straight: Point) => Point,
): Curve {
  const [a, b]: [Point, Point] = [
    [from.x, from.y],
    [to.x, to.y],
  ];
  const room = Math.hypot(b[0] - a[0], b[1] - a[1]) - from.radius - to.radius - 2 * gap;
  // Small lines get relatively larger heads.
  const length = Math.min(8 + width * 0.75, Math.max(room * 0.7, 6));
  const half = 4.5 + width * 0.7;
  const straight = unit(a, b);
  const first = ahead(a, straight, from.radius + gap);
  const last = ahead(b, straight, -(to.radius + gap + length));
  const by = control(first, last, straight);
  const back = unit(b, by);
  const tip = ahead(b, back, to.radius + gap);
  const base = ahead(tip, back, length);
  return {
    start: ahead(a, unit(a, by), from.radius + gap - 2),
    control: by,
    end: ahead(tip, back, length * 0.8),
    head: [
      tip,
      [base[0] - back[1] * half, base[1] + back[0] * half],
      [base[0] + back[1] * half, base[1] - back[0] * half],
    ],
    width,
  };
}

/** The number of other circles that a line comes too near to. */
function crowding(curve: Curve, from: Disc, to: Disc, discs: readonly Disc[]): number {
  const path = points(curve, 24);
  return discs.filter((disc) => {
    if (disc === from || disc === to || !disc.isPlaced) return false;
    const reach = disc.radius + curve.width / 2 + ROOM;
    const square = reach * reach;
    return path.some(([x, y]) => (x - disc.x) ** 2 + (y - disc.y) ** 2 < square);
  }).length;
}

/** Points along a curve, and the tip of its head. */
export function points(curve: Curve, pieces = PIECES): Point[] {
  const [a, c, b] = [curve.start, curve.control, curve.end];
  const out: Point[] = [];
  for (let i = 0; i <= pieces; i++) {
    const t = i / pieces;
    const [p, q, r] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
    out.push([p * a[0] + q * c[0] + r * b[0], p * a[1] + q * c[1] + r * b[1]]);
  }
  out.push(curve.head[0]);
  return out;
}

function crossings(a: readonly Point[], b: readonly Point[]): number {
  let out = 0;
  for (let i = 0; i + 1 < a.length; i++) {
    for (let j = 0; j + 1 < b.length; j++) {
      const [p, q, r, s] = [a[i], a[i + 1], b[j], b[j + 1]];
      if (p && q && r && s && crosses(p, q, r, s)) out++;
    }
  }
  return out;
}

function crosses(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point) => (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]);
  return side(a, b, c) > 0 !== side(a, b, d) > 0 && side(c, d, a) > 0 !== side(c, d, b) > 0;
}
