// Draw: the model answers after every stroke.

import { button, element } from "../shared/dom";
import { onButton } from "../shared/keyboard";
import { Paper } from "../shared/paper";
import { rasterise, type Stroke } from "../shared/raster";
import type { Facts, Sample } from "./facts";
import { quickDraw, SIDE } from "./raster";
import { SeenView } from "./seen_view";
import { aligned, simplified } from "./strokes";
import type { Changed, Way } from "./way";

export class Draw implements Way {
  readonly name = "Draw";
  readonly hint = "The model answers after every stroke.";
  readonly panel: HTMLElement;
  private readonly paper: Paper;
  private readonly note = element("p", { class: "paper-hint", "aria-hidden": true }, "Draw something");
  private readonly undo = button("Undo", () => this.step(() => this.paper.undo()), { title: "Take back a stroke (Ctrl+Z)" });
  private readonly clear = button("Clear", () => this.step(() => this.paper.clear()), { title: "Start again (Delete)" });
  private readonly seen: SeenView;

  constructor(
    private readonly facts: Facts,
    private readonly changed: Changed,
  ) {
    this.seen = new SeenView(facts.shape);
    this.paper = new Paper("Drawing area", () => this.refresh(), () => this.step(() => undefined));
    const sheet = element("div", { class: "sheet" }, this.paper.canvas, this.note);
    const tools = element("div", { class: "tools" }, this.undo, this.clear);
    this.panel = element("div", { class: "pad-main" }, sheet, tools, this.seen.root);
    this.panel.addEventListener("keydown", (event) => this.key(event));
    this.refresh();
  }

  sample(): Sample | null {
    if (this.paper.strokes.length === 0) return null;
    if (this.facts.input === "strokes") return simplified(this.paper.strokes);
    const pixels = drawnSample(this.paper.strokes, this.facts.shape);
    this.seen.show(pixels);
    return pixels;
  }

  show(shown: boolean): void {
    if (shown) this.paper.paint();
  }

  private step(change: () => void): void {
    change();
    this.refresh();
    this.changed();
  }

  private refresh(): void {
    const { empty } = this.paper;
    this.note.hidden = !empty;
    this.undo.disabled = empty;
    this.clear.disabled = empty;
    if (empty) this.seen.show(null);
  }

  private key(event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && event.code === "KeyZ") this.step(() => this.paper.undo());
    else if (event.ctrlKey || event.metaKey || event.altKey || onButton(event)) return;
    else if (event.code === "Delete" || event.code === "Backspace") this.step(() => this.paper.clear());
    else return;
    event.preventDefault();
  }
}

/** Returns a drawing as the picture that a model takes: 28 x 28 as Quick, Draw! has it, others in the same manner. */
export function drawnSample(strokes: Stroke[], [height, width, channels]: Facts["shape"]): Uint8Array {
  const side = Math.max(height, width);
  const square = side === SIDE ? quickDraw(strokes) : rasterise(aligned(strokes) as unknown as Stroke[], side);
  const [top, left] = [Math.floor((side - height) / 2), Math.floor((side - width) / 2)];
  const pixels = new Uint8Array(height * width * channels);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const value = square[(top + row) * side + left + column] ?? 0;
      pixels.fill(value, (row * width + column) * channels, (row * width + column + 1) * channels);
    }
  }
  return pixels;
}
