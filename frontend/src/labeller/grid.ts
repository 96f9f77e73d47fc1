// A page of samples at once: one key is the answer of everything selected.

import { count, element, plural, setText } from "../shared/dom";
import { asApiError } from "../shared/http";
import { showNotice } from "../shared/notice";
import { Selection } from "../shared/selection";
import { GAP, moved } from "../shared/tiling";
import { isEmpty, NOTHING } from "./api";
import type { Desk, Doing, Surface } from "./desk";
import { Ending } from "./ending";
import type { Action } from "./keys";
import { Look } from "./look";
import { Supply } from "./supply";
import { layout, makeTile, paintTile, Sheets, type Layout } from "./tiles";
import type { Answer, Change } from "./work";

const LARGEST_PAGE = 400;
const SMALLEST_PAGE = 4;
const SHARE_OF_SCREEN = 0.62;
const PADDING = 6;
const RETRY_MS = 2_000;
const LONGEST_SECONDS = 600;
const EMPTY: Answer = { standing: "open", value: NOTHING, unsure: false, comment: "", pending: false };
const NONE: ReadonlySet<number> = new Set();

export class Grid implements Surface {
  readonly panel: HTMLElement;
  readonly arrows = false;
  private readonly list: HTMLElement;
  private readonly hint = element("span", { class: "muted small hint" });
  private readonly position = element("span", { class: "muted small numbers" });
  private readonly place = element("div", { class: "place" });
  private readonly ending: Ending;
  private readonly look: Look;
  private readonly supply: Supply;
  private readonly sheets: Sheets | null;
  private readonly selection: Selection;
  private readonly observer: ResizeObserver;
  /** Similar samples come together: a page begins with all of them selected. */
  private readonly together: boolean;
  private pages: number[][] = [];
  private at = 0;
  private tiles: HTMLElement[] = [];
  private places = new Map<number, number>();
  private lying: Layout = { columns: 1, side: 64 };
  private aside: number[] = [];
  private since = performance.now();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private seenSelected: ReadonlySet<number> = NONE;
  private seenFocus = -1;
  private width = 0;
  private scrolls = false;
  private hinting = false;

  constructor(private readonly desk: Desk) {
    const { view, work, data } = desk;
    const texts = view.task === "text";
    this.together = view.session.groups !== "" || view.session.config.strategy === "clusters";
    this.list = element("div", {
      class: "tiles",
      role: "listbox",
      tabindex: 0,
      "aria-multiselectable": "true",
      "aria-label": "Samples to label",
    });
    this.list.classList.toggle("texts", texts);
    this.list.classList.toggle("together", this.together);
    this.sheets = texts ? null : new Sheets(view.samples_digest);
    this.ending = new Ending(desk, () => this.retry());
    this.selection = new Selection(
      this.list,
      () => this.tiles,
      () => this.paintSelection(),
      () => this.together,
    );
    this.panel = element(
      "div",
      { class: "grid-surface" },
      this.place,
      this.list,
      this.ending.panel,
      element("div", { class: "grid-foot" }, this.hint, this.position),
    );
    this.look = new Look(this.panel, desk, () => this.list.focus({ preventScroll: true }));
    this.list.addEventListener("dblclick", () => this.enlarge());
    const page = Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, data.page_size));
    this.supply = new Supply(
      { session: data.session, annotator: data.annotator, count: page, batches: 1, together: this.together },
      work,
      () => this.came(),
    );
    this.observer = new ResizeObserver(() => this.resized());
    this.observer.observe(this.list);
    this.show();
    this.supply.fill();
  }

  get focus(): HTMLElement {
    return this.list;
  }

  get doing(): Doing {
    const here = this.tiles.length > 0;
    const [first] = this.targets();
    const answer = first === undefined ? EMPTY : this.desk.work.look(first);
    return {
      back: this.at > 0,
      forward: this.at < this.pages.length,
      skip: here,
      unsure: here,
      unsureOn: answer.unsure,
      commented: answer.comment !== "",
      clear: here,
      copy_previous: false,
      fit: here,
      submit: here ? this.submitting() : null,
    };
  }

  key(event: KeyboardEvent): boolean {
    const { code } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || this.tiles.length === 0) return false;
    const to = moved(code, this.selection.focus, this.lying.columns, this.tiles.length);
    if (to !== null) {
      if (!event.shiftKey && !this.together) this.selection.selected.clear();
      this.selection.move(to, event.shiftKey);
    } else if (code === "Space") this.selection.toggle(this.selection.focus);
    else if (code === "PageDown") this.turn();
    else if (code === "PageUp") this.back();
    else return false;
    return true;
  }

  choose(name: string): void {
    const { work, view } = this.desk;
    const items = this.targets();
    if (view.session.config.answer === "multi") {
      const on = !items.every((item) => work.look(item).value.classes.includes(name));
      this.give(items, (before) => {
        const others = before.value.classes.filter((one) => one !== name);
        const classes = on ? [...others, name] : others;
        return { ...before, value: { ...before.value, classes }, pending: true };
      });
      this.desk.say(`${plural(items.length, "sample")}: ${name}${on ? "" : " taken away"}`);
      return;
    }
    this.give(items, ({ unsure, comment }) => {
      return { standing: "done", value: { ...NOTHING, classes: [name] }, unsure, comment, pending: false };
    });
    this.desk.say(`${plural(items.length, "sample")}: ${name}`);
    this.goOn();
  }

  act(action: Action): void {
    if (action === "back") return this.back();
    if (action === "forward") return this.turn();
    if (action === "submit" || action === "accept") return this.submit();
    const items = this.targets();
    if (items.length === 0) return;
    if (action === "skip") {
      this.give(items, ({ unsure, comment }) => {
        return { standing: "skipped", value: NOTHING, unsure, comment, pending: false };
      });
      this.desk.say(`${plural(items.length, "sample")} skipped`);
      this.goOn();
    } else if (action === "unsure") {
      const unsure = !items.every((item) => this.desk.work.look(item).unsure);
      this.give(items, (before) => {
        const given = before.standing !== "open" && !before.pending;
        const nothing = !unsure && before.comment === "" && isEmpty(before.value);
        return { ...before, unsure, pending: !given && !nothing };
      });
      this.desk.say(unsure ? "Not sure" : "Sure");
    } else if (action === "clear") this.give(items, () => EMPTY);
    else if (action === "fit") this.enlarge();
  }

  remove(): void {
    this.act("clear");
  }

  escape(): void {
    this.selection.clear();
  }

  all(): void {
    const open = this.openPlaces();
    if (!this.together || open.length === 0) return this.selection.all();
    this.select(open);
  }

  targets(): number[] {
    const page = this.pages[this.at] ?? [];
    return this.selection.targets().flatMap((place) => page[place] ?? []);
  }

  reveal(items: number[]): void {
    const [item] = items;
    if (item === undefined) return;
    const page = this.pages.findIndex((found) => found.includes(item));
    if (page !== -1 && page !== this.at) {
      this.at = page;
      this.show();
    }
    for (const touched of items) this.paintItem(touched);
    const place = this.places.get(item);
    if (this.together) this.select(this.openPlaces());
    else this.selection.selected.clear();
    if (place !== undefined) this.selection.move(place, false);
    this.desk.refresh();
  }

  refresh(): void {
    if (this.tiles.length === 0) this.show();
    this.paintAll();
    this.refreshHint();
  }

  retry(): void {
    this.supply.fill(true);
    void this.paintPictures();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.observer.disconnect();
    this.supply.dispose();
    this.sheets?.dispose();
    this.look.dispose();
  }

  private get height(): number {
    return Math.min(this.desk.data.height, Math.max(260, innerHeight * SHARE_OF_SCREEN));
  }

  /** Changes what these say, as one step, and paints them. */
  private give(items: number[], change: (before: Answer, item: number) => Answer, accepted = false): void {
    const now = performance.now();
    const each = Math.min(LONGEST_SECONDS, (now - this.since) / 1000) / Math.max(1, items.length);
    const seconds = Math.round(each * 1000) / 1000;
    this.since = now;
    const changes: Change[] = items.map((item) => {
      return { item, after: change(this.desk.work.look(item), item), accepted, seconds };
    });
    this.desk.work.change(changes);
    for (const item of items) this.paintItem(item);
    this.refreshHint();
  }

  /** After an answer: the rest of what is similar, or the tile that follows. */
  private goOn(): void {
    const { selection } = this;
    const many = selection.selected.size > 0;
    if (this.together && many) {
      const open = this.openPlaces();
      if (open.length === 0) return this.turn();
      this.select(open);
      selection.move(open[0] ?? 0, false);
      return;
    }
    const last = selection.targets().at(-1) ?? 0;
    selection.selected.clear();
    selection.move(Math.min(last + 1, this.tiles.length - 1), false);
  }

  private openPlaces(): number[] {
    const page = this.pages[this.at] ?? [];
    const { work } = this.desk;
    return [...page.keys()].filter((place) => work.look(page[place] ?? -1).standing === "open");
  }

  /** What Enter would accept: the suggestions of what is selected, or of the whole page. */
  private acceptable(): number[] {
    const { work } = this.desk;
    const page = this.pages[this.at] ?? [];
    const items = this.selection.selected.size > 0 ? this.targets() : page;
    return items.filter((item) => {
      const { standing, value, pending } = work.look(item);
      const suggestion = work.item(item)?.suggestion;
      return standing === "open" && !pending && isEmpty(value) && suggestion;
    });
  }

  private pendingItems(): number[] {
    const page = this.pages[this.at] ?? [];
    const multi = this.desk.view.session.config.answer === "multi";
    return multi ? page.filter((item) => this.desk.work.look(item).pending) : [];
  }

  private submitting(): string {
    const pending = this.pendingItems().length;
    if (pending > 0) return `Submit ${count(pending)}`;
    const suggested = this.acceptable().length;
    return suggested > 0 ? `Accept ${count(suggested)}` : "Next page";
  }

  private submit(): void {
    if (this.tiles.length === 0) return;
    const pending = this.pendingItems();
    const suggested = this.acceptable();
    if (pending.length > 0) {
      this.give(pending, (before) => ({ ...before, standing: "done", pending: false }));
      this.desk.say(`${plural(pending.length, "answer")} submitted`);
    } else if (suggested.length > 0) {
      const { work } = this.desk;
      const accept = ({ unsure, comment }: Answer, item: number): Answer => ({
        standing: "done",
        value: work.item(item)?.suggestion?.value ?? NOTHING,
        unsure,
        comment,
        pending: false,
      });
      this.give(suggested, accept, true);
      this.desk.say(`${plural(suggested.length, "suggestion")} accepted`);
    } else return this.turn();
    const open = this.openPlaces();
    if (open.length === 0) return this.turn();
    if (this.together) this.select(open);
    else this.selection.selected.clear();
    this.selection.move(open[0] ?? 0, false);
  }

  /** The page that follows; what was left open comes again at the end. */
  private turn(): void {
    if (this.at >= this.pages.length) return;
    const page = this.pages[this.at] ?? [];
    for (const place of this.openPlaces()) {
      const item = page[place];
      if (item !== undefined && !this.aside.includes(item)) this.aside.push(item);
    }
    this.at += 1;
    this.show();
  }

  private back(): void {
    if (this.at === 0) return;
    this.at -= 1;
    this.show();
  }

  private came(): void {
    if (this.at >= this.pages.length) this.show();
    else if (this.supply.ahead.length > 0) this.sheets?.get(this.supply.ahead).catch(() => undefined);
    this.desk.refresh();
  }

  /** A page of new samples, or of those set aside where no more come; null: neither. */
  private another(): number[] | null {
    const batch = this.supply.nextBatch();
    if (batch.length > 0) return batch;
    if (this.supply.state === "loading" || this.supply.state === "ready") return null;
    this.aside = this.aside.filter((item) => this.desk.work.look(item).standing === "open");
    const page = this.aside.splice(0, this.desk.data.page_size);
    return page.length > 0 ? page : null;
  }

  private show(): void {
    if (this.at >= this.pages.length) {
      const page = this.another();
      if (page) this.at = this.pages.push(page) - 1;
    }
    const page = this.pages[this.at] ?? [];
    const here = page.length > 0;
    this.list.hidden = !here;
    this.ending.show(here ? null : this.supply.state, this.supply.error, this.pages.length > 0);
    this.places = new Map(page.map((item, place) => [item, place]));
    const text = this.desk.view.task === "text";
    this.tiles = page.map((_, place) => makeTile(`tile-${place}`, text));
    this.seenSelected = NONE;
    this.seenFocus = -1;
    this.lie();
    this.list.replaceChildren(...this.tiles);
    this.list.scrollTop = 0;
    this.since = performance.now();
    void this.paintPictures();
    this.paintAll();
    const open = this.openPlaces();
    this.selection.selected.clear();
    if (this.together) for (const place of open) this.selection.selected.add(place);
    this.selection.move(open[0] ?? 0, false);
    this.refreshHint();
    this.desk.refresh();
  }

  private async paintPictures(): Promise<void> {
    const page = this.pages[this.at] ?? [];
    if (page.length === 0) return;
    const { work } = this.desk;
    if (!this.sheets) {
      this.tiles.forEach((tile, place) => {
        const text = work.item(page[place] ?? -1)?.text ?? "";
        setText(tile.querySelector(".excerpt") ?? tile, text || "(an empty text)");
      });
      return;
    }
    clearTimeout(this.timer);
    const { tiles } = this;
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

  private paintAll(): void {
    for (const item of this.places.keys()) this.paintItem(item);
  }

  private paintItem(item: number): void {
    const tile = this.tiles[this.places.get(item) ?? -1];
    if (!tile) return;
    const { work } = this.desk;
    const { side } = this.lying;
    paintTile(tile, work.item(item), work.look(item), side, (name) => this.desk.colour(name));
  }

  private lie(): void {
    this.width = this.list.clientWidth || this.panel.clientWidth;
    const text = this.desk.view.task === "text";
    this.lying = layout(this.tiles.length, this.width - PADDING, this.height - PADDING, text);
    this.list.style.setProperty("--columns", String(this.lying.columns));
    this.list.style.setProperty("--side", `${this.lying.side}px`);
    this.list.style.maxHeight = `${this.height}px`;
    const rows = Math.ceil(this.tiles.length / this.lying.columns);
    // Reading sizes while tiles change would lay the page out once more a key.
    this.scrolls = text || rows * (this.lying.side + GAP) > this.height;
  }

  private resized(): void {
    if (this.tiles.length === 0 || Math.abs(this.list.clientWidth - this.width) < 2) return;
    this.lie();
    void this.paintPictures();
    this.paintAll();
  }

  private select(places: number[]): void {
    this.selection.selected.clear();
    for (const place of places) this.selection.selected.add(place);
    this.paintSelection();
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
        this.list.setAttribute("aria-activedescendant", tile.id);
        this.keepInSight(tile);
      }
      this.seenFocus = focus;
    }
    this.markBar();
    this.refreshHint();
    this.desk.refresh();
  }

  private markBar(): void {
    const [first] = this.targets();
    const answer = first === undefined ? EMPTY : this.desk.work.look(first);
    this.desk.bar.mark(this.selection.selected.size > 1 ? [] : answer.value.classes);
  }

  /** Scrolls the list, never the page around it. */
  private keepInSight(tile: HTMLElement): void {
    if (!this.scrolls) return;
    const top = tile.offsetTop - GAP;
    const bottom = tile.offsetTop + tile.offsetHeight + GAP - this.list.clientHeight;
    if (top < this.list.scrollTop) this.list.scrollTop = top;
    else if (bottom > this.list.scrollTop) this.list.scrollTop = bottom;
  }

  private enlarge(): void {
    const item = (this.pages[this.at] ?? [])[this.selection.focus];
    if (item !== undefined) this.look.show(item);
  }

  /** Said once a key, however much it changed. */
  private refreshHint(): void {
    if (this.hinting) return;
    this.hinting = true;
    queueMicrotask(() => {
      this.hinting = false;
      this.paintHint();
    });
  }

  private paintHint(): void {
    const total = this.tiles.length;
    const open = this.openPlaces().length;
    const selected = this.selection.selected.size;
    let text = "";
    if (total > 0 && open === 0) text = "Everything on this page is answered. Enter: next page.";
    else if (this.together && selected > 0) {
      const out = open - selected;
      text = `A class answers for ${plural(selected, "sample")}.`;
      text += out > 0 ? ` ${plural(out, "sample")} left out.` : " Click what does not belong.";
    } else if (selected > 0) text = `${plural(selected, "sample")} selected. Escape clears the selection.`;
    else if (total > 0) text = "Press a class. Arrows move, Shift+arrows or dragging selects.";
    setText(this.hint, text);
    const page = `Page ${count(this.at + 1)} · ${count(open)} of ${count(total)} open`;
    const later = this.aside.length > 0 ? ` · ${count(this.aside.length)} set aside` : "";
    setText(this.position, total > 0 ? page + later : "");
  }
}

