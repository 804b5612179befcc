// Bands from homes through kinds of provider to units, with widths proportional to students.

import { type SankeyGraph, sankey, sankeyLinkHorizontal } from "d3-sankey";
import { select } from "d3-selection";

import { size } from "./cells";
import { runnerWord } from "./fields";
import { fit, measure } from "./labels";
import { OUT, RUNNERS, type Runner } from "./model";
import type { Shared } from "./shared";
import { stamp } from "./stamp";
import { codeOf, type State } from "./state";

/** Maximum numbers of units and homes with their own bar. */
const MOST = 12;
const [WIDE, HIGH, BAR, SIDE, SIZE] = [1100, 640, 18, 300, 18];

interface Bar {
  readonly id: string;
  readonly code: string;
  readonly side: Runner;
  /** Column from the left, and place in it. */
  readonly column: number;
  readonly order: number;
}

interface Band {
  readonly source: string;
  readonly target: string;
  readonly value: number;
  readonly side: Runner;
}

export interface Flows {
  readonly state: State;
  readonly bars: readonly Bar[];
  readonly bands: readonly Band[];
  readonly total: number;
  /** Number of columns. */
  readonly columns: number;
}

/** The content of a view's picture, without hidden numbers. */
export function sankeyOf(shared: Shared, state: State): Flows {
  return state.side === "home" ? ofHome(shared, state) : ofPupils(shared, state);
}

class Builder {
  private readonly bars = new Map<string, Bar>();
  private readonly bands = new Map<string, Band>();

  bar(bar: Bar): void {
    if (!this.bars.has(bar.id)) this.bars.set(bar.id, bar);
  }

  band(source: string, target: string, value: number, side: Runner): void {
    const key = `${source} ${target} ${side}`;
    const known = this.bands.get(key)?.value ?? 0;
    if (value > 0) this.bands.set(key, { source, target, value: known + value, side });
  }

  flows(state: State, columns: number): Flows {
    const bands = [...this.bands.values()];
    const used = new Set(bands.flatMap((band) => [band.source, band.target]));
    const bars = [...this.bars.values()].filter((bar) => used.has(bar.id));
    const first = new Set(bars.filter((bar) => bar.column === 0).map((bar) => bar.id));
    const total = bands.filter((band) => first.has(band.source)).reduce((sum, band) => sum + band.value, 0);
    return { state, bars, bands, total, columns };
  }
}

function ofHome(shared: Shared, state: State): Flows {
  const { model } = shared;
  const home = codeOf(state.of);
  const out = new Builder();
  out.bar({ id: "home", code: home, side: "own", column: 0, order: 0 });
  RUNNERS.forEach((side, order) => out.bar({ id: side, code: side, side, column: 1, order }));
  for (const [side, students] of model.parts(home, state)) out.band("home", side, size(students), side);
  if (!model.addsUp) return out.flows(state, 2);
  const flows = model.destinations(home, state);
  const named = new Set(flows.slice(0, MOST).map(([unit]) => unit));
  for (const [unit, students] of flows) {
    const side = model.runner(unit, home);
    const isNamed = named.has(unit);
    const id = isNamed ? `unit ${unit}` : `rest ${side}`;
    const order = RUNNERS.indexOf(side) * 1e6 + (isNamed ? 1e5 - Math.min(99999, size(students)) : 999999);
    out.bar({ id, code: isNamed ? unit : "", side, column: 2, order });
    out.band(side, id, size(students), side);
  }
  return out.flows(state, 3);
}

function ofPupils(shared: Shared, state: State): Flows {
  const { model } = shared;
  const out = new Builder();
  const { flows, here } = model.pupils(state.of, state);
  // Here the own students of a provider or a unit are counted with their municipalities.
  const homes = state.of.startsWith("m-") || here === 0 ? flows : [...flows, ["", here] as const];
  const named = new Set(homes.slice(0, MOST).map(([home]) => home));
  if (homes.length <= MOST + 1) homes.forEach(([home]) => named.add(home));
  homes.forEach(([home, students], i) => {
    const isNamed = named.has(home);
    const id = isNamed ? `home ${home}` : "rest";
    const own = state.of === `m-${home}` || home === "";
    out.bar({
      id,
      code: isNamed ? home || "HERE" : "",
      side: own ? "own" : "mixed",
      column: 0,
      order: isNamed ? i : 1e6,
    });
    out.bar({ id: "all", code: codeOf(state.of), side: "own", column: 1, order: 0 });
    out.band(id, "all", size(students), own ? "own" : "mixed");
  });
  if (!model.addsUp || state.of.startsWith("u-")) return out.flows(state, 2);
  const units = model.pupilsOfUnits(state.of, state);
  const shown = new Set(units.slice(0, MOST).map((one) => one.unit));
  units.forEach(({ unit, all }, i) => {
    const side = model.runner(unit, null);
    const id = shown.has(unit) ? `unit ${unit}` : `rest ${side}`;
    const order = RUNNERS.indexOf(side) * 1e6 + (shown.has(unit) ? i : 999999);
    out.bar({ id, code: shown.has(unit) ? unit : "", side, column: 2, order });
    out.band("all", id, size(all), side);
  });
  return out.flows(state, 3);
}

/** The picture. `most` students fill its height: pictures side by side share a scale. */
export function drawSankey(shared: Shared, flows: Flows, most: number): SVGSVGElement {
  const { names, words, model } = shared;
  const { colours } = model.data.base;
  const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
  const title = words.say("x-sankey-title", { name: names.subject(flows.state.of) });
  svg
    .attr("viewBox", `0 0 ${WIDE} ${HIGH}`)
    .attr("role", "group")
    .attr("aria-label", `${title}. ${names.scope(flows.state)}`);
  svg.append("title").text(title);
  svg
    .append("rect")
    .attr("width", WIDE)
    .attr("height", HIGH)
    .attr("fill", colours["paper"] ?? "#fff");
  if (flows.bands.length > 0) draw(svg, shared, flows, most);
  else {
    const id = model.tells(flows.state.programme) ? "x-nothing" : "x-not-published";
    svg.append("text").attr("x", 30).attr("y", 60).attr("font-size", 24).text(words.say(id));
  }
  stamp(svg.node(), shared, WIDE - 8, 6);
  const element = svg.node();
  if (!element) throw new Error("no sankey");
  return element;
}

type Svg = ReturnType<typeof select<SVGSVGElement, unknown>>;

function draw(svg: Svg, shared: Shared, flows: Flows, most: number): void {
  const { words, model } = shared;
  const { colours } = model.data.base;
  const deepest = Math.max(...[0, 1, 2].map((column) => flows.bars.filter((bar) => bar.column === column).length));
  const gap = Math.min(26, (HIGH - 80) / Math.max(1, deepest) / 2);
  const room = (HIGH - 60 - gap * deepest) * (flows.total / Math.max(1, most)) + gap * deepest;
  const graph: SankeyGraph<Bar, Band> = {
    nodes: flows.bars.map((bar) => ({ ...bar })),
    links: flows.bands.map((band) => ({ ...band })),
  };
  const right = flows.columns === 3 || flows.state.side === "home" ? SIDE : 240;
  const made = sankey<Bar, Band>()
    .nodeId((bar) => bar.id)
    .nodeAlign((bar) => bar.column)
    .nodeSort((a, b) => a.order - b.order)
    .linkSort((a, b) => {
      const order = (bar: unknown) => (bar as Bar).order;
      return a.source === b.source ? order(a.target) - order(b.target) : order(a.source) - order(b.source);
    })
    .nodeWidth(BAR)
    .nodePadding(gap)
    .extent([
      [SIDE - 60, 40],
      [WIDE - right - 20, 40 + Math.max(60, room)],
    ])(graph);
  const path = sankeyLinkHorizontal<Bar, Band>();
  for (const link of made.links) {
    const [from, to] = [link.source as Bar, link.target as Bar];
    const line = svg
      .append("path")
      .attr("class", "flow")
      .attr("d", path(link))
      .attr("fill", "none")
      .attr("stroke", colours[link.side] ?? "#888")
      .attr("stroke-opacity", 0.45)
      .attr("stroke-width", Math.max(0.6, link.width ?? 0).toFixed(3))
      .attr("data-from", from.id)
      .attr("data-to", to.id)
      .attr("data-students", link.value);
    const args = {
      from: called(shared, flows, from),
      to: called(shared, flows, to),
      students: words.number(link.value),
    };
    shared.hint(line.node(), () => words.say("x-band", args));
  }
  for (const bar of made.nodes) {
    const [x0, x1, y0, y1] = [bar.x0 ?? 0, bar.x1 ?? 0, bar.y0 ?? 0, bar.y1 ?? 0];
    const name = called(shared, flows, bar);
    const to = leadsTo(shared, flows, bar);
    const mark = svg
      .append("g")
      .attr("class", "node")
      .attr("data-code", bar.code)
      .attr("data-students", bar.value ?? 0);
    mark.attr("tabindex", 0).attr("role", to ? "link" : "img");
    mark.attr("aria-label", `${name}: ${words.number(bar.value ?? 0)}`);
    mark
      .append("rect")
      .attr("x", x0)
      .attr("y", y0)
      .attr("width", x1 - x0)
      .attr("height", Math.max(1, y1 - y0))
      .attr("fill", colours[bar.side] ?? "#444");
    const isLeft = bar.column === 0;
    const number = words.number(bar.value ?? 0);
    // Up to the bars of the next column, or the edge.
    const next = Math.min(WIDE, ...made.nodes.filter((one) => (one.x0 ?? 0) > x1).map((one) => one.x0 ?? WIDE));
    const room = isLeft ? x0 - 16 : next - x1 - 20;
    mark
      .append("text")
      .attr("x", isLeft ? x0 - 8 : x1 + 8)
      .attr("y", (y0 + y1) / 2 + 6)
      .attr("text-anchor", isLeft ? "end" : "start")
      .attr("font-size", SIZE)
      .attr("fill", colours["ink"] ?? "#000")
      .attr("stroke", colours["paper"] ?? "#fff")
      .attr("stroke-width", 3)
      .attr("paint-order", "stroke")
      .text(`${fit(name, room - measure(` ${number}`, SIZE, false), SIZE, false)} ${number}`);
    shared.hint(mark.node(), () => `${name}: ${words.number(bar.value ?? 0)}`);
    if (to) shared.leads(mark.node(), to);
  }
}

function called(shared: Shared, flows: Flows, bar: Bar): string {
  const { names, words } = shared;
  if (bar.id === "rest" || bar.id.startsWith("rest ")) {
    return words.say(bar.column === 0 ? "x-other-homes" : "x-other-units");
  }
  if (bar.code === "HERE") return words.say("x-same-municipality");
  if (bar.id === "home" || bar.id === "all") return names.subject(flows.state.of);
  if ((RUNNERS as readonly string[]).includes(bar.id)) return words.say(runnerWord(bar.id as Runner));
  return names.node(bar.code);
}

function leadsTo(shared: Shared, flows: Flows, bar: Bar): Partial<State> | null {
  if (bar.id.startsWith("unit ")) return { of: `u-${bar.code}` };
  const isHome = bar.id.startsWith("home ") && bar.code !== OUT && shared.model.inRegion(bar.code);
  return isHome && flows.state.of !== `m-${bar.code}` ? { of: `m-${bar.code}` } : null;
}
