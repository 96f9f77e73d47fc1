// A comment about what is in hand: kept with every letter, given with the answer.

import { button, element } from "../shared/dom";
import type { Work } from "./work";

const LIMIT = 2_000;

export class CommentBox {
  readonly panel: HTMLElement;
  private readonly input = element("textarea", {
    class: "field",
    rows: 2,
    maxlength: LIMIT,
    placeholder: "A word to whoever reviews this",
    "aria-label": "Comment",
  });
  private items: number[] = [];
  private given = new Set<number>();

  constructor(
    private readonly work: Work,
    private readonly closed: (items: number[]) => void,
  ) {
    const done = button("Done", () => this.close(), { title: "Enter" });
    this.panel = element("div", { class: "comment", hidden: true }, this.input, done);
    this.input.addEventListener("input", () => this.write());
    this.input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.code === "Escape" || (event.code === "Enter" && !event.shiftKey)) {
        event.preventDefault();
        this.close();
      }
    });
  }

  get open(): boolean {
    return !this.panel.hidden;
  }

  show(items: number[]): void {
    const [first] = items;
    if (first === undefined) return;
    this.items = items;
    this.given = new Set(
      items.filter((item) => {
        const { standing, pending } = this.work.look(item);
        return standing !== "open" && !pending;
      }),
    );
    this.input.value = this.work.look(first).comment;
    this.panel.hidden = false;
    this.input.focus();
  }

  /** Closes it; where the answer was given already, it is given again with the comment. */
  close(): void {
    if (!this.open) return;
    const { items } = this;
    this.panel.hidden = true;
    const changes = items
      .filter((item) => this.given.has(item) && this.work.look(item).pending)
      .map((item) => ({ item, after: { ...this.work.look(item), pending: false } }));
    this.work.change(changes);
    this.items = [];
    this.closed(items);
  }

  private write(): void {
    for (const item of this.items) this.work.remark(item, this.input.value);
  }
}
