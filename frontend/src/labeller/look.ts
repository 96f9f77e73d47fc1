// A closer look at one sample of a page: the picture in full size, or the whole text.

import { button, element, setText } from "../shared/dom";
import { inWords } from "./answer";
import { pictureUrl } from "./api";
import type { Desk } from "./desk";

const SMALL = 128;

export class Look {
  private readonly dialog = element("dialog", { class: "dialog look", "aria-label": "Sample" });
  private readonly picture = element("img", { alt: "" });
  private readonly text = element("p", { class: "look-text" });
  private readonly facts = element("p", { class: "muted small" });

  constructor(
    host: HTMLElement,
    private readonly desk: Desk,
    closed: () => void,
  ) {
    const close = button("Close", () => this.dialog.close(), { title: "Escape" });
    const inside = desk.view.task === "text" ? this.text : this.picture;
    this.dialog.append(inside, element("div", { class: "look-foot" }, this.facts, close));
    this.dialog.addEventListener("close", closed);
    this.dialog.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.code === this.desk.keys.code("fit")) this.dialog.close();
    });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    host.append(this.dialog);
  }

  show(item: number): void {
    const { work, view } = this.desk;
    const found = work.item(item);
    if (view.task === "text") setText(this.text, found?.text ?? "");
    else {
      this.picture.src = pictureUrl(view.samples_digest, [item]);
      this.picture.classList.toggle("crisp", Math.max(view.shape[0], view.shape[1]) <= SMALL);
    }
    const answer = work.look(item);
    const parts = [`Sample ${item}`, found?.name, inWords(answer) || "no answer yet", answer.comment];
    setText(this.facts, parts.filter(Boolean).join(" · "));
    this.dialog.showModal();
  }

  dispose(): void {
    this.dialog.remove();
  }
}
