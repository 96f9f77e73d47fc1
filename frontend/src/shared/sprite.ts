// Many samples in one picture, cut from the pinned artifact by the studio.

import { apiUrl, request } from "./http";

/** Cells a sprite holds in a row; the server lays them out so. */
export const SPRITE_COLUMNS = 16;

/** One picture that holds many samples; tiles show parts of it. */
export class Sprite {
  private constructor(
    private readonly url: string,
    private readonly columns: number,
    private readonly rows: number,
    readonly cellWidth: number,
    readonly cellHeight: number,
  ) {}

  static async load(digest: string, ids: readonly number[], signal?: AbortSignal): Promise<Sprite> {
    const address = apiUrl("sprite", { samples: digest, ids: ids.join(",") });
    const response = await request("GET", address, signal ? { signal } : {});
    const url = URL.createObjectURL(await response.blob());
    const image = new Image();
    image.src = url;
    await image.decode();
    const columns = Math.min(SPRITE_COLUMNS, ids.length);
    const rows = Math.ceil(ids.length / columns);
    return new Sprite(url, columns, rows, image.naturalWidth / columns, image.naturalHeight / rows);
  }

  /** Shows the cell at `place` in a square of `side` pixels. */
  paint(target: HTMLElement, place: number, side: number): void {
    const scale = side / Math.max(this.cellWidth, this.cellHeight);
    const width = this.cellWidth * scale;
    const height = this.cellHeight * scale;
    const column = place % this.columns;
    const row = Math.floor(place / this.columns);
    target.style.width = `${width}px`;
    target.style.height = `${height}px`;
    target.style.backgroundImage = `url("${this.url}")`;
    target.style.backgroundSize = `${this.columns * width}px ${this.rows * height}px`;
    target.style.backgroundPosition = `${-column * width}px ${-row * height}px`;
    target.classList.toggle("crisp", Math.max(this.cellWidth, this.cellHeight) <= 64);
  }

  dispose(): void {
    URL.revokeObjectURL(this.url);
  }
}
