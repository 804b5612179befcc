// The mark of an internal release on the picture itself: it stays when the picture is saved.

import { select } from "d3-selection";

import { boxOf } from "./labels";
import type { Shared } from "./shared";

const SIZE = 18;

/** Draws the mark with its upper right corner at this point; draws nothing in a public release. */
export function stamp(svg: SVGElement | null, shared: Shared, right: number, top: number): void {
  const { release, base } = shared.model.data;
  if (release !== "internal" || !svg) return;
  const words = shared.words.say("page-internal");
  const [left, , end] = boxOf(words, SIZE, true, right - 8, top + 20, "end");
  const group = select(svg).append("g").attr("class", "stamp");
  group
    .append("rect")
    .attr("x", left - 8)
    .attr("y", top)
    .attr("width", end - left + 16)
    .attr("height", 30)
    .attr("rx", 4)
    .attr("fill", base.colours["alert"] ?? "#b3261e");
  group
    .append("text")
    .attr("x", (left + end) / 2)
    .attr("y", top + 21)
    .attr("text-anchor", "middle")
    .attr("font-size", SIZE)
    .attr("font-weight", 600)
    .attr("fill", "#ffffff")
    .text(words);
}
