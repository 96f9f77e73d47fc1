// The reviewer's own answer: a button each class, and the form that sends an answer back.

import { button, element, setText } from "../shared/dom";
import type { LabelClass, ReviewItem } from "./api";
import { said } from "./alike";
import { classButton, showKey } from "./class_button";
import { className, type Keys } from "./keys";

/** The classes as buttons; their keys with Shift, for the bare digits accept answers. */
export class OwnClasses {
  readonly root: HTMLElement;
  private readonly title = element("h4", { class: "own-title" });
  private readonly buttons = element("div", { class: "class-buttons", role: "group" });

  constructor(
    title: string,
    private readonly keys: Keys,
    private readonly choose: (class_name: string) => void,
  ) {
    setText(this.title, title);
    this.buttons.setAttribute("aria-label", title);
    this.root = element("section", { class: "own" }, this.title, this.buttons);
  }

  update(classes: readonly LabelClass[], chosen: ReadonlySet<string>): void {
    this.buttons.replaceChildren(
      ...classes.map((one) => {
        const made = classButton(one, () => this.choose(one.name));
        made.setAttribute("aria-pressed", String(chosen.has(one.name)));
        showKey(made, this.keys.printed(className(one.name)), true);
        return made;
      }),
    );
  }
}

/** Says to whom an answer goes back, and why. */
export class ReturnForm {
  readonly root: HTMLFormElement;
  private readonly whom = element("select", { class: "field", "aria-label": "Send back to" });
  private readonly comment = element("textarea", {
    class: "field",
    rows: 2,
    maxlength: 2000,
    placeholder: "What should be looked at again?",
    "aria-label": "Comment",
  });

  constructor(
    send: (annotator: string, comment: string) => void,
    private readonly closed: () => void,
  ) {
    this.root = element(
      "form",
      { class: "return-form", hidden: true, "aria-label": "Send back" },
      element("label", { class: "return-whom" }, "Send back to", this.whom),
      this.comment,
      element(
        "div",
        { class: "card-actions" },
        element("button", { type: "submit", class: "button primary" }, "Send back"),
        button("Cancel", () => this.close(), { class: "button quiet" }),
      ),
    );
    this.root.addEventListener("submit", (event) => {
      event.preventDefault();
      const { value } = this.whom;
      const text = this.comment.value.trim();
      if (!value) return;
      this.close();
      send(value, text);
    });
    this.root.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.code === "Escape") this.close();
      else if (event.code === "Enter" && event.target === this.comment && !event.shiftKey) {
        this.root.requestSubmit();
      } else return;
      event.preventDefault();
    });
  }

  get open(): boolean {
    return !this.root.hidden;
  }

  /** Opens for one of the people who answered. */
  show(item: ReviewItem, annotator: string): void {
    const people = said(item).map((answer) => answer.annotator);
    this.whom.replaceChildren(...people.map((name) => element("option", { value: name }, name)));
    this.whom.value = people.includes(annotator) ? annotator : (people[0] ?? "");
    this.comment.value = "";
    this.root.hidden = false;
    this.comment.focus({ preventScroll: true });
    this.root.scrollIntoView({ block: "nearest" });
  }

  close(): void {
    if (this.root.hidden) return;
    this.root.hidden = true;
    this.closed();
  }
}
