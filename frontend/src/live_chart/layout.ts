// How every chart looks: light and dark, wide and narrow, over steps or over epochs.

import { resolveColor } from "../shared/theme";
import type { Settings } from "./settings";

export const CONFIG = {
  displaylogo: false,
  responsive: false,
  // An allow-list: Plotly's own selection has a button that shares the chart with its cloud.
  modeBarButtons: [
    ["toImage"],
    ["zoom2d", "pan2d"],
    ["zoomIn2d", "zoomOut2d", "resetScale2d"],
  ],
};

const LEGEND = { orientation: "h", x: 0, xanchor: "left", traceorder: "normal" };
const NARROW = 480;
const FEW_STEPS = 10;
/** What an axis of shares may show below 0 and above 1. */
const SHARE_MARGIN = 0.05;
/** Height of a line of the legend below a narrow chart. */
const ROW = 24;
/** A share of an axis' ticks: bytes are counted in thousands, learning rates are small. */
const TICKS: Record<string, object> = {
  memory: { tickformat: "~s", ticksuffix: "B" },
  samples_per_second: { tickformat: "~s" },
  learning_rate: { tickformat: "~g" },
};

export interface Frame {
  /** Family of metrics. */
  name: string;
  width: number;
  height: number;
  settings: Settings;
  steps_per_epoch: number | null;
  /** The zoomed range in steps. */
  range: [number, number] | null;
  /** Lines with a name of their own; one alone needs no legend. */
  names: number;
}

/** Whether this chart runs over epochs. */
export function overEpochs(settings: Settings, steps_per_epoch: number | null): boolean {
  return settings.axis === "epochs" && Boolean(steps_per_epoch);
}

/** What depends on the width. */
export function place({ width, height, names }: Pick<Frame, "width" | "height" | "names">): object {
  const legend = names > 1;
  const narrow = legend && width < NARROW;
  const rows = narrow ? Math.ceil(names / 2) * ROW : 0;
  return {
    width,
    height: height + rows,
    legend: narrow
      ? { ...LEGEND, y: -0.28, yanchor: "top" }
      : { ...LEGEND, y: 1.02, yanchor: "bottom" },
    "margin.t": narrow || !legend ? 12 : 30,
    "margin.b": 42 + rows,
  };
}

export function layout(host: HTMLElement, frame: Frame): object {
  const ink = resolveColor(host, "--ink");
  const line = resolveColor(host, "--grid-line");
  const paper = resolveColor(host, "--paper");
  const epochs = overEpochs(frame.settings, frame.steps_per_epoch);
  const axis = {
    gridcolor: line,
    linecolor: line,
    zeroline: false,
    automargin: true,
    tickfont: { color: ink },
  };
  const log = frame.settings.log && logarithmic(frame.name);
  const unit = epochs ? (frame.steps_per_epoch ?? 1) : 1;
  const range = frame.range?.map((step) => step / unit);
  const { "margin.t": t, "margin.b": b, ...rest } = place(frame) as Record<string, unknown>;
  return {
    ...rest,
    template: { layout: {} },
    uirevision: frame.name,
    autosize: false,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: getComputedStyle(host).fontFamily, size: 13, color: ink },
    margin: { l: 52, r: 12, t, b },
    hovermode: "x unified",
    hoverlabel: { bgcolor: paper, bordercolor: line, font: { color: ink } },
    dragmode: matchMedia("(hover: none)").matches ? false : "zoom",
    showlegend: frame.names > 1,
    xaxis: {
      ...axis,
      title: { text: epochs ? "epoch" : "step", standoff: 8 },
      hoverformat: epochs ? ".2f" : ",d",
      unifiedhovertitle: { text: epochs ? "epoch %{x}" : "step %{x}" },
      rangemode: "tozero",
      // There is no half a step: with room for so many, ticks are whole.
      ...(epochs ? {} : { autorangeoptions: { include: FEW_STEPS } }),
      spikethickness: 1,
      spikecolor: ink,
      uirevision: epochs ? "epochs" : "steps",
      ...(range ? { range, autorange: false } : {}),
    },
    yaxis: {
      ...axis,
      tickformat: "~g",
      nticks: 6,
      type: log ? "log" : "linear",
      uirevision: log ? "log" : "linear",
      ...(isShare(frame.name) ? { autorangeoptions: { clipmin: -SHARE_MARGIN, clipmax: 1 + SHARE_MARGIN } } : {}),
      ...(log ? { dtick: "D2", exponentformat: "power" } : {}),
      ...TICKS[frame.name],
      // What a run takes is never below nothing, not even where it is always the same.
      ...(frame.name in TICKS ? { rangemode: "tozero" } : {}),
    },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: line, activecolor: ink },
  };
}

/** Whether a metric lies between 0 and 1, as accuracy does. */
function isShare(name: string): boolean {
  return !logarithmic(name) && !(name in TICKS);
}

/** Shares of right answers lie between 0 and 1 and gain nothing from a logarithm. */
export function logarithmic(name: string): boolean {
  return name.includes("loss") || name.includes("error");
}
