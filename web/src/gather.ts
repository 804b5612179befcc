// The content of a dependency map: circles, lines, and the rest, by the rules of the report's maps
// (`render::map::home`, `provider` and `data`).

import { add, minus, size, sum } from "./cells";
import type { Cell, Point } from "./data";
import { type Model, OUT, type Runner, type Totals } from "./model";
import { codeOf, type State } from "./state";

/** Maximum numbers of units, rests and municipalities with a line. */
const MAX_UNITS = 10;
const MAX_RESTS = 4;
const MAX_HOMES = 14;
/** Lines show the largest flows that together are this share of border-crossing students. */
const SHARE_SHOWN = 0.95;
/** The rest of a municipality's units has a line from this share upwards. */
const SHARE_OF_REST = 0.02;

export type Role = "focus" | "unit" | "rest" | "municipality";

/** A circle or a sign. */
export interface Node {
  readonly code: string;
  readonly role: Role;
  /** Its true position; null without one. */
  readonly place: Point | null;
  readonly students: number;
  /** Students who stay: the inner disc. */
  readonly stay: number;
  readonly side: Runner;
  /** Its number in the list. */
  readonly rank: number | null;
  /** How many units or homes it represents. */
  readonly members: number;
}

/** A line of the list. */
export interface Entry {
  readonly code: string;
  readonly rank: number | null;
  readonly side: Runner;
  readonly students: Cell;
}

/** Everything that a map shows. */
export interface MapData {
  readonly state: State;
  readonly totals: Totals;
  readonly parts: ReadonlyMap<Runner, Cell>;
  /** Students who stay, by who runs their unit (home map). */
  readonly stayParts: readonly (readonly [Runner, number])[];
  /** First the subject of the map, then one for each line. */
  readonly nodes: readonly Node[];
  /** All ends, drawn or not, largest first. */
  readonly entries: readonly Entry[];
  /** Ends without a line: their number, and their students. */
  readonly rest: { readonly count: number; readonly students: Cell };
}

/** The ends in a municipality without a line of their own. */
interface Group {
  members: number;
  students: Cell;
  readonly sides: Set<Runner>;
}

interface Candidate {
  readonly node: Node;
  readonly students: Cell;
  readonly group: string;
}

const byStudents = (a: Candidate, b: Candidate) =>
  b.node.students - a.node.students || (a.node.code < b.node.code ? -1 : a.node.code > b.node.code ? 1 : 0);

/** How many of the sorted counts have a line. */
export function lines(counts: readonly number[], most: number): number {
  const total = counts.reduce((a, b) => a + b, 0);
  let sum = 0;
  for (const [i, count] of counts.entries()) {
    if (i === most || (i > 0 && sum >= SHARE_SHOWN * total)) return i;
    sum += count;
  }
  return counts.length;
}

/** Gathers the content of a view's map. */
export function gather(model: Model, state: State): MapData {
  const map = core(model, state);
  return { ...map, parts: state.side === "home" ? model.parts(codeOf(state.of), state) : kinds(model, state) };
}

/** The same without the kinds of providers. */
function core(model: Model, state: State): MapData {
  return state.side === "home" ? homeMap(model, state) : providerMap(model, state);
}

/** Pupils by who runs their unit. */
function kinds(model: Model, state: State): Map<Runner, Cell> {
  const parts = new Map<Runner, Cell>();
  for (const { unit, all } of model.pupilsOfUnits(state.of, state)) {
    const side = model.runner(unit, null);
    parts.set(side, add(parts.get(side) ?? 0, all));
  }
  return parts;
}

const NO_PARTS: ReadonlyMap<Runner, Cell> = new Map();

function place(model: Model, code: string): Point | null {
  return code === OUT ? null : (model.data.names.places[code]?.[2] ?? null);
}

/** The municipality of a map's subject; for a provider, the one with most of its pupils. */
function seat(model: Model, state: State): string {
  const code = codeOf(state.of);
  if (state.of.startsWith("m-")) return code;
  if (state.of.startsWith("u-")) return model.data.names.units[code]?.[1] ?? "";
  if (Object.hasOwn(model.data.names.places, code)) return code;
  const first = model.pupilsOfUnits(state.of, state)[0]?.unit ?? [...model.unitsOf(state.of)].sort()[0] ?? "";
  return model.data.names.units[first]?.[1] ?? "";
}

function focus(model: Model, state: State, totals: Totals, side: Runner): Node {
  const code = codeOf(state.of);
  let at: Point | null = place(model, code);
  if (!state.of.startsWith("m-")) {
    let [x, y, all] = [0, 0, 0];
    for (const unit of model.unitsOf(state.of)) {
      const point = model.data.names.units[unit]?.[3];
      if (point) [x, y, all] = [x + point[0], y + point[1], all + 1];
    }
    at = all > 0 ? [x / all, y / all] : place(model, seat(model, state));
  }
  return {
    code,
    role: "focus",
    place: at,
    students: size(totals.all),
    stay: size(totals.here),
    side,
    rank: null,
    members: 1,
  };
}

function municipality(model: Model, code: string, role: Role, members: number, students: Cell): Candidate {
  const node: Node = {
    code,
    role,
    place: place(model, code),
    students: size(students),
    stay: 0,
    side: "mixed",
    rank: null,
    members,
  };
  return { node, students, group: code };
}

function homeMap(model: Model, state: State): MapData {
  const home = codeOf(state.of);
  const totals = model.residents(home, state);
  if (!model.tellsUnits) {
    return ends(
      model,
      state,
      totals,
      totals.flows.map(([code, students]) => [code, 1, students]),
    );
  }
  const stays = new Map<Runner, number>();
  const candidates: Candidate[] = [];
  for (const [unit, students] of totals.flows) {
    const names = model.data.names.units[unit];
    const side = model.runner(unit, home);
    if (names?.[1] === home) {
      stays.set(side, (stays.get(side) ?? 0) + size(students));
      continue;
    }
    const node: Node = {
      code: unit,
      role: "unit",
      place: names?.[3] ?? place(model, names?.[1] ?? ""),
      students: size(students),
      stay: 0,
      side,
      rank: null,
      members: 1,
    };
    candidates.push({ node, students, group: model.inRegion(names?.[1] ?? "") ? (names?.[1] ?? "") : OUT });
  }
  // Rounded numbers are not added.
  if (model.data.rounded) stays.clear();
  const order: readonly Runner[] = ["own", "municipal", "independent", "publicOther"];
  const base = {
    state,
    totals,
    parts: NO_PARTS,
    stayParts: order.flatMap((side) => (stays.get(side) ? [[side, stays.get(side) ?? 0] as const] : [])),
  };
  if (totals.all === 0) return { ...base, nodes: [], entries: [], rest: { count: 0, students: 0 } };
  return { ...base, ...destinations(model, state, totals, candidates) };
}

/** A line to each of the largest ends in the region, then one to the rest in each municipality. */
function destinations(
  model: Model,
  state: State,
  totals: Totals,
  candidates: Candidate[],
): Pick<MapData, "nodes" | "entries" | "rest"> {
  candidates.sort(byStudents);
  const inside = candidates.filter((one) => one.group !== OUT);
  const shown = lines(
    inside.map((one) => one.node.students),
    MAX_UNITS,
  );
  const nodes: Node[] = [focus(model, state, totals, "own")];
  const ranks = new Map<string, number>();
  inside.slice(0, shown).forEach(({ node }, i) => {
    nodes.push({ ...node, rank: i + 1 });
    ranks.set(node.code, i + 1);
  });
  const groups = new Map<string, Group>();
  for (const { node, students, group } of candidates) {
    if (ranks.has(node.code)) continue;
    const found = groups.get(group) ?? { members: 0, students: 0, sides: new Set<Runner>() };
    found.members += 1;
    found.students = add(found.students, students);
    found.sides.add(node.side);
    groups.set(group, found);
  }
  if (model.data.rounded) leftOfPlaces(model, state, inside.slice(0, shown), groups);
  const rests = [...groups].map(([code, { members, students, sides }]) => {
    const rest = municipality(model, code, "rest", members, students);
    const [only, ...others] = sides;
    return only && others.length === 0 ? { ...rest, node: { ...rest.node, side: only } } : rest;
  });
  rests.sort(byStudents);
  const least = size(totals.elsewhere) * SHARE_OF_REST;
  let [count, left]: [number, Cell] = [0, 0];
  rests.forEach(({ node, students }, i) => {
    const isShown = i < MAX_RESTS && node.code !== codeOf(state.of) && node.students > 0 && node.students >= least;
    if (isShown) nodes.push(node);
    else [count, left] = [count + node.members, add(left, students)];
  });
  // The list also has ends in the municipality itself.
  const entries = totals.flows.map(([code, students]) => {
    return { code, rank: ranks.get(code) ?? null, side: model.runner(code, codeOf(state.of)), students };
  });
  return { nodes, entries, rest: { count, students: left } };
}

/** The rest of each municipality besides its units with a line: of its sum, because not all of its units are shown. */
function leftOfPlaces(model: Model, state: State, drawn: readonly Candidate[], groups: Map<string, Group>): void {
  const home = codeOf(state.of);
  for (const place of [...model.data.municipalities, OUT]) {
    const all = place === home ? "hidden" : model.inPlace(home, place, state);
    const named = drawn.filter((one) => one.group === place).map((one) => one.students);
    const left = minus(all, sum(named));
    if (typeof left !== "number") continue;
    if (left < model.data.threshold) {
      groups.delete(place);
      continue;
    }
    const found: Group = groups.get(place) ?? { members: 0, students: 0, sides: new Set() };
    // The shown units need not be all of the rest.
    if (found.students !== left) found.sides.add("mixed");
    groups.set(place, { ...found, students: left });
  }
}

function providerMap(model: Model, state: State): MapData {
  const totals = model.pupils(state.of, state);
  const own = seat(model, state);
  const homes = new Map<string, [number, Cell]>();
  for (const [home, students] of totals.flows) {
    const code = home === OUT || (!model.inRegion(home) && home !== own) ? OUT : home;
    const [members, sum] = homes.get(code) ?? [0, 0];
    homes.set(code, [members + 1, add(sum, students)]);
  }
  return ends(
    model,
    state,
    totals,
    [...homes].map(([code, [members, students]]) => [code, members, students]),
  );
}

/** A line to or from each of the largest municipalities except the subject of the map. */
function ends(
  model: Model,
  state: State,
  totals: Totals,
  all: readonly (readonly [string, number, Cell])[],
): MapData {
  const candidates = all
    .filter(([code]) => state.of !== `m-${code}`)
    .map(([code, members, students]) => municipality(model, code, "municipality", members, students))
    .sort(byStudents);
  const entries = candidates.map(({ node, students }) => ({
    code: node.code,
    rank: null,
    side: node.side,
    students,
  }));
  const base = { state, totals, parts: NO_PARTS, stayParts: [], entries };
  if (totals.all === 0) return { ...base, nodes: [], rest: { count: 0, students: 0 } };
  const counts = candidates.filter((one) => typeof one.students === "number").map((one) => one.node.students);
  const shown = lines(counts, MAX_HOMES);
  const nodes: Node[] = [focus(model, state, totals, "mixed")];
  let [count, left]: [number, Cell] = [0, 0];
  candidates.forEach(({ node, students }, i) => {
    if (i < shown && node.students > 0) nodes.push(node);
    else [count, left] = [count + node.members, add(left, students)];
  });
  return { ...base, nodes, rest: { count, students: left } };
}

/** The scale of lines and circles: the largest of a series, which has a map of every municipality of the region. */
export interface Scale {
  readonly flow: number;
  readonly node: number;
}

/** The scale of these maps and of the same map of every municipality of the region. */
export function scaleOf(maps: readonly MapData[], series: (state: State) => Scale): Scale {
  const own = maps.map((map) => measure(map));
  const all = [...own, ...maps.map((map) => series(map.state))];
  return { flow: Math.max(1, ...all.map((one) => one.flow)), node: Math.max(1, ...all.map((one) => one.node)) };
}

/** The largest line and the largest circle of a map. */
export function measure(map: MapData): Scale {
  const rest = map.nodes.slice(1);
  return {
    flow: Math.max(0, ...rest.map((node) => node.students)),
    node: Math.max(0, ...map.nodes.map((node) => node.students)),
  };
}

/** The largest over the maps of all municipalities, computed once for each side, snapshot and set of programmes. */
export function seriesOf(model: Model): (state: State) => Scale {
  const found = new Map<string, Scale>();
  return (state) => {
    const key = [state.year, state.snapshot, state.programme, state.side].join(" ");
    let scale = found.get(key);
    if (!scale) {
      scale = model.addsUp ? largest(model, state) : largestOfAll(model, state, model.data.municipalities);
      found.set(key, scale);
    }
    return scale;
  };
}

/** Computed from the map of each of these. */
function largestOfAll(model: Model, state: State, municipalities: readonly string[]): Scale {
  const all = municipalities.map((code) => measure(core(model, { ...state, of: `m-${code}`, with: "" })));
  return { flow: Math.max(1, ...all.map((one) => one.flow)), node: Math.max(1, ...all.map((one) => one.node)) };
}

/** The same if all sums are known: no line of a home is larger than its students in one municipality (all outside the
 * region together), so few maps need to be computed; the largest origin of pupils always has a line. */
function largest(model: Model, state: State): Scale {
  const bounds = model.data.municipalities.map((code) => ({ code, ...model.bound(code, state, state.side) }));
  const node = Math.max(1, ...bounds.map((one) => one.all));
  if (state.side === "provider") {
    const flow = Math.max(1, ...bounds.map((one) => one.most));
    return { flow, node: Math.max(node, flow) };
  }
  bounds.sort((a, b) => b.most - a.most);
  let flow = 1;
  for (const { code, most } of bounds) {
    if (most <= flow) break;
    flow = Math.max(flow, largestOfAll(model, state, [code]).flow);
  }
  return { flow, node: Math.max(node, flow) };
}
