// Draw what is asked for, against the clock: the drawings are the samples, and the question their label.

import { button, element, plural, setText } from "../shared/dom";
import {
  DrawingTally,
  finished,
  openDrawings,
  takeBack,
  type DrawingOp,
  type DrawingOutbox,
} from "../shared/drawings";
import gatherCss from "../shared/gather.css";
import { asApiError, isAbort } from "../shared/http";
import { onButton, withCtrl } from "../shared/keyboard";
import type { Arguments, Instance } from "../shared/mount";
import { showNotice } from "../shared/notice";
import { Paper } from "../shared/paper";
import paperCss from "../shared/paper.css";
import { SaveStatus, showRefused } from "../shared/saving";
import { fetchAsks, type LabellerData, type Progress, type SessionView } from "./api";
import { Countdown } from "./countdown";
import css from "./drawing.css";
import { ClassProgress } from "./drawing_progress";
import { RecentDrawings } from "./drawing_recent";
import { Keys } from "./keys";

const SIDE = 28;
const ASKED_AHEAD = 12;
const ASK_AGAIN_BELOW = 4;
const RETRY_MS = 4_000;

type Phase = "loading" | "ready" | "paused" | "done";

export class Drawing implements Instance<LabellerData> {
  private args: Arguments<LabellerData>;
  private phase: Phase = "loading";
  private asked = "";
  private readonly ahead: string[] = [];
  private progress: Progress;
  private asking: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly keys: Keys;
  private readonly outbox: DrawingOutbox;
  private readonly tally: DrawingTally;
  private readonly stopListening: () => void;
  private readonly clock: Countdown;
  private readonly paper: Paper;
  private readonly classes: ClassProgress;
  private readonly question = element("h3", { class: "ask", "aria-live": "assertive" });
  private readonly describing = element("p", { class: "muted ask-about" });
  private readonly hint = element("p", { class: "paper-hint", "aria-hidden": true });
  private readonly cover = element("div", { class: "cover", hidden: true });
  private readonly status = new SaveStatus();
  private readonly place = element("div");
  private readonly recent = new RecentDrawings(SIDE, (op) => this.takeBack(op));
  private readonly board: HTMLElement;
  private readonly finish = element("div", { class: "empty", hidden: true });
  private readonly undoButton = button("Undo", () => this.undo(), {
    title: "Take back a stroke, or the last drawing (Ctrl+Z)",
  });
  private readonly clearButton = button("Clear", () => this.clear(), {
    title: "Start this drawing again (Escape)",
  });
  private readonly skipButton = button("Another", () => this.skip());
  private readonly pauseButton = button("Pause", () => this.pause(), { title: "Stop the clock" });
  private readonly doneButton = button("Done", () => this.submit(), { class: "button primary" });
  private readonly onKey = (event: KeyboardEvent): void => this.key(event);
  private readonly onHidden = (): void => {
    if (document.hidden && this.clock.running) this.pause();
  };

  constructor(
    private readonly root: HTMLElement,
    args: Arguments<LabellerData>,
    private readonly view: SessionView,
  ) {
    this.args = args;
    this.progress = view.progress;
    this.keys = new Keys(view.classes, view.keys);
    const { config } = view.session;
    this.clock = new Countdown(config.seconds, () => this.timeOver());
    this.paper = new Paper("Drawing area", () => this.started(), () => this.refresh());
    this.classes = new ClassProgress(view.classes, config.drawings);
    this.skipButton.title = `Ask for something else (${this.keys.printed("skip")})`;
    for (const [made, key] of [
      [this.doneButton, "Enter"],
      [this.skipButton, this.keys.printed("skip")],
    ] as const) {
      const accent = made === this.doneButton ? " on-accent" : "";
      made.append(element("kbd", { class: `key${accent}`, "aria-hidden": true }, key));
    }
    const sheet = element("div", { class: "sheet" }, this.paper.canvas, this.hint, this.cover);
    this.board = element(
      "div",
      { class: "board" },
      element(
        "div",
        { class: "ask-row" },
        element("div", {}, this.question, this.describing),
        this.clock.root,
      ),
      sheet,
      element(
        "div",
        { class: "board-tools" },
        this.undoButton,
        this.clearButton,
        this.skipButton,
        this.pauseButton,
        this.doneButton,
      ),
    );
    root.append(
      element("style", {}, gatherCss + paperCss + css),
      element(
        "div",
        { class: "drawing" },
        element("div", {}, this.board, this.finish),
        element(
          "section",
          { class: "side", "aria-label": "Drawings so far" },
          element("div", { class: "count-row" }, this.classes.total, this.status.root),
          this.place,
          this.recent.root,
          this.classes.root,
        ),
      ),
    );
    root.addEventListener("keydown", this.onKey);
    document.addEventListener("visibilitychange", this.onHidden);
    this.outbox = openDrawings(view.session.config.name);
    this.tally = new DrawingTally(this.outbox);
    this.stopListening = this.outbox.listen(() => {
      this.refresh();
      this.goOn();
    });
    this.update(args);
    void this.ask();
  }

  update(args: Arguments<LabellerData>): void {
    this.args = args;
    this.root.style.setProperty("--side", `${args.data.height}px`);
    this.paper.paint();
    this.refresh();
  }

  dispose(): void {
    this.root.removeEventListener("keydown", this.onKey);
    document.removeEventListener("visibilitychange", this.onHidden);
    this.asking?.abort();
    clearTimeout(this.timer);
    this.clock.dispose();
    this.paper.dispose();
    this.stopListening();
  }

  /** Asks the studio what is to be drawn next; while it does not answer, the fewest drawn so far are next. */
  private async ask(): Promise<void> {
    clearTimeout(this.timer);
    if (this.asking) return;
    const asking = new AbortController();
    this.asking = asking;
    const { session, annotator } = this.args.data;
    try {
      const given = await fetchAsks(session, annotator, ASKED_AHEAD, asking.signal);
      this.ahead.splice(0, Infinity, ...given.asks);
      this.tally.counts = given.counts;
      this.progress = given.progress;
      showNotice(this.place, null);
      if (this.phase === "loading" || (this.phase === "done" && given.asks.length > 0)) this.next();
      else this.goOn();
    } catch (failure) {
      if (isAbort(failure) || asking.signal.aborted) return;
      const error = asApiError(failure);
      if (error.status === -1) throw failure;
      if (error.passing) {
        this.timer = setTimeout(() => void this.ask(), RETRY_MS);
        if (this.phase === "loading") this.next();
      } else {
        showNotice(this.place, error, { label: "Try again", run: () => void this.ask() });
      }
    } finally {
      if (this.asking === asking) this.asking = null;
      if (!asking.signal.aborted) this.refresh();
    }
  }

  /** Goes on to the next question, other than the one just answered where there is another. */
  private next(wanted?: string): void {
    const { drawings } = this.view.session.config;
    const open = this.view.classes
      .map(({ name }) => name)
      .filter((name) => this.tally.of(name) < drawings)
      .sort((one, other) => this.tally.of(one) - this.tally.of(other));
    const queue = this.ahead.filter((name) => open.includes(name));
    const others = [...queue, ...open].filter((name) => name !== this.asked);
    const chosen = wanted ?? others[0] ?? open[0];
    if (chosen !== undefined) {
      const place = this.ahead.indexOf(chosen);
      if (place !== -1) this.ahead.splice(0, place + 1);
    }
    this.asked = chosen ?? "";
    this.phase = chosen === undefined ? "done" : "ready";
    this.paper.clear();
    this.clock.reset();
    if (this.phase === "done") this.report();
    else if (this.ahead.length < ASK_AGAIN_BELOW) void this.ask();
    this.refresh();
    if (this.phase === "ready") this.paper.canvas.focus({ preventScroll: true });
  }

  /** Asks for something else where news say that there is enough of what is asked for. */
  private goOn(): void {
    const enough = this.tally.of(this.asked) >= this.view.session.config.drawings;
    if (this.phase === "ready" && this.paper.empty && enough) this.next();
  }

  private started(): void {
    if (this.phase === "ready") this.clock.start();
    this.refresh();
  }

  private timeOver(): void {
    this.paper.finish();
    if (this.paper.empty) this.clock.reset();
    else this.submit();
  }

  private submit(): void {
    if (this.phase === "paused") return this.resume();
    this.paper.finish();
    if (this.phase !== "ready" || this.paper.empty) return;
    const { session, annotator } = this.args.data;
    const { op, pixels } = finished(this.paper.strokes, SIDE, {
      collection: session,
      class_name: this.asked,
      author: annotator,
    });
    this.outbox.add(op);
    this.recent.add(op, pixels);
    this.next();
  }

  private takeBack(op: DrawingOp): void {
    if (!this.recent.drop(op)) return;
    takeBack(this.outbox, op);
    if (this.phase === "done") this.next(op.class_name);
    this.refresh();
    this.paper.canvas.focus({ preventScroll: true });
  }

  /** Takes back a stroke; on an empty sheet the drawing before, which is then asked for again. */
  private undo(): void {
    if (this.phase === "paused") return;
    if (!this.paper.empty) {
      this.paper.undo();
      if (this.paper.empty) this.clock.reset();
      this.refresh();
      return;
    }
    const { last } = this.recent;
    if (!last) return;
    if (this.asked) this.ahead.unshift(this.asked);
    this.takeBack(last);
    this.next(last.class_name);
  }

  private clear(): void {
    if (this.phase !== "ready") return;
    this.paper.clear();
    this.clock.reset();
    this.refresh();
    this.paper.canvas.focus({ preventScroll: true });
  }

  private skip(): void {
    if (this.phase !== "ready") return;
    this.next();
  }

  private pause(): void {
    if (this.phase !== "ready") return;
    this.paper.finish();
    this.clock.hold();
    this.phase = "paused";
    this.report();
    this.refresh();
    this.cover.querySelector("button")?.focus({ preventScroll: true });
  }

  private resume(): void {
    if (this.phase !== "paused") return;
    this.phase = "ready";
    if (!this.paper.empty) this.clock.start();
    this.refresh();
    this.paper.canvas.focus({ preventScroll: true });
  }

  private report(): void {
    const drawings = this.view.classes.reduce((sum, { name }) => sum + this.tally.of(name), 0);
    this.args.setStateValue("progress", { ...this.progress, drawings });
  }

  private refresh(): void {
    this.tally.follow();
    const { phase, paper } = this;
    setText(this.question, this.asked ? `Draw: ${this.asked}` : "");
    const about = this.view.classes.find(({ name }) => name === this.asked)?.description ?? "";
    setText(this.describing, about);
    this.describing.hidden = about === "";
    const seconds = plural(this.view.session.config.seconds, "second");
    setText(this.hint, `You have ${seconds} from the first stroke.`);
    this.hint.hidden = !paper.empty || phase !== "ready";
    this.board.hidden = phase === "done" || phase === "loading";
    this.finish.hidden = phase !== "done" && phase !== "loading";
    this.refreshFinish();
    this.refreshCover();
    this.undoButton.disabled = phase === "paused" || (paper.empty && this.recent.last === null);
    this.clearButton.disabled = phase !== "ready" || paper.empty;
    this.skipButton.disabled = phase !== "ready" || this.view.classes.length < 2;
    this.pauseButton.disabled = phase !== "ready";
    this.doneButton.disabled = phase !== "ready" || paper.empty;
    this.classes.paint((name) => this.tally.of(name), this.asked);
    const { state, waiting } = this.outbox;
    this.status.show(state, waiting.length);
    if (state === "refused") {
      showRefused(this.place, this.outbox, `${waiting.length} unsaved`, () => this.discard());
    } else if (this.place.dataset["of"] === "outbox") showNotice(this.place, null);
    this.place.dataset["of"] = state === "refused" ? "outbox" : "";
  }

  private discard(): void {
    this.outbox.discard();
    showNotice(this.place, null);
    void this.ask();
  }

  private refreshFinish(): void {
    if (this.finish.dataset["phase"] === this.phase) return;
    this.finish.dataset["phase"] = this.phase;
    const done = this.phase === "done";
    this.finish.replaceChildren(
      element("strong", {}, done ? "Everything is drawn" : "Looking what is to be drawn…"),
      element("span", {}, done ? "Every class has the drawings it needs. Thank you." : ""),
    );
    if (done && this.recent.last) {
      this.finish.append(button("Take back the last drawing", () => this.undo()));
    }
  }

  private refreshCover(): void {
    const paused = this.phase === "paused";
    if (this.cover.hidden === !paused) return;
    this.cover.hidden = !paused;
    this.cover.replaceChildren();
    if (!paused) return;
    this.cover.append(
      element("strong", {}, "Paused"),
      element("span", { class: "muted" }, "The clock stands still."),
      button("Go on", () => this.resume(), { class: "button primary" }),
    );
  }

  private key(event: KeyboardEvent): void {
    event.stopPropagation();
    if (this.handled(event)) event.preventDefault();
  }

  private handled(event: KeyboardEvent): boolean {
    const { code } = event;
    const meant = withCtrl(event, { undo: () => this.undo(), submit: () => this.submit() });
    if (meant !== null) return meant;
    if (event.altKey || event.repeat) return false;
    if (code === "Enter" && !onButton(event)) this.submit();
    else if (code === "Escape") this.escape();
    else if (code === "Delete" || code === "Backspace") this.clear();
    else if (code === this.keys.code("skip")) this.skip();
    else return false;
    return true;
  }

  /** Starts the drawing again; with nothing drawn it pauses, and goes on after that. */
  private escape(): void {
    if (this.phase === "paused") this.resume();
    else if (this.paper.empty) this.pause();
    else this.clear();
  }
}
