// The drawings of this visit, the latest ones as small pictures that can be taken back.

import { button, element } from "../shared/dom";
import type { DrawingOp } from "../shared/drawings";
import { picture } from "../shared/paper";

const SHOWN = 6;

export class RecentDrawings {
  readonly root = element("ul", { class: "drawn", "aria-label": "Latest drawings" });
  private readonly drawn: { op: DrawingOp; tile: HTMLElement }[] = [];

  constructor(
    private readonly side: number,
    private readonly remove: (op: DrawingOp) => void,
  ) {}

  get last(): DrawingOp | null {
    return this.drawn.at(-1)?.op ?? null;
  }

  add(op: DrawingOp, pixels: Uint8Array): void {
    const label = `drawing of ${op.class_name}`;
    const cross = button("×", () => this.remove(op), {
      class: "drawn-remove",
      "aria-label": `Remove this ${label}`,
      title: "Remove",
    });
    const caption = element("span", { class: "drawn-name", title: op.class_name }, op.class_name);
    const tile = element("li", {}, picture(pixels, this.side, label), caption, cross);
    this.root.prepend(tile);
    this.drawn.push({ op, tile });
    while (this.root.children.length > SHOWN) this.root.lastElementChild?.remove();
  }

  /** Forgets a drawing; false when it was not among these. */
  drop(op: DrawingOp): boolean {
    const place = this.drawn.findIndex((one) => one.op.op_id === op.op_id);
    const [found] = place === -1 ? [] : this.drawn.splice(place, 1);
    found?.tile.remove();
    for (const { tile } of this.drawn.slice(-SHOWN).reverse()) {
      if (!tile.isConnected) this.root.append(tile);
    }
    return found !== undefined;
  }
}
