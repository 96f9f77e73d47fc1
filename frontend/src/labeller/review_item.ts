// One sample under review, large: its picture with everybody's boxes, or its text with the spans of one answer.

import type { Box } from "../shared/box";
import { element } from "../shared/dom";
import { showNotice } from "../shared/notice";
import type { LabelClass, LabelValue, ReviewItem, SessionView } from "./api";
import { said } from "./alike";
import type { Layer } from "./box_view";
import { BoxEditor } from "./boxes";
import { Pictures } from "./pictures";
import { markedText } from "./value_view";

/** Pictures smaller than this are shown pixel by pixel. */
const SMALL = 160;
const PEOPLE = ["#e45756", "#2f7fd6", "#3f9b46", "#c77700", "#9463c9", "#00929a", "#c2478f", "#7d6b57"];

/** The colour of what the n-th person drew. */
export function personColour(place: number): string {
  return PEOPLE[place % PEOPLE.length] ?? "#888888";
}

export class ReviewStage {
  readonly root = element("div", { class: "review-stage" });
  readonly editor: BoxEditor | null;
  private readonly pictures: Pictures;
  private readonly picture = element("canvas", { class: "review-picture", role: "img", hidden: true });
  private readonly frame = element("div", { class: "review-frame" }, this.picture);
  private readonly text = element("p", { class: "review-text", tabindex: 0, "aria-label": "Text" });
  private readonly place = element("div");
  private item: ReviewItem | null = null;
  private painted: ImageBitmap | null = null;
  private readonly hidden = new Set<number>();

  constructor(
    private readonly view: SessionView,
    private readonly classes: () => LabelClass[],
    edited: (boxes: Box[]) => void,
  ) {
    this.pictures = new Pictures(view.samples_digest, view.shape, (items) => {
      if (this.item && items.includes(this.item.item)) this.draw(this.editor?.boxes ?? []);
    });
    const boxes = view.session.config.answer === "boxes";
    this.editor = boxes ? new BoxEditor({ classes, onChange: edited }) : null;
    const shown = view.task === "text" ? this.text : (this.editor?.root ?? this.frame);
    this.root.append(this.place, shown);
  }

  /** Shows a sample; `boxes` are what the reviewer has drawn so far, `ahead` is what comes next. */
  show(item: ReviewItem, boxes: Box[], ahead: number[]): void {
    const fresh = item.item !== this.item?.item;
    this.item = item;
    if (this.view.task === "text") {
      if (fresh) this.text.scrollTop = 0;
      this.marks(null);
      return;
    }
    if (fresh) this.hidden.clear();
    this.pictures.want([item.item, ...ahead]);
    this.draw(boxes);
  }

  /** Marks the spans of an answer in the text; null: none. */
  marks(value: LabelValue | null): void {
    if (this.view.task !== "text" || !this.item) return;
    const nodes = markedText(this.classes(), this.item.text ?? "", value?.spans ?? []);
    this.text.replaceChildren(...nodes);
  }

  /** The boxes of one answer are shown or not; returns whether they are now. */
  toggle(place: number): boolean {
    if (!this.hidden.delete(place)) this.hidden.add(place);
    this.overlay(null);
    return !this.hidden.has(place);
  }

  /** Only the boxes of one answer are shown for now; null: those of everybody. */
  emphasise(place: number | null): void {
    this.overlay(place);
  }

  dispose(): void {
    this.editor?.dispose();
    this.pictures.dispose();
  }

  private draw(boxes: Box[]): void {
    const { item } = this;
    if (!item) return;
    const bitmap = this.pictures.get(item.item);
    const again = { label: "Try again", run: () => this.pictures.retry() };
    showNotice(this.place, bitmap ? null : this.pictures.error(item.item), again);
    if (this.editor) {
      this.editor.load(bitmap, this.pictures.size, boxes);
      this.overlay(null);
      return;
    }
    this.frame.classList.toggle("loading", bitmap === null);
    this.picture.hidden = bitmap === null;
    if (!bitmap || bitmap === this.painted) return;
    this.painted = bitmap;
    const { width, height } = bitmap;
    this.picture.width = width;
    this.picture.height = height;
    this.picture.classList.toggle("crisp", Math.max(width, height) <= SMALL);
    this.picture.setAttribute("aria-label", item.name ?? `Sample ${item.item}`);
    this.picture.getContext("2d")?.drawImage(bitmap, 0, 0);
  }

  private overlay(only: number | null): void {
    if (!this.editor || !this.item) return;
    const layers: Layer[] = said(this.item).map(({ value }, place) => ({
      look: place,
      boxes: (only === null ? !this.hidden.has(place) : place === only) ? value.boxes : [],
      colour: personColour(place),
    }));
    this.editor.overlay(layers);
  }
}
