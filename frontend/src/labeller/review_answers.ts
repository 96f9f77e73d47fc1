// Everybody's answers about one sample as cards, and what a reviewer can do with each.

import { button, element } from "../shared/dom";
import type { LabelClass, LabelValue, ReviewItem, SessionAnswer } from "./api";
import { alike, said } from "./alike";
import { dashOf } from "./box_view";
import { personColour } from "./review_item";
import { inWords, valueView } from "./value_view";

export interface Owner {
  classes(): LabelClass[];
  /** Whether answers are boxes. */
  boxes: boolean;
  accept(value: LabelValue): void;
  /** Begins to send an answer back. */
  sendBack(annotator: string): void;
  /** Takes the boxes of an answer into the editor. */
  edit(value: LabelValue): void;
  /** Shows or hides the boxes of the answer at a place; returns whether they are shown now. */
  toggle(place: number): boolean;
  /** The pointer or the focus is on the answer at a place; null: on none. */
  look(place: number | null): void;
}

const DIGITS = 9;
const dates = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const percent = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 0 });

function key(text: string): HTMLElement {
  return element("kbd", { class: "key", "aria-hidden": true }, text);
}

/** The line that a person's boxes are drawn with. */
function swatch(place: number): SVGSVGElement {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("class", "swatch");
  made.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "line");
  const at = { x1: "0", x2: "100%", y1: "50%", y2: "50%", "stroke-dasharray": dashOf(place) };
  for (const [name, value] of Object.entries(at)) line.setAttribute(name, value);
  line.style.stroke = personColour(place);
  made.append(line);
  return made;
}

/** The cards of a sample: an answer each, skips, and what a model or the known right value says. */
export function answerCards(item: ReviewItem, owner: Owner): HTMLElement[] {
  const answers = said(item);
  const cards = answers.map((answer, place) => answerCard(item, answer, place, owner));
  const skipped = item.answers.filter((answer) => answer.act === "skip");
  return [
    ...decided(item, owner),
    ...cards,
    ...skipped.map((answer) => skipCard(answer)),
    ...suggestionCard(item, owner),
  ];
}

function answerCard(
  item: ReviewItem,
  answer: SessionAnswer & { value: LabelValue },
  place: number,
  owner: Owner,
): HTMLElement {
  const { annotator, value } = answer;
  const accept = button("Accept", () => owner.accept(value), {
    "aria-label": `Accept the answer of ${annotator}: ${inWords(value, owner.boxes)}`,
  });
  if (place < DIGITS) {
    accept.append(key(String(place + 1)));
    accept.setAttribute("aria-keyshortcuts", String(place + 1));
  }
  const back = button("Send back", () => owner.sendBack(annotator), {
    class: "button quiet",
    "aria-label": `Send the answer back to ${annotator}`,
  });
  const actions = element("div", { class: "card-actions" }, accept, back);
  if (owner.boxes) {
    actions.append(button("Edit", () => owner.edit(value), {
      class: "button quiet",
      title: "Take these boxes over and change them",
    }));
  }
  const card = element(
    "article",
    { class: "card", "aria-label": `Answer of ${annotator}` },
    head(answer, owner.boxes ? legend(place, owner) : null),
    valueView(owner.classes(), value, item.text, owner.boxes),
    ...besides(answer),
    actions,
  );
  card.classList.toggle("counts", item.state === "settled" && !!item.value && alike(item.value, value));
  for (const [enter, leave] of [
    ["pointerenter", "pointerleave"],
    ["focusin", "focusout"],
  ] as const) {
    card.addEventListener(enter, () => owner.look(place));
    card.addEventListener(leave, () => owner.look(null));
  }
  return card;
}

function legend(place: number, owner: Owner): HTMLElement {
  const made = element("button", {
    type: "button",
    class: "legend",
    "aria-pressed": "true",
    "aria-label": "Show these boxes",
    title: "Show or hide these boxes",
  });
  made.append(swatch(place));
  made.addEventListener("click", () => {
    made.setAttribute("aria-pressed", String(owner.toggle(place)));
  });
  return made;
}

function head(answer: SessionAnswer, before: HTMLElement | null): HTMLElement {
  const made = element("header", { class: "card-head" });
  if (before) made.append(before);
  made.append(element("strong", { class: "card-who" }, answer.annotator));
  if (answer.unsure) made.append(element("span", { class: "flag warn" }, "unsure"));
  if (!answer.counted) {
    const why = "Came after others had taken the place: kept, not counted";
    made.append(element("span", { class: "flag", title: why }, "late"));
  }
  const when = new Date(answer.time * 1000);
  made.append(
    element("time", { class: "muted small", datetime: when.toISOString() }, dates.format(when)),
  );
  return made;
}

function besides(answer: SessionAnswer): HTMLElement[] {
  const made: HTMLElement[] = [];
  if (answer.comment) made.push(element("blockquote", { class: "card-comment" }, answer.comment));
  if (answer.source) made.push(element("p", { class: "muted small" }, answer.source));
  return made;
}

function skipCard(answer: SessionAnswer): HTMLElement {
  return element(
    "article",
    { class: "card faint", "aria-label": `${answer.annotator} skipped` },
    head(answer, null),
    element("p", { class: "muted" }, "Skipped"),
    ...besides(answer),
  );
}

function suggestionCard(item: ReviewItem, owner: Owner): HTMLElement[] {
  const { suggestion } = item;
  if (!suggestion) return [];
  const accept = button("Accept", () => owner.accept(suggestion.value), {
    "aria-label": `Accept the suggestion: ${inWords(suggestion.value, owner.boxes)}`,
    "aria-keyshortcuts": "0",
  });
  accept.append(key("0"));
  const actions = element("div", { class: "card-actions" }, accept);
  if (owner.boxes) {
    actions.append(button("Edit", () => owner.edit(suggestion.value), { class: "button quiet" }));
  }
  return [
    element(
      "article",
      { class: "card faint", "aria-label": "Suggestion" },
      element(
        "header",
        { class: "card-head" },
        element("strong", { class: "card-who" }, "Suggestion"),
        element("span", { class: "muted small" }, `${suggestion.source}, ${percent.format(suggestion.score)} sure`),
      ),
      valueView(owner.classes(), suggestion.value, item.text, owner.boxes),
      actions,
    ),
  ];
}

/** What counts now, where somebody has decided. */
function decided(item: ReviewItem, owner: Owner): HTMLElement[] {
  if (item.state !== "settled" || !item.value) return [];
  return [
    element(
      "article",
      { class: "card decided", "aria-label": "What counts" },
      element(
        "header",
        { class: "card-head" },
        element("strong", { class: "card-who" }, "Decided"),
        element("span", { class: "muted small" }, item.decided_by ? `by ${item.decided_by}` : ""),
      ),
      valueView(owner.classes(), item.value, item.text, owner.boxes),
    ),
  ];
}
