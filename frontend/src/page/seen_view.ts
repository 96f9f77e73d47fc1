// The sample as the model gets it: small, and often a surprise.

import { element } from "../shared/dom";

type Shape = readonly [height: number, width: number, channels: number];

export class SeenView {
  private readonly canvas = element("canvas", { class: "seen", role: "img", "aria-label": "What the model sees" });
  readonly root = element("figure", { class: "seen-row" }, this.canvas, element("figcaption", { class: "muted small" }, "What the model sees"));

  constructor(private readonly shape: Shape) {
    this.root.hidden = true;
  }

  show(sample: Uint8Array | null): void {
    this.root.hidden = sample === null;
    if (!sample) return;
    const [height, width, channels] = this.shape;
    this.canvas.width = width;
    this.canvas.height = height;
    const image = new ImageData(width, height);
    for (let place = 0; place < width * height; place += 1) {
      const at = (channel: number): number => sample[place * channels + (channels >= 3 ? channel : 0)] ?? 0;
      image.data.set([at(0), at(1), at(2), 255], place * 4);
    }
    this.canvas.getContext("2d")?.putImageData(image, 0, 0);
  }
}
