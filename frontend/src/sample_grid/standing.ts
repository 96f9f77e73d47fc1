// How far the labelling is: the bar, the figures, whether everything is saved; and Python's news of it.

import { count, element, setText } from "../shared/dom";
import { outboxText } from "../shared/outbox";
import type { Answers, Progress } from "./answers";

const PAUSE_MS = 2_000;
const RATE_REFRESH_MS = 15_000;

export class Standing {
  readonly panel: HTMLElement;
  private readonly fill = element("div");
  private readonly bar = element(
    "div",
    { class: "bar", role: "progressbar", "aria-label": "Labelled", "aria-valuemin": 0 },
    this.fill,
  );
  private readonly summary = element("span", { class: "small numbers" });
  private readonly rate = element("span", { class: "muted small numbers" });
  private readonly status = element("span", { class: "status" });
  private reported: string | null = null;
  private finished: boolean | null = null;
  private due = false;
  private reportTimer: ReturnType<typeof setTimeout> | undefined;
  private rateTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly answers: Answers,
    private readonly report: (progress: Progress) => void,
  ) {
    const text = element("div", { class: "progress-text" }, this.summary, this.rate, this.status);
    this.panel = element("div", { class: "progress" }, this.bar, text);
  }

  /** Repaints; `notify` also reports the progress to Python in pauses. */
  refresh(notify: boolean): void {
    const { state, waiting, progress } = this.answers;
    const share = progress && progress.total > 0 ? progress.labelled / progress.total : 0;
    this.fill.style.transform = `scaleX(${share})`;
    if (progress) {
      this.bar.setAttribute("aria-valuemax", String(progress.total));
      this.bar.setAttribute("aria-valuenow", String(progress.labelled));
      setText(this.summary, `${count(progress.labelled)} of ${count(progress.total)} labelled`);
    }
    this.refreshRate();
    this.status.hidden = state === "idle";
    this.status.dataset["state"] = state;
    setText(this.status, outboxText(state, waiting));
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
