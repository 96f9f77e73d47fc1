// Keeps what a person did until the server has acknowledged it.
//
// Entries are sent in order, at least once, each with its own op_id (the server applies an op_id
// once). They wait in memory and in localStorage, so a network failure, a server restart, a page
// switch or a closed tab loses none. An outbox outlives the component that opened it.

import { ApiError, asApiError } from "./http";

export interface Entry {
  op_id: string;
}

export type OutboxState = "idle" | "saving" | "saved" | "offline" | "refused";

/** The op_ids that need not be sent again, and the server's news (null: none). */
export interface Receipt<Reply> {
  acknowledged: string[];
  reply: Reply | null;
}

interface Options<Item extends Entry, Reply> {
  send(items: Item[], keepalive: boolean): Promise<Receipt<Reply>>;
  /** Entries a request. */
  batch: number;
  /** How long entries gather before they are sent. */
  gatherMs: number;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8_000;
/** Statuses that blame an entry; others (who are you, you may not) blame the visit. */
const BAD_ENTRY = [400, 404, 409, 413, 422];
const open = new Map<string, Outbox<Entry, unknown>>();
const tab = Math.random().toString(36).slice(2, 10);

export class Outbox<Item extends Entry, Reply> {
  state: OutboxState = "idle";
  error: ApiError | null = null;
  /** The server's latest news; everything in `waiting` is not part of it yet. */
  reply: Reply | null = null;
  private items: Item[] = [];
  private refused: Item[] = [];
  private leaving = 0;
  private limit: number;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private keeping: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  /** Opens the outbox of that name, with what earlier visits left in it. */
  static open<Item extends Entry, Reply>(
    name: string,
    options: Options<Item, Reply>,
  ): Outbox<Item, Reply> {
    const known = open.get(name);
    if (known) return known as unknown as Outbox<Item, Reply>;
    const made = new Outbox<Item, Reply>(name, options);
    open.set(name, made as unknown as Outbox<Entry, unknown>);
    return made;
  }

  private constructor(
    private readonly name: string,
    private readonly options: Options<Item, Reply>,
  ) {
    this.limit = options.batch;
    this.adopt();
    addEventListener("online", () => this.retry());
    addEventListener("pagehide", () => {
      this.persist();
      void this.flush(true);
    });
    if (this.items.length > 0) {
      this.state = "saving";
      this.schedule(0);
    }
  }

  /** Everything not acknowledged yet, the refused entries first. */
  get waiting(): readonly Item[] {
    return [...this.refused, ...this.items];
  }

  /** Calls back after every change; returns the function that stops it. */
  listen(callback: () => void): () => void {
    this.listeners.add(callback);
    return () => this.listeners.delete(callback);
  }

  add(...items: Item[]): void {
    if (items.length === 0) return;
    this.items.push(...items);
    if (this.state === "idle" || this.state === "saved") this.state = "saving";
    if (this.leaving === 0 && this.timer === undefined) this.schedule(this.options.gatherMs);
    else this.keepSoon();
    this.changed();
  }

  /** Takes back an entry that has not left yet; false when it is too late for that. */
  drop(opId: string): boolean {
    const place = this.items.findIndex((item) => item.op_id === opId);
    const refused = this.refused.findIndex((item) => item.op_id === opId);
    if (refused !== -1) this.refused.splice(refused, 1);
    else if (place >= this.leaving) this.items.splice(place, 1);
    else return false;
    this.persist();
    this.settle();
    return true;
  }

  /** Tries again now. */
  retry(): void {
    if (this.waiting.length === 0 || this.leaving > 0) return;
    this.items.unshift(...this.refused.splice(0));
    this.failures = 0;
    this.state = "saving";
    this.schedule(0);
    this.changed();
  }

  /** Gives up the entries the server refused, or all of them where it refuses everything. */
  discard(): Item[] {
    const given = this.refused.length > 0 ? this.refused.splice(0) : this.items.splice(0);
    this.error = null;
    this.persist();
    this.settle();
    return given;
  }

  /** What waits behind a slow or failing request is kept without waiting for it. */
  private keepSoon(): void {
    this.keeping ??= setTimeout(() => {
      this.keeping = undefined;
      this.persist();
    }, this.options.gatherMs);
  }

  private schedule(delay: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.persist();
      void this.flush(false);
    }, delay);
  }

  private async flush(keepalive: boolean): Promise<void> {
    if (this.leaving > 0 || this.items.length === 0) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const sent = this.items.slice(0, this.limit);
    this.leaving = sent.length;
    if (this.failures === 0 && this.refused.length === 0) this.state = "saving";
    try {
      const receipt = await this.options.send(sent, keepalive);
      const acknowledged = new Set(receipt.acknowledged);
      if (acknowledged.size === 0) {
        throw new ApiError(
          "The studio confirmed nothing of what was sent.",
          "It replied, but named no entry as saved.",
          "Leave the page open: it tries again by itself.",
          503,
        );
      }
      this.leaving = 0;
      this.items = this.items.filter((item) => !acknowledged.has(item.op_id));
      this.reply = receipt.reply ?? this.reply;
      this.failures = 0;
      this.limit = this.options.batch;
      if (this.refused.length === 0) this.error = null;
      if (this.items.length > 0) this.schedule(0);
      this.persist();
      this.settle();
    } catch (failure) {
      this.leaving = 0;
      this.failed(asApiError(failure), sent.length);
    }
  }

  /** A passing failure waits; a refused batch is halved until the entry at fault stands alone. */
  private failed(error: ApiError, sent: number): void {
    this.error = error;
    if (error.passing) {
      this.failures += 1;
      this.state = "offline";
      this.schedule(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (this.failures - 1)));
    } else if (!BAD_ENTRY.includes(error.status)) {
      this.state = "refused";
    } else if (sent > 1) {
      this.limit = Math.ceil(sent / 2);
      this.schedule(0);
    } else {
      this.refused.push(...this.items.splice(0, 1));
      this.state = "refused";
      if (this.items.length > 0) this.schedule(0);
    }
    this.changed();
  }

  private settle(): void {
    if (this.refused.length > 0) {
      this.state = "refused";
    } else if (this.items.length === 0) {
      clearTimeout(this.timer);
      this.timer = undefined;
      this.error = null;
      this.state = "saved";
    } else if (this.state === "offline" || this.state === "refused") {
      this.state = "saving";
    }
    this.changed();
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }

  private get prefix(): string {
    return `studio.outbox:${this.name}:`;
  }

  /** Takes over what other tabs and earlier visits left; sending twice is harmless. */
  private adopt(): void {
    try {
      const found = new Map<string, Item>();
      for (const key of Object.keys(localStorage)) {
        if (!key.startsWith(this.prefix)) continue;
        for (const item of JSON.parse(localStorage.getItem(key) ?? "[]") as Item[]) {
          found.set(item.op_id, item);
        }
        localStorage.removeItem(key);
      }
      this.items = [...found.values()];
      this.persist();
    } catch {
      // Storage is forbidden or its content damaged: this visit keeps its entries in memory only.
    }
  }

  private persist(): void {
    try {
      const key = this.prefix + tab;
      if (this.waiting.length === 0) localStorage.removeItem(key);
      else localStorage.setItem(key, JSON.stringify(this.waiting));
    } catch {
      // Storage is forbidden or full: the entries still wait in memory.
    }
  }
}
