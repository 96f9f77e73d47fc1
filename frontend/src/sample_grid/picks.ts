// Select mode: which samples are picked, by click, key, range or rubber band; and Python's news of it.

import { Band } from "../shared/band";
import type { Sample } from "./data";

/** Python is told of so many at most. */
export const LARGEST_PICK = 10_000;
const PAUSE_MS = 400;

interface Grid {
  samples(): Sample[];
  /** The places that a rectangle of the list's content touches. */
  placesIn(box: DOMRectReadOnly): number[];
  changed(): void;
  report(ids: number[]): void;
}

export class Picks {
  readonly ids = new Set<number>();
  readonly band: Band;
  /** Whether the last attempt would have gone beyond the limit. */
  full = false;
  private anchor = 0;
  private before: ReadonlySet<number> = new Set();
  private reported = "";
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    list: HTMLElement,
    private readonly grid: Grid,
  ) {
    this.band = new Band(list, {
      press: () => {
        this.before = new Set(this.ids);
      },
      cover: (box) => this.restart(this.before, grid.placesIn(box)),
      release: () => undefined,
    });
  }

  /** Whether Python still believes that something is selected. */
  get known(): boolean {
    return this.reported !== "";
  }

  has(place: number): boolean {
    const sample = this.grid.samples()[place];
    return sample !== undefined && this.ids.has(sample.id);
  }

  toggle(place: number): void {
    const sample = this.grid.samples()[place];
    if (!sample) return;
    this.anchor = place;
    this.full = false;
    if (!this.ids.delete(sample.id)) this.add(sample.id);
    this.change();
  }

  /** Selects everything from the place toggled last to this one. */
  extend(place: number): void {
    const [from, to] = [Math.min(this.anchor, place), Math.max(this.anchor, place)];
    const between = Array.from({ length: to - from + 1 }, (_, step) => from + step);
    this.restart(new Set(this.ids), between);
  }

  /** Where a range begins. */
  start(place: number): void {
    this.anchor = place;
  }

  all(): void {
    this.restart(new Set(), [...this.grid.samples().keys()]);
  }

  clear(): void {
    this.restart(new Set(), []);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private restart(kept: ReadonlySet<number>, places: number[]): void {
    this.full = false;
    this.ids.clear();
    for (const id of kept) this.ids.add(id);
    const samples = this.grid.samples();
    for (const place of places) {
      const sample = samples[place];
      if (sample) this.add(sample.id);
    }
    this.change();
  }

  private add(id: number): void {
    if (this.ids.size < LARGEST_PICK || this.ids.has(id)) this.ids.add(id);
    else this.full = true;
  }

  private change(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), PAUSE_MS);
    this.grid.changed();
  }

  private tell(): void {
    const ids = [...this.ids].sort((a, b) => a - b);
    const text = ids.join();
    if (text === this.reported) return;
    this.reported = text;
    this.grid.report(ids);
  }
}
