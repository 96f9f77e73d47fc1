// The line below a page: what a key would do now, and how much of the page is open.

import { count, element, plural, setText } from "../shared/dom";
import type { GridPages } from "./grid_pages";

export class GridHint {
  readonly root: HTMLElement;
  private readonly hint = element("span", { class: "muted small hint" });
  private readonly position = element("span", { class: "muted small numbers" });
  private due = false;

  constructor(
    private readonly pages: GridPages,
    private readonly selected: ReadonlySet<number>,
    /** Similar samples come together, all of them selected. */
    private readonly together: boolean,
  ) {
    this.root = element("div", { class: "grid-foot" }, this.hint, this.position);
  }

  /** Said once a key, however much it changed. */
  refresh(): void {
    if (this.due) return;
    this.due = true;
    queueMicrotask(() => {
      this.due = false;
      this.paint();
    });
  }

  private paint(): void {
    const { pages } = this;
    const total = pages.current.length;
    const open = pages.open().length;
    setText(this.hint, total > 0 ? this.words(open) : "");
    const page = `Page ${count(pages.number)} · ${count(open)} of ${count(total)} open`;
    const later = pages.later > 0 ? ` · ${count(pages.later)} set aside` : "";
    setText(this.position, total > 0 ? page + later : "");
  }

  private words(open: number): string {
    const selected = this.selected.size;
    if (open === 0) return "Everything on this page is answered. Enter: next page.";
    if (selected === 0) return "Press a class. Arrows move, Shift+arrows or dragging selects.";
    const samples = plural(selected, "sample");
    if (!this.together) return `${samples} selected. Escape clears the selection.`;
    const out = open - selected;
    const rest = out > 0 ? `${plural(out, "sample")} left out.` : "Click what does not belong.";
    return `A class answers for ${samples}. ${rest}`;
  }
}
