// What the model says: its likeliest classes as bars.

import { element, setText } from "../shared/dom";

const SHOWN = 5;
const percent = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 });

export class AnswerView {
  readonly root = element("section", { class: "side", "aria-label": "What the model says" });
  private readonly bars = element("ol", { class: "bars", "aria-live": "polite" });
  private readonly timing = element("p", { class: "muted small numbers timing" });
  private readonly hint = element("span", {});
  private readonly nothing = element("div", { class: "empty" }, element("strong", {}, "No answer yet"), this.hint);

  constructor(private readonly classNames: readonly string[]) {
    this.root.append(this.nothing, this.bars, this.timing);
    this.clear("");
  }

  /** Whether screen readers say each answer; they could not keep up with a camera. */
  spoken(on: boolean): void {
    this.bars.setAttribute("aria-live", on ? "polite" : "off");
  }

  /** Shows no answer, and how to get one. */
  clear(hint: string): void {
    setText(this.hint, hint);
    this.nothing.hidden = false;
    this.bars.hidden = true;
    setText(this.timing, "");
  }

  show(probabilities: Float32Array, milliseconds: number): void {
    const order = [...probabilities.keys()].sort(
      (one, other) => (probabilities[other] ?? 0) - (probabilities[one] ?? 0) || one - other,
    );
    const top = order.slice(0, SHOWN);
    while (this.bars.children.length < top.length) this.bars.append(row());
    top.forEach((place, line) => {
      const [name, share, bar] = [...(this.bars.children[line]?.children ?? [])];
      const probability = probabilities[place] ?? 0;
      const fill = bar?.firstElementChild;
      if (name) setText(name, this.classNames[place] ?? "");
      if (share) setText(share, percent.format(probability));
      if (fill instanceof HTMLElement) fill.style.transform = `scaleX(${probability})`;
    });
    this.nothing.hidden = true;
    this.bars.hidden = false;
    setText(this.timing, `Answered in ${milliseconds.toFixed(1)} ms, here in your browser`);
  }
}

const row = (): HTMLElement =>
  element(
    "li",
    {},
    element("span", { class: "bar-name" }),
    element("span", { class: "bar-share numbers" }),
    element("div", { class: "bar", "aria-hidden": true }, element("div")),
  );
