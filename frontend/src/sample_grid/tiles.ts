// A tile: a picture, its answer, and how it says so to eyes and to screen readers.

import { element, setText } from "../shared/dom";
import type { Sample, Sprite, State } from "./data";

export const GAP = 6;
export const SMALLEST_TILE = 40;
export const LARGEST_TILE = 112;
const SIZE_KEY = "studio.tile_size";
const GOLDEN_ANGLE = 137.508;

/** A stable hue for a class, far from those of its neighbours. */
export function classHue(class_names: string[], name: string): number {
  const place = class_names.indexOf(name);
  return Math.round((210 + Math.max(0, place) * GOLDEN_ANGLE) % 360);
}

/** Makes a tile for a picture; `id` is what aria-activedescendant points at. */
export function makeTile(id: string): HTMLElement {
  return element(
    "div",
    { id, class: "tile", role: "option", "aria-selected": "false" },
    element("div", { class: "frame" }, element("div", { class: "cell" })),
    element("div", { class: "answer", "aria-hidden": true }),
  );
}

/** Makes a tile for a text: a card with its first lines, and the answer at its foot. */
export function makeCard(id: string): HTMLElement {
  const foot = element("div", { class: "answer", "aria-hidden": true });
  return element(
    "div",
    { id, class: "tile card", role: "option", "aria-selected": "false" },
    element("div", { class: "frame" }, element("p", { class: "excerpt" }), foot),
  );
}

/** Shows the beginning of a text, or that it is still on its way. */
export function paintText(tile: HTMLElement, text: string | null): void {
  const excerpt = tile.querySelector<HTMLElement>(".excerpt");
  if (!excerpt) return;
  tile.classList.toggle("loading", text === null);
  excerpt.classList.toggle("muted", text === "");
  setText(excerpt, text === "" ? "(an empty text)" : (text ?? ""));
}

/** Marks a sample that takes no part. */
export function paintState(tile: HTMLElement, state: State): void {
  if (state === "kept") {
    delete tile.dataset["state"];
    tile.removeAttribute("title");
    return;
  }
  tile.dataset["state"] = state;
  tile.title = state;
}

/** Shows the picture of a sample, or the place where it will be. */
export function paintPicture(tile: HTMLElement, sprite: Sprite | null, place: number, side: number): void {
  const cell = tile.querySelector<HTMLElement>(".cell");
  if (!cell) return;
  tile.classList.toggle("loading", sprite === null);
  if (sprite) sprite.paint(cell, place, side);
  else cell.style.backgroundImage = "";
}

/** Shows the answer of a sample below its picture. */
export function paintAnswer(tile: HTMLElement, sample: Sample, class_names: string[]): void {
  const answer = tile.querySelector<HTMLElement>(".answer");
  if (!answer) return;
  setText(answer, sample.class_name ?? "");
  tile.classList.toggle("answered", sample.class_name !== null);
  if (sample.class_name !== null) {
    tile.style.setProperty("--hue", String(classHue(class_names, sample.class_name)));
    answer.title = sample.class_name;
  } else {
    answer.removeAttribute("title");
  }
  const parts = [`sample ${sample.id}`, sample.class_name ?? "no answer"];
  if (sample.state !== "kept") parts.push(sample.state);
  if (sample.text !== null) parts.push(sample.text);
  tile.setAttribute("aria-label", parts.join(", "));
  paintState(tile, sample.state);
}

/** Shows lines of text given by the page below a picture. */
export function paintCaption(tile: HTMLElement, sample: number, lines: string[]): void {
  const answer = tile.querySelector<HTMLElement>(".answer");
  if (!answer) return;
  answer.classList.add("caption");
  answer.replaceChildren(
    ...lines.map((line) => element("div", { title: line }, line)),
  );
  tile.setAttribute("aria-label", [`sample ${sample}`, ...lines].join(", "));
}

/** The tile size this person chose last, in pixels. */
export function storedTileSize(fallback: number): number {
  try {
    const size = Number(localStorage.getItem(SIZE_KEY));
    if (size >= SMALLEST_TILE && size <= LARGEST_TILE) return size;
  } catch {
    // Storage is forbidden: the default is good enough.
  }
  return fallback;
}

/** A slider for the tile size. */
export function sizeSlider(size: number, onChange: (size: number) => void): HTMLElement {
  const input = element("input", {
    type: "range",
    class: "size",
    min: SMALLEST_TILE,
    max: LARGEST_TILE,
    step: 8,
    value: size,
    "aria-label": "Tile size",
    title: "Tile size",
  });
  input.addEventListener("input", () => {
    try {
      localStorage.setItem(SIZE_KEY, input.value);
    } catch {
      // Storage is forbidden: the choice lasts as long as the page.
    }
    onChange(Number(input.value));
  });
  return input;
}

/** How many tiles stand side by side. */
export function columnsIn(width: number, side: number): number {
  return Math.max(1, Math.floor((width + GAP) / (side + GAP)));
}

/** Where the focus goes from `at` by a key; null when the key does not move it. */
export function moved(code: string, at: number, columns: number, total: number): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -total,
    End: total,
  };
  const step = steps[code];
  if (step === undefined || total === 0) return null;
  const to = at + step;
  if (Math.abs(step) === columns && columns > 1 && (to < 0 || to >= total)) return at;
  return Math.min(total - 1, Math.max(0, to));
}
