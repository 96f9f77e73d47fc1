// The classes of a session: a button each, with its colour and its key; a search where there are many.

import { button, element } from "../shared/dom";
import { learnLayout } from "../shared/keyboard";
import type { LabelClass } from "./api";
import { className, type Keys } from "./keys";

const SEARCH_FROM = 20;

export class ClassBar {
  readonly panel = element("div", { class: "classbar" });
  private readonly buttons = element("div", {
    class: "classbar-buttons",
    role: "group",
    "aria-label": "Classes",
  });
  private readonly search = element("input", {
    type: "search",
    class: "classbar-search",
    placeholder: "Find a class",
    "aria-label": "Find a class",
    autocomplete: "off",
  });
  private readonly made = new Map<string, HTMLButtonElement>();
  private shown: ReadonlySet<string> = new Set();
  private suggested: ReadonlySet<string> = new Set();

  constructor(
    private readonly keys: Keys,
    private readonly choose: (class_name: string) => void,
    private readonly leave: () => void = () => undefined,
  ) {
    this.panel.append(this.search, this.buttons);
    this.search.addEventListener("input", () => this.filter());
    this.search.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.code === "Enter") {
        const [first] = this.visible();
        if (first) this.choose(first);
        this.forget();
      } else if (event.code === "Escape") this.forget();
    });
    learnLayout(() => this.paintKeys());
  }

  update(classes: LabelClass[]): void {
    this.made.clear();
    this.search.hidden = classes.length < SEARCH_FROM;
    this.buttons.replaceChildren(
      ...classes.map(({ name, colour, description }) => {
        const made = button("", (event) => {
          this.choose(name);
          if (event.detail > 0) this.leave();
        }, { class: "button class", "aria-pressed": "false", title: description || name });
        made.style.setProperty("--colour", colour || "#888888");
        made.append(
          element("span", { class: "class-dot", "aria-hidden": true }),
          element("span", { class: "class-name" }, name),
          element("kbd", { class: "key", "aria-hidden": true }),
        );
        this.made.set(name, made);
        return made;
      }),
    );
    this.shown = new Set();
    this.suggested = new Set();
    this.paintKeys();
    this.filter();
  }

  /** Shows which classes are chosen, and which are suggested. */
  mark(chosen: readonly string[], suggested: readonly string[] = []): void {
    this.shown = this.paint(this.shown, chosen, (made, on) => {
      made.setAttribute("aria-pressed", String(on));
    });
    this.suggested = this.paint(this.suggested, suggested, (made, on) => {
      made.classList.toggle("suggested", on);
    });
  }

  /** Shows the keys as they are now. */
  paintKeys(): void {
    for (const [name, made] of this.made) {
      const printed = this.keys.printed(className(name));
      const key = made.querySelector("kbd");
      if (!key) continue;
      key.textContent = printed;
      key.hidden = printed === "";
      if (printed) made.setAttribute("aria-keyshortcuts", printed);
      else made.removeAttribute("aria-keyshortcuts");
    }
  }

  private paint(
    before: ReadonlySet<string>,
    now: readonly string[],
    set: (made: HTMLButtonElement, on: boolean) => void,
  ): ReadonlySet<string> {
    if (before.size === 0 && now.length === 0) return before;
    const wanted = new Set(now);
    for (const name of before) {
      const made = this.made.get(name);
      if (made && !wanted.has(name)) set(made, false);
    }
    for (const name of wanted) {
      const made = this.made.get(name);
      if (made && !before.has(name)) set(made, true);
    }
    return wanted;
  }

  private filter(): void {
    const wanted = this.search.value.trim().toLowerCase();
    for (const [name, made] of this.made) made.hidden = !name.toLowerCase().includes(wanted);
  }

  private visible(): string[] {
    return [...this.made].filter(([, made]) => !made.hidden).map(([name]) => name);
  }

  private forget(): void {
    this.search.value = "";
    this.filter();
    this.leave();
  }
}
