// text_pad: type a text and see what a deployed model says to it.

import { Answers } from "../shared/answers";
import answersCss from "../shared/answers.css";
import { button, element, setText } from "../shared/dom";
import gatherCss from "../shared/gather.css";
import { mountable, type Arguments, type Instance } from "../shared/mount";
import css from "./style.css";

export interface TextPadData {
  endpoint: string;
  /** Texts that a button fills in one after the other, and what each is called; "" where nobody said. */
  examples: { text: string; label: string }[];
}

const LIMIT = 10_000;

class TextPad implements Instance<TextPadData> {
  private readonly field = element("textarea", {
    class: "field",
    rows: 6,
    maxlength: LIMIT,
    "aria-label": "Text",
    placeholder: "Type or paste a text",
  });
  private readonly example: HTMLButtonElement;
  private readonly called = element("p", { class: "muted small", "aria-live": "polite" });
  private readonly clear: HTMLButtonElement;
  private readonly answers: Answers;
  private next = 0;

  constructor(
    host: HTMLElement,
    private args: Arguments<TextPadData>,
  ) {
    this.example = button("Try an example", () => this.tryExample(), {
      title: "A text that it was not trained on; press again for another",
    });
    this.clear = button("Clear", () => this.fill(""));
    this.answers = new Answers(
      "Type a text",
      "The model answers while you type.",
      () => this.args.data.endpoint,
      () => (this.empty ? null : { text: this.field.value }),
    );
    const tools = element("div", { class: "tools" }, this.example, this.clear);
    host.append(element("div", { class: "pad" }, this.field, tools, this.called, this.answers.panel));
    this.field.addEventListener("input", () => {
      setText(this.called, "");
      this.changed();
    });
    host.addEventListener("keydown", (event) => event.stopPropagation());
    this.refresh();
  }

  update(args: Arguments<TextPadData>): void {
    const before = this.args.data.endpoint;
    this.args = args;
    if (before !== args.data.endpoint) this.changed();
    this.refresh();
  }

  dispose(): void {
    this.answers.dispose();
  }

  private get empty(): boolean {
    return this.field.value.trim() === "";
  }

  private tryExample(): void {
    const { examples } = this.args.data;
    const chosen = examples[this.next % examples.length];
    if (!chosen) return;
    this.next += 1;
    this.fill(chosen.text);
    if (chosen.label) setText(this.called, `In the dataset it is called: ${chosen.label}`);
  }

  private fill(text: string): void {
    setText(this.called, "");
    this.field.value = text.slice(0, LIMIT);
    this.changed();
    this.field.focus({ preventScroll: true });
  }

  private changed(): void {
    this.refresh();
    this.answers.changed(this.empty);
  }

  private refresh(): void {
    this.clear.disabled = this.field.value === "";
    this.example.hidden = this.args.data.examples.length === 0;
  }
}

export default mountable<TextPadData>(
  gatherCss + answersCss + css,
  (host, args) => new TextPad(host, args),
);
