// Shared by the tests of the page: a page in headless Chromium that can request nothing else, steps, tables, axe,
// keys.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");
const INSTALL = "run bash tests/web/install.sh";

export const WIDE = { width: 1440, height: 900 };
/** A window that shows the whole explorer. */
export const TALL = { width: 1440, height: 1700 };
export const PHONE = { width: 390, height: 844 };
/** The narrowest window in which WCAG requires a page to fit without horizontal scrolling. */
export const NARROW = { width: 320, height: 640 };

/** Exits with a message for people, without a stack trace. */
export function stop(message) {
  console.error(message);
  process.exit(1);
}

/** The options `--name value` of the command line; those in `wanted` must be there. */
export function options(wanted) {
  const found = {};
  const words = process.argv.slice(2);
  for (let i = 0; i < words.length; i += 2) found[words[i].replace(/^--/, "")] = words[i + 1];
  const missing = wanted.filter((name) => found[name] === undefined);
  if (missing.length > 0) stop(`${basename(process.argv[1])} needs ${missing.map((name) => `--${name}`).join(" ")}`);
  return found;
}

function packages() {
  const there = join(target, "tests/web/package.json");
  try {
    const need = createRequire(there);
    return {
      chromium: need("playwright-core").chromium,
      axe: readFileSync(need.resolve("axe-core/axe.min.js"), "utf8"),
    };
  } catch {
    return stop(`playwright-core or axe-core is missing: ${INSTALL}`);
  }
}

function browserPath() {
  const folders = (process.env.PATH ?? "").split(delimiter);
  const found = folders.map((folder) => join(folder, "chromium")).find((path) => existsSync(path));
  return found ?? stop(`chromium is missing: ${INSTALL}`);
}

/** The folder of pictures for people to look at. */
export const kept = join(target, "pages/web");

/** Text without anything of this machine: the folder of a page, the target folder. */
const plain = (text, file) =>
  [dirname(file), target, root].reduce((text, folder) => text.replaceAll(folder, "…"), String(text));

/**
 * Steps over pages of one file. An error or warning on a page's console, an exception, and a request for anything but
 * the file are faults of the step in which they happen.
 */
export class Pages {
  #browser;
  #axe;
  #faults = [];
  #context;
  #wrong = [];

  /** `name` is the prefix of saved pictures. */
  constructor(file, name) {
    this.file = resolve(file);
    this.name = name;
    this.url = pathToFileURL(this.file).href;
    if (!existsSync(this.file)) stop("there is no such page");
  }

  static async of(file, name) {
    const pages = new Pages(file, name);
    const { chromium, axe } = packages();
    pages.#axe = axe;
    // In a container, root has no sandbox, and /dev/shm is small.
    const args = [
      "--no-sandbox",
      "--disable-dev-shm-usage",
      // Rendered by the CPU directly, not by an emulated graphics card.
      "--disable-gpu",
      "--force-color-profile=srgb",
      "--font-render-hinting=none",
    ];
    pages.#browser = await chromium.launch({ executablePath: browserPath(), args });
    mkdirSync(kept, { recursive: true });
    return pages;
  }

  /** A step: `fault` collects what is wrong without ending it, an exception ends it. */
  async step(title, work) {
    const faults = [];
    const started = Date.now();
    try {
      await work((fault) => faults.push(plain(fault, this.file)));
    } catch (error) {
      // The call log of Playwright says which element it waited for; its stack trace adds nothing.
      const lines = plain(error.message ?? error, this.file).replace(/\x1b\[[0-9;]*m/g, "");
      faults.push(lines.split("\n").slice(0, 12).join("\n      "));
    }
    await this.#close();
    faults.push(...this.#wrong.splice(0));
    console.log(`${faults.length === 0 ? "ok   " : "FAULT"} ${this.name}: ${title} (${Date.now() - started} ms)`);
    const MOST = 12;
    for (const fault of faults.slice(0, MOST)) console.log(`      ${fault}`);
    if (faults.length > MOST) console.log(`      and ${faults.length - MOST} more`);
    this.#faults.push(...faults);
  }

  async #close() {
    const context = this.#context;
    this.#context = undefined;
    await context?.close();
  }

  /**
   * The page in a window of its own, which closes with the step or with the next window.
   * `how`: viewport, script (on), scheme (light), motion (no-preference), hash.
   */
  async open({ viewport = WIDE, script = true, scheme = "light", motion = "reduce", hash = "", before } = {}) {
    await this.#close();
    const context = await this.#browser.newContext({
      viewport,
      javaScriptEnabled: script,
      colorScheme: scheme,
      reducedMotion: motion,
      hasTouch: viewport.width < 700,
      acceptDownloads: true,
      locale: "sv-SE",
    });
    this.#context = context;
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    const wrong = (text) => this.#wrong.push(plain(text, this.file));
    page.on("console", (message) => {
      if (["error", "warning", "assert"].includes(message.type()))
        wrong(`console, ${message.type()}: ${message.text()}`);
    });
    page.on("pageerror", (error) => wrong(`the script throws: ${error.stack ?? error.message}`));
    page.on("crash", () => wrong("the page crashed"));
    page.on("dialog", (dialog) => {
      wrong(`a dialog opens: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("websocket", (socket) => wrong(`the page opens ${socket.url()}`));
    context.on("request", (request) => {
      const url = request.url().replace(/#.*/, "");
      if (url !== this.url && !/^(data|blob):/.test(url)) wrong(`the page asks for ${url.slice(0, 200)}`);
    });
    if (before !== undefined) await page.addInitScript(before);
    await page.goto(this.url + hash, { waitUntil: "load" });
    await page.evaluate(() => document.fonts.ready.then(() => undefined));
    return page;
  }

  /** Saves a picture of the window, or of one element. */
  async keep(of, name, more = {}) {
    await of.screenshot({ path: join(kept, `${this.name}-${name}.png`), animations: "disabled", ...more });
  }

  /** Serious and critical findings of axe, one per line; `within` selects the part of the page to check. */
  async axe(page, within) {
    await page.evaluate(this.#axe);
    const violations = await page.evaluate(async (within) => {
      const found = await axe.run(within ?? document, { resultTypes: ["violations"], preload: false });
      return found.violations.map(({ id, impact, help, nodes }) => ({
        id,
        impact,
        help,
        nodes: nodes.map(({ target, html, any }) => ({ target: target.join(" "), html, why: any[0]?.message })),
      }));
    }, within);
    const lines = [];
    for (const { id, impact, help, nodes } of violations) {
      if (!["serious", "critical"].includes(impact)) continue;
      lines.push(`axe, ${impact}: ${id}: ${help}; ${nodes.length} elements`);
      for (const { target, html, why } of nodes.slice(0, 3)) {
        lines.push(`  ${target}: ${html.slice(0, 160)}${why === undefined ? "" : ` (${why})`}`);
      }
    }
    return lines;
  }

  /** Closes the browser; exit code 1 if a step had faults. */
  async end() {
    await this.#close();
    await this.#browser.close();
    if (this.#faults.length > 0) console.log(`${this.#faults.length} faults`);
    process.exitCode = this.#faults.length > 0 ? 1 : 0;
  }
}

/** The elements that make a page wider than its window, except parts that scroll by themselves. */
export function tooWide(page) {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    if (Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) <= width) return [];
    const scrolls = (element) => {
      for (let up = element; up !== null && up !== document.body; up = up.parentElement) {
        if (getComputedStyle(up).overflowX !== "visible" && up.getBoundingClientRect().right <= width + 1)
          return true;
      }
      return false;
    };
    const name = (e) =>
      `${e.tagName.toLowerCase()}${e.id && `#${e.id}`}${[...e.classList].map((c) => `.${c}`).join("")}`;
    const wide = [...document.body.querySelectorAll("*")].filter(
      (e) =>
        !(e instanceof SVGElement && e.ownerSVGElement) && e.getBoundingClientRect().right > width + 1 && !scrolls(e),
    );
    const right = (e) => Math.round(e.getBoundingClientRect().right);
    return [`wider than ${width}:`, ...wide.slice(0, 5).map((e) => `${name(e)} ends at ${right(e)}`)];
  });
}

/** Clicks, and returns the name and bytes of the downloaded file. */
export async function download(page, locator) {
  const [file] = await Promise.all([page.waitForEvent("download"), locator.click()]);
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

/** The records of CSV text (RFC 4180), including the header. */
export function records(text) {
  const all = [];
  let record = [];
  for (const [, quoted, bare, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    record.push(quoted === undefined ? bare : quoted.replaceAll('""', '"'));
    if (end === ",") continue;
    if (record.length > 1 || record[0] !== "") all.push(record);
    record = [];
  }
  return all;
}

/** The rows of CSV text, column to text. */
export function rows(text) {
  const [head, ...body] = records(text);
  return body.map((record) => Object.fromEntries(head.map((column, i) => [column, record[i]])));
}

/** The rows of a table of the report next to a page. */
export const table = (pages, name) => rows(readFileSync(join(dirname(pages.file), "tables", `${name}.csv`), "utf8"));

/** The digits of a displayed number. */
export const digits = (text) => text.replace(/[^0-9]/g, "");

/** Pseudo-random numbers in [0, 1), the same in every run (mulberry32). */
export function chance(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let x = Math.imul(state ^ (state >>> 15), 1 | state);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 2 ** 32;
  };
}
