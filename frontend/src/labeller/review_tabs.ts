// The lists that a reviewer goes through, as tabs with their counts, and what an empty one says.

import { button, count, element, setText } from "../shared/dom";
import type { ReviewCounts, ReviewQueue } from "./api";

const TITLES: Record<ReviewQueue, string> = {
  disputed: "Disagreements",
  unsure: "Somebody was unsure",
  answered: "All answered",
  settled: "Decided",
  returned: "Sent back",
};
const EMPTY: Record<ReviewQueue, [string, string]> = {
  disputed: ["No disagreements", "Where enough people have answered, they say the same."],
  unsure: ["Nobody is unsure", "Samples that somebody was not sure about come here."],
  answered: ["Nothing to look at yet", "Samples come here once enough people have answered them."],
  settled: ["Nothing is decided yet", "What you accept in the other lists is kept here."],
  returned: ["Nothing is sent back", "Answers wait here until their authors have looked again."],
};
const QUEUES = Object.keys(TITLES) as ReviewQueue[];

const HINT =
  "1–9 accept an answer, Enter what most people say. Arrows go through the list, N sends back, Ctrl+Z undoes.";
const TOUCH_HINT = "Accept one of the answers, or give your own. Tap a small picture to go there.";

export function reviewHint(): string {
  return matchMedia("(hover: none)").matches ? TOUCH_HINT : HINT;
}

export class ReviewTabs {
  readonly root = element("div", {
    class: "review-tabs",
    role: "tablist",
    "aria-label": "Lists to review",
  });
  private readonly tabs = new Map<ReviewQueue, { tab: HTMLButtonElement; number: HTMLElement }>();

  constructor(open: (queue: ReviewQueue) => void) {
    for (const queue of QUEUES) {
      const number = element("span", { class: "review-count numbers" });
      const tab = element("button", { type: "button", class: "review-tab", role: "tab" });
      tab.append(TITLES[queue], number);
      tab.addEventListener("click", () => open(queue));
      tab.addEventListener("keydown", (event) => this.key(event, queue));
      this.tabs.set(queue, { tab, number });
      this.root.append(tab);
    }
  }

  update(current: ReviewQueue, counts: ReviewCounts | null): void {
    for (const [queue, { tab, number }] of this.tabs) {
      tab.setAttribute("aria-selected", String(queue === current));
      tab.tabIndex = queue === current ? 0 : -1;
      setText(number, counts ? count(counts[queue]) : "");
    }
  }

  private key(event: KeyboardEvent, queue: ReviewQueue): void {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.code];
    if (by === undefined) return;
    event.stopPropagation();
    event.preventDefault();
    const to = QUEUES[QUEUES.indexOf(queue) + by];
    if (to) this.tabs.get(to)?.tab.focus();
  }
}

/** What stands where there is nothing to review; `through`: the reviewer has been through the list. */
export function nothingToReview(queue: ReviewQueue, through: boolean, again: () => void): Node[] {
  const [what, why] = EMPTY[queue];
  return [
    element("strong", {}, through ? "You have been through this list" : what),
    element("span", {}, through ? "Look again whether anything new has come." : why),
    button("Look again", again),
  ];
}
