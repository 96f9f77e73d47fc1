// One by one: a picture or a text, large; one key is the answer, and the next one is there.

import { element } from "../shared/dom";
import { asApiError, isAbort } from "../shared/http";
import { showNotice } from "../shared/notice";
import { flagged, given, inWords, skipped, UNTOUCHED, type Answer } from "./answer";
import { isEmpty, NOTHING, type LabelValue, type Suggestion } from "./api";
import { BoxEditor } from "./boxes";
import type { Desk, Doing, Surface } from "./desk";
import { Ending } from "./ending";
import type { Action } from "./keys";
import { Pictures } from "./pictures";
import { Recent } from "./recent";
import { Remarks } from "./remarks";
import { SamplePicture } from "./sample_picture";
import { Supply } from "./supply";
import { TextView } from "./text";
import { Trail } from "./trail";

const AHEAD = 12;
const LONGEST_SECONDS = 3_600;

export class OneByOne implements Surface {
  readonly panel: HTMLElement;
  readonly below: HTMLElement;
  readonly arrows: boolean;
  private readonly stage = element("div", { class: "stage", tabindex: 0, role: "group" });
  private readonly place = element("div", { class: "place" });
  private readonly ending: Ending;
  private readonly recent: Recent;
  private readonly remarks: Remarks;
  private readonly trail: Trail;
  private readonly supply: Supply;
  private readonly pictures: Pictures | null;
  private readonly text: TextView | null;
  private readonly boxes: BoxEditor | null;
  private readonly picture: SamplePicture | null;
  /** The sample on the stage, and since when. */
  private shown: number | null = null;
  private shownAt = 0;
  private readonly touched = new Set<number>();

  constructor(private readonly desk: Desk) {
    const { view, work, data } = desk;
    const { config } = view.session;
    const texts = view.task === "text";
    this.pictures = texts
      ? null
      : new Pictures(view.samples_digest, view.shape, (items) => this.arrived(items));
    this.text = texts
      ? new TextView({
          classes: () => desk.view.classes,
          spans: config.spans,
          onChange: (spans) => this.edit({ ...this.answer.value, spans }),
        })
      : null;
    this.boxes =
      config.answer === "boxes"
        ? new BoxEditor({
            classes: () => desk.view.classes,
            onChange: (boxes) => this.edit({ ...this.answer.value, boxes }),
          })
        : null;
    this.arrows = !config.spans && !this.boxes;
    this.recent = new Recent(desk, this.pictures, (item) => this.reveal([item]));
    this.ending = new Ending(desk, () => this.retry());
    this.remarks = new Remarks(desk, () => this.accept());
    this.trail = new Trail(data.session, data.annotator, work);
    this.picture =
      this.pictures && !this.boxes
        ? new SamplePicture(this.stage, this.pictures, () => {
            this.shownAt = performance.now();
          })
        : null;
    if (this.text) this.stage.append(this.text.root);
    if (this.boxes) this.stage.append(this.boxes.root);
    this.stage.classList.toggle("for-text", this.text !== null);
    this.stage.classList.toggle("for-boxes", this.boxes !== null);
    if (this.text || this.boxes) this.stage.removeAttribute("tabindex");
    this.panel = element(
      "div",
      { class: "one" },
      this.remarks.above,
      this.place,
      this.stage,
      this.remarks.below,
      this.ending.panel,
    );
    this.below = this.recent.panel;
    this.panel.style.setProperty("--stage-height", `${data.height}px`);
    this.supply = new Supply(
      { session: data.session, annotator: data.annotator, count: AHEAD, batches: 2, together: false },
      work,
      () => this.came(),
    );
    this.show();
    this.supply.fill();
  }

  get focus(): HTMLElement {
    return this.text?.body ?? this.boxes?.stage ?? this.stage;
  }

  get doing(): Doing {
    const here = this.shown !== null;
    const { answer } = this;
    return {
      back: this.trail.canGoBack,
      forward: this.trail.canGoForward,
      skip: here,
      unsure: here,
      unsureOn: answer.unsure,
      commented: answer.comment !== "",
      clear: here && (answer.standing !== "open" || answer.pending),
      copy_previous: here && !this.desk.instant && this.trail.previous !== null,
      fit: this.boxes !== null && here,
      submit: this.submitting(),
    };
  }

  key(event: KeyboardEvent): boolean {
    if (this.shown === null) return false;
    return this.boxes?.key(event) ?? this.text?.key(event) ?? false;
  }

  choose(name: string): void {
    if (this.shown === null) return;
    if (this.text?.mark(name)) return;
    if (this.boxes) {
      this.boxes.setClass(name);
      this.desk.bar.mark([name]);
      return;
    }
    if (!this.ready) return this.desk.say("The picture is still on its way.");
    const { classes } = this.answer.value;
    if (this.desk.instant) return this.give({ ...NOTHING, classes: [name] }, false);
    if (this.desk.view.session.config.answer === "single") {
      this.edit({ ...this.answer.value, classes: [name] });
    } else {
      const others = classes.filter((one) => one !== name);
      const on = others.length === classes.length;
      this.edit({ ...this.answer.value, classes: on ? [...others, name] : others });
    }
    this.desk.say(inWords(this.answer) || "nothing chosen");
  }

  act(action: Action): void {
    if (action === "back") return void this.back();
    if (action === "forward") return void (this.trail.forward() && this.show());
    if (this.shown === null) return;
    if (action === "submit" || action === "accept") this.submit();
    else if (action === "skip") this.skip();
    else if (action === "unsure") this.flag(!this.answer.unsure);
    else if (action === "clear") this.clear();
    else if (action === "copy_previous") this.copy();
    else if (action === "fit") this.boxes?.fit();
  }

  remove(): void {
    this.text?.remove();
  }

  escape(): void {
    this.text?.escape();
  }

  all(): void {}

  targets(): number[] {
    return this.shown === null ? [] : [this.shown];
  }

  reveal(items: number[]): void {
    const [item] = items;
    if (item === undefined) return;
    this.trail.goTo(item);
    this.show();
  }

  refresh(): void {
    if (this.shown === null) this.show();
    else this.paint();
  }

  retry(): void {
    this.pictures?.retry();
    this.supply.fill(true);
  }

  dispose(): void {
    this.trail.dispose();
    this.supply.dispose();
    this.picture?.dispose();
    this.text?.dispose();
    this.boxes?.dispose();
    this.pictures?.dispose();
    this.recent.dispose();
  }

  private get answer(): Answer {
    return this.shown === null ? UNTOUCHED : this.desk.work.look(this.shown);
  }

  private get suggestion(): Suggestion | null {
    if (this.shown === null) return null;
    return this.desk.work.item(this.shown)?.suggestion ?? null;
  }

  /** Whether the person can see what the answer will be about. */
  private get ready(): boolean {
    return this.shown !== null && (!this.pictures || this.pictures.get(this.shown) !== null);
  }

  /** Whether Enter would accept the suggestion: nothing was chosen, and nothing was un-chosen. */
  private get accepting(): boolean {
    const { answer } = this;
    if (this.shown === null || !this.suggestion || this.touched.has(this.shown)) return false;
    return answer.standing === "open" && isEmpty(answer.value);
  }

  private submitting(): string | null {
    if (this.shown === null) return null;
    if (this.accepting) return "Accept";
    const { answer } = this;
    if (answer.standing === "done" && !answer.pending) return "Go on";
    if (this.desk.view.session.config.answer === "single" && answer.value.classes.length !== 1) return null;
    return isEmpty(answer.value) ? "Nothing in it" : "Submit";
  }

  private submit(): void {
    const { answer } = this;
    if (!this.ready) return this.desk.say("The picture is still on its way.");
    if (this.accepting) return this.accept();
    if (answer.standing === "done" && !answer.pending) return this.advance();
    if (this.desk.view.session.config.answer === "single" && answer.value.classes.length !== 1) {
      return this.desk.say("Choose a class first.");
    }
    this.give(answer.value, false);
  }

  private accept(): void {
    if (this.suggestion && this.ready) this.give(this.suggestion.value, true);
  }

  /** Gives the answer and goes on. */
  private give(value: LabelValue, accepted: boolean): void {
    if (this.shown === null) return;
    const after = given(this.answer, value);
    this.desk.work.change([{ item: this.shown, after, accepted, seconds: this.seconds }]);
    this.desk.say(inWords(after));
    this.advance();
  }

  private skip(): void {
    if (this.shown === null) return;
    this.desk.work.change([{ item: this.shown, after: skipped(this.answer), seconds: this.seconds }]);
    this.desk.say("Skipped");
    this.advance();
  }

  private get seconds(): number {
    const passed = (performance.now() - this.shownAt) / 1000;
    return Math.round(Math.min(LONGEST_SECONDS, passed) * 100) / 100;
  }

  /** Changes an answer that is not given yet. */
  private edit(value: LabelValue): void {
    if (this.shown === null) return;
    this.touched.add(this.shown);
    this.desk.work.change([{ item: this.shown, after: { ...this.answer, value, pending: true } }]);
    this.paint();
  }

  /** A note beside the answer: sent at once where the answer was given, else kept with it. */
  private flag(unsure: boolean): void {
    if (this.shown === null) return;
    this.desk.work.change([{ item: this.shown, after: flagged(this.answer, unsure) }]);
    this.desk.say(unsure ? "Not sure" : "Sure");
    this.paint();
  }

  private clear(): void {
    if (this.shown === null) return;
    this.touched.delete(this.shown);
    this.desk.work.change([{ item: this.shown, after: UNTOUCHED }]);
    this.desk.say("No answer");
    this.paint();
  }

  private copy(): void {
    const before = this.trail.previous;
    if (before === null || this.shown === null) return;
    const { value } = this.desk.work.look(before);
    if (this.boxes) this.boxes.copyFrom(value.boxes);
    else if (value.classes.length > 0) this.edit({ ...this.answer.value, classes: value.classes });
  }

  /** On to the next sample without an answer. */
  private advance(): void {
    this.trail.advance();
    this.show();
  }

  private async back(): Promise<void> {
    try {
      if (await this.trail.back()) this.show();
      showNotice(this.place, null);
    } catch (failure) {
      if (isAbort(failure)) return;
      showNotice(this.place, asApiError(failure), { label: "Try again", run: () => void this.back() });
    }
    this.desk.refresh();
  }

  /** Something came, or there is a reason why not. */
  private came(): void {
    if (this.shown === null) this.show();
    else this.prefetch();
    this.desk.refresh();
  }

  private show(): void {
    if (this.trail.current === null) {
      const item = this.supply.next();
      if (item !== null) this.trail.add(item);
    }
    const item = this.trail.current;
    if (item !== this.shown) this.shownAt = performance.now();
    this.shown = item;
    const here = item !== null;
    this.stage.hidden = !here;
    this.ending.show(here ? null : this.supply.state, this.supply.error, !this.trail.empty);
    if (here) this.paint();
    else {
      this.remarks.hide();
      this.desk.bar.mark([]);
      this.desk.refresh();
    }
    this.prefetch();
    this.recent.plan(this.trail);
  }

  private prefetch(): void {
    const ahead = this.supply.ahead.slice(0, AHEAD);
    this.pictures?.want([...this.trail.onward(3), ...ahead, ...this.trail.behind(8)]);
  }

  private arrived(items: number[]): void {
    if (this.shown !== null && items.includes(this.shown)) this.paint();
    this.recent.plan(this.trail);
  }

  /** Shows the sample with its answer as it stands. */
  private paint(): void {
    const { shown, answer, suggestion } = this;
    if (shown === null) return;
    const { work, bar } = this.desk;
    const item = work.item(shown);
    const name = item?.name ? `, ${item.name}` : "";
    const wanted = this.accepting ? suggestion : null;
    const { value } = answer;
    this.text?.load(item?.text ?? "", value.spans, wanted?.value.spans ?? []);
    this.picture?.show(shown, `Picture ${shown}${name}`);
    if (this.boxes && this.pictures) {
      // What is suggested stays to be taken over box by box until the answer is given.
      const offered = answer.standing === "open" ? (suggestion?.value.boxes ?? []) : [];
      this.boxes.load(this.pictures.get(shown), this.pictures.size, value.boxes, offered);
    }
    bar.mark(this.boxes ? [this.boxes.className] : value.classes, wanted?.value.classes ?? []);
    this.remarks.show(item, answer, wanted);
    this.stage.setAttribute("aria-label", `Sample ${shown}${name}`);
    this.desk.refresh();
  }
}
