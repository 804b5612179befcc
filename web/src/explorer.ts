// The explorer: a view for each address. Every change is a change of the address, so the browser's back button works.

import { share, size } from "./cells";
import { Controls } from "./controls";
import type { Data, Lang } from "./data";
import { csv, type Drawn, document_, png, save } from "./exporting";
import { gather, type MapData, type Scale, scaleOf, seriesOf } from "./gather";
import { setFamily } from "./labels";
import { drawMap, headline } from "./map";
import { drawMatrix, matrixOf, matrixTable } from "./matrix";
import { Model } from "./model";
import { Names } from "./names";
import { drawSankey, sankeyOf } from "./sankey";
import { Hints, html, type Shared } from "./shared";
import { compared, fromHash, type State, settled, toHash } from "./state";
import { listTable, partsTable, programmesTable, pupilsTable, scrolling, unitPage, unitsTable } from "./tables";
import { whatIf } from "./whatif_view";
import { Words } from "./words";

/** Up to this many units, the list of units covers the whole region. */
const ALL_UNITS = 200;

export class Explorer {
  private readonly model: Model;
  private readonly words: Words;
  private readonly names: Names;
  private readonly hints: Hints;
  private readonly series: (state: State) => Scale;
  private shared: Shared;
  private readonly live = html("p", { id: "explore-live", "aria-live": "polite", class: "unseen" });
  private readonly body = html("div", { class: "explore" });
  private controls: Controls;
  /** Rows of tables that are added after the view is on the screen. */
  private later: (() => void)[] = [];
  private state: State;
  /** The view of an address without a view. */
  private readonly beginning: State;
  private drawn: Drawn[] = [];

  constructor(
    data: Data,
    private readonly place: HTMLElement,
  ) {
    this.model = new Model(data);
    this.words = new Words(data, data.lang);
    this.names = new Names(this.model, this.words);
    this.series = seriesOf(this.model);
    setFamily(getComputedStyle(document.body).fontFamily);
    this.beginning = this.first(data);
    this.state = this.beginning;
    this.controls = this.control();
    place.replaceChildren(this.body, this.live);
    this.hints = new Hints(place);
    this.shared = {
      model: this.model,
      words: this.words,
      names: this.names,
      grow: 1,
      hint: (element, say) => element && this.hints.add(element, say),
      leads: (element, change) => this.leads(element, change),
      later: (work) => this.later.push(work),
    };
  }

  private control(): Controls {
    const made = new Controls(this.model, this.words, this.names, this.ways);
    this.body.replaceChildren(made.form, html("div", { class: "bar no-print" }, made.tabs, this.languages()));
    return made;
  }

  /** The default view: the municipality with most students. */
  private first(data: Data): State {
    const base = { year: data.year, snapshot: data.snapshot, programme: data.population, with: "" };
    const sizes = data.municipalities.map((code) => [code, size(this.model.whole(code, base))] as const);
    sizes.sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    return { ...base, side: "home", of: `m-${sizes[0]?.[0] ?? ""}`, view: "map" };
  }

  start(): void {
    const open = () => {
      for (const way of document.querySelectorAll<HTMLElement>(".to-explore")) way.hidden = false;
    };
    // The script precedes the report, which is still being parsed.
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", open);
    else open();
    // Back, forward, and an address entered by hand.
    window.addEventListener("popstate", () => this.follow());
    const told = fromHash(location.hash, this.model.data, this.state);
    if (told) this.state = this.possible(told);
    this.show();
    if (told) this.place.scrollIntoView();
  }

  private follow(): void {
    const told = fromHash(location.hash, this.model.data, this.beginning);
    const next = told && this.possible(told);
    if (!next || toHash(next) === toHash(this.state)) return;
    const focused = this.focused();
    this.state = next;
    this.show();
    this.refocus(focused);
    this.live.textContent = this.said();
  }

  /** The side from which municipalities were last viewed; it is kept while a unit is viewed. */
  private sideOf(change: Partial<State>): Partial<State> {
    if (this.state.of.startsWith("m-")) this.side = this.state.side;
    return change.of?.startsWith("m-") ? { side: this.side } : {};
  }

  private side: State["side"] = "home";

  /** The view at a snapshot that has rows: another one of the same year if there are none. */
  private possible(state: State): State {
    const { model } = this;
    const moments = [state.snapshot, "october", "admission", "enrolled"] as const;
    const snapshot = moments.find((one) => model.has(one, state.year)) ?? state.snapshot;
    const next = settled({ ...state, snapshot });
    const isThere = compared(next).every((one) => model.has(one.snapshot, one.year));
    return isThere ? next : { ...next, with: "" };
  }

  private readonly ways = {
    go: (change: Partial<State>) => {
      const next = this.possible(settled({ ...this.state, ...this.sideOf(change), ...change }));
      if (toHash(next) === location.hash) return;
      performance.mark("elevflode-asked");
      // A step of the history without a jump to an anchor, for which the browser would lay out the page first.
      history.pushState(null, "", toHash(next));
      this.follow();
      // The browser lays out the view before it shows it: this is part of the time that the reader waits.
      void this.body.offsetHeight;
      performance.measure("elevflode-view", "elevflode-asked");
    },
  };

  private leads(element: Element | null, change: Partial<State>): void {
    if (!element) return;
    element.classList.add("leads");
    if (element instanceof HTMLAnchorElement) element.href = toHash(settled({ ...this.state, ...change }));
    element.addEventListener("click", (event) => {
      event.preventDefault();
      this.ways.go(change);
    });
    element.addEventListener("keydown", (event) => {
      if (!(event instanceof KeyboardEvent) || element instanceof HTMLAnchorElement) return;
      if (event.key !== "Enter" && event.key !== " ") return;
      event.preventDefault();
      this.ways.go(change);
    });
  }

  /** Identifies the focused element of the view so that it can be found in the next view; controls stay. */
  private focused(): string | null {
    const element = document.activeElement;
    if (!element?.closest("#explore-view")) return null;
    const which = ["data-export", "data-zoom"].find((one) => element.hasAttribute(one));
    return which ? `[${which}="${element.getAttribute(which) ?? ""}"]` : "#explore-title";
  }

  private refocus(selector: string | null): void {
    if (!selector) return;
    this.place.querySelector<HTMLElement>(selector)?.focus({ preventScroll: selector !== "#explore-title" });
  }

  private said(): string {
    return `${this.place.querySelector("#explore-title")?.textContent ?? ""}. ${this.names.scope(this.state)}`;
  }

  private show(): void {
    const { model, state } = this;
    this.hints.hide();
    this.later = [];
    const room = this.place.clientWidth;
    this.controls.set(state);
    // The list of units is for one year, whatever is compared.
    const views = state.view === "units" ? [state] : compared(state);
    const maps = views.map((one) => gather(model, one));
    const view = html("div", {
      id: "explore-view",
      role: "tabpanel",
      "aria-labelledby": `explore-tab-${state.view}`,
    });
    view.append(this.head(maps));
    const isTwo = this.isTwo(maps);
    const main = html("div", { class: isTwo ? "main two" : `main ${state.view}` });
    view.append(main);
    this.shared = { ...this.shared, grow: this.grow(room, maps.length) };
    const table = this.pictures(main, maps);
    const twin = scrolling(table, table.caption?.textContent ?? "");
    twin.classList.add("twin");
    main.append(twin);
    if (state.view === "units") main.append(this.buttons());
    this.more(view, maps);
    this.body.querySelector("#explore-view")?.remove();
    this.body.append(view);
    const { later } = this;
    requestAnimationFrame(() => setTimeout(() => later === this.later && this.finish()));
  }

  /** Whether there are two pictures: two municipalities share one matrix. */
  private isTwo(maps: readonly MapData[]): boolean {
    return maps.length > 1 && !(this.state.view === "matrix" && this.state.with.startsWith("m-"));
  }

  /** Does the pending work. */
  private finish(): void {
    // Work can add more work.
    while (this.later.length > 0) this.later.splice(0).forEach((work) => work());
  }

  /** The finding, what is counted, and a summary of the view's numbers. */
  private head(maps: readonly MapData[]): HTMLElement {
    const { words, names, state } = this;
    const last = maps[maps.length - 1];
    if (!last) return html("div");
    const single = maps.length === 1 || maps[0]?.state.of === last.state.of;
    const title = single
      ? names.title(state, headline(maps.find((map) => map.state.with === state.with) ?? last))
      : words.say("x-compare-title", {
          one: names.subject(maps[0]?.state.of ?? ""),
          other: names.subject(last.state.of),
        });
    const scope = [...new Set(maps.map((map) => names.scope(map.state)))].join(" · ");
    const finding = html(
      "div",
      {},
      html("h2", { id: "explore-title", tabindex: -1 }, title),
      html("p", { class: "scope" }, scope),
    );
    const facts = html("dl", { class: "facts" });
    for (const map of maps) {
      const part = words.percent(headline(map));
      const name = maps.length > 1 ? `${names.capital(this.short(maps, map))}: ` : "";
      const fact = (label: string, value: string, note: string) =>
        facts.append(
          html(
            "div",
            {},
            html("dt", {}, `${name}${label}`),
            html("dd", {}, html("b", {}, value), html("span", {}, note)),
          ),
        );
      const side = map.state.side;
      const isKnown = side === "provider" && (this.model.tellsUnits || map.state.of.startsWith("m-"));
      const programme = names.programme(map.state.programme);
      fact(
        words.say(side === "home" ? "x-residents" : map.state.of.startsWith("u-") ? "x-pupils-one" : "x-pupils"),
        words.count(map.totals.all),
        isKnown ? words.say("x-known-homes", { programme }) : programme,
      );
      fact(words.say(side === "home" ? "x-cross" : "x-from-elsewhere"), part, words.say(`x-share-${side}`));
      const stay = words.percent(share(map.totals.here, map.totals.all));
      fact(words.say(side === "home" ? "x-stay" : "x-live-here"), words.count(map.totals.here), stay);
    }
    return html("div", { class: "explore-head" }, finding, facts);
  }

  /** Texts of maps are never smaller than some 12 pixels on the screen. */
  private grow(room: number, pictures: number): number {
    const [left, , right] = this.model.data.base.card;
    const wide = room < 640 ? room : room * (pictures > 1 ? 0.49 : room < 1150 ? 1 : 0.57);
    return Math.min(2, Math.max(1, (right - left) / Math.max(1, wide) / 1.7));
  }

  /** A short label of how a map of a comparison differs from the other. */
  private short(maps: readonly MapData[], { state }: MapData): string {
    const [one, other] = maps;
    if (one?.state.of !== other?.state.of) return this.names.subject(state.of);
    return one?.state.year !== other?.state.year ? String(state.year) : this.words.say(`x-moment-${state.snapshot}`);
  }

  /** Draws the pictures of the view; returns the table with the same numbers. */
  private pictures(main: HTMLElement, maps: readonly MapData[]): HTMLTableElement {
    const { shared, words, names, state } = this;
    this.drawn = [];
    if (state.view === "units") return this.units();
    const isTwo = this.isTwo(maps);
    const figures = html("div", { class: isTwo ? "pictures two" : "pictures" });
    const put = (svg: SVGSVGElement, of: State, title: string, notes: readonly string[] = []) => {
      this.drawn.push({ svg, title, scope: names.scope(of) });
      const name = isTwo ? html("figcaption", {}, `${names.subject(of.of)}, ${names.census(of)}`) : "";
      const about = html("div", { class: `paper ${state.view}` });
      about.append(svg);
      const figure = html("figure", { class: "picture", "data-view": state.view });
      if (name) figure.append(name);
      figure.append(about);
      const note = notes.join(" ");
      if (note) figure.append(html("p", { class: "note" }, note));
      figures.append(figure);
    };
    let table: HTMLTableElement;
    if (state.view === "map") {
      const scale = scaleOf(maps, this.series);
      maps.forEach((map, i) => {
        const svg = drawMap(shared, map, scale, String(i));
        put(svg, map.state, names.title(map.state, headline(map)), this.notes(map, svg));
      });
      table = listTable(shared, maps);
    } else if (state.view === "sankey") {
      const flows = maps.map((map) => sankeyOf(shared, map.state));
      const most = Math.max(1, ...flows.map((one) => one.total));
      for (const one of flows)
        put(
          drawSankey(shared, one, most),
          one.state,
          words.say("x-sankey-title", { name: names.subject(one.state.of) }),
        );
      table = listTable(shared, maps);
    } else {
      const moments = isTwo ? maps : maps.slice(0, 1);
      const all = moments.map((map) => matrixOf(shared, map.state));
      const told = this.model.tells(state.programme) ? [] : [words.say("x-not-published")];
      for (const one of all)
        put(
          drawMatrix(shared, one),
          one.state,
          words.say("x-matrix-title", { region: this.model.data.region }),
          told,
        );
      const last = all[all.length - 1];
      table = last ? matrixTable(shared, last) : html("table");
    }
    main.append(html("div", { class: "drawn" }, figures, this.buttons()));
    return table;
  }

  /** The share of border-crossing students that a map shows, and what it leaves out for lack of space. */
  private notes(map: MapData, svg: SVGSVGElement): string[] {
    const { words } = this;
    const lines = [...svg.querySelectorAll<SVGElement>(".flow, .rest")];
    const shown = lines.reduce((sum, line) => sum + Number(line.dataset["students"]), 0);
    const part = share(shown, map.totals.elsewhere);
    const out: string[] = [];
    if (lines.length > 0 && typeof part === "number") {
      const id = map.rest.count === 0 ? "x-shown-all" : "x-shown";
      out.push(words.say(id, { share: words.percent(part, 0), count: words.number(map.rest.count) }));
    }
    const left = Number(svg.dataset["leftOut"] ?? 0);
    if (left > 0) out.push(words.say("x-left-out", { count: words.number(left) }));
    return out;
  }

  /** The units of the view, most students first. */
  private units(): HTMLTableElement {
    const { model, state } = this;
    const all = [...model.ledgers.unitsOfYear(state.year)];
    const isWhole = all.length <= ALL_UNITS;
    const own = model.unitsOf(state.of);
    const shown = isWhole ? all : all.filter((unit) => own.has(unit));
    const key = (unit: string) => `${own.has(unit) ? 0 : 1}`;
    shown.sort((a, b) =>
      key(a) < key(b)
        ? -1
        : key(a) > key(b)
          ? 1
          : this.words.compare(this.names.unit(a), this.names.unit(b)) || (a < b ? -1 : 1),
    );
    return unitsTable(this.shared, state, shown, isWhole);
  }

  /** The parts below the table: shares, units, programmes, and the page of a unit. */
  private more(view: HTMLElement, maps: readonly MapData[]): void {
    const { state, shared } = this;
    if (state.of.startsWith("u-")) {
      const page = unitPage(shared, state);
      const asked = whatIf(shared, state);
      if (asked) page.append(asked);
      view.querySelector(".main")?.before(page);
      return;
    }
    if (state.view !== "map" && state.view !== "sankey") return;
    const map = maps[maps.length - 1];
    if (!map) return;
    const side = html("div", { class: "more" });
    view.append(side);
    this.later.push(() => this.beside(side, map));
  }

  /** Shares, and programmes or units. */
  private beside(side: HTMLElement, map: MapData): void {
    const { shared, words } = this;
    if (map.parts.size > 0) side.append(scrolling(partsTable(shared, map), words.say("x-parts")));
    if (map.state.side === "home")
      side.append(scrolling(programmesTable(shared, map.state), words.say("x-programmes-caption")));
    else side.append(scrolling(pupilsTable(shared, map.state), words.say("x-pupils-caption")));
  }

  private languages(): HTMLElement {
    const group = html("div", { role: "group", class: "languages", "aria-label": this.words.say("x-language") });
    const names = [
      ["sv", "Svenska"],
      ["en", "English"],
    ] as const;
    for (const [lang, name] of names) {
      const button = html(
        "button",
        { type: "button", "data-lang": lang, lang, "aria-pressed": String(this.words.lang === lang) },
        name,
      );
      button.addEventListener("click", () => this.speak(lang));
      group.append(button);
    }
    return group;
  }

  /** Changes the language of the explorer, and of the parts of the page that are in both languages. */
  private speak(lang: Lang): void {
    this.words.lang = lang;
    document.documentElement.lang = lang;
    this.place.setAttribute("aria-label", this.words.say("x-nav"));
    for (const one of ["sv", "en"] as const) {
      for (const part of document.querySelectorAll<HTMLElement>(`.in-${one}`)) part.hidden = one !== lang;
    }
    for (const part of document.querySelectorAll<HTMLElement>("[data-sv][data-en]"))
      part.textContent = part.dataset[lang] ?? "";
    this.controls = this.control();
    this.show();
    this.refocus(`[data-lang="${lang}"]`);
    this.live.textContent = this.said();
  }

  private buttons(): HTMLElement {
    const { words, state } = this;
    const group = html("div", { class: "buttons no-print", role: "group", "aria-label": words.say("x-export") });
    const button = (name: string, attribute: string, value: string, act: () => void) => {
      const made = html("button", { type: "button", [attribute]: value }, name);
      made.addEventListener("click", act);
      group.append(made);
    };
    if (state.view === "map") {
      button(words.say("x-zoom-in"), "data-zoom", "in", () => this.zoom(1.6));
      button(words.say("x-zoom-out"), "data-zoom", "out", () => this.zoom(1 / 1.6));
      button(words.say("x-zoom-all"), "data-zoom", "all", () => this.zoom(0));
    }
    if (state.view !== "units") {
      button("SVG", "data-export", "svg", () => this.export("svg"));
      button("PNG", "data-export", "png", () => this.export("png"));
    }
    button("CSV", "data-export", "csv", () => this.export("csv"));
    button(words.say("x-print"), "data-export", "print", () => this.print());
    return group;
  }

  private zoom(by: number): void {
    for (const { svg } of this.drawn) svg.dispatchEvent(new CustomEvent("elevflode-zoom", { detail: by }));
  }

  private print(): void {
    this.finish();
    document.body.classList.add("print-view");
    window.addEventListener("afterprint", () => document.body.classList.remove("print-view"), { once: true });
    window.print();
  }

  private export(kind: "svg" | "png" | "csv"): void {
    const { state } = this;
    this.finish();
    const mark = this.model.data.release === "internal" ? `${this.words.say("page-internal")}-` : "";
    const other = state.with ? `-with-${state.with}` : "";
    const name = `${mark}${state.view}-${state.of}-${state.side}-${state.programme}-${state.snapshot}-${state.year}${other}.${kind}`;
    if (kind === "csv") {
      const table = this.place.querySelector<HTMLTableElement>("table#explore-table, table#units");
      if (table) save(name, new Blob(["\ufeff", csv(table)], { type: "text/csv;charset=utf-8" }));
      return;
    }
    const svg = document_(this.shared, this.drawn);
    if (kind === "svg") return save(name, new Blob([svg.text], { type: "image/svg+xml" }));
    void png(svg).then((picture) => save(name, picture));
  }
}
