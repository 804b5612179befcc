// Parts of tables: captions, counts, linked names, and who runs a unit in words.

import { raw } from "./cells";
import type { Cell } from "./data";
import type { Runner } from "./model";
import { html, type Shared } from "./shared";
import type { State } from "./state";

export function caption(text: string): HTMLElement {
  return html("caption", {}, html("span", {}, text));
}

/** A count: the displayed text, and the exact value. */
export function number(shared: Shared, cell: Cell, column = ""): HTMLTableCellElement {
  const mark = typeof cell === "number" ? "" : ` ${cell}`;
  const out = html("td", { class: `n${mark}`, "data-n": raw(cell) }, shared.words.count(cell));
  if (column) out.dataset["col"] = column;
  return out;
}

/** A name that links to another view. */
export function link(shared: Shared, name: string, change: Partial<State> | null): Node {
  if (!change) return document.createTextNode(name);
  const out = html("a", { href: "#explore" }, name);
  shared.leads(out, change);
  return out;
}

/** The id of the words of a kind of provider, seen from a home municipality. */
export const runnerWord = (side: Runner): string => `side-${side === "publicOther" ? "public-other" : side}`;

/** The same seen from the units: all municipalities are alike. */
export const runnerHere = (side: Runner): string => (side === "municipal" ? "side-municipal-here" : runnerWord(side));
