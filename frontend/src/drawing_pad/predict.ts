// Predict mode: after each stroke the endpoint is asked what it sees.

import { Answers } from "../shared/answers";
import type { Arguments } from "../shared/mount";
import type { Paper } from "../shared/paper";
import { base64, encodeGreyPng } from "../shared/png";
import { rasterise } from "../shared/raster";
import type { PadData, Side } from "./index";

export class Predictor implements Side {
  readonly actions: HTMLElement[] = [];
  private readonly answers: Answers;
  private args: Arguments<PadData>;

  constructor(
    private readonly paper: Paper,
    args: Arguments<PadData>,
  ) {
    this.args = args;
    this.answers = new Answers(
      "Draw something",
      "The model answers after every stroke.",
      () => this.args.data.endpoint,
      () => this.question(),
    );
  }

  get panel(): HTMLElement {
    return this.answers.panel;
  }

  update(args: Arguments<PadData>): void {
    const before = this.args.data;
    this.args = args;
    if (before.endpoint !== args.data.endpoint || before.size !== args.data.size) this.changed();
  }

  changed(): void {
    this.answers.changed(this.paper.empty);
  }

  submit(): void {
    this.changed();
  }

  dispose(): void {
    this.answers.dispose();
  }

  private question(): object | null {
    if (this.paper.empty) return null;
    const { size } = this.args.data;
    return { image: base64(encodeGreyPng(rasterise(this.paper.strokes, size), size, size)) };
  }
}
