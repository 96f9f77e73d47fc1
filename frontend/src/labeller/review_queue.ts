// The queue that is reviewed: its samples page by page, and small tiles of them to go back and forth.

import { element, setText } from "../shared/dom";
import { asApiError, isAbort, type ApiError } from "../shared/http";
import { Sprite } from "../shared/sprite";
import { fetchReviews, type ReviewCounts, type ReviewItem, type ReviewQueue } from "./api";

const PAGE = 60;
const MORE_FROM = 8;
const TILE = 52;

/** What the reviewer did with a sample on this visit. */
export type Outcome = "accepted" | "returned" | "reopened";

const OUTCOMES: Record<Outcome, string> = { accepted: "✓", returned: "↩", reopened: "○" };
const IN_WORDS: Record<Outcome, string> = {
  accepted: "decided",
  returned: "sent back",
  reopened: "open again",
};

interface Owner {
  /** Samples, the place in the queue or an error are other ones. */
  changed(): void;
  counts(counts: ReviewCounts): void;
}

export class ReviewQueueList {
  readonly items: ReviewItem[] = [];
  readonly outcomes = new Map<number, Outcome>();
  at = 0;
  loading = false;
  error: ApiError | null = null;
  queue: ReviewQueue;
  private next: number | null = null;
  private asked = new AbortController();
  /** How samples stood before this visit's first decision about them. */
  private readonly stood = new Map<number, ReviewItem>();

  constructor(
    private readonly session: string,
    private readonly reviewer: string,
    queue: ReviewQueue,
    private readonly owner: Owner,
  ) {
    this.queue = queue;
  }

  get current(): ReviewItem | null {
    return this.items[this.at] ?? null;
  }

  /** Whether more may come behind the last sample. */
  get more(): boolean {
    return this.next !== null;
  }

  /** Begins a queue anew. */
  open(queue: ReviewQueue): void {
    this.asked.abort();
    this.queue = queue;
    this.items.length = 0;
    this.outcomes.clear();
    this.stood.clear();
    this.at = 0;
    this.next = -1;
    this.loading = false;
    void this.load();
  }

  /** Goes to a place; the place behind the last sample is the end of the queue. */
  go(place: number): void {
    this.at = Math.min(Math.max(0, place), this.items.length);
    if (this.at >= this.items.length - MORE_FROM) void this.load();
    this.owner.changed();
  }

  /** Goes to the next sample that nothing was done with. */
  onward(): void {
    let place = this.at + 1;
    while (place < this.items.length && this.outcomes.has(this.items[place]?.item ?? -1)) place += 1;
    this.go(place);
  }

  /** A decision was made about a sample: how it stands now. */
  decided(item: ReviewItem, outcome: Outcome): void {
    const place = this.placeOf(item.item);
    const stood = this.items[place];
    if (!stood) return;
    if (!this.stood.has(item.item)) this.stood.set(item.item, stood);
    this.items[place] = item;
    this.outcomes.set(item.item, outcome);
  }

  /** The decisions about a sample are taken back: it is shown as it stood before. */
  undecided(item: number): void {
    const stood = this.stood.get(item);
    const place = this.placeOf(item);
    this.stood.delete(item);
    this.outcomes.delete(item);
    if (!stood || place === -1) return;
    this.items[place] = stood;
    this.go(place);
  }

  async load(): Promise<void> {
    if (this.loading || this.next === null) return;
    this.loading = true;
    this.error = null;
    this.asked = new AbortController();
    const { signal } = this.asked;
    const { session, reviewer, queue } = this;
    this.owner.changed();
    try {
      const query = { queue, after: this.next, limit: PAGE, reviewer };
      const page = await fetchReviews(session, query, signal);
      this.items.push(...page.items);
      this.next = page.next;
      this.owner.counts(page.counts);
    } catch (failure) {
      if (isAbort(failure) || signal.aborted) return;
      this.error = asApiError(failure);
    }
    this.loading = false;
    this.owner.changed();
  }

  dispose(): void {
    this.asked.abort();
  }

  private placeOf(item: number): number {
    return this.items.findIndex((one) => one.item === item);
  }
}

/** A strip of small tiles, one a sample. */
export class ReviewTiles {
  readonly root = element("ol", { class: "review-tiles", "aria-label": "Samples of this queue" });
  private readonly tiles: HTMLButtonElement[] = [];
  private sprites: Sprite[] = [];
  private stop = new AbortController();
  private shown = -1;

  constructor(
    private readonly samples: string | null,
    private readonly choose: (place: number) => void,
  ) {}

  /** Shows the samples; those that are shown already stay. */
  update(items: readonly ReviewItem[], at: number, outcomes: ReadonlyMap<number, Outcome>): void {
    if (items.length < this.tiles.length || items.length === 0) this.clear();
    const fresh = items.slice(this.tiles.length);
    if (fresh.length > 0) this.add(fresh);
    items.forEach((item, place) => this.mark(place, item, outcomes.get(item.item), place === at));
    if (at !== this.shown) {
      this.shown = at;
      this.reveal(at);
    }
  }

  dispose(): void {
    this.clear();
  }

  private clear(): void {
    this.stop.abort();
    this.stop = new AbortController();
    for (const sprite of this.sprites) sprite.dispose();
    this.sprites = [];
    this.tiles.length = 0;
    this.root.replaceChildren();
    this.shown = -1;
  }

  private add(items: readonly ReviewItem[]): void {
    const cells = items.map((item) => {
      const place = this.tiles.length;
      const cell = element("span", { class: "review-cell", "aria-hidden": true });
      if (this.samples === null) setText(cell, item.text ?? "");
      const badge = element("span", { class: "review-badge", "aria-hidden": true });
      const tile = element("button", { type: "button", class: "review-tile", tabindex: -1 }, cell, badge);
      tile.classList.toggle("words", this.samples === null);
      tile.addEventListener("click", () => this.choose(place));
      this.tiles.push(tile);
      this.root.append(element("li", {}, tile));
      return cell;
    });
    if (this.samples !== null) void this.paint(this.samples, items, cells);
  }

  private async paint(
    samples: string,
    items: readonly ReviewItem[],
    cells: HTMLElement[],
  ): Promise<void> {
    const { signal } = this.stop;
    try {
      const sprite = await Sprite.load(samples, items.map(({ item }) => item), signal);
      if (signal.aborted) return sprite.dispose();
      this.sprites.push(sprite);
      cells.forEach((cell, place) => sprite.paint(cell, place, TILE));
    } catch {
      // The tiles stay empty: the sample itself says that the studio is away.
    }
  }

  private mark(place: number, item: ReviewItem, outcome: Outcome | undefined, current: boolean): void {
    const tile = this.tiles[place];
    const badge = tile?.lastElementChild;
    if (!tile || !badge) return;
    tile.setAttribute("aria-current", String(current));
    tile.dataset["outcome"] = outcome ?? "";
    setText(badge, outcome ? OUTCOMES[outcome] : "");
    const standing = outcome ? `, ${IN_WORDS[outcome]}` : "";
    tile.setAttribute("aria-label", `${item.name ?? `Sample ${item.item}`}${standing}`);
  }

  /** Scrolls the strip, never the page around it. */
  private reveal(place: number): void {
    const tile = this.tiles[place]?.parentElement;
    if (!tile) return;
    const { root } = this;
    const across = tile.offsetLeft + tile.offsetWidth / 2 - root.clientWidth / 2;
    const down = tile.offsetTop + tile.offsetHeight / 2 - root.clientHeight / 2;
    root.scrollTo({ left: across, top: down });
  }
}
