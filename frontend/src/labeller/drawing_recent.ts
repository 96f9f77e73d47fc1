// The drawings of this visit, the latest ones as small pictures that can be taken back.

import { element } from "../shared/dom";
import { drawingTile } from "../shared/drawing_tile";
import type { DrawingOp } from "../shared/drawings";

const SHOWN = 6;

export class RecentDrawings {
  readonly root = element("ul", { class: "recent", "aria-label": "Latest drawings" });
  private readonly drawn: { op: DrawingOp; tile: HTMLElement }[] = [];

  constructor(
    private readonly side: number,
    private readonly remove: (op: DrawingOp) => void,
  ) {}

  get last(): DrawingOp | null {
    return this.drawn.at(-1)?.op ?? null;
  }

  add(op: DrawingOp, pixels: Uint8Array): void {
    const tile = drawingTile(op, pixels, this.side, () => this.remove(op));
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
