// What is said around the sample on the stage: that it was sent back, what is suggested, what was answered.

import { element, setText } from "../shared/dom";
import { inWords, suggestedWords, type Answer } from "./answer";
import { isEmpty, type LabelItem, type Suggestion } from "./api";
import type { Desk } from "./desk";

export class Remarks {
  /** What stands above the stage. */
  readonly above = element("p", { class: "returned", hidden: true });
  /** What stands below it. */
  readonly below: HTMLElement;
  private readonly standing = element("p", { class: "standing", hidden: true });
  private readonly chip = element("button", { type: "button", class: "chip", hidden: true });
  private readonly chipText = element("span");
  private readonly chipKey = element("kbd", { class: "key", "aria-hidden": true });

  constructor(
    private readonly desk: Desk,
    accept: () => void,
  ) {
    this.chip.append(this.chipText, this.chipKey);
    this.chip.addEventListener("click", accept);
    this.below = element("div", { class: "one-foot" }, this.chip, this.standing);
  }

  /** Says it of a sample; `suggestion` is what Enter would accept. */
  show(item: LabelItem | undefined, answer: Answer, suggestion: Suggestion | null): void {
    this.showReturned(item);
    this.showSuggestion(suggestion);
    this.showAnswer(answer);
  }

  hide(): void {
    this.chip.hidden = this.standing.hidden = this.above.hidden = true;
  }

  private showReturned(item: LabelItem | undefined): void {
    this.above.hidden = item?.standing !== "returned";
    if (this.above.hidden) return;
    const why = item?.returned ? `: ${item.returned}` : ".";
    setText(this.above, `A reviewer sent this back${why}`);
  }

  private showSuggestion(suggestion: Suggestion | null): void {
    this.chip.hidden = suggestion === null;
    if (!suggestion) return;
    const { value, score, source } = suggestion;
    setText(this.chipText, `${suggestedWords(value)} ${Math.round(score * 100)} %`);
    setText(this.chipKey, this.desk.keys.printed("accept"));
    this.chip.title = `Suggested by ${source}. Accept it with one key.`;
    const name = value.classes[0] ?? value.boxes[0]?.class_name;
    this.chip.style.setProperty("--colour", name ? this.desk.colour(name) : "var(--accent)");
  }

  private showAnswer(answer: Answer): void {
    const parts: string[] = [];
    if (answer.standing !== "open") {
      parts.push(answer.pending ? "Changed, not submitted" : `Your answer: ${inWords(answer)}`);
    } else if (answer.pending && !isEmpty(answer.value)) parts.push("Not submitted yet");
    if (answer.unsure) parts.push("not sure");
    if (answer.comment !== "") parts.push(`“${answer.comment}”`);
    this.standing.hidden = parts.length === 0;
    this.standing.dataset["standing"] = answer.pending ? "pending" : answer.standing;
    setText(this.standing, parts.join(" · "));
  }
}
