// What the session asks for: instructions and classes with examples; and the keys, which can be changed.

import { button, element, setText } from "../shared/dom";
import { asApiError } from "../shared/http";
import { showNotice } from "../shared/notice";
import { pictureUrl, saveKeys, type LabelClass, type SessionView } from "./api";
import { UNKNOWN } from "./colours";
import { Keys } from "./keys";

const FIXED: [keys: string, title: string][] = [
  ["Ctrl Z", "Undo"],
  ["Ctrl Shift Z", "Redo"],
  ["Ctrl Enter", "Submit"],
  ["Ctrl Space", "Skip"],
  ["Ctrl ← →", "Back and forward, everywhere"],
  ["⌫ or Del", "Remove a mark"],
  ["Esc", "Let go of a selection"],
  ["F1 or ?", "This panel"],
];
const SMALL = 128;

export class Guide {
  private readonly dialog = element("dialog", { class: "dialog guide", "aria-label": "Instructions and keys" });
  private readonly body = element("div", { class: "guide-body" });
  private readonly place = element("div");
  private readonly tabs: HTMLButtonElement[];
  private readonly close: HTMLButtonElement;
  private asking = "";
  private readonly seenKey: string;

  constructor(
    host: HTMLElement,
    private readonly view: () => SessionView,
    private readonly annotator: string,
    private readonly keys: Keys,
    private readonly does: { remapped(): void; closed(): void },
  ) {
    this.seenKey = `studio.guide:${view().session.config.name}:${annotator}`;
    this.tabs = ["What to do", "Keys"].map((title, tab) =>
      button(title, () => this.turn(tab), { class: "button quiet tab", role: "tab" }),
    );
    this.close = button("Close", () => this.dialog.close(), {
      class: "button primary",
      autofocus: true,
    });
    this.dialog.append(
      element("div", { class: "guide-tabs", role: "tablist" }, ...this.tabs, this.close),
      this.place,
      this.body,
    );
    this.dialog.addEventListener("keydown", (event) => this.key(event), true);
    this.dialog.addEventListener("close", () => {
      this.asking = "";
      setText(this.close, "Close");
      does.closed();
    });
    this.dialog.addEventListener("click", (event) => {
      if (event.target === this.dialog) this.dialog.close();
    });
    host.append(this.dialog);
  }

  get open(): boolean {
    return this.dialog.open;
  }

  /** Shows the instructions to somebody who has not seen them, where there are any. */
  greet(): void {
    const { session, classes } = this.view();
    const said = session.config.instructions.trim() !== "";
    const more = classes.some(({ description, examples }) => description || examples.length > 0);
    try {
      if (localStorage.getItem(this.seenKey) !== null) return;
      localStorage.setItem(this.seenKey, "1");
    } catch {
      // Storage is forbidden: the instructions come with every visit.
    }
    if (!said && !more) return;
    setText(this.close, "Start");
    this.show(0);
  }

  show(tab: number): void {
    this.turn(tab);
    if (!this.dialog.open) this.dialog.showModal();
  }

  dispose(): void {
    this.dialog.remove();
  }

  private turn(tab: number): void {
    this.asking = "";
    this.tabs.forEach((made, place) => made.setAttribute("aria-selected", String(place === tab)));
    showNotice(this.place, null);
    if (tab === 0) this.renderWhat();
    else this.renderKeys();
    this.body.scrollTop = 0;
  }

  private renderWhat(): void {
    const { session, classes } = this.view();
    const said = session.config.instructions.trim();
    this.body.replaceChildren(
      ...(said
        ? [element("h4", {}, session.config.name), element("p", { class: "instructions" }, said)]
        : []),
      element("h4", {}, "Classes"),
      element("ul", { class: "guide-classes" }, ...classes.map((one) => this.describe(one))),
    );
  }

  private describe(label: LabelClass): HTMLElement {
    const { task, samples_digest, shape } = this.view();
    const head = element("div", { class: "guide-class" }, element("span", { class: "class-dot" }), element("b", {}, label.name));
    const printed = this.keys.printed(`class:${label.name}`);
    if (printed) head.append(element("kbd", { class: "key" }, printed));
    const made = element("li", {}, head);
    made.style.setProperty("--colour", label.colour || UNKNOWN);
    if (label.description) made.append(element("p", { class: "guide-description" }, label.description));
    if (task === "images" && label.examples.length > 0) {
      const crisp = Math.max(shape[0], shape[1]) <= SMALL ? "crisp" : "";
      made.append(
        element(
          "div",
          { class: "guide-examples" },
          ...label.examples.map((sample) =>
            element("img", {
              src: pictureUrl(samples_digest, [sample]),
              alt: `${label.name}, sample ${sample}`,
              class: crisp,
              loading: "lazy",
            }),
          ),
        ),
      );
    }
    return made;
  }

  private renderKeys(): void {
    const rows = this.keys.names().map(({ name, title }) => {
      const printed = this.keys.printed(name);
      const listening = this.asking === name;
      const change = button(listening ? "Press a key…" : printed || "none", () => this.ask(name), {
        class: listening ? "button keycap listening" : "button keycap",
        "aria-label": `Key of ${title}: ${printed || "none"}. Change it.`,
        "data-name": name,
      });
      const shared = this.keys.conflicts(name).map((other) => this.titleOf(other));
      const row = element("li", {}, element("span", { class: "key-title" }, title), change);
      if (shared.length > 0) {
        row.append(element("span", { class: "conflict small" }, `Also: ${shared.join(", ")}`));
      }
      return row;
    });
    const fixed = FIXED.map(([keys, title]) =>
      element("li", {}, element("span", { class: "key-title" }, title), element("kbd", { class: "key" }, keys)),
    );
    const reset = button("Back to the usual keys", () => void this.save({}), {
      disabled: Object.keys(this.keys.remapped).length === 0,
    });
    this.body.replaceChildren(
      element("p", { class: "muted small" }, "These are your own keys in this session: choose one to change it."),
      element("ul", { class: "key-list" }, ...rows),
      reset,
      element("h4", {}, "Always"),
      element("ul", { class: "key-list" }, ...fixed),
    );
  }

  private titleOf(name: string): string {
    return this.keys.names().find((one) => one.name === name)?.title ?? name;
  }

  private ask(name: string): void {
    this.asking = name;
    this.renderKeys();
    this.body.querySelector<HTMLElement>(`[data-name="${CSS.escape(name)}"]`)?.focus();
  }

  private key(event: KeyboardEvent): void {
    if (!this.asking) {
      if (event.code === "F1") event.preventDefault();
      if (event.code !== "Escape") event.stopPropagation();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    const name = this.asking;
    if (event.code === "Escape") {
      this.asking = "";
      this.renderKeys();
      return;
    }
    const refusal = Keys.refusal(event.code);
    if (refusal) {
      const button = this.body.querySelector(".listening");
      if (button) setText(button, refusal);
      return;
    }
    this.asking = "";
    void this.save({ ...this.keys.remapped, [name]: event.code });
  }

  /** Keeps the keys: they hold at once, and with the next visit from any machine. */
  private async save(own: Record<string, string>): Promise<void> {
    const { session } = this.view();
    this.keys.update(this.view().classes, own);
    this.does.remapped();
    this.renderKeys();
    try {
      await saveKeys(session.config.name, this.annotator, own);
      showNotice(this.place, null);
    } catch (failure) {
      const again = { label: "Try again", run: () => void this.save(own) };
      showNotice(this.place, asApiError(failure), again);
    }
  }
}

