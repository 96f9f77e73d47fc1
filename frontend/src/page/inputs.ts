// From a sample to the numbers that the model's file takes: what Python does before it asks the model, done here.

import { encode } from "../text/tokens";
import { adapted } from "./adapter";
import type { Facts, Sample } from "./facts";
import { encodeStrokes } from "./strokes";

export function inputs(sample: Sample, facts: Facts): Uint8Array | Int32Array | Float32Array {
  if (typeof sample === "string") {
    if (!facts.text) throw new Error("This model does not read texts.");
    return encode(sample, facts.text);
  }
  if (sample instanceof Uint8Array) {
    if (facts.input !== "image") throw new Error("This model does not look at pictures.");
    return facts.adapter ? adapted(sample, facts.shape, facts.adapter) : sample;
  }
  return encodeStrokes(sample, facts.points ?? 0);
}
