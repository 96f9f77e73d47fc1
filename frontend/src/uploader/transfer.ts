// Streams files to the studio, a few requests at a time, and goes on where it was after a failure.
//
// Small files travel together: ten thousand requests would take longer than their bytes. A batch is a
// sequence of records: length of the name (4 bytes, big-endian), name (UTF-8), length of the content
// (8 bytes), content.

import {
  ApiError,
  apiUrl,
  errorFrom,
  postJson,
  renewXsrfToken,
  request,
  unreachable,
  xsrfToken,
} from "../shared/http";
import { persist } from "../shared/retry";
import type { Chosen } from "./files";

const IN_FLIGHT = 3;
/** Larger files travel alone. */
const SMALL_BYTES = 1_000_000;
const BATCH_BYTES = 4_000_000;
const BATCH_FILES = 1_000;
const RECORD_BYTES = 12;

/** What one request carries. */
interface Load {
  chosen: Chosen[];
  bytes: number;
}

export class Transfer {
  readonly total: number;
  upload: string | null = null;
  /** Set while the studio does not answer; the transfer goes on by itself. */
  trouble: ApiError | null = null;
  private readonly queue: Load[];
  /** Bytes of its load that each open request has sent. */
  private readonly requests = new Map<XMLHttpRequest, number>();
  private finished = 0;
  private finishedFiles = 0;
  private cancelled = false;

  constructor(
    private readonly files: Chosen[],
    private readonly onProgress: () => void,
  ) {
    this.queue = loads(files);
    this.total = files.reduce((sum, { file }) => sum + file.size, 0);
  }

  /** Bytes that have left this machine. */
  get sent(): number {
    let sent = this.finished;
    for (const loaded of this.requests.values()) sent += loaded;
    return Math.min(this.total, sent);
  }

  get filesLeft(): number {
    return this.files.length - this.finishedFiles;
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
    for (let load = this.queue.shift(); load; load = this.queue.shift()) {
      const { chosen, bytes } = load;
      try {
        await this.persist(() => this.deliver(upload, chosen, bytes), chosen);
      } catch (failure) {
        this.queue.unshift(load);
        throw failure;
      }
      this.finished += bytes;
      this.finishedFiles += chosen.length;
      this.onProgress();
    }
  }

  private persist<Result>(call: () => Promise<Result>, chosen: Chosen[] = []): Promise<Result> {
    return persist(call, {
      cancelled: () => this.cancelled,
      trouble: (error) => {
        this.trouble = error;
        if (error) this.onProgress();
      },
      examine: () => readable(chosen),
    });
  }

  private async deliver(upload: string, chosen: Chosen[], bytes: number): Promise<void> {
    const [first] = chosen;
    if (!first) return;
    const alone = chosen.length === 1;
    const method = alone ? "PUT" : "POST";
    const url = alone
      ? apiUrl(`uploads/${upload}/files`, { name: first.name })
      : apiUrl(`uploads/${upload}/batch`);
    const body = alone ? first.file : batch(chosen);
    try {
      await this.send(method, url, body, bytes);
    } catch (failure) {
      if (!(failure instanceof ApiError) || failure.status !== 403) throw failure;
      await renewXsrfToken();
      await this.send(method, url, body, bytes);
    }
  }

  /** XMLHttpRequest, because fetch does not tell how much of a body has left. */
  private send(method: string, url: string, body: Blob, bytes: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const sending = new XMLHttpRequest();
      this.requests.set(sending, 0);
      sending.open(method, url);
      sending.setRequestHeader("x-xsrftoken", xsrfToken());
      sending.setRequestHeader("content-type", "application/octet-stream");
      sending.upload.addEventListener("progress", (event) => {
        if (!this.requests.has(sending)) return;
        this.requests.set(sending, (event.loaded / Math.max(1, event.total)) * bytes);
        this.onProgress();
      });
      sending.addEventListener("loadend", () => {
        this.requests.delete(sending);
        if (sending.status >= 200 && sending.status < 300) resolve();
        else if (sending.status === 0) reject(unreachable());
        else reject(errorFrom(sending.status, sending.responseText));
      });
      sending.send(body);
    });
  }
}

/** Divides files into requests: large ones alone, small ones together, in their order. */
function loads(files: Chosen[]): Load[] {
  const made: Load[] = [];
  let open: Load = { chosen: [], bytes: 0 };
  let size = 0;
  for (const chosen of files) {
    const { file, name } = chosen;
    if (file.size > SMALL_BYTES) {
      made.push({ chosen: [chosen], bytes: file.size });
      continue;
    }
    const record = RECORD_BYTES + encode(name).length + file.size;
    if (open.chosen.length === BATCH_FILES || size + record > BATCH_BYTES) {
      open = { chosen: [], bytes: 0 };
      size = 0;
    }
    if (open.chosen.length === 0) made.push(open);
    open.chosen.push(chosen);
    open.bytes += file.size;
    size += record;
  }
  return made;
}

/** One body from many files; their content is read by the browser while it is sent. */
function batch(chosen: Chosen[]): Blob {
  const parts = chosen.flatMap(({ file, name }) => {
    const written = encode(name);
    const head = new Uint8Array(RECORD_BYTES + written.length);
    const view = new DataView(head.buffer);
    view.setUint32(0, written.length);
    head.set(written, 4);
    view.setBigUint64(4 + written.length, BigInt(file.size));
    return [head, file];
  });
  return new Blob(parts);
}

const encoder = new TextEncoder();

function encode(name: string): Uint8Array {
  return encoder.encode(name);
}

/** Has the studio forget an upload; it does so by itself later when this does not arrive. */
export function forget(upload: string): void {
  request("DELETE", apiUrl(`uploads/${upload}`), { keepalive: true }).catch(() => undefined);
}

/** A file that was moved or changed fails like a broken network; this tells the two apart. */
async function readable(chosen: Chosen[]): Promise<void> {
  for (const { file } of chosen) {
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
}
