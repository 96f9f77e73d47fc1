// Samples that the model was not trained on, as small pictures to press.

import { button, element } from "../shared/dom";
import { Sprite } from "../shared/sprite";
import type { PadData, TrySample } from "./index";

const SIDE = 48;

export class Tries {
  readonly root = element("section", { class: "tries", "aria-label": "Samples to try", hidden: true });
  private readonly tiles = element("ul", { class: "try-tiles" });
  private buttons = new Map<number, HTMLButtonElement>();
  private shown = "";
  private sprite: Sprite | null = null;
  private stop: AbortController | null = null;

  constructor(private readonly pressed: (id: number, label: string) => void) {
    this.root.append(
      element("p", { class: "muted small" }, "Or try a sample that it was not trained on:"),
      this.tiles,
    );
  }

  update(tries: PadData["tries"]): void {
    const wanted = JSON.stringify(tries);
    if (wanted === this.shown) return;
    this.shown = wanted;
    this.dispose();
    this.tiles.replaceChildren();
    this.buttons.clear();
    this.root.hidden = !tries || tries.samples.length === 0;
    if (tries && tries.samples.length > 0) void this.fill(tries.digest, tries.samples);
  }

  /** Marks the sample that is tried. */
  choose(id: number | null): void {
    for (const [each, made] of this.buttons) made.setAttribute("aria-pressed", String(each === id));
  }

  dispose(): void {
    this.stop?.abort();
    this.sprite?.dispose();
    this.sprite = null;
  }

  private async fill(digest: string, samples: TrySample[]): Promise<void> {
    const stop = new AbortController();
    this.stop = stop;
    const ids = samples.map((sample) => sample.id);
    const sprite = await Sprite.load(digest, ids, stop.signal).catch(() => null);
    if (!sprite || stop.signal.aborted) {
      sprite?.dispose();
      this.root.hidden = true;
      return;
    }
    this.sprite = sprite;
    samples.forEach((sample, place) => this.tiles.append(this.tile(sprite, sample, place)));
  }

  private tile(sprite: Sprite, { id, label }: TrySample, place: number): HTMLElement {
    const picture = element("span", { class: "try-picture" });
    sprite.paint(picture, place, SIDE);
    const name = label || "no class yet";
    const made = button("", () => {
      this.pressed(id, name);
      this.choose(id);
    }, { class: "button try", "aria-pressed": "false", "aria-label": `Try sample ${id}: ${name}`, title: name });
    made.append(picture, element("span", { class: "caption" }, name));
    this.buttons.set(id, made);
    return element("li", {}, made);
  }
}
