// All flags that were fetched, side by side: where one is, what was said about each, and a way to any of them.

import { element, setText } from "../shared/dom";
import { columnsIn, keepInSight, moved } from "../shared/tiling";
import type { Flag } from "./data";

const SIDE = 72;
const MARKS: Record<string, string> = { wrong: "✗", right: "✓", skipped: "…", open: "" };
const SAID: Record<string, string> = {
  wrong: "label is wrong",
  right: "label is right",
  skipped: "skipped",
  open: "not judged",
};

export class FlagTiles {
  readonly root = element("div", {
    class: "tile-list flag-tiles",
    role: "listbox",
    tabindex: 0,
    "aria-label": "Flags",
  });
  private readonly tiles = new Map<number, HTMLElement>();

  constructor(
    private readonly paint: (target: HTMLElement, sample: number, side: number) => boolean,
    private readonly go: (place: number) => void,
  ) {}

  /** Where a key leads from the flag on display; null: nowhere. */
  target(code: string, at: number, total: number): number | null {
    return moved(code, at, columnsIn(this.root.clientWidth, SIDE), total);
  }

  update(flags: Flag[], at: number): void {
    const wanted = new Set(flags.map((flag) => flag.sample));
    for (const [sample, tile] of this.tiles) {
      if (wanted.has(sample)) continue;
      tile.remove();
      this.tiles.delete(sample);
    }
    flags.forEach((flag, place) => {
      let tile = this.tiles.get(flag.sample);
      if (!tile) {
        tile = this.made(flag, place);
        this.tiles.set(flag.sample, tile);
        this.root.append(tile);
      }
      this.show(tile, flag, place === at);
    });
    const current = flags[at];
    const tile = current && this.tiles.get(current.sample);
    if (tile) {
      this.root.setAttribute("aria-activedescendant", tile.id);
      keepInSight(this.root, tile);
    } else this.root.removeAttribute("aria-activedescendant");
  }

  private made(flag: Flag, place: number): HTMLElement {
    const frame = element("div", { class: "frame" });
    frame.append(
      flag.text === null
        ? element("div", { class: "cell" })
        : element("div", { class: "snippet" }, flag.text.slice(0, 60)),
    );
    const tile = element(
      "div",
      { class: "tile", role: "option", id: `flag-${flag.sample}` },
      frame,
      element("span", { class: "mark", "aria-hidden": true }),
    );
    tile.style.setProperty("--side", `${SIDE}px`);
    tile.addEventListener("click", () => this.go(place));
    return tile;
  }

  private show(tile: HTMLElement, flag: Flag, current: boolean): void {
    const cell = tile.querySelector<HTMLElement>(".cell");
    if (cell && !cell.dataset["painted"] && this.paint(cell, flag.sample, SIDE)) {
      cell.dataset["painted"] = "yes";
    }
    tile.classList.toggle("doubtful", !flag.likely);
    tile.dataset["verdict"] = flag.verdict;
    tile.setAttribute("aria-selected", String(current));
    const words = `Sample ${flag.sample}: labelled ${flag.given}, ${flag.suggested} suggested, ${SAID[flag.verdict]}`;
    tile.setAttribute("aria-label", words);
    tile.title = words;
    const mark = tile.querySelector(".mark");
    if (mark) setText(mark, MARKS[flag.verdict] ?? "");
  }
}
