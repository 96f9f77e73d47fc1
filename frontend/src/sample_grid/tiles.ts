// A tile: a picture, its answer, and how it says so to eyes and to screen readers.

import { element, setText } from "../shared/dom";
import type { Sprite } from "../shared/sprite";
import type { Sample, State } from "./data";

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
