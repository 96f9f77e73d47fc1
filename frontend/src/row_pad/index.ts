// row_pad: fill in a row of a table, a field for each column, and see what a deployed model says to it.

import { Answers } from "../shared/answers";
import answersCss from "../shared/answers.css";
import { button, element, setText } from "../shared/dom";
import gatherCss from "../shared/gather.css";
import { mountable, type Arguments, type Instance } from "../shared/mount";
import css from "./style.css";

type Cell = string | number | boolean | null;

export interface RowColumn {
  name: string;
  kind: "number" | "category" | "boolean" | "time" | "text";
  /** Of a category, its values. */
  categories: string[];
}

export interface RowPadData {
  endpoint: string;
  columns: RowColumn[];
  /** Rows that a button fills in one after the other, and what each is called; "" where nobody said. */
  examples: { row: Record<string, Cell>; label: string }[];
}

type Field = HTMLInputElement | HTMLSelectElement;

const LIMIT = 10_000;
/** More values than this are typed, with suggestions, instead of chosen from a list. */
const LISTED = 50;

class RowPad implements Instance<RowPadData> {
  private readonly form = element("div", { class: "fields", role: "group", "aria-label": "Row" });
  private readonly example: HTMLButtonElement;
  private readonly clear: HTMLButtonElement;
  private readonly called = element("p", { class: "muted small", "aria-live": "polite" });
  private readonly answers: Answers;
  private fields: { column: RowColumn; field: Field }[] = [];
  private next = 0;

  constructor(
    host: HTMLElement,
    private args: Arguments<RowPadData>,
  ) {
    this.example = button("Try an example", () => this.tryExample(), {
      title: "A row that it was not trained on; press again for another",
    });
    this.clear = button("Clear", () => this.fill({}));
    this.answers = new Answers(
      "Fill in a row",
      "The model answers while you type. What you leave empty is a missing value.",
      () => this.args.data.endpoint,
      () => (this.empty ? null : { row: this.row }),
    );
    const tools = element("div", { class: "tools" }, this.example, this.clear);
    host.append(element("div", { class: "pad" }, this.form, tools, this.called, this.answers.panel));
    this.form.addEventListener("input", () => {
      setText(this.called, "");
      this.changed();
    });
    host.addEventListener("keydown", (event) => event.stopPropagation());
    this.build();
    this.refresh();
  }

  update(args: Arguments<RowPadData>): void {
    const before = this.args.data;
    this.args = args;
    const same = JSON.stringify(before.columns) === JSON.stringify(args.data.columns);
    if (!same) this.build();
    if (!same || before.endpoint !== args.data.endpoint) this.changed();
    this.refresh();
  }

  dispose(): void {
    this.answers.dispose();
  }

  private get empty(): boolean {
    return this.fields.every(({ field }) => field.value === "");
  }

  private get row(): Record<string, Cell> {
    return Object.fromEntries(this.fields.map(({ column, field }) => [column.name, read(column, field.value)]));
  }

  private build(): void {
    this.fields = this.args.data.columns.map((column, place) => ({ column, field: made(column, place) }));
    const cells = this.fields.map(({ column, field }) => {
      const cell = element("label", { class: "cell", title: column.name }, element("span", {}, column.name), field);
      if (field instanceof HTMLInputElement && column.categories.length) {
        const list = element("datalist", { id: field.getAttribute("list") ?? "" });
        list.append(...column.categories.map((value) => element("option", { value })));
        cell.append(list);
      }
      return cell;
    });
    this.form.replaceChildren(...cells);
  }

  private tryExample(): void {
    const { examples } = this.args.data;
    const chosen = examples[this.next % examples.length];
    if (!chosen) return;
    this.next += 1;
    this.fill(chosen.row);
    if (chosen.label) setText(this.called, `In the dataset it is called: ${chosen.label}`);
  }

  private fill(row: Record<string, Cell>): void {
    setText(this.called, "");
    for (const { column, field } of this.fields) {
      const value = row[column.name];
      const written = value === null || value === undefined ? "" : String(value);
      // A value without an option of its own stays what it is: the model takes it for an unknown one.
      if (field instanceof HTMLSelectElement && ![...field.options].some((option) => option.value === written)) {
        field.append(element("option", { value: written }, written));
      }
      field.value = written;
    }
    this.changed();
  }

  private changed(): void {
    this.refresh();
    this.answers.changed(this.empty);
  }

  private refresh(): void {
    this.clear.disabled = this.empty;
    this.example.hidden = this.args.data.examples.length === 0;
  }
}

/** Makes the field of a column; an empty one is a missing value. */
function made(column: RowColumn, place: number): Field {
  const choices = column.kind === "boolean" ? ["true", "false"] : column.categories;
  if (choices.length && choices.length <= LISTED) {
    const options = choices.map((value) => element("option", { value }, value));
    return element("select", { class: "field" }, element("option", { value: "" }, "–"), ...options);
  }
  const number = column.kind === "number";
  return element("input", {
    class: "field",
    type: number ? "number" : "text",
    step: number ? "any" : undefined,
    maxlength: LIMIT,
    list: column.categories.length ? `values-${place}` : undefined,
    placeholder: column.kind === "time" ? "2024-05-17" : undefined,
    autocomplete: "off",
  });
}

function read(column: RowColumn, written: string): Cell {
  if (written === "") return null;
  if (column.kind === "number") return Number(written);
  return column.kind === "boolean" ? written === "true" : written;
}

export default mountable<RowPadData>(
  gatherCss + answersCss + css,
  (host, args) => new RowPad(host, args),
);
