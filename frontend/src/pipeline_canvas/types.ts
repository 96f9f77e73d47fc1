// What the canvas is given, and what a draft looks like as JSON. Mirrors studio.core.draft.

export type Point = [x: number, y: number];

export interface DraftNode {
  id: string;
  component: string;
  params: Record<string, unknown>;
}

export interface Wire {
  source: string;
  source_port: string;
  target: string;
  target_port: string;
}

export interface Note {
  id: string;
  text: string;
  position: Point;
  size: Point;
}

export interface NodeGroup {
  id: string;
  title: string;
  nodes: string[];
  folded: boolean;
}

export interface Parameter {
  name: string;
  targets: [node: string, param: string][];
  default: unknown;
  description: string;
}

export interface Draft {
  pipeline: { nodes: DraftNode[]; links: Wire[] };
  kind: string;
  positions: Record<string, Point>;
  titles: Record<string, string>;
  notes: Note[];
  groups: NodeGroup[];
  parameters: Parameter[];
  origin: Record<string, unknown> | null;
}

/** Node id -> the rules it breaks, in words. */
export type Problems = Record<string, string[]>;

/** One component of the catalog. */
export interface Component {
  name: string;
  title: string;
  group: string;
  description: string;
  icon: string;
  inputs: Record<string, string>;
  outputs: Record<string, string>;
  optional: string[];
}

/** A dataset or a model of the workspace, to be dragged in. */
export interface Owned {
  title: string;
  kind: string;
  component: string;
  params: Record<string, unknown>;
}

export interface CanvasData {
  name: string;
  head: number;
  body: Draft;
  catalog: Component[];
  datasets: Owned[];
  models: Owned[];
  problems: Problems;
  run: string | null;
  /** The run goes on no more. */
  run_over: boolean;
  readonly: boolean;
  selected: string[];
  can_undo: boolean;
  can_redo: boolean;
  undoes: string;
  redoes: string;
  /** Who draws. */
  author: string;
  height: number;
}

export interface NodeProgress {
  done: number;
  total: number;
  unit: string;
  message: string;
}

/** How a node of a run stands. */
export interface NodeState {
  state: "waiting" | "running" | "reused" | "completed" | "failed" | "cancelled" | "skipped";
  seconds: number | null;
  saved: number | null;
  progress: NodeProgress | null;
  failure: { what: string; why: string; fix: string } | null;
}
