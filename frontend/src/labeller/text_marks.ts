// The marks of a text: lines below it, one beside the other where they overlap, and a chip for each.

import { button, element } from "../shared/dom";
import type { Span } from "./api";
import { toUnits } from "./offsets";

/** A span in UTF-16 units, and the line below the text that is its own. */
interface Mark {
  start: number;
  end: number;
  class_name: string;
  suggested: boolean;
  lane: number;
}

type Colour = (class_name: string) => string;

const EXCERPT = 32;

/** A text cut where marks begin and end; `data-from` of a piece is its place in UTF-16 units. */
export function markedPieces(
  text: string,
  spans: readonly Span[],
  suggestion: readonly Span[],
  colour: Colour,
): Node[] {
  const marks = laned(text, spans, suggestion);
  const cuts = new Set([0, text.length]);
  for (const { start, end } of marks) cuts.add(start).add(end);
  const edges = [...cuts].sort((a, b) => a - b);
  const parts: Node[] = [];
  edges.slice(0, -1).forEach((from, place) => {
    const to = edges[place + 1] ?? from;
    const words = text.slice(from, to);
    const over = marks.filter(({ start, end }) => start <= from && end >= to);
    parts.push(over.length === 0 ? document.createTextNode(words) : piece(words, from, over, colour));
    for (const mark of over.filter(({ end }) => end === to)) parts.push(tag(mark, colour));
  });
  return parts;
}

/** Gives each mark a line of its own where they overlap. */
function laned(text: string, spans: readonly Span[], suggestion: readonly Span[]): Mark[] {
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

function piece(text: string, from: number, over: Mark[], colour: Colour): HTMLElement {
  const made = element("span", { class: "piece", "data-from": from }, text);
  const lines = over.map(({ class_name }) => `linear-gradient(${colour(class_name)} 0 0)`);
  const places = over.map(({ lane }) => `0 calc(100% - ${lane * 4}px)`);
  const sizes = over.map(({ suggested }) => (suggested ? "100% 1px" : "100% 3px"));
  made.style.backgroundImage = lines.join(", ");
  made.style.backgroundPosition = places.join(", ");
  made.style.backgroundSize = sizes.join(", ");
  made.style.paddingBottom = `${4 + 4 * Math.max(...over.map(({ lane }) => lane))}px`;
  const real = over.filter(({ suggested }) => !suggested);
  const top = real.at(-1);
  if (top) made.style.setProperty("--colour", colour(top.class_name));
  made.classList.toggle("suggested", !top);
  made.title = over.map(({ class_name }) => class_name).join(", ");
  return made;
}

/** The name of a class behind the end of a mark: painted by CSS, so that it is no part of the text. */
function tag(mark: Mark, colour: Colour): HTMLElement {
  const name = mark.suggested ? `${mark.class_name}?` : mark.class_name;
  const made = element("span", { class: "tag", "data-name": name, "aria-hidden": true });
  made.classList.toggle("suggested", mark.suggested);
  made.style.setProperty("--colour", colour(mark.class_name));
  return made;
}

/** The marks one below the other, to choose and to remove without aiming. */
export class MarkChips {
  readonly root = element("ol", { class: "mark-chips", "aria-label": "Marks", hidden: true });

  constructor(
    private readonly colour: Colour,
    private readonly does: { choose(place: number): void; remove(place: number): void },
  ) {}

  update(text: string, spans: readonly Span[]): void {
    this.root.hidden = spans.length === 0;
    this.root.replaceChildren(...spans.map((span, place) => this.chip(text, span, place)));
  }

  select(place: number): void {
    [...this.root.children].forEach((item, other) => {
      item.firstElementChild?.setAttribute("aria-pressed", String(place === other));
    });
  }

  private chip(text: string, span: Span, place: number): HTMLElement {
    const { class_name, start, end } = span;
    const inside = text.slice(toUnits(text, start), toUnits(text, end)).replace(/\s+/g, " ");
    const short = inside.length > EXCERPT ? `${inside.slice(0, EXCERPT)}…` : inside;
    const attributes = { class: "mark-chip", "aria-pressed": "false" };
    const chip = button("", () => this.does.choose(place), attributes);
    chip.style.setProperty("--colour", this.colour(class_name));
    chip.append(element("b", {}, class_name), ` ${short}`);
    const away = button("×", () => this.does.remove(place), {
      class: "mark-remove",
      "aria-label": `Remove ${class_name}: ${short}`,
    });
    return element("li", {}, chip, away);
  }
}
