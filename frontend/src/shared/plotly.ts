// Loads Plotly once for the whole page, from the studio itself.

import { ApiError, apiUrl } from "./http";

export interface Trace {
  x: number[];
  y: (number | null)[];
  [option: string]: unknown;
}

/** A trace as another program wrote it: what it holds depends on its type. */
export type AnyTrace = Record<string, unknown>;

/** What somebody clicked. */
export interface PlotPoint {
  curveNumber: number;
  pointNumber?: number | [row: number, column: number];
  x?: unknown;
  y?: unknown;
  customdata?: unknown;
}

export interface PlotElement extends HTMLElement {
  data?: Trace[];
  /** The traces with every default filled in and every packed array unpacked. */
  _fullData?: AnyTrace[];
  /** Plotly adds it with the first drawing. */
  on?(event: "plotly_relayout", listener: (change: Record<string, unknown>) => void): void;
  on?(event: "plotly_click", listener: (click: { points: PlotPoint[] }) => void): void;
}

/** The part of Plotly that the components use. */
export interface Plotly {
  newPlot(target: HTMLElement, traces: AnyTrace[], layout: object, config: object): Promise<PlotElement>;
  react(target: HTMLElement, traces: AnyTrace[], layout: object, config: object): Promise<PlotElement>;
  relayout(target: HTMLElement, update: object): Promise<PlotElement>;
  restyle(target: HTMLElement, update: object, traces?: number[]): Promise<PlotElement>;
  extendTraces(target: HTMLElement, update: Record<string, unknown[][]>, traces: number[]): Promise<PlotElement>;
  purge(target: HTMLElement): void;
  toImage(figure: object, options: object): Promise<string>;
  Fx: { hover(target: HTMLElement, points: object[] | null): void; unhover(target: HTMLElement): void };
  Plots: { resize(target: HTMLElement): Promise<void> | undefined };
}

declare global {
  interface Window {
    Plotly?: Plotly;
    studioPlotly?: Promise<Plotly>;
  }
}

/** Resolves to Plotly; a failed load may be tried again. */
export function loadPlotly(): Promise<Plotly> {
  window.studioPlotly ??= new Promise<Plotly>((resolve, reject) => {
    const script = document.createElement("script");
    script.src = apiUrl("plotly.min.js");
    script.addEventListener("load", () => {
      if (window.Plotly) resolve(window.Plotly);
      else reject(missing());
    });
    script.addEventListener("error", () => {
      script.remove();
      reject(missing());
    });
    document.head.append(script);
  }).catch((failure: unknown) => {
    delete window.studioPlotly;
    throw failure;
  });
  return window.studioPlotly;
}

/** Plotly puts its style sheet into the document's head, where a shadow root does not see it. */
export function plotlyStyle(): HTMLStyleElement {
  const style = document.createElement("style");
  const global = document.getElementById("plotly.js-style-global");
  if (global instanceof HTMLStyleElement && global.sheet) {
    style.textContent = Array.from(global.sheet.cssRules, (rule) => rule.cssText).join("\n");
  }
  return style;
}

function missing(): ApiError {
  return new ApiError(
    "The charting library did not load.",
    "The studio's server is away or restarting.",
    "Leave the page open: it tries again by itself.",
    0,
  );
}
