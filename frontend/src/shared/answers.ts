// What an endpoint says: its likeliest classes as bars, its time, and what is wrong when it does not answer.

import { element, setText } from "./dom";
import { apiUrl, asApiError, isAbort, postJson, type ApiError } from "./http";
import { showNotice } from "./notice";

interface Answer {
  top: { class_name: string; probability: number }[];
  milliseconds: number;
  /** `name:version` that answered. */
  model: string;
}

const DEBOUNCE_MS = 120;
const RETRY_MS = 2_000;
const SHOWN = 5;
const percent = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 });

export class Answers {
  readonly panel = element("section", { class: "side", "aria-label": "What the model says" });
  private readonly emptyState: HTMLElement;
  private readonly bars = element("ol", { class: "bars", "aria-live": "polite" });
  private readonly timing = element("p", { class: "muted small numbers timing" });
  private readonly place = element("div");
  private timer: ReturnType<typeof setTimeout> | undefined;
  private inFlight: AbortController | null = null;
  private answer: Answer | null = null;
  private error: ApiError | null = null;

  /** `question` makes the body of a request, null where there is nothing to ask. */
  constructor(
    title: string,
    hint: string,
    private readonly endpoint: () => string | null,
    private readonly question: () => object | null,
  ) {
    this.emptyState = element(
      "div",
      { class: "empty" },
      element("strong", {}, title),
      element("span", {}, hint),
    );
    this.panel.append(this.place, this.emptyState, this.bars, this.timing);
    this.refresh();
  }

  /** Asks soon; what is asked already is out of date. */
  changed(nothing: boolean): void {
    clearTimeout(this.timer);
    this.inFlight?.abort();
    if (nothing) {
      this.answer = null;
      this.error = null;
      this.refresh();
    } else {
      this.timer = setTimeout(() => void this.ask(), DEBOUNCE_MS);
    }
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.inFlight?.abort();
  }

  private async ask(): Promise<void> {
    const [endpoint, body] = [this.endpoint(), this.question()];
    if (!endpoint || !body) return;
    const asked = new AbortController();
    this.inFlight = asked;
    this.panel.setAttribute("aria-busy", "true");
    try {
      const url = apiUrl(`endpoints/${encodeURIComponent(endpoint)}/predict`);
      this.answer = await postJson<Answer>(url, body, { signal: asked.signal });
      this.error = null;
      this.refresh();
    } catch (failure) {
      if (isAbort(failure)) return;
      this.error = asApiError(failure);
      this.refresh();
      if (this.error.passing) this.timer = setTimeout(() => void this.ask(), RETRY_MS);
    } finally {
      if (this.inFlight === asked) this.panel.removeAttribute("aria-busy");
    }
  }

  private refresh(): void {
    const { error } = this;
    showNotice(this.place, error, {
      label: "Try again",
      run: () => this.changed(this.question() === null),
    });
    this.emptyState.hidden = this.answer !== null || error !== null;
    this.bars.hidden = this.answer === null;
    this.panel.classList.toggle("stale", error !== null);
    setText(this.timing, this.answer ? `${this.answer.model} answered in ${this.answer.milliseconds.toFixed(1)} ms` : "");
    if (this.answer) this.paintBars(this.answer.top.slice(0, SHOWN));
  }

  /** Updates the rows in place, so that the bars glide instead of jumping. */
  private paintBars(top: Answer["top"]): void {
    while (this.bars.children.length < top.length) {
      this.bars.append(
        element(
          "li",
          {},
          element("span", { class: "bar-name" }),
          element("span", { class: "bar-share numbers" }),
          element("div", { class: "bar", "aria-hidden": true }, element("div")),
        ),
      );
    }
    while (this.bars.children.length > top.length) this.bars.lastElementChild?.remove();
    top.forEach(({ class_name, probability }, place) => {
      const row = this.bars.children[place];
      const [name, share, bar] = row ? [...row.children] : [];
      const fill = bar?.firstElementChild;
      if (name) setText(name, class_name);
      if (share) setText(share, percent.format(probability));
      if (fill instanceof HTMLElement) fill.style.transform = `scaleX(${probability})`;
    });
  }
}
