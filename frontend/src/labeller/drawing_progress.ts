// How many drawings there are of each class, and how many are wanted.

import { count, element, plural, setText } from "../shared/dom";
import type { LabelClass } from "./api";

interface Row {
  row: HTMLElement;
  number: HTMLElement;
  fill: HTMLElement;
}

export class ClassProgress {
  readonly root = element("ul", { class: "class-progress", "aria-label": "Drawings of each class" });
  readonly total = element("p", { class: "count" });
  private readonly rows = new Map<string, Row>();

  constructor(
    classes: readonly LabelClass[],
    private readonly wanted: number,
  ) {
    for (const { name, colour } of classes) {
      const fill = element("div");
      const number = element("span", { class: "numbers muted small" });
      const row = element(
        "li",
        {},
        element("span", { class: "class-progress-name", title: name }, name),
        number,
        element("div", { class: "bar", "aria-hidden": true }, fill),
      );
      fill.style.background = colour;
      this.root.append(row);
      this.rows.set(name, { row, number, fill });
    }
  }

  /** Shows the counts; the class that is asked for stands out. */
  paint(total: (class_name: string) => number, asked: string): void {
    let all = 0;
    for (const [name, { row, number, fill }] of this.rows) {
      const drawn = total(name);
      all += Math.min(drawn, this.wanted);
      setText(number, `${count(drawn)} of ${count(this.wanted)}`);
      fill.style.transform = `scaleX(${Math.min(1, drawn / this.wanted)})`;
      row.classList.toggle("asked", name === asked);
      row.classList.toggle("complete", drawn >= this.wanted);
    }
    setText(this.total, `${count(all)} of ${plural(this.rows.size * this.wanted, "drawing")}`);
  }
}
