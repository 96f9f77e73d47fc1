// The pictures taken: sent to an upload one after the other, again after a failure, removed on demand.
//
// An album outlives the component that opened it: what waits is sent also after a page switch.

import { ApiError, apiUrl, asApiError, postJson, request } from "../shared/http";
import type { OutboxState } from "../shared/outbox";
import { persist } from "../shared/retry";

export interface Shot {
  class_name: string;
  /** Path within the upload, like "cat/2026-01-31T12-30-00-1.jpg". */
  name: string;
  picture: Blob;
  saved: boolean;
  removed: boolean;
}

const IN_FLIGHT = 3;
/** Recording pauses while so many pictures wait. */
export const LARGEST_WAIT = 200;
/** So many of the latest pictures can be looked at and removed. */
export const RECENT = 24;
const LONGEST_FOLDER_BYTES = 200;
const open = new Map<string, Album>();

export class Album {
  state: OutboxState = "idle";
  error: ApiError | null = null;
  /** The latest pictures, newest first. */
  readonly recent: Shot[] = [];
  onChange: () => void = () => undefined;
  private readonly queue: Shot[] = [];
  private readonly saved = new Map<string, number>();
  private creating: Promise<string> | null = null;
  private readonly sending = new Set<Shot>();
  private taken = 0;

  private constructor(public upload: string | null) {}

  /** Opens the album of an upload, or a new one that makes its own. */
  static open(upload: string | null): Album {
    const known = upload === null ? undefined : open.get(upload);
    if (known) return known;
    const made = new Album(upload);
    if (upload !== null) open.set(upload, made);
    return made;
  }

  get waiting(): number {
    return this.queue.length + this.sending.size;
  }

  /** Saved pictures by class name. */
  get counts(): Record<string, number> {
    return Object.fromEntries([...this.saved].filter(([, number]) => number > 0));
  }

  get total(): number {
    return [...this.saved.values()].reduce((sum, number) => sum + number, 0);
  }

  /** Pictures of a class, those on their way included. */
  count(class_name: string): number {
    const waiting = [...this.queue, ...this.sending].filter((shot) => {
      return shot.class_name === class_name && !shot.removed;
    });
    return (this.saved.get(class_name) ?? 0) + waiting.length;
  }

  add(class_name: string, picture: Blob): Shot {
    this.taken += 1;
    const time = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
    const name = `${folderName(class_name)}/${time}-${this.taken}.jpg`;
    const shot: Shot = { class_name, name, picture, saved: false, removed: false };
    this.queue.push(shot);
    this.recent.unshift(shot);
    this.recent.splice(RECENT);
    this.pump();
    return shot;
  }

  remove(shot: Shot): void {
    shot.removed = true;
    this.forget(shot);
    const place = this.queue.indexOf(shot);
    if (place !== -1) this.queue.splice(place, 1);
    else if (shot.saved) void this.erase(shot);
    this.settle();
  }

  /** Tries again after a refusal. */
  retry(): void {
    this.error = null;
    this.state = "saving";
    this.pump();
  }

  /** Gives up what could not be saved. */
  discard(): void {
    for (const shot of this.queue.splice(0)) this.forget(shot);
    this.error = null;
    this.settle();
  }

  private pump(): void {
    while (this.sending.size < IN_FLIGHT && this.error === null) {
      const shot = this.queue.shift();
      if (!shot) break;
      void this.send(shot);
    }
    this.settle();
  }

  private async send(shot: Shot): Promise<void> {
    this.sending.add(shot);
    try {
      await this.persist(async () => {
        const upload = await this.create();
        const url = apiUrl(`uploads/${upload}/files`, { name: shot.name });
        await request("PUT", url, { body: shot.picture });
      });
      shot.saved = true;
      this.tally(shot, 1);
      if (shot.removed) void this.erase(shot);
    } catch (failure) {
      if (!shot.removed) this.queue.unshift(shot);
      this.error = asApiError(failure);
    }
    this.sending.delete(shot);
    this.pump();
  }

  private async erase(shot: Shot): Promise<void> {
    this.tally(shot, -1);
    const url = apiUrl(`uploads/${this.upload ?? ""}/files`, { name: shot.name });
    try {
      await this.persist(() => request("DELETE", url));
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 404) return;
      this.tally(shot, 1);
      this.error = asApiError(failure);
    }
    this.settle();
  }

  private create(): Promise<string> {
    if (this.upload !== null) return Promise.resolve(this.upload);
    this.creating ??= postJson<{ upload: string }>(apiUrl("uploads"), {})
      .then(({ upload }) => {
        this.upload = upload;
        open.set(upload, this);
        return upload;
      })
      .finally(() => {
        this.creating = null;
      });
    return this.creating;
  }

  private persist<Result>(call: () => Promise<Result>): Promise<Result> {
    return persist(call, {
      cancelled: () => false,
      trouble: (error) => {
        this.state = error ? "offline" : "saving";
        this.onChange();
      },
    });
  }

  private forget(shot: Shot): void {
    const place = this.recent.indexOf(shot);
    if (place !== -1) this.recent.splice(place, 1);
  }

  private tally(shot: Shot, change: number): void {
    this.saved.set(shot.class_name, (this.saved.get(shot.class_name) ?? 0) + change);
  }

  private settle(): void {
    if (this.error) this.state = "refused";
    else if (this.waiting === 0) this.state = this.taken > 0 ? "saved" : "idle";
    else if (this.state !== "offline") this.state = "saving";
    this.onChange();
  }
}

/** A class name as the name of a folder: one level, and never a hidden one. */
function folderName(class_name: string): string {
  const plain = class_name
    .replace(/[/\\]/g, "-")
    .replace(/\p{C}/gu, "")
    .trim()
    .replace(/^\.+/, "-");
  const letters = Array.from(plain);
  const encoder = new TextEncoder();
  while (encoder.encode(letters.join("")).length > LONGEST_FOLDER_BYTES) letters.pop();
  return letters.join("") || "-";
}
