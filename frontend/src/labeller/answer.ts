// One person's answer about one sample: how it stands, how it changes, how it is said in words.

import { isEmpty, NOTHING, sameValue, type LabelValue } from "./api";

/** How a sample stands with the person, as it is shown. */
export interface Answer {
  standing: "open" | "done" | "skipped";
  value: LabelValue;
  unsure: boolean;
  comment: string;
  /** What is shown was not given yet: it is a draft. */
  pending: boolean;
}

export const UNTOUCHED: Answer = {
  standing: "open",
  value: NOTHING,
  unsure: false,
  comment: "",
  pending: false,
};

export function sameAnswer(one: Answer, other: Answer): boolean {
  return (
    one.standing === other.standing &&
    one.unsure === other.unsure &&
    one.comment === other.comment &&
    sameValue(one.value, other.value)
  );
}

/** The answer given; what was noted beside it stays. */
export function given({ unsure, comment }: Answer, value: LabelValue): Answer {
  return { standing: "done", value, unsure, comment, pending: false };
}

/** The sample skipped; what was noted beside it stays. */
export function skipped({ unsure, comment }: Answer): Answer {
  return { standing: "skipped", value: NOTHING, unsure, comment, pending: false };
}

/** Marked sure or not: given at once where the answer was, else kept as a draft. */
export function flagged(before: Answer, unsure: boolean): Answer {
  const settled = before.standing !== "open" && !before.pending;
  const nothing = !unsure && before.comment === "" && isEmpty(before.value);
  return { ...before, unsure, pending: !settled && !nothing };
}

/** "apple", "apple, cat", "2 boxes", "skipped": an answer in a few words; "" for none. */
export function inWords(answer: Answer): string {
  if (answer.standing === "skipped") return "skipped";
  const { classes, spans, boxes } = answer.value;
  const parts = [...classes];
  if (spans.length > 0) parts.push(spans.length === 1 ? "1 mark" : `${spans.length} marks`);
  if (boxes.length > 0) parts.push(boxes.length === 1 ? "1 box" : `${boxes.length} boxes`);
  if (parts.length === 0 && answer.standing === "done") return "nothing in it";
  return parts.join(", ");
}

/** What is suggested, in the words of an answer. */
export function suggestedWords(value: LabelValue): string {
  return inWords(given(UNTOUCHED, value));
}
