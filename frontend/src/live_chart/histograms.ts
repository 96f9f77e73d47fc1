// How the weights and the gradients of each layer are distributed, epoch by epoch.

import { button, element, setText } from "../shared/dom";
import { asApiError } from "../shared/http";
import { showNotice } from "../shared/notice";
import { setHistograms, type Observation } from "./data";
import { Timeline } from "./timeline";

interface Histogram {
  edges: number[];
  counts: number[];
}

interface Layer {
  name: string;
  weights: Histogram | null;
  gradients: Histogram | null;
}

type Side = "weights" | "gradients";
const SIDES: Side[] = ["weights", "gradients"];
const WIDTH = 240;
const HEIGHT = 64;
const SVG = "http://www.w3.org/2000/svg";

export class Histograms {
  private readonly hint = element("p", { class: "muted" });
  private readonly place = element("div");
  private readonly list = element("div", { class: "layers" });
  private readonly timeline = new Timeline("histograms", (shown) => this.show(shown));
  private readonly ask = button("Record histograms", () => void this.toggle());
  readonly root = element(
    "details",
    { class: "fold" },
    element("summary", {}, element("span", {}, "Weights and gradients")),
    element("div", { class: "fold-head" }, this.hint, this.ask),
    this.place,
    this.timeline.root,
    this.list,
  );
  private on = false;
  private terminal = false;

  constructor(
    private readonly run: string,
    onOpen: () => void,
  ) {
    this.timeline.root.hidden = true;
    this.root.addEventListener("toggle", onOpen);
    this.say();
  }

  get open(): boolean {
    return this.root.open;
  }

  add(observations: Observation[], terminal: boolean): void {
    this.timeline.add(observations);
    this.terminal = terminal;
    this.say();
  }

  private say(): void {
    this.ask.hidden = this.terminal;
    setText(this.ask, this.on ? "Stop recording" : "Record histograms");
    const has = this.timeline.size > 0;
    if (has) setText(this.hint, "The thin line is how it was at first.");
    else if (this.terminal) {
      setText(this.hint, "This run kept no histograms. They can be switched on in the settings of a training, or here while it runs.");
    } else if (this.on) setText(this.hint, "The first ones appear at the end of the epoch.");
    else setText(this.hint, "Shows whether layers still learn. Recording takes a moment at each epoch's end.");
  }

  private async toggle(): Promise<void> {
    this.ask.disabled = true;
    try {
      this.on = (await setHistograms(this.run, !this.on)).on;
      showNotice(this.place, null);
    } catch (failure) {
      showNotice(this.place, asApiError(failure));
    }
    this.ask.disabled = false;
    this.say();
  }

  private show(observation: Observation): void {
    const all = this.timeline.all;
    const layers = observation.body["layers"] as Layer[];
    const first = all[0]?.body["layers"] as Layer[] | undefined;
    const cards = layers.map((layer) => {
      const before = first?.find((other) => other.name === layer.name);
      const card = element("figure", { class: "layer" }, element("figcaption", {}, layer.name));
      for (const side of SIDES) {
        const histogram = layer[side];
        if (!histogram) continue;
        const ghost = all.length > 1 ? (before?.[side] ?? null) : null;
        const span = spanOf(all, layer.name, side);
        card.append(picture(histogram, ghost, span, side, layer.name));
      }
      return card;
    });
    this.list.replaceChildren(...cards);
  }
}

/** The smallest and the largest value of a layer over all epochs, so that what moves is seen to move. */
function spanOf(all: Observation[], name: string, side: Side): [number, number] {
  let [low, high] = [Infinity, -Infinity];
  for (const observation of all) {
    for (const layer of observation.body["layers"] as Layer[]) {
      const edges = layer.name === name ? layer[side]?.edges : undefined;
      if (!edges) continue;
      low = Math.min(low, edges[0] ?? low);
      high = Math.max(high, edges.at(-1) ?? high);
    }
  }
  return high > low ? [low, high] : [low - 1, high + 1];
}

function picture(
  histogram: Histogram,
  ghost: Histogram | null,
  span: [number, number],
  side: Side,
  name: string,
): HTMLElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  svg.setAttribute("preserveAspectRatio", "none");
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${side} of ${name}, from ${short(histogram.edges[0])} to ${short(histogram.edges.at(-1))}`);
  svg.append(path(histogram, span, `bars ${side}`));
  if (ghost) svg.append(path(ghost, span, "ghost"));
  return element(
    "div",
    { class: "histogram" },
    element("span", { class: "small muted" }, side),
    svg as unknown as Node,
    element(
      "div",
      { class: "ends small muted numbers" },
      element("span", {}, short(span[0])),
      element("span", {}, short(span[1])),
    ),
  );
}

/** Density, so that a narrow bin of many values is as tall as it is dense, whatever the bins. */
function path({ edges, counts }: Histogram, [low, high]: [number, number], kind: string): SVGPathElement {
  const densities = counts.map((count, at) => count / Math.max((edges[at + 1] ?? 0) - (edges[at] ?? 0), 1e-12));
  const tallest = Math.max(...densities, 1e-12);
  const x = (value: number): string => (((value - low) / (high - low)) * WIDTH).toFixed(1);
  const y = (density: number): string => (HEIGHT - (density / tallest) * (HEIGHT - 2)).toFixed(1);
  let line = `M${x(edges[0] ?? low)},${HEIGHT}`;
  densities.forEach((density, at) => {
    line += `L${x(edges[at] ?? 0)},${y(density)}L${x(edges[at + 1] ?? 0)},${y(density)}`;
  });
  const made = document.createElementNS(SVG, "path");
  made.setAttribute("d", `${line}L${x(edges.at(-1) ?? high)},${HEIGHT}Z`);
  made.setAttribute("class", kind);
  return made;
}

function short(value: number | undefined): string {
  return value === undefined ? "" : String(Number(value.toPrecision(2)));
}
