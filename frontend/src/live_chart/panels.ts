// The charts of a run: what is learned in front, learning rate, speed and memory folded away behind it.

import { bytes, count, element, setText } from "../shared/dom";
import { Chart } from "./chart";
import type { News, Points } from "./data";
import { family, MACHINE, sorted } from "./names";
import type { Plotly } from "../shared/plotly";
import type { Settings } from "./settings";

export class Panels {
  readonly front = element("div", { class: "charts" });
  private readonly behind = element("div", { class: "charts" });
  private readonly now = element("span", { class: "small numbers" });
  readonly machine = element(
    "details",
    { class: "fold", hidden: true },
    element("summary", {}, element("span", {}, "Machine"), this.now),
    this.behind,
  );
  private readonly charts = new Map<string, Chart>();

  constructor(
    private readonly host: HTMLElement,
    private readonly settings: Settings,
    private readonly onZoom: (chart: Chart, range: [number, number] | null) => void,
  ) {}

  get size(): number {
    return this.charts.size;
  }

  /** Whether a metric's points begin before where the drawn ones end. */
  repeats(points: Points): boolean {
    return Object.entries(points).some(([metric, curve]) => {
      const first = curve[0];
      const chart = this.charts.get(family(metric));
      return first !== undefined && chart !== undefined && first[0] <= chart.lastStep(metric);
    });
  }

  /** Paints news; fresh news replace what is drawn. Returns how many points were appended. */
  paint(plotly: Plotly, news: News, fresh: boolean, wanted: string[], height: number): number {
    const families = new Map<string, Points>();
    let appended = 0;
    for (const [metric, points] of Object.entries(news.points)) {
      if (points.length === 0) continue;
      const name = family(metric);
      families.set(name, { ...families.get(name), [metric]: points });
      appended += points.length;
    }
    let isNew = false;
    for (const [name, points] of families) {
      let chart = this.charts.get(name);
      if (!chart) {
        chart = new Chart(plotly, this.host, name, height, this.settings, this.onZoom);
        this.charts.set(name, chart);
        isNew = true;
      }
      if (!fresh && !isNew) chart.extend(points);
      else {
        const smoothed = Object.entries(news.smoothed ?? {}).filter(([metric]) => metric in points);
        chart.draw(points, Object.fromEntries(smoothed), news.thinned ?? [], news.steps_per_epoch);
      }
    }
    if (isNew) this.arrange(wanted);
    this.say();
    return fresh ? 0 : appended;
  }

  restyle(height: number): void {
    for (const chart of this.charts.values()) chart.restyle(height);
  }

  dispose(): void {
    for (const chart of this.charts.values()) chart.dispose();
  }

  private arrange(wanted: string[]): void {
    const names = sorted(this.charts.keys(), wanted);
    for (const [list, chosen] of [
      [this.front, names.filter((name) => !MACHINE.includes(name))],
      [this.behind, names.filter((name) => MACHINE.includes(name))],
    ] as const) {
      list.dataset["count"] = String(Math.min(2, chosen.length));
      for (const [place, name] of chosen.entries()) {
        const panel = this.charts.get(name)?.panel;
        const there = list.children[place];
        if (panel && there !== panel) list.insertBefore(panel, there ?? null);
      }
    }
    this.machine.hidden = this.behind.childElementCount === 0;
  }

  /** The newest numbers stand in the summary, so that nothing need be unfolded to see them. */
  private say(): void {
    const last = (name: string): number | null => this.charts.get(name)?.lastValue(name) ?? null;
    const [rate, speed, memory] = [last("learning_rate"), last("samples_per_second"), last("memory")];
    const parts: string[] = [];
    if (speed !== null) parts.push(`${count(speed)} samples a second`);
    if (memory !== null) parts.push(bytes(memory));
    if (rate !== null) parts.push(`learning rate ${Number(rate.toPrecision(3))}`);
    setText(this.now, parts.join(" · "));
  }
}
