// A text to read, and stretches of it to mark: with the mouse, a finger, or the keys.

import { button, element, setText } from "../shared/dom";
import type { LabelClass, Span } from "./api";
import { toPoints, toUnits, trimmed, Words } from "./offsets";

interface Options {
  classes(): LabelClass[];
  /** Whether stretches can be marked. */
  spans: boolean;
  onChange(spans: Span[]): void;
}

/** A span in UTF-16 units, and the line below the text that is its own. */
interface Mark {
  start: number;
  end: number;
  class_name: string;
  suggested: boolean;
  lane: number;
}

interface Selecting {
  getComposedRanges?(options: { shadowRoots: ShadowRoot[] }): StaticRange[];
}

const EXCERPT = 32;
const LINE_TOLERANCE = 3;
const HINT =
  "Select with the mouse, or with Shift and the arrows (Alt: letter by letter), then press a class.";
const MARK_HINT = "A class renames this mark, Delete removes it, Escape lets go of it.";
const CHOSEN_HINT = "Press a class to mark this.";

export class TextView {
  readonly root: HTMLElement;
  readonly body = element("div", { class: "reading", tabindex: 0, role: "document" });
  private readonly caretMark = element("span", { class: "caret", "aria-hidden": true, hidden: true });
  private readonly list = element("ol", { class: "mark-chips", "aria-label": "Marks" });
  private readonly hint = element("p", { class: "muted small text-hint" });
  private text = "";
  private spans: Span[] = [];
  private suggestion: Span[] = [];
  private marks: Mark[] = [];
  private words: Words | null = null;
  private anchor = 0;
  private caret = 0;
  private selected = -1;
  private readonly onSelection = (): void => this.followPointer();

  constructor(private readonly options: Options) {
    const frame = element("div", { class: "reading-frame" }, this.body, this.caretMark);
    this.root = element("div", { class: "textview" }, frame, this.list, this.hint);
    this.list.hidden = true;
    this.hint.hidden = !options.spans;
    this.body.classList.toggle("markable", options.spans);
    if (!options.spans) return;
    document.addEventListener("selectionchange", this.onSelection);
    this.body.addEventListener("click", (event) => this.click(event));
    this.body.addEventListener("blur", () => this.paintCaret());
    this.body.addEventListener("focus", () => this.paintCaret());
    this.refreshHint();
  }

  dispose(): void {
    document.removeEventListener("selectionchange", this.onSelection);
  }

  /** Shows a text; the same one keeps its caret. */
  load(text: string, spans: Span[], suggestion: Span[] = []): void {
    const fresh = text !== this.text;
    if (!fresh && same(spans, this.spans) && same(suggestion, this.suggestion)) return;
    this.text = text;
    this.spans = spans.map((span) => ({ ...span }));
    this.suggestion = suggestion;
    if (fresh) {
      this.words = null;
      this.body.scrollTop = 0;
      this.anchor = this.caret = 0;
    }
    this.selected = -1;
    this.render();
  }

  /** Marks what is selected, or renames the selected mark; false: neither is there. */
  mark(class_name: string): boolean {
    if (!this.options.spans) return false;
    const chosen = this.chosen();
    if (chosen) {
      const [start, end] = chosen;
      this.anchor = this.caret = end;
      this.unselect();
      const span = { start: toPoints(this.text, start), end: toPoints(this.text, end), class_name };
      this.tell([...this.spans, span]);
      return true;
    }
    const span = this.spans[this.selected];
    if (!span) return false;
    this.tell(this.spans.map((one, place) => (place === this.selected ? { ...one, class_name } : one)));
    return true;
  }

  /** Removes the selected mark, or the one the caret is in. */
  remove(): boolean {
    const place = this.selected !== -1 ? this.selected : this.smallestAt(this.caret);
    if (place === -1) return false;
    this.tell(this.spans.filter((_, other) => other !== place));
    return true;
  }

  escape(): boolean {
    if (this.selected === -1 && this.anchor === this.caret) return false;
    this.anchor = this.caret;
    this.unselect();
    this.select(-1);
    return true;
  }

  /** Handles a key of the caret; true where it meant something. */
  key(event: KeyboardEvent): boolean {
    if (!this.options.spans || event.ctrlKey || event.metaKey) return false;
    const { code, altKey, shiftKey } = event;
    this.words ??= new Words(this.text);
    let to: number;
    if (code === "ArrowLeft" || code === "ArrowRight") {
      const by = code === "ArrowLeft" ? -1 : 1;
      to = altKey ? this.words.letter(this.caret, by) : this.words.step(this.caret, by);
    } else if (code === "ArrowUp" || code === "ArrowDown") {
      to = this.line(code === "ArrowUp" ? -1 : 1);
    } else if (code === "Home") to = 0;
    else if (code === "End") to = this.text.length;
    else return false;
    this.caret = to;
    if (!shiftKey) this.anchor = to;
    this.selected = -1;
    this.showSelection();
    this.markSelected();
    this.refreshHint();
    return true;
  }

  private tell(spans: Span[]): void {
    this.selected = -1;
    this.spans = spans;
    this.render();
    this.options.onChange(spans);
  }

  private chosen(): [number, number] | null {
    if (this.anchor === this.caret) return null;
    const start = Math.min(this.anchor, this.caret);
    const end = Math.max(this.anchor, this.caret);
    return trimmed(this.text, start, end);
  }

  private render(): void {
    this.marks = laned(this.text, this.spans, this.suggestion);
    const cuts = new Set([0, this.text.length]);
    for (const { start, end } of this.marks) cuts.add(start).add(end);
    const edges = [...cuts].sort((a, b) => a - b);
    const parts: Node[] = [];
    edges.slice(0, -1).forEach((from, place) => {
      const to = edges[place + 1] ?? from;
      const piece = this.text.slice(from, to);
      const over = this.marks.filter(({ start, end }) => start <= from && end >= to);
      parts.push(over.length === 0 ? document.createTextNode(piece) : this.piece(piece, from, over));
      for (const mark of over.filter(({ end }) => end === to)) parts.push(this.tag(mark));
    });
    this.body.classList.toggle("muted", this.text === "");
    this.body.replaceChildren(...(this.text === "" ? ["(an empty text)"] : parts));
    this.renderList();
    this.markSelected();
    this.refreshHint();
  }

  private piece(text: string, from: number, over: Mark[]): HTMLElement {
    const made = element("span", { class: "piece", "data-from": from }, text);
    const lines = over.map(({ class_name }) => `linear-gradient(${this.colour(class_name)} 0 0)`);
    const places = over.map(({ lane }) => `0 calc(100% - ${lane * 4}px)`);
    const sizes = over.map(({ suggested }) => (suggested ? "100% 1px" : "100% 3px"));
    made.style.backgroundImage = lines.join(", ");
    made.style.backgroundPosition = places.join(", ");
    made.style.backgroundSize = sizes.join(", ");
    made.style.paddingBottom = `${4 + 4 * Math.max(...over.map(({ lane }) => lane))}px`;
    const real = over.filter(({ suggested }) => !suggested);
    const top = real.at(-1);
    if (top) made.style.setProperty("--colour", this.colour(top.class_name));
    made.classList.toggle("suggested", !top);
    made.title = over.map(({ class_name }) => class_name).join(", ");
    return made;
  }

  /** The name of a class behind the end of a mark: painted by CSS, so that it is no part of the text. */
  private tag(mark: Mark): HTMLElement {
    const name = mark.suggested ? `${mark.class_name}?` : mark.class_name;
    const made = element("span", { class: "tag", "data-name": name, "aria-hidden": true });
    made.classList.toggle("suggested", mark.suggested);
    made.style.setProperty("--colour", this.colour(mark.class_name));
    return made;
  }

  private renderList(): void {
    if (!this.options.spans) return;
    this.list.hidden = this.spans.length === 0;
    this.list.replaceChildren(
      ...this.spans.map((span, place) => {
        const from = toUnits(this.text, span.start);
        const inside = this.text.slice(from, toUnits(this.text, span.end)).replace(/\s+/g, " ");
        const short = inside.length > EXCERPT ? `${inside.slice(0, EXCERPT)}…` : inside;
        const chip = button("", () => this.choose(place), { class: "mark-chip", "aria-pressed": "false" });
        chip.style.setProperty("--colour", this.colour(span.class_name));
        chip.append(element("b", {}, span.class_name), ` ${short}`);
        const away = button("×", () => this.removeAt(place), {
          class: "mark-remove",
          "aria-label": `Remove ${span.class_name}: ${short}`,
        });
        return element("li", {}, chip, away);
      }),
    );
  }

  private removeAt(place: number): void {
    this.selected = place;
    this.remove();
    this.body.focus({ preventScroll: true });
  }

  private choose(place: number): void {
    const span = this.spans[place];
    if (!span) return;
    this.anchor = this.caret = toUnits(this.text, span.end);
    this.unselect();
    this.body.focus({ preventScroll: true });
    this.select(place);
    const piece = this.body.querySelector(`.piece[data-from="${toUnits(this.text, span.start)}"]`);
    piece?.scrollIntoView({ block: "nearest" });
  }

  private select(place: number): void {
    this.selected = place;
    this.markSelected();
    this.refreshHint();
  }

  private markSelected(): void {
    const span = this.spans[this.selected];
    const from = span ? toUnits(this.text, span.start) : -1;
    const to = span ? toUnits(this.text, span.end) : -1;
    for (const piece of this.body.querySelectorAll<HTMLElement>(".piece")) {
      const at = Number(piece.dataset["from"]);
      piece.classList.toggle("chosen", at >= from && at < to);
    }
    [...this.list.children].forEach((item, place) => {
      item.firstElementChild?.setAttribute("aria-pressed", String(place === this.selected));
    });
    this.paintCaret();
  }

  private click(event: MouseEvent): void {
    if (this.anchor !== this.caret) return;
    const piece = (event.target as Element).closest<HTMLElement>(".piece");
    this.select(piece ? this.smallestAt(Number(piece.dataset["from"])) : -1);
  }

  /** The place of the smallest span around a place of the text; -1 for none. */
  private smallestAt(unit: number): number {
    let found = -1;
    let least = Infinity;
    this.spans.forEach((span, place) => {
      const start = toUnits(this.text, span.start);
      const end = toUnits(this.text, span.end);
      if (start <= unit && unit <= end && end - start < least) {
        found = place;
        least = end - start;
      }
    });
    return found;
  }

  /** Takes over what the mouse or a finger has selected. */
  private followPointer(): void {
    const root = this.body.getRootNode();
    const native = document.getSelection();
    if (!native || !(root instanceof ShadowRoot)) return;
    const composed = native as unknown as Selecting;
    const inside = root as unknown as { getSelection?(): Selection | null };
    let range: StaticRange | Range | undefined;
    if (composed.getComposedRanges) [range] = composed.getComposedRanges({ shadowRoots: [root] });
    else {
      const found = inside.getSelection?.() ?? native;
      if (found.rangeCount > 0) range = found.getRangeAt(0);
    }
    if (!range || !this.body.contains(range.startContainer)) return;
    if (!this.body.contains(range.endContainer)) return;
    const start = this.unitOf(range.startContainer, range.startOffset);
    const end = this.unitOf(range.endContainer, range.endOffset);
    if (start === Math.min(this.anchor, this.caret) && end === Math.max(this.anchor, this.caret)) return;
    this.anchor = start;
    this.caret = end;
    if (start !== end) this.selected = -1;
    this.markSelected();
    this.refreshHint();
  }

  private unitOf(node: Node, offset: number): number {
    const range = document.createRange();
    range.setStart(this.body, 0);
    range.setEnd(node, offset);
    return range.toString().length;
  }

  /** The text node and offset of a place in UTF-16 units. */
  private nodeAt(unit: number): [Node, number] {
    const walker = document.createTreeWalker(this.body, NodeFilter.SHOW_TEXT);
    let before = 0;
    let last: Node = this.body;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const length = node.textContent?.length ?? 0;
      if (unit <= before + length) return [node, unit - before];
      before += length;
      last = node;
    }
    return [last, last === this.body ? 0 : (last.textContent?.length ?? 0)];
  }

  private rectAt(unit: number): DOMRect {
    const range = document.createRange();
    const [node, offset] = this.nodeAt(unit);
    range.setStart(node, offset);
    const rect = range.getClientRects()[0];
    if (rect) return rect;
    // Behind a line break there is no rectangle yet: that of the letter that follows is.
    const length = node.textContent?.length ?? 0;
    range.setEnd(node, Math.min(length, offset + 1));
    return range.getBoundingClientRect();
  }

  /** The place a line above or below, as near to the same column as there is one. */
  private line(by: 1 | -1): number {
    const from = this.rectAt(this.caret);
    let best = by > 0 ? this.text.length : 0;
    let line: number | null = null;
    let nearest = Infinity;
    for (let unit = this.caret + by; unit >= 0 && unit <= this.text.length; unit += by) {
      const rect = this.rectAt(unit);
      if ((rect.top - from.top) * by < LINE_TOLERANCE) continue;
      line ??= rect.top;
      if (Math.abs(rect.top - line) > LINE_TOLERANCE) break;
      if (Math.abs(rect.left - from.left) < nearest) {
        nearest = Math.abs(rect.left - from.left);
        best = unit;
      }
    }
    return best;
  }

  private showSelection(): void {
    const native = document.getSelection();
    const [from, fromOffset] = this.nodeAt(this.anchor);
    const [to, toOffset] = this.nodeAt(this.caret);
    native?.setBaseAndExtent(from, fromOffset, to, toOffset);
    const { top, bottom } = this.rectAt(this.caret);
    const box = this.body.getBoundingClientRect();
    if (top < box.top) this.body.scrollTop -= box.top - top + 24;
    else if (bottom > box.bottom) this.body.scrollTop += bottom - box.bottom + 24;
  }

  private unselect(): void {
    const native = document.getSelection();
    if (native && native.rangeCount > 0) native.removeAllRanges();
  }

  private paintCaret(): void {
    const root = this.body.getRootNode();
    const focused = root instanceof ShadowRoot && root.activeElement === this.body;
    this.caretMark.hidden = !focused || this.anchor !== this.caret || this.text === "";
    if (this.caretMark.hidden) return;
    const at = this.rectAt(this.caret);
    const frame = this.body.parentElement?.getBoundingClientRect();
    if (!frame) return;
    this.caretMark.style.transform = `translate(${at.left - frame.left}px, ${at.top - frame.top}px)`;
    this.caretMark.style.height = `${at.height}px`;
  }

  private refreshHint(): void {
    if (!this.options.spans) return;
    const text = this.selected !== -1 ? MARK_HINT : this.chosen() ? CHOSEN_HINT : HINT;
    setText(this.hint, text);
  }

  private colour(name: string): string {
    return this.options.classes().find((one) => one.name === name)?.colour || "#888888";
  }
}

function same(one: Span[], other: Span[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Gives each mark a line of its own where they overlap. */
function laned(text: string, spans: Span[], suggestion: Span[]): Mark[] {
  const marks: Mark[] = [
    ...spans.map((span) => ({ ...span, suggested: false })),
    ...suggestion.map((span) => ({ ...span, suggested: true })),
  ].map((span) => ({
    ...span,
    start: toUnits(text, span.start),
    end: toUnits(text, span.end),
    lane: 0,
  }));
  marks.sort((a, b) => a.start - b.start || b.end - a.end);
  marks.forEach((mark, place) => {
    const over = marks.slice(0, place).filter((one) => one.end > mark.start);
    while (over.some(({ lane }) => lane === mark.lane)) mark.lane += 1;
  });
  return marks;
}
