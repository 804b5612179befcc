// Shared by all parts of a view: the numbers, the words, hints, and links to other views.

import type { Model } from "./model";
import type { Names } from "./names";
import type { State } from "./state";
import type { Words } from "./words";

export interface Shared {
  readonly model: Model;
  readonly words: Words;
  readonly names: Names;
  /** Scale of texts and signs of maps relative to the report's pictures: larger if a picture is small. */
  readonly grow: number;
  /** Shows a sentence beside an element while the pointer or the focus is on it. */
  hint(element: Element | null, say: () => string): void;
  /** Makes an element link to another view, by click and by Enter. */
  leads(element: Element | null, change: Partial<State>): void;
  /** Does some work once the view is on the screen. */
  later(work: () => void): void;
}

/** An HTML element with attributes and content. Text is never parsed as markup. */
export function html<K extends keyof HTMLElementTagNameMap>(
  name: K,
  attributes: Readonly<Record<string, string | number | boolean>> = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false) element.setAttribute(key, String(value));
  }
  element.append(...children);
  return element;
}

/** Number of rows that are added with the view; the others follow once it is on the screen. */
const FIRST_ROWS = 18;

/** Adds rows to a table, each created when needed. */
export function fill(
  shared: Shared,
  body: HTMLElement,
  rows: readonly (() => HTMLElement)[],
  first = FIRST_ROWS,
): void {
  body.append(...rows.slice(0, first).map((row) => row()));
  if (rows.length > first) shared.later(() => body.append(...rows.slice(first).map((row) => row())));
}

/** Sentences next to the element under the pointer or with the focus. */
export class Hints {
  readonly element = html("div", { id: "explore-hint", role: "tooltip", hidden: true });
  private readonly sentences = new WeakMap<Element, () => string>();

  /** Listens to a container once, for all elements in it that have a sentence. */
  constructor(container: HTMLElement) {
    container.append(this.element);
    container.addEventListener("pointermove", (event) => this.show(event.target, event.clientX, event.clientY));
    container.addEventListener("pointerleave", () => this.hide());
    container.addEventListener("focusin", (event) => {
      const box = (event.target as Element).getBoundingClientRect();
      this.show(event.target, box.left + box.width / 2, box.bottom);
    });
    container.addEventListener("focusout", () => this.hide());
    container.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.hide();
    });
  }

  add(element: Element, say: () => string): void {
    this.sentences.set(element, say);
  }

  hide(): void {
    this.element.hidden = true;
  }

  private show(target: EventTarget | null, x: number, y: number): void {
    let element = target instanceof Element ? target : null;
    while (element && !this.sentences.has(element)) element = element.parentElement;
    const say = element && this.sentences.get(element);
    if (!say) return this.hide();
    const text = say();
    if (this.element.textContent !== text) this.element.textContent = text;
    this.element.hidden = false;
    const { width, height } = this.element.getBoundingClientRect();
    const left = Math.min(Math.max(8, x + 14), document.documentElement.clientWidth - width - 8);
    const top = y + 18 + height > window.innerHeight ? y - height - 14 : y + 18;
    this.element.style.left = `${Math.round(left)}px`;
    this.element.style.top = `${Math.round(top)}px`;
  }
}
