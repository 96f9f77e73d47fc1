// What comes next: samples asked for before they are needed, and what to say when there are none.

import { asApiError, isAbort, type ApiError } from "../shared/http";
import { fetchNext, releaseItems, type LabelItem } from "./api";
import type { Work } from "./work";

/** loading: asked, nothing here yet. waiting: others hold what is left. done: nothing is left. refused: see `error`. */
export type SupplyState = "loading" | "ready" | "waiting" | "done" | "refused";

interface Terms {
  session: string;
  annotator: string;
  /** Samples asked for at once. */
  count: number;
  /** Batches kept ahead of the person. */
  batches: number;
  /** Whether a batch ends where a cluster ends. */
  together: boolean;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8_000;
const WAITING_MS = 4_000;
const DONE_MS = 20_000;
const HAVE_LIMIT = 1_000;

export class Supply {
  state: SupplyState = "loading";
  error: ApiError | null = null;
  private batches: LabelItem[][] = [];
  private asking: AbortController | null = null;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly onHide = (): void => this.giveBack();

  constructor(
    private readonly terms: Terms,
    private readonly work: Work,
    /** Something came, or there is a new reason why nothing does. */
    private readonly changed: () => void,
  ) {
    addEventListener("pagehide", this.onHide);
  }

  /** Samples that are here and were not shown yet, in order. */
  get ahead(): number[] {
    return this.batches.flat().map((item) => item.item);
  }

  /** Takes the next sample; null: there is none for now. */
  next(): number | null {
    const item = this.batches[0]?.shift() ?? null;
    if (this.batches[0]?.length === 0) this.batches.shift();
    this.fill();
    return item?.item ?? null;
  }

  /** Takes the next batch; empty: there is none for now. */
  nextBatch(): number[] {
    const batch = this.batches.shift() ?? [];
    this.fill();
    return batch.map((item) => item.item);
  }

  /** Asks for more where there is too little; `again`: also where there was nothing a moment ago. */
  fill(again = false): void {
    if (this.asking || (this.timer !== undefined && !again)) return;
    const { count, batches } = this.terms;
    const missing = count * batches - this.batches.reduce((sum, batch) => sum + batch.length, 0);
    if (this.terms.batches > 1 ? missing < count : this.batches.length >= batches) return;
    void this.ask();
  }

  dispose(): void {
    removeEventListener("pagehide", this.onHide);
    this.asking?.abort();
    clearTimeout(this.timer);
    this.giveBack();
  }

  private async ask(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    const asking = new AbortController();
    this.asking = asking;
    const { session, annotator, count, together } = this.terms;
    const have = this.work.held.slice(-HAVE_LIMIT);
    try {
      const given = await fetchNext(session, { annotator, count, together, have }, asking.signal);
      if (asking.signal.aborted) return;
      this.asking = null;
      this.failures = 0;
      this.error = null;
      this.work.learn(given.progress, given.revision);
      const held = new Set(this.work.held);
      const fresh = given.items.filter(({ item }) => !held.has(item));
      this.work.take(fresh, true);
      // What was begun comes first; the order of the others stays.
      fresh.sort((a, b) => Number(this.work.look(b.item).pending) - Number(this.work.look(a.item).pending));
      if (fresh.length > 0) {
        this.batches.push(fresh);
        this.state = "ready";
        this.changed();
        this.fill();
      } else {
        this.state = given.waiting ? "waiting" : "done";
        this.later(given.waiting ? WAITING_MS : DONE_MS);
        this.changed();
      }
    } catch (failure) {
      if (isAbort(failure) || asking.signal.aborted) return;
      this.asking = null;
      this.error = asApiError(failure);
      if (this.error.status === -1) throw failure;
      if (this.error.passing) {
        this.failures += 1;
        this.later(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.failures - 1)));
      } else {
        this.state = "refused";
      }
      this.changed();
    }
  }

  private later(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.fill();
    }, delay);
  }

  /** What the person never saw goes to others at once. */
  private giveBack(): void {
    const unseen = this.ahead.filter((item) => !this.work.look(item).pending);
    this.batches = [];
    if (unseen.length === 0) return;
    this.work.forget(unseen);
    const { session, annotator } = this.terms;
    releaseItems(session, annotator, unseen).catch(() => undefined); // the lease ends by itself
  }
}
