// A finished drawing as a small picture that can be taken back.

import { button, element } from "./dom";
import type { DrawingOp } from "./drawings";
import { picture } from "./paper";

/** Makes the tile of a drawing; `size` is the side of its grey picture in pixels. */
export function drawingTile(
  drawing: DrawingOp,
  pixels: Uint8Array,
  size: number,
  remove: () => void,
): HTMLElement {
  const { class_name } = drawing;
  const label = `drawing of ${class_name}`;
  return element(
    "li",
    {},
    picture(pixels, size, label),
    element("span", { class: "caption", title: class_name }, class_name),
    button("×", remove, {
      class: "button remove",
      "aria-label": `Remove this ${label}`,
      title: "Remove",
    }),
  );
}
