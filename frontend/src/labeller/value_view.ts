// Says in words and colours what an answer says.

import { element, plural } from "../shared/dom";
import type { LabelClass, LabelValue, Span } from "./api";
import { colourOf, inkOn } from "./colours";

const QUOTE = 60;

/** A class as a pill with its colour. */
export function pill(classes: readonly LabelClass[], name: string, times = 1): HTMLElement {
  const made = element(
    "span",
    { class: "pill", title: name },
    element("span", { class: "pill-dot", "aria-hidden": true }),
    element("span", { class: "pill-name" }, times > 1 ? `${name} × ${times}` : name),
  );
  made.style.setProperty("--colour", colourOf(classes, name));
  return made;
}

/** The parts of a text by code points, as spans count them. */
function stretch(text: string, { start, end }: Span): string {
  const marked = [...text].slice(start, end).join("");
  return marked.length > QUOTE ? `${marked.slice(0, QUOTE)}…` : marked;
}

/** Everything an answer says: classes, boxes by class, quotes of its spans. */
export function valueView(
  classes: readonly LabelClass[],
  value: LabelValue,
  text: string | null,
  boxes: boolean,
): HTMLElement {
  const made = element("div", { class: "value" });
  for (const name of value.classes) made.append(pill(classes, name));
  const drawn = new Map<string, number>();
  for (const { class_name } of value.boxes) drawn.set(class_name, (drawn.get(class_name) ?? 0) + 1);
  for (const [name, times] of drawn) made.append(pill(classes, name, times));
  for (const span of value.spans) {
    const quote = element("q", { class: "value-quote" }, stretch(text ?? "", span));
    made.append(element("span", { class: "value-span" }, quote, pill(classes, span.class_name)));
  }
  if (made.childElementCount === 0) {
    made.append(element("span", { class: "muted" }, boxes ? "No boxes" : "None of the classes"));
  }
  return made;
}

/** An answer in a few words, for buttons and screen readers. */
export function inWords(value: LabelValue, boxes: boolean): string {
  if (boxes) return plural(value.boxes.length, "box", "boxes");
  const words = value.classes.join(", ") || "none of the classes";
  return value.spans.length > 0 ? `${words}, ${plural(value.spans.length, "span")}` : words;
}

/** A text with its spans marked; where spans overlap, the later one wins. */
export function markedText(
  classes: readonly LabelClass[],
  text: string,
  spans: readonly Span[],
): Node[] {
  const points = [...text];
  const owner = new Array<Span | undefined>(points.length);
  for (const span of spans) owner.fill(span, span.start, Math.min(span.end, points.length));
  const nodes: Node[] = [];
  for (let at = 0; at < points.length; ) {
    const span = owner[at];
    let end = at + 1;
    while (end < points.length && owner[end] === span) end += 1;
    const part = points.slice(at, end).join("");
    if (span) {
      const mark = element("mark", { class: "marked", title: span.class_name }, part);
      const colour = colourOf(classes, span.class_name);
      mark.style.setProperty("--colour", colour);
      mark.style.setProperty("--on-colour", inkOn(colour));
      nodes.push(mark);
    } else {
      nodes.push(document.createTextNode(part));
    }
    at = end;
  }
  return nodes;
}
