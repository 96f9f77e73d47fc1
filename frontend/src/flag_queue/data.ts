// What the studio says about labels that look wrong, and what people say to it.

import { apiUrl, getJson, postJson } from "../shared/http";

export type VerdictKind = "wrong" | "right" | "skipped" | "open";
export type FlagView = "open" | "skipped" | "wrong" | "right" | "all";

export interface Flag {
  place: number;
  sample: number;
  given: string;
  suggested: string;
  given_probability: number;
  suggested_probability: number;
  likely: boolean;
  verdict: VerdictKind;
  class_name: string | null;
  annotator: string;
  text: string | null;
}

export interface Counts {
  wrong: number;
  right: number;
  skipped: number;
  open: number;
  waiting: number;
  precision: number | null;
  low: number | null;
  high: number | null;
}

export interface FlagPage {
  flags: Flag[];
  more: boolean;
  counts: Counts;
}

export interface VerdictOp {
  op_id: string;
  sample: number;
  verdict: VerdictKind;
  class_name: string | null;
}

export interface QueueData {
  run: string;
  annotator: string;
  view: FlagView;
  /** Digest of the samples, from which pictures are cut; null for texts. */
  samples_digest: string | null;
  class_names: string[];
  /** Flags that are taken for errors. */
  likely: number;
}

interface Judged {
  acknowledged: string[];
  counts: Counts;
}

export const PAGE = 60;

/** Fetches the flags that follow the one at a place. */
export function fetchFlags(
  run: string,
  view: FlagView,
  after: number,
  signal: AbortSignal,
): Promise<FlagPage> {
  const path = `label-errors/${encodeURIComponent(run)}/flags`;
  return getJson(apiUrl(path, { view, after, limit: PAGE }), signal);
}

/** Sends verdicts; the studio applies each op_id once. */
export function sendVerdicts(
  run: string,
  annotator: string,
  ops: VerdictOp[],
  keepalive: boolean,
): Promise<Judged> {
  const url = apiUrl(`label-errors/${encodeURIComponent(run)}/verdicts`);
  return postJson(url, { annotator, ops }, { keepalive });
}
