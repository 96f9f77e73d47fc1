// Collect mode: Add sends the drawing of the current class; the latest ones stand beside the paper.

import { button, count, element, plural, setText } from "../shared/dom";
import {
  countWith,
  finished,
  openDrawings,
  takeBack,
  type DrawingCounts,
  type DrawingOp,
  type DrawingOutbox,
} from "../shared/drawings";
import type { Arguments } from "../shared/mount";
import { showNotice } from "../shared/notice";
import { outboxText } from "../shared/outbox";
import { picture, type Paper } from "../shared/paper";
import type { PadData, Side } from "./index";

const SHOWN = 12;

export class Collector implements Side {
  readonly panel = element("section", { class: "side", "aria-label": "Drawings" });
  readonly actions: HTMLElement[];
  private readonly addButton = button("Add", () => this.submit(), {
    class: "button primary",
    title: "Add this drawing (Enter)",
  });
  private readonly countLine = element("p", { class: "count", "aria-live": "polite" });
  private readonly status = element("span", { class: "status", role: "status" });
  private readonly recent = element("ul", { class: "recent", "aria-label": "Latest drawings" });
  private readonly place = element("div");
  private outbox: DrawingOutbox;
  private stopListening: () => void;
  private args: Arguments<PadData>;
  private counts: DrawingCounts = {};
  private countsProp = "";
  private reply: DrawingCounts | null = null;
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
      element("div", { class: "count-row" }, this.countLine, this.status),
      this.recent,
      this.place,
    );
    this.outbox = openDrawings(args.data.collection ?? "");
    this.stopListening = this.outbox.listen(() => this.refresh());
  }

  update(args: Arguments<PadData>): void {
    if (args.data.collection !== this.args.data.collection) this.changeCollection(args);
    this.args = args;
    const counts = JSON.stringify(args.data.counts ?? {});
    if (counts !== this.countsProp) {
      this.countsProp = counts;
      this.counts = args.data.counts ?? {};
    }
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
    this.reply = this.outbox.reply;
    this.counts = {};
    this.countsProp = "";
    this.announced = null;
    this.recent.replaceChildren();
  }

  private show(drawing: DrawingOp, pixels: Uint8Array): void {
    const label = `drawing of ${drawing.class_name}`;
    const remove = button("×", () => this.remove(drawing, item), {
      class: "button remove",
      "aria-label": `Remove this ${label}`,
      title: "Remove",
    });
    const item = element(
      "li",
      {},
      picture(pixels, this.args.data.size, label),
      element("span", { class: "caption", title: drawing.class_name }, drawing.class_name),
      remove,
    );
    this.recent.prepend(item);
    while (this.recent.children.length > SHOWN) this.recent.lastElementChild?.remove();
  }

  private remove(drawing: DrawingOp, item: HTMLElement): void {
    item.remove();
    takeBack(this.outbox, drawing);
    this.paper.canvas.focus({ preventScroll: true });
  }

  private refresh(): void {
    this.receive();
    const { class_name, collection } = this.args.data;
    this.addButton.disabled = this.paper.empty || !class_name || !collection;
    const waiting = this.outbox.waiting;
    const total = (name: string): number => countWith(waiting, this.counts, name);
    setText(
      this.countLine,
      class_name
        ? `${class_name}: ${plural(total(class_name), "drawing")}`
        : "Choose a class to draw for.",
    );
    this.status.dataset["state"] = this.outbox.state;
    this.status.hidden = this.outbox.state === "idle";
    setText(this.status, outboxText(this.outbox.state, waiting.length));
    const refused = this.outbox.state === "refused";
    showNotice(
      this.place,
      refused ? this.outbox.error : null,
      { label: "Try again", run: () => this.outbox.retry() },
      { label: `Discard ${count(waiting.length)} unsaved`, run: () => void this.outbox.discard() },
    );
  }

  /** Takes over new counts from the server and tells Python of them, when it asked for that. */
  private receive(): void {
    if (!this.outbox.reply || this.outbox.reply === this.reply) return;
    this.reply = this.outbox.reply;
    this.counts = this.reply;
    const total = Object.values(this.counts).reduce((sum, value) => sum + value, 0);
    if (!this.args.data.notify || total === this.announced) return;
    this.announced = total;
    this.args.setStateValue("added", total);
  }
}
