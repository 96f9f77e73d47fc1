// What the box editor says: hints, a box in words for who does not see it, and a button a box.

import type { Box } from "../shared/box";
import { button, element } from "../shared/dom";
import type { LabelClass } from "./api";
import { colourOf, inkOn } from "./colours";

const TOUCH_HINT = "Drag with one finger to draw, with two to move the picture.";
const HINT =
  "Drag to draw. Click a box to change it. Wheel zooms, Space and dragging moves the picture.";
const SELECTED_HINT =
  "Arrows move the box, Shift ten times as far, Alt resizes it. Delete removes it, Escape lets go.";

export function boxHint(selected: boolean): string {
  if (matchMedia("(hover: none)").matches) return TOUCH_HINT;
  return selected ? SELECTED_HINT : HINT;
}

/** "cat, box 1 of 2, 10 % from the left, …". */
export function described(boxes: readonly Box[], place: number): string {
  const box = boxes[place];
  if (!box) return "";
  const share = (value: number): string => `${Math.round(value * 100)} %`;
  return [
    `${box.class_name}, box ${place + 1} of ${boxes.length}`,
    `${share(box.left)} from the left, ${share(box.top)} from the top`,
    `${share(box.width)} wide, ${share(box.height)} high`,
  ].join(", ");
}

/** One button a box: to reach the one that lies below another, by touch as well. */
export class BoxChips {
  readonly root = element("ol", { class: "box-chips", "aria-label": "Boxes" });
  private state = "";

  constructor(private readonly choose: (place: number) => void) {}

  update(boxes: readonly Box[], selected: number, classes: readonly LabelClass[]): void {
    this.root.hidden = boxes.length === 0;
    const looks = boxes.map(({ class_name }) => [class_name, colourOf(classes, class_name)] as const);
    const state = JSON.stringify([looks, selected]);
    if (this.state === state) return;
    this.state = state;
    this.root.replaceChildren(
      ...looks.map(([class_name, colour], place) => {
        const chip = button(class_name, () => this.choose(place), {
          class: "box-chip",
          "aria-pressed": String(place === selected),
          title: `Select this ${class_name}`,
          tabindex: -1,
        });
        chip.style.setProperty("--colour", colour);
        chip.style.setProperty("--on-colour", inkOn(colour));
        return element("li", {}, chip);
      }),
    );
  }
}
