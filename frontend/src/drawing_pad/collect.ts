// Collect mode: Add sends the drawing of the current class; the latest ones stand beside the paper.

import { button, count, element, plural, setText } from "../shared/dom";
import { drawingTile } from "../shared/drawing_tile";
import {
  DrawingTally,
  finished,
  openDrawings,
  takeBack,
  type DrawingOp,
  type DrawingOutbox,
} from "../shared/drawings";
import type { Arguments } from "../shared/mount";
import type { Paper } from "../shared/paper";
import { SaveStatus, showRefused } from "../shared/saving";
import type { PadData, Side } from "./index";

const SHOWN = 12;

export class Collector implements Side {
  readonly panel = element("section", { class: "side", "aria-label": "Drawings" });
  readonly actions: HTMLElement[];
  readonly cover = null;
  private readonly addButton = button("Add", () => this.submit(), {
    class: "button primary",
    title: "Add this drawing (Enter)",
  });
  private readonly countLine = element("p", { class: "count", "aria-live": "polite" });
  private readonly status = new SaveStatus();
  private readonly recent = element("ul", { class: "recent", "aria-label": "Latest drawings" });
  private readonly place = element("div");
  private outbox: DrawingOutbox;
  private tally: DrawingTally;
  private stopListening: () => void;
  private args: Arguments<PadData>;
  private countsProp = "";
  private announced: number | null = null;

  constructor(
    private readonly paper: Paper,
    args: Arguments<PadData>,
    private readonly cleared: () => void,
  ) {
    this.args = args;
    this.addButton.append(element("kbd", { class: "key on-accent", "aria-hidden": true }, "Enter"));
    this.actions = [this.addButton];
    this.panel.append(
      element("div", { class: "count-row" }, this.countLine, this.status.root),
      this.recent,
      this.place,
    );
    this.outbox = openDrawings(args.data.collection ?? "");
    this.tally = new DrawingTally(this.outbox);
    this.stopListening = this.outbox.listen(() => this.refresh());
  }

  update(args: Arguments<PadData>): void {
    if (args.data.collection !== this.args.data.collection) this.changeCollection(args);
    this.args = args;
    const counts = JSON.stringify(args.data.counts ?? {});
    if (counts !== this.countsProp) {
      this.countsProp = counts;
      this.tally.counts = args.data.counts ?? {};
    }
    this.refresh();
  }

  started(): void {
    this.refresh();
  }

  changed(): void {
    this.refresh();
  }

  submit(): void {
    const { collection, class_name, size } = this.args.data;
    if (this.paper.empty || !collection || !class_name) return;
    const { op, pixels } = finished(this.paper.strokes, size, { collection, class_name });
    this.outbox.add(op);
    this.show(op, pixels);
    this.paper.clear();
    this.cleared();
    this.paper.canvas.focus({ preventScroll: true });
  }

  dispose(): void {
    this.stopListening();
  }

  private changeCollection(args: Arguments<PadData>): void {
    this.stopListening();
    this.outbox = openDrawings(args.data.collection ?? "");
    this.stopListening = this.outbox.listen(() => this.refresh());
    this.tally = new DrawingTally(this.outbox);
    this.tally.follow(); // what it told before is older than the counts that come with this page
    this.countsProp = "";
    this.announced = null;
    this.recent.replaceChildren();
  }

  private show(drawing: DrawingOp, pixels: Uint8Array): void {
    const { size } = this.args.data;
    const tile = drawingTile(drawing, pixels, size, () => this.remove(drawing, tile));
    this.recent.prepend(tile);
    while (this.recent.children.length > SHOWN) this.recent.lastElementChild?.remove();
  }

  private remove(drawing: DrawingOp, tile: HTMLElement): void {
    tile.remove();
    takeBack(this.outbox, drawing);
    this.paper.canvas.focus({ preventScroll: true });
  }

  private refresh(): void {
    this.receive();
    const { class_name, collection } = this.args.data;
    this.addButton.disabled = this.paper.empty || !class_name || !collection;
    setText(
      this.countLine,
      class_name
        ? `${class_name}: ${plural(this.tally.of(class_name), "drawing")}`
        : "Choose a class to draw for.",
    );
    const { outbox } = this;
    const waiting = outbox.waiting.length;
    this.status.show(outbox.state, waiting);
    showRefused(this.place, outbox, `${count(waiting)} unsaved`, () => void outbox.discard());
  }

  /** Takes over new counts from the server and tells Python of them, when it asked for that. */
  private receive(): void {
    if (!this.tally.follow()) return;
    const total = Object.values(this.tally.counts).reduce((sum, value) => sum + value, 0);
    if (!this.args.data.notify || total === this.announced) return;
    this.announced = total;
    this.args.setStateValue("added", total);
  }
}
