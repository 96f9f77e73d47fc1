// The picture on the stage, as large as there is room for.

import { element, setText } from "../shared/dom";
import type { Pictures } from "./pictures";

/** Pictures up to so many pixels a side are shown in whole multiples, pixel by pixel. */
const CRISP = 128;
const WAITING = "Loading the picture…";

export class SamplePicture {
  private readonly canvas = element("canvas", { class: "picture", role: "img" });
  private readonly waiting = element("p", { class: "muted picture-waiting" }, WAITING);
  private readonly observer: ResizeObserver;
  private painted = -1;

  constructor(
    private readonly stage: HTMLElement,
    private readonly pictures: Pictures,
    /** A picture has just come to be seen. */
    private readonly seen: () => void,
  ) {
    stage.append(this.canvas, this.waiting);
    this.observer = new ResizeObserver(() => this.fit());
    this.observer.observe(stage);
  }

  /** Shows the picture of a sample, or that it is on its way. */
  show(item: number, label: string): void {
    this.canvas.setAttribute("aria-label", label);
    const picture = this.pictures.get(item);
    this.canvas.hidden = picture === null;
    this.waiting.hidden = picture !== null;
    if (!picture) {
      const error = this.pictures.error(item);
      setText(this.waiting, error ? `${error.what} ${error.fix}` : WAITING);
      this.painted = -1;
      return;
    }
    if (this.painted === item) return;
    const resized = this.canvas.width !== picture.width || this.canvas.height !== picture.height;
    if (resized) {
      this.canvas.width = picture.width;
      this.canvas.height = picture.height;
    }
    const context = this.canvas.getContext("2d");
    context?.clearRect(0, 0, picture.width, picture.height);
    context?.drawImage(picture, 0, 0);
    if (resized || this.painted === -1) this.fit();
    this.painted = item;
    this.seen();
  }

  dispose(): void {
    this.observer.disconnect();
  }

  /** As large as the stage allows; small pictures in whole multiples, so that pixels stay square. */
  private fit(): void {
    const { width, height } = this.canvas;
    const room = Math.max(1, this.stage.clientWidth);
    const high = Math.max(1, this.stage.clientHeight);
    const crisp = Math.max(width, height) <= CRISP;
    let scale = Math.min(room / width, high / height);
    if (crisp && scale > 1) scale = Math.floor(scale);
    this.canvas.style.width = `${width * scale}px`;
    this.canvas.style.height = `${height * scale}px`;
    this.canvas.classList.toggle("crisp", crisp && scale > 1);
  }
}
