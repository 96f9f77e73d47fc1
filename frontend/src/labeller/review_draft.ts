// What a reviewer is about to accept: an answer of their own, or else what most people say.

import type { Box } from "../shared/box";
import { majority } from "./alike";
import { NOTHING, type LabelValue, type ReviewItem, type Span } from "./api";
import { inWords } from "./value_view";

export interface Proposal {
  value: LabelValue;
  label: string;
}

export class ReviewDraft {
  /** Boxes that the reviewer has changed; null while they have not. */
  boxes: Box[] | null = null;
  readonly chosen = new Set<string>();
  /** The answer whose spans are marked in the text; an own answer keeps them. */
  pinned: LabelValue | null = null;

  clear(pinned: LabelValue | null): void {
    this.boxes = null;
    this.chosen.clear();
    this.pinned = pinned;
  }

  toggle(class_name: string): void {
    if (!this.chosen.delete(class_name)) this.chosen.add(class_name);
  }

  own(classes: string[]): LabelValue {
    const spans: Span[] = this.pinned?.spans ?? [];
    return { ...NOTHING, classes, spans };
  }

  proposal(item: ReviewItem, boxes: boolean): Proposal | null {
    if (this.boxes) {
      const value = { ...NOTHING, boxes: this.boxes };
      return { value, label: `Accept your ${inWords(value, true)}` };
    }
    if (this.chosen.size > 0) {
      const value = this.own([...this.chosen].sort());
      return { value, label: `Accept ${inWords(value, false)}` };
    }
    const most = majority(item);
    if (!most) return null;
    const votes = most.of > 1 ? ` (${most.votes} of ${most.of})` : "";
    return { value: most.value, label: `Accept ${inWords(most.value, boxes)}${votes}` };
  }
}
