// Starts the explorer: reads the data of the page, and shows the view of its address.

import type { Lang, Source } from "./data";
import { unpack } from "./data";
import { Explorer } from "./explorer";
import { html } from "./shared";

async function begin(): Promise<void> {
  const [source, place] = [document.getElementById("explorer-data"), document.getElementById("explore")];
  if (!source || !place) return;
  const data: Source = JSON.parse(source.textContent ?? "") as Source;
  place.hidden = false;
  if (typeof DecompressionStream === "undefined" || typeof Object.hasOwn === "undefined") {
    const words = data.words[data.lang as Lang];
    place.append(html("p", { class: "notice" }, words["x-old-browser"] ?? ""));
    return;
  }
  const explorer = new Explorer(await unpack(data), place);
  explorer.start();
  performance.mark("elevflode-first-view");
}

void begin();
