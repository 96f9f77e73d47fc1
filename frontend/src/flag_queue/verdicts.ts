// What a person has said about flags, on its way to the studio; undone by saying what stood before.

import { uuid } from "../shared/dom";
import { Outbox } from "../shared/outbox";
import { sendVerdicts, type Counts, type Flag, type VerdictKind, type VerdictOp } from "./data";

const OPS_A_REQUEST = 100;
/** Long enough to take back a wrong key before it has left. */
const GATHER_MS = 300;

interface Step {
  op: VerdictOp;
  before: { verdict: VerdictKind; class_name: string | null };
}

export class Verdicts {
  private readonly outbox: Outbox<VerdictOp, Counts>;
  private readonly stopListening: () => void;
  private readonly steps: Step[] = [];
  private seen: Counts | null;

  constructor(run: string, annotator: string, changed: (news: Counts | null) => void) {
    this.outbox = Outbox.open<VerdictOp, Counts>(`verdicts:${run}:${annotator}`, {
      batch: OPS_A_REQUEST,
      gatherMs: GATHER_MS,
      send: async (ops, keepalive) => {
        const reply = await sendVerdicts(run, annotator, ops, keepalive);
        return { acknowledged: reply.acknowledged, reply: reply.counts };
      },
    });
    this.seen = this.outbox.reply;
    this.stopListening = this.outbox.listen(() => {
      const { reply } = this.outbox;
      const news = reply !== this.seen ? reply : null;
      this.seen = reply;
      changed(news);
    });
  }

  get state(): Outbox<VerdictOp, Counts>["state"] {
    return this.outbox.state;
  }

  get error(): Outbox<VerdictOp, Counts>["error"] {
    return this.outbox.error;
  }

  /** Verdicts that the studio has not confirmed yet. */
  get waiting(): readonly VerdictOp[] {
    return this.outbox.waiting;
  }

  get canUndo(): boolean {
    return this.steps.length > 0;
  }

  /** Says something about a flag. */
  say(flag: Flag, verdict: VerdictKind, className: string | null): void {
    const before = { verdict: flag.verdict, class_name: flag.class_name };
    this.steps.push({ op: this.send(flag.sample, verdict, className), before });
  }

  /** Takes the last word back; returns the sample and what counts again. */
  undo(): ({ sample: number } & Step["before"]) | null {
    const step = this.steps.pop();
    if (!step) return null;
    const { op, before } = step;
    if (!this.outbox.drop(op.op_id)) this.send(op.sample, before.verdict, before.class_name);
    return { sample: op.sample, ...before };
  }

  retry(): void {
    this.outbox.retry();
  }

  discard(): void {
    this.outbox.discard();
    this.steps.length = 0;
  }

  dispose(): void {
    this.stopListening();
  }

  private send(sample: number, verdict: VerdictKind, class_name: string | null): VerdictOp {
    const op = { op_id: uuid(), sample, verdict, class_name };
    this.outbox.add(op);
    return op;
  }
}
