// How far the labelling is: the bar, the figures, whether everything is saved; and Python's news of it.

import { count, element, setText } from "../shared/dom";
import { ProgressBar } from "../shared/progress_bar";
import { SaveStatus } from "../shared/saving";
import type { Answers, Progress } from "./answers";

const PAUSE_MS = 2_000;
const RATE_REFRESH_MS = 15_000;

export class Standing {
  readonly panel: HTMLElement;
  private readonly bar = new ProgressBar("Labelled");
  private readonly summary = element("span", { class: "small numbers" });
  private readonly rate = element("span", { class: "muted small numbers" });
  private readonly status = new SaveStatus();
  private reported: string | null = null;
  private finished: boolean | null = null;
  private due = false;
  private reportTimer: ReturnType<typeof setTimeout> | undefined;
  private rateTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly answers: Answers,
    private readonly report: (progress: Progress) => void,
  ) {
    const text = element("div", { class: "progress-text" }, this.summary, this.rate, this.status.root);
    this.panel = element("div", { class: "progress" }, this.bar.root, text);
  }

  /** Repaints; `notify` also reports the progress to Python in pauses. */
  refresh(notify: boolean): void {
    const { state, waiting, progress } = this.answers;
    if (progress) {
      this.bar.show(progress.labelled, progress.total);
      setText(this.summary, `${count(progress.labelled)} of ${count(progress.total)} labelled`);
    }
    this.refreshRate();
    this.status.show(state, waiting);
    this.plan(progress, state === "saved", notify);
  }

  dispose(): void {
    clearTimeout(this.reportTimer);
    clearTimeout(this.rateTimer);
  }

  private refreshRate(): void {
    const rate = this.answers.perMinute;
    setText(this.rate, rate > 0 ? `${count(rate)} a minute` : "");
    clearTimeout(this.rateTimer);
    if (rate > 0) this.rateTimer = setTimeout(() => this.refreshRate(), RATE_REFRESH_MS);
  }

  /** Tells Python when the last sample was labelled, and in pauses where the page asked for it. */
  private plan(progress: Progress | null, saved: boolean, notify: boolean): void {
    clearTimeout(this.reportTimer);
    if (!progress) return;
    const finished = progress.labelled >= progress.total;
    if (this.finished === false && finished) this.due = true;
    this.finished = finished;
    const text = JSON.stringify(progress);
    this.reported ??= text; // what is there at the start, the page knows already
    if (!saved || text === this.reported || !(this.due || notify)) return;
    this.reportTimer = setTimeout(
      () => {
        this.due = false;
        this.reported = text;
        this.report(progress);
      },
      this.due ? 0 : PAUSE_MS,
    );
  }
}
