// Sentences and numbers in the reader's language, from the same Fluent files as the report's.

import type { Cell, Data, Lang } from "./data";

/** A name and its replacement. */
export type Args = Readonly<Record<string, string>>;

export class Words {
  constructor(
    private readonly data: Data,
    public lang: Lang,
  ) {}

  /** The sentence with this id; an unknown id is shown itself. */
  say(id: string, args: Args = {}): string {
    const pattern = this.data.words[this.lang][id] ?? id;
    return pattern.replace(/\{(\w+)\}/g, (whole, name: string) => args[name] ?? whole);
  }

  /** A whole number with separated thousands. */
  number(n: number): string {
    const digits = String(Math.abs(n)).replace(/\B(?=(\d{3})+$)/g, this.lang === "sv" ? "\u202f" : ",");
    return n < 0 ? `\u2212${digits}` : digits;
  }

  /** A count: `..` hidden, `.` missing. */
  count(cell: Cell): string {
    return typeof cell === "number" ? this.number(cell) : cell === "hidden" ? ".." : ".";
  }

  /** A change with its sign. */
  change(cell: Cell): string {
    return typeof cell === "number" && cell > 0 ? `+${this.number(cell)}` : this.count(cell);
  }

  /** A share from 0 to 1 as a percentage, rounded half up as the report does. */
  percent(cell: Cell, decimals = 1): string {
    if (typeof cell !== "number") return cell === "hidden" ? ".." : "\u2013";
    const factor = 10 ** decimals;
    const text = (Math.floor(cell * 100 * factor + 0.5 + 1e-9) / factor).toFixed(decimals);
    return this.lang === "sv" ? `${text.replace(".", ",")}\u00a0%` : `${text}%`;
  }

  /** Compares names in the dictionary order of the language. */
  compare(a: string, b: string): number {
    return this.collator.compare(a, b);
  }

  private get collator(): Intl.Collator {
    const made = this.collators.get(this.lang) ?? new Intl.Collator(this.lang === "sv" ? "sv" : "en");
    this.collators.set(this.lang, made);
    return made;
  }

  private readonly collators = new Map<Lang, Intl.Collator>();
}
