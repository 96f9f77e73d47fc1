// Browse mode: scrolls through any number of samples, and fixed galleries with captions.
//
// Only the rows in sight are in the document, and only the sprites near them in memory; further
// samples are asked for when the end comes near. A million samples scroll like a hundred.

import { count, element, plural, setText } from "../shared/dom";
import { asApiError, isAbort } from "../shared/http";
import { showNotice } from "../shared/notice";
import { fetchSamples, Sprite, type GridData, type Sample } from "./data";
import {
  columnsIn,
  GAP,
  makeTile,
  moved,
  paintAnswer,
  paintCaption,
  paintPicture,
  sizeSlider,
  storedTileSize,
} from "./tiles";
import { Viewer, type Facts } from "./viewer";

const CHUNK = 200;
const SPRITES_KEPT = 8;
const OVERSCAN_ROWS = 2;
const ANSWER_HEIGHT = 18;
const CAPTION_LINE = 18;
const GALLERY_TILE = 96;
const BROWSE_TILE = 64;
const RETRY_MS = 3_000;

export class Browser {
  private samples: Sample[] = [];
  private next: number | null = -1;
  private total = 0;
  private loading: AbortController | null = null;
  private failed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private side: number;
  private columns = 1;
  private focus = 0;
  private frame = 0;
  private readonly tiles = new Map<number, HTMLElement>();
  private readonly sprites = new Map<number, Sprite>();
  private readonly asked = new Map<number, AbortController>();
  private readonly list: HTMLElement;
  private readonly spacer = element("div", { class: "spacer", role: "presentation" });
  private readonly summary = element("span", { class: "muted small numbers", role: "status" });
  private readonly place = element("div");
  private readonly emptyState = element("div", { class: "empty", hidden: true });
  private readonly viewer: Viewer;
  private readonly observer: ResizeObserver;

  constructor(
    host: HTMLElement,
    private data: GridData,
  ) {
    const gallery = data.ids !== null;
    this.side = gallery ? GALLERY_TILE : storedTileSize(BROWSE_TILE);
    this.list = element(
      "div",
      { class: "list", role: "listbox", tabindex: 0, "aria-label": "Samples" },
      this.spacer,
    );
    const top = element("div", { class: "top" }, this.summary);
    if (!gallery) top.append(sizeSlider(this.side, (side) => this.resize(side)));
    host.append(top, this.place, this.list, this.emptyState);
    this.viewer = new Viewer(
      host,
      data.samples_digest,
      () => this.samples.length,
      (place) => this.facts(place),
      (place) => this.focusOn(place, true),
    );
    this.list.addEventListener("scroll", () => this.plan(), { passive: true });
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.click(event));
    this.observer = new ResizeObserver(() => this.plan());
    this.observer.observe(this.list);
    if (data.ids) {
      this.samples = data.ids.map((id) => ({ id, class_name: null, split: "", annotated: false }));
      this.total = data.ids.length;
      this.next = null;
    }
    this.update(data);
    if (this.next !== null) void this.more();
  }

  update(data: GridData): void {
    this.data = data;
    this.list.style.maxHeight = `${data.height}px`;
    this.plan();
  }

  dispose(): void {
    cancelAnimationFrame(this.frame);
    clearTimeout(this.timer);
    this.observer.disconnect();
    this.loading?.abort();
    for (const asked of this.asked.values()) asked.abort();
    for (const sprite of this.sprites.values()) sprite.dispose();
    this.viewer.dispose();
  }

  private get rowHeight(): number {
    if (!this.data.captions) return this.side + ANSWER_HEIGHT + GAP;
    const lines = Math.max(1, ...this.data.captions.map((caption) => caption.length));
    return this.side + 4 + lines * CAPTION_LINE + GAP;
  }

  private resize(side: number): void {
    this.side = side;
    this.clearTiles();
    this.plan();
    this.focusOn(this.focus, false);
  }

  private clearTiles(): void {
    for (const tile of this.tiles.values()) tile.remove();
    this.tiles.clear();
  }

  private async more(): Promise<void> {
    if (this.loading || this.next === null) return;
    const asked = new AbortController();
    this.loading = asked;
    this.plan();
    try {
      const page = await fetchSamples(this.data, this.next, CHUNK, asked.signal);
      this.samples.push(...page.samples);
      this.next = page.samples.length > 0 ? page.next : null;
      this.total = page.total;
      this.failed = false;
      showNotice(this.place, null);
    } catch (failure) {
      if (isAbort(failure)) return;
      const error = asApiError(failure);
      this.failed = true;
      showNotice(this.place, error, { label: "Try again", run: () => this.again() });
      if (error.passing) this.timer = setTimeout(() => this.again(), RETRY_MS);
    }
    this.loading = null;
    this.plan();
  }

  private again(): void {
    clearTimeout(this.timer);
    this.failed = false;
    for (const tile of this.tiles.values()) tile.classList.remove("failed");
    void this.more();
    this.plan();
  }

  /** Asks for a repaint with the next frame. */
  private plan(): void {
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  }

  private paint(): void {
    this.list.hidden = false; // what is hidden has no width to measure
    const width = this.spacer.clientWidth;
    if (width === 0) return;
    const columns = columnsIn(width, this.side);
    if (columns !== this.columns) {
      this.columns = columns;
      this.clearTiles();
    }
    const rows = Math.ceil(this.samples.length / columns);
    const waiting = this.loading !== null && this.samples.length === 0;
    this.spacer.style.height = `${Math.max(rows, waiting ? 3 : 0) * this.rowHeight}px`;
    this.list.hidden = this.samples.length === 0 && !waiting;
    this.list.setAttribute("aria-busy", String(this.loading !== null));
    this.emptyState.hidden = !(this.samples.length === 0 && this.next === null);
    if (!this.emptyState.hidden) {
      this.emptyState.replaceChildren(
        element("strong", {}, "Nothing here"),
        element("span", {}, "No sample matches. Choose another class, part or status."),
      );
    }
    this.summarise();
    this.paintRows(rows);
  }

  private paintRows(rows: number): void {
    const { scrollTop, clientHeight } = this.list;
    const firstRow = Math.max(0, Math.floor(scrollTop / this.rowHeight) - OVERSCAN_ROWS);
    const lastRow = Math.min(
      rows,
      Math.ceil((scrollTop + clientHeight) / this.rowHeight) + OVERSCAN_ROWS,
    );
    const from = firstRow * this.columns;
    const to = Math.min(this.samples.length, lastRow * this.columns);
    for (const [place, tile] of this.tiles) {
      if (place < from || place >= to) {
        tile.remove();
        this.tiles.delete(place);
      }
    }
    for (let place = from; place < to; place += 1) this.tile(place);
    this.keepSprites(Math.floor(from / CHUNK), Math.floor(Math.max(from, to - 1) / CHUNK));
    if (this.next !== null && !this.failed && lastRow >= rows - OVERSCAN_ROWS) void this.more();
  }

  private tile(place: number): void {
    const sample = this.samples[place];
    if (!sample || this.tiles.has(place)) return;
    const tile = makeTile(`tile-${place}`);
    tile.style.setProperty("--side", `${this.side}px`);
    const row = Math.floor(place / this.columns);
    const column = place % this.columns;
    tile.style.transform = `translate(${column * (this.side + GAP)}px, ${row * this.rowHeight}px)`;
    tile.dataset["place"] = String(place);
    tile.setAttribute("aria-posinset", String(place + 1));
    tile.setAttribute("aria-setsize", String(this.total));
    const caption = this.data.captions?.[place];
    if (this.data.ids) paintCaption(tile, sample.id, caption ?? [`sample ${sample.id}`]);
    else paintAnswer(tile, sample, this.data.class_names);
    const sprite = this.sprites.get(Math.floor(place / CHUNK)) ?? null;
    paintPicture(tile, sprite, place % CHUNK, this.side);
    tile.classList.toggle("focused", place === this.focus);
    this.tiles.set(place, tile);
    this.spacer.append(tile);
  }

  /** Loads the sprites of the chunks in sight and lets those far away go. */
  private keepSprites(first: number, last: number): void {
    if (this.samples.length === 0) return;
    for (const [chunk, asked] of this.asked) {
      if (chunk < first || chunk > last) {
        asked.abort();
        this.asked.delete(chunk);
      }
    }
    for (let chunk = first; chunk <= last; chunk += 1) {
      if (!this.sprites.has(chunk) && !this.asked.has(chunk) && !this.failed) {
        void this.loadSprite(chunk);
      }
    }
    for (const [chunk, sprite] of this.sprites) {
      if (this.sprites.size <= SPRITES_KEPT) break;
      if (chunk >= first - 1 && chunk <= last + 1) continue;
      sprite.dispose();
      this.sprites.delete(chunk);
    }
  }

  private async loadSprite(chunk: number): Promise<void> {
    const asked = new AbortController();
    this.asked.set(chunk, asked);
    const ids = this.samples.slice(chunk * CHUNK, (chunk + 1) * CHUNK).map((sample) => sample.id);
    try {
      const sprite = await Sprite.load(this.data.samples_digest, ids, asked.signal);
      this.asked.delete(chunk);
      this.sprites.set(chunk, sprite);
      for (const [place, tile] of this.tiles) {
        if (Math.floor(place / CHUNK) === chunk) {
          paintPicture(tile, sprite, place % CHUNK, this.side);
        }
      }
    } catch (failure) {
      if (isAbort(failure)) return;
      this.asked.delete(chunk);
      const error = asApiError(failure);
      this.failed = true;
      showNotice(this.place, error, { label: "Try again", run: () => this.again() });
      if (error.passing) this.timer = setTimeout(() => this.again(), RETRY_MS);
    }
  }

  private summarise(): void {
    if (this.data.ids) setText(this.summary, plural(this.total, "sample"));
    else if (this.samples.length === 0) setText(this.summary, this.loading ? "loading…" : "");
    else if (this.next === null) setText(this.summary, plural(this.total, "sample"));
    else setText(this.summary, `${count(this.samples.length)} of ${plural(this.total, "sample")}`);
  }

  private facts(place: number): Facts | null {
    const sample = this.samples[place];
    if (!sample) return null;
    if (this.data.ids) {
      const lines = this.data.captions?.[place] ?? [];
      return {
        id: sample.id,
        facts: lines.map((line): [string, string] => {
          const colon = line.indexOf(": ");
          return colon === -1 ? ["", line] : [line.slice(0, colon), line.slice(colon + 2)];
        }),
      };
    }
    return {
      id: sample.id,
      facts: [
        ["class", sample.class_name ?? "no answer yet"],
        ["split", sample.split],
        ["answered by", sample.annotated ? "a person, here" : "the dataset"],
      ],
    };
  }

  private focusOn(place: number, grab: boolean): void {
    this.tiles.get(this.focus)?.classList.remove("focused");
    this.focus = Math.min(place, Math.max(0, this.samples.length - 1));
    const top = Math.floor(this.focus / this.columns) * this.rowHeight;
    if (top < this.list.scrollTop) this.list.scrollTop = top;
    const bottom = top + this.rowHeight - this.list.clientHeight;
    if (bottom > this.list.scrollTop) this.list.scrollTop = bottom;
    this.paint();
    this.tiles.get(this.focus)?.classList.add("focused");
    this.list.setAttribute("aria-activedescendant", `tile-${this.focus}`);
    if (grab) this.list.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = moved(event.code, this.focus, this.columns, this.samples.length);
    if (to !== null) this.focusOn(to, false);
    else if (event.code === "Enter" || event.code === "Space") this.viewer.show(this.focus);
    else return;
    event.preventDefault();
  }

  private click(event: MouseEvent): void {
    const tile = (event.target as Element).closest<HTMLElement>(".tile");
    if (!tile) return;
    const place = Number(tile.dataset["place"]);
    this.focusOn(place, true);
    this.viewer.show(place);
  }
}
