// drawing_pad: draw pictures for a class, or draw one and see what a deployed model says.

import answersCss from "../shared/answers.css";
import { button, element } from "../shared/dom";
import gatherCss from "../shared/gather.css";
import { onButton } from "../shared/keyboard";
import { mountable, type Arguments, type Instance } from "../shared/mount";
import { Paper } from "../shared/paper";
import paperCss from "../shared/paper.css";
import { Collector } from "./collect";
import { Predictor } from "./predict";
import css from "./style.css";

export interface PadData {
  mode: "collect" | "predict";
  height: number;
  size: number;
  collection: string | null;
  class_name: string | null;
  counts: Record<string, number> | null;
  endpoint: string | null;
  notify: boolean;
  /** predict: what a drawing is sent as. */
  sends: "image" | "strokes";
  /** predict: samples to try, from the pictures of the artifact `digest`; null: none. */
  tries: { digest: string; samples: TrySample[] } | null;
}

/** A sample that the model was not trained on, and what it is called; "" where nobody said. */
export interface TrySample {
  id: number;
  label: string;
}

/** What stands beside the paper: it learns of strokes and of new props. */
export interface Side {
  readonly panel: HTMLElement;
  readonly actions: HTMLElement[];
  /** Lies on the paper until somebody draws; null where nothing ever does. */
  readonly cover: HTMLElement | null;
  /** A stroke begins. */
  started(): void;
  changed(): void;
  submit(): void;
  update(args: Arguments<PadData>): void;
  dispose(): void;
}

class DrawingPad implements Instance<PadData> {
  private readonly paper: Paper;
  private readonly hint = element("p", { class: "paper-hint", "aria-hidden": true });
  private readonly undo: HTMLButtonElement;
  private readonly clear: HTMLButtonElement;
  private readonly side: Side;
  private readonly pad: HTMLElement;

  constructor(host: HTMLElement, args: Arguments<PadData>) {
    const changed = (): void => this.changed();
    this.paper = new Paper("Drawing area", () => this.started(), changed);
    this.undo = button("Undo", () => this.undoStroke(), { title: "Take back a stroke (Ctrl+Z)" });
    this.clear = button("Clear", () => this.clearAll(), { title: "Start again (Delete)" });
    this.side =
      args.data.mode === "predict"
        ? new Predictor(this.paper, args, () => this.refresh())
        : new Collector(this.paper, args, changed);
    const sheet = element("div", { class: "sheet" }, this.paper.canvas, this.hint);
    if (this.side.cover) sheet.append(this.side.cover);
    const tools = element("div", { class: "tools" }, this.undo, this.clear, ...this.side.actions);
    this.pad = element(
      "div",
      { class: "pad" },
      element("div", { class: "pad-main" }, sheet, tools),
      this.side.panel,
    );
    host.append(this.pad);
    host.addEventListener("keydown", (event) => this.key(event));
    this.update(args);
  }

  update(args: Arguments<PadData>): void {
    this.pad.style.setProperty("--side", `${args.data.height}px`);
    this.hint.textContent =
      args.data.mode === "collect" && args.data.class_name
        ? `Draw: ${args.data.class_name}`
        : "Draw something";
    this.side.update(args);
    this.paper.paint();
    this.refresh();
  }

  dispose(): void {
    this.side.dispose();
    this.paper.dispose();
  }

  private started(): void {
    this.side.started();
    this.refresh();
  }

  private changed(): void {
    this.refresh();
    this.side.changed();
  }

  private refresh(): void {
    const covered = this.side.cover !== null && !this.side.cover.hidden;
    this.hint.hidden = !this.paper.empty || covered;
    this.undo.disabled = this.paper.empty;
    this.clear.disabled = this.paper.empty && !covered;
  }

  private undoStroke(): void {
    this.paper.undo();
    this.changed();
  }

  private clearAll(): void {
    this.paper.clear();
    this.changed();
    this.paper.canvas.focus({ preventScroll: true });
  }

  private key(event: KeyboardEvent): void {
    event.stopPropagation();
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyZ") this.undoStroke();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.code === "Delete" || event.code === "Backspace") this.clearAll();
    else if (event.code === "Enter" && !onButton(event)) this.side.submit();
    else return;
    event.preventDefault();
  }
}

export default mountable<PadData>(gatherCss + answersCss + paperCss + css, (host, args) => new DrawingPad(host, args));
