// A view as files: SVG and PNG of its pictures with their titles, CSV of its table.

import type { Shared } from "./shared";

const NS = "http://www.w3.org/2000/svg";
const [HEAD, FOOT, MARGIN] = [116, 50, 24];

/** A picture and its title. */
export interface Drawn {
  readonly svg: SVGSVGElement;
  readonly title: string;
  readonly scope: string;
}

/** One SVG document of a view's pictures side by side, with titles, source and the page's typeface. */
export function document_(shared: Shared, drawn: readonly Drawn[]): { text: string; width: number; height: number } {
  const { words, model } = shared;
  const boxes = drawn.map(({ svg }) => svg.viewBox.baseVal);
  const high = Math.max(...boxes.map((box) => box.height));
  const wide = boxes.reduce((sum, box) => sum + box.width + MARGIN, MARGIN);
  const [width, height] = [Math.max(900, wide), high + HEAD + FOOT];
  const out = element("svg", { xmlns: NS, width, height, viewBox: `0 0 ${width} ${height}` });
  const title = drawn.map((one) => one.title).join(" · ");
  out.append(element("title", {}, title));
  out.append(element("desc", {}, drawn.map((one) => `${one.title}. ${one.scope}`).join(" ")));
  const fonts = [...document.querySelectorAll("style")].map((style) => style.textContent ?? "");
  const family = getComputedStyle(document.body).fontFamily.replace(/"/g, "'");
  const faces = fonts.filter((text) => text.includes("@font-face")).join("");
  out.append(element("style", {}, `${faces}svg{font-family:${family};font-variant-numeric:tabular-nums}`));
  out.append(element("rect", { width, height, fill: "#ffffff" }));
  let x = MARGIN;
  drawn.forEach(({ svg, title, scope }, i) => {
    const box = boxes[i] ?? svg.viewBox.baseVal;
    const part = svg.cloneNode(true) as SVGSVGElement;
    for (const one of part.querySelectorAll("[tabindex]")) one.removeAttribute("tabindex");
    const attributes = { x, y: HEAD, width: box.width, height: box.height };
    for (const [name, value] of Object.entries(attributes)) part.setAttribute(name, String(value));
    const size = Math.min(
      30,
      (30 * (drawn.length === 1 ? width - 2 * MARGIN : box.width)) / Math.max(1, title.length * 15),
    );
    out.append(element("text", { x, y: 52, "font-size": size, "font-weight": 600, fill: "#14202b" }, title));
    out.append(element("text", { x, y: 88, "font-size": 20, fill: "#55606b" }, scope));
    out.append(part);
    x += box.width + MARGIN;
  });
  const mark = model.data.release === "internal" ? `${words.say("page-internal")} · ` : "";
  const source = `${mark}${words.say("x-source", { region: model.data.region })}`;
  out.append(element("text", { x: MARGIN, y: height - 18, "font-size": 18, fill: "#55606b" }, source));
  return { text: new XMLSerializer().serializeToString(out), width, height };
}

function element(name: string, attributes: Readonly<Record<string, string | number>>, text = ""): SVGElement {
  const out = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key !== "xmlns") out.setAttribute(key, String(value));
  }
  if (text) out.textContent = text;
  return out;
}

/** The picture as pixels, at twice the size. */
export async function png(svg: { text: string; width: number; height: number }): Promise<Blob> {
  const image = new Image();
  const loaded = new Promise<void>((done, failed) => {
    image.onload = () => done();
    image.onerror = () => failed(new Error("the picture cannot be drawn"));
  });
  // A data URL: the page cannot load anything else.
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg.text)}`;
  await loaded;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(svg.width * 2), Math.round(svg.height * 2)];
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done, failed) =>
    canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("no picture"))), "image/png"),
  );
}

/** A table as CSV (RFC 4180): counts and fractions as they are, `..` hidden, `.` missing, all other cells as shown. */
export function csv(table: HTMLTableElement): string {
  const field = (cell: HTMLTableCellElement): string => {
    const text = cell.dataset["n"] ?? cell.dataset["share"] ?? told(cell);
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
  };
  const row = (tr: HTMLTableRowElement): string => {
    const isHead = tr.parentElement?.tagName === "THEAD";
    return [isHead ? "code" : (tr.dataset["code"] ?? ""), ...[...tr.cells].map(field)].join(",");
  };
  return `${[...table.rows].map(row).join("\r\n")}\r\n`;
}

/** The text of a cell; the line below a name is separated, and what other columns show on a wide screen is left out.
 * */
function told(cell: Element): string {
  const copy = cell.cloneNode(true) as Element;
  for (const part of copy.querySelectorAll(".narrow")) part.remove();
  return [...copy.childNodes]
    .map((node) => (node.textContent ?? "").trim())
    .filter(Boolean)
    .join(" · ");
}

/** Hands a file to the reader. */
export function save(name: string, content: Blob): void {
  const address = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
