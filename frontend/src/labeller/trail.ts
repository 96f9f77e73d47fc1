// Samples in the order they were seen, to go back and forth; in front of them those of earlier visits.

import { fetchMine } from "./api";
import type { Work } from "./work";

const EARLIER = 50;

export class Trail {
  private readonly items: number[] = [];
  private at = 0;
  /** How many of the person's answers were asked for, and whether those are all. */
  private asked = 0;
  private complete = false;
  private asking: AbortController | null = null;

  constructor(
    private readonly session: string,
    private readonly annotator: string,
    private readonly work: Work,
  ) {}

  /** The sample in hand; null: the end is reached, and the next one is a new one. */
  get current(): number | null {
    return this.items[this.at] ?? null;
  }

  get previous(): number | null {
    return this.items[this.at - 1] ?? null;
  }

  get empty(): boolean {
    return this.items.length === 0;
  }

  /** Whether something lies behind, or may. */
  get canGoBack(): boolean {
    return this.at > 0 || !this.complete;
  }

  get canGoForward(): boolean {
    return this.at < this.items.length;
  }

  /** The samples seen last, the latest first. */
  behind(count: number): number[] {
    return this.items.slice(Math.max(0, this.at - count), this.at).reverse();
  }

  /** The sample in hand and those that follow. */
  onward(count: number): number[] {
    return this.items.slice(this.at, this.at + count);
  }

  /** Puts a new sample at the end, and goes there. */
  add(item: number): void {
    this.at = this.items.push(item) - 1;
  }

  /** Goes to a sample; one that was not seen yet is put here. */
  goTo(item: number): void {
    const place = this.items.indexOf(item);
    if (place === -1) this.items.splice(Math.min(this.at, this.items.length), 0, item);
    else this.at = place;
  }

  /** On to the next sample without an answer. */
  advance(): void {
    this.at += 1;
    while (this.current !== null && this.work.look(this.current).standing !== "open") this.at += 1;
  }

  forward(): boolean {
    if (!this.canGoForward) return false;
    this.at += 1;
    return true;
  }

  /** Goes back, where needed to what was answered before this visit; false: there is nothing. */
  async back(): Promise<boolean> {
    if (this.at === 0) await this.fetchEarlier();
    if (this.at === 0) return false;
    this.at -= 1;
    return true;
  }

  dispose(): void {
    this.asking?.abort();
  }

  private async fetchEarlier(): Promise<void> {
    if (this.complete || this.asking) return;
    this.asking = new AbortController();
    const { signal } = this.asking;
    try {
      for (let found = 0; found === 0 && !this.complete; ) {
        const { items } = await fetchMine(this.session, this.annotator, this.asked, EARLIER, signal);
        this.asked += items.length;
        this.complete = items.length < EARLIER;
        const seen = new Set(this.items);
        const fresh = items.filter(({ item }) => !seen.has(item));
        this.work.take(fresh);
        this.items.unshift(...fresh.map(({ item }) => item).reverse());
        this.at += fresh.length;
        found = fresh.length;
      }
    } finally {
      this.asking = null;
    }
  }
}
