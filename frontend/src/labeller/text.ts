// A text to read, and stretches of it to mark: with the mouse, a finger, or the keys.

import { element, setText } from "../shared/dom";
import type { LabelClass, Span } from "./api";
import { colourOf } from "./colours";
import { toPoints, toUnits, trimmed, Words } from "./offsets";
import { markedPieces, MarkChips } from "./text_marks";
import { TextPlaces } from "./text_places";

interface Options {
  classes(): LabelClass[];
  /** Whether stretches can be marked. */
  spans: boolean;
  onChange(spans: Span[]): void;
}

const HINT =
  "Select with the mouse, or with Shift and the arrows (Alt: letter by letter), then press a class.";
const MARK_HINT = "A class renames this mark, Delete removes it, Escape lets go of it.";
const CHOSEN_HINT = "Press a class to mark this.";

export class TextView {
  readonly root: HTMLElement;
  readonly body = element("div", { class: "reading", tabindex: 0, role: "document" });
  private readonly caretMark = element("span", { class: "caret", "aria-hidden": true, hidden: true });
  private readonly places = new TextPlaces(this.body);
  private readonly chips: MarkChips;
  private readonly hint = element("p", { class: "muted small text-hint" });
  private text = "";
  private spans: Span[] = [];
  private suggestion: Span[] = [];
  private words: Words | null = null;
  private anchor = 0;
  private caret = 0;
  private selected = -1;
  private readonly onSelection = (): void => this.followPointer();

  constructor(private readonly options: Options) {
    const frame = element("div", { class: "reading-frame" }, this.body, this.caretMark);
    this.chips = new MarkChips((name) => this.colour(name), {
      choose: (place) => this.choose(place),
      remove: (place) => this.removeAt(place),
    });
    this.root = element("div", { class: "textview" }, frame, this.chips.root, this.hint);
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
      this.places.unselect();
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
    this.places.unselect();
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
      to = this.places.line(this.caret, code === "ArrowUp" ? -1 : 1, this.text.length);
    } else if (code === "Home") to = 0;
    else if (code === "End") to = this.text.length;
    else return false;
    this.caret = to;
    if (!shiftKey) this.anchor = to;
    this.selected = -1;
    this.places.select(this.anchor, this.caret);
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
    const { text, spans, suggestion } = this;
    const parts = markedPieces(text, spans, suggestion, (name) => this.colour(name));
    this.body.classList.toggle("muted", text === "");
    this.body.replaceChildren(...(text === "" ? ["(an empty text)"] : parts));
    if (this.options.spans) this.chips.update(text, spans);
    this.markSelected();
    this.refreshHint();
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
    this.places.unselect();
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
    this.chips.select(this.selected);
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
    const found = this.places.selected();
    if (!found) return;
    const [start, end] = found;
    if (start === Math.min(this.anchor, this.caret) && end === Math.max(this.anchor, this.caret)) return;
    this.anchor = start;
    this.caret = end;
    if (start !== end) this.selected = -1;
    this.markSelected();
    this.refreshHint();
  }

  private paintCaret(): void {
    const root = this.body.getRootNode();
    const focused = root instanceof ShadowRoot && root.activeElement === this.body;
    this.caretMark.hidden = !focused || this.anchor !== this.caret || this.text === "";
    if (this.caretMark.hidden) return;
    const at = this.places.rectAt(this.caret);
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
    return colourOf(this.options.classes(), name);
  }
}

function same(one: Span[], other: Span[]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
