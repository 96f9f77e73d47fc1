// Review: one sample at a time with everybody's answers; one key says which of them counts.

import type { Box } from "../shared/box";
import { button, count, element, plural, setText } from "../shared/dom";
import { asApiError, isAbort } from "../shared/http";
import { learnLayout, onButton, withCtrl } from "../shared/keyboard";
import type { Arguments, Instance } from "../shared/mount";
import { showNotice } from "../shared/notice";
import { SaveStatus, showRefused } from "../shared/saving";
import { said } from "./alike";
import {
  fetchSession,
  type LabelClass,
  type LabellerData,
  type LabelValue,
  type ReviewCounts,
  type Reviewed,
  type ReviewItem,
  type ReviewQueue,
  type SessionView,
} from "./api";
import { Decisions } from "./decisions";
import { Keys } from "./keys";
import css from "./review.css";
import { answerCards } from "./review_answers";
import { ReviewDraft } from "./review_draft";
import { ReviewStage } from "./review_item";
import { OwnClasses, ReturnForm } from "./review_own";
import { ReviewQueueList, ReviewTiles } from "./review_queue";
import { nothingToReview, reviewHint, ReviewTabs } from "./review_tabs";
import { inWords } from "./value_view";

const AHEAD = 3;
export class Review implements Instance<LabellerData> {
  private args: Arguments<LabellerData>;
  private classes: LabelClass[];
  private revision: number;
  private counts: ReviewCounts | null = null;
  private shown = "";
  /** Of the sample on display. */
  private readonly draft = new ReviewDraft();
  private readonly stop = new AbortController();
  private readonly boxes: boolean;
  private readonly keys: Keys;
  private readonly queue: ReviewQueueList;
  private readonly tiles: ReviewTiles;
  private readonly stage: ReviewStage;
  private readonly own: OwnClasses;
  private readonly form: ReturnForm;
  private readonly decisions: Decisions;
  private readonly tabs = new ReviewTabs((queue) => this.open(queue));
  private readonly status = new SaveStatus();
  private readonly place = element("div");
  private readonly heading = element("h3", { class: "review-name" });
  private readonly position = element("span", { class: "muted small numbers" });
  private readonly cards = element("div", { class: "cards" });
  private readonly announcer = element("span", { class: "visually-hidden", "aria-live": "polite" });
  private readonly hint = element("p", { class: "muted small review-hint" });
  private readonly empty = element("div", { class: "empty", hidden: true });
  private readonly main: HTMLElement;
  private readonly acceptButton = button("", () => this.submit(), { class: "button primary accept" });
  private readonly reopenButton = button("Reopen", () => this.reopen(), { title: "Take it back (U)" });
  private readonly undoButton = button("Undo", () => this.undo(), { title: "Undo (Ctrl+Z)" });
  private readonly backButton = button("Previous", () => this.step(-1), { title: "Arrow left" });
  private readonly nextButton = button("Next", () => this.step(1), { title: "Arrow right" });
  private readonly onKey = (event: KeyboardEvent): void => this.key(event);

  constructor(
    private readonly root: HTMLElement,
    args: Arguments<LabellerData>,
    private readonly view: SessionView,
  ) {
    this.args = args;
    const { session, annotator, queue } = args.data;
    this.classes = view.classes;
    this.revision = view.session.revision;
    this.boxes = view.session.config.answer === "boxes";
    this.keys = new Keys(view.classes, view.keys);
    this.queue = new ReviewQueueList(session, annotator, queue, {
      changed: () => this.refresh(),
      counts: (counts) => {
        this.counts = counts;
      },
    });
    const samples = view.task === "text" ? null : view.samples_digest;
    this.tiles = new ReviewTiles(samples, (place) => {
      this.queue.go(place);
      this.focus();
    });
    this.stage = new ReviewStage(view, () => this.classes, (boxes) => this.edited(boxes));
    const title = this.boxes ? "Class of the selected box, or the next" : "Your own answer";
    this.own = new OwnClasses(title, this.keys, (name) => this.choose(name));
    this.form = new ReturnForm((whom, why) => this.sendBack(whom, why), () => this.focus());
    this.decisions = new Decisions(session, annotator, () => this.revision, (news) => this.told(news));
    this.main = element(
      "div",
      { class: "review-main", role: "group", tabindex: -1, "aria-label": "Sample under review" },
      element(
        "div",
        { class: "review-left" },
        element("div", { class: "review-title" }, this.heading, this.position),
        this.stage.root,
      ),
      element(
        "div",
        { class: "review-right" },
        element("div", { class: "review-first" }, this.acceptButton, this.reopenButton),
        this.cards,
        this.form.root,
        this.own.root,
      ),
    );
    root.append(
      element("style", {}, css),
      element(
        "div",
        { class: "review" },
        element("div", { class: "review-top" }, this.tabs.root, this.status.root),
        this.place,
        this.main,
        this.empty,
        element("div", { class: "review-tools" }, this.backButton, this.nextButton, this.undoButton),
        this.tiles.root,
        this.hint,
        this.announcer,
      ),
    );
    root.addEventListener("keydown", this.onKey);
    learnLayout(() => this.own.update(this.classes, this.draft.chosen));
    this.update(args);
    this.queue.open(queue);
  }

  update(args: Arguments<LabellerData>): void {
    this.args = args;
    this.root.style.setProperty("--box-height", `${Math.max(240, args.data.height - 160)}px`);
    this.refresh();
  }

  dispose(): void {
    this.stop.abort();
    this.root.removeEventListener("keydown", this.onKey);
    this.queue.dispose();
    this.tiles.dispose();
    this.stage.dispose();
    this.decisions.dispose();
  }

  private open(queue: ReviewQueue): void {
    this.form.close();
    this.shown = "";
    this.queue.open(queue);
  }

  private focus(): void {
    this.main.focus({ preventScroll: true });
  }

  /** The decisions changed how they stand; `news` is what the studio says now. */
  private told(news: Reviewed | null): void {
    if (news) {
      this.counts = news.counts;
      if (news.revision > this.revision) void this.follow();
    }
    this.refresh();
  }

  /** Takes over classes that somebody has changed meanwhile. */
  private async follow(): Promise<void> {
    const { session, annotator } = this.args.data;
    try {
      const view = await fetchSession(session, annotator, this.stop.signal);
      this.classes = view.classes;
      this.revision = view.session.revision;
      this.keys.update(view.classes, view.keys);
      this.open(this.queue.queue);
    } catch (failure) {
      if (isAbort(failure)) return;
      const error = asApiError(failure);
      showNotice(this.place, error, { label: "Try again", run: () => void this.follow() });
    }
  }

  private edited(boxes: Box[]): void {
    this.draft.boxes = boxes;
    this.refreshAccept();
  }

  private choose(name: string): void {
    const item = this.queue.current;
    if (!item) return;
    if (this.boxes) this.stage.editor?.setClass(name);
    else if (this.view.session.config.answer === "single") this.accept(this.draft.own([name]));
    else {
      this.draft.toggle(name);
      this.own.update(this.classes, this.draft.chosen);
      this.refreshAccept();
    }
    if (!this.boxes) this.focus();
  }

  private get proposed(): ReturnType<ReviewDraft["proposal"]> {
    const item = this.queue.current;
    return item && this.draft.proposal(item, this.boxes);
  }

  private submit(): void {
    const { proposed } = this;
    if (proposed) this.accept(proposed.value);
  }

  private accept(value: LabelValue): void {
    const item = this.queue.current;
    if (!item) return;
    this.decisions.accept(item.item, value, item.state === "settled" ? item.value : null);
    this.queue.decided({ ...item, state: "settled", value, decided_by: this.args.data.annotator }, "accepted");
    setText(this.announcer, `Decided: ${inWords(value, this.boxes)}`);
    this.queue.onward();
    this.focus();
  }

  private sendBack(annotator: string, comment: string): void {
    const item = this.queue.current;
    if (!item) return;
    this.decisions.sendBack(item.item, annotator, comment, item.state === "settled" ? item.value : null);
    this.queue.decided({ ...item, comment }, "returned");
    setText(this.announcer, `Sent back to ${annotator}`);
    this.queue.onward();
    this.focus();
  }

  private reopen(): void {
    const item = this.queue.current;
    if (item?.state !== "settled") return;
    this.decisions.reopen(item.item, item.value);
    this.queue.decided({ ...item, state: "disputed", value: null, decided_by: "" }, "reopened");
    setText(this.announcer, "The decision is taken back");
    this.refresh();
    this.focus();
  }

  private undo(): void {
    const undone = this.decisions.undo();
    if (!undone) return;
    this.shown = "";
    this.queue.undecided(undone.item);
    setText(this.announcer, "Undone");
    this.focus();
  }

  private step(by: number): void {
    this.queue.go(this.queue.at + by);
    this.focus();
  }

  private refresh(): void {
    const { queue, decisions } = this;
    this.tabs.update(queue.queue, this.counts);
    this.status.show(decisions.state, decisions.waiting);
    if (decisions.state === "refused") {
      const what = plural(decisions.waiting, "decision");
      showRefused(this.place, decisions, what, () => this.discard());
    } else {
      showNotice(this.place, queue.error, { label: "Try again", run: () => void queue.load() });
    }
    const item = queue.current;
    this.main.hidden = item === null;
    this.tiles.root.hidden = queue.items.length === 0;
    this.tiles.update(queue.items, queue.at, queue.outcomes);
    this.refreshEmpty();
    this.backButton.disabled = queue.at === 0;
    this.nextButton.disabled = item === null;
    this.undoButton.disabled = !decisions.canUndo;
    setText(this.hint, reviewHint());
    if (item) this.showItem(item);
  }

  private showItem(item: ReviewItem): void {
    const { queue } = this;
    const state = JSON.stringify([item, queue.outcomes.get(item.item), this.revision]);
    const total = this.counts && queue.more ? queue.items.length + "+" : count(queue.items.length);
    setText(this.position, `${count(queue.at + 1)} of ${total}`);
    if (state === this.shown) return;
    this.shown = state;
    this.form.close();
    setText(this.heading, item.name ?? `Sample ${item.item}`);
    this.draft.clear(said(item).find(({ value }) => value.spans.length > 0)?.value ?? null);
    const ahead = queue.items.slice(queue.at + 1, queue.at + 1 + AHEAD).map((one) => one.item);
    const settled = item.state === "settled" ? (item.value?.boxes ?? []) : [];
    this.stage.show(item, settled, ahead);
    this.stage.marks(this.draft.pinned);
    this.own.update(this.classes, this.draft.chosen);
    this.own.root.hidden = this.classes.length === 0;
    this.cards.replaceChildren(
      ...answerCards(item, {
        classes: () => this.classes,
        boxes: this.boxes,
        accept: (value) => this.accept(value),
        sendBack: (annotator) => this.form.show(item, annotator),
        edit: (value) => this.edit(value),
        toggle: (place) => this.stage.toggle(place),
        look: (place) => this.look(item, place),
      }),
    );
    if (item.comment) {
      this.cards.append(element("p", { class: "muted small" }, `Sent back with: “${item.comment}”`));
    }
    this.reopenButton.hidden = item.state !== "settled";
    this.refreshAccept();
    if (document.activeElement === document.body) this.focus();
  }

  private refreshAccept(): void {
    const { proposed } = this;
    this.acceptButton.disabled = proposed === null;
    const label = proposed?.label ?? "The answers are split";
    this.acceptButton.replaceChildren(element("span", { class: "pill-name" }, label));
    if (!proposed) return;
    this.acceptButton.append(
      element("kbd", { class: "key on-accent", "aria-hidden": true }, "Enter"),
    );
  }

  private refreshEmpty(): void {
    const { queue } = this;
    const waiting = queue.loading || queue.error !== null;
    this.empty.hidden = queue.current !== null || waiting;
    if (this.empty.hidden) return;
    const through = queue.items.length > 0;
    this.empty.replaceChildren(
      ...nothingToReview(queue.queue, through, () => this.open(queue.queue)),
    );
  }

  private edit(value: LabelValue): void {
    const { editor } = this.stage;
    if (!editor) return;
    editor.replaceWith(value.boxes);
    editor.stage.focus({ preventScroll: true });
  }

  private look(item: ReviewItem, place: number | null): void {
    if (this.boxes) this.stage.emphasise(place);
    const value = place === null ? null : (said(item)[place]?.value ?? null);
    if (!value) return;
    this.draft.pinned = value;
    this.stage.marks(value);
  }

  private discard(): void {
    this.decisions.discard();
    this.open(this.queue.queue);
  }

  private key(event: KeyboardEvent): void {
    event.stopPropagation();
    const onStage = this.stage.editor?.key(event) ?? false;
    if (onStage || this.handled(event)) event.preventDefault();
  }

  private handled(event: KeyboardEvent): boolean {
    const { code } = event;
    const item = this.queue.current;
    const meant = withCtrl(event, { undo: () => this.undo(), submit: () => this.submit() });
    if (meant !== null) return meant;
    if (event.altKey || event.repeat && !code.startsWith("Arrow")) return false;
    const name = event.shiftKey ? this.keys.classOf(code) : null;
    const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
    if (name !== null) this.choose(name);
    else if (event.shiftKey) return false;
    else if (digit === "0") item?.suggestion && this.accept(item.suggestion.value);
    else if (digit) this.acceptNumber(Number(digit));
    else if (code === "ArrowLeft" || code === "ArrowUp") this.step(-1);
    else if (code === "ArrowRight" || code === "ArrowDown") this.step(1);
    else if ((code === "Enter" || code === "NumpadEnter") && !onButton(event)) this.submit();
    else if (code === "KeyN" && item && said(item).length > 0) this.form.show(item, "");
    else if (code === "KeyU") this.reopen();
    else if (code === this.keys.code("fit")) this.stage.editor?.fit();
    else return false;
    return true;
  }

  private acceptNumber(digit: number): void {
    const item = this.queue.current;
    const answer = item && said(item)[digit - 1];
    if (answer) this.accept(answer.value);
  }
}
