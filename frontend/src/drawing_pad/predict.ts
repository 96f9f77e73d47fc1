// Predict mode: after each stroke, or of a picture file or a sample of the dataset, the endpoint is asked what it sees.

import { Answers } from "../shared/answers";
import { button, element } from "../shared/dom";
import type { Arguments } from "../shared/mount";
import type { Paper } from "../shared/paper";
import { base64, encodeGreyPng } from "../shared/png";
import { rasterise } from "../shared/raster";
import { apiUrl, asApiError } from "../shared/http";
import { showNotice } from "../shared/notice";
import { readPicture } from "./picture_file";
import { Tries } from "./tries";
import type { PadData, Side } from "./index";

/** What lies on the paper in place of a drawing. */
type Given = { image: string } | { sample: number };

export class Predictor implements Side {
  readonly actions: HTMLElement[];
  readonly cover = element("img", { class: "cover", alt: "", hidden: true });
  readonly panel: HTMLElement;
  private readonly answers: Answers;
  private readonly tries = new Tries((id, label) => this.trySample(id, label));
  private readonly place = element("div");
  private readonly chooser = element("input", { type: "file", accept: "image/*", hidden: true });
  private readonly choose: HTMLButtonElement;
  private args: Arguments<PadData>;
  private given: Given | null = null;

  constructor(
    private readonly paper: Paper,
    args: Arguments<PadData>,
    private readonly refreshed: () => void,
  ) {
    this.args = args;
    this.answers = new Answers(
      "Draw something",
      "The model answers after every stroke.",
      () => this.args.data.endpoint,
      () => this.question(),
    );
    this.panel = element("div", { class: "side" }, this.place, this.answers.panel, this.tries.root);
    this.choose = button("Picture …", () => this.chooser.click(), {
      title: "Ask about a picture file",
    });
    this.actions = [this.choose, this.chooser];
    this.chooser.addEventListener("change", () => {
      const file = this.chooser.files?.[0];
      this.chooser.value = "";
      if (file) void this.tryFile(file);
    });
    const canvas = paper.canvas;
    canvas.addEventListener("dragover", (event) => event.preventDefault());
    canvas.addEventListener("drop", (event) => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file && this.args.data.sends === "image") void this.tryFile(file);
    });
  }

  started(): void {
    this.uncover();
  }

  update(args: Arguments<PadData>): void {
    const before = this.args.data;
    this.args = args;
    this.choose.hidden = args.data.sends !== "image";
    this.tries.update(args.data.tries);
    if (before.endpoint !== args.data.endpoint || before.size !== args.data.size) this.ask();
  }

  changed(): void {
    this.uncover();
    this.ask();
  }

  submit(): void {
    this.ask();
  }

  dispose(): void {
    this.answers.dispose();
    this.tries.dispose();
    this.uncover();
  }

  private ask(): void {
    this.answers.changed(this.paper.empty && this.given === null);
  }

  private trySample(id: number, label: string): void {
    const digest = this.args.data.tries?.digest ?? "";
    this.lay({ sample: id }, apiUrl("sprite", { samples: digest, ids: String(id) }), label);
  }

  private async tryFile(file: File): Promise<void> {
    try {
      const picture = await readPicture(file);
      this.lay({ image: base64(picture) }, URL.createObjectURL(file), file.name);
    } catch (failure) {
      showNotice(this.place, asApiError(failure));
    }
  }

  private lay(given: Given, address: string, label: string): void {
    this.paper.clear();
    this.uncover();
    this.given = given;
    this.cover.src = address;
    this.cover.alt = label;
    this.cover.hidden = false;
    this.refreshed();
    this.ask();
  }

  private uncover(): void {
    showNotice(this.place, null);
    this.given = null;
    this.tries.choose(null);
    this.cover.hidden = true;
    if (this.cover.src.startsWith("blob:")) URL.revokeObjectURL(this.cover.src);
    this.cover.removeAttribute("src");
  }

  private question(): object | null {
    if (this.given) return this.given;
    if (this.paper.empty) return null;
    const { sends, size } = this.args.data;
    if (sends === "strokes") {
      return { strokes: this.paper.strokes.map(([xs, ys]) => [xs, ys]) };
    }
    return { image: base64(encodeGreyPng(rasterise(this.paper.strokes, size), size, size)) };
  }
}
