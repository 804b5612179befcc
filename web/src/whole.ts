// Whole numbers of students: every number is rounded up or down, and sums remain right, as in `diversion::whole`.

import type { Amount } from "./diversion";

/** Students of a row who go to a column. A row belongs to one group, such as the offer that its students leave. */
export interface Entry {
  readonly group: number;
  readonly row: number;
  /** Null: those who are not placed. */
  readonly column: number | null;
  readonly amount: Amount;
}

const REST = 20n;
const STEP = 32n - REST;

/** The whole number below, and the rest in parts of 2²⁰. A number whose last digits alone keep it from the next
 * whole number counts as that one. */
function wholeAndRest(amount: Amount): readonly [number, number] {
  const steps = (amount + (1n << (STEP - 1n))) >> STEP;
  return [Number(steps >> REST), Number(steps & ((1n << REST) - 1n))];
}

/**
 * Rounds entries up or down, the largest rests up first, the first entry on a tie, such that each group sums to its
 * whole number in `totals`, and each row and column to its own sum rounded up or down. Where the largest rests alone
 * leave no such numbers, others are rounded up instead.
 */
export function wholeNumbers(entries: readonly Entry[], totals: ReadonlyMap<number, number>): number[] {
  const parts = entries.map(({ amount }) => wholeAndRest(amount));
  const out = parts.map(([floor]) => floor);
  const rest = (at: number): number => parts[at]?.[1] ?? 0;
  const open = [...entries.keys()].filter((at) => rest(at) > 0).sort((a, b) => rest(b) - rest(a));
  const rounding = new Rounding(entries, out, open, totals);
  // First what columns must have, then what they can have.
  rounding.fill();
  rounding.allow();
  rounding.fill();
  for (const at of rounding.up) out[at] = (out[at] ?? 0) + 1;
  // What divisions lost: to those who are not placed, else to the largest entry.
  for (const [group, missing] of rounding.missing()) {
    const members = [...entries.keys()].filter((at) => entries[at]?.group === group);
    const amount = (at: number): Amount => entries[at]?.amount ?? 0n;
    const unplaced = members.find((at) => entries[at]?.column === null);
    const largest = members.reduce((best, at) => (amount(at) > amount(best) ? at : best), members[0] ?? -1);
    const at = unplaced ?? largest;
    if (at >= 0) out[at] = (out[at] ?? 0) + missing;
  }
  return out;
}

/** Counts by key; a key without a count has none. */
class Counts<K> {
  constructor(private readonly counts: Map<K, number> = new Map()) {}

  get = (key: K): number => this.counts.get(key) ?? 0;

  add(key: K, by: number): void {
    this.counts.set(key, this.get(key) + by);
  }

  get entries(): [K, number][] {
    return [...this.counts];
  }

  get any(): boolean {
    return [...this.counts.values()].some((count) => count > 0);
  }
}

/** A sum of amounts, and of their whole numbers below. */
interface Sum {
  amount: Amount;
  floors: number;
}

/** Lists by key. */
function grouped<K>(items: readonly number[], key: (item: number) => K): Map<K, number[]> {
  const out = new Map<K, number[]>();
  for (const item of items) {
    const [own, known] = [key(item), out.get(key(item))];
    if (known) known.push(item);
    else out.set(own, [item]);
  }
  return out;
}

/** Which entries are rounded up, and how many more each group, row and column can have. */
class Rounding {
  readonly up = new Set<number>();
  private readonly groups: Counts<number>;
  private readonly rows: Counts<number>;
  private readonly columns: Counts<number | null>;
  /** What columns can have beyond that. */
  private optional: [number | null, number][];
  /** Open entries by row and by column, the largest rest first. */
  private readonly byRow: ReadonlyMap<number, readonly number[]>;
  private readonly byColumn: ReadonlyMap<number | null, readonly number[]>;
  /** The rows of each group, in order. */
  private readonly rowsOf: ReadonlyMap<number, readonly number[]>;

  constructor(
    private readonly entries: readonly Entry[],
    floors: readonly number[],
    /** Entries that can be rounded up, the largest rest first. */
    private readonly open: readonly number[],
    totals: ReadonlyMap<number, number>,
  ) {
    const groups = new Map(totals);
    const [rows, columns] = [new Map<number, Sum>(), new Map<number | null, Sum>()];
    const groupOf = new Map<number, number>();
    const add = <K>(sums: Map<K, Sum>, key: K, amount: Amount, floor: number) => {
      const sum = sums.get(key) ?? { amount: 0n, floors: 0 };
      sums.set(key, { amount: sum.amount + amount, floors: sum.floors + floor });
    };
    entries.forEach(({ group, row, column, amount }, at) => {
      const floor = floors[at] ?? 0;
      groups.set(group, Math.max(0, (groups.get(group) ?? 0) - floor));
      add(rows, row, amount, floor);
      add(columns, column, amount, floor);
      groupOf.set(row, group);
    });
    // What must be added to the floors of a sum, and what can be added beyond.
    const more = ({ amount, floors }: Sum): readonly [number, number] => {
      const [whole, rest] = wholeAndRest(amount);
      return [Math.max(0, whole - floors), Number(rest > 0)];
    };
    this.groups = new Counts(groups);
    this.rows = new Counts(new Map([...rows].map(([row, sum]) => [row, more(sum)[0] + more(sum)[1]])));
    this.columns = new Counts(new Map([...columns].map(([column, sum]) => [column, more(sum)[0]])));
    this.optional = [...columns].map(([column, sum]) => [column, more(sum)[1]]);
    this.byRow = grouped(open, (at) => entries[at]?.row ?? -1);
    this.byColumn = grouped(open, (at) => entries[at]?.column ?? null);
    const inOrder = [...groupOf.keys()].sort((a, b) => a - b);
    this.rowsOf = grouped(inOrder, (row) => groupOf.get(row) ?? -1);
  }

  /** Lets columns have what they can have. */
  allow(): void {
    for (const [column, more] of this.optional) this.columns.add(column, more);
    this.optional = [];
  }

  /** The groups that lack students, in order. */
  missing(): [number, number][] {
    return this.groups.entries.filter(([, missing]) => missing > 0).sort((a, b) => a[0] - b[0]);
  }

  /** Rounds up as many entries as groups, rows and columns can have. */
  fill(): void {
    for (const at of this.open) {
      const entry = this.entries[at];
      if (!entry || this.up.has(at)) continue;
      if (this.groups.get(entry.group) > 0 && this.rows.get(entry.row) > 0 && this.columns.get(entry.column) > 0) {
        this.take(at);
        this.groups.add(entry.group, -1);
      }
    }
    for (const [group] of this.missing()) {
      while (this.groups.get(group) > 0 && this.columns.any && this.exchange(group)) this.groups.add(group, -1);
    }
  }

  /** Rounds an entry up. */
  private take(at: number): void {
    this.up.add(at);
    this.count(at, -1);
  }

  /** Rounds an entry down again. */
  private free(at: number): void {
    this.up.delete(at);
    this.count(at, 1);
  }

  private count(at: number, by: number): void {
    const entry = this.entries[at];
    if (!entry) return;
    this.rows.add(entry.row, by);
    this.columns.add(entry.column, by);
  }

  /** Gives a group one more, by rounding other entries down again; false if that is not possible. A search by breadth,
   * so that as few entries as possible change. */
  private exchange(group: number): boolean {
    // By reached row: the entry that takes the place of another one, and that one, whose row or group loses it.
    const reached = new Map<number, readonly [at: number, other: number] | null>();
    const queue: number[] = [];
    const reach = (row: number, by: readonly [number, number] | null) => {
      if (reached.has(row)) return;
      reached.set(row, by);
      queue.push(row);
    };
    // The rows of a group, and those that a column leads to, are reached once.
    const [groups, columns] = [new Set<number>(), new Set<number | null>()];
    const reachGroup = (of: number, by: readonly [number, number] | null) => {
      if (groups.has(of)) return;
      groups.add(of);
      for (const row of this.rowsOf.get(of) ?? []) if (this.rows.get(row) > 0) reach(row, by);
    };
    reachGroup(group, null);
    for (let next = 0; next < queue.length; next++) {
      for (const at of this.byRow.get(queue[next] ?? -1) ?? []) {
        if (this.up.has(at)) continue;
        const column = this.entries[at]?.column ?? null;
        if (this.columns.get(column) > 0) {
          this.follow(at, reached);
          return true;
        }
        if (columns.has(column)) continue;
        columns.add(column);
        for (const other of this.byColumn.get(column) ?? []) {
          const from = this.up.has(other) ? this.entries[other] : undefined;
          if (!from) continue;
          reach(from.row, [at, other]);
          reachGroup(from.group, [at, other]);
        }
      }
    }
    return false;
  }

  /** Rounds `last` up, and makes all exchanges that led to its row. */
  private follow(last: number, reached: ReadonlyMap<number, readonly [number, number] | null>): void {
    for (let at: number | null = last; at !== null;) {
      const before: readonly [number, number] | null = reached.get(this.entries[at]?.row ?? -1) ?? null;
      if (before) this.free(before[1]);
      this.take(at);
      at = before ? before[0] : null;
    }
  }
}
