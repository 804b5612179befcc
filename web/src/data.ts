// The data of the page: names, places, geometry and words as JSON, and released tables as packed columns.

/** A released count: a number, hidden, or missing. These are three different things. */
export type Cell = number | "hidden" | "missing";
export type Point = readonly [number, number];
export type Lang = "sv" | "en";
export type Snapshot = "admission" | "october" | "enrolled";
export type Kind = "municipal" | "region" | "state" | "federation" | "independent";

/** A circle or sign of a map of the report: code, x, y, control point of its line. */
export type Mark = readonly [string, number, number, Point | null];

/** The JSON of the page, as `src/export/page/explorer` writes it. */
export interface Source {
  release: "internal" | "public";
  /** Whether counts are rounded; then a sum without a row is too small to be shown. */
  rounded: boolean;
  ends: "units" | "municipalities";
  levels: string[];
  threshold: number;
  /** In a public release, shown counts are multiples of it. */
  round_to: number;
  /** The time of the market of the report's year, and what one student counts in it; none if it is not released. */
  market: { snapshot: Snapshot; scale: number } | null;
  lang: Lang;
  region: string;
  municipalities: string[];
  years: number[];
  year: number;
  snapshot: Snapshot;
  population: "national" | "all";
  round: string | null;
  names: {
    places: Record<string, readonly [name: string, inRegion: boolean, at: Point | null]>;
    units: Record<string, readonly [name: string, place: string, provider: string, at: Point | null]>;
    providers: Record<string, readonly [name: string, kind: Kind]>;
    programmes: Record<string, readonly [name: string, kind: string]>;
  };
  base: {
    card: readonly [number, number, number, number];
    outside: Point;
    land: readonly (readonly [code: string, path: string, inRegion: boolean])[];
    measures: Record<string, number>;
    colours: Record<string, string>;
  };
  layouts: Record<string, readonly Mark[]>;
  words: Record<Lang, Record<string, string>>;
  codes: string[];
  tables: readonly { name: string; rows: number; columns: readonly (readonly [string, string])[]; bytes: number }[];
  columns: string;
}

/** A table, column by column. Counts have an offset of two: 0 hidden, 1 missing. Codes are positions in `Data.codes`.
 * */
export interface Table {
  readonly rows: number;
  readonly columns: Readonly<Record<string, Int32Array>>;
}

/** The source, with its tables unpacked. */
export interface Data extends Source {
  readonly table: (name: string) => Table;
  /** The position of a code in `codes`; -1 if no row has it. */
  readonly index: (code: string) => number;
}

/** A count of a column as a cell. */
export function cell(column: Int32Array | undefined, row: number): Cell {
  const raw = column?.[row] ?? 0;
  return raw === 0 ? "hidden" : raw === 1 ? "missing" : raw - 2;
}

/** The column of a table; a missing column is an error of the program. */
export function column(table: Table, name: string): Int32Array {
  const found = table.columns[name];
  if (!found) throw new Error(`no column ${name}`);
  return found;
}

/** Unpacks the tables; columns are read when a table is first used. */
export async function unpack(source: Source): Promise<Data> {
  const bytes = await inflate(fromBase64(source.columns));
  const starts = new Map<string, number>();
  let at = 0;
  for (const head of source.tables) {
    starts.set(head.name, at);
    at += head.bytes;
  }
  const read = new Map<string, Table>();
  const table = (name: string): Table => {
    let found = read.get(name);
    if (!found) {
      const head = source.tables.find((head) => head.name === name);
      if (!head) throw new Error(`no table ${name}`);
      found = readTable(bytes, starts.get(name) ?? 0, head.rows, head.columns);
      read.set(name, found);
    }
    return found;
  };
  const positions = new Map(source.codes.map((code, i) => [code, i]));
  return { ...source, table, index: (code) => positions.get(code) ?? -1 };
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const out = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) out[i] = binary.charCodeAt(i);
  return out;
}

async function inflate(packed: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function readTable(
  bytes: Uint8Array,
  start: number,
  rows: number,
  heads: readonly (readonly [string, string])[],
): Table {
  const columns: Record<string, Int32Array> = {};
  let at = start;
  for (const [name, kind] of heads) {
    const out = new Int32Array(rows);
    const isStep = kind === "code" || kind === "year";
    let last = 0;
    for (let row = 0; row < rows; row++) {
      let byte = bytes[at++] ?? 0;
      let n = byte & 0x7f;
      let shift = 7;
      while (byte >= 0x80) {
        byte = bytes[at++] ?? 0;
        // Counts of students and positions of codes fit in 31 bits.
        n |= (byte & 0x7f) << shift;
        shift += 7;
      }
      if (isStep) {
        last += (n >>> 1) ^ -(n & 1);
        out[row] = last;
      } else {
        out[row] = n;
      }
    }
    columns[name] = out;
  }
  return { rows, columns };
}

/** A difference of a column of signed numbers. */
export function signed(column: Int32Array, row: number): Cell {
  const raw = cell(column, row);
  return typeof raw === "number" ? (raw >>> 1) ^ -(raw & 1) : raw;
}
