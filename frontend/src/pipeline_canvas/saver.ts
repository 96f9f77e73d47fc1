// Saves the edits of a draft one after the other, and takes them back. Nothing is lost while the studio is away.

import { apiUrl, asApiError, getJson, postJson, request, type ApiError } from "../shared/http";
import { differInSettingsOnly, same, whole, withSettings } from "./draft";
import type { Draft, Problems } from "./types";

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8_000;
const COPIES = 50;

export type Job = { kind: "save"; body: Draft; what: string } | { kind: "undo" | "redo" };

/** What the studio says of a draft. */
export interface Answer {
  head: number;
  problems: Problems;
  /** Left out by `save`. */
  body?: Draft;
  can_undo?: boolean;
  can_redo?: boolean;
  /** What undo and redo would do, in words. */
  undoes?: string;
  redoes?: string;
}

export type SaveState = "saved" | "saving" | "offline" | "refused" | "conflict";

export interface Listener {
  /** The studio did a job; `last`: none is left. */
  done(answer: Answer, job: Job, last: boolean): void;
  /** Others changed the draft. `mine` puts their settings into what is not saved; null: theirs takes its place. */
  others(theirs: Answer & { body: Draft }, mine: ((body: Draft) => Draft) | null): void;
  /** The state changed. */
  changed(): void;
}

export class Saver {
  state: SaveState = "saved";
  error: ApiError | null = null;
  readonly seen: Set<number>;
  private jobs: Job[] = [];
  private theirs: (Answer & { body: Draft }) | null = null;
  private working = false;
  private stopped = false;
  private wake: (() => void) | null = null;

  constructor(
    readonly name: string,
    public head: number,
    /** What the studio has under `head`. */
    private body: Draft,
    private readonly author: string,
    private readonly listener: Listener,
  ) {
    this.seen = new Set([head]);
  }

  get waiting(): number {
    return this.jobs.length;
  }

  add(job: Job): void {
    this.jobs.push(job);
    void this.work();
  }

  /** Python says that the draft stands elsewhere. */
  async take(answer: Answer & { body: Draft }): Promise<void> {
    // What waits here will meet the news with its next save.
    if (this.jobs.length > 0 || this.state === "conflict") return;
    if (!this.seen.has(answer.head)) return this.accept(answer);
    // An old head: the page was late, or somebody took edits back. The studio knows.
    const current = await this.fetch().catch(() => null);
    if (!current || this.jobs.length > 0 || current.head === this.head) return;
    this.accept(current);
  }

  /** Tries again what was refused. */
  retry(): void {
    this.error = null;
    this.state = "saving";
    void this.work();
    this.wake?.();
  }

  /** Gives up what is not saved, and takes what the studio has. */
  async takeTheirs(): Promise<void> {
    const theirs = this.theirs ?? (await this.fetch().catch(this.failed));
    if (!theirs) return;
    this.jobs = [];
    this.accept(theirs);
  }

  /** Keeps a draft of one's own under another name; returns that name. */
  async keepCopy(mine: Draft): Promise<string | null> {
    for (let number = 1; number <= COPIES; number += 1) {
      const wanted = `${this.name}-copy${number > 1 ? `-${number}` : ""}`;
      try {
        const json = { name: wanted, body: mine, author: this.author };
        const { name } = await postJson<{ name: string }>(apiUrl("drafts"), json);
        await this.takeTheirs();
        return name;
      } catch (failure) {
        const error = asApiError(failure);
        if (error.status !== 409) return this.failed(error);
      }
    }
    return null;
  }

  /** Works no more; what is left is sent. */
  dispose(): void {
    this.flush();
    this.stopped = true;
    this.wake?.();
  }

  /** Sends what is left even though the page goes away. */
  flush(): void {
    const last = this.jobs.at(-1);
    if (this.working || last?.kind !== "save" || this.state === "conflict") return;
    const json = { base: this.head, body: last.body, what: last.what, author: this.author };
    void request("PUT", this.url(), { json, keepalive: true }).catch(() => undefined);
  }

  private url(what = ""): string {
    return apiUrl(`drafts/${encodeURIComponent(this.name)}${what}`);
  }

  private async fetch(): Promise<Answer & { body: Draft }> {
    const found = await getJson<Answer & { body: Draft }>(this.url());
    return { ...found, body: whole(found.body) };
  }

  private accept(
    answer: Answer & { body: Draft },
    mine: ((body: Draft) => Draft) | null = null,
  ): void {
    this.head = answer.head;
    this.body = answer.body;
    this.seen.add(answer.head);
    this.theirs = null;
    this.error = null;
    if (!mine) this.state = "saved";
    this.listener.others(answer, mine);
    this.listener.changed();
  }

  private readonly failed = (failure: unknown): null => {
    this.error = asApiError(failure);
    this.listener.changed();
    return null;
  };

  private set(state: SaveState): void {
    if (this.state === state) return;
    this.state = state;
    this.listener.changed();
  }

  private async work(): Promise<void> {
    if (this.working || this.state === "conflict" || this.state === "refused") return;
    this.working = true;
    let failures = 0;
    while (this.jobs[0] && !this.stopped) {
      const job = this.jobs[0];
      if (failures === 0) this.set("saving");
      try {
        this.finish(job, await this.send(job));
        failures = 0;
      } catch (failure) {
        const error = asApiError(failure);
        if (error.status === 409) {
          if (await this.settle(job)) continue;
          if ((this.state as SaveState) === "conflict") break;
        } else if (!error.passing) {
          if (job.kind !== "save" && (await this.settle(job))) continue;
          this.error = error;
          this.set("refused");
          break;
        }
        this.set("offline");
        await this.pause(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures));
        failures += 1;
      }
    }
    this.working = false;
  }

  private async send(job: Job): Promise<Answer> {
    if (job.kind !== "save") {
      return postJson<Answer>(this.url(`/${job.kind}`), { base: this.head });
    }
    const json = { base: this.head, body: job.body, what: job.what, author: this.author };
    const response = await request("PUT", this.url(), { json });
    return (await response.json()) as Answer;
  }

  private finish(job: Job, answer: Answer): void {
    this.jobs.shift();
    this.head = answer.head;
    this.seen.add(answer.head);
    const body = job.kind === "save" ? job.body : whole(answer.body ?? this.body);
    this.body = body;
    if (this.jobs.length === 0) this.state = "saved";
    this.listener.done({ ...answer, body }, job, this.jobs.length === 0);
    this.listener.changed();
  }

  /** The draft is not what it was when the job was made; returns whether the work can go on. */
  private async settle(job: Job): Promise<boolean> {
    const theirs = await this.fetch().catch(() => null);
    if (!theirs) return false;
    if (job.kind !== "save") {
      this.jobs = [];
      this.accept(theirs);
      return true;
    }
    if (same(theirs.body, job.body)) {
      this.finish(job, theirs); // The reply to this very job was lost.
      return true;
    }
    if (theirs.head === this.head) return false;
    if (!differInSettingsOnly(this.body, theirs.body)) {
      this.theirs = theirs;
      this.set("conflict");
      return false;
    }
    this.jobs = this.jobs.map((one) =>
      one.kind === "save" ? { ...one, body: withSettings(one.body, theirs.body) } : one,
    );
    this.accept(theirs, (body) => withSettings(body, theirs.body));
    return true;
  }

  private pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
