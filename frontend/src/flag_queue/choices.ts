// What can be said about a flag: the label is wrong, it is right, another class, none, skip; each has a key.

import { ClassSearch } from "../shared/class_search";
import { button, element, setText } from "../shared/dom";
import type { Flag } from "./data";

interface Acts {
  wrong(): void;
  right(): void;
  another(name: string): void;
  aside(): void;
  skip(): void;
  escape(): void;
}

/** A bar with a percentage: what a model gives to a class. */
function chance(words: string, name: string, share: number, kind: string): HTMLElement {
  const bar = element("div", { class: `chance-bar ${kind}` });
  bar.style.setProperty("--share", String(share));
  return element(
    "div",
    { class: "chance" },
    element("span", { class: "muted small" }, words),
    element("strong", { class: "chance-name" }, name),
    element("span", { class: "numbers small" }, `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`),
    bar,
  );
}

function keyed(key: string, run: () => void, kind = ""): [HTMLButtonElement, HTMLElement] {
  const words = element("span", { class: "act-words" });
  const made = button("", run, { class: `button act ${kind}`.trim() });
  const cap = element("kbd", { class: kind ? "key on-accent" : "key", "aria-hidden": true }, key);
  made.append(cap, words);
  return [made, words];
}

export class Choices {
  readonly root: HTMLElement;
  private readonly chances = element("div", { class: "chances" });
  private readonly wrongWords: HTMLElement;
  private readonly rightWords: HTMLElement;
  private readonly classes = element("div", { class: "class-buttons" });
  private readonly panel: HTMLElement;
  private readonly search: ClassSearch;
  private readonly anotherButton: HTMLButtonElement;
  private shown = "";

  constructor(
    private readonly acts: Acts,
    private names: string[],
  ) {
    const [wrong, wrongWords] = keyed("1", () => acts.wrong(), "primary");
    const [right, rightWords] = keyed("2", () => acts.right());
    const [another, anotherWords] = keyed("3", () => this.toggle());
    const [aside, asideWords] = keyed("4", () => acts.aside());
    const [skip, skipWords] = keyed("S", () => acts.skip());
    this.wrongWords = wrongWords;
    this.rightWords = rightWords;
    this.anotherButton = another;
    setText(anotherWords, "It is another class…");
    setText(asideWords, "It is none of them: set it aside");
    setText(skipWords, "Skip");
    another.setAttribute("aria-expanded", "false");
    this.search = new ClassSearch({
      enter: (first) => {
        if (first !== null) this.choose(first);
      },
      escape: () => {
        this.close();
        acts.escape();
      },
    });
    this.panel = element("div", { class: "classbar", hidden: true }, this.search.input, this.classes);
    this.root = element(
      "div",
      { class: "choices" },
      this.chances,
      element("div", { class: "acts" }, wrong, right, another, this.panel, aside, skip),
    );
  }

  show(flag: Flag, names: string[]): void {
    const state = JSON.stringify([flag.sample, flag.given, flag.suggested, names]);
    if (state === this.shown) return;
    this.shown = state;
    this.names = names;
    this.close();
    this.chances.replaceChildren(
      chance("Labelled", flag.given, flag.given_probability, "given"),
      chance("The model says", flag.suggested, flag.suggested_probability, "suggested"),
    );
    setText(this.wrongWords, `Wrong: it is ${flag.suggested}`);
    setText(this.rightWords, `Right: it is ${flag.given}`);
    const buttons = new Map(
      this.names
        .filter((name) => name !== flag.given)
        .map((name) => [
          name,
          button(name, () => this.choose(name), { class: "button class-name" }),
        ]),
    );
    this.classes.replaceChildren(...buttons.values());
    this.search.update(buttons);
  }

  /** Opens the list of classes, or closes it. */
  toggle(): void {
    if (this.panel.hidden) this.open();
    else this.close();
  }

  private open(): void {
    this.panel.hidden = false;
    this.anotherButton.setAttribute("aria-expanded", "true");
    this.search.forget();
    if (!this.search.input.hidden) this.search.input.focus({ preventScroll: true });
    else (this.classes.firstElementChild as HTMLElement | null)?.focus({ preventScroll: true });
  }

  close(): void {
    this.panel.hidden = true;
    this.anotherButton.setAttribute("aria-expanded", "false");
  }

  private choose(name: string): void {
    this.close();
    this.acts.another(name);
  }
}
