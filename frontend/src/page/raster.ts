// Strokes become bitmaps the way Google drew those it publishes: studio/sources/raster.py, which says how that was
// found out, line by line.

import type { Drawing } from "./facts";
import { even } from "./numbers";
import { aligned } from "./strokes";

export const SIDE = 28;
const SPACE = 256;
const LINE = 16;
const PADDING = 16;
const SCALE = SIDE / (SPACE + 2 * PADDING + LINE);
const RADIUS = (LINE * SCALE) / 2;
const CORNERS = [15, 45, 75].map((degrees) => (degrees * Math.PI) / 180);
const LINES = 15;
const STEPS = 2 ** 16;
const EDGE = SIDE - 1 / STEPS;

type Section = [from: number, to: number];

/** Returns a drawing as 28 x 28 grey values, white on black, as Quick, Draw! has it; nothing drawn is black. */
export function quickDraw(drawing: Drawing): Uint8Array {
  const strokes = aligned(drawing);
  const left = new Float64Array(SIDE * SIDE).fill(1);
  const [middleX, middleY] = [0, 1].map(
    (axis) => strokes.flatMap((stroke) => stroke[axis] ?? []).reduce((most, value) => Math.max(most, value), 0) / 2,
  ) as [number, number];
  for (const [xs, ys] of strokes) {
    const toX = xs.map((x) => (x - middleX) * SCALE + SIDE / 2);
    const toY = ys.map((y) => (y - middleY) * SCALE + SIDE / 2);
    covered(toX, toY).forEach((share, pixel) => {
      left[pixel] = (left[pixel] ?? 1) * (1 - share);
    });
  }
  return Uint8Array.from(left, (share) => even(255 * (1 - share)));
}

/** Returns which share of each pixel the union of a stroke's lines covers. */
function covered(xs: number[], ys: number[]): Float64Array {
  const rows: Section[][] = Array.from({ length: SIDE * LINES }, () => []);
  const lines = Math.max(1, xs.length - 1); // a single point is a line to itself
  for (let place = 0; place < lines; place += 1) {
    const [x0, y0] = [xs[place] ?? 0, ys[place] ?? 0];
    const [x1, y1] = [xs[place + 1] ?? x0, ys[place + 1] ?? y0];
    const top = Math.max(0, Math.ceil((Math.min(y0, y1) - RADIUS) * LINES - 0.5));
    const bottom = Math.min(SIDE * LINES - 1, Math.floor((Math.max(y0, y1) + RADIUS) * LINES - 0.5));
    for (let row = top; row <= bottom; row += 1) {
      const [from, to] = section(x0, y0, x1, y1, (row + 0.5) / LINES);
      rows[row]?.push([even(from * STEPS), even(to * STEPS)]);
    }
  }
  const share = new Float64Array(SIDE * SIDE);
  rows.forEach((sections, row) => {
    for (const [from, to] of union(sections)) fill(share, Math.floor(row / LINES), from / STEPS, to / STEPS);
  });
  return share.map((sum) => Math.min(1, Math.max(0, sum / LINES)));
}

function union(sections: Section[]): Section[] {
  const found: Section[] = [];
  for (const [from, to] of sections.sort(([one], [other]) => one - other)) {
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}

/** Adds what a section covers of each pixel of a row. */
function fill(share: Float64Array, row: number, from: number, to: number): void {
  for (let column = Math.floor(from); column < Math.min(SIDE, Math.ceil(to)); column += 1) {
    const place = row * SIDE + column;
    share[place] = (share[place] ?? 0) + Math.min(to, column + 1) - Math.max(from, column);
  }
}

/** Returns where a horizontal line at `y` enters and leaves the round-capped line from 0 to 1. */
function section(x0: number, y0: number, x1: number, y1: number, y: number): Section {
  let [dx, dy] = [x1 - x0, y1 - y0];
  const length = Math.hypot(dx, dy);
  const scale = 1 / Math.max(length, 1e-12);
  dx *= scale;
  dy *= scale;
  if (Math.abs(dx) < 1e-9) dx += 1e-9;
  if (Math.abs(dy) < 1e-9) dy += 1e-9;
  const up = y - y0;
  const [along, across] = [up * dy, up * dx];
  const [a, b] = [-along / dx, (length - along) / dx];
  const [c, d] = [(across - RADIUS) / dy, (across + RADIUS) / dy];
  const low = Math.max(Math.min(a, b), Math.min(c, d));
  const high = Math.min(Math.max(a, b), Math.max(c, d));
  let [left, right] = low <= high ? [x0 + low, x0 + high] : [SIDE, 0];
  for (const [x, away] of [[x0, up], [x1, y - y1]] as const) {
    const cap = capWidth(Math.abs(away));
    if (cap < 0) continue;
    left = Math.min(left, x - cap);
    right = Math.max(right, x + cap);
  }
  left = Math.min(Math.max(left, 0), EDGE);
  return [left, Math.min(Math.max(right, left), EDGE)];
}

/** Returns half the width of a cap at a height above its middle; less than 0 beyond it. */
function capWidth(height: number): number {
  return Math.min(
    ...CORNERS.map((facing) => (RADIUS * Math.cos(CORNERS[0] ?? 0) - height * Math.sin(facing)) / Math.cos(facing)),
  );
}
