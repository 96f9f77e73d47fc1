// One person's answers in one session: how each sample stands, what is on its way, what undo takes back.

import { uuid } from "../shared/dom";
import { Outbox, type OutboxState } from "../shared/outbox";
import { sameAnswer, UNTOUCHED, type Answer } from "./answer";
import {
  NOTHING,
  ordered,
  sendAnswers,
  type Answered,
  type AnswerOp,
  type LabelItem,
  type LabelSession,
  type LabelValue,
  type Progress,
} from "./api";
import { Drafts } from "./drafts";
import { Pace } from "./pace";

export interface Change {
  item: number;
  after: Answer;
  /** The value is the suggestion as it was. */
  accepted?: boolean;
  /** How long the person looked at it. */
  seconds?: number | null;
}

interface Step {
  item: number;
  before: Answer;
  after: Answer;
  accepted: boolean;
  seconds: number | null;
}

/** An op with what it does to the person's own count. */
interface Waiting extends AnswerOp {
  mine: number;
}

const OPS_A_REQUEST = 500;
const GATHER_MS = 90;

export class Work {
  readonly drafts: Drafts;
  readonly pace = new Pace();
  private readonly outbox: Outbox<Waiting, Answered>;
  private readonly stopListening: () => void;
  private readonly items = new Map<number, LabelItem>();
  private readonly answers = new Map<number, Answer>();
  /** What the studio knows of, or will once the outbox is empty. */
  private readonly given = new Map<number, Answer>();
  private readonly open = new Set<number>();
  private done: Step[][] = [];
  private undone: Step[][] = [];
  private progressThen: Progress;
  private revision: number;

  constructor(
    private session: LabelSession,
    annotator: string,
    progress: Progress,
    private readonly news: { changed(): void; revised(revision: number): void },
  ) {
    this.progressThen = progress;
    this.revision = session.revision;
    const name = session.config.name;
    this.drafts = new Drafts(name, annotator, () => news.changed());
    this.outbox = Outbox.open<Waiting, Answered>(`session:${name}:${annotator}`, {
      batch: OPS_A_REQUEST,
      gatherMs: GATHER_MS,
      send: async (ops, keepalive) => {
        const sent = ops.map(({ mine: _, ...op }) => op);
        const reply = await sendAnswers(name, annotator, sent, { keepalive });
        return { acknowledged: reply.acknowledged, reply };
      },
    });
    let seen = this.outbox.reply;
    this.stopListening = this.outbox.listen(() => {
      const { reply } = this.outbox;
      if (reply && reply !== seen) {
        seen = reply;
        this.learn(reply.progress, reply.revision);
      }
      news.changed();
    });
    this.pace.note(progress.answers);
  }

  get state(): OutboxState {
    const { state } = this.outbox;
    if (this.drafts.offline && (state === "saved" || state === "idle")) return "offline";
    return state;
  }

  get error(): Outbox<Waiting, Answered>["error"] {
    return this.outbox.error;
  }

  get waiting(): number {
    return this.outbox.waiting.length + (this.drafts.offline ? this.drafts.waiting : 0);
  }

  get canUndo(): boolean {
    return this.done.length > 0;
  }

  get canRedo(): boolean {
    return this.undone.length > 0;
  }

  /** The counts with everything that still waits, as the person sees it. */
  get progress(): Progress {
    const mine = this.outbox.waiting.reduce((sum, op) => sum + op.mine, 0);
    const then = this.progressThen;
    const alone = this.session.config.overlap === 1 ? mine : 0;
    return {
      ...then,
      mine: Math.max(0, then.mine + mine),
      done: Math.min(then.total, Math.max(0, then.done + alone)),
    };
  }

  /** Takes counts that came with something else than an answer. */
  learn(progress: Progress, revision: number): void {
    this.progressThen = progress;
    this.pace.note(progress.answers);
    if (revision > this.revision) this.news.revised(revision);
  }

  /** Samples that are the person's to answer, or whose answers are on their way. */
  get held(): number[] {
    return [...new Set([...this.open, ...this.outbox.waiting.map((op) => op.item)])];
  }

  /**
   * Learns of samples; what waits here, and newer drafts kept here, overrule the studio.
   *
   * Args:
   *   anew: Whether these were just given out, so that what was known of them is over.
   */
  take(items: LabelItem[], anew = false): void {
    const waiting = new Map(this.outbox.waiting.map((op) => [op.item, op]));
    for (const item of items) {
      this.items.set(item.item, item);
      const known = this.answers.get(item.item);
      if (known && !(anew && known.standing !== "open" && !waiting.has(item.item))) continue;
      const op = waiting.get(item.item);
      const given = op ? answerOf(op) : standingOf(item);
      this.given.set(item.item, given);
      const draft = op ? null : this.drafts.newest(item);
      const shown = draft ? { ...given, ...bare(draft), pending: true } : given;
      this.set(item.item, shown);
    }
  }

  /** Samples that were given back unseen. */
  forget(items: number[]): void {
    for (const item of items) {
      this.open.delete(item);
      this.answers.delete(item);
      this.given.delete(item);
      this.items.delete(item);
    }
  }

  item(item: number): LabelItem | undefined {
    return this.items.get(item);
  }

  look(item: number): Answer {
    return this.answers.get(item) ?? UNTOUCHED;
  }

  /** Changes how samples stand, as one step that undo takes back. */
  change(changes: Change[]): void {
    const steps = changes.map(({ item, after, accepted = false, seconds = null }) => {
      const before = this.look(item);
      return { item, before, after: { ...after, value: ordered(after.value) }, accepted, seconds };
    });
    if (steps.length === 0) return;
    this.done.push(steps);
    this.undone = [];
    this.apply(steps);
  }

  /** Writes a comment, letter by letter: a draft, and no step of its own. */
  remark(item: number, comment: string): void {
    const before = this.look(item);
    this.set(item, { ...before, comment, pending: true });
    this.drafts.keep(item, before.value, before.unsure, comment);
  }

  /** Takes the last step back; returns the samples it was about. */
  undo(): number[] {
    const steps = this.done.pop();
    if (!steps) return [];
    this.undone.push(steps);
    this.apply(steps.map((step) => ({ ...step, before: step.after, after: step.before, accepted: false })));
    return steps.map((step) => step.item);
  }

  redo(): number[] {
    const steps = this.undone.pop();
    if (!steps) return [];
    this.done.push(steps);
    this.apply(steps);
    return steps.map((step) => step.item);
  }

  /** Follows a change of the classes: what was said in former names is said in today's. */
  follow(session: LabelSession): void {
    const names = namesSince(session, this.revision);
    this.session = session;
    this.revision = session.revision;
    if (names.size === 0) return;
    const today = (answer: Answer): Answer => ({ ...answer, value: renamed(answer.value, names) });
    for (const map of [this.answers, this.given]) {
      for (const [item, answer] of map) map.set(item, today(answer));
    }
    for (const item of this.items.values()) {
      if (item.suggestion) {
        item.suggestion = { ...item.suggestion, value: renamed(item.suggestion.value, names) };
      }
    }
    for (const steps of [...this.done, ...this.undone]) {
      for (const step of steps) {
        step.before = today(step.before);
        step.after = today(step.after);
      }
    }
  }

  retry(): void {
    this.outbox.retry();
  }

  /** Gives up what the studio refuses; those samples are open again. */
  discard(): number[] {
    const gone = this.outbox.discard().map((op) => op.item);
    for (const item of gone) {
      this.given.set(item, UNTOUCHED);
      this.set(item, UNTOUCHED);
    }
    this.done = [];
    this.undone = [];
    return gone;
  }

  dispose(): void {
    this.stopListening();
    this.drafts.dispose();
  }

  private apply(steps: Step[]): void {
    const ops: Waiting[] = [];
    for (const { item, after, accepted, seconds } of steps) {
      const given = this.given.get(item) ?? UNTOUCHED;
      this.set(item, after);
      const op = this.opFor(item, given, after, accepted, seconds);
      if (op) ops.push(op);
      if (after.pending) this.drafts.keep(item, after.value, after.unsure, after.comment);
      else this.drafts.drop(item, this.items.get(item)?.draft ?? false);
    }
    this.outbox.add(...ops);
    this.pace.gave(ops.filter((op) => op.act !== "take_back").length);
    this.news.changed();
  }

  /** What must be sent so that the studio sees it as the person does; null: nothing. */
  private opFor(
    item: number,
    given: Answer,
    after: Answer,
    accepted: boolean,
    seconds: number | null,
  ): Waiting | null {
    if (after.pending && after.standing === given.standing) return null;
    if (!after.pending && sameAnswer(given, after) && after.standing === "open") return null;
    const act = after.standing === "done" ? "answer" : after.standing === "skipped" ? "skip" : "take_back";
    this.given.set(item, after.standing === "open" ? UNTOUCHED : after);
    return {
      op_id: uuid(),
      item,
      act,
      value: act === "answer" ? after.value : null,
      revision: this.revision,
      unsure: act === "take_back" ? false : after.unsure,
      comment: act === "take_back" ? "" : after.comment,
      seconds: act === "take_back" ? null : seconds,
      accepted: act === "answer" && accepted,
      mine: (after.standing === "done" ? 1 : 0) - (given.standing === "done" ? 1 : 0),
    };
  }

  private set(item: number, answer: Answer): void {
    this.answers.set(item, answer);
    if (answer.standing === "open") this.open.add(item);
    else this.open.delete(item);
  }
}

function bare({ value, unsure, comment }: { value: LabelValue | null; unsure: boolean; comment: string }) {
  return { value: value ?? NOTHING, unsure, comment };
}

function standingOf(item: LabelItem): Answer {
  const standing =
    item.standing === "done" || item.standing === "late"
      ? "done"
      : item.standing === "skipped"
        ? "skipped"
        : "open";
  const known = item.standing === "returned" || standing !== "open";
  return { standing, ...bare({ ...item, value: known ? item.value : null }), pending: false };
}

function answerOf(op: AnswerOp): Answer {
  const standing = op.act === "answer" ? "done" : op.act === "skip" ? "skipped" : "open";
  return { standing, ...bare(op), pending: false };
}

/** Former -> today's class name, for what was said under an older revision. */
function namesSince(session: LabelSession, revision: number): Map<string, string> {
  let names = new Map<string, string>();
  for (const change of session.changes) {
    if (change.revision <= revision) continue;
    const later = new Map(Object.entries(change.names));
    names = new Map([...names].map(([old, now]) => [old, later.get(now) ?? now]));
    for (const [old, now] of later) if (!names.has(old)) names.set(old, now);
  }
  return names;
}

function renamed(value: LabelValue, names: Map<string, string>): LabelValue {
  const today = (name: string): string => names.get(name) ?? name;
  return ordered({
    classes: value.classes.map(today),
    spans: value.spans.map((span) => ({ ...span, class_name: today(span.class_name) })),
    boxes: value.boxes.map((box) => ({ ...box, class_name: today(box.class_name) })),
  });
}
