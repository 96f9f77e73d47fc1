// What a reviewer has decided, on its way to the studio; undone by reopening.

import { uuid } from "../shared/dom";
import { Outbox } from "../shared/outbox";
import { sendReviews, type LabelValue, type ReviewOp, type Reviewed } from "./api";

const OPS_A_REQUEST = 100;
/** Long enough to take back a wrong key before it has left. */
const GATHER_MS = 400;

interface Step {
  op: ReviewOp;
  /** What stood before, where somebody had decided. */
  before: LabelValue | null;
}

export class Decisions {
  private readonly outbox: Outbox<ReviewOp, Reviewed>;
  private readonly stopListening: () => void;
  private readonly steps: Step[] = [];
  private seen: Reviewed | null;

  constructor(
    session: string,
    reviewer: string,
    private readonly revision: () => number,
    changed: (news: Reviewed | null) => void,
  ) {
    this.outbox = Outbox.open<ReviewOp, Reviewed>(`reviews:${session}:${reviewer}`, {
      batch: OPS_A_REQUEST,
      gatherMs: GATHER_MS,
      send: async (ops, keepalive) => {
        const reply = await sendReviews(session, reviewer, ops, { keepalive });
        return { acknowledged: reply.acknowledged, reply };
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

  get state(): Outbox<ReviewOp, Reviewed>["state"] {
    return this.outbox.state;
  }

  get error(): Outbox<ReviewOp, Reviewed>["error"] {
    return this.outbox.error;
  }

  get waiting(): number {
    return this.outbox.waiting.length;
  }

  get canUndo(): boolean {
    return this.steps.length > 0;
  }

  accept(item: number, value: LabelValue, before: LabelValue | null): void {
    this.add({ item, decision: "accept", value, annotator: "", comment: "" }, before);
  }

  sendBack(item: number, annotator: string, comment: string, before: LabelValue | null): void {
    this.add({ item, decision: "return", value: null, annotator, comment }, before);
  }

  reopen(item: number, before: LabelValue | null): void {
    this.add({ item, decision: "reopen", value: null, annotator: "", comment: "" }, before);
  }

  /** Takes the last decision back, a reopening of what was decided as well; null: there is none. */
  undo(): { item: number; before: LabelValue | null } | null {
    const step = this.steps.pop();
    if (!step) return null;
    const { op, before } = step;
    if (!this.outbox.drop(op.op_id)) {
      const back = { item: op.item, annotator: "", comment: "" };
      if (before) this.send({ ...back, decision: "accept", value: before });
      else this.send({ ...back, decision: "reopen", value: null });
    }
    return { item: op.item, before };
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

  private add(said: Omit<ReviewOp, "op_id" | "revision">, before: LabelValue | null): void {
    this.steps.push({ op: this.send(said), before });
  }

  private send(said: Omit<ReviewOp, "op_id" | "revision">): ReviewOp {
    const op = { ...said, op_id: uuid(), revision: this.revision() };
    this.outbox.add(op);
    return op;
  }
}
