// Where tiles lie: squares for pictures, wide cards for texts.

import { columnsIn, GAP } from "../shared/tiling";
import type { GridData } from "./data";

const ANSWER_HEIGHT = 18;
const CAPTION_LINE = 18;
/** A card holds three lines of text and its answer. */
const CARD_HEIGHT = 104;
export const CARD_WIDTH = 280;

export interface Layout {
  columns: number;
  /** Width of a tile. */
  width: number;
  /** From the top of one row to the top of the next. */
  rowHeight: number;
}

/** Lays tiles out in a list that is `width` pixels wide; `side` is that of a picture. */
export function layoutOf(
  data: Pick<GridData, "task" | "captions">,
  width: number,
  side: number,
): Layout {
  const lines = data.captions
    ? Math.max(1, ...data.captions.map((caption) => caption.length))
    : null;
  if (data.task === "text") {
    const columns = columnsIn(width, CARD_WIDTH);
    const more = lines === null ? 0 : (lines - 1) * CAPTION_LINE;
    return {
      columns,
      width: Math.floor((width - (columns - 1) * GAP) / columns),
      rowHeight: CARD_HEIGHT + more + GAP,
    };
  }
  const below = lines === null ? ANSWER_HEIGHT : 4 + lines * CAPTION_LINE;
  return { columns: columnsIn(width, side), width: side, rowHeight: side + below + GAP };
}

/** The places of the tiles that a rectangle touches. */
export function placesIn(layout: Layout, box: DOMRectReadOnly, total: number): number[] {
  const { columns, width, rowHeight } = layout;
  const step = width + GAP;
  const found: number[] = [];
  const firstRow = Math.max(0, Math.floor((box.top + GAP) / rowHeight));
  const lastRow = Math.min(Math.ceil(total / columns) - 1, Math.floor(box.bottom / rowHeight));
  const firstColumn = Math.max(0, Math.floor((box.left + GAP) / step));
  const lastColumn = Math.min(columns - 1, Math.floor(box.right / step));
  for (let row = firstRow; row <= lastRow; row += 1) {
    for (let column = firstColumn; column <= lastColumn; column += 1) {
      const place = row * columns + column;
      if (place < total) found.push(place);
    }
  }
  return found;
}
