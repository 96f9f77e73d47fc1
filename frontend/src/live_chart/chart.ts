// One chart: a metric on the training data and, where there is one, its validation twin.

import { element } from "../shared/dom";
import { resolveColor } from "../shared/theme";
import type { Point } from "./data";
import type { Plotly, PlotElement, Trace } from "./plotly";

const VALIDATION = "val_";
const CONFIG = {
  displaylogo: false,
  responsive: false,
  // An allow-list: Plotly's own selection has a button that shares the chart with its cloud.
  modeBarButtons: [
    ["toImage"],
    ["zoom2d", "pan2d"],
    ["zoomIn2d", "zoomOut2d", "resetScale2d"],
  ],
};

/** The name that a metric and its validation twin share. */
export function family(metric: string): string {
  return metric.startsWith(VALIDATION) ? metric.slice(VALIDATION.length) : metric;
}

/** "sparse_top_k_categorical_accuracy" -> "Sparse top k categorical accuracy". */
function title(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

export class Chart {
  readonly panel: HTMLElement;
  private readonly plot = element("div", { class: "plot" }) as PlotElement;
  private readonly traces = new Map<string, Trace>();
  private drawn = false;
  private work: Promise<unknown> = Promise.resolve();
  private readonly observer: ResizeObserver;

  constructor(
    private readonly plotly: Plotly,
    private readonly host: HTMLElement,
    private readonly name: string,
    private height: number,
  ) {
    this.panel = element(
      "figure",
      { class: "chart", "aria-label": `${title(name)} by step` },
      element("figcaption", { class: "chart-title" }, title(name)),
      this.plot,
    );
    this.observer = new ResizeObserver(() => {
      if (!this.drawn || this.plot.clientWidth === 0) return;
      void this.queue(() => this.plotly.relayout(this.plot, this.legendPlace()));
    });
    this.observer.observe(this.panel);
  }

  /** Points in all traces. */
  get size(): number {
    return [...this.traces.values()].reduce((sum, trace) => sum + trace.x.length, 0);
  }

  /** The last step of a metric; -Infinity before its first point. */
  lastStep(metric: string): number {
    return this.traces.get(metric)?.x.at(-1) ?? -Infinity;
  }

  /** Draws from scratch; zoom survives because uirevision stays. */
  draw(points: Record<string, Point[]>, steps_per_epoch: number | null): void {
    this.traces.clear();
    for (const metric of Object.keys(points).sort()) {
      this.traces.set(metric, this.trace(metric, points[metric] ?? [], steps_per_epoch));
    }
    this.redraw();
  }

  /** Appends points in place. */
  extend(points: Record<string, Point[]>, steps_per_epoch: number | null): void {
    const metrics = Object.keys(points).filter((metric) => (points[metric]?.length ?? 0) > 0);
    if (metrics.length === 0) return;
    const known = [...this.traces.keys()];
    const isNew = metrics.some((metric) => !this.traces.has(metric));
    if (isNew || !this.drawn) {
      for (const metric of metrics) {
        const fresh = this.trace(metric, points[metric] ?? [], steps_per_epoch);
        const trace = this.traces.get(metric);
        if (!trace) this.traces.set(metric, fresh);
        else {
          for (const part of ["x", "y", "text"]) {
            trace[part] = [...(trace[part] as unknown[]), ...(fresh[part] as unknown[])];
          }
        }
      }
      this.redraw();
      return;
    }
    const update = { x: [] as unknown[][], y: [] as unknown[][], text: [] as unknown[][] };
    for (const metric of metrics) {
      const fresh = this.trace(metric, points[metric] ?? [], steps_per_epoch);
      update.x.push(fresh.x);
      update.y.push(fresh.y);
      update.text.push(fresh["text"] as unknown[]);
    }
    const places = metrics.map((metric) => known.indexOf(metric));
    void this.queue(() => this.plotly.extendTraces(this.plot, update, places));
  }

  /** Takes on new colours or a new height. */
  restyle(height: number): void {
    this.height = height;
    for (const [metric, trace] of this.traces) Object.assign(trace, this.look(metric));
    if (this.drawn) this.redraw();
  }

  dispose(): void {
    this.observer.disconnect();
    this.plotly.purge(this.plot);
  }

  private redraw(): void {
    const traces = [...this.traces.values()];
    void this.queue(async () => {
      if (this.drawn) await this.plotly.react(this.plot, traces, this.layout(), CONFIG);
      else await this.plotly.newPlot(this.plot, traces, this.layout(), CONFIG);
      this.drawn = true;
    });
    this.drawn = this.drawn || traces.length > 0;
  }

  /** Plotly's calls are asynchronous; they follow one another. */
  private queue(call: () => Promise<unknown>): Promise<unknown> {
    this.work = this.work.then(call);
    return this.work;
  }

  private look(metric: string): object {
    const validation = metric.startsWith(VALIDATION);
    const color = resolveColor(this.host, validation ? "--validation" : "--training");
    return {
      line: { color, width: 2 },
      marker: { color, size: 6 },
    };
  }

  private trace(metric: string, points: Point[], steps_per_epoch: number | null): Trace {
    const validation = metric.startsWith(VALIDATION);
    const x = points.map(([step]) => step);
    return {
      type: "scatter",
      mode: validation ? "lines+markers" : "lines",
      name: validation ? "validation" : "training",
      x,
      y: points.map(([, value]) => value),
      text: x.map((step) => epochText(step, steps_per_epoch)),
      hovertemplate: `%{y:.4g}%{text}<extra>${validation ? "validation" : "training"}</extra>`,
      ...this.look(metric),
    };
  }

  private legendPlace(): object {
    const narrow = this.plot.clientWidth < 480;
    return {
      width: this.plot.clientWidth,
      height: this.height + (narrow ? 24 : 0),
      legend: narrow
        ? { orientation: "h", x: 0, xanchor: "left", y: -0.28, yanchor: "top" }
        : { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom" },
      "margin.t": narrow ? 12 : 30,
      "margin.b": narrow ? 68 : 42,
    };
  }

  private layout(): object {
    const ink = resolveColor(this.host, "--ink");
    const line = resolveColor(this.host, "--grid-line");
    const paper = resolveColor(this.host, "--paper");
    const axis = {
      gridcolor: line,
      linecolor: line,
      zeroline: false,
      automargin: true,
      tickfont: { color: ink },
    };
    const { "margin.t": t, "margin.b": b, ...place } = this.legendPlace() as Record<string, unknown>;
    return {
      ...place,
      template: { layout: {} },
      uirevision: this.name,
      autosize: false,
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { family: getComputedStyle(this.host).fontFamily, size: 13, color: ink },
      margin: { l: 52, r: 12, t, b },
      hovermode: "x unified",
      hoverlabel: { bgcolor: paper, bordercolor: line, font: { color: ink } },
      dragmode: matchMedia("(hover: none)").matches ? false : "zoom",
      showlegend: this.traces.size > 1,
      xaxis: {
        ...axis,
        title: { text: "step", standoff: 8 },
        hoverformat: ",d",
        unifiedhovertitle: { text: "step %{x}" },
        rangemode: "tozero",
        spikethickness: 1,
        spikecolor: ink,
      },
      yaxis: { ...axis, tickformat: "~g", nticks: 6 },
      modebar: { bgcolor: "rgba(0,0,0,0)", color: line, activecolor: ink },
    };
  }
}

function epochText(step: number, steps_per_epoch: number | null): string {
  if (!steps_per_epoch) return "";
  return ` · epoch ${Math.max(1, Math.ceil(step / steps_per_epoch))}`;
}
