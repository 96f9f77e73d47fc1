// The flags that were fetched, in their order, with their pictures.

import { asApiError, isAbort, type ApiError } from "../shared/http";
import { Sprite } from "../shared/sprite";
import { fetchFlags, type Counts, type Flag, type FlagView } from "./data";

/** Fetches more when so few are ahead. */
const AHEAD = 20;

interface Cell {
  sprite: Sprite;
  place: number;
}

export class FlagList {
  flags: Flag[] = [];
  at = 0;
  more = true;
  loading = false;
  error: ApiError | null = null;
  private view: FlagView = "open";
  private readonly cells = new Map<number, Cell>();
  private readonly sprites: Sprite[] = [];
  private stop = new AbortController();

  constructor(
    private readonly run: string,
    private readonly digest: string | null,
    private readonly changed: (news: Counts | null) => void,
  ) {}

  get current(): Flag | null {
    return this.flags[this.at] ?? null;
  }

  /** Begins anew with the flags of a view. */
  open(view: FlagView): void {
    this.stop.abort();
    this.stop = new AbortController();
    this.view = view;
    this.flags = [];
    this.at = 0;
    this.more = true;
    this.loading = false;
    this.error = null;
    this.letGo();
    void this.load();
  }

  /** Fetches the flags behind those that are there. */
  async load(): Promise<void> {
    if (this.loading || !this.more) return;
    this.loading = true;
    this.error = null;
    const { signal } = this.stop;
    try {
      const after = this.flags.at(-1)?.place ?? -1;
      const page = await fetchFlags(this.run, this.view, after, signal);
      this.flags.push(...page.flags);
      this.more = page.more;
      this.loading = false;
      this.changed(page.counts);
      await this.loadPictures(page.flags, signal);
    } catch (failure) {
      if (isAbort(failure)) return;
      this.loading = false;
      this.error = asApiError(failure);
    }
    this.changed(null);
  }

  go(to: number): void {
    this.at = Math.max(0, Math.min(this.flags.length, to));
    if (this.flags.length - this.at < AHEAD) void this.load();
    this.changed(null);
  }

  /** Goes on to the next flag nobody has judged; behind the last one, to the end. */
  onward(): void {
    let to = this.at + 1;
    while (to < this.flags.length && this.view === "open" && this.flags[to]?.verdict !== "open") {
      to += 1;
    }
    this.go(to);
  }

  /** Shows a sample's picture in a square of `side` pixels; false while there is none. */
  paint(target: HTMLElement, sample: number, side: number): boolean {
    const cell = this.cells.get(sample);
    cell?.sprite.paint(target, cell.place, side);
    return cell !== undefined;
  }

  dispose(): void {
    this.stop.abort();
    this.letGo();
  }

  private async loadPictures(flags: Flag[], signal: AbortSignal): Promise<void> {
    if (this.digest === null || flags.length === 0) return;
    const ids = flags.map((flag) => flag.sample);
    const sprite = await Sprite.load(this.digest, ids, signal);
    if (signal.aborted) {
      sprite.dispose();
      return;
    }
    this.sprites.push(sprite);
    ids.forEach((sample, place) => this.cells.set(sample, { sprite, place }));
  }

  private letGo(): void {
    for (const sprite of this.sprites.splice(0)) sprite.dispose();
    this.cells.clear();
  }
}

