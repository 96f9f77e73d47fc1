// The same few samples after every epoch, and what the model takes them for.

import { element, setText } from "../shared/dom";
import { isAbort } from "../shared/http";
import { Sprite } from "../shared/sprite";
import { fetchSubjects, type Observation, type Subjects } from "./data";
import { Timeline } from "./timeline";

interface Seen {
  samples: number[];
  true: (number | string)[];
  top: [class_: number | string, share: number][][];
}

const SIDE = 72;

interface Tile {
  root: HTMLElement;
  picture: HTMLElement;
  answers: HTMLElement;
  history: HTMLElement;
}

export class Predictions {
  private readonly score = element("span", { class: "small numbers" });
  private readonly list = element("ul", { class: "subjects" });
  private readonly timeline = new Timeline("predictions", (shown) => this.show(shown));
  readonly root = element(
    "details",
    { class: "fold", open: true, hidden: true },
    element("summary", {}, element("span", {}, "Predictions"), this.score),
    this.timeline.root,
    this.list,
  );
  private tiles: Tile[] = [];
  private shown: Observation | null = null;
  private key = "";
  private subjects: Subjects | null = null;
  private sprite: Sprite | null = null;
  private readonly stopped = new AbortController();

  constructor(private readonly run: string) {}

  add(observations: Observation[]): void {
    this.timeline.add(observations);
    this.root.hidden = this.timeline.size === 0;
  }

  dispose(): void {
    this.stopped.abort();
    this.sprite?.dispose();
  }

  private show(observation: Observation): void {
    this.shown = observation;
    const seen = observation.body as unknown as Seen;
    this.lay(seen.samples);
    let right = 0;
    for (const [place, tile] of this.tiles.entries()) {
      const truth = seen.true[place] ?? -1;
      const top = seen.top[place] ?? [];
      const hit = top[0]?.[0] === truth;
      if (hit) right += 1;
      tile.root.dataset["right"] = String(hit);
      tile.answers.replaceChildren(...this.answers(truth, top));
      this.paintHistory(tile, place);
    }
    setText(this.score, `${right} of ${seen.samples.length} right`);
  }

  /** Makes a tile for each sample; the samples stay the same for a whole run. */
  private lay(samples: number[]): void {
    const key = samples.join(",");
    if (key === this.key) return;
    this.key = key;
    this.tiles = samples.map(() => {
      const picture = element("div", { class: "subject-picture" });
      const answers = element("div", { class: "answers" });
      const history = element("div", { class: "history", role: "img" });
      return { root: element("li", { class: "subject" }, picture, answers, history), picture, answers, history };
    });
    this.list.replaceChildren(...this.tiles.map((tile) => tile.root));
    void this.load(samples);
  }

  private async load(samples: number[]): Promise<void> {
    try {
      this.subjects = await fetchSubjects(this.run, samples, this.stopped.signal);
      const { texts } = this.subjects;
      this.list.classList.toggle("texts", texts !== null);
      if (!texts) {
        this.sprite?.dispose();
        this.sprite = await Sprite.load(this.subjects.samples_digest, samples, this.stopped.signal);
      }
      for (const [place, tile] of this.tiles.entries()) {
        if (texts) tile.picture.textContent = texts[place] ?? "";
        else {
          const cell = element("div", { class: "cell" });
          this.sprite?.paint(cell, place, SIDE);
          tile.picture.replaceChildren(cell);
        }
      }
    } catch (failure) {
      if (isAbort(failure)) return;
      // The answers are worth seeing without the samples, too.
    }
    if (this.shown) this.show(this.shown);
  }

  private className(of: number | string): string {
    return typeof of === "number" ? (this.subjects?.class_names[of] ?? `class ${of}`) : of;
  }

  private answers(truth: number | string, top: Seen["top"][number]): HTMLElement[] {
    const rows = top.map(([answer, share]) => {
      const percent = Math.round(100 * share);
      const fill = element("span", { class: "answer-fill" });
      fill.style.width = `${percent}%`;
      const row = element(
        "div",
        { class: "answer", title: `${this.className(answer)}: ${percent} %` },
        fill,
        element("span", { class: "answer-name" }, this.className(answer)),
        element("span", { class: "numbers" }, `${percent} %`),
      );
      if (answer === truth) row.classList.add("true");
      return row;
    });
    const hit = top[0]?.[0] === truth;
    const mark = element("span", { class: "mark", "aria-hidden": true }, hit ? "✓" : "✗");
    const title = element("div", { class: "subject-title" }, mark, `${this.className(truth)}`);
    title.title = `It is ${this.className(truth)}; the model is ${hit ? "right" : "wrong"}.`;
    return [title, ...rows];
  }

  /** A strip of right and wrong over the epochs. */
  private paintHistory(tile: Tile, place: number): void {
    const hits = this.timeline.all.map((observation) => {
      const seen = observation.body as unknown as Seen;
      return seen.top[place]?.[0]?.[0] === seen.true[place];
    });
    tile.history.hidden = hits.length < 2;
    const right = hits.filter(Boolean).length;
    tile.history.setAttribute("aria-label", `Right after ${right} of ${hits.length} epochs`);
    tile.history.title = `Right after ${right} of ${hits.length} epochs`;
    const stops = hits.map((hit, at) => {
      const color = hit ? "var(--right)" : "var(--wrong)";
      return `${color} ${(100 * at) / hits.length}% ${(100 * (at + 1)) / hits.length}%`;
    });
    tile.history.style.backgroundImage = `linear-gradient(to right, ${stops.join(", ")})`;
  }
}
