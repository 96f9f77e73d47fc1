// What crosses the wire between a labelling session and its browser component, and the calls that carry it.

import type { Box } from "../shared/box";
import { apiUrl, getJson, postJson, type RequestOptions } from "../shared/http";

/** Props of the component, as Python gives them. */
export interface LabellerData {
  session: string;
  annotator: string;
  mode: "one" | "grid" | "review";
  page_size: number;
  queue: ReviewQueue;
  height: number;
}

/** A stretch of a text; `start` and `end` count Unicode code points, the end not included. */
export interface Span {
  start: number;
  end: number;
  class_name: string;
}

/** What an answer says; the server fills in what is left out. */
export interface LabelValue {
  classes: string[];
  spans: Span[];
  boxes: Box[];
}

export interface LabelClass {
  name: string;
  /** #rrggbb. */
  colour: string;
  /** `event.code` of its key; "" for none. */
  key: string;
  description: string;
  /** Numbers of samples that show it. */
  examples: number[];
}

export interface SessionConfig {
  name: string;
  dataset: string;
  version: number | null;
  answer: "single" | "multi" | "boxes" | "drawings";
  spans: boolean;
  classes: LabelClass[];
  instructions: string;
  strategy: string;
  overlap: number;
  people: string[];
  reviewers: string[];
  blind: boolean;
  suggestions: boolean;
  seconds: number;
  drawings: number;
}

export interface LabelSession {
  id: number;
  config: SessionConfig;
  dataset_version: number;
  task: "images" | "text";
  shape: [number, number, number];
  samples: string;
  revision: number;
  /** Changes of the classes, oldest first: former -> later names. */
  changes: { revision: number; names: Record<string, string> }[];
  total: number;
  /** Digest of the clusters; "" without. */
  groups: string;
  closed: number | null;
}

export interface Progress {
  total: number;
  done: number;
  disputed: number;
  started: number;
  answers: number;
  wanted: number;
  unsure: number;
  mine: number;
  drawings: number;
}

/** A session as one person sees it. */
export interface SessionView {
  session: LabelSession;
  dataset: string;
  dataset_version: number;
  samples_digest: string;
  task: "images" | "text";
  shape: [number, number, number];
  classes: LabelClass[];
  /** What this person has remapped: "class:NAME" or an action's name -> event.code. */
  keys: Record<string, string>;
  progress: Progress;
  reviewer: boolean;
  member: boolean;
}

export interface Suggestion {
  value: LabelValue;
  score: number;
  source: string;
}

export type Standing = "fresh" | "held" | "done" | "skipped" | "returned" | "late";

/** One sample as it is given out to one person. */
export interface LabelItem {
  item: number;
  text: string | null;
  name: string | null;
  standing: Standing;
  value: LabelValue | null;
  unsure: boolean;
  comment: string;
  draft: boolean;
  draft_seq: number;
  returned: string | null;
  suggestion: Suggestion | null;
  group: number | null;
}

export interface Given {
  items: LabelItem[];
  left: number;
  waiting: boolean;
  revision: number;
  progress: Progress;
}

export type Act = "answer" | "skip" | "take_back";

/** What is said about one sample; `op_id` makes sending it twice harmless. */
export interface AnswerOp {
  op_id: string;
  item: number;
  act: Act;
  value: LabelValue | null;
  revision: number;
  unsure: boolean;
  comment: string;
  seconds: number | null;
  accepted: boolean;
}

export interface Answered {
  acknowledged: string[];
  progress: Progress;
  revision: number;
}

/** An answer that is not given yet; value null throws it away. `seq` grows with each. */
export interface Draft {
  item: number;
  seq: number;
  value: LabelValue | null;
  unsure: boolean;
  comment: string;
}

export type ReviewQueue = "disputed" | "unsure" | "answered" | "settled" | "returned";
export type Decision = "accept" | "return" | "reopen";

/** A stored answer, in today's class names. */
export interface SessionAnswer extends AnswerOp {
  id: number;
  annotator: string;
  counted: boolean;
  source: string;
  time: number;
}

export interface ReviewItem {
  item: number;
  state: "open" | "agreed" | "disputed" | "settled";
  value: LabelValue | null;
  decided_by: string;
  gold: LabelValue | null;
  answers: SessionAnswer[];
  text: string | null;
  name: string | null;
  suggestion: Suggestion | null;
  comment: string;
}

export type ReviewCounts = Record<ReviewQueue, number>;

export interface ReviewPage {
  items: ReviewItem[];
  next: number | null;
  total: number;
  counts: ReviewCounts;
}

export interface ReviewOp {
  op_id: string;
  item: number;
  decision: Decision;
  value: LabelValue | null;
  annotator: string;
  revision: number;
  comment: string;
}

export interface Reviewed {
  acknowledged: string[];
  counts: ReviewCounts;
  revision: number;
}

/** What a drawing session asks for next: the classes with the fewest drawings first. */
export interface Asks {
  asks: string[];
  counts: Record<string, number>;
  progress: Progress;
}

export const NOTHING: LabelValue = { classes: [], spans: [], boxes: [] };

/** The value in the server's order, so that equal values are equal texts. */
export function ordered(value: LabelValue): LabelValue {
  const spans = new Map(value.spans.map((s) => [`${s.start} ${s.end} ${s.class_name}`, s]));
  return {
    classes: [...new Set(value.classes)].sort(),
    spans: [...spans.values()].sort(
      (a, b) => a.start - b.start || a.end - b.end || (a.class_name < b.class_name ? -1 : 1),
    ),
    boxes: value.boxes,
  };
}

/** Whether two values say the same, letter by letter. */
export function sameValue(one: LabelValue | null, other: LabelValue | null): boolean {
  if (!one || !other) return one === other;
  return JSON.stringify(ordered(one)) === JSON.stringify(ordered(other));
}

/** Whether a value says nothing at all. */
export function isEmpty(value: LabelValue | null): boolean {
  return !value || value.classes.length + value.spans.length + value.boxes.length === 0;
}

function address(session: string, what: string, query = {}): string {
  return apiUrl(`sessions/${encodeURIComponent(session)}${what}`, query);
}

export function fetchSession(
  session: string,
  annotator: string,
  signal?: AbortSignal,
): Promise<SessionView> {
  return getJson(address(session, "", { annotator }), signal);
}

export function fetchNext(
  session: string,
  asked: { annotator: string; count: number; together: boolean; have: number[] },
  signal?: AbortSignal,
): Promise<Given> {
  return postJson(address(session, "/next"), asked, signal ? { signal } : {});
}

export function sendAnswers(
  session: string,
  annotator: string,
  ops: AnswerOp[],
  options: RequestOptions = {},
): Promise<Answered> {
  return postJson(address(session, "/answers"), { annotator, ops }, options);
}

export function sendDrafts(
  session: string,
  annotator: string,
  drafts: Draft[],
  options: RequestOptions = {},
): Promise<{ stored: Record<string, number> }> {
  return postJson(address(session, "/drafts"), { annotator, drafts }, options);
}

/** The person's own answers, the latest first, without the `skip` latest ones. */
export function fetchMine(
  session: string,
  annotator: string,
  skip: number,
  limit: number,
  signal?: AbortSignal,
): Promise<{ items: LabelItem[] }> {
  return getJson(address(session, "/mine", { annotator, skip, limit }), signal);
}

export function fetchItems(
  session: string,
  annotator: string,
  items: number[],
  signal?: AbortSignal,
): Promise<{ items: LabelItem[] }> {
  return getJson(address(session, "/items", { annotator, ids: items.join(",") }), signal);
}

/** Gives held samples back, so that others get them; null: all of them. */
export function releaseItems(
  session: string,
  annotator: string,
  items: number[] | null,
): Promise<unknown> {
  return postJson(address(session, "/release"), { annotator, items }, { keepalive: true });
}

export function saveKeys(
  session: string,
  annotator: string,
  keys: Record<string, string>,
): Promise<{ keys: Record<string, string> }> {
  return postJson(address(session, "/keys"), { annotator, keys });
}

export function fetchReviews(
  session: string,
  query: { queue: ReviewQueue; after: number; limit: number; reviewer: string },
  signal?: AbortSignal,
): Promise<ReviewPage> {
  return getJson(address(session, "/review", query), signal);
}

export function sendReviews(
  session: string,
  reviewer: string,
  ops: ReviewOp[],
  options: RequestOptions = {},
): Promise<Reviewed> {
  return postJson(address(session, "/reviews"), { reviewer, ops }, options);
}

export function fetchAsks(
  session: string,
  annotator: string,
  count: number,
  signal?: AbortSignal,
): Promise<Asks> {
  return getJson(address(session, "/asks", { annotator, count }), signal);
}

/** The address of samples side by side; one sample alone comes in full size. */
export function pictureUrl(samples: string, ids: number[]): string {
  return apiUrl("sprite", { samples, ids: ids.join(",") });
}
