// Rectangles and points as shares of a picture, and the view through which they are seen on screen.

import type { Box } from "../shared/box";

export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

export interface Rect {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** A corner or an edge of a box; "" is the whole box. */
export type Grip = "nw" | "n" | "ne" | "e" | "se" | "s" | "sw" | "w" | "";
export const GRIPS = ["nw", "n", "ne", "e", "se", "s", "sw", "w"] as const;

const DECIMALS = 1e6;

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

function rounded(value: number): number {
  return Math.round(value * DECIMALS) / DECIMALS;
}

/** The rectangle between two corners, within the picture and at least `least` wide and high. */
export function between(one: Point, other: Point, least: Size): Rect {
  const left = clamp(Math.min(one.x, other.x), 0, 1 - least.width);
  const top = clamp(Math.min(one.y, other.y), 0, 1 - least.height);
  const right = clamp(Math.max(one.x, other.x), left + least.width, 1);
  const bottom = clamp(Math.max(one.y, other.y), top + least.height, 1);
  return {
    left: rounded(left),
    top: rounded(top),
    width: rounded(right - left),
    height: rounded(bottom - top),
  };
}

/** The rectangle moved as far as it stays within the picture. */
export function moved(rect: Rect, dx: number, dy: number): Rect {
  return {
    ...rect,
    left: rounded(clamp(rect.left + dx, 0, Math.max(0, 1 - rect.width))),
    top: rounded(clamp(rect.top + dy, 0, Math.max(0, 1 - rect.height))),
  };
}

/** The rectangle with one of its corners or edges elsewhere; it turns over when that crosses the other side. */
export function resized(rect: Rect, grip: Grip, dx: number, dy: number, least: Size): Rect {
  const from = { x: rect.left, y: rect.top };
  const to = { x: rect.left + rect.width, y: rect.top + rect.height };
  if (grip.includes("w")) from.x += dx;
  if (grip.includes("e")) to.x += dx;
  if (grip.includes("n")) from.y += dy;
  if (grip.includes("s")) to.y += dy;
  return between(from, to, least);
}

/** Where a grip lies. */
export function gripPoint(rect: Rect, grip: Grip): Point {
  const across = grip.includes("w") ? 0 : grip.includes("e") ? 1 : 0.5;
  const down = grip.includes("n") ? 0 : grip.includes("s") ? 1 : 0.5;
  return { x: rect.left + rect.width * across, y: rect.top + rect.height * down };
}

/** The grip within reach of a point, the nearest first; "" where there is none. */
export function gripAt(rect: Rect, at: Point, reach: Size): Grip {
  let best: Grip = "";
  let least = 1;
  for (const grip of GRIPS) {
    const point = gripPoint(rect, grip);
    const away = Math.hypot((at.x - point.x) / reach.width, (at.y - point.y) / reach.height);
    if (away <= least) [best, least] = [grip, away];
  }
  return best;
}

export function contains(rect: Rect, at: Point, reach: Size = { width: 0, height: 0 }): boolean {
  const { left, top, width, height } = rect;
  return (
    at.x >= left - reach.width &&
    at.x <= left + width + reach.width &&
    at.y >= top - reach.height &&
    at.y <= top + height + reach.height
  );
}

/** Whether a point lies on the line around a rectangle, give or take the reach. */
export function onLine(rect: Rect, at: Point, reach: Size): boolean {
  const inner = {
    left: rect.left + reach.width,
    top: rect.top + reach.height,
    width: rect.width - 2 * reach.width,
    height: rect.height - 2 * reach.height,
  };
  return contains(rect, at, reach) && !contains(inner, at);
}

/** The place of the smallest rectangle that passes the test; -1 where none does. */
export function smallest(rects: readonly Rect[], test: (rect: Rect) => boolean): number {
  let found = -1;
  let area = Infinity;
  rects.forEach((rect, place) => {
    if (rect.width * rect.height < area && test(rect)) {
      found = place;
      area = rect.width * rect.height;
    }
  });
  return found;
}

export function sameBoxes(one: readonly Box[], other: readonly Box[]): boolean {
  return one.length === other.length && one.every((box, place) => sameBox(box, other[place]));
}

export function sameBox(one: Box, other: Box | undefined): boolean {
  return (
    other !== undefined &&
    one.class_name === other.class_name &&
    one.left === other.left &&
    one.top === other.top &&
    one.width === other.width &&
    one.height === other.height
  );
}

const MARGIN = 12;
const LARGEST_SCALE = 64;
const SMALLEST_LARGEST = 4;
const WIDEST = 30_000;

/** How a picture lies on the stage: where its upper left corner is, and how large a pixel of it is, in CSS pixels. */
export class View {
  x = 0;
  y = 0;
  scale = 1;
  private picture: Size = { width: 1, height: 1 };
  private stage: Size = { width: 1, height: 1 };

  /** Takes new sizes; a picture that was seen whole is seen whole again. */
  set(picture: Size, stage: Size): void {
    const whole = this.whole;
    const same = picture.width === this.picture.width && picture.height === this.picture.height;
    this.picture = picture;
    this.stage = stage;
    if (whole || !same) this.fit();
    else this.settle();
  }

  get fitting(): number {
    const width = Math.max(1, this.stage.width - 2 * MARGIN);
    const height = Math.max(1, this.stage.height - 2 * MARGIN);
    return Math.min(width / this.picture.width, height / this.picture.height);
  }

  get largest(): number {
    const longest = Math.max(this.picture.width, this.picture.height);
    const wanted = Math.max(LARGEST_SCALE, this.fitting * SMALLEST_LARGEST);
    return Math.max(this.fitting, Math.min(wanted, WIDEST / longest));
  }

  /** Whether the whole picture is seen. */
  get whole(): boolean {
    return this.scale <= this.fitting * 1.001;
  }

  get width(): number {
    return this.picture.width * this.scale;
  }

  get height(): number {
    return this.picture.height * this.scale;
  }

  fit(): void {
    this.scale = this.fitting;
    this.settle();
  }

  /** Grows or shrinks the picture around a point of the stage that stays in place. */
  zoom(factor: number, around: Point = { x: this.stage.width / 2, y: this.stage.height / 2 }): void {
    const before = this.scale;
    this.scale = clamp(before * factor, this.fitting, this.largest);
    this.x = around.x - ((around.x - this.x) * this.scale) / before;
    this.y = around.y - ((around.y - this.y) * this.scale) / before;
    this.settle();
  }

  pan(dx: number, dy: number): void {
    this.x += dx;
    this.y += dy;
    this.settle();
  }

  /** Moves the view as little as it takes to see a rectangle. */
  reveal(rect: Rect): void {
    const nearest = (at: number, start: number, length: number, room: number): number => {
      const from = at + start - MARGIN;
      const to = at + start + length + MARGIN;
      if (from >= 0 && to <= room) return at;
      return length + 2 * MARGIN > room || from < 0 ? at - from : at + room - to;
    };
    this.x = nearest(this.x, rect.left * this.width, rect.width * this.width, this.stage.width);
    this.y = nearest(this.y, rect.top * this.height, rect.height * this.height, this.stage.height);
    this.settle();
  }

  /** A point of the stage as a share of the picture, unclamped. */
  share(at: Point): Point {
    return { x: (at.x - this.x) / this.width, y: (at.y - this.y) / this.height };
  }

  /** Screen pixels as shares of the picture. */
  reach(pixels: number): Size {
    return { width: pixels / this.width, height: pixels / this.height };
  }

  /** Nothing beside the picture but a margin; centred where it is smaller than the stage. */
  private settle(): void {
    const place = (at: number, length: number, room: number): number =>
      length + 2 * MARGIN <= room + 1
        ? (room - length) / 2
        : clamp(at, room - length - MARGIN, MARGIN);
    this.x = place(this.x, this.width, this.stage.width);
    this.y = place(this.y, this.height, this.stage.height);
  }
}
