// A figure: drawn by Plotly, walked with the keyboard, read as a table, kept as a picture.

import { button, element, setText } from "../shared/dom";
import { asApiError } from "../shared/http";
import { showNotice } from "../shared/notice";
import { loadPlotly, plotlyStyle, type AnyTrace, type Plotly, type PlotElement, type PlotPoint } from "../shared/plotly";
import { resolveColor } from "../shared/theme";
import { CONFIG, layout, NARROW, traces, type Drawing } from "./look";
import { rowsOf, table, type Rows } from "./table";
import { Walk } from "./walk";

export interface Shown {
  drawing: Drawing;
  alt: string;
  /** null: what the figure itself holds. */
  table: Rows | null;
  height: number;
}

/** A cell of a heatmap smaller than this shows no number. */
const CELL = { width: 24, height: 15 };
/** Plotly shows what is under the mouse not more often than every 50 ms. */
const HOVER_MS = 60;

export class FigureView {
  readonly plot = element("div", { class: "plot", tabindex: 0, role: "application" }) as PlotElement;
  private readonly place = element("div");
  private readonly said = element("p", { class: "visually-hidden", "aria-live": "polite" });
  private readonly hint = element("span", { class: "hint muted small" }, "Arrow keys walk, Enter opens");
  private readonly tableButton = button("Table", () => this.toggle(), { class: "button quiet tool", "aria-pressed": "false" });
  private readonly pngButton = button("PNG", () => void this.save(), {
    class: "button quiet tool",
    "aria-label": "Save as PNG",
  });
  private readonly tools = element("div", { class: "figure-tools" }, this.hint, this.tableButton, this.pngButton);
  private readonly rows = element("div", { hidden: true });
  readonly root = element("div", { class: "figure" }, this.place, this.plot, this.rows, this.said, this.tools);
  private readonly walk = new Walk(this.plot);
  private readonly observer: ResizeObserver;
  private plotly: Plotly | null = null;
  private work: Promise<unknown> = Promise.resolve();
  private width = 0;
  private listening = false;
  private disposed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: HTMLElement,
    private shown: Shown,
    private readonly onClick: ((point: PlotPoint) => void) | null,
  ) {
    this.hint.hidden = true;
    this.plot.addEventListener("keydown", (event) => this.key(event));
    this.plot.addEventListener("focus", () => {
      this.hint.hidden = !this.plot.matches(":focus-visible");
    });
    this.plot.addEventListener("blur", () => {
      this.hint.hidden = true;
      if (this.plotly) this.plotly.Fx.unhover(this.plot);
    });
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    if (!onClick) setText(this.hint, "Arrow keys walk");
    this.plot.style.minHeight = `${shown.height}px`;
    this.observer = new ResizeObserver(() => {
      if (Math.abs(this.plot.clientWidth - this.width) > 1) this.draw();
    });
    this.observer.observe(this.root);
    void this.load();
  }

  show(shown: Shown): void {
    this.shown = shown;
    this.plot.style.minHeight = `${shown.height}px`;
    this.draw();
    if (!this.rows.hidden) this.fillTable();
  }

  /** Changes some of what is drawn, in place. */
  restyle(update: object, curves: number[]): void {
    void this.queue(async () => {
      if (this.plotly && this.listening) await this.plotly.restyle(this.plot, update, curves);
    });
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
    this.observer.disconnect();
    this.plotly?.purge(this.plot);
    this.root.remove();
  }

  private async load(): Promise<void> {
    try {
      this.plotly = await loadPlotly();
      showNotice(this.place, null);
      this.draw();
    } catch (failure) {
      showNotice(this.place, asApiError(failure), { label: "Try again", run: () => void this.load() });
    }
  }

  private draw(): void {
    const { plotly } = this;
    this.width = this.plot.clientWidth;
    if (!plotly || this.width === 0 || this.disposed) return;
    const { drawing, height, alt } = this.shown;
    this.plot.setAttribute("aria-label", alt);
    void this.queue(async () => {
      if (this.disposed) return;
      const drawn = traces(this.host, drawing.data, this.width < NARROW);
      await plotly.react(this.plot, drawn, layout(this.host, drawing, this.width, height), CONFIG);
      this.listen();
      await this.labelCells(plotly);
    });
  }

  /** Plotly's calls are asynchronous; they follow one another. */
  private queue(call: () => Promise<unknown>): Promise<unknown> {
    this.work = this.work.then(call).catch((failure: unknown) => {
      if (!this.disposed) showNotice(this.place, asApiError(failure));
    });
    return this.work;
  }

  private listen(): void {
    if (this.listening) return;
    this.listening = true;
    this.root.append(plotlyStyle());
    this.plot.on?.("plotly_click", ({ points }) => {
      const point = points[0];
      if (!point) return;
      this.walk.from(point);
      this.onClick?.(point);
    });
    this.plot.on?.("plotly_relayout", () => void this.queue(async () => this.plotly && this.labelCells(this.plotly)));
    if (this.onClick) this.plot.classList.add("clickable");
  }

  /** Numbers stand in the cells of a heatmap as soon as they fit in: at once, or when somebody zooms in. */
  private async labelCells(plotly: Plotly): Promise<void> {
    const full = (this.plot as unknown as { _fullLayout: Record<string, Axis> })._fullLayout;
    const [x, y] = [full["xaxis"], full["yaxis"]];
    const fits = x && y && room(x) >= CELL.width && room(y) >= CELL.height;
    for (const [curve, trace] of (this.plot.data ?? []).entries()) {
      const template = (trace["meta"] as { label?: string } | undefined)?.label;
      if (template === undefined) continue;
      const wanted = fits ? template : "";
      if ((trace["texttemplate"] ?? "") !== wanted) await plotly.restyle(this.plot, { texttemplate: wanted }, [curve]);
    }
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.plotly) return;
    const { place } = this.walk;
    if ((event.key === "Enter" || event.key === " ") && place) {
      event.preventDefault();
      this.onClick?.(place);
    } else if (event.key === "Escape") {
      this.plotly.Fx.unhover(this.plot);
    } else if (this.walk.step(event.key, event.shiftKey)) {
      event.preventDefault();
      this.point();
    }
  }

  private point(): void {
    const { hover } = this.walk;
    if (!hover || !this.plotly) return;
    this.plotly.Fx.hover(this.plot, [hover]);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const lines = [...this.plot.querySelectorAll(".hoverlayer .hovertext text")].flatMap((text) => {
        const parts = [...text.querySelectorAll("tspan.line")].map((line) => line.textContent ?? "");
        return parts.length > 0 ? parts : [text.textContent ?? ""];
      });
      setText(this.said, lines.filter(Boolean).join(", ") || this.walk.words());
    }, HOVER_MS);
  }

  private toggle(): void {
    this.rows.hidden = !this.rows.hidden;
    this.plot.hidden = !this.rows.hidden;
    this.tableButton.setAttribute("aria-pressed", String(!this.rows.hidden));
    this.pngButton.hidden = this.plot.hidden;
    if (!this.rows.hidden) this.fillTable();
    else this.draw();
  }

  private fillTable(): void {
    const rows = this.shown.table ?? rowsOf(this.plot);
    this.rows.replaceChildren(table(rows, this.shown.alt));
  }

  private async save(): Promise<void> {
    const { plotly, shown, width, plot } = this;
    if (!plotly || !plot.data) return;
    const drawn = (plot as unknown as { layout: object }).layout;
    const figure = {
      data: plot.data as AnyTrace[],
      layout: { ...drawn, paper_bgcolor: resolveColor(this.host, "--paper") },
    };
    await this.queue(async () => {
      const href = await plotly.toImage(figure, { format: "png", scale: 2, width, height: shown.height });
      const name = shown.alt.toLowerCase().replace(/[^a-z0-9]+/g, "_").slice(0, 60).replace(/^_+|_+$/g, "") || "figure";
      const link = element("a", { href, download: `${name}.png` });
      this.root.append(link);
      link.click();
      link.remove();
    });
  }
}

interface Axis {
  range?: [number, number];
  _length?: number;
}

/** Pixels of one category of an axis. */
function room({ range, _length }: Axis): number {
  return (_length ?? 0) / Math.max(1, Math.abs(Number(range?.[1] ?? 1) - Number(range?.[0] ?? 0)));
}
