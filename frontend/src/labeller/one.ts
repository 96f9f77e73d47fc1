// One by one: a picture or a text, large; one key is the answer, and the next one is there.

import { element, setText } from "../shared/dom";
import { asApiError, isAbort } from "../shared/http";
import { showNotice } from "../shared/notice";
import { fetchMine, isEmpty, NOTHING, type LabelValue, type Suggestion } from "./api";
import { BoxEditor } from "./boxes";
import { inWords, percent, type Desk, type Doing, type Surface } from "./desk";
import { Ending } from "./ending";
import type { Action } from "./keys";
import { Pictures } from "./pictures";
import { Recent } from "./recent";
import { Supply } from "./supply";
import { TextView } from "./text";
import type { Answer } from "./work";

const AHEAD = 12;
const EARLIER = 50;
const LONGEST_SECONDS = 3_600;
/** Pictures up to so many pixels a side are shown in whole multiples, pixel by pixel. */
const CRISP = 128;
const EMPTY: Answer = { standing: "open", value: NOTHING, unsure: false, comment: "", pending: false };

export class OneByOne implements Surface {
  readonly panel: HTMLElement;
  readonly below: HTMLElement;
  readonly arrows: boolean;
  private readonly canvas = element("canvas", { class: "picture", role: "img" });
  private readonly waiting = element("p", { class: "muted picture-waiting" }, "Loading the picture…");
  private readonly stage = element("div", { class: "stage", tabindex: 0, role: "group" });
  private readonly standing = element("p", { class: "standing", hidden: true });
  private readonly returned = element("p", { class: "returned", hidden: true });
  private readonly chip = element("button", { type: "button", class: "chip", hidden: true });
  private readonly chipText = element("span");
  private readonly chipKey = element("kbd", { class: "key", "aria-hidden": true });
  private readonly place = element("div", { class: "place" });
  private readonly ending: Ending;
  private readonly recent: Recent;
  private readonly supply: Supply;
  private readonly pictures: Pictures | null;
  private readonly text: TextView | null;
  private readonly boxes: BoxEditor | null;
  private readonly observer: ResizeObserver;
  /** Samples in the order they were seen, and which of them is on the stage. */
  private trail: number[] = [];
  private at = 0;
  private shown: number | null = null;
  private shownAt = 0;
  private painted = -1;
  private earlier = 0;
  private noEarlier = false;
  private asking: AbortController | null = null;
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
    if (this.text) this.stage.append(this.text.root);
    else if (this.boxes) this.stage.append(this.boxes.root);
    else this.stage.append(this.canvas, this.waiting);
    this.stage.classList.toggle("for-text", this.text !== null);
    this.stage.classList.toggle("for-boxes", this.boxes !== null);
    if (this.text || this.boxes) this.stage.removeAttribute("tabindex");
    this.chip.append(this.chipText, this.chipKey);
    this.chip.addEventListener("click", () => this.accept());
    this.panel = element(
      "div",
      { class: "one" },
      this.returned,
      this.place,
      this.stage,
      element("div", { class: "one-foot" }, this.chip, this.standing),
      this.ending.panel,
    );
    this.below = this.recent.panel;
    this.panel.style.setProperty("--stage-height", `${data.height}px`);
    this.supply = new Supply(
      { session: data.session, annotator: data.annotator, count: AHEAD, batches: 2, together: false },
      work,
      () => this.came(),
    );
    this.observer = new ResizeObserver(() => this.fitPicture());
    this.observer.observe(this.stage);
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
      back: this.at > 0 || !this.noEarlier,
      forward: this.at < this.trail.length,
      skip: here,
      unsure: here,
      unsureOn: answer.unsure,
      commented: answer.comment !== "",
      clear: here && (answer.standing !== "open" || answer.pending),
      copy_previous: here && !this.desk.instant && this.at > 0,
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
    if (action === "forward") return this.forward();
    if (this.shown === null) return;
    const { answer } = this;
    if (action === "submit" || action === "accept") this.submit();
    else if (action === "skip") this.skip();
    else if (action === "unsure") this.flag({ ...answer, unsure: !answer.unsure });
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
    const place = this.trail.indexOf(item);
    if (place === -1) {
      this.trail.splice(Math.min(this.at, this.trail.length), 0, item);
    } else {
      this.at = place;
    }
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
    this.asking?.abort();
    this.observer.disconnect();
    this.supply.dispose();
    this.text?.dispose();
    this.boxes?.dispose();
    this.pictures?.dispose();
    this.recent.dispose();
  }

  private get answer(): Answer {
    return this.shown === null ? EMPTY : this.desk.work.look(this.shown);
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
    const { unsure, comment } = this.answer;
    const after: Answer = { standing: "done", value, unsure, comment, pending: false };
    this.desk.work.change([{ item: this.shown, after, accepted, seconds: this.seconds }]);
    this.desk.say(inWords(after));
    this.advance();
  }

  private skip(): void {
    if (this.shown === null) return;
    const { unsure, comment } = this.answer;
    const after: Answer = { standing: "skipped", value: NOTHING, unsure, comment, pending: false };
    this.desk.work.change([{ item: this.shown, after, seconds: this.seconds }]);
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
  private flag(after: Answer): void {
    if (this.shown === null) return;
    const given = after.standing !== "open" && !after.pending;
    const nothing = !after.unsure && after.comment === "" && isEmpty(after.value);
    this.desk.work.change([{ item: this.shown, after: { ...after, pending: !given && !nothing } }]);
    this.desk.say(after.unsure ? "Not sure" : "Sure");
    this.paint();
  }

  private clear(): void {
    if (this.shown === null) return;
    this.touched.delete(this.shown);
    this.desk.work.change([{ item: this.shown, after: EMPTY }]);
    this.desk.say("No answer");
    this.paint();
  }

  private copy(): void {
    const before = this.trail[this.at - 1];
    if (before === undefined || this.shown === null) return;
    const { value } = this.desk.work.look(before);
    if (this.boxes) this.boxes.copyFrom(value.boxes);
    else if (value.classes.length > 0) this.edit({ ...this.answer.value, classes: value.classes });
  }

  /** On to the next sample without an answer. */
  private advance(): void {
    const { work } = this.desk;
    let to = this.at + 1;
    while (to < this.trail.length && work.look(this.trail[to] ?? -1).standing !== "open") to += 1;
    this.at = to;
    this.show();
  }

  private forward(): void {
    if (this.at >= this.trail.length) return;
    this.at += 1;
    this.show();
  }

  private async back(): Promise<void> {
    if (this.at === 0) await this.fetchEarlier();
    if (this.at === 0) return;
    this.at -= 1;
    this.show();
  }

  /** What the person answered before this visit, put in front of the trail. */
  private async fetchEarlier(): Promise<void> {
    if (this.noEarlier || this.asking) return;
    const { work, data } = this.desk;
    this.asking = new AbortController();
    const { signal } = this.asking;
    try {
      for (let found = 0; found === 0 && !this.noEarlier; ) {
        const { items } = await fetchMine(data.session, data.annotator, this.earlier, EARLIER, signal);
        this.earlier += items.length;
        this.noEarlier = items.length < EARLIER;
        const seen = new Set(this.trail);
        const fresh = items.filter(({ item }) => !seen.has(item));
        work.take(fresh);
        this.trail.unshift(...fresh.map(({ item }) => item).reverse());
        this.at += fresh.length;
        found = fresh.length;
      }
      showNotice(this.place, null);
    } catch (failure) {
      if (isAbort(failure)) return;
      showNotice(this.place, asApiError(failure), { label: "Try again", run: () => void this.back() });
    } finally {
      this.asking = null;
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
    let item = this.trail[this.at] ?? null;
    if (item === null) {
      item = this.supply.next();
      if (item !== null) this.at = this.trail.push(item) - 1;
    }
    if (item !== this.shown) this.shownAt = performance.now();
    this.shown = item;
    const here = item !== null;
    this.stage.hidden = !here;
    this.ending.show(here ? null : this.supply.state, this.supply.error, this.trail.length > 0);
    if (here) this.paint();
    else {
      this.chip.hidden = this.standing.hidden = this.returned.hidden = true;
      this.desk.bar.mark([]);
      this.desk.refresh();
    }
    this.prefetch();
    this.recent.plan(this.trail, this.at);
  }

  private prefetch(): void {
    if (!this.pictures) return;
    const near = this.trail.slice(this.at, this.at + 3);
    const back = this.trail.slice(Math.max(0, this.at - 8), this.at).reverse();
    this.pictures.want([...near, ...this.supply.ahead.slice(0, AHEAD), ...back]);
  }

  private arrived(items: number[]): void {
    if (this.shown !== null && items.includes(this.shown)) this.paint();
    this.recent.plan(this.trail, this.at);
  }

  /** Shows the sample with its answer as it stands. */
  private paint(): void {
    const { shown, answer, suggestion } = this;
    if (shown === null) return;
    const { work, bar, view } = this.desk;
    const item = work.item(shown);
    const wanted = this.accepting ? suggestion : null;
    const { value } = answer;
    if (this.text) this.text.load(item?.text ?? "", value.spans, wanted?.value.spans ?? []);
    else if (this.boxes && this.pictures) {
      const picture = this.pictures.get(shown);
      // What is suggested stays to be taken over box by box until the answer is given.
      const offered = answer.standing === "open" ? suggestion : null;
      this.boxes.load(picture, this.pictures.size, value.boxes, offered?.value.boxes ?? []);
    } else this.paintPicture(shown);
    bar.mark(this.boxes ? [this.boxes.className] : value.classes, wanted?.value.classes ?? []);
    const words = wanted ? inWords({ ...answer, standing: "done", value: wanted.value }) : "";
    this.chip.hidden = wanted === null;
    if (wanted) {
      setText(this.chipText, `${words} ${percent(wanted.score)}`);
      setText(this.chipKey, this.desk.keys.printed("accept"));
      this.chip.title = `Suggested by ${wanted.source}. Accept it with one key.`;
      const name = wanted.value.classes[0] ?? wanted.value.boxes[0]?.class_name;
      this.chip.style.setProperty("--colour", name ? this.desk.colour(name) : "var(--accent)");
    }
    this.paintStanding(answer);
    this.returned.hidden = item?.standing !== "returned";
    if (!this.returned.hidden) {
      const why = item?.returned ? `: ${item.returned}` : ".";
      setText(this.returned, `A reviewer sent this back${why}`);
    }
    const name = item?.name ? `, ${item.name}` : "";
    this.stage.setAttribute("aria-label", `Sample ${shown}${name}`);
    if (view.task === "images") this.canvas.setAttribute("aria-label", `Picture ${shown}${name}`);
    this.desk.refresh();
  }

  private paintStanding(answer: Answer): void {
    const parts: string[] = [];
    if (answer.standing !== "open") {
      parts.push(answer.pending ? "Changed, not submitted" : `Your answer: ${inWords(answer)}`);
    } else if (answer.pending && !isEmpty(answer.value)) parts.push("Not submitted yet");
    if (answer.unsure) parts.push("not sure");
    if (answer.comment !== "") parts.push(`“${answer.comment}”`);
    this.standing.hidden = parts.length === 0;
    this.standing.dataset["standing"] = answer.pending ? "pending" : answer.standing;
    setText(this.standing, parts.join(" · "));
  }

  private paintPicture(item: number): void {
    const picture = this.pictures?.get(item) ?? null;
    this.canvas.hidden = picture === null;
    this.waiting.hidden = picture !== null;
    if (!picture) {
      const error = this.pictures?.error(item);
      setText(this.waiting, error ? `${error.what} ${error.fix}` : "Loading the picture…");
      this.painted = -1;
      return;
    }
    if (this.painted === item) return;
    const resized = this.canvas.width !== picture.width || this.canvas.height !== picture.height;
    if (resized) {
      this.canvas.width = picture.width;
      this.canvas.height = picture.height;
    }
    const context = this.canvas.getContext("2d");
    context?.clearRect(0, 0, picture.width, picture.height);
    context?.drawImage(picture, 0, 0);
    if (resized || this.painted === -1) this.fitPicture();
    if (this.shown === item && this.painted !== item) this.shownAt = performance.now();
    this.painted = item;
  }

  /** As large as the stage allows; small pictures in whole multiples, so that pixels stay square. */
  private fitPicture(): void {
    if (this.text || this.boxes) return;
    const { width, height } = this.canvas;
    const room = Math.max(1, this.stage.clientWidth);
    const high = Math.max(1, this.stage.clientHeight);
    const crisp = Math.max(width, height) <= CRISP;
    let scale = Math.min(room / width, high / height);
    if (crisp && scale > 1) scale = Math.floor(scale);
    this.canvas.style.width = `${width * scale}px`;
    this.canvas.style.height = `${height * scale}px`;
    this.canvas.classList.toggle("crisp", crisp && scale > 1);
  }
}
