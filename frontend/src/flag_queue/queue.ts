// One flag at a time, large, with what can be said about it, above all the others as tiles.

import { button, count, element, plural, setText } from "../shared/dom";
import { onButton, withCtrl } from "../shared/keyboard";
import type { Arguments, Instance } from "../shared/mount";
import { showNotice } from "../shared/notice";
import { ProgressBar } from "../shared/progress_bar";
import { SaveStatus, showRefused } from "../shared/saving";
import { Choices } from "./choices";
import type { Counts, Flag, FlagView, QueueData, VerdictKind } from "./data";
import { FlagList } from "./list";
import { FlagTiles } from "./tiles";
import { Verdicts } from "./verdicts";

/** The page hears of new verdicts when the person pauses for so long. */
const PAUSE_MS = 1_500;
const LARGEST = 280;

const NOTHING: Record<FlagView, string> = {
  open: "Every flag is judged.",
  skipped: "Nothing was skipped.",
  wrong: "No label was found wrong yet.",
  right: "No label was found right yet.",
  all: "There are no flags.",
};

export class FlagQueue implements Instance<QueueData> {
  private args: Arguments<QueueData>;
  private counts: Counts | null = null;
  private reported = "";
  private timer: ReturnType<typeof setTimeout> | undefined;
  private painted = -1;
  private readonly list: FlagList;
  private readonly verdicts: Verdicts;
  private readonly choices: Choices;
  private readonly tiles: FlagTiles;
  private readonly bar = new ProgressBar("Judged");
  private readonly status = new SaveStatus();
  private readonly summary = element("span", { class: "small numbers" });
  private readonly place = element("div");
  private readonly heading = element("h3", { class: "flag-name" });
  private readonly position = element("span", { class: "muted small numbers" });
  private readonly said = element("p", { class: "small said" });
  private readonly picture = element("div", { class: "cell", role: "img" });
  private readonly words = element("div", { class: "flag-text", hidden: true });
  private readonly stage = element("div", { class: "stage" }, this.picture, this.words);
  private readonly announcer = element("span", { class: "visually-hidden", "aria-live": "polite" });
  private readonly empty = element("div", { class: "empty", hidden: true });
  private readonly main: HTMLElement;
  private readonly undoButton = button("Undo", () => this.undo(), { title: "Undo (Ctrl+Z)" });
  private readonly backButton = button("Previous", () => this.step(-1), { title: "Arrow left" });
  private readonly nextButton = button("Next", () => this.step(1), { title: "Arrow right" });
  private readonly onKey = (event: KeyboardEvent): void => this.key(event);

  constructor(
    private readonly root: HTMLElement,
    args: Arguments<QueueData>,
  ) {
    this.args = args;
    const { run, annotator, samples_digest, class_names, view } = args.data;
    this.list = new FlagList(run, samples_digest, (news) => this.told(news));
    this.verdicts = new Verdicts(run, annotator, (news) => this.told(news));
    this.choices = new Choices(
      {
        wrong: () => this.say("wrong", this.list.current?.suggested ?? null),
        right: () => this.say("right", null),
        another: (name) => this.say("wrong", name),
        aside: () => this.say("wrong", null),
        skip: () => this.say("skipped", null),
        escape: () => this.focus(),
      },
      class_names,
    );
    this.tiles = new FlagTiles(
      (target, sample, side) => this.list.paint(target, sample, side),
      (to) => {
        this.list.go(to);
        this.focus();
      },
    );
    this.main = element(
      "div",
      { class: "flag-main", role: "group", tabindex: -1, "aria-label": "Flag on display" },
      element(
        "div",
        { class: "flag-left" },
        element("div", { class: "flag-title" }, this.heading, this.position),
        this.stage,
        this.said,
      ),
      this.choices.root,
    );
    root.append(
      element(
        "div",
        { class: "flag-queue" },
        element("div", { class: "progress" }, this.bar.root),
        element("div", { class: "flag-top" }, this.summary, this.status.root),
        this.place,
        this.main,
        this.empty,
        element("div", { class: "flag-tools" }, this.backButton, this.nextButton, this.undoButton),
        this.tiles.root,
        element(
          "p",
          { class: "muted small flag-hint" },
          "Keys: 1 wrong, 2 right, 3 another class, 4 none of them, S skip, Ctrl+Z undo, arrows move. " +
            "Paler tiles are doubtful: the search does not count them as errors.",
        ),
        this.announcer,
      ),
    );
    root.addEventListener("keydown", this.onKey);
    this.list.open(view);
  }

  update(args: Arguments<QueueData>): void {
    const before = this.args.data;
    this.args = args;
    if (before.view !== args.data.view) this.list.open(args.data.view);
    this.refresh();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.root.removeEventListener("keydown", this.onKey);
    this.list.dispose();
    this.verdicts.dispose();
  }

  private told(news: Counts | null): void {
    if (news) this.counts = news;
    this.refresh();
    this.report();
  }

  private say(verdict: VerdictKind, className: string | null): void {
    const flag = this.list.current;
    if (!flag) return;
    this.verdicts.say(flag, verdict, className);
    flag.verdict = verdict;
    flag.class_name = className;
    flag.annotator = this.args.data.annotator;
    setText(this.announcer, `Sample ${flag.sample}: ${inWords(flag)}`);
    this.list.onward();
    this.focus();
  }

  private undo(): void {
    const undone = this.verdicts.undo();
    if (!undone) return;
    const place = this.list.flags.findIndex((flag) => flag.sample === undone.sample);
    const flag = this.list.flags[place];
    if (flag) {
      flag.verdict = undone.verdict;
      flag.class_name = undone.class_name;
      this.list.go(place);
    }
    setText(this.announcer, "Undone");
    this.focus();
  }

  private discard(): void {
    this.verdicts.discard();
    this.list.open(this.args.data.view);
  }

  private step(by: number): void {
    this.list.go(this.list.at + by);
    this.focus();
  }

  private focus(): void {
    if (!this.main.hidden) this.main.focus({ preventScroll: true });
    else this.tiles.root.focus({ preventScroll: true });
  }

  private refresh(): void {
    const { list, verdicts, counts } = this;
    const { likely, view } = this.args.data;
    this.status.show(verdicts.state, verdicts.waiting.length);
    if (verdicts.state === "refused") {
      const what = plural(verdicts.waiting.length, "verdict");
      showRefused(this.place, verdicts, what, () => this.discard());
    } else {
      showNotice(this.place, list.error, { label: "Try again", run: () => void list.load() });
    }
    if (counts) {
      this.bar.show(Math.max(0, likely - counts.open), likely);
      setText(this.summary, summary(counts, likely));
    }
    const flag = list.current;
    this.main.hidden = flag === null;
    this.empty.hidden = flag !== null || list.loading || list.error !== null;
    if (!this.empty.hidden) {
      const words = list.flags.length > 0 ? "These are all. " : "";
      this.empty.replaceChildren(element("strong", {}, words + NOTHING[view]));
    }
    this.tiles.root.hidden = list.flags.length === 0;
    this.tiles.update(list.flags, list.at);
    this.backButton.disabled = list.at === 0;
    this.nextButton.disabled = flag === null;
    this.undoButton.disabled = !verdicts.canUndo;
    if (flag) this.show(flag);
  }

  private show(flag: Flag): void {
    const { list } = this;
    setText(this.heading, `Sample ${flag.sample}`);
    const behind = list.more ? "+" : "";
    const doubt = flag.likely ? "" : " · doubtful";
    setText(this.position, `${count(list.at + 1)} of ${count(list.flags.length)}${behind}${doubt}`);
    setText(this.said, flag.verdict === "open" ? "" : `${inWords(flag)} (${flag.annotator})`);
    this.words.hidden = flag.text === null;
    this.picture.hidden = flag.text !== null;
    if (flag.text !== null) setText(this.words, flag.text);
    else {
      const side = Math.max(120, Math.min(LARGEST, this.stage.clientWidth || LARGEST));
      if (this.painted !== flag.sample || !this.picture.style.backgroundImage) {
        const drawn = list.paint(this.picture, flag.sample, side);
        this.painted = drawn ? flag.sample : -1;
        if (!drawn) this.picture.style.backgroundImage = "";
      }
      this.picture.setAttribute("aria-label", `Sample ${flag.sample}, labelled ${flag.given}`);
    }
    this.choices.show(flag, this.args.data.class_names);
  }

  /** Tells the page how far judging is, when the person pauses. */
  private report(): void {
    clearTimeout(this.timer);
    if (!this.counts || this.verdicts.waiting.length > 0) return;
    const text = JSON.stringify(this.counts);
    if (this.reported === "") this.reported = text; // what is there at the start, the page knows already
    if (text === this.reported) return;
    this.timer = setTimeout(() => {
      this.reported = text;
      this.args.setStateValue("counts", { run: this.args.data.run, counts: this.counts });
    }, PAUSE_MS);
  }

  private key(event: KeyboardEvent): void {
    event.stopPropagation();
    if (this.handled(event)) event.preventDefault();
  }

  private handled(event: KeyboardEvent): boolean {
    const meant = withCtrl(event, { undo: () => this.undo(), submit: () => undefined });
    if (meant !== null) return meant;
    if (event.altKey || event.shiftKey) return false;
    const { code } = event;
    const to = this.tiles.target(code, this.list.at, this.list.flags.length);
    if (to !== null) {
      if (onButton(event) && !code.startsWith("Arrow")) return false;
      this.list.go(code === "ArrowRight" && to === this.list.at ? to + 1 : to);
      return true;
    }
    if (event.repeat) return false;
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
    if (!this.list.current) return false;
    if (digit === "1") this.say("wrong", this.list.current.suggested);
    else if (digit === "2") this.say("right", null);
    else if (digit === "3") this.choices.toggle();
    else if (digit === "4") this.say("wrong", null);
    else if (code === "KeyS") this.say("skipped", null);
    else if (code === "KeyU") this.undo();
    else if (code === "Escape") this.choices.close();
    else return false;
    return true;
  }
}

function inWords(flag: Flag): string {
  if (flag.verdict === "wrong") {
    return flag.class_name === null ? "wrong, set aside" : `wrong, it is ${flag.class_name}`;
  }
  if (flag.verdict === "right") return `right, it is ${flag.given}`;
  return flag.verdict === "skipped" ? "skipped" : "not judged";
}

/** How far judging is, and how often the flags are right. */
function summary(counts: Counts, likely: number): string {
  const judged = counts.wrong + counts.right;
  const far = `${count(likely - counts.open)} of ${count(likely)} likely errors looked at`;
  if (counts.precision === null || counts.low === null || counts.high === null) return far;
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  return (
    `${far} · ${count(counts.wrong)} of ${count(judged)} judged labels are wrong: ${percent(counts.precision)} ` +
    `(between ${percent(counts.low)} and ${percent(counts.high)})`
  );
}
