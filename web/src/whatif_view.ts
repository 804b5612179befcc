// What if the unit of a page closed or changed its seats: the choices, the finding, and tables of what happens.

import type { Cell, Data } from "./data";
import { caption, link, number } from "./fields";
import { freeSeats, hasStudents, type Market, studentsAt, unitAlternatives } from "./market";
import { type Model, OUT } from "./model";
import { html, type Shared } from "./shared";
import { codeOf, type State } from "./state";
import { heads, scrolling } from "./tables";
import {
  allOf,
  byOffer,
  type Fate,
  FATES,
  fatesOf,
  type HomeFates,
  type Measure,
  type Moved,
  type Outcome,
  outcomeOf,
  total,
} from "./whatif";

/** Maximum number of homes, offers and alternatives in tables. */
const HOMES = 6;
const OFFERS = 12;
const ALTERNATIVES = 5;
/** New seats of the question "if it grew": a class. */
const CLASS = 30;
const ALL = "ALL";
const UNKNOWN = "?";
const REST = "REST";

/** What the reader asks about a unit; it is kept while the unit is viewed in other ways. */
interface Question {
  readonly unit: string;
  /** The code of a programme, or all. */
  readonly programme: string;
  /** Whether seats change; otherwise the programme, or the unit, closes. */
  readonly isChange: boolean;
  /** The change of seats as written. */
  readonly change: string;
  /** Whether the tables are open; this is kept from unit to unit. */
  readonly isOpen: boolean;
}

const asked = new WeakMap<Model, Question>();

function questionOf(model: Model, unit: string): Question {
  const last = asked.get(model);
  if (last?.unit === unit) return last;
  return { unit, programme: ALL, isChange: false, change: String(CLASS), isOpen: last?.isOpen ?? false };
}

/** The what-if of a unit; none if it has no students in the market, or another year is viewed. */
export function whatIf(shared: Shared, state: State): HTMLElement | null {
  const { model, words, names } = shared;
  const { market, year } = model.data;
  const unit = codeOf(state.of);
  if (!market || state.year !== year || !hasStudents(model.data, unit)) return null;
  const about = words.say("x-whatif-scope", { census: names.census({ snapshot: market.snapshot, year }) });
  const part = html(
    "div",
    { id: "whatif", role: "group", "aria-labelledby": "whatif-title" },
    html("h4", { id: "whatif-title" }, words.say("x-whatif-title")),
    html("p", { class: "scope" }, about),
  );
  // The market is computed once the view is on the screen.
  shared.later(() => part.append(...ask(shared, unit)));
  return part;
}

/** The controls, the finding and the tables, which follow the controls. */
function ask(shared: Shared, unit: string): HTMLElement[] {
  const { model, words } = shared;
  const { market } = model;
  const offers = (market.ofUnit.get(unit) ?? []).filter((offer) => (market.offers[offer]?.students ?? 0) > 0);
  const controls = new Choices(shared, market, offers, questionOf(model, unit));
  const finding = html("p", { class: "finding" });
  const tables = html("div", { class: "more" });
  const isPublic = model.data.release === "public";
  const summary = html("summary", {}, words.say(isPublic ? "x-whatif-tables-homes" : "x-whatif-tables"));
  const more = html("details", { open: questionOf(model, unit).isOpen }, summary, tables);
  const limits = [words.say("x-whatif-limits"), ...(isPublic ? [words.say("x-whatif-rounded")] : [])];
  more.addEventListener("toggle", () =>
    asked.set(model, { ...questionOf(model, unit), ...controls.chosen(), isOpen: more.open }),
  );
  const answer = () => {
    const chosen = controls.chosen();
    asked.set(model, { ...questionOf(model, unit), ...chosen });
    const measure = measureOf(market, offers, chosen);
    const outcome = measure && outcomeOf(market, measure);
    const isUnit = !chosen.isChange && chosen.programme === ALL;
    const subject = { shared, market, unit, isUnit };
    finding.textContent = measure && outcome ? said(subject, measure, outcome) : words.say("x-whatif-number");
    tables.replaceChildren(...(measure && outcome ? answers(subject, measure, outcome) : []));
    more.hidden = tables.childElementCount === 0;
  };
  answer();
  // Only what the reader changes is announced.
  finding.setAttribute("aria-live", "polite");
  controls.element.addEventListener("input", answer);
  return [controls.element, finding, more, html("p", { class: "note" }, limits.join(" "))];
}

type Chosen = Pick<Question, "programme" | "isChange" | "change">;

/** The measure that is chosen; none without a number of seats. */
function measureOf(market: Market, offers: readonly number[], chosen: Chosen): Measure | null {
  const own = offers.filter((offer) => [ALL, market.offers[offer]?.programme].includes(chosen.programme));
  if (!chosen.isChange) return { kind: "close", offers: own };
  const change = chosen.change.trim() === "" ? Number.NaN : Number(chosen.change);
  const [offer] = own;
  if (offer === undefined || !Number.isSafeInteger(change) || change === 0) return null;
  return { kind: "seats", offer, change };
}

/** The controls: programme, what happens to it, and the change of seats. */
class Choices {
  readonly element = html("div", { class: "controls no-print" });
  private readonly programme = html("select", { name: "whatif-programme" });
  private readonly measure = html("select", { name: "whatif-measure" });
  private readonly change = html("input", { name: "whatif-seats", type: "number", step: 1, inputmode: "numeric" });
  private readonly seats: HTMLOptionElement;

  constructor(
    shared: Shared,
    private readonly market: Market,
    private readonly offers: readonly number[],
    question: Question,
  ) {
    const { words } = shared;
    const option = (value: string, text: string) => html("option", { value }, text);
    const codes = offers.map((offer) => market.offers[offer]?.programme ?? UNKNOWN);
    const own = codes.map((code): readonly [string, string] => [code, programmeName(shared, code)]);
    own.sort((a, b) => words.compare(a[1], b[1]) || (a[0] < b[0] ? -1 : 1));
    this.programme.append(option(ALL, words.say("x-whatif-all")), ...own.map(([code, name]) => option(code, name)));
    this.seats = option("seats", words.say("x-whatif-seats"));
    this.measure.append(option("close", words.say("x-whatif-closes")), this.seats);
    const label = (text: string, control: HTMLElement) => html("label", {}, html("span", {}, words.say(text)), control);
    const change = label("x-whatif-change", this.change);
    this.element.append(label("x-programme", this.programme), label("x-whatif-measure", this.measure), change);
    if (codes.includes(question.programme)) this.programme.value = question.programme;
    this.change.value = question.change;
    this.settle();
    if (question.isChange && !this.seats.disabled) this.measure.value = "seats";
    const settle = () => {
      this.settle();
      change.hidden = this.measure.value !== "seats";
    };
    settle();
    // Before the listener of the container, which reads the choices.
    this.element.addEventListener("input", settle);
  }

  chosen(): Chosen {
    return {
      programme: this.programme.value,
      isChange: this.measure.value === "seats",
      change: this.change.value,
    };
  }

  /** Only the seats of one programme can change, if they are known. */
  private settle(): void {
    const offer = this.offers.find((one) => this.market.offers[one]?.programme === this.programme.value);
    const seats = offer === undefined ? null : (this.market.offers[offer]?.seats ?? null);
    this.seats.disabled = seats === null;
    if (seats === null) this.measure.value = "close";
    else this.change.min = String(-seats);
  }
}

function programmeName({ words, names }: Shared, code: string): string {
  if (code === UNKNOWN) return words.say("x-whatif-unknown-programme");
  return code === "-" ? words.say("x-whatif-no-programme") : names.programme(code);
}

/** The unit that the question is about. */
interface Subject {
  readonly shared: Shared;
  readonly market: Market;
  readonly unit: string;
  /** Whether the whole unit closes. */
  readonly isUnit: boolean;
}

/** What the release shows of a number of students. */
export function shown(data: Data, students: number): Cell {
  if (data.release === "internal") return students;
  if (students < data.threshold) return "hidden";
  return Math.floor((students + Math.floor(data.round_to / 2)) / data.round_to) * data.round_to;
}

const sumOf = (moved: readonly Moved[]): number => moved.reduce((sum, { students }) => sum + students, 0);

/** The finding in one or two sentences. */
function said({ shared, market, unit, isUnit }: Subject, measure: Measure, outcome: Outcome): string {
  const { words, names, model } = shared;
  const isMore = measure.kind === "seats" && measure.change > 0;
  const moved = isMore ? outcome.drawn : outcome.displaced;
  const all = shown(model.data, sumOf(moved));
  const empty = shown(model.data, outcome.empty);
  const left =
    typeof empty === "number" && empty > 0 ? [words.say("x-whatif-empty", { empty: words.number(empty) })] : [];
  if (all === "hidden") return [words.say("x-whatif-hidden"), ...left].join(" ");
  const offer = market.offers[measure.kind === "seats" ? measure.offer : (measure.offers[0] ?? -1)];
  const before = offer?.seats ?? 0;
  const args = {
    name: names.unit(unit),
    programme: programmeName(shared, offer?.programme ?? UNKNOWN),
    students: words.say(all === 1 ? "x-whatif-student" : "x-whatif-students", { count: words.count(all) }),
    before: words.number(before),
    seats: words.number(measure.kind === "seats" ? Math.max(0, before + measure.change) : 0),
  };
  if (isMore) return [words.say(all === 0 ? "x-whatif-more-none" : "x-whatif-more", args), ...left].join(" ");
  if (all === 0) return words.say("x-whatif-fewer-none", args);
  const lead = measure.kind === "seats" ? "x-whatif-fewer" : isUnit ? "x-whatif-close" : "x-whatif-close-programme";
  const nowhere = sumOf(moved.filter(({ to }) => typeof to !== "number"));
  const [placed, unplaced] = [shown(model.data, sumOf(moved) - nowhere), shown(model.data, nowhere)];
  const parts = { placed: words.count(placed), unplaced: words.count(unplaced) };
  return `${words.say(lead, args)} ${words.say(`x-whatif-placed${howMany(placed, unplaced)}`, parts)}`;
}

/** Which sentence says how many have a place: a hidden number is small, or none. */
function howMany(placed: Cell, unplaced: Cell): "" | "-all" | "-most" | "-few" | "-hidden" {
  if (unplaced === 0) return "-all";
  if (unplaced === "hidden") return placed === "hidden" ? "-hidden" : "-most";
  return placed === "hidden" ? "-few" : "";
}

/** The tables, in one column or two. */
function answers(subject: Subject, measure: Measure, outcome: Outcome): HTMLElement[] {
  const { model, words } = subject.shared;
  const isMore = measure.kind === "seats" && measure.change > 0;
  const moved = isMore ? outcome.drawn : outcome.displaced;
  const [by, to] = [[homesTable(subject, moved, isMore)], [] as HTMLTableElement[]];
  if (model.data.release === "internal") {
    to.push(offersTable(subject, moved, isMore ? "from" : "to"));
    if (subject.isUnit) by.push(alternativesTable(subject));
  }
  const has = (table: HTMLTableElement) => (table.tBodies[0]?.rows.length ?? 0) > 0;
  const scrolled = (table: HTMLTableElement) =>
    scrolling(table, table.caption?.textContent ?? words.say("x-whatif-title"));
  return [by, to]
    .map((tables) => tables.filter(has))
    .filter((tables) => tables.length > 0)
    .map((tables) => html("div", {}, ...tables.map(scrolled)));
}

/** A row of the table of homes: a code of a home or of a sum, and its students. */
type HomeRow = readonly [code: string, fates: HomeFates, kind: "" | "rest" | "total"];

/** The homes of the region with most students, and sums of the others; homes without a shown number are left out. */
function homeRows(data: Data, homes: readonly HomeFates[]): HomeRow[] {
  const isShown = (fates: HomeFates) => shown(data, allOf(fates)) !== "hidden";
  const isNear = ({ home }: HomeFates) => home === null || data.municipalities.includes(home);
  const near = homes.filter(isNear).filter(isShown);
  const far = homes.filter((fates) => !isNear(fates));
  const listed = near.slice(0, near.length === HOMES + 1 ? near.length : HOMES);
  const rows = listed.map((fates): HomeRow => [fates.home ?? (data.release === "public" ? OUT : UNKNOWN), fates, ""]);
  const sums = [
    [REST, total(near.slice(listed.length))],
    [OUT, total(far)],
  ] as const;
  for (const [code, sum] of sums) if (allOf(sum) > 0 && isShown(sum)) rows.push([code, sum, "rest"]);
  const all = total(homes);
  if (rows.length > 1 && isShown(all)) rows.push([ALL, all, "total"]);
  return rows;
}

/** Displaced students by home and what becomes of them, or drawn students by home. */
function homesTable({ shared, market }: Subject, moved: readonly Moved[], isMore: boolean): HTMLTableElement {
  const { words, names, model } = shared;
  const { data } = model;
  const homes = fatesOf(data, market, moved);
  const has = (fate: Fate) => homes.some(({ students }) => students[fate] > 0);
  const seldom: readonly Fate[] = ["region_state", "no_alternative"];
  const columns = isMore ? [] : FATES.filter((fate) => !seldom.includes(fate) || has(fate));
  const name = (code: string): Node => {
    if (code === UNKNOWN) return document.createTextNode(words.say("x-whatif-unknown-home"));
    if (code === REST) return document.createTextNode(words.say("x-other-homes"));
    if (code === ALL) return document.createTextNode(words.say("x-all"));
    return link(shared, names.place(code), model.inRegion(code) ? { of: `m-${code}` } : null);
  };
  const cell = (fate: string, students: number) => {
    const out = number(shared, shown(data, students));
    out.dataset["fate"] = fate;
    return out;
  };
  const rows = html("tbody");
  for (const [code, fates, kind] of homeRows(data, homes)) {
    const row = html("tr", { "data-home": code, class: kind }, html("th", { scope: "row" }, name(code)));
    row.append(cell(ALL, allOf(fates)), ...columns.map((fate) => cell(fate, fates.students[fate])));
    // Students without a place, whatever the reason.
    const nowhere = shown(data, fates.students.no_room + fates.students.no_alternative);
    if (!isMore) row.dataset["unplaced"] = typeof nowhere === "number" ? String(nowhere) : "..";
    rows.append(row);
  }
  const head = heads([
    [words.say("x-home"), false],
    [words.say(isMore ? "x-whatif-drawn" : "x-whatif-displaced"), true],
    ...columns.map((fate) => [words.say(`x-whatif-fate-${fate}`), true] as const),
  ]);
  const about = words.say(isMore ? "x-whatif-homes-drawn" : "x-whatif-homes");
  return html("table", { id: "whatif-homes" }, caption(about), head, rows);
}

/** The offers to which students go, with their free seats, or from which they come, with their students. */
function offersTable({ shared, market }: Subject, moved: readonly Moved[], end: "to" | "from"): HTMLTableElement {
  const { words, names, model } = shared;
  const all = byOffer(moved, (one) => one[end]);
  const rows = html("tbody");
  for (const [offer, students] of all.slice(0, OFFERS)) {
    const { unit, programme } = market.offers[offer] ?? { unit: UNKNOWN, programme: UNKNOWN };
    const head = html("th", { scope: "row" }, link(shared, names.unit(unit), { of: `u-${unit}` }));
    head.append(html("span", { class: "sub" }, names.place(model.data.names.units[unit]?.[1] ?? "")));
    const last = end === "to" ? (freeSeats(market, offer) ?? "missing") : studentsAt(market, offer);
    const name = programmeName(shared, programme);
    head.append(html("span", { class: "sub narrow" }, name));
    const row = html("tr", { "data-unit": unit, "data-programme": programme, "data-n": students }, head);
    row.append(html("td", { class: "wider" }, name), number(shared, students), number(shared, last));
    rows.append(row);
  }
  const rest = all.slice(OFFERS);
  if (rest.length > 0) {
    const students = rest.reduce((sum, [, students]) => sum + students, 0);
    const name = words.say("x-whatif-rest", { count: words.number(rest.length) });
    const row = html("tr", { "data-unit": REST, "data-programme": REST, "data-n": students, class: "rest" });
    row.append(html("th", { scope: "row" }, name), html("td", { class: "wider" }));
    row.append(number(shared, students), html("td"));
    rows.append(row);
  }
  const head = heads([
    [words.say("x-unit"), false],
    [words.say("x-programme"), false],
    [words.say(end === "to" ? "x-whatif-gets" : "x-whatif-moves"), true],
    [words.say(end === "to" ? "x-whatif-free" : "x-students"), true],
  ]);
  // On a phone, the programme is below the name of the unit.
  head.querySelectorAll("th")[1]?.classList.add("wider");
  return html("table", { id: `whatif-${end}` }, caption(words.say(`x-whatif-${end}`)), head, rows);
}

/** The units to which most students would go if there were room for all, and what each would lose to a new class. */
function alternativesTable({ shared, market, unit }: Subject): HTMLTableElement {
  const { words, names, model } = shared;
  const rows = html("tbody");
  for (const { unit: other, share, free } of unitAlternatives(market, unit).slice(0, ALTERNATIVES)) {
    const head = html("th", { scope: "row" }, link(shared, names.unit(other), { of: `u-${other}` }));
    head.append(html("span", { class: "sub" }, names.place(model.data.names.units[other]?.[1] ?? "")));
    const part = html("td", { class: "n", "data-share": (share / 1e6).toFixed(6) }, words.percent(share / 1e6));
    const lost = Math.round((share / 1e6) * CLASS);
    const loses = html("td", { class: "n" }, lost === 0 ? "<1" : words.number(lost));
    rows.append(html("tr", { "data-unit": other }, head, part, number(shared, free ?? "missing", "free"), loses));
  }
  const head = heads([
    [words.say("x-unit"), false],
    [words.say("x-whatif-share"), true],
    [words.say("x-whatif-free"), true],
    [words.say("x-whatif-loses"), true],
  ]);
  const about = words.say("x-whatif-alternatives", { seats: words.number(CLASS) });
  return html("table", { id: "whatif-alternatives" }, caption(about), head, rows);
}
