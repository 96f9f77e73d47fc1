// What the grid knows of samples and how it asks for them.

import type { Box } from "../shared/box";
import { apiUrl, getJson } from "../shared/http";

export interface GridData {
  mode: "browse" | "label" | "select";
  /** Names the version in what is reported as selected. */
  of?: string;
  task: "images" | "text";
  dataset: string;
  version: number | null;
  samples_digest: string;
  class_names: string[];
  class_name: string | null;
  split: string | null;
  status: string;
  annotator: string;
  annotator_filter: string | null;
  search: string;
  ids: number[] | null;
  captions: string[][] | null;
  height: number;
  notify: boolean;
}

export type State = "kept" | "quarantined" | "removed";

export interface Sample {
  id: number;
  class_name: string | null;
  split: string;
  annotated: boolean;
  state: State;
  /** The beginning of a text; null for a picture, and where it is not known yet. */
  text: string | null;
  /** What the sample was called where it came from. */
  name: string | null;
}

export interface SamplePage {
  samples: Sample[];
  next: number | null;
  total: number;
}

/** Something that happened to a sample; `time` in seconds, `version` where it was one. */
export interface SampleEvent {
  time: number;
  who: string;
  what: string;
  version: string | null;
}

/** Everything the studio knows of one sample; the history has the newest first. */
export interface SampleFacts {
  sample: Sample;
  text: string | null;
  facts: Record<string, string>;
  boxes: Box[];
  history: SampleEvent[];
}

/** Fetches the samples that follow `after`. */
export function fetchSamples(
  data: GridData,
  after: number,
  limit: number,
  signal?: AbortSignal,
): Promise<SamplePage> {
  const { dataset, version, class_name, split, status, search } = data;
  const annotator = data.annotator_filter;
  const filters = { class_name, split, status, annotator, search };
  return getJson(apiUrl("samples", { dataset, version, ...filters, after, limit }), signal);
}

/** Fetches everything about one sample. */
export function fetchFacts(data: GridData, id: number, signal: AbortSignal): Promise<SampleFacts> {
  const { dataset, version } = data;
  return getJson(apiUrl("sample", { dataset, version, id }), signal);
}

/** Counts the samples of the whole dataset that have a status. */
export async function countSamples(data: GridData, status: string): Promise<number> {
  const unfiltered = { class_name: null, split: null, annotator_filter: null, search: "" };
  const everything = { ...data, ...unfiltered, status };
  return (await fetchSamples(everything, -1, 1)).total;
}
