// Label mode: one page of tiles, one key a class. Answers are painted at once and sent behind.

import { button, element, plural, setText } from "../shared/dom";
import type { ApiError } from "../shared/http";
import { onButton } from "../shared/keyboard";
import type { Arguments } from "../shared/mount";
import { showNotice } from "../shared/notice";
import { showRefused } from "../shared/saving";
import { Selection } from "../shared/selection";
import { GAP, keepInSight, moved, sizeSlider, storedTileSize } from "../shared/tiling";
import { Answers, type Change } from "./answers";
import { ClassBar } from "./classes";
import { countSamples, type GridData } from "./data";
import { layoutOf, type Layout } from "./layout";
import { Pages } from "./pages";
import { Standing } from "./standing";
import { makeCard, makeTile, paintAnswer, paintPicture, paintText } from "./tiles";
import { Viewer } from "./viewer";

const LARGEST_PAGE = 200;
const SMALLEST_PAGE = 12;
const TILE = 56;
const LIST_PADDING = 6;
const SHARE_OF_SCREEN = 0.65;
const KEYS_HINT =
  "Press a key or a class. Arrows move, Shift+arrows or dragging selects, Ctrl+A selects all.";
const TOUCH_HINT =
  "Tap a class to answer for the marked sample, or tap samples first to select them.";

export class Labeller {
  private args: Arguments<GridData>;
  private side: number;
  private tiles: HTMLElement[] = [];
  private readonly answers: Answers;
  private readonly standing: Standing;
  private readonly pages: Pages;
  private readonly selection: Selection;
  private readonly viewer: Viewer;
  private readonly classBar = new ClassBar((name) => this.answer(name));
  private readonly list = element("div", {
    class: "tile-list list labelling",
    role: "listbox",
    tabindex: 0,
    "aria-multiselectable": "true",
    "aria-label": "Samples to label",
  });
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
  private readonly previous = button("Previous page", () => this.pages.turn(-1), { title: "PageUp" });
  private readonly following = button("Next page", () => this.pages.turn(1), { title: "PageDown" });
  private readonly host: HTMLElement;
  private readonly onKey = (event: KeyboardEvent): void => this.key(event);

  constructor(host: HTMLElement, args: Arguments<GridData>) {
    this.host = host;
    this.args = args;
    this.side = storedTileSize(TILE);
    const { dataset, annotator, task } = args.data;
    this.answers = new Answers(dataset, annotator, () => this.refresh());
    this.selection = new Selection(this.list, () => this.tiles, () => this.paintSelection());
    this.standing = new Standing(this.answers, (progress) => {
      this.args.setStateValue("progress", progress);
    });
    this.pages = new Pages(
      () => this.args.data,
      () => this.limit,
      () => this.show(),
      (error) => this.showLoading(error),
    );
    if (task === "text") this.list.classList.add("texts");
    const slider = sizeSlider(this.side, (side) => this.resize(side));
    slider.hidden = task === "text";
    host.append(
      this.standing.panel,
      this.classBar.panel,
      this.savePlace,
      this.loadPlace,
      this.list,
      this.emptyState,
      element(
        "div",
        { class: "tools" },
        element("div", { class: "group" }, this.undoButton, this.redoButton, this.clearButton),
        slider,
        element("div", { class: "group" }, this.previous, this.following),
      ),
      this.hint,
      this.announcer,
    );
    this.viewer = new Viewer(host, {
      data: () => this.args.data,
      total: () => this.pages.current.samples.length,
      look: (place) => {
        const sample = this.pages.current.samples[place];
        if (!sample) return null;
        const { id, split, state, text } = sample;
        const answer = sample.class_name ?? "no answer yet";
        return { id, known: [["Class", answer], ["Part", split]], state, text };
      },
      closed: (place) => {
        this.selection.move(place, false);
        this.list.focus({ preventScroll: true });
      },
    });
    this.list.addEventListener("dblclick", () => this.viewer.show(this.selection.focus));
    host.addEventListener("keydown", this.onKey);
    this.update(args);
    void this.pages.load();
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
    this.host.removeEventListener("keydown", this.onKey);
    this.pages.dispose();
    this.standing.dispose();
    this.answers.dispose();
    this.viewer.dispose();
  }

  private get layout(): Layout {
    const width = this.list.clientWidth || this.host.clientWidth;
    return layoutOf(this.args.data, width - LIST_PADDING, this.side);
  }

  /** On a small screen the classes must stay in sight. */
  private get height(): number {
    return Math.min(this.args.data.height, Math.max(240, innerHeight * SHARE_OF_SCREEN));
  }

  /** As many tiles as are seen without scrolling, so that a page is one glance. */
  private get limit(): number {
    const { columns, rowHeight } = this.layout;
    const rows = Math.floor((this.height + GAP) / rowHeight);
    return Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, columns * rows));
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

  /** Puts the page that has just arrived on display. */
  private show(): void {
    const { samples, askedAt } = this.pages.current;
    const latest = this.answers.latest(askedAt);
    for (const sample of samples) {
      const answer = latest.get(sample.id);
      if (answer !== undefined) sample.class_name = answer;
    }
    const make = this.args.data.task === "text" ? makeCard : makeTile;
    this.tiles = samples.map((_, place) => make(`tile-${place}`));
    this.list.replaceChildren(...this.tiles);
    this.list.scrollTop = 0;
    this.paintPictures();
    this.tiles.forEach((_, place) => this.paintTileAnswer(place));
    showNotice(this.loadPlace, null);
    const open = samples.findIndex((sample) => sample.class_name === null);
    this.selection.reset(Math.max(0, open));
    if (document.activeElement === document.body) this.list.focus({ preventScroll: true });
    this.refresh();
  }

  /** A load begins or has failed. */
  private showLoading(error: ApiError | null): void {
    if (error) {
      const again = { label: "Try again", run: () => void this.pages.load() };
      showNotice(this.loadPlace, error, again);
    }
    this.refresh();
  }

  private resize(side: number): void {
    this.side = side;
    this.paintPictures();
    this.paintSelection();
    this.pages.fetchAhead();
  }

  private paintPictures(): void {
    this.list.style.setProperty("--side", `${this.side}px`);
    const { samples, sprite } = this.pages.current;
    this.tiles.forEach((tile, place) => {
      if (this.args.data.task === "text") paintText(tile, samples[place]?.text ?? "");
      else paintPicture(tile, sprite, place, this.side);
    });
  }

  private paintTileAnswer(place: number): void {
    const tile = this.tiles[place];
    const sample = this.pages.current.samples[place];
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
      keepInSight(this.list, tile);
    }
    this.refresh();
  }

  /** Gives one answer to every selected tile, or to the focused one, and goes on. */
  private answer(class_name: string | null): void {
    const targets = this.selection.targets();
    const many = this.selection.selected.size > 0;
    const changes: Change[] = [];
    for (const place of targets) {
      const sample = this.pages.current.samples[place];
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
    const whom = many ? plural(targets.length, "sample") : `sample ${this.pages.current.samples[last]?.id ?? ""}`;
    setText(this.announcer, `${whom}: ${what}`);
    this.list.focus({ preventScroll: true });
  }

  private apply(changes: Change[]): number[] {
    const places = new Map(this.pages.current.samples.map((sample, place) => [sample.id, place]));
    const touched: number[] = [];
    for (const { sample, after } of changes) {
      const place = places.get(sample);
      const shown = place === undefined ? undefined : this.pages.current.samples[place];
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
    const { waiting, progress } = this.answers;
    this.standing.refresh(this.args.data.notify);
    showRefused(this.savePlace, this.answers, plural(waiting, "answer"), () => this.discard());
    const { loading, loaded, isFirst, isLast, current } = this.pages;
    this.list.setAttribute("aria-busy", String(loading));
    this.list.classList.toggle("busy", loading);
    this.list.hidden = loaded && current.samples.length === 0;
    this.emptyState.hidden = !this.list.hidden;
    if (!this.emptyState.hidden) {
      const done = progress !== null && progress.total > 0 && progress.labelled >= progress.total;
      this.emptyState.replaceChildren(
        element("strong", {}, done ? "Everything is labelled" : "Nothing to label here"),
        element(
          "span",
          {},
          done ? "Every sample has an answer." : "No sample matches. Choose another filter.",
        ),
      );
    }
    this.undoButton.disabled = !this.answers.canUndo;
    this.redoButton.disabled = !this.answers.canRedo;
    this.clearButton.disabled = current.samples.length === 0;
    this.previous.disabled = loading || isFirst;
    this.following.disabled = loading || isLast;
    this.refreshHint();
  }

  private refreshHint(): void {
    const { current, isLast } = this.pages;
    const finished =
      current.samples.length > 0 && current.samples.every((sample) => sample.class_name !== null);
    this.following.classList.toggle("primary", finished && !isLast);
    const selected = this.selection.selected.size;
    let text = matchMedia("(hover: none)").matches ? TOUCH_HINT : KEYS_HINT;
    if (selected > 0) text = `${plural(selected, "sample")} selected. Escape clears the selection.`;
    else if (finished) {
      text = isLast ? "This page is done, and it is the last." : "This page is done.";
    }
    setText(this.hint, text);
  }

  private discard(): void {
    this.answers.discard();
    void this.pages.load();
    void this.count();
  }

  private key(event: KeyboardEvent): void {
    event.stopPropagation();
    if (this.viewer.open || event.composedPath()[0] instanceof HTMLInputElement) return;
    if (this.handled(event)) event.preventDefault();
  }

  private handled(event: KeyboardEvent): boolean {
    const { code, shiftKey } = event;
    if (event.ctrlKey || event.metaKey) {
      if (code === "KeyA") this.selection.all();
      else if (code === "KeyZ") shiftKey ? this.redo() : this.undo();
      else if (code === "KeyY") this.redo();
      else return false;
      return true;
    }
    if (event.altKey) return false;
    const to = moved(code, this.selection.focus, this.layout.columns, this.tiles.length);
    const class_name = this.classBar.byKey(code);
    if (to !== null) this.moveTo(to, shiftKey);
    else if (class_name !== null) event.repeat || this.answer(class_name);
    else if (code === "KeyU" || code === "Backspace" || code === "Delete") this.answer(null);
    else if (code === "PageDown") this.pages.turn(1);
    else if (code === "PageUp") this.pages.turn(-1);
    else if (code === "Escape") this.selection.clear();
    else if (code === "Space" && !onButton(event)) this.selection.toggle(this.selection.focus);
    else if (code === "Enter" && !onButton(event)) this.viewer.show(this.selection.focus);
    else return false;
    return true;
  }

  private moveTo(place: number, extend: boolean): void {
    if (!extend) this.selection.selected.clear();
    this.selection.move(place, extend);
  }
}
