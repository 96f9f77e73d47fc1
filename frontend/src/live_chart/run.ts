// One run on display: polls, paints what is new in place, and tells Python of a new status.

import { element, setText } from "../shared/dom";
import { asApiError, isAbort } from "../shared/http";
import type { Arguments } from "../shared/mount";
import { showNotice } from "../shared/notice";
import type { Chart } from "./chart";
import { fetchNews, fetchRange, type News } from "./data";
import { emptyState, Judgement, Progress } from "./head";
import { Log } from "./log";
import { Panels } from "./panels";
import { loadPlotly, plotlyStyle, type Plotly } from "../shared/plotly";
import { SettingsBar, stored } from "./settings";
import { Watcher } from "./watcher";

export interface ChartData {
  run: string;
  metrics: string[];
  height: number;
}

const RUNNING_MS = 500;
const LEAST_PAUSE_MS = 100;
const WAITING_MS = 1_000;
const HIDDEN_MS = 5_000;
const LAST_RETRY_MS = 10_000;
const ZOOM_MS = 150;
/** Once this many points were appended, the thinned history is fetched anew. */
const APPENDED_LIMIT = 6_000;

export class RunView {
  private readonly log: Log;
  private readonly watcher: Watcher;
  private readonly panels: Panels;
  private readonly settings = stored();
  private readonly bar = new SettingsBar(this.settings, (what) => this.changed(what));
  private readonly progress = new Progress();
  private readonly judgement = new Judgement();
  private readonly root = element("div", { class: "run" });
  private readonly place = element("div");
  private readonly waiting = element("div", { class: "empty" });
  private readonly stopped = new AbortController();
  private readonly zooms = new Map<Chart, ReturnType<typeof setTimeout>>();
  private readonly zoomed = new Map<Chart, [number, number]>();
  private readonly onVisible = (): void => {
    if (!document.hidden && !this.over) this.schedule(0);
  };
  private plotly: Plotly | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private polling = false;
  private asked = 0;
  private cursor = 0;
  private appended = 0;
  private failures = 0;
  private over = false;
  private lastLook = false;
  private restart = false;
  private status: string | null = null;

  constructor(
    host: HTMLElement,
    private args: Arguments<ChartData>,
  ) {
    const engine = element("div", { class: "engine muted small" });
    this.log = new Log(args.data.run);
    this.watcher = new Watcher(args.data.run, engine);
    this.panels = new Panels(host, this.settings, (chart, range) => this.zoom(chart, range));
    this.root.append(
      ...this.progress.roots,
      this.judgement.root,
      engine,
      this.place,
      this.waiting,
      this.bar.root,
      this.panels.front,
      this.panels.machine,
      this.watcher.predictions.root,
      this.watcher.histograms.root,
      this.log.panel,
    );
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    host.append(this.root);
    this.wait("Loading the curves", "");
    this.watcher.histograms.root.hidden = true;
    document.addEventListener("visibilitychange", this.onVisible);
    void this.poll();
  }

  get run(): string {
    return this.args.data.run;
  }

  update(args: Arguments<ChartData>): void {
    this.args = args;
    this.panels.restyle(args.data.height);
  }

  dispose(): void {
    clearTimeout(this.timer);
    for (const timer of this.zooms.values()) clearTimeout(timer);
    document.removeEventListener("visibilitychange", this.onVisible);
    this.stopped.abort();
    this.bar.dispose();
    this.log.dispose();
    this.watcher.dispose();
    this.panels.dispose();
    this.root.remove();
  }

  private schedule(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.poll(), delay);
  }

  private async poll(): Promise<void> {
    if (this.polling || this.stopped.signal.aborted) return;
    clearTimeout(this.timer);
    this.polling = true;
    this.asked = performance.now();
    try {
      if (!this.plotly) {
        this.plotly = await loadPlotly();
        this.root.prepend(plotlyStyle());
      }
      if (this.restart) this.cursor = this.appended = 0;
      this.restart = false;
      const since = this.cursor;
      const { smoothing } = this.settings;
      const news = await fetchNews(this.run, since, smoothing, this.stopped.signal);
      this.failures = 0;
      showNotice(this.place, null);
      // Points smoothed by what was chosen before are not mixed with those that come now.
      if (since > 0 && smoothing !== this.settings.smoothing) this.restart = true;
      this.take(news, since);
      if (this.restart) this.schedule(0);
    } catch (failure) {
      if (isAbort(failure)) return;
      this.failed(asApiError(failure));
    } finally {
      this.polling = false;
    }
  }

  private failed(error: ReturnType<typeof asApiError>): void {
    showNotice(this.place, error, { label: "Try again", run: () => this.schedule(0) });
    if (this.panels.size === 0) this.waiting.hidden = true;
    if (!error.passing) return;
    this.failures += 1;
    this.schedule(Math.min(LAST_RETRY_MS, 500 * 2 ** this.failures));
  }

  private take(news: News, since: number): void {
    if (!this.plotly) return;
    if ((since > 0 && this.panels.repeats(news.points)) || this.appended > APPENDED_LIMIT) {
      this.restart = true;
      return;
    }
    this.cursor = news.cursor;
    const { metrics, height } = this.args.data;
    this.appended += this.panels.paint(this.plotly, news, since === 0, metrics, height);
    if (since === 0) for (const [chart, range] of this.zoomed) this.zoom(chart, range);
    this.describe(news);
    if (news.terminal && this.lastLook) {
      this.over = true;
      this.log.finish();
      this.watcher.finish();
    } else {
      this.lastLook = news.terminal;
      const pace = this.panels.size > 0 ? RUNNING_MS : WAITING_MS;
      const wanted = news.terminal ? RUNNING_MS : document.hidden ? HIDDEN_MS : pace;
      // What asking and painting took is part of the pause, so that points are not later on a slow machine.
      this.schedule(Math.max(LEAST_PAUSE_MS, wanted - (performance.now() - this.asked)));
    }
    this.tell(news);
  }

  /** Tells Python of a new status; of the last one when everything has been drawn. */
  private tell(news: News): void {
    if (news.status === this.status || (news.terminal && !this.over)) return;
    this.status = news.status;
    this.args.setStateValue("status", { run: this.run, status: news.status });
  }

  private changed(what: "smoothing" | "look"): void {
    if (what === "look") this.panels.restyle(this.args.data.height);
    else {
      this.restart = true;
      this.schedule(0);
    }
  }

  /** Fetches what the thinned history leaves out of the steps somebody looks at. */
  private zoom(chart: Chart, range: [number, number] | null): void {
    clearTimeout(this.zooms.get(chart));
    if (range) this.zoomed.set(chart, range);
    else this.zoomed.delete(chart);
    if (!range) chart.detail(null);
    else if (chart.hasMore) {
      this.zooms.set(chart, setTimeout(() => void this.look(chart, range), ZOOM_MS));
    }
  }

  private async look(chart: Chart, range: [number, number]): Promise<void> {
    try {
      const { smoothing } = this.settings;
      const { signal } = this.stopped;
      const news = await fetchRange(this.run, range, chart.metrics, smoothing, signal);
      if (this.zoomed.get(chart) === range) chart.detail(range, news.points, news.smoothed);
    } catch (failure) {
      if (isAbort(failure)) return;
      // The thinned history stays: it shows the same with fewer points.
    }
  }

  private describe(news: News): void {
    this.progress.show(news);
    // Of a run that failed at its beginning there is nothing to say but why, and the page says that.
    const early = news.status === "failed" && news.verdict?.kind === "warming up";
    this.judgement.show(early ? null : news.verdict);
    const has = this.panels.size > 0;
    this.bar.root.hidden = !has;
    this.bar.allowEpochs(Boolean(news.steps_per_epoch));
    this.watcher.histograms.root.hidden = !has;
    if (has) this.waiting.hidden = true;
    else this.wait(...emptyState(news));
  }

  private wait(title: string, text: string): void {
    this.waiting.hidden = false;
    if (this.waiting.dataset["text"] === title + text) return;
    this.waiting.dataset["text"] = title + text;
    setText(this.waiting, "");
    this.waiting.append(element("strong", {}, title), element("span", {}, text));
  }
}
