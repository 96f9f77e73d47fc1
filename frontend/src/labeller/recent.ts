// The samples answered last, small, to jump back to. Painted when there is time.

import { element, setText } from "../shared/dom";
import { inWords } from "./answer";
import type { Desk } from "./desk";
import type { Pictures } from "./pictures";
import type { Trail } from "./trail";

const SHOWN = 8;
const SIDE = 48;
const EXCERPT = 60;

export class Recent {
  readonly panel: HTMLElement;
  private readonly list = element("ol", { class: "lately" });
  private timer: ReturnType<typeof setTimeout> | undefined;
  private items: number[] = [];

  constructor(
    private readonly desk: Desk,
    private readonly pictures: Pictures | null,
    private readonly jump: (item: number) => void,
  ) {
    this.panel = element("nav", { class: "recent-answers", "aria-label": "Answered last" }, this.list);
    this.panel.hidden = true;
    this.list.classList.toggle("for-text", pictures === null);
  }

  /** Shows what lies behind on the trail, after the stage was painted. */
  plan(trail: Trail): void {
    this.items = trail.behind(SHOWN);
    if (this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.paint();
    }, 120);
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private paint(): void {
    this.panel.hidden = this.items.length === 0;
    while (this.list.children.length > this.items.length) this.list.lastElementChild?.remove();
    this.items.forEach((item, place) => {
      const made = this.list.children[place] ?? this.make();
      if (!made.isConnected || made.parentElement !== this.list) this.list.append(made);
      this.fill(made as HTMLElement, item);
    });
  }

  private make(): HTMLElement {
    const made = element("button", { type: "button", class: "recent-item" });
    if (this.pictures) made.append(element("canvas", { width: SIDE, height: SIDE, "aria-hidden": true }));
    else made.append(element("span", { class: "recent-text", "aria-hidden": true }));
    made.append(element("span", { class: "recent-answer" }));
    const item = element("li", {}, made);
    made.addEventListener("click", () => this.jump(Number(item.dataset["item"])));
    return item;
  }

  private fill(made: HTMLElement, item: number): void {
    const answer = this.desk.work.look(item);
    const words = inWords(answer) || "no answer";
    const picture = this.pictures?.get(item) ?? null;
    const state = `${item} ${words} ${answer.unsure} ${picture !== null}`;
    if (made.dataset["state"] === state) return;
    made.dataset["state"] = state;
    made.dataset["item"] = String(item);
    const name = answer.value.classes[0];
    made.style.setProperty("--colour", name ? this.desk.colour(name) : "var(--line)");
    const label = made.querySelector<HTMLElement>(".recent-answer");
    if (label) setText(label, words);
    made.firstElementChild?.setAttribute("aria-label", `Go back to sample ${item}: ${words}`);
    const text = made.querySelector<HTMLElement>(".recent-text");
    if (text) setText(text, (this.desk.work.item(item)?.text ?? "").slice(0, EXCERPT));
    const context = made.querySelector("canvas")?.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, SIDE, SIDE);
    if (!picture) return;
    const scale = SIDE / Math.max(picture.width, picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    context.drawImage(picture, (SIDE - width) / 2, (SIDE - height) / 2, width, height);
  }
}
