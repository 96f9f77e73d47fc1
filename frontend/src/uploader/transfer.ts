// Streams files to the studio, a few at a time, and goes on where it was after a failure.

import {
  ApiError,
  apiUrl,
  asApiError,
  errorFrom,
  postJson,
  renewXsrfToken,
  request,
  unreachable,
  xsrfToken,
} from "../shared/http";
import type { Chosen } from "./files";

const IN_FLIGHT = 3;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 8_000;

/** The person cancelled. */
export class Cancelled extends Error {}

export class Transfer {
  readonly total: number;
  upload: string | null = null;
  /** Set while the studio does not answer; the transfer goes on by itself. */
  trouble: ApiError | null = null;
  private readonly queue: Chosen[];
  private readonly requests = new Map<XMLHttpRequest, number>();
  private finished = 0;
  private cancelled = false;

  constructor(
    files: Chosen[],
    private readonly onProgress: () => void,
  ) {
    this.queue = [...files];
    this.total = files.reduce((sum, { file }) => sum + file.size, 0);
  }

  /** Bytes that have left this machine. */
  get sent(): number {
    let sent = this.finished;
    for (const loaded of this.requests.values()) sent += loaded;
    return Math.min(this.total, sent);
  }

  get filesLeft(): number {
    return this.queue.length + this.requests.size;
  }

  /** Sends everything that has not been sent; may be called again after it failed. */
  async run(): Promise<string> {
    this.upload ??= await this.persist(async () => {
      return (await postJson<{ upload: string }>(apiUrl("uploads"), {})).upload;
    });
    const upload = this.upload;
    const workers = Array.from({ length: Math.min(IN_FLIGHT, this.queue.length) }, () =>
      this.work(upload),
    );
    const results = await Promise.allSettled(workers);
    for (const result of results) if (result.status === "rejected") throw result.reason;
    return upload;
  }

  /** Stops, and has the studio forget what it got. */
  cancel(): void {
    this.cancelled = true;
    for (const sending of this.requests.keys()) sending.abort();
    if (this.upload) forget(this.upload);
  }

  private async work(upload: string): Promise<void> {
    for (let chosen = this.queue.shift(); chosen; chosen = this.queue.shift()) {
      const { file, name } = chosen;
      try {
        await this.persist(() => this.put(upload, file, name), file);
      } catch (failure) {
        this.queue.unshift(chosen);
        throw failure;
      }
      this.finished += file.size;
      this.onProgress();
    }
  }

  /** Repeats a request until it succeeds or is refused for good. */
  private async persist<Result>(call: () => Promise<Result>, file?: File): Promise<Result> {
    for (let failures = 0; ; failures += 1) {
      if (this.cancelled) throw new Cancelled();
      try {
        const result = await call();
        this.trouble = null;
        return result;
      } catch (failure) {
        if (this.cancelled) throw new Cancelled();
        const error = asApiError(failure);
        if (!error.passing) throw error;
        if (file) await readable(file);
        this.trouble = error;
        this.onProgress();
        await pause(Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** failures));
      }
    }
  }

  private async put(upload: string, file: File, name: string): Promise<void> {
    const url = apiUrl(`uploads/${upload}/files`, { name });
    try {
      await this.send(url, file);
    } catch (failure) {
      if (!(failure instanceof ApiError) || failure.status !== 403) throw failure;
      await renewXsrfToken();
      await this.send(url, file);
    }
  }

  /** XMLHttpRequest, because fetch does not tell how much of a body has left. */
  private send(url: string, file: File): Promise<void> {
    return new Promise((resolve, reject) => {
      const sending = new XMLHttpRequest();
      this.requests.set(sending, 0);
      sending.open("PUT", url);
      sending.setRequestHeader("x-xsrftoken", xsrfToken());
      sending.setRequestHeader("content-type", "application/octet-stream");
      sending.upload.addEventListener("progress", (event) => {
        if (!this.requests.has(sending)) return;
        this.requests.set(sending, event.loaded);
        this.onProgress();
      });
      sending.addEventListener("loadend", () => {
        this.requests.delete(sending);
        if (sending.status >= 200 && sending.status < 300) resolve();
        else if (sending.status === 0) reject(unreachable());
        else reject(errorFrom(sending.status, sending.responseText));
      });
      sending.send(file);
    });
  }
}

/** Has the studio forget an upload; it does so by itself later when this does not arrive. */
export function forget(upload: string): void {
  request("DELETE", apiUrl(`uploads/${upload}`), { keepalive: true }).catch(() => undefined);
}

/** A file that was moved or changed fails like a broken network; this tells the two apart. */
async function readable(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch {
    throw new ApiError(
      `The file ${file.name} can no longer be read.`,
      "It was changed, moved or deleted since it was chosen.",
      "Cancel, and choose the files again.",
      -1,
    );
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
