// Asks for what is seen of a run beside its curves: the engine and predictions always, histograms where unfolded.

import { isAbort } from "../shared/http";
import { fetchObservations, type Observation } from "./data";
import { engineLine } from "./head";
import { Histograms } from "./histograms";
import { Predictions } from "./predictions";
import { setText } from "../shared/dom";

const POLL_MS = 1_000;
const AWAY_MS = 5_000;
const ALWAYS = ["engine", "predictions"];

export class Watcher {
  readonly predictions: Predictions;
  readonly histograms: Histograms;
  private readonly cursors = { always: 0, histograms: 0 };
  private terminal = false;
  private over = false;
  private polling = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stopped = new AbortController();

  constructor(
    private readonly run: string,
    private readonly engine: HTMLElement,
  ) {
    this.predictions = new Predictions(run);
    this.histograms = new Histograms(run, () => void this.poll());
    void this.poll();
  }

  /** The run is over: what is missing is read once more. */
  finish(): void {
    if (this.terminal) return;
    this.terminal = true;
    void this.poll();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.stopped.abort();
    this.predictions.dispose();
  }

  private async poll(): Promise<void> {
    if (this.polling || this.stopped.signal.aborted) return;
    clearTimeout(this.timer);
    this.polling = true;
    const last = this.terminal;
    let pause = document.hidden ? AWAY_MS : POLL_MS;
    try {
      if (!this.over) this.take(await this.fetch("always", ALWAYS));
      const seen = this.histograms.open ? await this.fetch("histograms", ["histograms"]) : [];
      this.histograms.add(seen, last);
      this.over = last;
    } catch (failure) {
      if (isAbort(failure)) return;
      // The curves say what is wrong; this goes on when the studio is back.
      pause = AWAY_MS;
    } finally {
      this.polling = false;
    }
    if (!this.over || this.terminal !== last) this.timer = setTimeout(() => void this.poll(), pause);
  }

  private async fetch(of: "always" | "histograms", kinds: string[]): Promise<Observation[]> {
    const news = await fetchObservations(this.run, this.cursors[of], kinds, this.stopped.signal);
    this.cursors[of] = news.cursor;
    return news.observations;
  }

  private take(observations: Observation[]): void {
    const engine = observations.filter((seen) => seen.kind === "engine").at(-1);
    if (engine) setText(this.engine, engineLine(engine));
    this.predictions.add(observations.filter((seen) => seen.kind === "predictions"));
  }
}
