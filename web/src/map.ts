// Draws a dependency map: the ground, lines, circles and labels of the report's maps, with numbers on each.

import { select, type Selection as D3 } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";

import { minus, share } from "./cells";
import type { Cell, Point } from "./data";
import type { MapData, Node, Scale } from "./gather";
import { type Box, boxOf, fit, measure, type Obstacles, placeLabels, type Wish, wrap } from "./labels";
import { type Curve, type Layout, layOut, points } from "./layout";
import { OUT, type Runner } from "./model";
import type { Shared } from "./shared";
import { stamp } from "./stamp";
import { codeOf } from "./state";

const LABEL = 22;
const SMALL = 18;
const LEGEND = 216;
/** From this scale upwards, the legend is below the map. */
const BELOW = 1.3;
/** Names of units on the map; the others are found by their number in the table. */
const NAMED_UNITS = 5;
/** With more municipalities than this, their names are not drawn on the ground. */
const NAMED_GROUND = 40;

type Group = D3<SVGGElement, unknown, null, undefined>;

/** The share in the title of a map: with another provider, or from elsewhere. */
export function headline(map: MapData): Cell {
  const part =
    map.state.side === "provider" ? map.totals.elsewhere : minus(map.totals.all, map.parts.get("own") ?? 0);
  return share(part, map.totals.all);
}

/** The map as an `<svg>` element; a click or Enter on a circle calls `go` with its code. */
export function drawMap(shared: Shared, map: MapData, scale: Scale, id: string): SVGSVGElement {
  const { base } = shared.model.data;
  const [left, top, right, bottom] = base.card;
  const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg"))
    .attr("viewBox", `${left} ${top} ${right - left} ${bottom - top}`)
    .attr("role", "group")
    .attr("data-of", map.state.of);
  const title = shared.names.title(map.state, headline(map));
  svg.attr("aria-label", `${title}. ${shared.names.scope(map.state)}`);
  svg.append("title").text(title);
  const clip = `clip-${id}`;
  const frame = { x: left, y: top, width: right - left, height: bottom - top, rx: 10 };
  svg.append("clipPath").attr("id", clip).append("rect").call(attributes, frame);
  svg.append("rect").call(attributes, { ...frame, fill: colour(shared, "water") });
  const view = svg.append("g").attr("clip-path", `url(#${clip})`).append("g").attr("class", "view");
  drawLand(view, shared, map, id);
  const measures = measuresOf(shared, scale);
  const layout = layOut(map.nodes, {
    card: base.card,
    outside: base.outside,
    gap: base.measures["gap"] ?? 3,
    radius: measures.radius,
    width: measures.width,
    marks: shared.model.data.layouts[`${map.state.side}-${codeOf(map.state.of)}`] ?? [],
    isOut: map.state.side === "home",
  });
  drawLines(view, shared, map, layout);
  drawNodes(view, shared, map, layout, measures);
  const legend = map.nodes.length > 0 ? drawLegend(svg as unknown as Group, shared, map, measures, layout) : null;
  if (legend?.isBelow) svg.attr("viewBox", `${left} ${top} ${right - left} ${legend.box[3] + 6 - top}`);
  drawLabels(view, shared, map, layout, legend && !legend.isBelow ? legend.box : null);
  svg.attr("data-left-out", map.nodes.slice(1).filter((_, i) => !layout.curves[i + 1]).length);
  if (map.nodes.length < 2) nothing(svg as unknown as Group, shared, map);
  stamp(svg.node(), shared, right - 12, top + 10);
  zoomable(svg as unknown as D3<SVGSVGElement, unknown, null, undefined>, view as unknown as Group);
  const element = svg.node();
  if (!element) throw new Error("no map");
  return element;
}

const colour = (shared: Shared, name: string): string => shared.model.data.base.colours[name] ?? "#000000";

function attributes<E extends Element>(
  selection: D3<E, unknown, null, undefined>,
  values: Readonly<Record<string, string | number>>,
): void {
  for (const [name, value] of Object.entries(values)) selection.attr(name, value);
}

/** The land of each picture of a view: created once, then only its focus changes. */
const lands = new Map<string, SVGGElement>();

function drawLand(view: Group, shared: Shared, map: MapData, id: string): void {
  const focus = map.state.of.startsWith("m-") ? codeOf(map.state.of) : "";
  const known = lands.get(id);
  if (known) {
    const fill = (path: Element) => (path.getAttribute("data-region") ? "region" : "land");
    for (const path of known.querySelectorAll(`[data-focus]`)) {
      path.removeAttribute("data-focus");
      path.setAttribute("fill", colour(shared, fill(path)));
    }
    for (const path of known.children) {
      if (path.getAttribute("data-place") !== focus) continue;
      path.setAttribute("data-focus", "1");
      path.setAttribute("fill", colour(shared, "focus"));
    }
    view.node()?.append(known);
    return;
  }
  const ground = view
    .append("g")
    .call(attributes, { class: "land", "aria-hidden": "true", transform: "scale(.5)", stroke: "#fff" })
    .call(attributes, { "stroke-linejoin": "round", "fill-rule": "evenodd" });
  for (const [code, path, inRegion] of shared.model.data.base.land) {
    const fill = code === focus ? "focus" : inRegion ? "region" : "land";
    const land = ground
      .append("path")
      .call(attributes, { d: path, fill: colour(shared, fill), "stroke-width": inRegion ? 4 : 2, "data-place": code })
      .call(attributes, {
        ...(inRegion ? { "data-region": 1 } : {}),
        ...(code === focus ? { "data-focus": 1 } : {}),
      });
    if (!inRegion) continue;
    // A shortcut for the pointer; the search leads there too.
    shared.hint(land.node(), () => shared.names.place(code));
    shared.leads(land.node(), { of: `m-${code}` });
  }
  const made = ground.node();
  if (made) lands.set(id, made);
}

interface Measures {
  radius(node: Node): number;
  circle(students: number): number;
  width(students: number): number;
  isClamped(students: number): boolean;
}

function measuresOf(shared: Shared, scale: Scale): Measures {
  const known = shared.model.data.base.measures;
  const of = (name: string) => known[name] ?? 0;
  const circle = (students: number) =>
    students === 0 ? 0 : Math.max(of("largest") * Math.sqrt(students / scale.node), of("smallest"));
  const corner = (side: Runner) =>
    side === "independent" ? of("cornerIndependent") : side === "publicOther" ? of("cornerOther") : 1;
  const exact = (students: number) => (students / scale.flow) * of("widest");
  return {
    circle,
    width: (students) => Math.max(exact(students), of("thinnest")),
    isClamped: (students) => exact(students) < of("thinnest"),
    radius: (node) => {
      if (node.role === "unit") return of("sign") * corner(node.side) * shared.grow;
      if (node.role === "rest") return of("sign") * of("several") * shared.grow;
      return node.role === "focus" && node.students === 0 ? of("sign") : circle(node.students);
    },
  };
}

function drawLines(view: Group, shared: Shared, map: MapData, layout: Layout): void {
  const flows = view.append("g").attr("class", "flows");
  const order = layout.curves
    .map((curve, i) => [curve, i] as const)
    .filter((pair): pair is readonly [Curve, number] => pair[0] !== null)
    .sort((a, b) => (map.nodes[a[1]]?.students ?? 0) - (map.nodes[b[1]]?.students ?? 0) || b[1] - a[1]);
  const own = codeOf(map.state.of);
  for (const [curve, i] of order) {
    const node = map.nodes[i];
    if (!node) continue;
    const d = `M${at(curve.start)}Q${at(curve.control)} ${at(curve.end)}`;
    const fill = colour(shared, node.side);
    const line = flows.append("g").attr("class", "line").attr("data-node", node.code);
    line.append("path").call(attributes, {
      class: "casing",
      d,
      fill: "none",
      stroke: "#fff",
      "stroke-opacity": 0.75,
      "stroke-width": round(curve.width + 3),
    });
    const [from, to] = map.state.side === "home" ? [own, node.code] : [node.code, own];
    line.append("path").call(attributes, {
      class: node.role === "rest" ? "rest" : "flow",
      d,
      fill: "none",
      stroke: fill,
      "stroke-width": curve.width.toFixed(3),
      "data-from": from,
      "data-to": to,
      "data-students": node.students,
    });
    const [tip, one, other] = curve.head;
    line.append("path").call(attributes, {
      class: "head",
      d: `M${at(tip)}L${at(one)}L${at(other)}z`,
      fill,
      stroke: "#fff",
      "stroke-opacity": 0.75,
      "stroke-width": 1,
    });
    shared.hint(line.node(), () => said(shared, map, node));
  }
}

const round = (n: number): string => String(Math.round(n * 100) / 100);
const at = ([x, y]: readonly [number, number]): string => `${round(x)} ${round(y)}`;

/** The hint of a circle or a line: name, students, and their share of all. */
function said(shared: Shared, map: MapData, node: Node): string {
  const { words } = shared;
  const students = words.number(node.students);
  if (node.role === "focus") {
    const args = { name: shared.names.subject(map.state.of), students: words.count(map.totals.all) };
    return words.say("x-focus", { ...args, stay: words.count(map.totals.here) });
  }
  const part = words.percent(share(node.students, map.totals.all));
  const name = nameOf(shared, node);
  return words.say(map.state.side === "home" ? "x-flow-home" : "x-flow-provider", { name, students, share: part });
}

function nameOf(shared: Shared, node: Node): string {
  const name = shared.names.node(node.code);
  if (node.role !== "rest" || node.code === OUT) return name;
  return shared.words.say("map-others", { name });
}

/** The target of a click on a circle; none for the subject of the map and for places outside the region. */
function target(shared: Shared, map: MapData, node: Node): string | null {
  if (node.role === "unit") return `u-${node.code}`;
  return node.role !== "focus" && shared.model.inRegion(node.code) && map.state.of !== `m-${node.code}`
    ? `m-${node.code}`
    : null;
}

function drawNodes(view: Group, shared: Shared, map: MapData, layout: Layout, measures: Measures): void {
  const group = view.append("g").attr("class", "nodes");
  const order = map.nodes
    .map((node, i) => [node, i] as const)
    .filter(([, i]) => layout.discs[i]?.isPlaced && (i === 0 || layout.curves[i]))
    .sort((a, b) => b[0].students - a[0].students || (a[0].code < b[0].code ? -1 : 1));
  for (const [node, i] of order) {
    const disc = layout.discs[i];
    if (!disc) continue;
    const hidden = node.role === "focus" && map.totals.all === "hidden";
    const to = target(shared, map, node);
    const mark = group.append("g").call(attributes, {
      class: "node",
      "data-code": node.code,
      "data-students": hidden ? ".." : node.students,
      tabindex: 0,
      role: to ? "link" : "img",
      "aria-label": `${sign(node)}${said(shared, map, node)}`,
    });
    drawMark(mark, shared, map, node, disc.x, disc.y, measures);
    shared.hint(mark.node(), () => said(shared, map, node));
    if (to) shared.leads(mark.node(), { of: to });
  }
}

/** The text in the sign of a circle, which its accessible name also contains. */
const sign = (node: Node): string =>
  node.rank !== null ? `${node.rank}. ` : node.role === "rest" ? `+${node.members || ""} ` : "";

function drawMark(
  mark: Group,
  shared: Shared,
  map: MapData,
  node: Node,
  x: number,
  y: number,
  measures: Measures,
): void {
  const fill = colour(shared, node.side);
  const paper = colour(shared, "paper");
  const half = (shared.model.data.base.measures["sign"] ?? 12.5) * shared.grow;
  if (node.role === "focus") {
    const look = { fill: paper, "fill-opacity": 0.85, stroke: fill, "stroke-width": 2 };
    mark.append("circle").call(attributes, { cx: x, cy: y, r: measures.radius(node), ...look });
    const inner = Math.min(measures.circle(node.stay), measures.radius(node));
    if (map.totals.here === "hidden") {
      const look = { x, y: y + 7, "text-anchor": "middle", "font-size": LABEL, "font-weight": 600 };
      mark
        .append("text")
        .call(attributes, { ...look, fill: colour(shared, "muted"), class: "hidden" })
        .text("..");
    } else if (map.stayParts.length > 1) {
      pie(mark, shared, map, x, y, inner);
    } else if (node.stay > 0) {
      mark.append("circle").call(attributes, { class: "stay", cx: x, cy: y, r: inner, fill });
    }
  } else if (node.role === "unit" && node.rank !== null) {
    badge(mark, fill, node.side, x, y, half);
    text(mark, String(node.rank), x, y + 6.5 * shared.grow, SMALL * shared.grow, paper);
  } else if (node.role === "rest") {
    const wide = half * (shared.model.data.base.measures["several"] ?? 1.5);
    const look = { rx: half, fill: paper, stroke: fill, "stroke-width": 2.5 };
    mark.append("rect").call(attributes, { x: x - wide, y: y - half, width: wide * 2, height: half * 2, ...look });
    const label = `+${node.members || ""}`;
    const full = (SMALL - 2) * shared.grow;
    const size = Math.min(full, ((wide * 2 - 6) / measure(label, full, true)) * full);
    text(mark, label, x, y + 6 * shared.grow, size, ink(shared, node.side));
  } else {
    mark
      .append("circle")
      .call(attributes, { cx: x, cy: y, r: measures.radius(node), fill, stroke: paper, "stroke-width": 1.5 });
  }
}

const ink = (shared: Shared, side: Runner): string =>
  colour(shared, side === "independent" ? "independentInk" : side);

function text(group: Group, words: string, x: number, y: number, size: number, fill: string): void {
  group
    .append("text")
    .call(attributes, { class: "rank", x: round(x), y: round(y), "font-size": size, "font-weight": 600, fill })
    .attr("text-anchor", "middle")
    .text(words);
}

/** The sign of a kind of provider; its shape identifies the kind without colour. */
export function badge(group: Group, fill: string, side: Runner, x: number, y: number, radius: number): void {
  if (side === "independent") {
    const half = radius * 0.9;
    group
      .append("rect")
      .call(attributes, { x: x - half, y: y - half, width: half * 2, height: half * 2, rx: 3, fill });
  } else if (side === "publicOther") {
    const r = radius * 1.2;
    group.append("path").call(attributes, { d: `M${x} ${y - r}L${x + r} ${y}L${x} ${y + r}L${x - r} ${y}z`, fill });
  } else {
    group.append("circle").call(attributes, { cx: x, cy: y, r: radius, fill });
  }
}

/** Students who stay, by who runs their unit, from the top, clockwise. */
function pie(mark: Group, shared: Shared, map: MapData, x: number, y: number, radius: number): void {
  const total = map.stayParts.reduce((sum, [, students]) => sum + students, 0);
  const on = (students: number) => {
    const angle = (students / Math.max(1, total)) * 2 * Math.PI;
    return `${round(x + radius * Math.sin(angle))} ${round(y - radius * Math.cos(angle))}`;
  };
  let from = 0;
  for (const [side, students] of map.stayParts) {
    const to = from + students;
    const large = Number(2 * students > total);
    const d = `M${round(x)} ${round(y)}L${on(from)}A${round(radius)} ${round(radius)} 0 ${large} 1 ${on(to)}z`;
    mark.append("path").call(attributes, { class: "stay", d, fill: colour(shared, side) });
    from = to;
  }
}

/** Round numbers between the smallest and the largest shown. */
export function samples(largest: number, least: number, count: number): number[] {
  const steps: number[] = [];
  for (let power = 1; power <= largest; power *= 10) {
    steps.push(...[power, power * 2, power * 5].filter((n) => n <= largest));
  }
  return steps
    .reverse()
    .filter((_, i) => i % 2 === 0)
    .slice(0, count)
    .filter((n) => n >= least);
}

/** A corner of the card for a legend of this size that no line and no circle enters: lower ones first. */
function freeCorner([left, top, right, bottom]: Box, width: number, height: number, layout: Layout): Box | null {
  const low = bottom - 12 - height;
  const corners: Box[] = [
    [left + 12, low, left + 12 + width, bottom - 12],
    [right - 12 - width, low, right - 12, bottom - 12],
    [left + 12, top + 12, left + 12 + width, top + 12 + height],
    [right - 12 - width, top + 12, right - 12, top + 12 + height],
  ];
  const away = ([l, t, r, b]: Box, [x, y]: Point): number =>
    Math.hypot(Math.max(l - x, x - r, 0), Math.max(t - y, y - b, 0));
  const isFree = (box: Box): boolean =>
    layout.discs.every((disc) => !disc.isPlaced || away(box, [disc.x, disc.y]) >= disc.radius + 6) &&
    layout.curves.every(
      (curve) =>
        !curve ||
        [...points(curve, 40).map((at) => away(box, at) - curve.width / 2), ...curve.head.map((at) => away(box, at))].every(
          (distance) => distance >= 6,
        ),
    );
  return corners.find(isFree) ?? null;
}

/** The legend in a corner of the map that is free, or else below it; always below and larger if the map is small. */
function drawLegend(
  svg: Group,
  shared: Shared,
  map: MapData,
  measures: Measures,
  layout: Layout,
): { box: Box; isBelow: boolean } {
  const { words, model } = shared;
  const least = model.data.release === "public" ? model.data.threshold : 0;
  const drawn = map.nodes.slice(1).map((node) => node.students);
  const lines = samples(Math.max(0, ...drawn), least, 3);
  while (lines.length > 1 && lines.slice(-2).every((n) => measures.isClamped(n))) lines.pop();
  const circles = samples(Math.max(0, ...map.nodes.map((node) => node.students)), least, 2);
  const notes = [
    words.say(map.totals.here === "hidden" ? "legend-stay-hidden" : `legend-stay-${map.state.side}`),
    ...(map.nodes.some((node) => node.role === "rest") ? [words.say("legend-rest")] : []),
  ].flatMap((note) => wrap(note, LEGEND - 24, SMALL));
  const row = (size: number) => Math.max(size, 20) + 6;
  const high = (sizes: number[]) => sizes.reduce((sum, size) => sum + row(size), 0);
  const height =
    (lines.length > 0 ? 36 + high(lines.map((n) => measures.width(n))) : 0) +
    36 +
    high(circles.map((n) => 2 * measures.circle(n))) +
    notes.length * 22 +
    12;
  const card = model.data.base.card;
  const [left, , , bottom] = card;
  const corner = shared.grow > BELOW ? null : freeCorner([...card], LEGEND, height, layout);
  const isBelow = corner === null;
  const foot = bottom + 8 + height * shared.grow;
  const own: Box = corner ?? [left + 12, foot - height, left + 12 + LEGEND, foot];
  const box: Box = isBelow ? [left, bottom + 8, left + LEGEND * shared.grow, foot] : own;
  const group = svg.append("g").attr("class", "legend").attr("aria-hidden", "true");
  // The following is drawn at its own size and scaled as a whole.
  if (isBelow) {
    const by = shared.grow;
    group.attr("transform", `translate(${left - own[0] * by} ${bottom + 8 - own[1] * by}) scale(${by})`);
  }
  group
    .append("rect")
    .call(attributes, { x: own[0], y: own[1], width: LEGEND, height, rx: 8, fill: colour(shared, "paper") })
    .attr("fill-opacity", 0.92);
  const say = (words: string, x: number, y: number, size: number, fill: string) =>
    group
      .append("text")
      .call(attributes, { x: round(x), y: round(y), "font-size": size, fill: colour(shared, fill) })
      .text(words);
  const x = own[0] + 12;
  let y = own[1];
  if (lines.length > 0) {
    say(words.say("legend-lines"), x, y + 26, SMALL, "muted");
    y += 36;
    for (const students of lines) {
      const width = measures.width(students);
      const middle = y + row(width) / 2;
      group
        .append("path")
        .call(attributes, { d: `M${x} ${middle}h84`, stroke: colour(shared, "mixed"), "stroke-width": width });
      say(words.number(students), x + 100, middle + 7, SMALL + 2, "ink");
      y += row(width);
    }
  }
  say(words.say("legend-circles"), x, y + 26, SMALL, "muted");
  y += 36;
  const widest = circles[0] === undefined ? 2 : measures.circle(circles[0]);
  for (const students of circles) {
    const radius = measures.circle(students);
    const middle = y + row(2 * radius) / 2;
    group
      .append("circle")
      .call(attributes, { cx: x + widest, cy: middle, r: radius, fill: "none", stroke: colour(shared, "mixed") })
      .attr("stroke-width", 2);
    say(words.number(students), x + 100, middle + 7, SMALL + 2, "ink");
    y += row(2 * radius);
  }
  for (const note of notes) {
    y += 22;
    say(note, x, y, SMALL, "muted");
  }
  return { box, isBelow };
}

function drawLabels(view: Group, shared: Shared, map: MapData, layout: Layout, legend: Box | null): void {
  const { words, model } = shared;
  const hub = layout.discs[0];
  if (!hub) return;
  const shown = map.nodes
    .map((node, i) => ({ node, disc: layout.discs[i], i }))
    .filter(({ disc, i }) => disc?.isPlaced && (i === 0 || layout.curves[i]))
    .sort((a, b) => Number(a.i !== 0) - Number(b.i !== 0) || b.node.students - a.node.students);
  const [size, small] = [LABEL * shared.grow, SMALL * shared.grow];
  let units = 0;
  const named = shown.filter(({ node }) => node.role !== "unit" || ++units <= NAMED_UNITS);
  const wishes: Wish[] = named.map(({ node, disc }) => {
    const [dx, dy] = [(disc?.x ?? 0) - hub.x, (disc?.y ?? 0) - hub.y];
    const length = Math.max(1, Math.hypot(dx, dy));
    const name = node.role === "focus" ? shared.names.subject(map.state.of) : nameOf(shared, node);
    const short = fit(name, 250 * shared.grow, size, true);
    return {
      texts: node.role === "focus" ? [short] : [`${short}\u2002${words.number(node.students)}`, short],
      size,
      isBold: true,
      at: [disc?.x ?? 0, disc?.y ?? 0],
      radius: disc?.radius ?? 0,
      away: [dx / length, dy / length],
      acrossLines: node.role === "focus" || node.role === "municipality" || node.code === OUT,
      onPoint: false,
    };
  });
  const places = model.data.municipalities.flatMap((code) => {
    const at = model.data.names.places[code]?.[2];
    return at && !map.nodes.some((node) => node.code === code) ? [{ code, at }] : [];
  });
  const count = wishes.length;
  if (model.data.municipalities.length <= NAMED_GROUND) {
    for (const { code, at } of places) {
      const look = { size: small, isBold: false, radius: 0, away: [0, 0] as const, acrossLines: true, onPoint: true };
      wishes.push({ texts: [shared.names.place(code)], at, ...look });
    }
  }
  const obstacles: Obstacles = {
    boxes: [...(legend ? [legend] : []), ...layout.curves.flatMap((curve) => (curve ? [around(curve.head)] : []))],
    circles: shown.map(({ disc }) => ({ at: [disc?.x ?? 0, disc?.y ?? 0], radius: (disc?.radius ?? 0) + 2 })),
    points: layout.curves.flatMap((curve) => (curve ? points(curve, 40) : [])),
  };
  const [l, t, r, b] = model.data.base.card;
  const group = view.append("g").attr("class", "labels").attr("aria-hidden", "true");
  for (const label of placeLabels(wishes, obstacles, [l + 6, t + 6, r - 6, b - 6]).reverse()) {
    const wish = wishes[label.wish];
    const node = label.wish < count ? named[label.wish]?.node : undefined;
    const fill = !node
      ? colour(shared, "muted")
      : node.role === "unit"
        ? ink(shared, node.side)
        : colour(shared, "ink");
    group
      .append("text")
      .call(attributes, {
        class: node ? "label" : "label place",
        x: round(label.x),
        y: round(label.y),
        "font-size": wish?.size ?? small,
        "font-weight": wish?.isBold ? 600 : 400,
        "text-anchor": label.anchor,
        fill,
        stroke: colour(shared, node ? "paper" : "region"),
        "stroke-width": 4,
        "stroke-linejoin": "round",
        "paint-order": "stroke",
      })
      .text(label.text);
  }
}

function around(corners: readonly (readonly [number, number])[]): Box {
  const [xs, ys] = [corners.map((p) => p[0]), corners.map((p) => p[1])];
  return [Math.min(...xs) - 1, Math.min(...ys) - 1, Math.max(...xs) + 1, Math.max(...ys) + 1];
}

function nothing(svg: Group, shared: Shared, map: MapData): void {
  const [left, top, right] = shared.model.data.base.card;
  const isTold =
    shared.model.tells(map.state.programme) && (shared.model.tellsUnits || map.state.of.startsWith("m-"));
  const words = shared.words.say(isTold ? "x-nothing" : "x-not-published");
  const size = Math.min(26, (26 * (right - left - 60)) / measure(words, 26, true));
  const [x, y] = [(left + right) / 2, top + 60];
  const [l, t, r, b] = boxOf(words, size, true, x, y, "middle");
  const box = { x: l - 14, y: t - 10, width: r - l + 28, height: b - t + 20, rx: 8, fill: colour(shared, "paper") };
  svg.append("rect").call(attributes, box);
  text(svg, words, x, y, size, colour(shared, "ink"));
}

/** Dragging, pinching, and the wheel with Ctrl move the map; buttons do the same for keyboards. */
function zoomable(svg: D3<SVGSVGElement, unknown, null, undefined>, view: Group): void {
  const behaviour = zoom<SVGSVGElement, unknown>()
    .scaleExtent([1, 12])
    .filter((event: Event) => {
      if (event instanceof WheelEvent) return event.ctrlKey;
      return !(event instanceof MouseEvent && event.button !== 0) && !(event.type === "touchstart" && isOne(event));
    })
    .on("zoom", (event: { transform: { toString(): string } }) => view.attr("transform", event.transform.toString()));
  svg.call(behaviour).on("dblclick.zoom", null);
  svg.on("elevflode-zoom", (event: CustomEvent<number>) => {
    if (event.detail === 0) behaviour.transform(svg, zoomIdentity);
    else behaviour.scaleBy(svg, event.detail);
  });
}

/** Whether a touch has one finger, which scrolls the page. */
const isOne = (event: Event): boolean => "touches" in event && (event as TouchEvent).touches.length < 2;
