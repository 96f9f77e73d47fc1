// Pictures in full size, decoded before they are needed, so that the next one is painted at once.

import { asApiError, request, type ApiError } from "../shared/http";
import { SPRITE_COLUMNS } from "../shared/sprite";
import { pictureUrl } from "./api";

/** Small pictures come several in one answer. */
const SMALL = 128;
const SMALL_AT_ONCE = 12;
const KEPT = 48;
const RETRY_MS = 1_500;

export class Pictures {
  private readonly found = new Map<number, ImageBitmap>();
  private readonly asked = new Set<number>();
  private readonly failed = new Map<number, ApiError>();
  private readonly small: boolean;
  private wanted: number[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private disposed = false;

  constructor(
    private readonly samples: string,
    private readonly shape: readonly [number, number, number],
    private readonly changed: (items: number[]) => void,
  ) {
    this.small = Math.max(shape[0], shape[1]) <= SMALL;
  }

  /** Width and height in pixels of every picture of the session. */
  get size(): { width: number; height: number } {
    return { width: this.shape[1], height: this.shape[0] };
  }

  get(item: number): ImageBitmap | null {
    return this.found.get(item) ?? null;
  }

  /** Why a picture will not come. */
  error(item: number): ApiError | null {
    return this.failed.get(item) ?? null;
  }

  /** Fetches these, the first one first, and lets go of others. */
  want(items: number[]): void {
    this.wanted = items;
    const missing = items.filter((item) => !this.found.has(item) && !this.asked.has(item));
    const step = this.small ? SMALL_AT_ONCE : 1;
    // One request for a whole batch, unless the first one is needed at once.
    if (missing.length > 0 && (missing[0] === items[0] || missing.length >= step / 2)) {
      for (let at = 0; at < missing.length; at += step) void this.load(missing.slice(at, at + step));
    }
    for (const [item, picture] of this.found) {
      if (this.found.size <= KEPT + items.length) break;
      if (items.includes(item)) continue;
      picture.close();
      this.found.delete(item);
    }
  }

  /** Tries again what failed. */
  retry(): void {
    this.failed.clear();
    this.want(this.wanted);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    for (const picture of this.found.values()) picture.close();
    this.found.clear();
  }

  private async load(items: number[]): Promise<void> {
    for (const item of items) this.asked.add(item);
    try {
      const response = await request("GET", pictureUrl(this.samples, items));
      const sheet = await createImageBitmap(await response.blob());
      const columns = Math.min(SPRITE_COLUMNS, items.length);
      const width = sheet.width / columns;
      const height = sheet.height / Math.ceil(items.length / columns);
      const cells = await Promise.all(
        items.map((_, place) =>
          items.length === 1
            ? sheet
            : createImageBitmap(
                sheet,
                (place % columns) * width,
                Math.floor(place / columns) * height,
                width,
                height,
              ),
        ),
      );
      if (items.length > 1) sheet.close();
      items.forEach((item, place) => {
        const cell = cells[place];
        if (!cell) return;
        if (this.disposed) return cell.close();
        this.failed.delete(item);
        this.found.set(item, cell);
      });
    } catch (failure) {
      const error = asApiError(failure);
      for (const item of items) this.failed.set(item, error);
      if (error.passing && !this.disposed) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.retry(), RETRY_MS);
      }
    }
    for (const item of items) this.asked.delete(item);
    if (!this.disposed) this.changed(items);
  }
}
