// figure: a Plotly figure of Python's, drawn in the page's colours; what is clicked goes back to Python. Or, of a
// classifier, both its curves with a slider over the threshold.

import { mountable, type Arguments, type Instance } from "../shared/mount";
import type { PlotPoint } from "../shared/plotly";
import type { Drawing } from "./look";
import css from "./style.css";
import type { Rows } from "./table";
import { ThresholdPanel, type ThresholdData } from "./threshold";
import { FigureView, type Shown } from "./view";
import { sendable } from "./walk";

interface Data {
  /** The figure as JSON, with Plotly's packed arrays. */
  figure: string;
  alt: string;
  table: Rows | null;
  height: number;
  clickable: boolean;
}

class Figure implements Instance<Data> {
  private readonly view: FigureView;

  constructor(
    host: HTMLElement,
    private args: Arguments<Data>,
  ) {
    this.view = new FigureView(host, this.shown(), args.data.clickable ? (point) => this.click(point) : null);
    host.append(this.view.root);
  }

  update(args: Arguments<Data>): void {
    this.args = args;
    this.view.show(this.shown());
  }

  dispose(): void {
    this.view.dispose();
  }

  private shown(): Shown {
    const { figure, alt, table, height } = this.args.data;
    return { drawing: JSON.parse(figure) as Drawing, alt, table, height };
  }

  private click(point: PlotPoint): void {
    this.args.setTriggerValue("clicked", {
      curve: point.curveNumber,
      point: sendable(point.pointNumber ?? null),
      x: sendable(point.x),
      y: sendable(point.y),
      customdata: sendable(point.customdata),
    });
  }
}

function isThreshold(args: Arguments<Data | ThresholdData>): args is Arguments<ThresholdData> {
  return "true_positives" in args.data;
}

function make(host: HTMLElement, args: Arguments<Data | ThresholdData>): Instance<Data | ThresholdData> {
  const made = isThreshold(args) ? new ThresholdPanel(host, args) : new Figure(host, args as Arguments<Data>);
  // One place on a page never becomes the other: their Streamlit keys differ.
  return made as Instance<Data | ThresholdData>;
}

export default mountable<Data | ThresholdData>(css, make);
