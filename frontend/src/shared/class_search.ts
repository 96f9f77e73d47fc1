// Finds a class by its name, where there are too many to see them all.

import { element } from "./dom";

const SEARCH_FROM = 20;

export class ClassSearch {
  readonly input = element("input", {
    type: "search",
    class: "field class-search",
    placeholder: "Find a class",
    "aria-label": "Find a class",
    autocomplete: "off",
  });
  private buttons: ReadonlyMap<string, HTMLElement> = new Map();

  constructor(does: {
    /** Enter was pressed; `first` is the first class that is shown. */
    enter(first: string | null): void;
    escape(): void;
  }) {
    this.input.addEventListener("input", () => this.filter());
    this.input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.code === "Enter") does.enter(this.first());
      else if (event.code === "Escape") does.escape();
    });
  }

  /** Takes the buttons of the classes, and hides those whose name is not looked for. */
  update(buttons: ReadonlyMap<string, HTMLElement>): void {
    this.buttons = buttons;
    this.input.hidden = buttons.size < SEARCH_FROM;
    this.filter();
  }

  forget(): void {
    this.input.value = "";
    this.filter();
  }

  private filter(): void {
    const wanted = this.input.value.trim().toLowerCase();
    for (const [name, made] of this.buttons) made.hidden = !name.toLowerCase().includes(wanted);
  }

  private first(): string | null {
    for (const [name, made] of this.buttons) if (!made.hidden) return name;
    return null;
  }
}
