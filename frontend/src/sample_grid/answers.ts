// Answers on their way to the studio, and the history that undo and redo walk.

import { uuid } from "../shared/dom";
import { apiUrl, postJson } from "../shared/http";
import { Outbox, type Entry } from "../shared/outbox";

export interface Change {
  sample: number;
  before: string | null;
  after: string | null;
}

export interface Progress {
  labelled: number;
  total: number;
  annotated: number;
}

interface Op extends Entry {
  sample: number;
  class_name: string | null;
  /** What this op does to the number of labelled samples. */
  change: number;
}

const OPS_A_REQUEST = 500;
const GATHER_MS = 90;
const MINUTE = 60_000;
const RATE_NEEDS_MS = 10_000;

export class Answers {
  private readonly outbox: Outbox<Op, Progress>;
  private readonly stopListening: () => void;
  private done: Change[][] = [];
  private undone: Change[][] = [];
  private base: Progress | null = null;
  private times: number[] = [];
  private waited: readonly Op[];
  private readonly confirmed = new Map<number, { class_name: string | null; at: number }>();

  constructor(dataset: string, annotator: string, onChange: () => void) {
    this.outbox = Outbox.open<Op, Progress>(`labels:${dataset}:${annotator}`, {
      batch: OPS_A_REQUEST,
      gatherMs: GATHER_MS,
      send: async (ops, keepalive) => {
        const sent = ops.map(({ op_id, sample, class_name }) => ({ op_id, sample, class_name }));
        const answer = await postJson<{ acknowledged: string[]; progress: Progress }>(
          apiUrl("labels"),
          { dataset, annotator, ops: sent },
          { keepalive },
        );
        return { acknowledged: answer.acknowledged, reply: answer.progress };
      },
    });
    this.waited = this.outbox.waiting;
    this.stopListening = this.outbox.listen(() => {
      this.noteConfirmed();
      onChange();
    });
  }

  get state(): Outbox<Op, Progress>["state"] {
    return this.outbox.state;
  }

  get error(): Outbox<Op, Progress>["error"] {
    return this.outbox.error;
  }

  get waiting(): number {
    return this.outbox.waiting.length;
  }

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** The counts with everything that still waits, as the person sees it. */
  get progress(): Progress | null {
    const base = this.outbox.reply ?? this.base;
    if (!base) return null;
    const change = this.outbox.waiting.reduce((sum, op) => sum + op.change, 0);
    const labelled = Math.min(base.total, Math.max(0, base.labelled + change));
    return { ...base, labelled };
  }

  /** Takes the counts asked for at the start; the studio's later ones count more. */
  begin(progress: Progress): void {
    this.base = progress;
  }

  /** Answers, by sample, that a page asked for at `since` may not know of yet; they overrule it. */
  latest(since: number): Map<number, string | null> {
    const found = new Map<number, string | null>();
    for (const [sample, { class_name, at }] of this.confirmed) {
      if (at > since) found.set(sample, class_name);
    }
    for (const op of this.outbox.waiting) found.set(op.sample, op.class_name);
    return found;
  }

  give(changes: Change[]): void {
    if (changes.length === 0) return;
    this.done.push(changes);
    this.undone = [];
    this.send(changes);
    const now = performance.now();
    for (const change of changes) if (change.after !== null) this.times.push(now);
  }

  undo(): Change[] {
    const last = this.done.pop();
    if (!last) return [];
    this.undone.push(last);
    const back = last.map(({ sample, before, after }) => ({ sample, before: after, after: before }));
    this.send(back);
    return back;
  }

  redo(): Change[] {
    const next = this.undone.pop();
    if (!next) return [];
    this.done.push(next);
    this.send(next);
    return next;
  }

  /** Labels given in the last minute; 0 until there is enough to tell. */
  get perMinute(): number {
    const now = performance.now();
    this.times = this.times.filter((time) => now - time < MINUTE);
    const first = this.times[0];
    if (first === undefined || now - first < RATE_NEEDS_MS) return 0;
    return Math.round((this.times.length / (now - first)) * MINUTE);
  }

  retry(): void {
    this.outbox.retry();
  }

  discard(): void {
    this.waited = [];
    this.outbox.discard();
    this.done = [];
    this.undone = [];
  }

  dispose(): void {
    this.stopListening();
  }

  /** What has left the outbox since the last look has just been confirmed. */
  private noteConfirmed(): void {
    const waiting = this.outbox.waiting;
    const still = new Set(waiting.map((op) => op.op_id));
    const at = performance.now();
    for (const { op_id, sample, class_name } of this.waited) {
      if (!still.has(op_id)) this.confirmed.set(sample, { class_name, at });
    }
    this.waited = waiting;
  }

  private send(changes: Change[]): void {
    this.outbox.add(
      ...changes.map(({ sample, before, after }) => ({
        op_id: uuid(),
        sample,
        class_name: after,
        change: (after === null ? 0 : 1) - (before === null ? 0 : 1),
      })),
    );
  }
}
