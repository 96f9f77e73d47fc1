// Label mode: one page of tiles, one key a class. Answers are painted at once and sent behind.

import { button, count, element, plural, setText } from "../shared/dom";
import { asApiError, isAbort } from "../shared/http";
import type { Arguments } from "../shared/mount";
import { showNotice } from "../shared/notice";
import { outboxText } from "../shared/outbox";
import { Answers, type Change, type Progress } from "./answers";
import { ClassBar } from "./classes";
import { countSamples, fetchSamples, Sprite, type GridData, type SamplePage } from "./data";
import { Selection } from "./selection";
import {
  columnsIn,
  GAP,
  makeTile,
  moved,
  paintAnswer,
  paintPicture,
  sizeSlider,
  storedTileSize,
} from "./tiles";
import { Viewer } from "./viewer";

const LARGEST_PAGE = 200;
const SMALLEST_PAGE = 12;
const TILE = 56;
const ANSWER_HEIGHT = 18;
const SHARE_OF_SCREEN = 0.65;
const RETRY_MS = 3_000;
const KEYS_HINT =
  "Press a key or a class. Arrows move, Shift+arrows or dragging selects, Ctrl+A selects all.";
const TOUCH_HINT = "Tap a class to answer for the marked sample, or tap samples first to select them.";
const PAUSE_MS = 2_000;
const RATE_REFRESH_MS = 15_000;

interface Page extends SamplePage {
  sprite: Sprite | null;
}

export class Labeller {
  private args: Arguments<GridData>;
  private page: Page = { samples: [], next: null, total: 0, sprite: null };
  private cursors: number[] = [-1];
  private ahead: { after: number; page: Promise<Page> } | null = null;
  private loading: AbortController | null = null;
  private loaded = false;
  private side: number;
  private tiles: HTMLElement[] = [];
  private reported: string | null = null;
  private finished: boolean | null = null;
  private due = false;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private reportTimer: ReturnType<typeof setTimeout> | undefined;
  private rateTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly answers: Answers;
  private readonly selection: Selection;
  private readonly viewer: Viewer;
  private readonly classBar = new ClassBar((name) => this.answer(name));
  private readonly list = element("div", {
    class: "list labelling",
    role: "listbox",
    tabindex: 0,
    "aria-multiselectable": "true",
    "aria-label": "Samples to label",
  });
  private readonly fill = element("div");
  private readonly bar = element(
    "div",
    { class: "bar", role: "progressbar", "aria-label": "Labelled", "aria-valuemin": 0 },
    this.fill,
  );
  private readonly summary = element("span", { class: "small numbers" });
  private readonly rate = element("span", { class: "muted small numbers" });
  private readonly status = element("span", { class: "status" });
  private readonly announcer = element("span", { class: "visually-hidden", "aria-live": "polite" });
  private readonly hint = element("span", { class: "muted small hint" });
  private readonly loadPlace = element("div");
  private readonly savePlace = element("div");
  private readonly emptyState = element("div", { class: "empty", hidden: true });
  private readonly undoButton = button("Undo", () => this.undo(), { title: "Undo (Ctrl+Z)" });
  private readonly redoButton = button("Redo", () => this.redo(), { title: "Redo (Ctrl+Shift+Z)" });
  private readonly clearButton = button("No answer", () => this.answer(null), {
    title: "Take the answer away (U or Backspace)",
  });
  private readonly previous = button("Previous page", () => this.turn(-1), { title: "PageUp" });
  private readonly following = button("Next page", () => this.turn(1), { title: "PageDown" });
  private readonly host: HTMLElement;
  private readonly onKey = (event: KeyboardEvent): void => this.key(event);

  constructor(host: HTMLElement, args: Arguments<GridData>) {
    this.host = host;
    this.args = args;
    this.side = storedTileSize(TILE);
    const { dataset, annotator, samples_digest } = args.data;
    this.answers = new Answers(dataset, annotator, () => this.refresh());
    this.selection = new Selection(this.list, () => this.tiles, () => this.paintSelection());
    host.append(
      element("div", { class: "progress" }, this.bar, element(
        "div",
        { class: "progress-text" },
        this.summary,
        this.rate,
        this.status,
      )),
      this.classBar.panel,
      this.savePlace,
      this.loadPlace,
      this.list,
      this.emptyState,
      element(
        "div",
        { class: "tools" },
        element("div", { class: "group" }, this.undoButton, this.redoButton, this.clearButton),
        sizeSlider(this.side, (side) => this.resize(side)),
        element("div", { class: "group" }, this.previous, this.following),
      ),
      this.hint,
      this.announcer,
    );
    this.viewer = new Viewer(
      host,
      samples_digest,
      () => this.page.samples.length,
      (place) => {
        const sample = this.page.samples[place];
        if (!sample) return null;
        const answer = sample.class_name ?? "no answer yet";
        return { id: sample.id, facts: [["answer", answer], ["split", sample.split]] };
      },
      (place) => {
        this.selection.move(place, false);
        this.list.focus({ preventScroll: true });
      },
    );
    this.list.addEventListener("dblclick", () => this.viewer.show(this.selection.focus));
    host.addEventListener("keydown", this.onKey);
    this.update(args);
    void this.load();
    void this.count();
  }

  update(args: Arguments<GridData>): void {
    this.args = args;
    this.classBar.update(args.data.class_names);
    this.list.style.maxHeight = `${this.height}px`;
    this.tiles.forEach((_, place) => this.paintTileAnswer(place));
    this.refresh();
  }

  dispose(): void {
    this.loading?.abort();
    clearTimeout(this.retryTimer);
    clearTimeout(this.reportTimer);
    clearTimeout(this.rateTimer);
    this.host.removeEventListener("keydown", this.onKey);
    this.forgetAhead();
    this.page.sprite?.dispose();
    this.answers.dispose();
    this.viewer.dispose();
  }

  private get after(): number {
    return this.cursors.at(-1) ?? -1;
  }

  private get columns(): number {
    return columnsIn(this.list.clientWidth, this.side);
  }

  /** On a small screen the classes must stay in sight. */
  private get height(): number {
    return Math.min(this.args.data.height, Math.max(240, innerHeight * SHARE_OF_SCREEN));
  }

  /** As many tiles as are seen without scrolling, so that a page is one glance. */
  private get limit(): number {
    const width = this.host.clientWidth;
    const rows = Math.floor((this.height + GAP) / (this.side + ANSWER_HEIGHT + GAP));
    return Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, columnsIn(width, this.side) * rows));
  }

  private async count(): Promise<void> {
    try {
      const { data } = this.args;
      const [labelled, total, annotated] = await Promise.all(
        ["labelled", "all", "annotated"].map((status) => countSamples(data, status)),
      );
      if (labelled === undefined || total === undefined || annotated === undefined) return;
      this.answers.begin({ labelled, total, annotated });
      this.refresh();
    } catch {
      // The page itself reports that the studio is away; the first saved answer brings the counts.
    }
  }

  private async fetchPage(after: number, signal?: AbortSignal): Promise<Page> {
    const page = await fetchSamples(this.args.data, after, this.limit, signal);
    const ids = page.samples.map((sample) => sample.id);
    const sprite =
      ids.length > 0 ? await Sprite.load(this.args.data.samples_digest, ids, signal) : null;
    return { ...page, sprite };
  }

  private async load(): Promise<void> {
    this.loading?.abort();
    clearTimeout(this.retryTimer);
    const asked = new AbortController();
    this.loading = asked;
    this.refresh();
    try {
      const ahead = this.ahead?.after === this.after ? this.ahead : null;
      if (ahead) this.ahead = null;
      else this.forgetAhead();
      const page = await (ahead?.page ?? this.fetchPage(this.after, asked.signal));
      if (asked.signal.aborted) {
        page.sprite?.dispose();
        return;
      }
      this.loading = null;
      this.show(page);
    } catch (failure) {
      if (isAbort(failure) || asked.signal.aborted) return;
      this.loading = null;
      const error = asApiError(failure);
      showNotice(this.loadPlace, error, { label: "Try again", run: () => void this.load() });
      if (error.passing) this.retryTimer = setTimeout(() => void this.load(), RETRY_MS);
      this.refresh();
    }
  }

  private show(page: Page): void {
    this.page.sprite?.dispose();
    this.page = page;
    this.loaded = true;
    const latest = this.answers.latest();
    for (const sample of page.samples) {
      const waiting = latest.get(sample.id);
      if (waiting !== undefined) sample.class_name = waiting;
    }
    this.tiles = page.samples.map((_, place) => makeTile(`tile-${place}`));
    this.list.replaceChildren(...this.tiles);
    this.list.scrollTop = 0;
    this.paintPictures();
    this.tiles.forEach((_, place) => this.paintTileAnswer(place));
    showNotice(this.loadPlace, null);
    const open = page.samples.findIndex((sample) => sample.class_name === null);
    this.selection.reset(Math.max(0, open));
    if (document.activeElement === document.body) this.list.focus({ preventScroll: true });
    if (page.next !== null) this.lookAhead(page.next);
    this.refresh();
  }

  private lookAhead(after: number): void {
    const page = this.fetchPage(after);
    page.catch(() => {
      if (this.ahead?.page === page) this.ahead = null;
    });
    this.ahead = { after, page };
  }

  private forgetAhead(): void {
    this.ahead?.page.then((page) => page.sprite?.dispose()).catch(() => undefined);
    this.ahead = null;
  }

  private turn(by: 1 | -1): void {
    if (this.loading) return;
    if (by === 1 && this.page.next !== null) this.cursors.push(this.page.next);
    else if (by === -1 && this.cursors.length > 1) this.cursors.pop();
    else return;
    void this.load();
  }

  private resize(side: number): void {
    this.side = side;
    this.forgetAhead();
    this.paintPictures();
    this.paintSelection();
    if (this.page.next !== null) this.lookAhead(this.page.next);
  }

  private paintPictures(): void {
    this.list.style.setProperty("--side", `${this.side}px`);
    this.tiles.forEach((tile, place) => paintPicture(tile, this.page.sprite, place, this.side));
  }

  private paintTileAnswer(place: number): void {
    const tile = this.tiles[place];
    const sample = this.page.samples[place];
    if (tile && sample) paintAnswer(tile, sample, this.args.data.class_names);
  }

  private paintSelection(): void {
    const { focus, selected } = this.selection;
    this.tiles.forEach((tile, place) => {
      tile.classList.toggle("focused", place === focus);
      tile.setAttribute("aria-selected", String(selected.has(place)));
    });
    const tile = this.tiles[focus];
    if (tile) {
      this.list.setAttribute("aria-activedescendant", tile.id);
      this.reveal(tile);
    }
    this.refresh();
  }

  /** Scrolls the list, never the page around it. */
  private reveal(tile: HTMLElement): void {
    const top = tile.offsetTop - GAP;
    const bottom = tile.offsetTop + tile.offsetHeight + GAP - this.list.clientHeight;
    if (top < this.list.scrollTop) this.list.scrollTop = top;
    else if (bottom > this.list.scrollTop) this.list.scrollTop = bottom;
  }

  /** Gives one answer to every selected tile, or to the focused one, and goes on. */
  private answer(class_name: string | null): void {
    const targets = this.selection.targets();
    const many = this.selection.selected.size > 0;
    const changes: Change[] = [];
    for (const place of targets) {
      const sample = this.page.samples[place];
      if (!sample || (sample.class_name === class_name && (sample.annotated || class_name === null))) {
        continue;
      }
      changes.push({ sample: sample.id, before: sample.class_name, after: class_name });
    }
    this.apply(changes);
    this.answers.give(changes);
    const last = targets.at(-1) ?? 0;
    if (many) this.selection.clear();
    if (class_name !== null || many) this.selection.move(Math.min(last + 1, this.tiles.length - 1), false);
    const what = class_name ?? "no answer";
    const whom = many ? plural(targets.length, "sample") : `sample ${this.page.samples[last]?.id ?? ""}`;
    setText(this.announcer, `${whom}: ${what}`);
    this.list.focus({ preventScroll: true });
  }

  private apply(changes: Change[]): number[] {
    const places = new Map(this.page.samples.map((sample, place) => [sample.id, place]));
    const touched: number[] = [];
    for (const { sample, after } of changes) {
      const place = places.get(sample);
      const shown = place === undefined ? undefined : this.page.samples[place];
      if (place === undefined || !shown) continue;
      shown.class_name = after;
      shown.annotated = true;
      this.paintTileAnswer(place);
      touched.push(place);
    }
    return touched;
  }

  private undo(): void {
    this.walk("Undone", this.answers.undo());
  }

  private redo(): void {
    this.walk("Done again", this.answers.redo());
  }

  private walk(verb: string, changes: Change[]): void {
    const [first] = this.apply(changes);
    if (first !== undefined) {
      this.selection.clear();
      this.selection.move(first, false);
    }
    if (changes.length === 0) return;
    const where = first === undefined ? " on another page" : "";
    setText(this.announcer, `${verb}: ${plural(changes.length, "answer")}${where}`);
    this.refresh();
  }

  private refresh(): void {
    const { state, error, waiting, progress } = this.answers;
    const share = progress && progress.total > 0 ? progress.labelled / progress.total : 0;
    this.fill.style.transform = `scaleX(${share})`;
    if (progress) {
      this.bar.setAttribute("aria-valuemax", String(progress.total));
      this.bar.setAttribute("aria-valuenow", String(progress.labelled));
      setText(this.summary, `${count(progress.labelled)} of ${count(progress.total)} labelled`);
    }
    const rate = this.answers.perMinute;
    setText(this.rate, rate > 0 ? `${count(rate)} a minute` : "");
    clearTimeout(this.rateTimer);
    if (rate > 0) this.rateTimer = setTimeout(() => this.refresh(), RATE_REFRESH_MS);
    this.status.hidden = state === "idle";
    this.status.dataset["state"] = state;
    setText(this.status, outboxText(state, waiting));
    showNotice(
      this.savePlace,
      state === "refused" ? error : null,
      { label: "Try again", run: () => this.answers.retry() },
      { label: `Discard ${plural(waiting, "answer")}`, run: () => this.discard() },
    );
    this.refreshTools(progress);
    this.report(progress, state);
  }

  private refreshTools(progress: Progress | null): void {
    const { samples, next } = this.page;
    const busy = this.loading !== null;
    this.list.setAttribute("aria-busy", String(busy));
    this.list.classList.toggle("busy", busy);
    this.list.hidden = this.loaded && samples.length === 0;
    this.emptyState.hidden = !this.list.hidden;
    if (!this.emptyState.hidden) {
      const finished = progress !== null && progress.total > 0 && progress.labelled >= progress.total;
      this.emptyState.replaceChildren(
        element("strong", {}, finished ? "Everything is labelled" : "Nothing to label here"),
        element(
          "span",
          {},
          finished ? "Every sample has an answer." : "No sample matches. Choose another filter.",
        ),
      );
    }
    this.undoButton.disabled = !this.answers.canUndo;
    this.redoButton.disabled = !this.answers.canRedo;
    this.clearButton.disabled = samples.length === 0;
    this.previous.disabled = busy || this.cursors.length < 2;
    this.following.disabled = busy || next === null;
    const open = samples.filter((sample) => sample.class_name === null).length;
    this.following.classList.toggle("primary", samples.length > 0 && open === 0 && next !== null);
    const selected = this.selection.selected.size;
    let text = matchMedia("(hover: none)").matches ? TOUCH_HINT : KEYS_HINT;
    if (selected > 0) text = `${plural(selected, "sample")} selected. Escape clears the selection.`;
    else if (samples.length > 0 && open === 0) {
      text = next === null ? "This page is done, and it is the last." : "This page is done.";
    }
    setText(this.hint, text);
  }

  private discard(): void {
    this.answers.discard();
    void this.load();
    void this.count();
  }

  /** Tells Python when the last sample was labelled, and in pauses where the page asked for it. */
  private report(progress: Progress | null, state: string): void {
    clearTimeout(this.reportTimer);
    if (!progress) return;
    const finished = progress.labelled >= progress.total;
    if (this.finished === false && finished) this.due = true;
    this.finished = finished;
    const text = JSON.stringify(progress);
    if (state !== "saved" || text === this.reported || !(this.due || this.args.data.notify)) return;
    this.reportTimer = setTimeout(
      () => {
        this.due = false;
        this.reported = text;
        this.args.setStateValue("progress", progress);
      },
      this.due ? 0 : PAUSE_MS,
    );
  }

  private key(event: KeyboardEvent): void {
    event.stopPropagation();
    if (this.viewer.open || event.composedPath()[0] instanceof HTMLInputElement) return;
    if (this.handled(event)) event.preventDefault();
  }

  private handled(event: KeyboardEvent): boolean {
    const { code, shiftKey } = event;
    const onButton = event.composedPath()[0] instanceof HTMLButtonElement;
    if (event.ctrlKey || event.metaKey) {
      if (code === "KeyA") this.selection.all();
      else if (code === "KeyZ") shiftKey ? this.redo() : this.undo();
      else if (code === "KeyY") this.redo();
      else return false;
      return true;
    }
    if (event.altKey) return false;
    const to = moved(code, this.selection.focus, this.columns, this.tiles.length);
    const class_name = this.classBar.byKey(code);
    if (to !== null) this.moveTo(to, shiftKey);
    else if (class_name !== null) event.repeat || this.answer(class_name);
    else if (code === "KeyU" || code === "Backspace" || code === "Delete") this.answer(null);
    else if (code === "PageDown") this.turn(1);
    else if (code === "PageUp") this.turn(-1);
    else if (code === "Escape") this.selection.clear();
    else if (code === "Space" && !onButton) this.selection.toggle(this.selection.focus);
    else if (code === "Enter" && !onButton) this.viewer.show(this.selection.focus);
    else return false;
    return true;
  }

  private moveTo(place: number, extend: boolean): void {
    if (!extend) this.selection.selected.clear();
    this.selection.move(place, extend);
  }
}
