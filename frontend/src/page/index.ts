// The page of a model that goes with it: draw, choose a picture, use the camera or type, and it answers; offline.

import { button, element, setText } from "../shared/dom";
import { applyTheme } from "../shared/theme";
import { AnswerView } from "./answer";
import { readFile } from "./assets";
import { Draw } from "./draw";
import { Engine } from "./engine";
import type { Facts, Sample } from "./facts";
import { Picture } from "./picture";
import { answerReplays } from "./replay";
import { Webcam } from "./webcam";
import type { Way } from "./way";
import { Write } from "./write";

declare global {
  interface Window {
    /** For other scripts: resolves to what the model says about a sample. */
    studioModel: (sample: Sample) => Promise<Float32Array>;
  }
}

class ModelPage {
  private readonly answers: AnswerView;
  private readonly tabs = element("div", { class: "tabs", role: "group", "aria-label": "Ways to ask" });
  private readonly place = element("div");
  private readonly ways: Way[];
  private way: Way | undefined;
  private engine: Engine | null = null;
  private busy = false;
  private again = false;

  constructor(
    host: HTMLElement,
    private readonly facts: Facts,
    loading: Promise<Engine>,
  ) {
    const state = element("p", { class: "muted", role: "status" }, "Loading the model …");
    this.answers = new AnswerView(facts.class_names);
    this.ways = this.offered();
    for (const way of this.ways) {
      this.tabs.append(button(way.name, () => this.choose(way), { "aria-pressed": "false" }));
    }
    this.tabs.hidden = this.ways.length < 2;
    const pad = element("div", { class: "pad" }, this.place, this.answers.root);
    host.append(header(facts), this.tabs, state, pad, footer(facts));
    if (this.ways[0]) this.choose(this.ways[0]);
    loading.then(
      (engine) => {
        this.engine = engine;
        state.hidden = true;
        document.documentElement.dataset["ready"] = "true";
        this.changed();
      },
      (failure: unknown) => {
        state.className = "notice";
        setText(state, unloaded(failure));
      },
    );
  }

  private offered(): Way[] {
    const changed = (): void => this.changed();
    if (this.facts.input === "text") return [new Write(changed)];
    if (this.facts.input === "strokes") return [new Draw(this.facts, changed)];
    const pictures = [new Picture(this.facts, changed), new Webcam(this.facts, changed)];
    const draw = new Draw(this.facts, changed);
    return this.facts.shape[2] === 1 ? [draw, ...pictures] : [...pictures, draw];
  }

  private choose(way: Way): void {
    this.way?.show(false);
    this.way = way;
    this.place.replaceChildren(way.panel);
    this.ways.forEach((each, place) => this.tabs.children[place]?.setAttribute("aria-pressed", String(each === way)));
    this.answers.spoken(!(way instanceof Webcam));
    way.show(true);
    this.changed();
  }

  private changed(): void {
    this.again = true;
    if (!this.busy) void this.ask();
  }

  /** Asks about the newest sample; what comes while the model is at work waits for it. */
  private async ask(): Promise<void> {
    this.busy = true;
    try {
      while (this.again) {
        this.again = false;
        const sample = this.way?.sample() ?? null;
        if (sample === null || !this.engine) {
          this.answers.clear(this.way?.hint ?? "");
          continue;
        }
        const started = performance.now();
        const probabilities = await this.engine.predict(sample);
        if (!this.again) this.answers.show(probabilities, performance.now() - started);
      }
    } finally {
      this.busy = false;
    }
  }
}

const percent = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 });

function header({ title, class_names: names }: Facts): HTMLElement {
  const classes = element("p", { class: "muted classes" }, `Tells apart: ${names.join(", ")}`);
  return element("header", {}, element("h1", {}, title), classes);
}

function footer({ dataset, accuracy }: Facts): HTMLElement {
  const trained = dataset ? `Trained on ${dataset}. ` : "";
  const right = accuracy === null ? "" : `It was right about ${percent.format(accuracy)} of the samples it was tested with. `;
  return element(
    "footer",
    { class: "muted small" },
    element("p", {}, `${trained}${right}It knows the classes above and nothing else: what it has never seen it takes for one of them.`),
    element("p", {}, "It runs in this page, without a network: nothing that you draw, type or show leaves it. Made with Studio."),
  );
}

function unloaded(failure: unknown): string {
  if (location.protocol === "file:" && !document.getElementById("file-model")) {
    return "Opened from disk, this page may not read the files beside it. Put its folder on a web server, or use the page as one file.";
  }
  if (typeof DecompressionStream === "undefined" || typeof WebAssembly === "undefined") {
    return "This browser is too old to run the model. Update it, or open the page in another one.";
  }
  return `The model could not be loaded. ${failure instanceof Error ? failure.message : String(failure)}`;
}

async function start(): Promise<void> {
  const host = element("main", { class: "studio" });
  document.body.append(host);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => applyTheme(host));
  applyTheme(host);
  let facts: Facts;
  try {
    facts = JSON.parse(new TextDecoder().decode(await readFile("facts"))) as Facts;
  } catch (failure) {
    host.append(element("p", { class: "notice", role: "alert" }, unloaded(failure)));
    return;
  }
  const loading = Engine.load(facts);
  window.studioModel = async (sample) => (await loading).predict(sample);
  answerReplays(loading);
  new ModelPage(host, facts, loading);
}

void start();
