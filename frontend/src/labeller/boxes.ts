// Boxes around things: drawn, moved and resized with mouse, finger, pen or keys.

import type { Box } from "../shared/box";
import { button, element, plural, setText } from "../shared/dom";
import type { LabelClass } from "./api";
import { BoxView, type Layer } from "./box_view";
import { BoxChips, boxHint, described } from "./box_words";
import css from "./boxes.css";
import { between, moved, resized, sameBox, sameBoxes, type Point, type Size } from "./geometry";
import { Gestures, type Hit } from "./gestures";

interface Options {
  classes(): LabelClass[];
  /** A change is finished: a box drawn, moved, resized, named or removed. */
  onChange(boxes: Box[]): void;
}

const ARROWS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const FAR = 10;
const PAN = 40;
const ZOOM = 1.5;
/** Share of the picture that a box made by key takes, and how far the next one lies from it. */
const MADE = 0.3;
const MADE_STEP = 0.04;
const SETTLE_MS = 600;

export class BoxEditor {
  readonly root: HTMLElement;
  private list: Box[] = [];
  private suggestion: Box[] = [];
  private others: readonly Layer[] = [];
  private picture: ImageBitmap | null = null;
  private size: Size = { width: 1, height: 1 };
  private selected = -1;
  private nextClass = "";
  /** What `onChange` was told last, or was loaded. */
  private settled: Box[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly view: BoxView;
  private readonly gestures: Gestures;
  private readonly announcer = element("span", { class: "visually-hidden", "aria-live": "polite" });
  private readonly hint = element("p", { class: "muted small box-hint" });
  private readonly zoomed = element("span", { class: "box-zoom numbers" });
  private readonly chips = new BoxChips((place) => this.choose(place));
  private readonly empty = element("p", { class: "box-empty muted" }, "Loading the picture…");
  private readonly makeButton = button("New box", () => this.make(), {
    title: "A box in the middle, to be moved with the arrows (Insert)",
  });
  private readonly acceptButton = button("", () => this.accept(), { hidden: true });
  private readonly removeButton = button("Remove", () => this.removeAndStay(), {
    title: "Remove the selected box (Delete)",
  });
  private readonly onKeyUp = (event: KeyboardEvent): void => {
    this.gestures.key(event);
    if (event.code in ARROWS) this.settle();
  };

  constructor(private readonly options: Options) {
    this.view = new BoxView(
      () => options.classes(),
      () => this.scene(),
      () => this.refresh(),
    );
    const { stage } = this.view;
    stage.tabIndex = 0;
    stage.setAttribute("role", "application");
    stage.setAttribute("aria-roledescription", "box editor");
    stage.append(this.empty);
    stage.addEventListener("blur", () => this.settle());
    this.gestures = new Gestures(this.view, {
      boxes: () => this.list,
      suggestion: () => this.offered,
      selected: () => this.selected,
      begin: () => this.settle(),
      click: (hit) => this.click(hit),
      drag: (hit, from, to) => this.drag(hit, from, to),
      drop: () => this.settle(),
      cancel: () => this.cancel(),
      changed: () => this.refresh(),
    });
    const tools = element(
      "div",
      { class: "box-tools", role: "group", "aria-label": "Boxes and zoom" },
      this.makeButton,
      this.acceptButton,
      this.removeButton,
      this.chips.root,
      element(
        "div",
        { class: "box-zooms" },
        button("−", () => this.zoom(1 / ZOOM), { "aria-label": "Zoom out", title: "Zoom out (,)" }),
        this.zoomed,
        button("+", () => this.zoom(ZOOM), { "aria-label": "Zoom in", title: "Zoom in (.)" }),
        button("Fit", () => this.fit(), { title: "See the whole picture" }),
      ),
    );
    this.root = element(
      "div",
      { class: "boxes" },
      element("style", {}, css),
      stage,
      tools,
      this.hint,
      this.announcer,
    );
    addEventListener("keyup", this.onKeyUp, true);
    this.refresh();
  }

  get boxes(): Box[] {
    return this.list.map((box) => ({ ...box }));
  }

  /** Where the picture is; it holds the focus while boxes are changed by keys. */
  get stage(): HTMLElement {
    return this.view.stage;
  }

  /** Shows a picture with its boxes. The same picture stays as it is zoomed, the selected box selected. */
  load(
    picture: ImageBitmap | null,
    size: { width: number; height: number },
    boxes: Box[],
    suggestion: Box[] = [],
  ): void {
    const sameSuggestion = sameBoxes(suggestion, this.suggestion);
    if (picture === this.picture && picture && sameBoxes(boxes, this.settled) && sameSuggestion) {
      return;
    }
    const held = picture === this.picture ? this.list[this.selected] : undefined;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.gestures.abort();
    this.picture = picture;
    this.size = size;
    this.list = boxes.map((box) => ({ ...box }));
    this.settled = this.boxes;
    this.suggestion = suggestion.map((box) => ({ ...box }));
    this.selected = held ? this.list.findIndex((box) => sameBox(box, held)) : -1;
    this.empty.hidden = picture !== null;
    this.root.style.setProperty("--ratio", String(size.height / Math.max(1, size.width)));
    this.view.show(picture, size);
    this.refresh();
  }

  /** Shows what others have drawn, below the own boxes. */
  overlay(layers: readonly Layer[]): void {
    this.others = layers;
    this.refresh();
  }

  /** Names the selected box, and the boxes drawn from now on. */
  setClass(name: string): void {
    this.nextClass = name;
    const box = this.list[this.selected];
    if (!box || box.class_name === name) return this.refresh();
    this.list[this.selected] = { ...box, class_name: name };
    this.settle();
    setText(this.announcer, described(this.list, this.selected));
  }

  /** The class of the next box. */
  get className(): string {
    const classes = this.options.classes();
    const known = classes.some((one) => one.name === this.nextClass);
    return known ? this.nextClass : (classes[0]?.name ?? "");
  }

  /** Takes boxes over, of the sample before for instance; those that are there already are not doubled. */
  copyFrom(boxes: Box[]): void {
    const fresh = boxes.filter((box) => !this.list.some((own) => sameBox(own, box)));
    if (fresh.length === 0) return;
    this.list.push(...fresh.map((box) => ({ ...box })));
    this.selected = -1;
    this.settle();
    setText(this.announcer, `${plural(fresh.length, "box", "boxes")} added`);
  }

  /** Puts other boxes in the place of all that are there. */
  replaceWith(boxes: Box[]): void {
    this.list = boxes.map((box) => ({ ...box }));
    this.selected = -1;
    this.settle();
  }

  /** Takes all suggested boxes over. */
  accept(): void {
    this.copyFrom(this.offered);
  }

  deleteSelected(): boolean {
    const box = this.list[this.selected];
    if (!box) return false;
    this.list.splice(this.selected, 1);
    this.selected = -1;
    this.settle();
    setText(this.announcer, `${box.class_name} removed, ${plural(this.list.length, "box", "boxes")} left`);
    return true;
  }

  fit(): void {
    this.view.view.fit();
    this.refresh();
  }

  /** Handles a key; true where it meant something here. */
  key(event: KeyboardEvent): boolean {
    if (this.gestures.key(event)) return true;
    if (event.ctrlKey || event.metaKey) {
      this.settle();
      return false;
    }
    const arrow = ARROWS[event.code];
    if (arrow) return this.arrow(arrow, event);
    this.settle();
    if (event.altKey) return false;
    const onStage = event.composedPath().includes(this.stage);
    if (event.code === "Tab") return onStage && this.step(event.shiftKey ? -1 : 1);
    else if (event.code === "Delete" || event.code === "Backspace") return this.deleteSelected();
    else if (event.code === "Escape") return this.letGo();
    else if (event.code === "Insert") this.make();
    else if (event.code === "Period" || event.code === "NumpadAdd") this.zoom(ZOOM);
    else if (event.code === "Comma" || event.code === "NumpadSubtract") this.zoom(1 / ZOOM);
    else return false;
    return true;
  }

  dispose(): void {
    this.settle();
    removeEventListener("keyup", this.onKeyUp, true);
    this.gestures.abort();
    this.view.dispose();
  }

  private get least(): Size {
    return { width: 1 / Math.max(1, this.size.width), height: 1 / Math.max(1, this.size.height) };
  }

  /** What is suggested and not taken over yet. */
  private get offered(): Box[] {
    return this.suggestion.filter((box) => !this.list.some((own) => sameBox(own, box)));
  }

  private scene(): ReturnType<ConstructorParameters<typeof BoxView>[1]> {
    return {
      layers: [
        ...this.others,
        { look: "suggested", boxes: this.offered, colour: "" },
        { look: "own", boxes: this.list, colour: "" },
      ],
      selected: this.selected,
      hovered: this.gestures.hovered,
      guide: this.gestures.guide,
    };
  }

  private zoom(factor: number): void {
    this.view.view.zoom(factor);
    this.refresh();
  }

  private click(hit: Hit): void {
    if (hit.suggested !== undefined) {
      const taken = this.offered[hit.suggested];
      if (taken) this.copyFrom([taken]);
      this.select(this.list.length - 1);
    } else {
      this.select(hit.place);
    }
  }

  private drag(hit: Hit, from: Point, to: Point): void {
    const start = this.settled[hit.place];
    if (hit.kind === "draw") {
      const { length } = this.settled;
      this.list[length] = { class_name: this.className, ...between(from, to, this.least) };
      this.selected = length;
    } else if (start) {
      const dx = to.x - from.x;
      const dy = to.y - from.y;
      this.list[hit.place] =
        hit.kind === "move"
          ? { ...start, ...moved(start, dx, dy) }
          : { ...start, ...resized(start, hit.grip, dx, dy, this.least) };
      this.selected = hit.place;
    }
    this.view.paint();
  }

  /** A second finger came: what the first one did was the beginning of a pinch. */
  private cancel(): void {
    this.list = this.settled.map((box) => ({ ...box }));
    if (this.selected >= this.list.length) this.selected = -1;
    this.refresh();
  }

  private make(): void {
    this.settle();
    const shift = (this.list.length % 8) * MADE_STEP;
    const from = { x: (1 - MADE) / 2 + shift, y: (1 - MADE) / 2 + shift };
    const to = { x: from.x + MADE, y: from.y + MADE };
    this.list.push({ class_name: this.className, ...between(from, to, this.least) });
    this.settle();
    this.select(this.list.length - 1);
    this.stage.focus({ preventScroll: true });
  }

  private removeAndStay(): void {
    this.deleteSelected();
    this.stage.focus({ preventScroll: true });
  }

  private arrow([x, y]: [number, number], event: KeyboardEvent): boolean {
    const { view } = this.view;
    const box = this.list[this.selected];
    if (!box) {
      if (view.whole || event.altKey || event.shiftKey) return false;
      view.pan(-x * PAN, -y * PAN);
      this.refresh();
      return true;
    }
    const far = event.shiftKey ? FAR : 1;
    const dx = x * far * this.least.width;
    const dy = y * far * this.least.height;
    const rect = event.altKey ? resized(box, "se", dx, dy, this.least) : moved(box, dx, dy);
    this.list[this.selected] = { ...box, ...rect };
    view.reveal(rect);
    this.view.paint();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.settle(), SETTLE_MS);
    return true;
  }

  /** The next box; behind the last one and before the first the focus goes on. */
  private step(by: number): boolean {
    const from = this.selected === -1 && by < 0 ? this.list.length : this.selected;
    const to = from + by;
    if (to < 0 || to >= this.list.length) {
      this.select(-1);
      return false;
    }
    this.select(to);
    return true;
  }

  private letGo(): boolean {
    if (this.gestures.abort()) return true;
    if (this.selected === -1) return false;
    this.select(-1);
    return true;
  }

  private select(place: number): void {
    this.settle();
    this.selected = place in this.list ? place : -1;
    const box = this.list[this.selected];
    if (box) this.view.view.reveal(box);
    setText(this.announcer, box ? described(this.list, this.selected) : "");
    this.refresh();
  }

  /** Ends a change: it is told once, however many steps it took. */
  private settle(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.gestures.busy) return;
    if (!sameBoxes(this.list, this.settled)) {
      this.settled = this.boxes;
      this.options.onChange(this.boxes);
    }
    this.refresh();
  }

  private refresh(): void {
    const one = this.selected !== -1;
    const many = this.offered.length;
    setText(this.hint, boxHint(one));
    setText(this.zoomed, `${Math.round((this.view.view.scale / this.view.view.fitting) * 100)} %`);
    setText(this.acceptButton, `Take ${plural(many, "suggested box", "suggested boxes")}`);
    this.acceptButton.hidden = many === 0;
    this.removeButton.disabled = !one;
    this.makeButton.disabled = this.picture === null || this.options.classes().length === 0;
    this.stage.setAttribute(
      "aria-label",
      `Picture with ${plural(this.list.length, "box", "boxes")}. Insert makes one, Tab goes through them.`,
    );
    if (!this.gestures.busy) this.chips.update(this.list, this.selected, this.options.classes());
    this.view.paint();
  }

  private choose(place: number): void {
    this.select(place);
    this.stage.focus({ preventScroll: true });
  }
}
