// A slider over the epochs at which something was seen; it follows the newest until somebody goes back.

import { element, setText } from "../shared/dom";
import type { Observation } from "./data";

export class Timeline {
  private readonly slider = element("input", { type: "range", min: 0, max: 0, step: 1, value: 0 });
  private readonly label = element("output", { class: "numbers" });
  readonly root = element("label", { class: "timeline" }, this.label, this.slider);
  private readonly seen = new Map<number, Observation>();
  private order: number[] = [];
  private following = true;

  constructor(
    what: string,
    private readonly onChange: (shown: Observation) => void,
  ) {
    this.slider.setAttribute("aria-label", `Epoch of the ${what}`);
    this.slider.addEventListener("input", () => {
      this.following = this.place === this.order.length - 1;
      this.show();
    });
  }

  /** All observations by step. */
  get all(): Observation[] {
    return this.order.flatMap((step) => this.seen.get(step) ?? []);
  }

  get size(): number {
    return this.order.length;
  }

  add(observations: Observation[]): void {
    if (observations.length === 0) return;
    const shown = this.order[this.place];
    for (const observation of observations) this.seen.set(observation.step, observation);
    this.order = [...this.seen.keys()].sort((a, b) => a - b);
    this.slider.max = String(this.order.length - 1);
    const place = this.following ? this.order.length - 1 : this.order.indexOf(shown ?? 0);
    this.slider.value = String(Math.max(0, place));
    this.root.hidden = this.order.length < 2;
    this.show();
  }

  private get place(): number {
    return Number(this.slider.value);
  }

  private show(): void {
    const observation = this.seen.get(this.order[this.place] ?? NaN);
    if (!observation) return;
    const text = `Epoch ${String(observation.body["epoch"] ?? "")}`;
    setText(this.label, text);
    this.slider.setAttribute("aria-valuetext", text);
    this.onChange(observation);
  }
}
