// What a run tells while it trains.

import { apiUrl, getJson } from "../shared/http";

/** A value that is not finite arrives as null and leaves a gap. */
export type Point = [step: number, value: number | null];

export interface RunProgress {
  done: number;
  total: number;
  unit: string;
  message: string;
  seconds_left: number | null;
}

export interface News {
  cursor: number;
  points: Record<string, Point[]>;
  status: string;
  terminal: boolean;
  progress: RunProgress | null;
  steps_per_epoch: number | null;
}

/** Asks for the points since a cursor; 0 asks for the whole history, thinned out. */
export function fetchNews(run: string, since: number, signal: AbortSignal): Promise<News> {
  return getJson(apiUrl("metrics", { run, since }), signal);
}

/** Asks for the lines of the log since a cursor. */
export function fetchLog(
  run: string,
  since: number,
  signal: AbortSignal,
): Promise<{ cursor: number; lines: string[] }> {
  return getJson(apiUrl(`runs/${encodeURIComponent(run)}/log`, { since }), signal);
}
