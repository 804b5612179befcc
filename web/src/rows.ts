// Rows of tables by key: runs of rows, and the position of a row.

import { column, type Data } from "./data";

export class Rows {
  private readonly runs = new Map<string, ReadonlyMap<string, readonly [number, number]>>();

  constructor(private readonly data: Data) {}

  /** Visits the runs of rows with the same values in the first columns of a sorted table. */
  walk(name: string, keys: readonly string[], run: (key: string, from: number, to: number) => void): void {
    const table = this.data.table(name);
    const columns = keys.map((key) => column(table, key));
    const isYear = keys.map((key) => key === "year");
    for (let row = 0; row < table.rows;) {
      let end = row + 1;
      while (end < table.rows && columns.every((one) => one[end] === one[row])) end++;
      const words = columns.map((one, i) =>
        isYear[i] ? String(one[row]) : (this.data.codes[one[row] ?? -1] ?? "?"),
      );
      run(words.join(" "), row, end);
      row = end;
    }
  }

  /** The range of rows whose first `lead` columns have these values; none if there are none. */
  run(name: string, lead: number, key: string): readonly [number, number] {
    let runs = this.runs.get(name);
    if (!runs) {
      const made = new Map<string, readonly [number, number]>();
      const heads = this.data.tables.find((head) => head.name === name)?.columns ?? [];
      const names = heads.slice(0, lead).map((head) => head[0]);
      this.walk(name, names, (key, from, to) => made.set(key, [from, to]));
      this.runs.set(name, made);
      runs = made;
    }
    return runs.get(key) ?? [0, 0];
  }

  /** The row of a table with these keys; -1 if there is none. The first `lead` columns are snapshots and populations,
   * by which rows are grouped; within a group they are sorted by the codes of the other columns. */
  find(name: string, lead: number, keys: readonly string[]): number {
    const table = this.data.table(name);
    const heads = this.data.tables.find((head) => head.name === name)?.columns ?? [];
    let [low, high] = this.run(name, lead, keys.slice(0, lead).join(" "));
    const wanted = keys.slice(lead).map((code) => this.data.index(code));
    const columns = wanted.map((_, i) => column(table, heads[lead + i]?.[0] ?? ""));
    const order = (row: number): number => {
      for (let i = 0; i < wanted.length; i++) {
        const by = (columns[i]?.[row] ?? 0) - (wanted[i] ?? 0);
        if (by !== 0) return by;
      }
      return 0;
    };
    const end = high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (order(middle) < 0) low = middle + 1;
      else high = middle;
    }
    return low < end && order(low) === 0 ? low : -1;
  }
}
