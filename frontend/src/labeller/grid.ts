// A page of samples at once: one key is the answer of everything selected.

import { count, element, plural } from "../shared/dom";
import { moved } from "../shared/tiling";
import { flagged, given, skipped, UNTOUCHED, type Answer } from "./answer";
import { NOTHING } from "./api";
import type { Desk, Doing, Surface } from "./desk";
import { Ending } from "./ending";
import { GridHint } from "./grid_hint";
import { GridList } from "./grid_list";
import { GridPages } from "./grid_pages";
import type { Action } from "./keys";
import { Look } from "./look";
import { Supply } from "./supply";
import type { Change } from "./work";

const LARGEST_PAGE = 400;
const SMALLEST_PAGE = 4;
const LONGEST_SECONDS = 600;

export class Grid implements Surface {
  readonly panel: HTMLElement;
  readonly arrows = false;
  private readonly list: GridList;
  private readonly pages: GridPages;
  private readonly hint: GridHint;
  private readonly ending: Ending;
  private readonly look: Look;
  private readonly supply: Supply;
  /** Similar samples come together: a page begins with all of them selected. */
  private readonly together: boolean;
  private since = performance.now();

  constructor(private readonly desk: Desk) {
    const { view, work, data } = desk;
    this.together = view.session.groups !== "" || view.session.config.strategy === "clusters";
    this.list = new GridList(desk, this.together, () => this.selected());
    const page = Math.min(LARGEST_PAGE, Math.max(SMALLEST_PAGE, data.page_size));
    this.supply = new Supply(
      { session: data.session, annotator: data.annotator, count: page, batches: 1, together: this.together },
      work,
      () => this.came(),
    );
    this.pages = new GridPages(work, this.supply, () => desk.data.page_size);
    this.hint = new GridHint(this.pages, this.list.selection.selected, this.together);
    this.ending = new Ending(desk, () => this.retry());
    this.panel = element(
      "div",
      { class: "grid-surface" },
      this.list.place,
      this.list.root,
      this.ending.panel,
      this.hint.root,
    );
    this.look = new Look(this.panel, desk, () => this.focus.focus({ preventScroll: true }));
    this.list.root.addEventListener("dblclick", () => this.enlarge());
    this.show();
    this.supply.fill();
  }

  get focus(): HTMLElement {
    return this.list.root;
  }

  get doing(): Doing {
    const here = this.list.count > 0;
    const answer = this.inHand;
    return {
      back: this.pages.number > 1,
      forward: !this.pages.atEnd,
      skip: here,
      unsure: here,
      unsureOn: answer.unsure,
      commented: answer.comment !== "",
      clear: here,
      copy_previous: false,
      fit: here,
      submit: here ? this.submitting() : null,
    };
  }

  key(event: KeyboardEvent): boolean {
    const { code } = event;
    const { selection, columns, count: total } = this.list;
    if (event.ctrlKey || event.metaKey || event.altKey || total === 0) return false;
    const to = moved(code, selection.focus, columns, total);
    if (to !== null) {
      if (!event.shiftKey && !this.together) selection.selected.clear();
      selection.move(to, event.shiftKey);
    } else if (code === "Space") selection.toggle(selection.focus);
    else if (code === "PageDown") this.turn();
    else if (code === "PageUp") this.back();
    else return false;
    return true;
  }

  choose(name: string): void {
    const items = this.targets();
    const whom = plural(items.length, "sample");
    if (this.desk.view.session.config.answer === "multi") {
      const on = this.toggle(items, name);
      this.desk.say(`${whom}: ${name}${on ? "" : " taken away"}`);
      return;
    }
    this.give(items, (before) => given(before, { ...NOTHING, classes: [name] }));
    this.desk.say(`${whom}: ${name}`);
    this.goOn();
  }

  act(action: Action): void {
    if (action === "back") return this.back();
    if (action === "forward") return this.turn();
    if (action === "submit" || action === "accept") return this.submit();
    const items = this.targets();
    if (items.length === 0) return;
    if (action === "skip") {
      this.give(items, skipped);
      this.desk.say(`${plural(items.length, "sample")} skipped`);
      this.goOn();
    } else if (action === "unsure") {
      const unsure = !items.every((item) => this.desk.work.look(item).unsure);
      this.give(items, (before) => flagged(before, unsure));
      this.desk.say(unsure ? "Not sure" : "Sure");
    } else if (action === "clear") this.give(items, () => UNTOUCHED);
    else if (action === "fit") this.enlarge();
  }

  remove(): void {
    this.act("clear");
  }

  escape(): void {
    this.list.selection.clear();
  }

  all(): void {
    const open = this.pages.open();
    if (!this.together || open.length === 0) return this.list.selection.all();
    this.list.select(open);
  }

  targets(): number[] {
    const page = this.pages.current;
    return this.list.selection.targets().flatMap((place) => page[place] ?? []);
  }

  reveal(items: number[]): void {
    const [item] = items;
    if (item === undefined) return;
    if (this.pages.goTo(item)) this.show();
    for (const touched of items) this.list.paint(touched);
    const place = this.list.placeOf(item);
    if (this.together) this.list.select(this.pages.open());
    else this.list.selection.selected.clear();
    if (place !== undefined) this.list.selection.move(place, false);
    this.desk.refresh();
  }

  refresh(): void {
    if (this.list.count === 0) this.show();
    this.list.paintAll();
    this.hint.refresh();
  }

  retry(): void {
    this.supply.fill(true);
    void this.list.paintPictures();
  }

  dispose(): void {
    this.supply.dispose();
    this.list.dispose();
    this.look.dispose();
  }

  /** The answer that the buttons are about: that of the first target. */
  private get inHand(): Answer {
    const [first] = this.targets();
    return first === undefined ? UNTOUCHED : this.desk.work.look(first);
  }

  /** Changes what these say, as one step, and paints them. */
  private give(
    items: number[],
    change: (before: Answer, item: number) => Answer,
    accepted = false,
  ): void {
    const now = performance.now();
    const each = Math.min(LONGEST_SECONDS, (now - this.since) / 1000) / Math.max(1, items.length);
    const seconds = Math.round(each * 1000) / 1000;
    this.since = now;
    const changes: Change[] = items.map((item) => {
      return { item, after: change(this.desk.work.look(item), item), accepted, seconds };
    });
    this.desk.work.change(changes);
    for (const item of items) this.list.paint(item);
    this.hint.refresh();
  }

  /** Adds a class to what these say, or takes it away where all of them say it; true: added. */
  private toggle(items: number[], name: string): boolean {
    const { work } = this.desk;
    const on = !items.every((item) => work.look(item).value.classes.includes(name));
    this.give(items, (before) => {
      const others = before.value.classes.filter((one) => one !== name);
      const classes = on ? [...others, name] : others;
      return { ...before, value: { ...before.value, classes }, pending: true };
    });
    return on;
  }

  /** After an answer: the rest of what is similar, or the tile that follows. */
  private goOn(): void {
    const { selection } = this.list;
    if (this.together && selection.selected.size > 0) return this.goToOpen();
    const last = selection.targets().at(-1) ?? 0;
    selection.selected.clear();
    selection.move(Math.min(last + 1, this.list.count - 1), false);
  }

  /** To the first sample that is open; to the next page where none is. */
  private goToOpen(): void {
    const open = this.pages.open();
    if (open.length === 0) return this.turn();
    if (this.together) this.list.select(open);
    else this.list.selection.selected.clear();
    this.list.selection.move(open[0] ?? 0, false);
  }

  /** What Enter would accept: the suggestions of what is selected, or of the whole page. */
  private acceptable(): number[] {
    const selected = this.list.selection.selected.size > 0;
    return this.pages.acceptable(selected ? this.targets() : this.pages.current);
  }

  private pending(): number[] {
    return this.desk.view.session.config.answer === "multi" ? this.pages.pending() : [];
  }

  private submitting(): string {
    const pending = this.pending().length;
    if (pending > 0) return `Submit ${count(pending)}`;
    const suggested = this.acceptable().length;
    return suggested > 0 ? `Accept ${count(suggested)}` : "Next page";
  }

  private submit(): void {
    if (this.list.count === 0) return;
    const pending = this.pending();
    const suggested = this.acceptable();
    if (pending.length > 0) {
      this.give(pending, (before) => given(before, before.value));
      this.desk.say(`${plural(pending.length, "answer")} submitted`);
    } else if (suggested.length > 0) {
      const { work } = this.desk;
      this.give(
        suggested,
        (before, item) => given(before, work.item(item)?.suggestion?.value ?? NOTHING),
        true,
      );
      this.desk.say(`${plural(suggested.length, "suggestion")} accepted`);
    } else return this.turn();
    this.goToOpen();
  }

  private turn(): void {
    if (this.pages.turn()) this.show();
  }

  private back(): void {
    if (this.pages.back()) this.show();
  }

  private came(): void {
    if (this.pages.atEnd) this.show();
    else this.list.fetchAhead(this.supply.ahead);
    this.desk.refresh();
  }

  private show(): void {
    this.pages.begin();
    const page = this.pages.current;
    const here = page.length > 0;
    this.ending.show(here ? null : this.supply.state, this.supply.error, !this.pages.empty);
    this.since = performance.now();
    this.list.show(page);
    const open = this.pages.open();
    const { selection } = this.list;
    if (this.together) for (const place of open) selection.selected.add(place);
    selection.move(open[0] ?? 0, false);
    this.hint.refresh();
    this.desk.refresh();
  }

  /** The selection is another one. */
  private selected(): void {
    const one = this.list.selection.selected.size <= 1;
    this.desk.bar.mark(one ? this.inHand.value.classes : []);
    this.hint.refresh();
    this.desk.refresh();
  }

  private enlarge(): void {
    const item = this.pages.current[this.list.selection.focus];
    if (item !== undefined) this.look.show(item);
  }
}
