// How a figure looks here: its own colours and sizes stay, ink and paper are those of the page.

import { resolveColor } from "../shared/theme";
import type { AnyTrace } from "../shared/plotly";

type Options = Record<string, unknown>;

export interface Drawing {
  data: AnyTrace[];
  layout: Options;
}

export const CONFIG = {
  displaylogo: false,
  responsive: false,
  // An allow-list: Plotly's own selection has a button that shares the chart with its cloud.
  modeBarButtons: [["zoom2d", "pan2d"], ["zoomIn2d", "zoomOut2d", "resetScale2d"]],
};

const AXIS = /^[xy]axis\d*$/;
export const NARROW = 480;
const BAR = { thickness: 10, outlinewidth: 0, tickfont: { size: 11 } };

function options(value: unknown): Options {
  return typeof value === "object" && value !== null ? (value as Options) : {};
}

/** The traces, with what only the page knows: `meta.scale` asks for a colour scale from paper to ink. */
export function traces(host: HTMLElement, data: AnyTrace[], narrow: boolean): AnyTrace[] {
  const scale = [
    [0, resolveColor(host, "--scale-none")],
    [0.02, resolveColor(host, "--scale-little")],
    [1, resolveColor(host, "--scale-all")],
  ];
  return data.map((trace) => {
    if (!options(trace["meta"])["scale"]) return trace;
    return { ...trace, colorscale: scale, showscale: !narrow, colorbar: { ...BAR, ...options(trace["colorbar"]) } };
  });
}

/** The layout, as wide as the page lets it be. */
export function layout(host: HTMLElement, drawing: Drawing, width: number, height: number): Options {
  const own = drawing.layout;
  const ink = resolveColor(host, "--ink");
  const line = resolveColor(host, "--grid-line");
  const paper = resolveColor(host, "--paper");
  const look = { gridcolor: line, linecolor: line, zerolinecolor: line, automargin: true, tickfont: { color: ink } };
  const axes = new Set(["xaxis", "yaxis", ...Object.keys(own).filter((name) => AXIS.test(name))]);
  const themed = Object.fromEntries([...axes].map((name) => [name, { zeroline: false, ...look, ...options(own[name]) }]));
  const narrow = width < NARROW;
  const legend = narrow
    ? { orientation: "h", x: 0, xanchor: "left", yref: "container", y: 0, yanchor: "bottom" }
    : { orientation: "h", x: 0, xanchor: "left", y: 1.02, yanchor: "bottom" };
  return {
    uirevision: "kept",
    hovermode: "closest",
    dragmode: "zoom",
    margin: { l: 44, r: 12, t: 32, b: 36 },
    ...own,
    ...themed,
    template: { layout: {} },
    autosize: false,
    width,
    height,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { size: 13, ...options(own["font"]), family: getComputedStyle(host).fontFamily, color: ink },
    legend: { ...legend, ...options(own["legend"]) },
    hoverlabel: { bgcolor: paper, bordercolor: line, font: { color: ink }, align: "left" },
    modebar: { bgcolor: "rgba(0,0,0,0)", color: line, activecolor: ink },
    // A finger that drags scrolls the page.
    ...(matchMedia("(hover: none)").matches ? { dragmode: false } : {}),
  };
}
