// Several runs of a group in one picture: each thin, their mean strong, and how far they lie apart.

import { element, setText } from "../shared/dom";
import { asApiError, isAbort } from "../shared/http";
import type { Arguments } from "../shared/mount";
import { showNotice } from "../shared/notice";
import { resolveColor } from "../shared/theme";
import { fetchGroup, type GroupNews, type Points, type Spread } from "./data";
import { CONFIG, layout, overEpochs, type Frame } from "./layout";
import { family, MACHINE, partOf, sorted, title } from "./names";
import { loadPlotly, plotlyStyle, type Plotly, type PlotElement, type Trace } from "../shared/plotly";
import { SettingsBar, stored } from "./settings";

export interface GroupData {
  group: string;
  metrics: string[];
  height: number;
}

const POLL_MS = 1_000;
const HIDDEN_MS = 5_000;

export class GroupView {
  private readonly settings = stored();
  private readonly bar = new SettingsBar(this.settings, (what) => this.changed(what));
  private readonly place = element("div");
  private readonly members = element("ul", { class: "members" });
  private readonly charts = element("div", { class: "charts" });
  private readonly root = element("div", { class: "run" }, this.members, this.place, this.bar.root, this.charts);
  private readonly plots = new Map<string, { panel: HTMLElement; plot: PlotElement; drawn: boolean }>();
  private readonly observer = new ResizeObserver(() => this.draw());
  private readonly stopped = new AbortController();
  private plotly: Plotly | null = null;
  private news: GroupNews | null = null;
  private width = 0;
  private cursor = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private work: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly host: HTMLElement,
    private args: Arguments<GroupData>,
  ) {
    host.append(this.root);
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    this.observer.observe(this.root);
    void this.poll();
  }

  get group(): string {
    return this.args.data.group;
  }

  update(args: Arguments<GroupData>): void {
    this.args = args;
    this.width = 0;
    this.draw();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.stopped.abort();
    this.observer.disconnect();
    this.bar.dispose();
    for (const { plot } of this.plots.values()) this.plotly?.purge(plot);
    this.root.remove();
  }

  private changed(what: "smoothing" | "look"): void {
    this.width = 0;
    if (what === "look") this.draw();
    else {
      this.cursor = 0;
      void this.poll();
    }
  }

  private async poll(): Promise<void> {
    clearTimeout(this.timer);
    let again = true;
    try {
      if (!this.plotly) {
        this.plotly = await loadPlotly();
        this.root.prepend(plotlyStyle());
      }
      const { smoothing } = this.settings;
      const news = await fetchGroup(this.group, this.cursor, smoothing, this.stopped.signal);
      showNotice(this.place, null);
      this.list(news);
      if (news.metrics && smoothing === this.settings.smoothing) {
        this.cursor = news.cursor;
        this.news = news;
        this.width = 0;
        this.draw();
      }
      again = !news.terminal || smoothing !== this.settings.smoothing;
    } catch (failure) {
      if (isAbort(failure)) return;
      const error = asApiError(failure);
      showNotice(this.place, error, { label: "Try again", run: () => void this.poll() });
      again = error.passing;
    }
    if (again) this.timer = setTimeout(() => void this.poll(), document.hidden ? HIDDEN_MS : POLL_MS);
  }

  private list(news: GroupNews): void {
    while (this.members.childElementCount < news.runs.length) {
      this.members.append(element("li", {}, element("span"), element("span", { class: "badge" })));
    }
    for (const [place, run] of news.runs.entries()) {
      const [name, badge] = this.members.children[place]?.children ?? [];
      if (!name || !(badge instanceof HTMLElement)) continue;
      setText(name, run.name);
      const share = run.progress && run.progress.total > 0 ? run.progress.done / run.progress.total : 0;
      const percent = run.status === "running" ? ` ${Math.round(100 * share)} %` : "";
      setText(badge, `${run.status}${percent}`);
      badge.dataset["status"] = run.status;
    }
  }

  /** Draws what is known, unless nothing has changed, the width included. */
  private draw(): void {
    const { plotly, news } = this;
    if (!plotly || !news?.metrics || this.root.clientWidth === this.width) return;
    this.width = this.root.clientWidth;
    if (this.width === 0) return;
    this.bar.root.hidden = false;
    this.bar.allowEpochs(Boolean(news.steps_per_epoch));
    const families = new Set(Object.keys(news.metrics).map(family).filter((name) => !MACHINE.includes(name)));
    const names = sorted(families, this.args.data.metrics);
    this.charts.dataset["count"] = String(Math.min(2, names.length));
    for (const name of names) {
      if (this.plots.has(name)) continue;
      const plot = element("div", { class: "plot" }) as PlotElement;
      const panel = element(
        "figure",
        { class: "chart", "aria-label": `${title(name)} of all runs` },
        element("figcaption", { class: "chart-title" }, title(name)),
        plot,
      );
      this.plots.set(name, { panel, plot, drawn: false });
    }
    const panels = names.flatMap((name) => this.plots.get(name)?.panel ?? []);
    if (panels.some((panel, place) => this.charts.children[place] !== panel)) this.charts.append(...panels);
    for (const name of names) this.paint(plotly, name, news);
  }

  private paint(plotly: Plotly, name: string, news: GroupNews): void {
    const chart = this.plots.get(name);
    if (!chart) return;
    const found = Object.entries(news.metrics ?? {}).filter(([metric]) => family(metric) === name);
    // The means of epochs say the same as the steps do, and would be a third band in the same place.
    const shown = found.filter(([metric]) => partOf(metric) !== "epoch");
    const drawn = (shown.length > 0 ? shown : found).sort(([a], [b]) => a.length - b.length);
    const traces = drawn.flatMap(([metric, { runs, spread }]) => this.traces(metric, runs, spread, news));
    const frame: Frame = {
      name,
      width: chart.plot.clientWidth,
      height: this.args.data.height,
      settings: this.settings,
      steps_per_epoch: news.steps_per_epoch,
      range: null,
      names: drawn.length,
    };
    const first = !chart.drawn;
    chart.drawn = true;
    this.work = this.work.then(async () => {
      frame.width = chart.plot.clientWidth;
      const look = layout(this.host, frame);
      if (first) await plotly.newPlot(chart.plot, traces, look, CONFIG);
      else await plotly.react(chart.plot, traces, look, CONFIG);
    });
  }

  private traces(metric: string, runs: Points, spread: Spread, news: GroupNews): Trace[] {
    const validation = partOf(metric) === "validation";
    const name = validation ? "validation" : "training";
    const color = resolveColor(this.host, validation ? "--validation" : "--training");
    const per = overEpochs(this.settings, news.steps_per_epoch) ? (news.steps_per_epoch ?? 1) : 1;
    const x = spread.steps.map((step) => step / per);
    const each = Object.values(runs).map((points) => ({
      x: points.map(([step]) => step / per),
      y: points.map(([, value]) => value),
      mode: "lines",
      line: { color, width: 1 },
      opacity: 0.45,
      hoverinfo: "skip",
      showlegend: false,
    }));
    const edge = (sign: number): (number | null)[] =>
      spread.mean.map((mean, at) => mean + sign * (spread.deviation[at] ?? 0));
    const band = { x, mode: "lines", line: { width: 0, color }, hoverinfo: "skip", showlegend: false };
    return [
      ...each,
      { ...band, y: edge(-1) },
      { ...band, y: edge(1), fill: "tonexty", fillcolor: color.replace("rgb(", "rgba(").replace(")", ", 0.15)") },
      {
        x,
        y: spread.mean,
        mode: "lines",
        name,
        line: { color, width: 2.5 },
        text: spread.deviation.map((deviation, at) => `± ${Number(deviation.toPrecision(2))} of ${spread.runs[at] ?? 0} runs`),
        hovertemplate: `%{y:.4g} %{text}<extra>${name}, mean</extra>`,
      },
    ];
  }
}
