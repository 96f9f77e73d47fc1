// Answers that are not given yet: kept in the browser at once, and with the studio a second later.

import { asApiError } from "../shared/http";
import { NOTHING, sendDrafts, type Draft, type LabelItem, type LabelValue } from "./api";

/** A draft as the browser keeps it; `sent`: the studio has it too. */
interface Kept extends Draft {
  sent: boolean;
}

const PAUSE_MS = 900;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8_000;
const DRAFTS_A_REQUEST = 200;

export class Drafts {
  /** The studio does not take drafts for now. */
  offline = false;
  private readonly kept = new Map<number, Kept>();
  private readonly due = new Map<number, Draft>();
  private readonly leaving = new Set<number>();
  private readonly prefix: string;
  private last = 0;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly onHide = (): void => void this.send(true);
  private readonly onOnline = (): void => this.plan(0);

  constructor(
    private readonly session: string,
    private readonly annotator: string,
    private readonly changed: () => void,
  ) {
    this.prefix = `studio.draft:${session}:${annotator}:`;
    this.adopt();
    addEventListener("pagehide", this.onHide);
    addEventListener("online", this.onOnline);
    if (this.due.size > 0) this.plan(0);
  }

  /** Drafts that only the browser has. */
  get waiting(): number {
    return this.due.size + this.leaving.size;
  }

  /** The newer of what the studio and what the browser keeps; null: neither has one. */
  newest(item: LabelItem): Draft | null {
    const own = this.kept.get(item.item);
    this.last = Math.max(this.last, item.draft_seq);
    if (own && own.value !== null && own.seq > item.draft_seq) {
      // What the studio had and has no more was answered or thrown away elsewhere.
      if (!own.sent || item.draft) return own;
    }
    if (own && item.draft_seq >= own.seq) this.forget(item.item);
    else if (own?.sent) this.forget(item.item);
    if (!item.draft) return null;
    const { value, unsure, comment } = item;
    return { item: item.item, seq: item.draft_seq, value: value ?? NOTHING, unsure, comment };
  }

  keep(item: number, value: LabelValue, unsure: boolean, comment: string): void {
    this.last = Math.max(Date.now(), this.last + 1);
    const draft: Draft = { item, seq: this.last, value, unsure, comment };
    this.write({ ...draft, sent: false });
    this.due.set(item, draft);
    this.plan(this.failures > 0 ? LAST_RETRY_MS : PAUSE_MS);
  }

  /** Throws a draft away: it was given, or cleared. `known`: the studio may have one. */
  drop(item: number, known: boolean): void {
    const sent = known || this.leaving.has(item) || this.kept.get(item)?.sent === true;
    this.due.delete(item);
    this.forget(item);
    if (!sent) return;
    this.last = Math.max(Date.now(), this.last + 1);
    const gone: Draft = { item, seq: this.last, value: null, unsure: false, comment: "" };
    this.write({ ...gone, sent: false });
    this.due.set(item, gone);
    this.plan(PAUSE_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    removeEventListener("pagehide", this.onHide);
    removeEventListener("online", this.onOnline);
    void this.send(true);
  }

  private plan(delay: number): void {
    if (this.timer !== undefined && delay > 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.send(false);
    }, delay);
  }

  private async send(keepalive: boolean): Promise<void> {
    if (this.leaving.size > 0 || this.due.size === 0) return;
    const batch = [...this.due.values()].slice(0, DRAFTS_A_REQUEST);
    for (const { item } of batch) {
      this.due.delete(item);
      this.leaving.add(item);
    }
    try {
      await sendDrafts(this.session, this.annotator, batch, { keepalive });
      this.settle(batch);
      this.failures = 0;
      this.offline = false;
    } catch (failure) {
      const error = asApiError(failure);
      this.leaving.clear();
      if (error.passing) {
        for (const draft of batch) if (!this.due.has(draft.item)) this.due.set(draft.item, draft);
        this.failures += 1;
        this.offline = true;
      } else if (batch.length > 1) {
        await this.oneByOne(batch);
      }
      // A draft that is refused for good stays in the browser.
    }
    this.changed();
    if (this.due.size > 0) {
      const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** Math.max(0, this.failures - 1));
      this.plan(this.failures > 0 ? pause : PAUSE_MS);
    }
  }

  /** One of a batch is at fault: the others need not suffer for it. */
  private async oneByOne(batch: Draft[]): Promise<void> {
    for (const draft of batch) {
      try {
        await sendDrafts(this.session, this.annotator, [draft]);
        this.settle([draft]);
      } catch (failure) {
        if (asApiError(failure).passing && !this.due.has(draft.item)) this.due.set(draft.item, draft);
      }
    }
  }

  private settle(batch: Draft[]): void {
    for (const draft of batch) {
      this.leaving.delete(draft.item);
      const own = this.kept.get(draft.item);
      if (own?.seq !== draft.seq) continue;
      if (draft.value === null) this.forget(draft.item);
      else this.write({ ...own, sent: true });
    }
  }

  private write(draft: Kept): void {
    this.kept.set(draft.item, draft);
    try {
      localStorage.setItem(this.prefix + draft.item, JSON.stringify(draft));
    } catch {
      // Storage is forbidden or full: the draft is in memory, and on its way to the studio.
    }
  }

  private forget(item: number): void {
    if (!this.kept.delete(item)) return;
    try {
      localStorage.removeItem(this.prefix + item);
    } catch {
      // Storage is forbidden: there is nothing in it.
    }
  }

  /** Takes over what earlier visits kept; what the studio never got is sent again. */
  private adopt(): void {
    try {
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith(this.prefix)) continue;
        const draft = JSON.parse(localStorage.getItem(key) ?? "null") as Kept | null;
        if (!draft) continue;
        this.kept.set(draft.item, draft);
        this.last = Math.max(this.last, draft.seq);
        const { sent, ...bare } = draft;
        if (!sent) this.due.set(draft.item, bare);
      }
    } catch {
      // Storage is forbidden or its content damaged: drafts live in memory and with the studio.
    }
  }
}
