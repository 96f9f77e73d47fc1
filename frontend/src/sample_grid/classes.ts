// The row of classes: a button each, with its key.
//
// Keys are positions on the keyboard (event.code), so they stay put on every layout; what is printed
// on them is shown where the browser tells.

import { ClassSearch } from "../shared/class_search";
import { button, element } from "../shared/dom";
import { learnLayout, printedKey } from "../shared/keyboard";
import { classHue } from "./tiles";

/** Digits, then letters; U is left to clearing an answer. */
const CODES = [
  ...Array.from("123456789", (digit) => `Digit${digit}`),
  ...Array.from("ABCDEFGHIJKLMNOPQRSTVWXYZ", (letter) => `Key${letter}`),
];

/** The key of each class: its own where its name is a digit or a letter, else the next free one. */
export function assignCodes(class_names: string[]): (string | undefined)[] {
  const own = class_names.map((name) => {
    if (/^[0-9]$/.test(name)) return `Digit${name}`;
    return /^[a-z]$/i.test(name) ? `Key${name.toUpperCase()}` : undefined;
  });
  const unique = own.map((code, place) => (own.indexOf(code) === place ? code : undefined));
  const free = CODES.filter((code) => !unique.includes(code));
  return unique.map((code) => code ?? free.shift());
}

export class ClassBar {
  readonly panel = element("div", { class: "classbar" });
  private readonly buttons = element("div", {
    class: "class-buttons",
    role: "group",
    "aria-label": "Classes",
  });
  private readonly search = new ClassSearch({
    enter: (first) => first !== null && this.choose(first),
    escape: () => this.search.forget(),
  });
  private class_names: string[] = [];
  private codes: (string | undefined)[] = [];

  constructor(private readonly choose: (class_name: string) => void) {
    this.panel.append(this.search.input, this.buttons);
    learnLayout(() => this.render());
  }

  update(class_names: string[]): void {
    if (class_names.join("\n") === this.class_names.join("\n")) return;
    this.class_names = class_names;
    this.codes = assignCodes(class_names);
    this.render();
  }

  /** The class that a key stands for. */
  byKey(code: string): string | null {
    return this.class_names[this.codes.indexOf(code)] ?? null;
  }

  private render(): void {
    const buttons = new Map(
      this.class_names.map((name, place) => {
        const code = this.codes[place];
        const made = button("", () => this.choose(name), { class: "button class", title: name });
        made.style.setProperty("--hue", String(classHue(this.class_names, name)));
        if (code) {
          const key = printedKey(code);
          made.setAttribute("aria-keyshortcuts", key);
          made.append(element("kbd", { class: "key", "aria-hidden": true }, key));
        }
        made.append(element("span", { class: "class-name" }, name));
        return [name, made];
      }),
    );
    this.buttons.replaceChildren(...buttons.values());
    this.search.update(buttons);
  }
}
