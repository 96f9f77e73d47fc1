// The sheet of paper: records strokes from mouse, touch and pen, and paints them crisply.

import { element } from "./dom";
import type { Stroke } from "./raster";

const SPACE = 255;
const LINE_WIDTH = 16 / 256;

/** Strokes as they were drawn, with one decimal; `onStroke` follows each finished stroke. */
export class Paper {
  readonly canvas: HTMLCanvasElement;
  strokes: Stroke[] = [];
  private current: Stroke | null = null;
  private pointer: number | null = null;
  private startedAt = 0;
  private readonly observer: ResizeObserver;

  constructor(
    label: string,
    private readonly onStart: () => void,
    private readonly onStroke: () => void,
  ) {
    this.canvas = element("canvas", { class: "paper", tabindex: 0, role: "img", "aria-label": label });
    this.canvas.addEventListener("pointerdown", (event) => this.down(event));
    this.canvas.addEventListener("pointermove", (event) => this.move(event));
    this.canvas.addEventListener("pointerup", (event) => this.up(event));
    this.canvas.addEventListener("pointercancel", (event) => this.up(event));
    // Without this a fast stroke counts as a fling, and Chromium may take the next tap for its end.
    this.canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    this.observer = new ResizeObserver(() => this.paint());
    this.observer.observe(this.canvas);
  }

  get empty(): boolean {
    return this.strokes.length === 0 && this.current === null;
  }

  undo(): void {
    this.strokes.pop();
    this.paint();
  }

  clear(): void {
    this.strokes = [];
    this.current = null;
    this.pointer = null;
    this.paint();
  }

  /** Ends the stroke that is still being drawn, as if the pointer had been lifted. */
  finish(): void {
    if (!this.current) return;
    this.pointer = null;
    this.strokes.push(this.current);
    this.current = null;
    this.paint();
  }

  dispose(): void {
    this.observer.disconnect();
  }

  /** Repaints everything; needed after a resize or a change of theme. */
  paint(): void {
    const box = this.canvas.getBoundingClientRect();
    if (box.width === 0) return;
    const ratio = window.devicePixelRatio || 1;
    const side = Math.round(box.width * ratio);
    if (this.canvas.width !== side || this.canvas.height !== side) {
      this.canvas.width = side;
      this.canvas.height = side;
    }
    const context = this.canvas.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, side, side);
    context.lineWidth = LINE_WIDTH * side;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.strokeStyle = getComputedStyle(this.canvas).color;
    const scale = side / SPACE;
    for (const stroke of this.current ? [...this.strokes, this.current] : this.strokes) {
      trace(context, stroke, scale);
    }
  }

  private down(event: PointerEvent): void {
    if (this.pointer !== null || (event.pointerType === "mouse" && event.button !== 0)) return;
    event.preventDefault();
    this.canvas.focus({ preventScroll: true });
    this.canvas.setPointerCapture(event.pointerId);
    this.pointer = event.pointerId;
    if (this.strokes.length === 0) this.startedAt = event.timeStamp;
    this.current = [[], [], []];
    this.record(event);
    this.onStart();
    this.paint();
  }

  private move(event: PointerEvent): void {
    if (event.pointerId !== this.pointer) return;
    const merged = event.getCoalescedEvents?.() ?? [];
    for (const point of merged.length > 0 ? merged : [event]) this.record(point);
    this.paint();
  }

  private up(event: PointerEvent): void {
    if (event.pointerId !== this.pointer || !this.current) return;
    this.finish();
    this.onStroke();
  }

  private record(event: PointerEvent): void {
    if (!this.current) return;
    const box = this.canvas.getBoundingClientRect();
    const place = (at: number, from: number, length: number): number => {
      const share = Math.min(1, Math.max(0, (at - from) / length));
      return Math.round(share * SPACE * 10) / 10;
    };
    const x = place(event.clientX, box.left, box.width);
    const y = place(event.clientY, box.top, box.height);
    const [xs, ys, ts] = this.current;
    if (xs.at(-1) === x && ys.at(-1) === y) return;
    xs.push(x);
    ys.push(y);
    ts.push(Math.max(0, Math.round(event.timeStamp - this.startedAt)));
  }
}

function trace(context: CanvasRenderingContext2D, [xs, ys]: Stroke, scale: number): void {
  const x = (place: number): number => (xs[place] ?? 0) * scale;
  const y = (place: number): number => (ys[place] ?? 0) * scale;
  context.beginPath();
  context.moveTo(x(0), y(0));
  if (xs.length === 1) context.lineTo(x(0), y(0));
  for (let place = 1; place < xs.length - 1; place += 1) {
    const middleX = (x(place) + x(place + 1)) / 2;
    const middleY = (y(place) + y(place + 1)) / 2;
    context.quadraticCurveTo(x(place), y(place), middleX, middleY);
  }
  if (xs.length > 1) context.lineTo(x(xs.length - 1), y(xs.length - 1));
  context.stroke();
}

/** Paints grey pixels into a small canvas, one canvas pixel each. */
export function picture(pixels: Uint8Array, size: number, label: string): HTMLCanvasElement {
  const canvas = element("canvas", {
    class: "picture",
    width: size,
    height: size,
    role: "img",
    "aria-label": label,
  });
  const image = new ImageData(size, size);
  pixels.forEach((grey, place) => image.data.set([grey, grey, grey, 255], place * 4));
  canvas.getContext("2d")?.putImageData(image, 0, 0);
  return canvas;
}
