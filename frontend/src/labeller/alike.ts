// Which answers say the same, and which one most people gave; as the studio judges it.

import type { Box } from "../shared/box";
import type { LabelValue, ReviewItem, SessionAnswer } from "./api";

/** Boxes of one class are the same box from this intersection over union on. */
const SAME_BOX = 0.5;

function overlap(one: Box, other: Box): number {
  const right = Math.min(one.left + one.width, other.left + other.width);
  const bottom = Math.min(one.top + one.height, other.top + other.height);
  const width = right - Math.max(one.left, other.left);
  const height = bottom - Math.max(one.top, other.top);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (one.width * one.height + other.width * other.height - both);
}

/** Whether two answers say the same: equal classes and spans, boxes matched one to one. */
export function alike(one: LabelValue, other: LabelValue): boolean {
  const said = ({ classes, spans }: LabelValue): string =>
    JSON.stringify([classes, spans.map((span) => [span.start, span.end, span.class_name])]);
  if (said(one) !== said(other) || one.boxes.length !== other.boxes.length) return false;
  const left = [...other.boxes];
  for (const box of one.boxes) {
    const best = left
      .filter((candidate) => candidate.class_name === box.class_name)
      .map((candidate) => ({ candidate, share: overlap(box, candidate) }))
      .sort((a, b) => b.share - a.share)[0];
    if (!best || best.share < SAME_BOX) return false;
    left.splice(left.indexOf(best.candidate), 1);
  }
  return true;
}

/** Answers that say something. */
export function said(item: ReviewItem): (SessionAnswer & { value: LabelValue })[] {
  return item.answers.filter(
    (answer): answer is SessionAnswer & { value: LabelValue } =>
      answer.act === "answer" && answer.value !== null,
  );
}

export interface Majority {
  value: LabelValue;
  votes: number;
  of: number;
}

/** What more people said than anything else; null where nothing stands out. */
export function majority(item: ReviewItem): Majority | null {
  const answers = said(item);
  const votes = answers.map(({ value }) => answers.filter((one) => alike(one.value, value)).length);
  const most = Math.max(0, ...votes);
  const first = answers[votes.indexOf(most)];
  if (!first) return null;
  const others = answers.filter((one, place) => votes[place] === most && !alike(one.value, first.value));
  return others.length > 0 ? null : { value: first.value, votes: most, of: answers.length };
}
