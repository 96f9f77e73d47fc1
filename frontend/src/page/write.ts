// Type a text: the model answers while it is typed.

import { button, element } from "../shared/dom";
import type { Sample } from "./facts";
import type { Changed, Way } from "./way";

const LIMIT = 100_000;

export class Write implements Way {
  readonly name = "Text";
  readonly hint = "The model answers while you type.";
  readonly panel: HTMLElement;
  private readonly field = element("textarea", {
    class: "field",
    rows: 8,
    maxlength: LIMIT,
    "aria-label": "Text",
    placeholder: "Type or paste a text",
  });

  constructor(private readonly changed: Changed) {
    const clear = button("Clear", () => {
      this.field.value = "";
      this.changed();
      this.field.focus();
    });
    this.panel = element("div", { class: "pad-main wide" }, this.field, element("div", { class: "tools" }, clear));
    this.field.addEventListener("input", this.changed);
  }

  sample(): Sample | null {
    return this.field.value.trim() === "" ? null : this.field.value;
  }

  show(shown: boolean): void {
    if (shown) this.field.focus({ preventScroll: true });
  }
}
