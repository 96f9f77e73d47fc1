// The large view of one sample, with its facts.

import { button, element, setText } from "../shared/dom";
import { asApiError } from "../shared/http";
import { showNotice } from "../shared/notice";
import { Sprite } from "./data";

export interface Facts {
  id: number;
  facts: [name: string, value: string][];
}

const LARGEST = 448;
const MARGIN = 96;

export class Viewer {
  private readonly dialog = element("dialog", { class: "viewer", "aria-label": "Sample" });
  private readonly cell = element("div", { class: "cell" });
  private readonly list = element("dl", { class: "facts" });
  private readonly place = element("div");
  private readonly position = element("span", { class: "muted small numbers" });
  private readonly previous = button("Previous", () => this.step(-1));
  private readonly next = button("Next", () => this.step(1));
  private sprite: Sprite | null = null;
  private at = 0;

  constructor(
    host: HTMLElement,
    private readonly digest: string,
    private readonly total: () => number,
    private readonly look: (place: number) => Facts | null,
    private readonly onClose: (place: number) => void,
  ) {
    const close = button("Close", () => this.dialog.close(), { title: "Close (Escape)" });
    this.dialog.append(
      element("div", { class: "viewer-picture" }, this.cell),
      this.place,
      this.list,
      element("div", { class: "viewer-tools" }, this.previous, this.position, this.next, close),
    );
    this.dialog.addEventListener("keydown", (event) => {
      if (event.code === "ArrowLeft") this.step(-1);
      if (event.code === "ArrowRight") this.step(1);
      if (event.code !== "Escape" && event.code !== "Tab") event.stopPropagation();
    });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    this.dialog.addEventListener("close", () => {
      this.release();
      this.onClose(this.at);
    });
    host.append(this.dialog);
  }

  get open(): boolean {
    return this.dialog.open;
  }

  show(place: number): void {
    const found = this.look(place);
    if (!found) return;
    this.at = place;
    setText(this.position, `${place + 1} of ${this.total()}`);
    this.previous.disabled = place === 0;
    this.next.disabled = place + 1 >= this.total();
    this.list.replaceChildren(
      ...[["sample", String(found.id)] as const, ...found.facts].flatMap(([name, value]) => [
        element("dt", {}, name),
        element("dd", {}, value),
      ]),
    );
    if (!this.dialog.open) this.dialog.showModal();
    void this.load(found.id);
  }

  dispose(): void {
    this.release();
    this.dialog.remove();
  }

  private step(by: number): void {
    const to = this.at + by;
    if (to >= 0 && to < this.total()) this.show(to);
  }

  private async load(id: number): Promise<void> {
    try {
      const sprite = await Sprite.load(this.digest, [id]);
      if (this.look(this.at)?.id !== id || !this.dialog.open) {
        sprite.dispose();
        return;
      }
      this.release();
      this.sprite = sprite;
      const side = Math.min(LARGEST, innerWidth - MARGIN, innerHeight / 2);
      sprite.paint(this.cell, 0, Math.floor(side));
      showNotice(this.place, null);
    } catch (failure) {
      const again = { label: "Try again", run: () => void this.load(id) };
      showNotice(this.place, asApiError(failure), again);
    }
  }

  private release(): void {
    this.sprite?.dispose();
    this.sprite = null;
    this.cell.style.backgroundImage = "";
  }
}
