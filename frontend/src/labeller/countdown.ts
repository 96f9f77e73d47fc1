// A clock that runs down, can be held, and says when the time is over.

import { element, setText } from "../shared/dom";

const TICK_MS = 100;
const LAST_SECONDS = 5;
const CIRCUMFERENCE = 100;

export class Countdown {
  readonly root = element("div", { class: "clock", role: "timer", "aria-live": "off" });
  private readonly number = element("span", { class: "clock-number numbers" });
  private readonly ring: SVGCircleElement;
  private left: number;
  private endsAt = 0;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(
    private seconds: number,
    private readonly over: () => void,
  ) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("viewBox", "0 0 36 36");
    svg.setAttribute("aria-hidden", "true");
    const [track, ring] = ["clock-track", "clock-ring"].map((name) => {
      const made = document.createElementNS("http://www.w3.org/2000/svg", "circle");
      const at = { cx: "18", cy: "18", r: "15.9155", pathLength: String(CIRCUMFERENCE), class: name };
      for (const [attribute, value] of Object.entries(at)) made.setAttribute(attribute, value);
      svg.append(made);
      return made;
    }) as [SVGCircleElement, SVGCircleElement];
    track.setAttribute("fill", "none");
    this.ring = ring;
    this.root.append(svg, this.number);
    this.left = seconds * 1000;
    this.paint();
  }

  get running(): boolean {
    return this.timer !== undefined;
  }

  /** Whether it has run since it was set. */
  get begun(): boolean {
    return this.running || this.left < this.seconds * 1000;
  }

  start(): void {
    if (this.running) return;
    this.endsAt = performance.now() + this.left;
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.paint();
  }

  hold(): void {
    if (!this.running) return;
    this.left = Math.max(0, this.endsAt - performance.now());
    this.stop();
    this.paint();
  }

  /** Stands still at the beginning again. */
  reset(seconds = this.seconds): void {
    this.stop();
    this.seconds = seconds;
    this.left = seconds * 1000;
    this.paint();
  }

  dispose(): void {
    this.stop();
  }

  private stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }

  private tick(): void {
    this.left = Math.max(0, this.endsAt - performance.now());
    if (this.left > 0) {
      this.paint();
      return;
    }
    this.stop();
    this.paint();
    this.over();
  }

  private paint(): void {
    const whole = Math.ceil(this.left / 1000);
    setText(this.number, String(whole));
    const share = this.left / (this.seconds * 1000);
    this.ring.style.strokeDasharray = `${share * CIRCUMFERENCE} ${CIRCUMFERENCE}`;
    this.root.dataset["state"] =
      this.running && whole <= LAST_SECONDS ? "last" : this.begun ? "running" : "waiting";
    this.root.setAttribute("aria-label", `${whole} seconds left`);
  }
}
