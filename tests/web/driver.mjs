// Operates the explorer for a test: choosing, waiting for the picture, reading the document.

const KEYS = ["year", "snapshot", "programme", "side", "of", "view", "with"];

/** The address of a view. */
export function hashOf(state) {
  return `#?${KEYS.map((key) => `${key}=${encodeURIComponent(state[key])}`).join("&")}`;
}

/** The view of an address, with all keys. */
export function stateOf(url) {
  const hash = new URL(url).hash;
  if (!hash.startsWith("#?")) return undefined;
  const found = new URLSearchParams(hash.slice(2));
  const missing = KEYS.filter((key) => !found.has(key));
  if (missing.length > 0) throw new Error(`the address ${hash} lacks ${missing.join(", ")}`);
  return Object.fromEntries(KEYS.map((key) => [key, found.get(key)]));
}

/** Runs in the page before its script: defines `drawn`, which acts and waits for the new view. */
export function before() {
  /** Milliseconds that the script measured; undefined if it drew nothing. */
  window.drawn = async (act) => {
    const from = performance.now();
    const changed = new Promise((resolve) => {
      window.addEventListener("hashchange", resolve, { once: true });
      // Choosing the present value changes nothing.
      setTimeout(resolve, 300);
    });
    await act();
    const isMeasured = performance.getEntriesByName("elevflode-view").some((entry) => entry.startTime >= from);
    // An address set by hand is followed later, a choice on the page at once.
    if (!isMeasured) await changed;
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    const measured = performance.getEntriesByName("elevflode-view").filter((entry) => entry.startTime >= from);
    return measured.at(-1)?.duration;
  };
}

/** The lines of a map by their ends: the numbers of its path, and its width. */
export const drawing = (svg) =>
  svg.evaluate((svg) =>
    [...svg.querySelectorAll("path.flow, path.rest")].map((path) => [
      `${path.dataset.from} ${path.dataset.to}`,
      [
        ...path
          .getAttribute("d")
          .match(/-?[\d.]+/g)
          .map(Number),
        Number(path.getAttribute("stroke-width")),
      ],
    ]),
  );

export class Explorer {
  constructor(page) {
    this.page = page;
    this.section = page.locator("#explore");
  }

  /** A page with the explorer, ready. `alone`: the report below it is not laid out, for steps that read hundreds of
   * views. */
  static async open(pages, { alone = false, ...how } = {}) {
    const explorer = new Explorer(await pages.open({ ...how, before }));
    if (alone) await explorer.page.addStyleTag({ content: "main { display: none !important }" });
    await explorer.section.locator("figure.picture svg, table#units").first().waitFor({ timeout: 5000 });
    return explorer;
  }

  /** Saves a picture of the window, scrolled to the top of the explorer. */
  async keep(pages, name) {
    await this.section.evaluate((e) => e.scrollIntoView());
    await pages.keep(this.page, `explorer-${name}`);
  }

  state = () => stateOf(this.page.url());

  /** Shows a view by its address, and checks the controls against it. */
  async show(state) {
    await this.page.evaluate((hash) => window.drawn(() => (location.hash = hash)), hashOf(state));
    const shown = await this.controls();
    const wrong = Object.keys(shown).filter((key) => shown[key] !== undefined && shown[key] !== state[key]);
    if (wrong.length > 0) {
      throw new Error(`${hashOf(state)}: ${wrong.map((key) => `${key} is ${shown[key]}`).join(", ")}`);
    }
  }

  /** The values of the controls and tabs; `of` has no control of its own, and units and providers have one side. */
  controls() {
    return this.page.evaluate(() => {
      const form = document.querySelector("#explore form.controls");
      const value = (name) => form.querySelector(`select[name="${name}"]`).value;
      return {
        year: value("year"),
        snapshot: value("snapshot"),
        programme: value("programme"),
        side: form.querySelector('fieldset:not([hidden]) input[name="side"]:checked')?.value,
        with: value("with"),
        view: document.querySelector('#explore [role="tab"][aria-selected="true"]')?.dataset.view,
      };
    });
  }

  /** Chooses in the form as a user does: the control changes and fires its event. */
  choose(name, value) {
    return this.page.evaluate(
      ([name, value]) =>
        window.drawn(() => {
          const form = document.querySelector("#explore form.controls");
          const control = form.querySelector(
            name === "side" ? `input[name="side"][value="${value}"]` : `select[name="${name}"]`,
          );
          if (name === "side") control.click();
          else {
            control.value = value;
            control.dispatchEvent(new Event("input", { bubbles: true }));
            control.dispatchEvent(new Event("change", { bubbles: true }));
          }
        }),
      [name, value],
    );
  }

  tab(view) {
    const act = (view) =>
      window.drawn(() => document.querySelector(`#explore [role="tab"][data-view="${view}"]`).click());
    return this.page.evaluate(act, view);
  }

  /** The values that can be chosen. */
  values(name) {
    const options = this.section.locator(`select[name="${name}"] option:not([disabled])`);
    return options.evaluateAll((all) => all.map((option) => option.value));
  }

  /** Pictures, table and panel of the view in the document. */
  read() {
    return this.page.evaluate(() => {
      const explore = document.querySelector("#explore");
      const pictures = [...explore.querySelectorAll("figure.picture svg")].filter(
        (svg) => svg.ownerSVGElement === null,
      );
      const cells = (row) => [...row.querySelectorAll("td[data-n]")].map((cell) => cell.dataset.n);
      const rows = (selector) =>
        [...explore.querySelectorAll(`${selector} tr[data-code]`)].map((row) => [row.dataset.code, cells(row)]);
      const named = (kind) =>
        Object.fromEntries(
          [...explore.querySelectorAll(`#unit [data-${kind}]`)].map((e) => [e.dataset[kind], e.dataset.n]),
        );
      const unknown = ["code", "from", "to", "home", "place", "of"].flatMap((key) =>
        // The what-if has a row of students whose home is unknown.
        [...explore.querySelectorAll(`[data-${key}="?"], [data-${key}$="-?"]`)]
          .filter((e) => e.closest("#whatif") === null)
          .map((e) => e.outerHTML.slice(0, 120)),
      );
      return {
        pictures: pictures.map((svg) => ({
          flows: [...svg.querySelectorAll("path.flow")].map((e) => [
            e.dataset.from,
            e.dataset.to,
            e.dataset.students,
          ]),
          nodes: [...svg.querySelectorAll("g.node")].map((e) => [e.dataset.code, e.dataset.students]),
          cells: [...svg.querySelectorAll("[data-home][data-place]")].map((e) => [
            `${e.dataset.home} ${e.dataset.place}`,
            e.dataset.students,
          ]),
        })),
        table: rows("table#explore-table"),
        units: [...explore.querySelectorAll("table#units tr[data-code]")].map((row) => [
          row.dataset.code,
          Object.fromEntries(
            [...row.querySelectorAll("td[data-col]")].map((cell) => [cell.dataset.col, cell.dataset.n]),
          ),
        ]),
        unit: explore.querySelector("#unit") && {
          ledger: named("ledger"),
          seats: named("seats"),
          to: rows("table#moved-to"),
          from: rows("table#moved-from"),
          raised: explore.querySelector("#unit .raised") !== null,
        },
        unknown,
        live: explore.querySelector("#explore-live")?.textContent.trim() ?? "",
      };
    });
  }
}
