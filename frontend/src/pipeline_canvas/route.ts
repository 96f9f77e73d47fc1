// Leads a wire around the nodes between its ends: through the nearest free lane of every column that it passes.

import type { Point } from "./types";

/** What a wire must not cross. */
export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const ASIDE = 14;
const CLEAR = 12;
const SAMPLES = 24;

/** The path of a wire, as SVG has it; null where a plain curve crosses nothing. */
export function aroundBoxes(from: Point, to: Point, boxes: readonly Box[]): string | null {
  const between = boxes.filter((box) => box.x - ASIDE > from[0] && box.x + box.width + ASIDE < to[0]);
  if (!between.some((box) => crosses(from, to, box))) return null;
  let [x, y] = from;
  let path = `M${x} ${y}`;
  const lead = (nextX: number, nextY: number): void => {
    const middle = (x + nextX) / 2;
    path += `C${middle} ${y} ${middle} ${nextY} ${nextX} ${nextY}`;
    [x, y] = [nextX, nextY];
  };
  for (const column of columns(between)) {
    const left = Math.min(...column.map((box) => box.x)) - ASIDE;
    const right = Math.max(...column.map((box) => box.x + box.width)) + ASIDE;
    lead(left, lane(y + ((to[1] - y) * (left - x)) / (to[0] - x), column));
    path += `H${right}`;
    x = right;
  }
  lead(...to);
  return path;
}

/** Whether the curve that is drawn otherwise crosses a box. */
function crosses(from: Point, to: Point, box: Box): boolean {
  const bend = (to[0] - from[0]) / 2;
  for (let step = 1; step < SAMPLES; step += 1) {
    const t = step / SAMPLES;
    const s = 1 - t;
    const x = from[0] + bend * (3 * s * s * t + 3 * s * t * t + 2 * t ** 3);
    const y = from[1] + (3 * s * t * t + t ** 3) * (to[1] - from[1]);
    if (x > box.x && x < box.x + box.width && y > box.y - 1 && y < box.y + box.height + 1) return true;
  }
  return false;
}

/** Boxes that stand above each other, from left to right. */
function columns(boxes: Box[]): Box[][] {
  const found: Box[][] = [];
  let right = -Infinity;
  for (const box of [...boxes].sort((one, other) => one.x - other.x)) {
    if (box.x - ASIDE > right) found.push([]);
    found.at(-1)?.push(box);
    right = Math.max(right, box.x + box.width + ASIDE);
  }
  return found;
}

/** The height nearest to the wanted one at which no box of a column is in the way. */
function lane(wanted: number, column: Box[]): number {
  const free = (y: number): boolean =>
    column.every((box) => y <= box.y - CLEAR || y >= box.y + box.height + CLEAR);
  const places = [wanted, ...column.flatMap((box) => [box.y - CLEAR, box.y + box.height + CLEAR])];
  return places
    .filter(free)
    .reduce((best, y) => (Math.abs(y - wanted) < Math.abs(best - wanted) ? y : best), Infinity);
}
