// The thin bar that says how much of something is done, to eyes and to screen readers.

import { element } from "./dom";

export class ProgressBar {
  readonly root: HTMLElement;
  private readonly fill = element("div");
  private shown = "";

  constructor(label: string) {
    const role = { role: "progressbar", "aria-label": label, "aria-valuemin": 0 };
    this.root = element("div", { class: "bar", ...role }, this.fill);
  }

  /** Touches the page only where the figures are other ones. */
  show(done: number, total: number): void {
    const now = `${done}/${total}`;
    if (this.shown === now) return;
    this.shown = now;
    this.fill.style.transform = `scaleX(${total > 0 ? done / total : 0})`;
    this.root.setAttribute("aria-valuemax", String(total));
    this.root.setAttribute("aria-valuenow", String(done));
  }
}
