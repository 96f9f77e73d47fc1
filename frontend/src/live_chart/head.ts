// Above the curves: how far the run is, how long it will take, what its curves mean, and what computes it.

import { count, duration, element, setText } from "../shared/dom";
import type { News, Observation, RunProgress, Standing, Verdict } from "./data";

/** Message, time left and bar of one run; its status is said by the page around it. */
export class Progress {
  private readonly message = element("span", { class: "message" });
  private readonly left = element("span", { class: "muted small numbers" });
  private readonly fill = element("div");
  private readonly bar = element(
    "div",
    { class: "bar", role: "progressbar", "aria-label": "Progress", "aria-valuemin": 0, "aria-valuemax": 100 },
    this.fill,
  );
  private readonly head = element("div", { class: "head", hidden: true }, this.message, this.left);
  readonly roots = [this.head, this.bar];

  constructor() {
    this.bar.hidden = true;
  }

  show({ status, terminal, progress }: Standing): void {
    this.head.hidden = this.bar.hidden = progress === null || terminal;
    if (progress && !terminal) this.describe(progress, status === "running");
  }

  private describe(progress: RunProgress, running: boolean): void {
    const share = progress.total > 0 ? Math.min(1, progress.done / progress.total) : 0;
    this.fill.style.transform = `scaleX(${share})`;
    this.bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
    setText(this.message, progress.message);
    setText(this.left, "");
    // Of a run that waits the page says where it stands.
    if (!running || progress.total === 0) return;
    const parts = [`${count(progress.done)} of ${count(progress.total)} ${progress.unit}`];
    if (progress.seconds_left !== null && progress.seconds_left !== undefined) {
      parts.push(`about ${duration(progress.seconds_left)} left`);
    }
    setText(this.left, parts.join(" · "));
  }
}

/** What the curves mean, in words. */
export class Judgement {
  private readonly kind = element("strong", { class: "verdict-kind", role: "status" });
  private readonly sentence = element("span");
  private readonly evidence = element("span", { class: "muted small numbers" });
  readonly root = element(
    "div",
    { class: "verdict", hidden: true },
    this.kind,
    element("div", {}, this.sentence, " ", this.evidence),
  );

  show(verdict: Verdict | null | undefined): void {
    this.root.hidden = !verdict;
    if (!verdict) return;
    this.root.dataset["kind"] = verdict.kind;
    setText(this.kind, verdict.kind);
    setText(this.sentence, verdict.sentence);
    setText(this.evidence, verdict.evidence);
  }
}

const PRECISIONS: Record<string, string> = { mixed_bfloat16: "bfloat16", mixed_float16: "float16" };

/** What computes, how and why: one line. */
export function engineLine(seen: Observation): string {
  const { precision, reason, device, kind, cores } = seen.body as Record<string, unknown>;
  const numbers = PRECISIONS[String(precision)] ?? String(precision ?? "float32");
  const many = cores === 1 ? "1 core" : `${String(cores)} cores`;
  const on = kind === "GPU" ? String(device) : `${many}${device ? ` (${String(device)})` : ""}`;
  return `Computes in ${numbers} on ${on}${reason ? `, because ${String(reason)}` : ""}.`;
}

/** What stands in place of curves that are not there yet, or never come. */
export function emptyState(news: News): [title: string, text: string] {
  if (news.terminal) return ["No curves", "This run recorded no metrics. Its log may say why."];
  if (news.status === "queued") {
    return ["Waiting in the queue", news.waits_for || "The run starts as soon as a worker is free."];
  }
  if (news.status === "paused") return ["Paused", "The run goes on when it is resumed."];
  return ["Starting", "The first points appear after the first steps."];
}
