// Browse and select mode: scrolls through any number of samples, and fixed galleries with captions.
//
// Only the rows in sight are in the document, and only the sprites near them in memory; further
// samples are asked for when the end comes near. A million samples scroll like a hundred.

import { button, count, element, plural, setText } from "../shared/dom";
import { asApiError, isAbort, type ApiError } from "../shared/http";
import { showNotice } from "../shared/notice";
import { GAP, moved, sizeSlider, storedTileSize } from "../shared/tiling";
import { fetchSamples, type GridData, type Sample } from "./data";
import { layoutOf, placesIn, type Layout } from "./layout";
import { LARGEST_PICK, Picks } from "./picks";
import { CHUNK, Pictures, Texts, type Shown, type Supply } from "./supply";
import { makeCard, makeTile, paintAnswer, paintCaption, paintState } from "./tiles";
import { Viewer, type Look } from "./viewer";

const OVERSCAN_ROWS = 2;
const GALLERY_TILE = 96;
const BROWSE_TILE = 64;
/** The viewer has further samples fetched this long before it reaches them. */
const LOOK_AHEAD = 20;
const RETRY_MS = 3_000;
const KEYS_HINT =
  "Click or drag to select, Shift+click for a range, Ctrl+A for all loaded. O or a double click opens.";
const TOUCH_HINT = "Tap to select; the corner of a sample opens it.";

export class Browser implements Shown {
  readonly samples: Sample[] = [];
  readonly tiles = new Map<number, HTMLElement>();
  readonly picks: Picks | null;
  side: number;
  private next: number | null = -1;
  private total = 0;
  private loading: AbortController | null = null;
  private isFailed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private layout: Layout = { columns: 1, width: 0, rowHeight: 1 };
  private focus = 0;
  private frame = 0;
  private readonly supply: Supply;
  private readonly list: HTMLElement;
  private readonly spacer = element("div", { class: "spacer", role: "presentation" });
  private readonly summary = element("span", { class: "muted small numbers", role: "status" });
  private readonly picked = element("span", { class: "picked", "aria-live": "polite" });
  private readonly clear = button("Clear", () => this.picks?.clear(), {
    class: "button quiet small",
    title: "Clear the selection (Escape)",
  });
  private readonly hint = element("p", { class: "muted small hint" });
  private readonly place = element("div");
  private readonly emptyState = element("div", { class: "empty", hidden: true });
  private readonly viewer: Viewer;
  private readonly observer: ResizeObserver;

  constructor(
    host: HTMLElement,
    public data: GridData,
    report: (ids: number[]) => void,
  ) {
    const text = data.task === "text";
    const gallery = data.ids !== null;
    const picking = data.mode === "select";
    this.side = gallery && !picking ? GALLERY_TILE : storedTileSize(BROWSE_TILE);
    this.supply = text ? new Texts(this) : new Pictures(this);
    this.list = element(
      "div",
      { class: "tile-list list", role: "listbox", tabindex: 0, "aria-label": "Samples" },
      this.spacer,
    );
    const top = element("div", { class: "top" }, this.summary);
    if (picking) top.append(element("span", { class: "picking" }, this.picked, this.clear));
    if (!text && (picking || !gallery)) {
      top.append(sizeSlider(this.side, (side) => this.resize(side)));
    }
    host.append(top, this.place, this.list, this.emptyState);
    this.picks = picking ? this.pickIn(host, report) : null;
    const { picks } = this;
    this.viewer = new Viewer(host, {
      data: () => this.data,
      total: () => this.total,
      look: (place) => this.look(place),
      closed: (place) => this.focusOn(place, true),
      ...(picks && {
        selection: { has: (place) => picks.has(place), toggle: (place) => picks.toggle(place) },
      }),
    });
    this.list.addEventListener("scroll", () => this.plan(), { passive: true });
    this.list.addEventListener("keydown", (event) => this.key(event));
    this.list.addEventListener("click", (event) => this.click(event));
    this.observer = new ResizeObserver(() => this.plan());
    this.observer.observe(this.list);
    if (data.ids) {
      this.samples.push(...data.ids.map(unknown));
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
    this.supply.dispose();
    this.picks?.dispose();
    this.viewer.dispose();
  }

  /** A sprite or a text did not come. */
  failed(error: ApiError): void {
    this.isFailed = true;
    showNotice(this.place, error, { label: "Try again", run: () => this.again() });
    clearTimeout(this.timer);
    if (error.passing) this.timer = setTimeout(() => this.again(), RETRY_MS);
  }

  /** Prepares the list for selecting. */
  private pickIn(host: HTMLElement, report: (ids: number[]) => void): Picks {
    this.list.classList.add("selecting");
    this.list.setAttribute("aria-multiselectable", "true");
    setText(this.hint, matchMedia("(hover: none)").matches ? TOUCH_HINT : KEYS_HINT);
    host.append(this.hint);
    this.list.addEventListener("dblclick", (event) => {
      const place = this.placeOf(event);
      if (place !== null) this.viewer.show(place);
    });
    return new Picks(this.list, {
      samples: () => this.samples,
      placesIn: (box) => {
        const { offsetLeft, offsetTop } = this.spacer;
        const inside = new DOMRectReadOnly(
          box.left - offsetLeft,
          box.top - offsetTop,
          box.width,
          box.height,
        );
        return placesIn(this.layout, inside, this.samples.length);
      },
      changed: () => this.paintPicks(),
      report,
    });
  }

  private resize(side: number): void {
    this.side = side;
    this.clearTiles();
    this.paint();
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
      this.isFailed = false;
      showNotice(this.place, null);
    } catch (failure) {
      if (isAbort(failure)) return;
      this.failed(asApiError(failure));
    }
    this.loading = null;
    this.plan();
  }

  private again(): void {
    clearTimeout(this.timer);
    this.isFailed = false;
    showNotice(this.place, null);
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
    const layout = layoutOf(this.data, width, this.side);
    if (layout.columns !== this.layout.columns || layout.width !== this.layout.width) {
      this.clearTiles();
    }
    this.layout = layout;
    const rows = Math.ceil(this.samples.length / layout.columns);
    const waiting = this.loading !== null && this.samples.length === 0;
    this.spacer.style.height = `${Math.max(rows, waiting ? 3 : 0) * layout.rowHeight}px`;
    this.list.hidden = this.samples.length === 0 && !waiting;
    this.list.setAttribute("aria-busy", String(this.loading !== null));
    this.emptyState.hidden = !(this.samples.length === 0 && this.next === null);
    if (!this.emptyState.hidden) {
      this.emptyState.replaceChildren(
        element("strong", {}, "Nothing here"),
        element("span", {}, "No sample matches. Choose another class, part, status or search."),
      );
    }
    this.hint.hidden = this.list.hidden;
    this.summarise();
    this.paintRows(rows);
    this.paintPicks();
  }

  private paintRows(rows: number): void {
    const { scrollTop, clientHeight } = this.list;
    const { columns, rowHeight } = this.layout;
    const firstRow = Math.max(0, Math.floor(scrollTop / rowHeight) - OVERSCAN_ROWS);
    const lastRow = Math.min(
      rows,
      Math.ceil((scrollTop + clientHeight) / rowHeight) + OVERSCAN_ROWS,
    );
    const from = firstRow * columns;
    const to = Math.min(this.samples.length, lastRow * columns);
    for (const [place, tile] of this.tiles) {
      if (place < from || place >= to) {
        tile.remove();
        this.tiles.delete(place);
      }
    }
    for (let place = from; place < to; place += 1) this.tile(place);
    if (to > from && !this.isFailed) this.supply.keep(from, to - 1);
    if (this.next !== null && !this.isFailed && lastRow >= rows - OVERSCAN_ROWS) void this.more();
  }

  private tile(place: number): void {
    const sample = this.samples[place];
    if (!sample || this.tiles.has(place)) return;
    const { columns, width, rowHeight } = this.layout;
    const { task, ids, captions, class_names } = this.data;
    const tile = task === "text" ? makeCard(`tile-${place}`) : makeTile(`tile-${place}`);
    tile.style.setProperty("--side", `${width}px`);
    const row = Math.floor(place / columns);
    const column = place % columns;
    tile.style.transform = `translate(${column * (width + GAP)}px, ${row * rowHeight}px)`;
    tile.dataset["place"] = String(place);
    tile.setAttribute("aria-posinset", String(place + 1));
    tile.setAttribute("aria-setsize", String(this.total));
    const caption = captions?.[place];
    if (caption) paintCaption(tile, sample.id, caption);
    else if (ids && task === "images") paintCaption(tile, sample.id, [`sample ${sample.id}`]);
    else paintAnswer(tile, sample, class_names);
    paintState(tile, sample.state);
    this.supply.paint(tile, place);
    if (this.picks) {
      const open = button("", () => this.viewer.show(place), {
        class: "open",
        tabindex: -1,
        "aria-hidden": true,
        title: "Open (O)",
      });
      tile.querySelector(".frame")?.append(open);
      open.addEventListener("dblclick", (event) => event.stopPropagation());
    }
    tile.classList.toggle("focused", place === this.focus);
    this.tiles.set(place, tile);
    this.spacer.append(tile);
  }

  private paintPicks(): void {
    const { picks } = this;
    if (!picks) return;
    for (const [place, tile] of this.tiles) {
      tile.setAttribute("aria-selected", String(picks.has(place)));
    }
    const { size } = picks.ids;
    this.clear.hidden = size === 0;
    const limit = picks.full ? `, more than ${count(LARGEST_PICK)} at once is not possible` : "";
    setText(this.picked, size > 0 ? `${count(size)} selected${limit}` : "");
  }

  private summarise(): void {
    if (this.data.ids) setText(this.summary, plural(this.total, "sample"));
    else if (this.samples.length === 0) setText(this.summary, this.loading ? "loading…" : "");
    else if (this.next === null) setText(this.summary, plural(this.total, "sample"));
    else setText(this.summary, `${count(this.samples.length)} of ${plural(this.total, "sample")}`);
  }

  private look(place: number): Look | null {
    const sample = this.samples[place];
    if (place + LOOK_AHEAD >= this.samples.length && !this.isFailed) void this.more();
    if (!sample) return null;
    const { id, state, text } = sample;
    if (!this.data.ids) {
      const known: Look["known"] = [
        ["Class", sample.class_name ?? "no answer yet"],
        ["Part", sample.split],
      ];
      return { id, known, state, text };
    }
    const known = (this.data.captions?.[place] ?? []).map((line): [string, string] => {
      const colon = line.indexOf(": ");
      return colon === -1 ? ["", line] : [line.slice(0, colon), line.slice(colon + 2)];
    });
    return { id, known, state, text };
  }

  private focusOn(place: number, grab: boolean): void {
    this.tiles.get(this.focus)?.classList.remove("focused");
    this.focus = Math.min(place, Math.max(0, this.samples.length - 1));
    const { columns, rowHeight } = this.layout;
    const top = Math.floor(this.focus / columns) * rowHeight;
    if (top < this.list.scrollTop) this.list.scrollTop = top;
    const bottom = top + rowHeight - this.list.clientHeight;
    if (bottom > this.list.scrollTop) this.list.scrollTop = bottom;
    this.paint();
    this.tiles.get(this.focus)?.classList.add("focused");
    this.list.setAttribute("aria-activedescendant", `tile-${this.focus}`);
    if (grab) this.list.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    const { code } = event;
    const { picks } = this;
    if ((event.ctrlKey || event.metaKey) && code === "KeyA" && picks) {
      picks.all();
      event.preventDefault();
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const to = moved(code, this.focus, this.layout.columns, this.samples.length);
    const press = code === "Enter" || code === "Space";
    if (to !== null) {
      this.focusOn(to, false);
      if (event.shiftKey) picks?.extend(to);
      else picks?.start(to);
    } else if (picks && press) picks.toggle(this.focus);
    else if (press || (picks && code === "KeyO")) this.viewer.show(this.focus);
    else if (picks && code === "Escape") picks.clear();
    else return;
    event.preventDefault();
  }

  private placeOf(event: Event): number | null {
    const tile = (event.target as Element).closest<HTMLElement>(".tile");
    return tile ? Number(tile.dataset["place"]) : null;
  }

  private click(event: MouseEvent): void {
    if (this.picks?.band.ended()) return;
    const place = this.placeOf(event);
    if (place === null || (event.target as Element).closest(".open")) return;
    this.focusOn(place, true);
    if (!this.picks) this.viewer.show(place);
    else if (event.shiftKey) this.picks.extend(place);
    else this.picks.toggle(place);
  }
}

/** A sample of which only the number is known. */
function unknown(id: number): Sample {
  const nothing = { class_name: null, text: null, name: null } as const;
  return { id, split: "", annotated: false, state: "kept", ...nothing };
}
