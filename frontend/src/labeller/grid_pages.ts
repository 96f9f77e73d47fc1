// The pages of a grid: which samples lie on each, what is still open, and what was set aside.

import { isEmpty } from "./api";
import type { Supply } from "./supply";
import type { Work } from "./work";

export class GridPages {
  private readonly pages: number[][] = [];
  private at = 0;
  /** Left open when their page was turned: they come again at the end. */
  private aside: number[] = [];

  constructor(
    private readonly work: Work,
    private readonly supply: Supply,
    /** Samples a page, of those that were set aside. */
    private readonly size: () => number,
  ) {}

  /** Samples of the page in hand; empty where there is none for now. */
  get current(): readonly number[] {
    return this.pages[this.at] ?? [];
  }

  /** 1 for the first page. */
  get number(): number {
    return this.at + 1;
  }

  get empty(): boolean {
    return this.pages.length === 0;
  }

  /** Whether the end is reached, and the next page is a new one. */
  get atEnd(): boolean {
    return this.at >= this.pages.length;
  }

  /** Samples that were set aside. */
  get later(): number {
    return this.aside.length;
  }

  /** Takes a new page where the end is reached and there is one. */
  begin(): void {
    if (!this.atEnd) return;
    const page = this.another();
    if (page) this.at = this.pages.push(page) - 1;
  }

  /** On to the page that follows; what was left open comes again at the end. */
  turn(): boolean {
    if (this.atEnd) return false;
    const page = this.current;
    for (const place of this.open()) {
      const item = page[place];
      if (item !== undefined && !this.aside.includes(item)) this.aside.push(item);
    }
    this.at += 1;
    return true;
  }

  back(): boolean {
    if (this.at === 0) return false;
    this.at -= 1;
    return true;
  }

  /** Goes to the page that a sample lies on; true where that is another one. */
  goTo(item: number): boolean {
    const page = this.pages.findIndex((found) => found.includes(item));
    if (page === -1 || page === this.at) return false;
    this.at = page;
    return true;
  }

  /** Places without an answer. */
  open(): number[] {
    const page = this.current;
    return [...page.keys()].filter((place) => this.work.look(page[place] ?? -1).standing === "open");
  }

  /** Those of these samples whose suggestion can be accepted. */
  acceptable(items: readonly number[]): number[] {
    return items.filter((item) => {
      const { standing, value, pending } = this.work.look(item);
      const suggestion = this.work.item(item)?.suggestion;
      return standing === "open" && !pending && isEmpty(value) && suggestion;
    });
  }

  /** Samples whose answer was not given yet. */
  pending(): number[] {
    return this.current.filter((item) => this.work.look(item).pending);
  }

  /** A page of new samples, or of those set aside where no more come; null: neither. */
  private another(): number[] | null {
    const batch = this.supply.nextBatch();
    if (batch.length > 0) return batch;
    if (this.supply.state === "loading" || this.supply.state === "ready") return null;
    this.aside = this.aside.filter((item) => this.work.look(item).standing === "open");
    const page = this.aside.splice(0, this.size());
    return page.length > 0 ? page : null;
  }
}
