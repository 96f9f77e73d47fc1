// A picture file: chosen, dropped or pasted.

import { button, element, setText } from "../shared/dom";
import type { Facts, Sample } from "./facts";
import { opened, sampled } from "./pictures";
import type { Bitmap } from "./resample";
import { SeenView } from "./seen_view";
import type { Changed, Way } from "./way";

export class Picture implements Way {
  readonly name = "Picture";
  readonly hint = "Choose a picture, drop one here, or paste one.";
  readonly panel: HTMLElement;
  private readonly file = element("input", { type: "file", accept: "image/*", class: "visually-hidden", tabindex: -1, "aria-label": "Picture file" });
  private readonly shown = element("img", { class: "preview", alt: "" });
  private readonly fault = element("p", { class: "notice", role: "alert" });
  private readonly seen: SeenView;
  private readonly inverted: HTMLInputElement | null;
  private picture: Bitmap | null = null;
  private address = "";
  private active = false;

  constructor(
    private readonly facts: Facts,
    private readonly changed: Changed,
  ) {
    this.seen = new SeenView(facts.shape);
    const choose = button("Choose a picture", () => this.file.click(), { class: "button primary" });
    const area = element("div", { class: "drop" }, choose, this.file, element("span", { class: "muted small" }, "or drop one here, or paste it"));
    this.inverted = inkToggle(facts, changed);
    this.panel = element("div", { class: "pad-main" }, area, this.fault, this.shown);
    if (this.inverted) this.panel.append(inkLabel(this.inverted));
    this.panel.append(this.seen.root);
    this.shown.hidden = true;
    this.fault.hidden = true;
    this.file.addEventListener("change", () => void this.take(this.file.files?.[0]));
    this.panel.addEventListener("dragover", (event) => event.preventDefault());
    this.panel.addEventListener("drop", (event) => {
      event.preventDefault();
      void this.take(event.dataTransfer?.files[0]);
    });
    document.addEventListener("paste", (event) => {
      const found = event.clipboardData?.files[0];
      if (this.active && found) void this.take(found);
    });
  }

  sample(): Sample | null {
    if (!this.picture) return null;
    const pixels = sampled(this.picture, this.facts.shape, this.inverted?.checked ?? false);
    this.seen.show(pixels);
    return pixels;
  }

  show(shown: boolean): void {
    this.active = shown;
  }

  private async take(file: File | undefined): Promise<void> {
    if (!file) return;
    this.file.value = "";
    try {
      this.picture = await opened(file);
    } catch {
      this.picture = null;
      setText(this.fault, `${file.name} is no picture that this browser can read. Try a png or jpg file.`);
    }
    this.fault.hidden = this.picture !== null;
    URL.revokeObjectURL(this.address);
    this.address = this.picture ? URL.createObjectURL(file) : "";
    this.shown.hidden = this.picture === null;
    if (this.picture) {
      this.shown.src = this.address;
      this.shown.alt = file.name;
    } else {
      this.seen.show(null);
    }
    this.changed();
  }
}

/** A box to tick for ink on paper, where the model sees in grey; null where it sees colours. */
export function inkToggle(facts: Facts, changed: Changed): HTMLInputElement | null {
  if (facts.shape[2] !== 1) return null;
  const box = element("input", { type: "checkbox" });
  box.addEventListener("change", changed);
  return box;
}

export function inkLabel(box: HTMLInputElement): HTMLElement {
  return element("label", { class: "tick small" }, box, "Ink on paper (dark on light): swap dark and light");
}
