// The list of a page's tiles: how they lie, which are selected, what they show.

import { element, setText } from "../shared/dom";
import { asApiError } from "../shared/http";
import { showNotice } from "../shared/notice";
import { Selection } from "../shared/selection";
import { GAP, keepInSight } from "../shared/tiling";
import type { Desk } from "./desk";
import { layout, makeTile, paintTile, Sheets, type Layout } from "./tiles";

const SHARE_OF_SCREEN = 0.62;
const SMALLEST_HEIGHT = 260;
const PADDING = 6;
const RETRY_MS = 2_000;
const NONE: ReadonlySet<number> = new Set();

export class GridList {
  readonly root = element("div", {
    class: "tile-list tiles",
    role: "listbox",
    tabindex: 0,
    "aria-multiselectable": "true",
    "aria-label": "Samples to label",
  });
  /** Where it is said that the pictures do not come. */
  readonly place = element("div", { class: "place" });
  readonly selection: Selection;
  private readonly sheets: Sheets | null;
  private readonly observer: ResizeObserver;
  private page: readonly number[] = [];
  private tiles: HTMLElement[] = [];
  private places = new Map<number, number>();
  private lying: Layout = { columns: 1, side: 64 };
  private timer: ReturnType<typeof setTimeout> | undefined;
  private seenSelected: ReadonlySet<number> = NONE;
  private seenFocus = -1;
  private width = 0;
  private scrolls = false;

  constructor(
    private readonly desk: Desk,
    /** Whether a click leaves a tile out, or takes it in again. */
    toggling: boolean,
    private readonly selected: () => void,
  ) {
    const { view } = desk;
    this.root.classList.toggle("texts", view.task === "text");
    this.root.classList.toggle("together", toggling);
    this.sheets = view.task === "text" ? null : new Sheets(view.samples_digest);
    this.selection = new Selection(
      this.root,
      () => this.tiles,
      () => this.paintSelection(),
      () => toggling,
    );
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.root);
  }

  get count(): number {
    return this.tiles.length;
  }

  get columns(): number {
    return this.lying.columns;
  }

  /** The place of a sample on the page. */
  placeOf(item: number): number | undefined {
    return this.places.get(item);
  }

  /** Puts a page on display, none of it selected. */
  show(page: readonly number[]): void {
    this.page = page;
    this.root.hidden = page.length === 0;
    this.places = new Map(page.map((item, place) => [item, place]));
    const text = this.desk.view.task === "text";
    this.tiles = page.map((_, place) => makeTile(`tile-${place}`, text));
    this.seenSelected = NONE;
    this.seenFocus = -1;
    this.lie();
    this.root.replaceChildren(...this.tiles);
    this.root.scrollTop = 0;
    void this.paintPictures();
    this.paintAll();
    this.selection.selected.clear();
  }

  /** Fetches the pictures of samples that will be shown. */
  fetchAhead(items: number[]): void {
    if (items.length > 0) this.sheets?.get(items).catch(() => undefined);
  }

  select(places: readonly number[]): void {
    this.selection.selected.clear();
    for (const place of places) this.selection.selected.add(place);
    this.paintSelection();
  }

  paintAll(): void {
    for (const item of this.page) this.paint(item);
  }

  /** Shows the answer of a sample where it is on the page. */
  paint(item: number): void {
    const tile = this.tiles[this.places.get(item) ?? -1];
    if (!tile) return;
    const { work } = this.desk;
    const { side } = this.lying;
    paintTile(tile, work.item(item), work.look(item), side, (name) => this.desk.colour(name));
  }

  async paintPictures(): Promise<void> {
    const { page, tiles } = this;
    if (page.length === 0) return;
    if (!this.sheets) return this.paintTexts();
    clearTimeout(this.timer);
    for (const tile of tiles) tile.classList.add("loading");
    try {
      const sprite = await this.sheets.get(page);
      if (tiles !== this.tiles) return;
      showNotice(this.place, null);
      tiles.forEach((tile, place) => {
        tile.classList.remove("loading");
        const cell = tile.querySelector<HTMLElement>(".cell");
        if (cell) sprite.paint(cell, place, this.lying.side);
      });
    } catch (failure) {
      if (tiles !== this.tiles) return;
      const error = asApiError(failure);
      showNotice(this.place, error, { label: "Try again", run: () => void this.paintPictures() });
      if (error.passing) this.timer = setTimeout(() => void this.paintPictures(), RETRY_MS);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.observer.disconnect();
    this.sheets?.dispose();
  }

  private paintTexts(): void {
    this.tiles.forEach((tile, place) => {
      const text = this.desk.work.item(this.page[place] ?? -1)?.text ?? "";
      setText(tile.querySelector(".excerpt") ?? tile, text || "(an empty text)");
    });
  }

  private lie(): void {
    const { data, view } = this.desk;
    const high = Math.min(data.height, Math.max(SMALLEST_HEIGHT, innerHeight * SHARE_OF_SCREEN));
    this.width = this.root.clientWidth || (this.root.parentElement?.clientWidth ?? 0);
    const text = view.task === "text";
    this.lying = layout(this.tiles.length, this.width - PADDING, high - PADDING, text);
    this.root.style.setProperty("--columns", String(this.lying.columns));
    this.root.style.setProperty("--side", `${this.lying.side}px`);
    this.root.style.maxHeight = `${high}px`;
    const rows = Math.ceil(this.tiles.length / this.lying.columns);
    // Reading sizes while tiles change would lay the page out once more a key.
    this.scrolls = text || rows * (this.lying.side + GAP) > high;
  }

  private resized(): void {
    if (this.tiles.length === 0 || Math.abs(this.root.clientWidth - this.width) < 2) return;
    this.lie();
    void this.paintPictures();
    this.paintAll();
  }

  /** Only tiles whose standing changed are touched. */
  private paintSelection(): void {
    const { focus, selected } = this.selection;
    for (const place of this.seenSelected) {
      if (!selected.has(place)) this.tiles[place]?.setAttribute("aria-selected", "false");
    }
    for (const place of selected) {
      if (!this.seenSelected.has(place)) this.tiles[place]?.setAttribute("aria-selected", "true");
    }
    this.seenSelected = new Set(selected);
    if (focus !== this.seenFocus) {
      this.tiles[this.seenFocus]?.classList.remove("focused");
      const tile = this.tiles[focus];
      tile?.classList.add("focused");
      if (tile) {
        this.root.setAttribute("aria-activedescendant", tile.id);
        if (this.scrolls) keepInSight(this.root, tile);
      }
      this.seenFocus = focus;
    }
    this.selected();
  }
}
