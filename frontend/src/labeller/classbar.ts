// The classes of a session: a button each, with its colour and its key; a search where there are many.

import { ClassSearch } from "../shared/class_search";
import { element } from "../shared/dom";
import { learnLayout } from "../shared/keyboard";
import type { LabelClass } from "./api";
import { classButton, showKey } from "./class_button";
import { className, type Keys } from "./keys";

export class ClassBar {
  readonly panel = element("div", { class: "classbar" });
  private readonly buttons = element("div", {
    class: "class-buttons",
    role: "group",
    "aria-label": "Classes",
  });
  private readonly search = new ClassSearch({
    enter: (first) => {
      if (first !== null) this.choose(first);
      this.forget();
    },
    escape: () => this.forget(),
  });
  private readonly made = new Map<string, HTMLButtonElement>();
  private shown: ReadonlySet<string> = new Set();
  private suggested: ReadonlySet<string> = new Set();

  constructor(
    private readonly keys: Keys,
    private readonly choose: (class_name: string) => void,
    private readonly leave: () => void = () => undefined,
  ) {
    this.panel.append(this.search.input, this.buttons);
    learnLayout(() => this.paintKeys());
  }

  update(classes: LabelClass[]): void {
    this.made.clear();
    for (const one of classes) {
      const made = classButton(one, (event) => {
        this.choose(one.name);
        if (event.detail > 0) this.leave();
      });
      this.made.set(one.name, made);
    }
    this.buttons.replaceChildren(...this.made.values());
    this.shown = new Set();
    this.suggested = new Set();
    this.paintKeys();
    this.search.update(this.made);
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
    for (const [name, made] of this.made) showKey(made, this.keys.printed(className(name)));
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

  private forget(): void {
    this.search.forget();
    this.leave();
  }
}
