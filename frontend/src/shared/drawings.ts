// Drawings on their way to the studio: kept until it has them, and taken back by removing them.

import { uuid } from "./dom";
import { ApiError, apiUrl, postJson, request } from "./http";
import { Outbox, type Entry } from "./outbox";
import { base64, encodeGreyPng } from "./png";
import { rasterise, type Stroke } from "./raster";

export interface DrawingOp extends Entry {
  verb: "add" | "remove";
  target: string;
  collection: string;
  class_name: string;
  image: string;
  strokes: Stroke[];
  /** Who drew it; left out where nobody has a name. */
  author?: string;
}

/** Class -> drawings of it in the collection. */
export type DrawingCounts = Record<string, number>;

export type DrawingOutbox = Outbox<DrawingOp, DrawingCounts>;

/** A finished drawing as it is sent, and its grey pixels as they are shown. */
export function finished(
  strokes: Stroke[],
  size: number,
  of: { collection: string; class_name: string; author?: string },
): { op: DrawingOp; pixels: Uint8Array } {
  const pixels = rasterise(strokes, size);
  const op: DrawingOp = {
    op_id: uuid(),
    verb: "add",
    target: "",
    ...of,
    image: base64(encodeGreyPng(pixels, size, size)),
    strokes: strokes.map(([xs, ys, ts]) => [xs.map(Math.round), ys.map(Math.round), ts]),
  };
  return { op, pixels };
}

/** Takes a drawing back: out of the outbox where it still waits, else out of the studio. */
export function takeBack(outbox: DrawingOutbox, drawing: DrawingOp): void {
  if (outbox.drop(drawing.op_id)) return;
  outbox.add({
    ...drawing,
    op_id: uuid(),
    verb: "remove",
    target: drawing.op_id,
    image: "",
    strokes: [],
  });
}

/** How many drawings there are of each class: as the studio counted last, with everything that waits. */
export class DrawingTally {
  counts: DrawingCounts = {};
  private reply: DrawingCounts | null = null;

  constructor(private readonly outbox: DrawingOutbox) {}

  /** Takes over what the studio counted since; true where it did. */
  follow(): boolean {
    const { reply } = this.outbox;
    if (!reply || reply === this.reply) return false;
    this.reply = reply;
    this.counts = reply;
    return true;
  }

  /** How many drawings of a class there are once everything that waits has arrived. */
  of(class_name: string): number {
    const change = this.outbox.waiting
      .filter((drawing) => drawing.class_name === class_name)
      .reduce((sum, drawing) => sum + (drawing.verb === "add" ? 1 : -1), 0);
    return Math.max(0, (this.counts[class_name] ?? 0) + change);
  }
}

export function openDrawings(collection: string): DrawingOutbox {
  return Outbox.open<DrawingOp, DrawingCounts>(`drawings:${collection}`, {
    batch: 1,
    gatherMs: 0,
    send: async (drawings) => {
      let reply: DrawingCounts | null = null;
      for (const drawing of drawings) reply = (await deliver(drawing)) ?? reply;
      return { acknowledged: drawings.map((drawing) => drawing.op_id), reply };
    },
  });
}

/** Sends one entry; null where the server has no counts to tell. */
async function deliver(drawing: DrawingOp): Promise<DrawingCounts | null> {
  if (drawing.verb === "remove") {
    try {
      const gone = await request("DELETE", apiUrl(`drawings/${drawing.target}`));
      return ((await gone.json()) as { counts: DrawingCounts }).counts;
    } catch (failure) {
      if (failure instanceof ApiError && failure.status === 404) return null;
      throw failure;
    }
  }
  const { op_id, collection, class_name, image, strokes, author } = drawing;
  const body = { op_id, collection, class_name, image, strokes, ...(author ? { author } : {}) };
  return (await postJson<{ counts: DrawingCounts }>(apiUrl("drawings"), body)).counts;
}
