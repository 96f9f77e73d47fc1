// The row of classes: a button each, with its key.
//
// Keys are positions on the keyboard (event.code), so they stay put on every layout; what is printed
// on them is shown where the browser tells.

import { button, element } from "../shared/dom";
import { learnLayout, printedKey } from "../shared/keyboard";
import { classHue } from "./tiles";

const SEARCH_FROM = 20;
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
  readonly panel = element("div", { class: "classes" });
  private readonly buttons = element("div", {
    class: "class-buttons",
    role: "group",
    "aria-label": "Classes",
  });
  private readonly search = element("input", {
    type: "search",
    class: "search",
    placeholder: "Find a class",
    "aria-label": "Find a class",
  });
  private class_names: string[] = [];
  private codes: (string | undefined)[] = [];

  constructor(private readonly choose: (class_name: string) => void) {
    this.panel.append(this.search, this.buttons);
    this.search.addEventListener("input", () => this.filter());
    this.search.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.code === "Enter") this.shown()[0]?.click();
      if (event.code === "Escape") this.forget();
    });
    learnLayout(() => this.render());
  }

  update(class_names: string[]): void {
    if (class_names.join("\n") === this.class_names.join("\n")) return;
    this.class_names = class_names;
    this.codes = assignCodes(class_names);
    this.search.hidden = class_names.length < SEARCH_FROM;
    this.render();
  }

  /** The class that a key stands for. */
  byKey(code: string): string | null {
    return this.class_names[this.codes.indexOf(code)] ?? null;
  }

  private render(): void {
    this.buttons.replaceChildren(
      ...this.class_names.map((name, place) => {
        const code = this.codes[place];
        const made = button("", () => this.choose(name), { class: "button class", title: name });
        made.style.setProperty("--hue", String(classHue(this.class_names, name)));
        if (code) {
          const key = printedKey(code);
          made.setAttribute("aria-keyshortcuts", key);
          made.append(element("kbd", { class: "key", "aria-hidden": true }, key));
        }
        made.append(element("span", { class: "class-name" }, name));
        return made;
      }),
    );
    this.filter();
  }

  private filter(): void {
    const wanted = this.search.value.trim().toLowerCase();
    for (const made of this.buttons.children) {
      if (!(made instanceof HTMLElement)) continue;
      made.hidden = !made.title.toLowerCase().includes(wanted);
    }
  }

  private shown(): HTMLElement[] {
    return [...this.buttons.children].filter(
      (made): made is HTMLElement => made instanceof HTMLElement && !made.hidden,
    );
  }

  private forget(): void {
    this.search.value = "";
    this.filter();
  }
}
