// live_chart: the curves of a run while it trains, with its progress and the tail of its log.

import { count, duration, element, setText } from "../shared/dom";
import { asApiError, isAbort } from "../shared/http";
import { mountable, type Arguments, type Instance } from "../shared/mount";
import { showNotice } from "../shared/notice";
import { Chart, family } from "./chart";
import { fetchNews, type News, type Point, type RunProgress } from "./data";
import { Log } from "./log";
import { loadPlotly, plotlyStyle, type Plotly } from "./plotly";
import css from "./style.css";

interface ChartData {
  run: string;
  metrics: string[];
  height: number;
}

const RUNNING_MS = 600;
const WAITING_MS = 1_000;
const HIDDEN_MS = 5_000;
const LAST_RETRY_MS = 10_000;
/** Once this many points were appended, the thinned history is fetched anew. */
const APPENDED_LIMIT = 6_000;

/** One run on display. A change of run starts another. */
class RunView {
  private readonly charts = new Map<string, Chart>();
  private readonly log: Log;
  private readonly root = element("div", { class: "run" });
  private readonly message = element("span", { class: "message" });
  private readonly left = element("span", { class: "muted small numbers" });
  private readonly badge = element("span", { class: "badge", role: "status" });
  private readonly fill = element("div");
  private readonly bar = element(
    "div",
    { class: "bar", role: "progressbar", "aria-label": "Progress", "aria-valuemin": 0, "aria-valuemax": 100 },
    this.fill,
  );
  private readonly place = element("div");
  private readonly waiting = element("div", { class: "empty" });
  private readonly panels = element("div", { class: "charts" });
  private readonly stopped = new AbortController();
  private readonly onVisible = (): void => {
    if (!document.hidden && !this.over) this.schedule(0);
  };
  private plotly: Plotly | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private polling = false;
  private cursor = 0;
  private appended = 0;
  private failures = 0;
  private over = false;
  private lastLook = false;
  private status: string | null = null;

  constructor(
    private readonly host: HTMLElement,
    private args: Arguments<ChartData>,
  ) {
    this.log = new Log(args.data.run);
    this.root.append(
      element("div", { class: "head" }, this.badge, this.message, this.left),
      this.bar,
      this.place,
      this.waiting,
      this.panels,
      this.log.panel,
    );
    this.root.addEventListener("keydown", (event) => event.stopPropagation());
    host.append(this.root);
    this.wait("Loading the curves", "");
    this.bar.hidden = true;
    document.addEventListener("visibilitychange", this.onVisible);
    void this.poll();
  }

  get run(): string {
    return this.args.data.run;
  }

  update(args: Arguments<ChartData>): void {
    this.args = args;
    for (const chart of this.charts.values()) chart.restyle(args.data.height);
  }

  dispose(): void {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.onVisible);
    this.stopped.abort();
    this.log.dispose();
    for (const chart of this.charts.values()) chart.dispose();
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
    try {
      if (!this.plotly) {
        this.plotly = await loadPlotly();
        this.root.prepend(plotlyStyle());
      }
      const since = this.cursor;
      const news = await fetchNews(this.run, since, this.stopped.signal);
      this.failures = 0;
      showNotice(this.place, null);
      this.take(news, since);
    } catch (failure) {
      if (isAbort(failure)) return;
      this.failed(asApiError(failure));
    } finally {
      this.polling = false;
    }
  }

  private failed(error: ReturnType<typeof asApiError>): void {
    showNotice(this.place, error, { label: "Try again", run: () => this.schedule(0) });
    if (this.charts.size === 0) this.waiting.hidden = true;
    if (!error.passing) return;
    this.failures += 1;
    this.schedule(Math.min(LAST_RETRY_MS, 500 * 2 ** this.failures));
  }

  private take(news: News, since: number): void {
    const repeated = Object.entries(news.points).some(([metric, points]) => {
      const first = points[0];
      const chart = this.charts.get(family(metric));
      return since > 0 && first !== undefined && chart && first[0] <= chart.lastStep(metric);
    });
    if (repeated || this.appended > APPENDED_LIMIT) {
      this.cursor = 0;
      this.appended = 0;
      this.schedule(0);
      return;
    }
    this.cursor = news.cursor;
    this.paint(news, since === 0);
    this.describe(news);
    if (news.terminal && this.lastLook) {
      this.over = true;
      this.log.finish();
    } else {
      this.lastLook = news.terminal;
      const pace = this.charts.size > 0 ? RUNNING_MS : WAITING_MS;
      this.schedule(news.terminal ? RUNNING_MS : document.hidden ? HIDDEN_MS : pace);
    }
    this.tell(news);
  }

  /** Tells Python of a new status; of the last one when everything has been drawn. */
  private tell(news: News): void {
    if (news.status === this.status || (news.terminal && !this.over)) return;
    this.status = news.status;
    this.args.setStateValue("status", { run: this.run, status: news.status });
  }

  private paint(news: News, fresh: boolean): void {
    if (!this.plotly) return;
    const families = new Map<string, Record<string, Point[]>>();
    for (const [metric, points] of Object.entries(news.points)) {
      if (points.length === 0) continue;
      const name = family(metric);
      families.set(name, { ...families.get(name), [metric]: points });
      if (!fresh) this.appended += points.length;
    }
    for (const [name, points] of families) {
      let chart = this.charts.get(name);
      if (!chart) {
        chart = new Chart(this.plotly, this.host, name, this.args.data.height);
        this.charts.set(name, chart);
        this.arrange();
      }
      if (fresh) chart.draw(points, news.steps_per_epoch);
      else chart.extend(points, news.steps_per_epoch);
    }
  }

  /** Loss first, then the order Python gave, then what turned up by itself. */
  private arrange(): void {
    const expected = ["loss", ...this.args.data.metrics.map(family)];
    const rank = (name: string): number => {
      const place = expected.indexOf(name);
      return place === -1 ? expected.length : place;
    };
    const sorted = [...this.charts].sort(([a], [b]) => rank(a) - rank(b) || a.localeCompare(b));
    this.panels.dataset["count"] = String(Math.min(2, sorted.length));
    for (const [place, [, chart]] of sorted.entries()) {
      const there = this.panels.children[place];
      if (there !== chart.panel) this.panels.insertBefore(chart.panel, there ?? null);
    }
  }

  private describe(news: News): void {
    setText(this.badge, news.status);
    this.badge.dataset["status"] = news.status;
    const { progress } = news;
    this.bar.hidden = progress === null || news.terminal;
    if (progress) this.describeProgress(progress, news.terminal);
    else setText(this.message, "");
    if (!progress || news.terminal) setText(this.left, "");
    if (this.charts.size > 0) this.waiting.hidden = true;
    else if (news.terminal) this.wait("No curves", "This run recorded no metrics. Its log may say why.");
    else if (news.status === "queued") {
      this.wait("Waiting in the queue", "The run starts as soon as a worker is free.");
    } else this.wait("Starting", "The first points appear after the first steps.");
  }

  private describeProgress(progress: RunProgress, terminal: boolean): void {
    const share = progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0;
    this.fill.style.transform = `scaleX(${share})`;
    this.bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    setText(this.message, terminal ? "" : progress.message);
    if (terminal || progress.total === 0) return;
    const parts = [`${count(progress.done)} of ${count(progress.total)} ${progress.unit}`];
    if (progress.seconds_left !== null && progress.seconds_left !== undefined) {
      parts.push(`about ${duration(progress.seconds_left)} left`);
    }
    setText(this.left, parts.join(" · "));
  }

  private wait(title: string, text: string): void {
    this.waiting.hidden = false;
    if (this.waiting.firstElementChild?.textContent === title) return;
    this.waiting.replaceChildren(element("strong", {}, title), element("span", {}, text));
  }
}

class LiveChart implements Instance<ChartData> {
  private view: RunView;

  constructor(
    private readonly host: HTMLElement,
    args: Arguments<ChartData>,
  ) {
    this.view = new RunView(host, args);
  }

  update(args: Arguments<ChartData>): void {
    if (args.data.run === this.view.run) {
      this.view.update(args);
      return;
    }
    this.view.dispose();
    this.view = new RunView(this.host, args);
  }

  dispose(): void {
    this.view.dispose();
  }
}

export default mountable<ChartData>(css, (host, args) => new LiveChart(host, args));
