// The camera: the model answers to what it sees, over and over.

import { Lens } from "../camera/lens";
import { button, element, setText } from "../shared/dom";
import { ApiError } from "../shared/http";
import type { Facts, Sample } from "./facts";
import { inkLabel, inkToggle } from "./picture";
import { sampled, seen } from "./pictures";
import { SeenView } from "./seen_view";
import type { Changed, Way } from "./way";

const EVERY_MS = 200;

export class Webcam implements Way {
  readonly name = "Camera";
  readonly hint = "Start the camera; the model answers to what it sees.";
  readonly panel: HTMLElement;
  private readonly lens = new Lens((error) => this.fail(error));
  private readonly frame = element("div", { class: "sheet camera" });
  private readonly fault = element("p", { class: "notice", role: "alert" });
  private readonly toggle = button("Start the camera", () => void this.press(), { class: "button primary" });
  private readonly view: SeenView;
  private readonly inverted: HTMLInputElement | null;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private readonly facts: Facts,
    private readonly changed: Changed,
  ) {
    this.view = new SeenView(facts.shape);
    this.frame.append(this.lens.video);
    this.inverted = inkToggle(facts, changed);
    this.panel = element("div", { class: "pad-main" }, this.frame, this.fault, element("div", { class: "tools" }, this.toggle));
    if (this.inverted) this.panel.append(inkLabel(this.inverted));
    this.panel.append(this.view.root);
    this.fault.hidden = true;
    this.frame.hidden = true;
  }

  sample(): Sample | null {
    const picture = this.lens.live ? seen(this.lens.video) : null;
    if (!picture) return null;
    const pixels = sampled(picture, this.facts.shape, this.inverted?.checked ?? false);
    this.view.show(pixels);
    return pixels;
  }

  show(shown: boolean): void {
    if (!shown) this.stop();
  }

  private async press(): Promise<void> {
    if (this.lens.live) {
      this.stop();
      this.changed();
      return;
    }
    this.fault.hidden = true;
    this.toggle.disabled = true;
    try {
      await this.lens.start();
      this.frame.classList.toggle("mirrored", this.lens.mirrored);
      this.timer = setInterval(this.changed, EVERY_MS);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      this.fail(failure);
    } finally {
      this.toggle.disabled = false;
    }
    this.refresh();
  }

  private stop(): void {
    clearInterval(this.timer);
    this.lens.stop();
    this.refresh();
  }

  private refresh(): void {
    setText(this.toggle, this.lens.live ? "Stop the camera" : "Start the camera");
    this.frame.hidden = !this.lens.live;
    if (!this.lens.live) this.view.show(null);
  }

  private fail(error: ApiError): void {
    setText(this.fault, `${error.message} ${error.why}`);
    this.fault.hidden = false;
    this.stop();
    this.changed();
  }
}
