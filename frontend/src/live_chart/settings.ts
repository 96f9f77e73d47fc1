// How this person likes curves drawn: kept in the browser, for every chart.

import { button, element, setText } from "../shared/dom";

export interface Settings {
  /** 0-0.99: the share of what was before in each smoothed point. */
  smoothing: number;
  log: boolean;
  axis: "steps" | "epochs";
}

const KEY = "studio.chart";
const MOST_SMOOTHING = 0.99;
const PAUSE_MS = 150;

export function stored(): Settings {
  const settings: Settings = { smoothing: 0, log: false, axis: "steps" };
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Partial<Settings>;
    const smoothing = Number(found.smoothing);
    if (smoothing >= 0 && smoothing <= MOST_SMOOTHING) settings.smoothing = smoothing;
    settings.log = found.log === true;
    if (found.axis === "epochs") settings.axis = "epochs";
  } catch {
    // Storage is forbidden or holds something else: the defaults are good enough.
  }
  return settings;
}

function store(settings: Settings): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(settings));
  } catch {
    // Storage is forbidden: the choice lasts as long as the page.
  }
}

/** The bar of switches above the charts. */
export class SettingsBar {
  readonly root = element("div", { class: "settings", hidden: true });
  private readonly slider: HTMLInputElement;
  private readonly shown = element("output", { class: "numbers small muted" });
  private readonly axes: Record<Settings["axis"], HTMLButtonElement>;
  private readonly axisGroup: HTMLElement;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly settings: Settings,
    /** Smoothing is computed by the studio, the rest by the chart. */
    private readonly onChange: (what: "smoothing" | "look") => void,
  ) {
    this.slider = element("input", {
      type: "range",
      min: 0,
      max: MOST_SMOOTHING,
      step: 0.01,
      value: settings.smoothing,
    });
    this.slider.addEventListener("input", () => this.smooth());
    const log = element("input", { type: "checkbox", checked: settings.log });
    log.addEventListener("change", () => {
      settings.log = log.checked;
      this.changed();
    });
    this.axes = {
      steps: button("Steps", () => this.pick("steps"), { class: "button choice" }),
      epochs: button("Epochs", () => this.pick("epochs"), { class: "button choice" }),
    };
    this.axisGroup = element(
      "div",
      { class: "choices", role: "group", "aria-label": "Curves run over" },
      this.axes.steps,
      this.axes.epochs,
    );
    this.root.append(
      element("label", { class: "setting" }, "Smoothing", this.slider, this.shown),
      element("label", { class: "setting" }, log, "Log scale"),
      this.axisGroup,
    );
    this.say();
  }

  /** Without a known number of steps an epoch there are no epochs to choose. */
  allowEpochs(known: boolean): void {
    this.axisGroup.hidden = !known;
  }

  dispose(): void {
    clearTimeout(this.timer);
  }

  private pick(axis: Settings["axis"]): void {
    if (this.settings.axis === axis) return;
    this.settings.axis = axis;
    this.changed();
  }

  private smooth(): void {
    this.settings.smoothing = Number(this.slider.value);
    this.say();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      store(this.settings);
      this.onChange("smoothing");
    }, PAUSE_MS);
  }

  private changed(): void {
    store(this.settings);
    this.say();
    this.onChange("look");
  }

  private say(): void {
    const { smoothing, axis } = this.settings;
    setText(this.shown, smoothing === 0 ? "none" : smoothing.toFixed(2));
    this.slider.setAttribute("aria-valuetext", smoothing === 0 ? "none" : smoothing.toFixed(2));
    for (const [name, choice] of Object.entries(this.axes)) {
      choice.setAttribute("aria-pressed", String(name === axis));
    }
  }
}
