// Drawings as Google simplifies them, and as a model of strokes takes them: as studio/core/strokes.py and
// studio/sources/simplify.py.

import type { Drawing } from "./facts";
import { even } from "./numbers";

const LARGEST = 255;
const TOLERANCE = 2;
const SMALLEST = 1e-9;
const COLUMNS = 3;

/** Returns a drawing moved to the top left, its longer side 255 long; strokes without points are left out. */
export function aligned(drawing: Drawing): Drawing {
  const strokes = drawing.filter(([xs]) => xs.length > 0);
  const left = least(strokes.flatMap(([xs]) => xs));
  const top = least(strokes.flatMap(([, ys]) => ys));
  const longest = strokes.reduce(
    (most, [xs, ys]) => Math.max(most, ...xs.map((x) => x - left), ...ys.map((y) => y - top)),
    0,
  );
  const scale = longest > SMALLEST ? LARGEST / longest : 1;
  return strokes.map(([xs, ys]) => [xs.map((x) => (x - left) * scale), ys.map((y) => (y - top) * scale)]);
}

const least = (values: number[]): number => values.reduce((found, value) => Math.min(found, value), Infinity);

/** Returns a drawing with few points and whole numbers, as those that models of strokes learn from. */
export function simplified(drawing: Drawing): Drawing {
  return aligned(drawing).map(([xs, ys]) => {
    const kept = corners(xs, ys);
    return [kept.map((place) => even(xs[place] ?? 0)), kept.map((place) => even(ys[place] ?? 0))];
  });
}

/** Returns the places of the points that stay (Ramer, Douglas, Peucker). */
function corners(xs: number[], ys: number[]): number[] {
  const kept = new Set([0, xs.length - 1]);
  const spans: [number, number][] = [[0, xs.length - 1]];
  for (let span = spans.pop(); span; span = spans.pop()) {
    const [first, last] = span;
    const [startX, startY] = [xs[first] ?? 0, ys[first] ?? 0];
    const [lineX, lineY] = [(xs[last] ?? 0) - startX, (ys[last] ?? 0) - startY];
    const length = Math.hypot(lineX, lineY);
    let [worst, far] = [first, TOLERANCE];
    for (let place = first + 1; place < last; place += 1) {
      const [x, y] = [(xs[place] ?? 0) - startX, (ys[place] ?? 0) - startY];
      const away = length > SMALLEST ? Math.abs(x * lineY - y * lineX) / length : Math.hypot(x, y);
      if (away > far) [worst, far] = [place, away];
    }
    if (worst === first) continue;
    kept.add(worst);
    spans.push([first, worst], [worst, last]);
  }
  return [...kept].sort((one, other) => one - other);
}

/** Returns a drawing as (points, 3): step right, step down, and 1 where a stroke ends; the longer side is 1. */
export function encodeStrokes(drawing: Drawing, points: number): Float32Array {
  const encoded = new Float32Array(points * COLUMNS);
  const strokes = drawing.filter(([xs]) => xs.length > 0);
  const left = least(strokes.flatMap(([xs]) => xs));
  const top = least(strokes.flatMap(([, ys]) => ys));
  let longest = 1;
  for (const [xs, ys] of strokes) {
    for (const x of xs) longest = Math.max(longest, x - left);
    for (const y of ys) longest = Math.max(longest, y - top);
  }
  let [count, beforeX, beforeY] = [0, 0, 0];
  for (const [xs, ys] of strokes) {
    for (let place = 0; place < xs.length && count < points; place += 1) {
      const [x, y] = [((xs[place] ?? 0) - left) / longest, ((ys[place] ?? 0) - top) / longest];
      encoded.set([x - beforeX, y - beforeY, place === xs.length - 1 ? 1 : 0], count * COLUMNS);
      [count, beforeX, beforeY] = [count + 1, x, y];
    }
  }
  return encoded;
}
