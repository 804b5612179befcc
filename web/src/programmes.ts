// The programmes of a selection: a population, a group, or one.

import type { Data } from "./data";

export class Programmes {
  private readonly taken = new Map<string, Uint8Array>();

  constructor(private readonly data: Data) {}

  /** By code, whether a programme is selected. */
  takes(programme: string): Uint8Array {
    let out = this.taken.get(programme);
    if (!out) {
      const groups: Readonly<Record<string, readonly string[]>> = {
        national: ["vocational", "preparatory"],
        vocational: ["vocational"],
        preparatory: ["preparatory"],
        introduction: ["introduction"],
      };
      const group = groups[programme];
      out = Uint8Array.from(this.data.codes, (code) => {
        if (programme === "all") return 1;
        const kind = this.data.names.programmes[code]?.[1];
        return Number(group ? kind !== undefined && group.includes(kind) : code === programme);
      });
      this.taken.set(programme, out);
    }
    return out;
  }

  /** The population of a selection in tables. */
  population(programme: string): "national" | "all" {
    const kind = this.data.names.programmes[programme]?.[1] ?? programme;
    return ["national", "vocational", "preparatory"].includes(kind) ? "national" : "all";
  }
}
