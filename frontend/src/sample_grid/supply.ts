// What tiles show, fetched as they come into sight: sprites for pictures, texts where unknown.

import { asApiError, isAbort, type ApiError } from "../shared/http";
import { Sprite } from "../shared/sprite";
import { fetchFacts, type GridData, type Sample } from "./data";
import { paintAnswer, paintPicture, paintState, paintText } from "./tiles";

/** Samples a sprite holds; as many as come in one answer. */
export const CHUNK = 200;
const SPRITES_KEPT = 8;
const TEXTS_AT_ONCE = 4;

/** The list as a supply sees it. */
export interface Shown {
  readonly data: GridData;
  readonly samples: Sample[];
  readonly tiles: ReadonlyMap<number, HTMLElement>;
  readonly side: number;
  failed(error: ApiError): void;
}

export interface Supply {
  /** Shows what is known in a tile. */
  paint(tile: HTMLElement, place: number): void;
  /** Fetches what the tiles from `first` to `last` lack, and lets go of what is far away. */
  keep(first: number, last: number): void;
  dispose(): void;
}

/** Pictures, from one sprite a chunk. */
export class Pictures implements Supply {
  private readonly sprites = new Map<number, Sprite>();
  private readonly asked = new Map<number, AbortController>();

  constructor(private readonly shown: Shown) {}

  paint(tile: HTMLElement, place: number): void {
    const sprite = this.sprites.get(Math.floor(place / CHUNK)) ?? null;
    paintPicture(tile, sprite, place % CHUNK, this.shown.side);
  }

  keep(firstPlace: number, lastPlace: number): void {
    const [first, last] = [Math.floor(firstPlace / CHUNK), Math.floor(lastPlace / CHUNK)];
    for (const [chunk, asked] of this.asked) {
      if (chunk < first || chunk > last) {
        asked.abort();
        this.asked.delete(chunk);
      }
    }
    for (let chunk = first; chunk <= last; chunk += 1) {
      if (!this.sprites.has(chunk) && !this.asked.has(chunk)) void this.load(chunk);
    }
    for (const [chunk, sprite] of this.sprites) {
      if (this.sprites.size <= SPRITES_KEPT) break;
      if (chunk >= first - 1 && chunk <= last + 1) continue;
      sprite.dispose();
      this.sprites.delete(chunk);
    }
  }

  dispose(): void {
    for (const asked of this.asked.values()) asked.abort();
    for (const sprite of this.sprites.values()) sprite.dispose();
  }

  private async load(chunk: number): Promise<void> {
    const asked = new AbortController();
    this.asked.set(chunk, asked);
    const { data, samples, tiles } = this.shown;
    const ids = samples.slice(chunk * CHUNK, (chunk + 1) * CHUNK).map((sample) => sample.id);
    try {
      const sprite = await Sprite.load(data.samples_digest, ids, asked.signal);
      if (asked.signal.aborted) return sprite.dispose();
      this.asked.delete(chunk);
      this.sprites.set(chunk, sprite);
      for (const [place, tile] of tiles) {
        if (Math.floor(place / CHUNK) === chunk) this.paint(tile, place);
      }
    } catch (failure) {
      if (isAbort(failure) || asked.signal.aborted) return;
      this.asked.delete(chunk);
      this.shown.failed(asApiError(failure));
    }
  }
}

/** Texts: most come with their samples; those of a gallery are asked for one by one. */
export class Texts implements Supply {
  private readonly asked = new Map<number, AbortController>();
  private first = 0;
  private last = -1;

  constructor(private readonly shown: Shown) {}

  paint(tile: HTMLElement, place: number): void {
    paintText(tile, this.shown.samples[place]?.text ?? null);
  }

  keep(first: number, last: number): void {
    this.first = first;
    this.last = last;
    for (const [place, asked] of this.asked) {
      if (place < first || place > last) {
        asked.abort();
        this.asked.delete(place);
      }
    }
    this.ask();
  }

  dispose(): void {
    this.last = -1;
    for (const asked of this.asked.values()) asked.abort();
  }

  private ask(): void {
    for (let place = this.first; place <= this.last; place += 1) {
      if (this.asked.size >= TEXTS_AT_ONCE) return;
      const sample = this.shown.samples[place];
      if (sample?.text === null && !this.asked.has(place)) void this.load(place);
    }
  }

  private async load(place: number): Promise<void> {
    const { data, samples, tiles } = this.shown;
    const sample = samples[place];
    if (!sample) return;
    const asked = new AbortController();
    this.asked.set(place, asked);
    try {
      const found = await fetchFacts(data, sample.id, asked.signal);
      this.asked.delete(place);
      Object.assign(sample, found.sample);
      sample.text ??= found.text ?? "";
      const tile = tiles.get(place);
      if (tile) {
        this.paint(tile, place);
        if (data.captions) paintState(tile, sample.state);
        else paintAnswer(tile, sample, data.class_names);
      }
      this.ask();
    } catch (failure) {
      if (isAbort(failure) || asked.signal.aborted) return;
      this.asked.delete(place);
      this.shown.failed(asApiError(failure));
    }
  }
}
