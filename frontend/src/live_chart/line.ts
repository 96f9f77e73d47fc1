// The points of one line: a thinned history that grows at its end, and one stretch of it in detail.

import type { Point } from "./data";

interface Detail {
  from: number;
  to: number;
  points: Point[];
}

export class Line {
  private detail: Detail | null = null;

  constructor(private history: Point[]) {}

  /** The last step; -Infinity before the first point. */
  get lastStep(): number {
    return this.history.at(-1)?.[0] ?? -Infinity;
  }

  get lastValue(): number | null {
    for (let place = this.history.length - 1; place >= 0; place -= 1) {
      const value = this.history[place]?.[1];
      if (value !== null && value !== undefined) return value;
    }
    return null;
  }

  /** A new history, thinned anew; the detail stays. */
  replace(history: Point[]): void {
    this.history = history;
  }

  append(points: Point[]): void {
    this.history.push(...points);
  }

  /** What is shown between two steps instead of the history; null: the history. */
  show(range: [number, number] | null, points: Point[] = []): void {
    // What arrives later than the detail did is in the history only.
    const to = range ? Math.min(range[1], points.at(-1)?.[0] ?? range[0]) : 0;
    this.detail = range && points.length > 0 ? { from: range[0], to, points } : null;
  }

  /** All points to draw, by step. */
  get points(): Point[] {
    if (!this.detail) return this.history;
    const { from, to, points } = this.detail;
    const before = this.history.filter(([step]) => step < from);
    const after = this.history.filter(([step]) => step > to);
    return [...before, ...points, ...after];
  }
}

/** Continues an exponential mean; the studio computes it the same way. */
export function smooth(points: Point[], amount: number, last: number | null): Point[] {
  let mean = last;
  return points.map(([step, value]) => {
    if (value === null) return [step, null];
    mean = mean === null ? value : amount * mean + (1 - amount) * value;
    return [step, mean];
  });
}
