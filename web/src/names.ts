// Names of places, units, providers and programmes, and the subjects of views in words.

import type { Cell } from "./data";
import { type Model, OUT } from "./model";
import { codeOf, GROUPS, type Selection, type State } from "./state";
import type { Words } from "./words";

export class Names {
  constructor(
    private readonly model: Model,
    private readonly words: Words,
  ) {}

  place(code: string): string {
    return code === OUT ? this.words.say("outside-region") : (this.model.data.names.places[code]?.[0] ?? code);
  }

  unit(code: string): string {
    return this.model.data.names.units[code]?.[0] ?? code;
  }

  provider(code: string): string {
    const place = this.model.data.names.places[code]?.[0];
    const name = place ?? this.model.data.names.providers[code]?.[0] ?? code;
    return this.model.data.names.providers[code]?.[1] === "municipal"
      ? this.words.say("x-provider-of", { name })
      : name;
  }

  /** A municipality, a unit or a code by itself. */
  node(code: string): string {
    return Object.hasOwn(this.model.data.names.units, code) ? this.unit(code) : this.place(code);
  }

  subject(of: string): string {
    const code = codeOf(of);
    return of.startsWith("u-") ? this.unit(code) : of.startsWith("p-") ? this.provider(code) : this.place(code);
  }

  programme(code: string): string {
    if (code === "national" || code === "all") return this.words.say(`page-population-${code}`);
    if ((GROUPS as readonly string[]).includes(code)) return this.words.say(`page-ALL-${code}`).toLocaleLowerCase();
    const name = this.model.data.names.programmes[code]?.[0];
    return name && name !== code ? `${name} (${code})` : code;
  }

  census(selection: Pick<Selection, "snapshot" | "year">): string {
    return this.words.say(`page-census-${selection.snapshot}`, { year: String(selection.year) });
  }

  /** Programmes and snapshot: the line below titles. */
  scope(selection: Selection): string {
    return this.capital(`${this.programme(selection.programme)}, ${this.census(selection)}`);
  }

  /** A text with a capital first letter. */
  capital(text: string): string {
    return text.slice(0, 1).toLocaleUpperCase() + text.slice(1);
  }

  /** The finding of a map. */
  title(state: State, part: Cell): string {
    const kind = state.side === "home" ? "home" : state.of.startsWith("m-") ? "provider" : "body";
    const name = this.subject(state.of);
    if (typeof part !== "number") return this.words.say(`map-${kind}-title-plain`, { name });
    return this.words.say(`map-${kind}-title`, { name, share: this.words.percent(part, 0) });
  }
}
