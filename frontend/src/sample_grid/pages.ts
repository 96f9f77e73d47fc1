// The pages of label mode: which one is shown, how to turn them, and the next one fetched ahead.

import { asApiError, isAbort, type ApiError } from "../shared/http";
import { Sprite } from "../shared/sprite";
import { fetchSamples, type GridData, type SamplePage } from "./data";

export interface Page extends SamplePage {
  sprite: Sprite | null;
  /** When it was asked for; answers confirmed later may be missing in it. */
  askedAt: number;
}

const RETRY_MS = 3_000;

export class Pages {
  /** The page on display; it stays until the next one has arrived. */
  current: Page = { samples: [], next: null, total: 0, sprite: null, askedAt: 0 };
  loaded = false;
  private cursors: number[] = [-1];
  private ahead: { after: number; page: Promise<Page> } | null = null;
  private asked: AbortController | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly data: () => GridData,
    private readonly limit: () => number,
    private readonly onPage: () => void,
    private readonly onChange: (error: ApiError | null) => void,
  ) {}

  get loading(): boolean {
    return this.asked !== null;
  }

  get isFirst(): boolean {
    return this.cursors.length < 2;
  }

  get isLast(): boolean {
    return this.current.next === null;
  }

  turn(by: 1 | -1): void {
    if (this.loading) return;
    if (by === 1 && this.current.next !== null) this.cursors.push(this.current.next);
    else if (by === -1 && !this.isFirst) this.cursors.pop();
    else return;
    void this.load();
  }

  /** Fetches the page at the current place; a passing failure is retried. */
  async load(): Promise<void> {
    this.asked?.abort();
    clearTimeout(this.timer);
    const asked = new AbortController();
    this.asked = asked;
    this.onChange(null);
    const after = this.cursors.at(-1) ?? -1;
    try {
      const ahead = this.ahead?.after === after ? this.ahead : null;
      if (ahead) this.ahead = null;
      else this.forgetAhead();
      const page = await (ahead?.page ?? this.fetch(after, asked.signal));
      if (asked.signal.aborted) {
        page.sprite?.dispose();
        return;
      }
      this.asked = null;
      this.current.sprite?.dispose();
      this.current = page;
      this.loaded = true;
      this.onPage();
      this.fetchAhead();
    } catch (failure) {
      if (isAbort(failure) || asked.signal.aborted) return;
      this.asked = null;
      const error = asApiError(failure);
      if (error.passing) this.timer = setTimeout(() => void this.load(), RETRY_MS);
      this.onChange(error);
    }
  }

  /** Fetches the next page before it is needed; again when a page holds more or fewer tiles. */
  fetchAhead(): void {
    this.forgetAhead();
    const after = this.current.next;
    if (after === null) return;
    const page = this.fetch(after);
    page.catch(() => {
      if (this.ahead?.page === page) this.ahead = null;
    });
    this.ahead = { after, page };
  }

  dispose(): void {
    this.asked?.abort();
    clearTimeout(this.timer);
    this.forgetAhead();
    this.current.sprite?.dispose();
  }

  private async fetch(after: number, signal?: AbortSignal): Promise<Page> {
    const askedAt = performance.now();
    const data = this.data();
    const page = await fetchSamples(data, after, this.limit(), signal);
    const ids = page.samples.map((sample) => sample.id);
    const pictures = data.task === "images" && ids.length > 0;
    const sprite = pictures ? await Sprite.load(data.samples_digest, ids, signal) : null;
    return { ...page, sprite, askedAt };
  }

  private forgetAhead(): void {
    this.ahead?.page.then((page) => page.sprite?.dispose()).catch(() => undefined);
    this.ahead = null;
  }
}
