// How far it is, how fast it goes, whether everything is saved; undo, redo, help.

import { button, count, duration, element, setText } from "../shared/dom";
import { ProgressBar } from "../shared/progress_bar";
import { SaveStatus } from "../shared/saving";
import type { Work } from "./work";

const REFRESH_MS = 5_000;

export class Header {
  readonly panel: HTMLElement;
  private readonly bar = new ProgressBar("Done");
  private readonly summary = element("span", { class: "numbers summary" });
  private readonly mine = element("span", { class: "muted small numbers" });
  private readonly rate = element("span", { class: "muted small numbers" });
  private readonly status = new SaveStatus();
  private readonly undoButton: HTMLButtonElement;
  private readonly redoButton: HTMLButtonElement;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly work: Work,
    does: { undo(): void; redo(): void; help(): void },
  ) {
    this.undoButton = button("↶", does.undo, {
      class: "button quiet icon",
      "aria-label": "Undo",
      title: "Undo (Ctrl+Z)",
    });
    this.redoButton = button("↷", does.redo, {
      class: "button quiet icon",
      "aria-label": "Redo",
      title: "Redo (Ctrl+Shift+Z)",
    });
    const help = button("?", does.help, {
      class: "button quiet icon",
      "aria-label": "Help, instructions and keys",
      title: "Instructions and keys (F1 or ?)",
    });
    const text = element("div", { class: "header-text" }, this.summary, this.mine, this.rate);
    const tools = element(
      "div",
      { class: "header-tools" },
      this.status.root,
      this.undoButton,
      this.redoButton,
      help,
    );
    const row = element("div", { class: "header-row" }, text, tools);
    this.panel = element("header", { class: "header" }, row, this.bar.root);
    this.timer = setInterval(() => this.refreshRate(), REFRESH_MS);
  }

  refresh(): void {
    const { state, waiting, progress, canUndo, canRedo } = this.work;
    this.bar.show(progress.done, progress.total);
    setText(this.summary, `${count(progress.done)} of ${count(progress.total)} done`);
    setText(this.mine, `${count(progress.mine)} by you`);
    this.status.show(state, waiting);
    if (this.undoButton.disabled === canUndo) this.undoButton.disabled = !canUndo;
    if (this.redoButton.disabled === canRedo) this.redoButton.disabled = !canRedo;
  }

  dispose(): void {
    clearInterval(this.timer);
  }

  private refreshRate(): void {
    const { pace, progress } = this.work;
    const perMinute = pace.perMinute;
    const left = pace.secondsFor(progress.wanted - progress.answers);
    const parts: string[] = [];
    if (perMinute > 0) parts.push(`${count(perMinute)} a minute`);
    if (left !== null) parts.push(`about ${duration(left)} left`);
    setText(this.rate, parts.join(" · "));
  }
}
