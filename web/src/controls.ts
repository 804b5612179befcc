// The controls: selects, the side, a search, tabs and buttons.

import type { Model } from "./model";
import type { Names } from "./names";
import { html } from "./shared";
import { codeOf, GROUPS, SNAPSHOTS, type State, VIEWS } from "./state";
import type { Words } from "./words";

/** Maximum number of hits that a search shows. */
const HITS = 12;

export interface Ways {
  /** Goes to another view. */
  go(change: Partial<State>): void;
}

/** A name in searchable form: lower case, without accents. */
export const folded = (text: string): string =>
  text
    .toLocaleLowerCase()
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "");

interface Hit {
  readonly of: string;
  readonly name: string;
  readonly sub: string;
  readonly key: string;
}

type Option = readonly [value: string, text: string];

/** The form above a view and the tabs: created once per language, then set for every view, so that they keep the
 * focus. */
export class Controls {
  readonly form: HTMLFormElement;
  readonly tabs: HTMLElement;
  private readonly selects = new Map<string, HTMLSelectElement>();
  private readonly sides: HTMLFieldSetElement;
  private readonly search: HTMLInputElement;

  constructor(
    private readonly model: Model,
    private readonly words: Words,
    private readonly names: Names,
    private readonly ways: Ways,
  ) {
    this.form = html("form", { class: "controls no-print", role: "search", "aria-label": words.say("x-controls") });
    this.form.addEventListener("submit", (event) => event.preventDefault());
    const found = search(model, words, names, ways);
    this.search = found.input;
    this.sides = this.chooseSide();
    const years = model.data.years.map((year) => [String(year), String(year)] as const);
    this.form.append(
      found.element,
      this.select("year", words.say("x-year"), years, (year) => ways.go({ year: Number(year) })),
      this.select("snapshot", words.say("x-snapshot"), this.moments(), (one) =>
        ways.go({ snapshot: one as State["snapshot"] }),
      ),
      this.programmes(),
      this.sides,
      this.others(),
    );
    this.tabs = tabs(words, ways);
  }

  /** Sets the controls to a view. */
  set(state: State): void {
    for (const name of ["year", "snapshot", "programme", "with"] as const) {
      const select = this.selects.get(name);
      if (select) select.value = String(state[name]);
    }
    const isPlace = state.of.startsWith("m-");
    this.sides.hidden = !isPlace;
    for (const radio of this.sides.querySelectorAll("input")) radio.checked = radio.value === state.side;
    for (const option of this.selects.get("with")?.querySelectorAll("option") ?? []) {
      option.disabled = option.value !== "" && !this.canCompare(state, option.value);
    }
    for (const option of this.selects.get("snapshot")?.options ?? []) {
      option.disabled = !this.model.has(option.value, state.year);
    }
    this.search.value = "";
    this.search.placeholder = this.names.subject(state.of);
    for (const tab of this.tabs.querySelectorAll<HTMLElement>("[role=tab]")) {
      const isChosen = tab.dataset["view"] === state.view;
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
  }

  private canCompare(state: State, other: string): boolean {
    if (other.startsWith("m-")) return state.of.startsWith("m-") && other !== state.of;
    if (other.startsWith("year-")) {
      const year = Number(other.slice(5));
      return year !== state.year && this.model.has(state.snapshot, year);
    }
    const snapshot = other.slice("snapshot-".length);
    return snapshot !== state.snapshot && this.model.has(snapshot, state.year);
  }

  private select(
    name: string,
    label: string,
    options: readonly Option[],
    changed: (value: string) => void,
    groups: readonly (readonly [string, readonly Option[]])[] = [],
  ): HTMLElement {
    const box = html("select", { name });
    const option = ([value, text]: Option) => html("option", { value }, text);
    box.append(...options.map(option));
    for (const [label, options] of groups) {
      if (options.length > 0) box.append(html("optgroup", { label }, ...options.map(option)));
    }
    box.addEventListener("change", () => changed(box.value));
    this.selects.set(name, box);
    return html("label", {}, html("span", {}, label), box);
  }

  /** The snapshots that have rows in any year. */
  private moments(): Option[] {
    const { model, words } = this;
    const known = SNAPSHOTS.filter((one) => model.data.years.some((year) => model.has(one, year)));
    return known.map((one) => [one, words.say(`x-moment-${one}`)]);
  }

  private programmes(): HTMLElement {
    const { model, words, names, ways } = this;
    const kinds = ["vocational", "preparatory", "introduction", "other"];
    const groups = kinds.map((kind) => {
      const own = Object.entries(model.data.names.programmes).filter(([, programme]) => programme[1] === kind);
      own.sort((a, b) => words.compare(a[1][0], b[1][0]) || (a[0] < b[0] ? -1 : 1));
      const label = kind === "other" ? words.say("x-other-programmes") : words.say(`page-ALL-${kind}`);
      return [label, own.map(([code]) => [code, names.programme(code)] as const)] as const;
    });
    const sums = GROUPS.map((group) => [group, capital(names.programme(group))] as const);
    return this.select("programme", words.say("x-programme"), sums, (programme) => ways.go({ programme }), groups);
  }

  private chooseSide(): HTMLFieldSetElement {
    const { words, ways } = this;
    const set = html("fieldset", {}, html("legend", {}, words.say("x-side")));
    for (const side of ["home", "provider"] as const) {
      const radio = html("input", { type: "radio", name: "side", value: side });
      radio.addEventListener("change", () => ways.go({ side }));
      set.append(html("label", {}, radio, words.say(`x-side-${side}`)));
    }
    return set;
  }

  private others(): HTMLElement {
    const { model, words, names, ways } = this;
    const { years, municipalities } = model.data;
    const places = municipalities.map((code) => [`m-${code}`, names.place(code)] as const);
    places.sort((a, b) => words.compare(a[1], b[1]));
    const none: Option[] = [["", words.say("x-with-none")]];
    return this.select("with", words.say("x-with"), none, (value) => ways.go({ with: value }), [
      [words.say("x-year"), years.map((year) => [`year-${year}`, String(year)] as const)],
      [words.say("x-snapshot"), this.moments().map(([one, text]) => [`snapshot-${one}`, text] as const)],
      [words.say("x-municipality"), places],
    ]);
  }
}

const capital = (text: string): string => text.slice(0, 1).toLocaleUpperCase() + text.slice(1);

/** All searchable entries, by kind and name. */
function hits(model: Model, words: Words, names: Names): Hit[] {
  const { places, units, providers } = model.data.names;
  const hit = (of: string, name: string, sub: string): Hit => ({
    of,
    name,
    sub,
    key: `${folded(name)} ${codeOf(of).toLowerCase()} ${folded(sub)}`,
  });
  const sorted = (all: Hit[]) => all.sort((a, b) => words.compare(a.name, b.name) || (a.of < b.of ? -1 : 1));
  return [
    ...sorted(
      Object.entries(places)
        .filter(([, place]) => place[1])
        .map(([code]) => hit(`m-${code}`, names.place(code), words.say("x-municipality"))),
    ),
    ...sorted(
      Object.entries(units).map(([code, unit]) =>
        hit(`u-${code}`, unit[0], `${words.say("x-unit")} · ${names.place(unit[1])}`),
      ),
    ),
    ...sorted(Object.keys(providers).map((code) => hit(`p-${code}`, names.provider(code), words.say("x-provider")))),
  ];
}

/** The search for a municipality, a unit or a provider by any part of its name (a combobox with a list). */
function search(
  model: Model,
  words: Words,
  names: Names,
  ways: Ways,
): { readonly element: HTMLElement; readonly input: HTMLInputElement } {
  const input = html("input", {
    name: "search",
    type: "text",
    role: "combobox",
    autocomplete: "off",
    spellcheck: "false",
    "aria-expanded": "false",
    "aria-controls": "explore-hits",
    "aria-autocomplete": "list",
    "aria-label": words.say("x-search"),
  });
  const list = html("ul", { id: "explore-hits", role: "listbox", "aria-label": words.say("x-search"), hidden: true });
  let [all, at]: [Hit[] | null, number] = [null, -1];
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const mark = (next: number) => {
    const options = [...list.querySelectorAll("[role=option]")];
    at = options.length === 0 ? -1 : (next + options.length) % options.length;
    options.forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    const marked = options[at];
    if (marked) {
      input.setAttribute("aria-activedescendant", marked.id);
      marked.scrollIntoView({ block: "nearest" });
    }
  };
  const show = () => {
    all ??= hits(model, words, names);
    const parts = folded(input.value).split(/\s+/).filter(Boolean);
    if (parts.length === 0) return close();
    const found = all.filter((hit) => parts.every((part) => hit.key.includes(part)));
    found.sort((a, b) => Number(!a.key.startsWith(parts[0] ?? "")) - Number(!b.key.startsWith(parts[0] ?? "")));
    const options = found.slice(0, HITS).map((hit, i) => {
      const option = html(
        "li",
        { id: `explore-hit-${i}`, role: "option", "data-of": hit.of, "aria-selected": "false" },
        hit.name,
      );
      option.append(html("span", { class: "sub" }, hit.sub));
      option.addEventListener("pointerdown", (event) => event.preventDefault());
      option.addEventListener("click", () => {
        close();
        ways.go({ of: hit.of });
      });
      return option;
    });
    if (found.length > HITS) {
      const more = words.say("x-more-hits", { count: words.number(found.length - HITS) });
      options.push(html("li", { role: "presentation", class: "sub" }, more));
    }
    if (found.length === 0) options.push(html("li", { role: "presentation", class: "sub" }, words.say("x-no-hits")));
    list.replaceChildren(...options);
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
    mark(0);
  };
  input.addEventListener("input", show);
  input.addEventListener("focus", () => input.select());
  input.addEventListener("blur", () => {
    input.value = "";
    close();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) show();
      else mark(at + (event.key === "ArrowDown" ? 1 : -1));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const of = list.querySelectorAll<HTMLElement>("[role=option]")[at]?.dataset["of"];
      if (!of) return;
      close();
      ways.go({ of });
    } else if (event.key === "Escape") {
      input.value = "";
      close();
    }
  });
  const label = html("span", { "aria-hidden": "true" }, words.say("x-search"));
  return { element: html("div", { class: "search" }, label, input, list), input };
}

/** The tabs of the kinds of views. */
function tabs(words: Words, ways: Ways): HTMLElement {
  const bar = html("div", { role: "tablist", "aria-label": words.say("x-views"), class: "tabs no-print" });
  VIEWS.forEach((view, at) => {
    const tab = html("button", {
      type: "button",
      role: "tab",
      id: `explore-tab-${view}`,
      "data-view": view,
      "aria-controls": "explore-view",
    });
    tab.textContent = words.say(`x-view-${view}`);
    tab.addEventListener("click", () => ways.go({ view }));
    tab.addEventListener("keydown", (event) => {
      const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const end = { Home: VIEWS[0], End: VIEWS[VIEWS.length - 1] }[event.key];
      const next = by ? VIEWS[(at + by + VIEWS.length) % VIEWS.length] : end;
      if (!next) return;
      event.preventDefault();
      ways.go({ view: next });
      bar.querySelector<HTMLElement>(`[data-view=${next}]`)?.focus();
    });
    bar.append(tab);
  });
  return bar;
}
