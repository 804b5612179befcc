// The matrix of home municipalities and the municipalities that students study in: shaded by share of the home's
// students.

import { select } from "d3-selection";

import { raw, share, size } from "./cells";
import type { Cell } from "./data";
import { caption, link, number } from "./fields";
import { fit, measure } from "./labels";
import { OUT } from "./model";
import { fill, html, type Shared } from "./shared";
import { stamp } from "./stamp";
import { codeOf, type State } from "./state";

/** Maximum number of municipalities with a row: more could not be read. */
const MOST = 40;
const [CELL, ROW, SIZE] = [54, 34, 16];

export interface Matrix {
  readonly state: State;
  readonly homes: readonly string[];
  readonly places: readonly string[];
  readonly cell: (home: string, place: string) => Cell;
  /** How many municipalities of the region have no row. */
  readonly left: number;
}

/** The matrix of a view. In a large region: the subject of the view, and the municipalities with the largest flows to
 * or from it. */
export function matrixOf(shared: Shared, state: State): Matrix {
  const { model } = shared;
  const cell = model.matrix(state);
  const all = model.data.municipalities;
  let chosen = [...all];
  if (all.length > MOST) {
    const own = state.of.startsWith("m-") ? codeOf(state.of) : "";
    const between = new Map(
      all.map((code) => [code, size(cell(own, code)) + size(cell(code, own)) + (code === own ? 1e9 : 0)]),
    );
    const order = (code: string) => between.get(code) ?? 0;
    chosen = [...all].sort((a, b) => order(b) - order(a) || (a < b ? -1 : 1)).slice(0, MOST / 2);
  }
  chosen.sort((a, b) => shared.words.compare(shared.names.place(a), shared.names.place(b)));
  const places = chosen.some((code) => cell(code, OUT) !== 0) ? [...chosen, OUT] : chosen;
  const homes = chosen.some((code) => cell(OUT, code) !== 0) ? [...chosen, OUT] : chosen;
  return { state, homes, places, cell, left: all.length - chosen.length };
}

export function drawMatrix(shared: Shared, matrix: Matrix): SVGSVGElement {
  const { words, names, model } = shared;
  const { colours } = model.data.base;
  const label = Math.min(260, Math.max(...matrix.homes.map((code) => measure(names.place(code), SIZE, false)))) + 14;
  // Space for the mark of an internal release.
  const above = model.data.release === "internal" ? 34 : 0;
  const slant =
    Math.min(170, Math.max(...matrix.places.map((code) => measure(names.place(code), SIZE, false)))) * 0.72 +
    18 +
    above;
  const [wide, high] = [label + CELL * matrix.places.length + 100, slant + ROW * matrix.homes.length + 8];
  const svg = select(document.createElementNS("http://www.w3.org/2000/svg", "svg"));
  const title = words.say("x-matrix-title", { region: model.data.region });
  svg
    .attr("viewBox", `0 0 ${Math.ceil(wide)} ${Math.ceil(high)}`)
    .attr("role", "group")
    .attr("aria-label", `${title}. ${names.scope(matrix.state)}`);
  svg.append("title").text(title);
  svg
    .append("rect")
    .attr("width", Math.ceil(wide))
    .attr("height", Math.ceil(high))
    .attr("fill", colours["paper"] ?? "#fff");
  matrix.places.forEach((place, i) => {
    const [x, y] = [label + CELL * (i + 0.5), slant - 8];
    svg
      .append("text")
      .attr("transform", `translate(${x} ${y}) rotate(-42)`)
      .attr("font-size", SIZE)
      .attr("fill", colours["ink"] ?? "#000")
      .text(fit(names.place(place), 170, SIZE, false));
  });
  matrix.homes.forEach((home, row) => {
    const y = slant + ROW * row;
    svg
      .append("text")
      .attr("x", label - 10)
      .attr("y", y + ROW / 2 + 6)
      .attr("text-anchor", "end")
      .attr("font-size", SIZE)
      .attr("font-weight", matrix.state.of === `m-${home}` ? 600 : 400)
      .attr("fill", colours["ink"] ?? "#000")
      .text(fit(names.place(home), 260, SIZE, false));
    const all = model.whole(home, matrix.state);
    matrix.places.forEach((place, column) => {
      const students = matrix.cell(home, place);
      const part = share(students, all);
      const shade =
        typeof part === "number" ? mix(colours, Math.sqrt(Math.min(1, part))) : (colours["paper"] ?? "#fff");
      const cell = svg
        .append("g")
        .attr("class", "cell")
        .attr("data-home", home)
        .attr("data-place", place)
        .attr("data-students", raw(students));
      const x = label + CELL * column;
      cell
        .append("rect")
        .attr("x", x)
        .attr("y", y)
        .attr("width", CELL - 2)
        .attr("height", ROW - 2)
        .attr("fill", shade)
        .attr("stroke", home === place && home !== OUT ? (colours["ink"] ?? "#000") : "none")
        .attr("stroke-width", 1.5);
      if (students !== 0) {
        cell
          .append("text")
          .attr("x", x + CELL / 2 - 1)
          .attr("y", y + ROW / 2 + 5)
          .attr("text-anchor", "middle")
          .attr("font-size", SIZE - 1)
          .attr("fill", typeof part === "number" && part > 0.25 ? "#ffffff" : (colours["ink"] ?? "#000"))
          .text(words.count(students));
      }
      shared.hint(cell.node(), () => said(shared, home, place, students, part));
      const to = way(home);
      if (to) shared.leads(cell.node(), to);
    });
    svg
      .append("text")
      .attr("x", label + CELL * matrix.places.length + 88)
      .attr("y", y + ROW / 2 + 5)
      .attr("text-anchor", "end")
      .attr("font-size", SIZE)
      .attr("font-weight", 600)
      .attr("fill", colours["ink"] ?? "#000")
      .text(words.count(all));
  });
  stamp(svg.node(), shared, wide - 8, 8);
  const element = svg.node();
  if (!element) throw new Error("no matrix");
  return element;
}

/** The target of a home: its map; none for homes outside the region. */
const way = (home: string): Partial<State> | null =>
  home === OUT ? null : { of: `m-${home}`, side: "home", view: "map" };

function said(shared: Shared, home: string, place: string, students: Cell, part: Cell): string {
  const { words, names } = shared;
  const args = { home: names.place(home), place: names.place(place), students: words.count(students) };
  return words.say("x-cell", { ...args, share: words.percent(part) });
}

/** A shade between the palest and the deepest of the heat map. */
function mix(colours: Readonly<Record<string, string>>, by: number): string {
  const parse = (text: string) => [1, 3, 5].map((i) => Number.parseInt(text.slice(i, i + 2), 16));
  const [pale, deep] = [parse(colours["pale"] ?? "#ffffff"), parse(colours["deep"] ?? "#000000")];
  const channel = (i: number) => Math.round((pale[i] ?? 0) + ((deep[i] ?? 0) - (pale[i] ?? 0)) * by);
  return `#${[0, 1, 2].map((i) => channel(i).toString(16).padStart(2, "0")).join("")}`;
}

/** The matrix as a table. */
export function matrixTable(shared: Shared, matrix: Matrix): HTMLTableElement {
  const { words, names, model } = shared;
  const head = html("tr", {}, html("th", { scope: "col" }, words.say("x-home")));
  for (const place of matrix.places) head.append(html("th", { scope: "col", class: "n" }, names.place(place)));
  head.append(html("th", { scope: "col", class: "n" }, words.say("x-everywhere")));
  const body = html("tbody");
  const made = (home: string) => {
    const row = html(
      "tr",
      { "data-code": home },
      html("th", { scope: "row" }, link(shared, names.place(home), way(home))),
    );
    for (const place of matrix.places) row.append(number(shared, matrix.cell(home, place)));
    row.append(number(shared, model.whole(home, matrix.state)));
    return row;
  };
  // The table is below the picture.
  fill(
    shared,
    body,
    matrix.homes.map((home) => () => made(home)),
    0,
  );
  const left = matrix.left > 0 ? ` ${words.say("x-matrix-left", { count: words.number(matrix.left) })}` : "";
  const about = `${words.say("x-matrix-caption")} ${names.scope(matrix.state)}.${left}`;
  return html("table", { id: "explore-table" }, caption(about), html("thead", {}, head), body);
}
