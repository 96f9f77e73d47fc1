// What a run tells while it trains.

import { apiUrl, getJson, postJson } from "../shared/http";

/** A value that is not finite arrives as null and leaves a gap. */
export type Point = [step: number, value: number | null];
export type Points = Record<string, Point[]>;

export interface RunProgress {
  done: number;
  total: number;
  unit: string;
  message: string;
  seconds_left: number | null;
}

/** How a run stands. */
export interface Standing {
  status: string;
  terminal: boolean;
  progress: RunProgress | null;
  waits_for?: string;
}

export interface Verdict {
  kind: string;
  sentence: string;
  evidence: string;
}

export interface News extends Standing {
  cursor: number;
  points: Points;
  smoothed?: Points;
  /** Metrics that have more points than were sent. */
  thinned?: string[];
  steps_per_epoch: number | null;
  verdict?: Verdict | null;
}

export interface Spread {
  steps: number[];
  mean: number[];
  deviation: number[];
  runs: number[];
}

export interface GroupNews {
  cursor: number;
  /** null: nothing is new. */
  metrics: Record<string, { runs: Points; spread: Spread }> | null;
  runs: ({ name: string } & Standing)[];
  terminal: boolean;
  steps_per_epoch: number | null;
}

export interface Observation {
  kind: string;
  step: number;
  body: Record<string, unknown>;
}

export interface Subjects {
  task: string;
  samples_digest: string;
  class_names: string[];
  texts: string[] | null;
}

/** Asks for the points since a cursor; 0 asks for the whole history, thinned out. */
export function fetchNews(
  run: string,
  since: number,
  smooth: number,
  signal: AbortSignal,
): Promise<News> {
  return getJson(apiUrl("metrics", { run, since, smooth: smooth || null }), signal);
}

/** Asks for a range of steps in all detail that a chart can show. */
export function fetchRange(
  run: string,
  [from, to]: [number, number],
  metrics: string[],
  smooth: number,
  signal: AbortSignal,
): Promise<News> {
  const names = metrics.join(",");
  return getJson(apiUrl("metrics", { run, from, to, names, smooth: smooth || null }), signal);
}

/** Asks for the curves of a group of runs, where they changed since a cursor. */
export function fetchGroup(
  group: string,
  since: number,
  smooth: number,
  signal: AbortSignal,
): Promise<GroupNews> {
  const path = `groups/${encodeURIComponent(group)}/metrics`;
  return getJson(apiUrl(path, { since, smooth: smooth || null }), signal);
}

/** Asks for what was seen since a cursor, of some kinds. */
export function fetchObservations(
  run: string,
  since: number,
  kinds: string[],
  signal: AbortSignal,
): Promise<{ cursor: number; observations: Observation[] }> {
  return getJson(runUrl(run, "observations", { since, kinds: kinds.join(",") }), signal);
}

/** Asks for what samples of a run look like. */
export function fetchSubjects(run: string, ids: number[], signal: AbortSignal): Promise<Subjects> {
  return getJson(runUrl(run, "samples", { ids: ids.join(",") }), signal);
}

/** Lets a training keep histograms from now on, or not any more. */
export function setHistograms(run: string, on: boolean): Promise<{ on: boolean }> {
  return postJson(runUrl(run, "histograms"), { on });
}

/** Asks for the lines of the log since a cursor. */
export function fetchLog(
  run: string,
  since: number,
  signal: AbortSignal,
): Promise<{ cursor: number; lines: string[] }> {
  return getJson(runUrl(run, "log", { since }), signal);
}

function runUrl(run: string, what: string, query: Record<string, string | number> = {}): string {
  return apiUrl(`runs/${encodeURIComponent(run)}/${what}`, query);
}
