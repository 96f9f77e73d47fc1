// The tail of a run's log, folded away until somebody wants it.

import { element } from "../shared/dom";
import { isAbort } from "../shared/http";
import { fetchLog } from "./data";

const LINES_KEPT = 500;
const POLL_MS = 1_000;
const NEAR_END = 24;

export class Log {
  readonly panel = element("details", { class: "log" });
  private readonly text = element("pre", { tabindex: 0, "aria-label": "Log" });
  private lines: string[] = [];
  private cursor = 0;
  private terminal = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stopped = new AbortController();

  constructor(private readonly run: string) {
    this.text.textContent = "No line yet.";
    this.panel.append(element("summary", {}, "Log"), this.text);
    this.panel.addEventListener("toggle", () => {
      if (this.panel.open) void this.poll();
      else clearTimeout(this.timer);
    });
  }

  /** The run is over: what is missing is read once more. */
  finish(): void {
    if (this.terminal) return;
    this.terminal = true;
    if (this.panel.open) void this.poll();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.stopped.abort();
  }

  private async poll(): Promise<void> {
    clearTimeout(this.timer);
    try {
      const news = await fetchLog(this.run, this.cursor, this.stopped.signal);
      if (news.cursor !== this.cursor) this.show(news.lines);
      this.cursor = news.cursor;
    } catch (failure) {
      if (isAbort(failure)) return;
      // The chart above says what is wrong; the log simply goes on when the studio is back.
    }
    if (this.panel.open && !this.terminal && !this.stopped.signal.aborted) {
      this.timer = setTimeout(() => void this.poll(), POLL_MS);
    }
  }

  private show(lines: string[]): void {
    const { scrollHeight, scrollTop, clientHeight } = this.text;
    const following = scrollHeight - scrollTop - clientHeight < NEAR_END;
    this.lines = [...this.lines, ...lines].slice(-LINES_KEPT);
    this.text.textContent = this.lines.join("\n");
    if (following) this.text.scrollTop = this.text.scrollHeight;
  }
}
