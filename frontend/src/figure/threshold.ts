// Where to draw the line: a slider over the threshold, both curves with a mark on them, and what follows, at once.

import { button, count, element, setText } from "../shared/dom";
import type { Arguments, Instance } from "../shared/mount";
import type { AnyTrace } from "../shared/plotly";
import { resolveColor } from "../shared/theme";
import type { Drawing } from "./look";
import { FigureView } from "./view";

export interface ThresholdData {
  /** Both curves, as JSON. */
  roc: string;
  precision_recall: string;
  /** Samples of the class, and of all others. */
  positives: number;
  negatives: number;
  /** Counts at thresholds evenly from 0 to 1. */
  true_positives: number[];
  false_positives: number[];
  /** What is judged: the name of the class, or all of them. */
  subject: string;
  /** Whether the page can show the samples behind a count. */
  selectable: boolean;
  height: number;
}

interface Outcome {
  right: number;
  alarms: number;
  missed: number;
  spared: number;
  precision: number;
  recall: number;
  f1: number;
  rate: number;
}

type Kind = "roc" | "precision_recall";
type Wanted = "right" | "alarms" | "missed";

const KINDS: Kind[] = ["roc", "precision_recall"];
const WANTED: Record<Wanted, string> = { right: "Found", alarms: "False alarms", missed: "Missed" };
const NUMBERS = { precision: "Precision", recall: "Recall", f1: "F1", rate: "False alarm rate" } as const;

export function outcome(data: ThresholdData, step: number): Outcome {
  const right = data.true_positives[step] ?? 0;
  const alarms = data.false_positives[step] ?? 0;
  const share = (part: number, whole: number, none: number): number => (whole > 0 ? part / whole : none);
  // Nothing chosen is nothing wrong: the precision of no choice is 1 by convention, as on the curve.
  const precision = share(right, right + alarms, 1);
  const recall = share(right, data.positives, 0);
  return {
    right,
    alarms,
    missed: data.positives - right,
    spared: data.negatives - alarms,
    precision,
    recall,
    f1: share(2 * right, 2 * right + alarms + (data.positives - right), 0),
    rate: share(alarms, data.negatives, 0),
  };
}

/** The threshold with the highest F1; of several the middle one. */
export function bestStep(data: ThresholdData): number {
  const scores = data.true_positives.map((_, step) => outcome(data, step).f1);
  const best = Math.max(...scores);
  const steps = scores.flatMap((score, step) => (score === best ? [step] : []));
  return steps[Math.floor(steps.length / 2)] ?? 0;
}

export class ThresholdPanel implements Instance<ThresholdData> {
  private readonly slider = element("input", { type: "range", min: 0, step: 1, "aria-label": "Threshold" });
  private readonly value = element("output", { class: "numbers threshold-value" });
  private readonly best = button("Best F1", () => this.go(bestStep(this.args.data)), { class: "button quiet" });
  private readonly numbers = Object.fromEntries(
    Object.keys(NUMBERS).map((name) => [name, element("dd", { class: "numbers" })]),
  ) as Record<keyof typeof NUMBERS, HTMLElement>;
  private readonly counts = element("div", { class: "counts" });
  private readonly buttons: Record<Wanted, HTMLButtonElement>;
  private readonly spared = element("span", { class: "muted small numbers" });
  private readonly sentence = element("p", { class: "visually-hidden", "aria-live": "polite" });
  private readonly charts = element("div", { class: "pair" });
  private readonly root: HTMLElement;
  private readonly marks: Record<Kind, AnyTrace> = { roc: {}, precision_recall: {} };
  private readonly places: Record<Kind, number> = { roc: 0, precision_recall: 0 };
  private readonly views: Record<Kind, FigureView>;
  private step: number;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly host: HTMLElement,
    private args: Arguments<ThresholdData>,
  ) {
    this.step = this.middle();
    this.buttons = Object.fromEntries(
      Object.keys(WANTED).map((name) => [name, button("", () => this.want(name as Wanted), { class: "button count" })]),
    ) as Record<Wanted, HTMLButtonElement>;
    this.views = { roc: this.view("roc"), precision_recall: this.view("precision_recall") };
    this.slider.addEventListener("input", () => this.go(Number(this.slider.value)));
    const numbers = Object.entries(NUMBERS).map(([name, title]) =>
      element("div", {}, element("dt", { class: "muted small" }, title), this.numbers[name as keyof typeof NUMBERS]),
    );
    this.counts.append(...Object.values(this.buttons), this.spared);
    this.root = element(
      "div",
      { class: "threshold" },
      element("label", { class: "slider" }, element("span", {}, "Threshold"), this.slider, this.value, this.best),
      element("dl", { class: "outcome" }, ...numbers),
      this.counts,
      this.sentence,
      this.charts,
    );
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    this.charts.append(...KINDS.map((kind) => this.views[kind].root));
    host.append(this.root);
    this.go(this.step);
  }

  update(args: Arguments<ThresholdData>): void {
    this.args = args;
    this.step = Math.min(this.step, this.last);
    for (const kind of KINDS) this.views[kind].show(this.shown(kind));
    this.go(this.step);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const kind of KINDS) this.views[kind].dispose();
    this.root.remove();
  }

  private get last(): number {
    return this.args.data.true_positives.length - 1;
  }

  private middle(): number {
    return Math.round(this.last / 2);
  }

  private view(kind: Kind): FigureView {
    return new FigureView(this.host, this.shown(kind), ({ customdata }) => {
      if (typeof customdata === "number") this.go(Math.round(customdata * this.last));
    });
  }

  private shown(kind: Kind): ConstructorParameters<typeof FigureView>[1] {
    const drawing = JSON.parse(this.args.data[kind]) as Drawing;
    const { x, y } = this.mark(kind);
    const color = resolveColor(this.host, "--accent");
    const mark: AnyTrace = {
      type: "scatter",
      mode: "markers",
      x: [x],
      y: [y],
      marker: { size: 13, color, line: { color: resolveColor(this.host, "--paper"), width: 2 } },
      hoverinfo: "skip",
    };
    this.marks[kind] = mark;
    this.places[kind] = drawing.data.push(mark) - 1;
    const name = kind === "roc" ? "ROC curve" : "Precision-recall curve";
    return { drawing, alt: `${name} of ${this.args.data.subject}`, table: null, height: this.args.data.height };
  }

  private mark(kind: Kind): { x: number; y: number } {
    const { recall, precision, rate } = outcome(this.args.data, this.step);
    return kind === "roc" ? { x: rate, y: recall } : { x: recall, y: precision };
  }

  private go(step: number): void {
    this.step = Math.max(0, Math.min(this.last, step));
    this.slider.max = String(this.last);
    this.slider.value = String(this.step);
    const shown = (this.step / Math.max(1, this.last)).toFixed(3);
    setText(this.value, shown);
    this.slider.setAttribute("aria-valuetext", shown);
    const found = outcome(this.args.data, this.step);
    for (const name of Object.keys(NUMBERS) as (keyof typeof NUMBERS)[]) {
      setText(this.numbers[name], percent(found[name]));
    }
    for (const name of Object.keys(WANTED) as Wanted[]) {
      setText(this.buttons[name], `${WANTED[name]}: ${count(found[name])}`);
      this.buttons[name].disabled = !this.args.data.selectable || found[name] === 0;
    }
    setText(this.spared, `Rightly left out: ${count(found.spared)}`);
    for (const kind of KINDS) {
      const { x, y } = this.mark(kind);
      Object.assign(this.marks[kind], { x: [x], y: [y] });
      this.views[kind].restyle({ x: [[x]], y: [[y]] }, [this.places[kind]]);
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const words = `Precision ${percent(found.precision)}, recall ${percent(found.recall)}, F1 ${percent(found.f1)}`;
      setText(this.sentence, words);
    }, 400);
  }

  private want(what: Wanted): void {
    this.args.setTriggerValue("clicked", { what, threshold: this.step / Math.max(1, this.last) });
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
