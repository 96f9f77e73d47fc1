// The large view of one sample: the picture with its boxes or the whole text, every fact, its history.

import type { Box } from "../shared/box";
import { button, element, setText } from "../shared/dom";
import { asApiError, isAbort } from "../shared/http";
import { onButton } from "../shared/keyboard";
import { showNotice } from "../shared/notice";
import { Sprite } from "../shared/sprite";
import { fetchFacts, type GridData, type SampleFacts, type State } from "./data";
import { classHue } from "./tiles";

/** What the list knows of a sample before the studio has answered; it overrules the answer. */
export interface Look {
  id: number;
  known: [name: string, value: string][];
  state: State;
  text: string | null;
}

interface Owner {
  data(): GridData;
  total(): number;
  look(place: number): Look | null;
  closed(place: number): void;
  /** Where samples can be selected: whether one is, and how to change that. */
  selection?: { has(place: number): boolean; toggle(place: number): void };
}

const LARGEST = 448;
const MARGIN = 64;
const WIDE = 720;
const SIDE_BY_SIDE_SHARE = 0.5;
/** A box that begins this close to the upper edge carries its name inside. */
const NAME_NEEDS = 0.08;
const STANDING: Record<State, string> = {
  kept: "",
  quarantined: "Quarantined: it takes no part until somebody decides about it.",
  removed: "Removed: it takes no part any more.",
};
const dates = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });

export class Viewer {
  private readonly dialog = element("dialog", {
    class: "dialog viewer",
    tabindex: -1,
    "aria-label": "Sample",
  });
  private readonly cell = element("div", { class: "cell" });
  private readonly shown = element("div", { class: "viewer-shown" }, this.cell);
  private readonly picture = element("div", { class: "viewer-picture" }, this.shown);
  private readonly text = element("p", { class: "viewer-text", tabindex: 0 });
  private readonly standing = element("p", { class: "viewer-standing", hidden: true });
  private readonly list = element("dl", { class: "facts" });
  private readonly waiting = element("p", { class: "muted small" }, "Loading…");
  private readonly history = element("div", { class: "history", hidden: true });
  private readonly picturePlace = element("div");
  private readonly factsPlace = element("div");
  private readonly position = element("span", { class: "muted small numbers" });
  private readonly previous = button("Previous", (event) => this.step(-1, event));
  private readonly next = button("Next", (event) => this.step(1, event));
  private readonly pick = button("Select", () => this.toggle(), { title: "Space" });
  private asked: AbortController | null = null;
  private sprite: Sprite | null = null;
  private at = 0;

  constructor(
    host: HTMLElement,
    private readonly owner: Owner,
  ) {
    const close = button("Close", () => this.dialog.close(), { title: "Close (Escape)" });
    const text = owner.data().task === "text";
    this.pick.hidden = owner.selection === undefined;
    this.dialog.append(
      element(
        "div",
        { class: "viewer-body" },
        element("div", { class: "viewer-main" }, text ? this.text : this.picture, this.picturePlace),
        element(
          "div",
          { class: "viewer-facts" },
          this.standing,
          this.list,
          this.waiting,
          this.factsPlace,
          this.history,
        ),
      ),
      element(
        "div",
        { class: "viewer-tools" },
        this.previous,
        this.position,
        this.next,
        this.pick,
        close,
      ),
    );
    this.dialog.addEventListener("keydown", (event) => this.key(event));
    this.dialog.addEventListener("click", (event) => {
      // The second half of the double click that opened it is no click beside it.
      if (event.target === this.dialog && event.detail < 2) this.dialog.close();
    });
    this.dialog.addEventListener("close", () => {
      this.asked?.abort();
      this.release();
      owner.closed(this.at);
    });
    host.append(this.dialog);
  }

  get open(): boolean {
    return this.dialog.open;
  }

  show(place: number): void {
    const look = this.owner.look(place);
    if (!look) return;
    this.at = place;
    const total = this.owner.total();
    setText(this.position, `${place + 1} of ${total}`);
    this.previous.disabled = place === 0;
    this.next.disabled = place + 1 >= total;
    this.shown.querySelectorAll(".box").forEach((box) => box.remove());
    setText(this.text, look.text ?? "");
    this.list.replaceChildren(...facts(look, {}));
    this.stand(look.state);
    this.history.hidden = true;
    this.paintPick();
    if (!this.dialog.open) {
      this.dialog.showModal();
      this.dialog.focus(); // not the first button: Space selects
    }
    this.asked?.abort();
    this.asked = new AbortController();
    void this.loadFacts(look, this.asked.signal);
    if (this.owner.data().task === "images") void this.loadPicture(look, this.asked.signal);
  }

  dispose(): void {
    this.asked?.abort();
    this.release();
    this.dialog.remove();
  }

  private key(event: KeyboardEvent): void {
    if (event.code === "ArrowLeft") this.step(-1);
    if (event.code === "ArrowRight") this.step(1);
    if (event.code === "Space" && !onButton(event) && this.owner.selection) {
      event.preventDefault();
      this.toggle();
    }
    if (event.code !== "Escape" && event.code !== "Tab") event.stopPropagation();
  }

  private step(by: number, click?: MouseEvent): void {
    if (click && click.detail > 0) this.dialog.focus(); // a mouse leaves the keys to the viewer
    const to = this.at + by;
    if (to >= 0 && to < this.owner.total()) this.show(to);
  }

  private toggle(): void {
    this.owner.selection?.toggle(this.at);
    this.paintPick();
  }

  private paintPick(): void {
    const selected = this.owner.selection?.has(this.at) ?? false;
    setText(this.pick, selected ? "Selected" : "Select");
    this.pick.classList.toggle("primary", selected);
    this.pick.setAttribute("aria-pressed", String(selected));
  }

  private stand(state: State): void {
    this.standing.hidden = state === "kept";
    this.standing.dataset["state"] = state;
    setText(this.standing, STANDING[state]);
  }

  private async loadFacts(look: Look, signal: AbortSignal): Promise<void> {
    this.waiting.hidden = false;
    showNotice(this.factsPlace, null);
    try {
      const found = await fetchFacts(this.owner.data(), look.id, signal);
      if (signal.aborted) return;
      this.fill(look, found);
    } catch (failure) {
      if (isAbort(failure) || signal.aborted) return;
      const again = { label: "Try again", run: () => void this.loadFacts(look, signal) };
      showNotice(this.factsPlace, asApiError(failure), again);
    }
    this.waiting.hidden = true;
  }

  private fill(look: Look, found: SampleFacts): void {
    this.list.replaceChildren(...facts(look, found.facts));
    this.stand(found.sample.state);
    if (found.text !== null) {
      this.text.classList.toggle("muted", found.text === "");
      setText(this.text, found.text === "" ? "(an empty text)" : found.text);
    }
    const { class_names } = this.owner.data();
    this.shown.append(...found.boxes.map((box) => outline(box, class_names)));
    this.history.hidden = found.history.length === 0;
    this.history.replaceChildren(
      element("h4", {}, "History"),
      element(
        "ol",
        {},
        ...found.history.map(({ time, who, what, version }) => {
          const date = new Date(time * 1000);
          const when = element("time", { datetime: date.toISOString() }, dates.format(date));
          const line = element("span", { class: "muted small" }, who, " · ", when);
          if (version !== null) line.append(" · ", version);
          return element("li", {}, element("span", {}, what), line);
        }),
      ),
    );
  }

  private async loadPicture(look: Look, signal: AbortSignal): Promise<void> {
    showNotice(this.picturePlace, null);
    try {
      const sprite = await Sprite.load(this.owner.data().samples_digest, [look.id], signal);
      if (signal.aborted) return sprite.dispose();
      this.release();
      this.sprite = sprite;
      const room = (innerWidth - MARGIN) * (innerWidth >= WIDE ? SIDE_BY_SIDE_SHARE : 1);
      sprite.paint(this.cell, 0, Math.floor(Math.min(LARGEST, room, innerHeight / 2)));
    } catch (failure) {
      if (isAbort(failure) || signal.aborted) return;
      const again = { label: "Try again", run: () => void this.loadPicture(look, signal) };
      showNotice(this.picturePlace, asApiError(failure), again);
    }
  }

  private release(): void {
    this.sprite?.dispose();
    this.sprite = null;
    this.cell.style.backgroundImage = "";
  }
}

/** The facts as terms and descriptions; what the list knows comes first and overrules. */
function facts(look: Look, more: Record<string, string>): HTMLElement[] {
  const all = new Map([["Sample", String(look.id)], ...look.known]);
  for (const [name, value] of Object.entries(more)) if (!all.has(name)) all.set(name, value);
  return [...all].flatMap(([name, value]) => [
    element("dt", {}, name),
    element("dd", {}, value),
  ]);
}

function outline(box: Box, class_names: string[]): HTMLElement {
  const name = element("span", { class: "box-name" }, box.class_name);
  const made = element("div", { class: "box", title: box.class_name }, name);
  made.classList.toggle("inside", box.top < NAME_NEEDS);
  made.style.setProperty("--hue", String(classHue(class_names, box.class_name)));
  for (const side of ["left", "top", "width", "height"] as const) {
    made.style[side] = `${box[side] * 100}%`;
  }
  return made;
}
