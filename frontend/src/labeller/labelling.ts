// Labelling: what surrounds the sample or the page, and what each key and button does.

import { button, element, plural, setText } from "../shared/dom";
import { isAbort } from "../shared/http";
import { learnLayout } from "../shared/keyboard";
import type { Arguments, Instance } from "../shared/mount";
import { showRefused } from "../shared/saving";
import { fetchSession, sendDrafts, type LabellerData, type SessionView } from "./api";
import { ClassBar } from "./classbar";
import { colourOf } from "./colours";
import { CommentBox } from "./comment";
import type { Desk, Doing, Surface } from "./desk";
import { Grid } from "./grid";
import { Guide } from "./guide";
import { Header } from "./header";
import { Keys, type Action, type Command } from "./keys";
import { OneByOne } from "./one";
import { Work } from "./work";

const PAUSE_MS = 8_000;
const ALIVE_MS = 240_000;

export class Labelling implements Instance<LabellerData>, Desk {
  readonly keys: Keys;
  readonly work: Work;
  readonly bar: ClassBar;
  private readonly header: Header;
  private readonly guide: Guide;
  private readonly comment: CommentBox;
  private readonly surface: Surface | null = null;
  private readonly tools = new Map<Action, HTMLButtonElement>();
  private readonly announcer = element("span", { class: "visually-hidden", "aria-live": "polite" });
  private readonly savePlace = element("div", { class: "place" });
  private readonly asked = new AbortController();
  private readonly alive: ReturnType<typeof setInterval>;
  private refreshing = false;
  private reported = "";
  private touched = performance.now();
  private reportTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly onKey = (event: KeyboardEvent): void => this.key(event);
  private readonly onStrayKey = (event: KeyboardEvent): void => this.strayKey(event);

  constructor(
    private readonly root: HTMLElement,
    private args: Arguments<LabellerData>,
    public view: SessionView,
  ) {
    const { annotator, mode } = args.data;
    this.keys = new Keys(view.classes, view.keys);
    this.work = new Work(view.session, annotator, view.progress, {
      changed: () => this.refresh(),
      revised: () => void this.revise(),
    });
    this.bar = new ClassBar(
      this.keys,
      (name) => this.command({ kind: "class", name }),
      () => this.surface?.focus.focus({ preventScroll: true }),
    );
    this.bar.update(view.classes);
    this.header = new Header(this.work, {
      undo: () => this.command({ kind: "undo" }),
      redo: () => this.command({ kind: "redo" }),
      help: () => this.guide.show(0),
    });
    this.comment = new CommentBox(this.work, () => {
      this.surface?.refresh();
      this.surface?.focus.focus({ preventScroll: true });
      this.refresh();
    });
    const grid = mode === "grid" && view.session.config.answer !== "boxes";
    root.classList.toggle("as-grid", grid);
    root.classList.toggle("as-one", !grid);
    this.guide = new Guide(root, () => this.view, annotator, this.keys, {
      remapped: () => this.showKeys(),
      closed: () => this.surface?.focus.focus({ preventScroll: true }),
    });
    const shut = this.shut();
    root.append(this.header.panel, this.savePlace);
    if (shut) {
      root.append(element("div", { class: "empty" }, element("strong", {}, shut[0]), element("span", {}, shut[1])));
    } else {
      const surface: Surface = grid ? new Grid(this) : new OneByOne(this);
      this.surface = surface;
      const side = element("div", { class: "work-side" }, this.bar.panel);
      const main = element("div", { class: "work-main" }, surface.panel, this.comment.panel, this.makeTools());
      if (surface.below) main.append(surface.below);
      root.append(element("div", { class: "work" }, main, side), this.announcer);
    }
    root.addEventListener("keydown", this.onKey);
    root.addEventListener("pointerdown", () => {
      this.touched = performance.now();
    });
    addEventListener("keydown", this.onStrayKey, true);
    this.alive = setInterval(() => this.keepAlive(), ALIVE_MS);
    learnLayout(() => this.showKeys());
    this.refreshNow();
    if (this.surface) {
      this.guide.greet();
      if (!this.guide.open && document.activeElement === document.body) {
        this.surface.focus.focus({ preventScroll: true });
      }
    }
  }

  get data(): LabellerData {
    return this.args.data;
  }

  get instant(): boolean {
    const { answer, spans } = this.view.session.config;
    return answer === "single" && !spans;
  }

  update(args: Arguments<LabellerData>): void {
    this.args = args;
    this.root.style.setProperty("--stage-height", `${args.data.height}px`);
    this.refresh();
  }

  dispose(): void {
    this.asked.abort();
    clearInterval(this.alive);
    clearTimeout(this.reportTimer);
    removeEventListener("keydown", this.onStrayKey, true);
    this.root.removeEventListener("keydown", this.onKey);
    this.root.classList.remove("as-grid", "as-one");
    this.comment.close();
    this.surface?.dispose();
    this.guide.dispose();
    this.header.dispose();
    this.work.dispose();
  }

  say(text: string): void {
    setText(this.announcer, text);
  }

  colour(class_name: string): string {
    return colourOf(this.view.classes, class_name);
  }

  /** Several changes of one key are shown together, before the next frame. */
  refresh(): void {
    if (this.refreshing) return;
    this.refreshing = true;
    queueMicrotask(() => {
      this.refreshing = false;
      if (!this.asked.signal.aborted) this.refreshNow();
    });
  }

  private refreshNow(): void {
    this.header.refresh();
    const waiting = plural(this.work.waiting, "answer");
    showRefused(this.savePlace, this.work, waiting, () => this.discard());
    if (this.surface) this.refreshTools(this.surface.doing);
    this.planReport();
  }

  /** Why nobody can label here: closed, or not theirs; null: they can. */
  private shut(): [string, string] | null {
    const { session, member } = this.view;
    if (session.closed !== null) {
      return ["This session is closed", "Whoever made it can reopen it on the Label page."];
    }
    if (member) return null;
    const people = session.config.people.join(", ");
    return [
      `"${this.data.annotator}" is not among the people of this session`,
      `They are: ${people}. Check the name in the sidebar.`,
    ];
  }

  private makeTools(): HTMLElement {
    const names: [Action, string][] = [
      ["back", "Back"],
      ["forward", "Forward"],
      ["clear", "Clear"],
      ["copy_previous", "Copy previous"],
      ["fit", "Look closer"],
      ["unsure", "Not sure"],
      ["comment", "Comment"],
      ["skip", "Skip"],
      ["submit", "Submit"],
    ];
    const groups = [element("div", { class: "group" }), element("div", { class: "group" })];
    for (const [action, title] of names) {
      const made = button("", (event) => {
        this.command({ kind: "action", action });
        if (event.detail > 0 && !this.comment.open) this.surface?.focus.focus({ preventScroll: true });
      }, { class: action === "submit" ? "button primary submit" : "button" });
      made.append(
        element("span", { class: "tool-title" }, title),
        element("kbd", { class: action === "submit" ? "key on-accent" : "key", "aria-hidden": true }),
      );
      this.tools.set(action, made);
      groups[["back", "forward", "clear", "copy_previous", "fit"].includes(action) ? 0 : 1]?.append(made);
    }
    this.showKeys();
    return element("div", { class: "tools", role: "toolbar", "aria-label": "Sample" }, ...groups);
  }

  private showKeys(): void {
    this.bar.paintKeys();
    for (const [action, made] of this.tools) {
      const key = made.querySelector("kbd");
      const code = this.keys.code(action);
      const held = code.startsWith("Arrow") && this.surface?.arrows === false;
      const printed = this.keys.printed(action);
      if (key) setText(key, held ? `Ctrl ${printed}` : printed);
      if (key) key.hidden = printed === "";
    }
  }

  private refreshTools(doing: Doing): void {
    for (const [action, made] of this.tools) {
      const hidden =
        (action === "copy_previous" && (this.instant || this.root.classList.contains("as-grid"))) ||
        (action === "fit" && !this.root.classList.contains("as-grid"));
      if (made.hidden !== hidden) made.hidden = hidden;
      const can = action === "submit" ? doing.submit !== null : action === "comment" ? doing.unsure : this.can(doing, action);
      if (made.disabled === can) made.disabled = !can;
    }
    this.press("unsure", doing.unsureOn);
    this.press("comment", doing.commented);
    const title = this.tools.get("submit")?.firstElementChild;
    if (title) setText(title, doing.submit ?? "Submit");
  }

  private can(doing: Doing, action: Action): boolean {
    return action in doing ? Boolean(doing[action as keyof Doing]) : true;
  }

  private press(action: Action, on: boolean): void {
    const made = this.tools.get(action);
    if (made?.getAttribute("aria-pressed") !== String(on)) made?.setAttribute("aria-pressed", String(on));
  }

  private key(event: KeyboardEvent): void {
    this.touched = performance.now();
    if (event.defaultPrevented || this.guide.open || !this.surface) return;
    const target = event.composedPath()[0];
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
    // A button that was reached by key is pressed by Enter and Space, as everywhere.
    const onButton = target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement;
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (onButton && plain && (event.code === "Enter" || event.code === "Space")) return;
    if (this.handle(event)) event.preventDefault();
  }

  /** Keys pressed while nothing has the focus are meant for the samples. */
  private strayKey(event: KeyboardEvent): void {
    if (document.activeElement && document.activeElement !== document.body) return;
    if (event.defaultPrevented || this.guide.open || !this.surface) return;
    if (!this.root.isConnected || !this.handle(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  private handle(event: KeyboardEvent): boolean {
    const { surface } = this;
    if (!surface) return false;
    if (surface.key(event)) return true;
    const command = this.keys.command(event, surface.arrows);
    if (!command) return false;
    // One press, one answer: a key held down gives no more.
    const walks =
      command.kind === "action"
        ? command.action === "back" || command.action === "forward"
        : command.kind === "undo" || command.kind === "redo";
    if (!event.repeat || walks) this.command(command);
    return true;
  }

  private command(command: Command): void {
    const { surface } = this;
    if (!surface) return;
    if (command.kind === "class") surface.choose(command.name);
    else if (command.kind === "help") this.guide.show(this.guide.open ? 0 : 1);
    else if (command.kind === "undo") this.walk("Undone", this.work.undo());
    else if (command.kind === "redo") this.walk("Done again", this.work.redo());
    else if (command.kind === "escape") surface.escape();
    else if (command.kind === "remove") surface.remove();
    else if (command.kind === "all") surface.all();
    else if (command.action === "comment") this.comment.show(surface.targets());
    else surface.act(command.action);
  }

  private walk(verb: string, items: number[]): void {
    if (items.length === 0) return;
    this.surface?.reveal(items);
    this.say(`${verb}: ${plural(items.length, "sample")}`);
    this.refresh();
  }

  private discard(): void {
    const items = this.work.discard();
    this.surface?.reveal(items);
    this.refresh();
  }

  /** The classes changed: everything is shown in today's names. */
  private async revise(): Promise<void> {
    const { session, annotator } = this.data;
    try {
      this.view = await fetchSession(session, annotator, this.asked.signal);
    } catch (failure) {
      if (isAbort(failure)) return;
      return; // The next answer asks again.
    }
    this.work.follow(this.view.session);
    this.keys.update(this.view.classes, this.view.keys);
    this.bar.update(this.view.classes);
    this.surface?.refresh();
    this.say("The classes have changed.");
  }

  /** Somebody who reads for long keeps what they hold. */
  private keepAlive(): void {
    if (document.hidden || performance.now() - this.touched > ALIVE_MS * 2) return;
    const { session, annotator } = this.data;
    sendDrafts(session, annotator, []).catch(() => undefined); // the next answer tries again
  }

  /** Tells Python in pauses, and when everything is done. */
  private planReport(): void {
    const { state, progress } = this.work;
    const text = JSON.stringify(progress);
    if (this.reported === "") this.reported = text;
    clearTimeout(this.reportTimer);
    if (text === this.reported || state !== "saved") return;
    const finished = progress.total > 0 && progress.done >= progress.total;
    this.reportTimer = setTimeout(
      () => {
        this.reported = text;
        this.args.setStateValue("progress", progress);
      },
      finished ? 0 : PAUSE_MS,
    );
  }
}
