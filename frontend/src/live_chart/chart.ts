// One chart: a metric on the training data, step by step and epoch by epoch, and on the validation data.

import { element } from "../shared/dom";
import { resolveColor } from "../shared/theme";
import type { Points, Point } from "./data";
import { CONFIG, layout, overEpochs, place, type Frame } from "./layout";
import { Line, smooth } from "./line";
import { isSmoothed, partOf, title, type Part } from "./names";
import type { Plotly, PlotElement, Trace } from "../shared/plotly";
import type { Settings } from "./settings";

const SMOOTHED = "~";
/** Each marker is an element of the page; more of them are neither told apart nor drawn quickly. */
const MOST_MARKERS = 120;
const NAMES: Record<Part, string> = {
  training: "training",
  epoch: "whole epoch",
  validation: "validation",
};
const ORDER: Part[] = ["training", "epoch", "validation"];

export class Chart {
  readonly panel: HTMLElement;
  private readonly plot = element("div", { class: "plot" }) as PlotElement;
  /** Metric, or metric and SMOOTHED -> its line, in the order in which they are drawn. */
  private readonly lines = new Map<string, Line>();
  private thinned = new Set<string>();
  private steps_per_epoch: number | null = null;
  private range: [number, number] | null = null;
  private drawn = false;
  private stale = false;
  private listening = false;
  private work: Promise<unknown> = Promise.resolve();
  private readonly observer: ResizeObserver;

  constructor(
    private readonly plotly: Plotly,
    private readonly host: HTMLElement,
    readonly name: string,
    private height: number,
    private readonly settings: Settings,
    /** Somebody looks at some steps, or at all of them again. */
    private readonly onZoom: (chart: Chart, range: [number, number] | null) => void,
  ) {
    this.panel = element(
      "figure",
      { class: "chart", "aria-label": `${title(name)} by step` },
      element("figcaption", { class: "chart-title" }, title(name)),
      this.plot,
    );
    this.observer = new ResizeObserver(() => {
      if (this.plot.clientWidth === 0) return;
      if (this.stale) this.redraw();
      else if (this.drawn) void this.queue(() => this.plotly.relayout(this.plot, place(this.frame())));
    });
    this.observer.observe(this.panel);
  }

  get metrics(): string[] {
    return [...this.lines.keys()].filter((key) => !key.endsWith(SMOOTHED));
  }

  /** Whether there is more to see than is drawn. */
  get hasMore(): boolean {
    return this.thinned.size > 0;
  }

  /** The last step of a metric; -Infinity before its first point. */
  lastStep(metric: string): number {
    return this.lines.get(metric)?.lastStep ?? -Infinity;
  }

  lastValue(metric: string): number | null {
    return this.lines.get(metric)?.lastValue ?? null;
  }

  /** Draws from scratch; zoom and the detail it shows survive. */
  draw(points: Points, smoothed: Points, thinned: string[], steps_per_epoch: number | null): void {
    this.steps_per_epoch = steps_per_epoch;
    this.thinned = new Set(thinned.filter((metric) => metric in points));
    const wanted = new Map<string, Point[]>(Object.entries(points));
    for (const [metric, curve] of Object.entries(smoothed)) wanted.set(metric + SMOOTHED, curve);
    for (const key of this.lines.keys()) if (!wanted.has(key)) this.lines.delete(key);
    for (const [key, curve] of wanted) {
      const line = this.lines.get(key);
      if (line) line.replace(curve);
      else this.lines.set(key, new Line(curve));
    }
    this.sort();
    this.redraw();
  }

  /** Appends points in place. */
  extend(points: Points): void {
    const fresh = new Map<string, Point[]>();
    for (const [metric, curve] of Object.entries(points)) {
      if (curve.length === 0) continue;
      fresh.set(metric, curve);
      const { smoothing } = this.settings;
      if (smoothing > 0 && isSmoothed(metric)) {
        const last = this.lines.get(metric + SMOOTHED)?.lastValue ?? null;
        fresh.set(metric + SMOOTHED, smooth(curve, smoothing, last));
      }
    }
    let isNew = false;
    for (const [key, curve] of fresh) {
      const line = this.lines.get(key);
      if (line) line.append(curve);
      else this.lines.set(key, new Line([...curve]));
      isNew ||= !line;
    }
    if (isNew) this.sort();
    if (isNew || !this.drawn || this.plot.clientWidth === 0) {
      this.redraw();
      return;
    }
    const update = { x: [] as unknown[][], y: [] as unknown[][], text: [] as unknown[][] };
    for (const curve of fresh.values()) {
      const { x, y, text } = this.values(curve);
      update.x.push(x);
      update.y.push(y);
      update.text.push(text);
    }
    const keys = [...this.lines.keys()];
    const places = [...fresh.keys()].map((key) => keys.indexOf(key));
    void this.queue(() => this.plotly.extendTraces(this.plot, update, places));
  }

  /** Shows a stretch in detail, or the whole history as it came. */
  detail(range: [number, number] | null, points: Points = {}, smoothed: Points = {}): void {
    for (const [key, line] of this.lines) {
      const curves = key.endsWith(SMOOTHED) ? smoothed : points;
      line.show(range, curves[key.replace(SMOOTHED, "")]);
    }
    this.redraw();
  }

  /** Takes on new colours, another height or other settings. */
  restyle(height: number): void {
    this.height = height;
    if (this.drawn) this.redraw();
  }

  dispose(): void {
    this.observer.disconnect();
    this.plotly.purge(this.plot);
  }

  private sort(): void {
    const rank = (key: string): number => ORDER.indexOf(partOf(key)) + (key.endsWith(SMOOTHED) ? 0.5 : 0);
    const entries = [...this.lines].sort(([a], [b]) => rank(a) - rank(b));
    this.lines.clear();
    for (const [key, line] of entries) this.lines.set(key, line);
  }

  private frame(): Frame {
    return {
      name: this.name,
      width: this.plot.clientWidth,
      height: this.height,
      settings: this.settings,
      steps_per_epoch: this.steps_per_epoch,
      range: this.range,
      names: this.lines.size,
    };
  }

  /** What is folded away is drawn when it is unfolded. */
  private redraw(): void {
    this.stale = this.plot.clientWidth === 0;
    if (this.stale || this.lines.size === 0) return;
    const first = !this.drawn;
    this.drawn = true;
    void this.queue(async () => {
      const traces = [...this.lines].map(([key, line]) => this.trace(key, line.points));
      const shown = layout(this.host, this.frame());
      if (first) await this.plotly.newPlot(this.plot, traces, shown, CONFIG);
      else await this.plotly.react(this.plot, traces, shown, CONFIG);
      this.listen();
    });
  }

  private listen(): void {
    if (this.listening) return;
    this.listening = true;
    this.plot.on?.("plotly_relayout", (change) => {
      const [from, to] = [Number(change["xaxis.range[0]"]), Number(change["xaxis.range[1]"])];
      const epochs = overEpochs(this.settings, this.steps_per_epoch);
      const unit = epochs ? (this.steps_per_epoch ?? 1) : 1;
      if (Number.isFinite(from) && Number.isFinite(to)) {
        this.range = [from * unit, to * unit];
        this.onZoom(this, [Math.max(0, Math.floor(from * unit)), Math.max(0, Math.ceil(to * unit))]);
      } else if (change["xaxis.autorange"] === true) {
        this.range = null;
        this.onZoom(this, null);
      }
    });
  }

  /** Plotly's calls are asynchronous; they follow one another. */
  private queue(call: () => Promise<unknown>): Promise<unknown> {
    this.work = this.work.then(call);
    return this.work;
  }

  private values(points: Point[]): { x: number[]; y: (number | null)[]; text: string[] } {
    const per = this.steps_per_epoch;
    const epochs = overEpochs(this.settings, per);
    return {
      x: points.map(([step]) => (epochs && per ? step / per : step)),
      y: points.map(([, value]) => value),
      text: points.map(([step]) => (per && !epochs ? ` · epoch ${Math.max(1, Math.ceil(step / per))}` : "")),
    };
  }

  private trace(key: string, points: Point[]): Trace {
    const metric = key.replace(SMOOTHED, "");
    const isMean = key.endsWith(SMOOTHED);
    const part = partOf(metric);
    const name = isMean ? "smoothed" : NAMES[part];
    const color = resolveColor(this.host, part === "validation" ? "--validation" : "--training");
    const covered = !isMean && (this.lines.has(metric + SMOOTHED) || (part === "training" && this.hasEpochs()));
    return {
      type: "scatter",
      mode: part === "training" || points.length > MOST_MARKERS ? "lines" : "lines+markers",
      name,
      ...this.values(points),
      hovertemplate: `%{y:.4g}%{text}<extra>${name}</extra>`,
      opacity: covered && part === "training" ? 0.4 : 1,
      line: { color, width: covered ? 1.5 : 2, dash: part === "epoch" ? "dot" : "solid" },
      marker: { color, size: points.length > 40 ? 4 : 6, symbol: part === "epoch" ? "diamond" : "circle" },
    };
  }

  private hasEpochs(): boolean {
    return this.metrics.some((metric) => partOf(metric) === "epoch" && this.lastStep(metric) > 0);
  }
}
