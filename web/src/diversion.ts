// Diversion: where students of choices that disappear go, with room for all or not; the arithmetic of `src/diversion`.

/** A number of students with 32 binary digits after the point, not negative. Divisions round down. */
export type Amount = bigint;

const BITS = 32n;
const ONE_HALF = 1n << (BITS - 1n);
/** A cell has at least this number of students. */
const MIN_CELL = 25;

export const amountOf = (students: number, scale = 1): Amount => (BigInt(students) << BITS) / BigInt(scale);

/** The first amount less the second; zero if that is larger. */
const less = (a: Amount, b: Amount): Amount => (a > b ? a - b : 0n);

/** An amount in millionths, rounded half up. */
export const millionths = (amount: Amount): number =>
  Number((amount >> BITS) * 1_000_000n + (((amount & ((1n << BITS) - 1n)) * 1_000_000n + ONE_HALF) >> BITS));

/** Binary digits of a number. */
const digits = (n: bigint): number => (n === 0n ? 0 : n.toString(2).length);

/** An amount as a share of all, in millionths, rounded half up; 0 if there are none. */
export function shareOf(part: Amount, all: Amount): number {
  if (all === 0n) return 0;
  const shift = BigInt(Math.max(0, digits(all) - 64));
  const [some, whole] = [part >> shift, all >> shift];
  return Number((some * 1_000_000n + whole / 2n) / whole);
}

/** `amount × part / whole`, rounded down. */
function scaled(amount: Amount, part: bigint, whole: bigint): Amount {
  // As in the program, where a rest below 2⁶³ times a part below 2⁶³ fits.
  const shift = whole >> 63n === 0n ? 0n : BigInt(digits(whole) - 63);
  const [some, all] = [part >> shift, whole >> shift];
  return (amount / all) * some + ((amount % all) * some) / all;
}

/** Divides an amount in proportion to weights that sum to `total`, such that the parts sum to the amount. */
export function cumulative(amount: Amount, weights: readonly number[], total: number): Amount[] {
  const whole = BigInt(total);
  let [sum, given] = [0, 0n];
  return weights.map((weight) => {
    sum += weight;
    const until = scaled(amount, BigInt(sum), whole);
    const part = less(until, given);
    given = until;
    return part;
  });
}

/** Students with the same keys and the same choice. */
export interface Choosers {
  /** By layer: their key; null if they have none in this layer. */
  readonly keys: readonly (number | null)[];
  readonly choice: number;
  /** How many they are, times the scale of the layers. */
  readonly students: number;
}

/** Choices with their students, in the order of choices. */
type Choices = readonly (readonly [choice: number, students: number])[];

/** Students in their cells. */
export interface Layers {
  /** In the order of choices. */
  readonly choosers: readonly Choosers[];
  /** By position of choosers: the layer of their cell; the number of layers if no cell is large enough. */
  readonly assigned: Int8Array;
  /** By layer and key: the cell of the students assigned to it, and that of all students with this key. */
  readonly own: readonly ReadonlyMap<number, Choices>[];
  readonly all: readonly ReadonlyMap<number, Choices>[];
  /** By choice: the first position of its choosers, and the position after the last. */
  readonly ranges: ReadonlyMap<number, readonly [number, number]>;
}

/** What the displaced students of one cell choose from. */
export interface Alternatives {
  readonly layer: number;
  readonly key: number;
  /** Whether the cell has all students of its key, those of finer cells included. */
  readonly isWhole: boolean;
  /** Choices that are not removed; never empty. */
  readonly choices: Choices;
  readonly total: number;
}

/** The students of removed choices: their cells, positions of choosers, and of their cell (null: no alternative). */
export interface Displaced {
  readonly cells: readonly Alternatives[];
  readonly students: readonly (readonly [at: number, cell: number | null])[];
}

/** The order of choosers: by choice, then by the first key; those without come first. */
const order = (a: Choosers, b: Choosers): number => a.choice - b.choice || (a.keys[0] ?? -1) - (b.keys[0] ?? -1);

/** Assigns students to cells. Of one choice, only one entry has the same first key. */
export function layersOf(all: readonly Choosers[], count: number, scale: number): Layers {
  const choosers = [...all].sort(order);
  const least = MIN_CELL * scale;
  const assigned = new Int8Array(choosers.length).fill(count);
  const ranges = new Map<number, [number, number]>();
  choosers.forEach(({ choice }, at) => {
    const range = ranges.get(choice);
    if (range) range[1] = at + 1;
    else ranges.set(choice, [at, at + 1]);
  });
  const students = (members: readonly number[]) =>
    members.reduce((sum, at) => sum + (choosers[at]?.students ?? 0), 0);
  /** The members of large cells of a layer by key, in the order of choosers. */
  const large = (layer: number, isMember: (at: number) => boolean): Map<number, number[]> => {
    const members = new Map<number, number[]>();
    choosers.forEach(({ keys }, at) => {
      const key = keys[layer];
      if (key === null || key === undefined || !isMember(at)) return;
      const known = members.get(key);
      if (known) known.push(at);
      else members.set(key, [at]);
    });
    for (const [key, those] of members) if (students(those) < least) members.delete(key);
    return members;
  };
  const cell = (members: readonly number[]): Choices => {
    const sums: [number, number][] = [];
    for (const at of members) {
      const one = choosers[at];
      const last = sums[sums.length - 1];
      if (!one) continue;
      if (last?.[0] === one.choice) last[1] += one.students;
      else sums.push([one.choice, one.students]);
    }
    return sums;
  };
  const cells = (members: ReadonlyMap<number, number[]>) =>
    new Map([...members].map(([key, those]) => [key, cell(those)] as const));
  const own: ReadonlyMap<number, Choices>[] = [];
  const whole: ReadonlyMap<number, Choices>[] = [];
  for (let layer = 0; layer < count; layer++) {
    const members = large(layer, (at) => assigned[at] === count);
    own.push(cells(members));
    whole.push(cells(large(layer, () => true)));
    for (const those of members.values()) for (const at of those) assigned[at] = layer;
  }
  return { choosers, assigned, own, all: whole, ranges };
}

/** Positions of the students with a choice. */
export function ofChoice(layers: Layers, choice: number): number[] {
  const [from, to] = layers.ranges.get(choice) ?? [0, 0];
  return Array.from({ length: to - from }, (_, i) => from + i);
}

/** What the students of these choices choose from if all choices for which `isRemoved` holds disappear. */
export function displacedOf(
  layers: Layers,
  of: readonly number[],
  isRemoved: (choice: number) => boolean,
): Displaced {
  const cells: Alternatives[] = [];
  const found = new Map<string, number | null>();
  const count = layers.own.length;
  const find = (layer: number, key: number, isWhole: boolean): number | null => {
    const name = `${layer} ${key} ${isWhole}`;
    const known = found.get(name);
    if (known !== undefined) return known;
    const cell = alternatives(layers, layer, key, isWhole, isRemoved);
    if (cell) cells.push(cell);
    found.set(name, cell ? cells.length - 1 : null);
    return cell ? cells.length - 1 : null;
  };
  const students = of.flatMap((choice) => ofChoice(layers, choice)).map((at): [number, number | null] => {
    const first = layers.assigned[at] ?? count;
    for (let layer = first; layer < count; layer++) {
      const key = layers.choosers[at]?.keys[layer] ?? null;
      const cell = key === null ? null : find(layer, key, layer !== first);
      if (cell !== null) return [at, cell];
    }
    return [at, null];
  });
  return { cells, students };
}

function alternatives(
  layers: Layers,
  layer: number,
  key: number,
  isWhole: boolean,
  isRemoved: (choice: number) => boolean,
): Alternatives | null {
  const cell = (isWhole ? layers.all : layers.own)[layer]?.get(key);
  const choices = (cell ?? []).filter(([choice]) => !isRemoved(choice));
  const total = choices.reduce((sum, [, students]) => sum + students, 0);
  return total > 0 ? { layer, key, isWhole, choices, total } : null;
}

/** Positions of the students with a choice in the cell of these alternatives. */
export function inCell(layers: Layers, { layer, key, isWhole }: Alternatives, choice: number): number[] {
  const isIn = (at: number) =>
    layers.choosers[at]?.keys[layer] === key && (isWhole || layers.assigned[at] === layer);
  return ofChoice(layers, choice).filter(isIn);
}

/** Where students go if there is room for all, by choice; those without an alternative; and all. */
export interface Diversion {
  readonly to: ReadonlyMap<number, Amount>;
  readonly without: Amount;
  readonly all: Amount;
}

export function diversionOf(layers: Layers, displaced: Displaced, scale: number): Diversion {
  const amounts = displaced.cells.map(() => 0n);
  let [without, all] = [0n, 0n];
  for (const [at, cell] of displaced.students) {
    const amount = amountOf(layers.choosers[at]?.students ?? 0, scale);
    all += amount;
    if (cell === null) without += amount;
    else amounts[cell] = (amounts[cell] ?? 0n) + amount;
  }
  const to = new Map<number, Amount>();
  displaced.cells.forEach((cell, at) => {
    const parts = divided(amounts[at] ?? 0n, cell);
    cell.choices.forEach(([choice], i) => to.set(choice, (to.get(choice) ?? 0n) + (parts[i] ?? 0n)));
  });
  return { to, without, all };
}

const divided = (amount: Amount, { choices, total }: Alternatives): Amount[] =>
  cumulative(
    amount,
    choices.map(([, students]) => students),
    total,
  );

/** Students to be placed, who choose from the same cell; null if they have no alternative. */
export interface Source {
  readonly cell: number | null;
  readonly amount: Amount;
}

/** By source: students at each choice of its cell, and those who are not placed. */
export interface Placement {
  readonly placed: readonly (readonly Amount[])[];
  readonly left: readonly Amount[];
}

/**
 * Places the students of these sources, round by round: every source offers those whom it has left to the choices of
 * its cell that have room, in proportion to the students of these choices. A choice that is offered more than its room
 * takes the same share of every offer, and is full. `seats` has the free seats of choices; others take everyone.
 */
export function place(
  cells: readonly Alternatives[],
  sources: readonly Source[],
  seats: ReadonlyMap<number, number>,
): Placement {
  const choices = sources.map(({ cell }): Choices => (cell === null ? [] : (cells[cell]?.choices ?? [])));
  const left = sources.map(({ amount }) => amount);
  const placed = choices.map((of) => of.map(() => 0n));
  const room = new Map([...seats].map(([choice, free]) => [choice, amountOf(free)]));
  const full = new Set([...room].filter(([, free]) => free === 0n).map(([choice]) => choice));
  for (let hasFilled = true; hasFilled;) {
    hasFilled = false;
    const offered = new Map<number, [source: number, to: number, part: Amount][]>();
    choices.forEach((of, at) => {
      const amount = left[at] ?? 0n;
      if (amount === 0n) return;
      const weights = of.map(([choice, students]) => (full.has(choice) ? 0 : students));
      const total = weights.reduce((sum, weight) => sum + weight, 0);
      if (total === 0) return;
      cumulative(amount, weights, total).forEach((part, to) => {
        if (part === 0n) return;
        const choice = of[to]?.[0] ?? -1;
        const offers = offered.get(choice);
        if (offers) offers.push([at, to, part]);
        else offered.set(choice, [[at, to, part]]);
      });
    });
    for (const [choice, offers] of offered) {
      const demand = offers.reduce((sum, [, , part]) => sum + part, 0n);
      const free = room.get(choice);
      const isOver = free !== undefined && demand > free;
      for (const [at, to, part] of offers) {
        const taken = isOver ? scaled(part, free, demand) : part;
        const own = placed[at];
        if (own) own[to] = (own[to] ?? 0n) + taken;
        left[at] = less(left[at] ?? 0n, taken);
      }
      if (free !== undefined) room.set(choice, less(free, demand));
      if (isOver) {
        full.add(choice);
        hasFilled = true;
      }
    }
  }
  return { placed, left };
}
