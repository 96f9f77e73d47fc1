// Collect mode: Add sends the drawing of the current class; the latest ones stand beside the paper.

import { button, count, element, plural, setText, uuid } from "../shared/dom";
import { ApiError, apiUrl, postJson, request } from "../shared/http";
import type { Arguments } from "../shared/mount";
import { showNotice } from "../shared/notice";
import { Outbox, outboxText, type Entry } from "../shared/outbox";
import { picture, type Paper } from "./canvas";
import type { PadData, Side } from "./index";
import { base64, encodeGreyPng } from "./png";
import { rasterise, type Stroke } from "./raster";

interface Drawing extends Entry {
  verb: "add" | "remove";
  target: string;
  collection: string;
  class_name: string;
  image: string;
  strokes: Stroke[];
}

type Counts = Record<string, number>;

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
  private outbox: Outbox<Drawing, Counts>;
  private stopListening: () => void;
  private args: Arguments<PadData>;
  private counts: Counts = {};
  private countsProp = "";
  private reply: Counts | null = null;
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
    this.outbox = openOutbox(args.data.collection);
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
    const pixels = rasterise(this.paper.strokes, size);
    const drawing: Drawing = {
      op_id: uuid(),
      verb: "add",
      target: "",
      collection,
      class_name,
      image: base64(encodeGreyPng(pixels, size, size)),
      strokes: this.paper.strokes.map(([xs, ys, ts]) => [xs.map(Math.round), ys.map(Math.round), ts]),
    };
    this.outbox.add(drawing);
    this.show(drawing, pixels);
    this.paper.clear();
    this.cleared();
    this.paper.canvas.focus({ preventScroll: true });
  }

  dispose(): void {
    this.stopListening();
  }

  private changeCollection(args: Arguments<PadData>): void {
    this.stopListening();
    this.outbox = openOutbox(args.data.collection);
    this.stopListening = this.outbox.listen(() => this.refresh());
    this.reply = this.outbox.reply;
    this.counts = {};
    this.countsProp = "";
    this.announced = null;
    this.recent.replaceChildren();
  }

  private show(drawing: Drawing, pixels: Uint8Array): void {
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

  private remove(drawing: Drawing, item: HTMLElement): void {
    item.remove();
    if (!this.outbox.drop(drawing.op_id)) {
      this.outbox.add({
        ...drawing,
        op_id: uuid(),
        verb: "remove",
        target: drawing.op_id,
        image: "",
        strokes: [],
      });
    }
    this.paper.canvas.focus({ preventScroll: true });
  }

  private refresh(): void {
    this.receive();
    const { class_name, collection } = this.args.data;
    this.addButton.disabled = this.paper.empty || !class_name || !collection;
    const waiting = this.outbox.waiting;
    const total = (name: string): number => {
      const change = waiting
        .filter((drawing) => drawing.class_name === name)
        .reduce((sum, drawing) => sum + (drawing.verb === "add" ? 1 : -1), 0);
      return Math.max(0, (this.counts[name] ?? 0) + change);
    };
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

function openOutbox(collection: string | null): Outbox<Drawing, Counts> {
  return Outbox.open<Drawing, Counts>(`drawings:${collection ?? ""}`, {
    batch: 1,
    gatherMs: 0,
    send: async (drawings) => {
      let reply: Counts | null = null;
      for (const drawing of drawings) reply = (await deliver(drawing)) ?? reply;
      return { acknowledged: drawings.map((drawing) => drawing.op_id), reply };
    },
  });
}

/** Sends one entry; null where the server has no counts to tell. */
async function deliver(drawing: Drawing): Promise<Counts | null> {
  if (drawing.verb === "remove") {
    try {
      const gone = await request("DELETE", apiUrl(`drawings/${drawing.target}`));
      return ((await gone.json()) as { counts: Counts }).counts;
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 404) return null;
      throw failure;
    }
  }
  const { op_id, collection, class_name, image, strokes } = drawing;
  const body = { op_id, collection, class_name, image, strokes };
  return (await postJson<{ counts: Counts }>(apiUrl("drawings"), body)).counts;
}
