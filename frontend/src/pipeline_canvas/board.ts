// The state of one canvas: the draft, what is selected, and everything that can be taken back.

import type { EdgeChange, NodeChange } from "@xyflow/react";
import { move, same, whole } from "./draft";
import { Flow, standing, type FlowEdge, type FlowNode } from "./flow";
import type { Catalog } from "./legal";
import { Saver, type Answer, type Job, type Listener } from "./saver";
import { RunStates } from "./run_states";
import type { CanvasData, Draft, Owned, Problems, Wire } from "./types";

const REPORT_MS = 200;

/** What Python hears. */
export interface Report {
  selected: string[];
  head: number;
  asked: { what: "open" | "draft"; node: string; draft: string; number: number } | null;
}

interface Past {
  what: string;
  body: Draft;
}

export class Board implements Listener {
  readonly catalog: Catalog;
  readonly flow: Flow;
  readonly saver: Saver | null;
  readonly states = new RunStates();
  body: Draft;
  problems: Problems;
  owned: Owned[];
  canUndo: boolean;
  canRedo: boolean;
  /** What the studio would take back or do again, where that is not known here. */
  private told: { undoes: string; redoes: string };
  version = 0;
  /** The node whose title is being written. */
  renaming: string | null = null;
  /** Something is being moved, and is not an edit yet. */
  moving = false;
  private past: Past[] = [];
  private future: Past[] = [];
  private readonly listeners = new Set<() => void>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private reported = "";
  /** The edit that Python knows of: what it said itself need not be told to it. */
  private known: number;
  private tell = false;
  private asked: Report["asked"] = null;
  private wanted: string;

  constructor(
    data: CanvasData,
    private readonly report: (report: Report) => void,
  ) {
    this.catalog = new Map(data.catalog.map((component) => [component.name, component]));
    this.flow = new Flow(this.catalog, data.readonly);
    this.body = whole(data.body);
    this.saver = data.readonly ? null : new Saver(data.name, data.head, this.body, data.author, this);
    this.problems = data.problems;
    this.owned = [...data.datasets, ...data.models];
    this.canUndo = data.can_undo;
    this.canRedo = data.can_redo;
    this.told = { undoes: data.undoes, redoes: data.redoes };
    this.wanted = JSON.stringify(data.selected);
    this.show();
    if (data.selected.length > 0) this.flow.select(new Set(data.selected));
    this.known = data.head;
    this.reported = JSON.stringify(this.now());
    this.states.watch(data.run, data.run_over, this.body.pipeline.nodes.length);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly snapshot = (): number => this.version;

  /** Changes also where nothing but places and sizes does. */
  readonly picture = (): FlowNode[] => this.flow.nodes;

  changed(): void {
    this.version += 1;
    this.say();
    if (this.tell && this.saver?.state === "saved") {
      this.tell = false;
      this.tellPython();
    }
  }

  /** Takes what Python says now; returns the nodes that it wants to be seen, if that is news. */
  take(data: CanvasData): string[] {
    const body = whole(data.body);
    this.known = data.head;
    this.owned = [...data.datasets, ...data.models];
    this.states.watch(data.run, data.run_over, this.body.pipeline.nodes.length);
    if (!this.saver) {
      this.body = body;
      this.problems = data.problems;
      this.show();
    } else if (data.head !== this.saver.head) {
      const { head, problems, can_undo, can_redo, undoes, redoes } = data;
      void this.saver.take({ head, body, problems, can_undo, can_redo, undoes, redoes });
    } else if (this.saver.waiting === 0 && !same(this.problems, data.problems)) {
      this.problems = data.problems;
      this.show();
    }
    const wanted = JSON.stringify(data.selected);
    const news = wanted !== this.wanted && data.selected.length > 0;
    this.wanted = wanted;
    if (news) this.flow.select(new Set(data.selected));
    this.changed();
    return news ? data.selected : [];
  }

  /** Makes an edit. `quiet`: Python need not hear of it. */
  commit(what: string, body: Draft, quiet = false): void {
    if (!this.saver || this.saver.state === "conflict" || same(body, this.body)) return;
    this.past.push({ what, body: this.body });
    this.future = [];
    this.canUndo = true;
    this.canRedo = false;
    this.put(body);
    this.tell ||= !quiet;
    this.saver.add({ kind: "save", body, what });
    this.changed();
  }

  undo(): void {
    this.turn("undo", this.past, this.future, this.canUndo);
  }

  redo(): void {
    this.turn("redo", this.future, this.past, this.canRedo);
  }

  /** What the next undo takes back, in words. */
  get undoes(): string {
    return this.past.at(-1)?.what ?? this.told.undoes;
  }

  get redoes(): string {
    return this.future.at(-1)?.what ?? this.told.redoes;
  }

  get selected(): FlowNode[] {
    return this.flow.nodes.filter((node) => node.selected && !node.hidden);
  }

  get selectedWires(): Wire[] {
    return this.flow.edges.flatMap((edge) => (edge.selected && edge.data ? [edge.data.wire] : []));
  }

  select(chosen: Set<string>, wires: Set<string> = new Set()): void {
    this.flow.select(chosen, wires);
    this.changed();
    this.tellSoon();
  }

  rename(id: string | null): void {
    this.renaming = id;
    this.changed();
  }

  /** React Flow moved, measured or selected something. */
  readonly nodesChanged = (changes: NodeChange<FlowNode>[]): void => {
    this.flow.applyNodes(changes.filter((change) => change.type !== "remove"));
    if (!changes.some((change) => change.type === "select")) return this.say();
    this.changed();
    this.tellSoon();
  };

  /** Something is being moved: until `keepMoves`, nothing else says where things stand. */
  readonly hold = (): void => {
    this.moving = true;
    this.changed();
  };

  readonly edgesChanged = (changes: EdgeChange<FlowEdge>[]): void => {
    this.flow.applyEdges(changes.filter((change) => change.type !== "remove"));
    this.changed();
  };

  /** Keeps where things were moved to, as one edit. */
  readonly keepMoves = (): void => {
    this.moving = false;
    const { nodes, notes } = standing(this.flow.nodes);
    const moved = move(this.body, nodes, notes);
    this.changed();
    const count = [...nodes].filter(([id, at]) => !same(this.body.positions[id], at)).length;
    this.commit(count === 1 ? "Moved a node" : count > 1 ? `Moved ${count} nodes` : "Moved a note", moved, true);
  };

  ask(what: "open" | "draft", node = "", draft = ""): void {
    this.asked = { what, node, draft, number: Date.now() };
    this.tellPython();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.states.dispose();
    this.saver?.dispose();
  }

  // What the saver says.

  done(answer: Answer, job: Job, last: boolean): void {
    if (!last) return;
    this.hear(answer);
    this.problems = answer.problems;
    if (job.kind !== "save" && answer.body && !same(answer.body, this.body)) {
      this.past = [];
      this.future = [];
      this.body = answer.body;
    }
    this.show();
  }

  others(theirs: Answer & { body: Draft }, mine: ((body: Draft) => Draft) | null): void {
    this.past = [];
    this.future = [];
    this.hear(theirs);
    this.problems = theirs.problems;
    this.put(mine ? mine(this.body) : theirs.body);
    this.tell = true;
  }

  private hear({ can_undo, can_redo, undoes, redoes }: Answer): void {
    this.canUndo = can_undo ?? this.canUndo;
    this.canRedo = can_redo ?? this.canRedo;
    this.told = { undoes: undoes ?? "", redoes: redoes ?? "" };
  }

  private turn(kind: "undo" | "redo", from: Past[], to: Past[], can: boolean): void {
    if (!this.saver || !can || this.saver.state === "conflict") return;
    const last = from.pop();
    if (last) {
      to.push({ what: last.what, body: this.body });
      this.put(last.body);
    }
    if (kind === "redo") this.canUndo = true;
    else this.canRedo = true;
    this.tell = true;
    this.saver.add({ kind });
    this.changed();
  }

  private put(body: Draft): void {
    this.body = body;
    this.show();
  }

  private show(): void {
    this.flow.show(this.body, this.problems, this.moving);
  }

  private say(): void {
    for (const listener of this.listeners) listener();
  }

  private now(): Omit<Report, "head"> {
    const selected = this.selected.flatMap((node) => (node.type === "card" ? [node.id] : []));
    return { selected, asked: this.asked };
  }

  private tellSoon(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tellPython(), REPORT_MS);
  }

  private tellPython(): void {
    clearTimeout(this.timer);
    const now = this.now();
    const head = this.saver?.head ?? 0;
    const text = JSON.stringify(now);
    if (text === this.reported && head === this.known) return;
    this.reported = text;
    this.known = head;
    this.report({ ...now, head });
  }
}
