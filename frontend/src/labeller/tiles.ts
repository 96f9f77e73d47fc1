// Tiles of a page: what they show, how they lie, and the pictures on them.

import { element, setText } from "../shared/dom";
import { columnsIn, GAP } from "../shared/tiling";
import { Sprite } from "../shared/sprite";
import { inWords, suggestedWords, type Answer } from "./answer";
import type { LabelItem } from "./api";

const SMALLEST = 36;
const SMALLEST_TOUCH = 52;
const LARGEST = 168;
const CARD_WIDTH = 250;
/** From this side on there is room for the name of a class in a tile. */
const NAME_NEEDS = 48;
const SHEETS_KEPT = 6;

export function makeTile(id: string, text: boolean): HTMLElement {
  const inside = text
    ? element("p", { class: "excerpt" })
    : element("div", { class: "cell" });
  return element(
    "div",
    { id, class: text ? "tile card" : "tile", role: "option", "aria-selected": "false" },
    element("div", { class: "frame" }, inside, element("div", { class: "name", "aria-hidden": true })),
  );
}

export interface Layout {
  columns: number;
  /** Side of a picture in pixels. */
  side: number;
}

/** The largest tiles with which a page is one glance. */
export function layout(total: number, width: number, height: number, text: boolean): Layout {
  if (text) return { columns: columnsIn(width, Math.min(width, CARD_WIDTH)), side: CARD_WIDTH };
  const least = matchMedia("(hover: none)").matches ? SMALLEST_TOUCH : SMALLEST;
  for (let side = LARGEST; side > least; side -= 2) {
    const columns = columnsIn(width, side);
    if (Math.ceil(total / columns) * (side + GAP) - GAP <= height) return { columns, side };
  }
  return { columns: columnsIn(width, least), side: least };
}

/** Shows an answer on a tile, or faintly what is suggested. */
export function paintTile(
  tile: HTMLElement,
  item: LabelItem | undefined,
  answer: Answer,
  side: number,
  colour: (class_name: string) => string,
): void {
  const suggestion = item?.suggestion?.value ?? null;
  const open = answer.standing === "open" && !answer.pending;
  const guess = open && suggestion ? suggestedWords(suggestion) : "";
  const words = open ? guess : inWords(answer) || "no class";
  const first = open ? suggestion?.classes[0] : answer.value.classes[0];
  tile.classList.toggle("answered", answer.standing !== "open");
  tile.classList.toggle("pending", answer.pending);
  tile.classList.toggle("skipped", answer.standing === "skipped");
  tile.classList.toggle("suggested", guess !== "");
  tile.classList.toggle("unsure", answer.unsure);
  tile.classList.toggle("returned", item?.standing === "returned" && open);
  if (first) tile.style.setProperty("--colour", colour(first));
  else tile.style.removeProperty("--colour");
  const name = tile.querySelector<HTMLElement>(".name");
  if (name) setText(name, side >= NAME_NEEDS ? words : "");
  const parts = [`sample ${item?.item ?? ""}`, open ? "no answer" : words];
  if (guess) parts.push(`suggested: ${guess}`);
  if (answer.unsure) parts.push("not sure");
  if (item?.returned) parts.push(`sent back: ${item.returned}`);
  if (item?.text) parts.push(item.text.slice(0, 200));
  tile.setAttribute("aria-label", parts.join(", "));
  const more = [words, answer.comment && `“${answer.comment}”`, item?.returned && `Sent back: ${item.returned}`];
  tile.title = more.filter(Boolean).join("\n");
}

/** The pictures of whole pages, fetched once each. */
export class Sheets {
  private readonly kept = new Map<string, Promise<Sprite>>();

  constructor(private readonly samples: string) {}

  get(items: readonly number[]): Promise<Sprite> {
    const key = items.join();
    const known = this.kept.get(key);
    if (known) return known;
    const asked = Sprite.load(this.samples, items);
    asked.catch(() => this.kept.delete(key));
    this.kept.set(key, asked);
    for (const [old, sprite] of this.kept) {
      if (this.kept.size <= SHEETS_KEPT) break;
      this.kept.delete(old);
      sprite.then((made) => made.dispose()).catch(() => undefined);
    }
    return asked;
  }

  dispose(): void {
    for (const sprite of this.kept.values()) {
      sprite.then((made) => made.dispose()).catch(() => undefined);
    }
    this.kept.clear();
  }
}
