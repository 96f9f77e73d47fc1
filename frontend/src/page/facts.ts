// What a page is told of its model, as studio/exports/browser.py writes it.

import type { TextSettings } from "../text/tokens";
import type { Adapter } from "./adapter";

export interface Facts {
  /** `name:version`. */
  title: string;
  input: "image" | "text" | "strokes";
  class_names: string[];
  /** (height, width, channels) of a picture; zeros for texts. */
  shape: [number, number, number];
  /** Of what the file takes, the batch of one included. */
  input_shape: number[];
  text: TextSettings | null;
  /** Points of a drawing that a model of strokes looks at. */
  points: number | null;
  /** For a model of another program; null for the studio's own. */
  adapter: Adapter | null;
  /** `name:version` of the dataset; "" where unknown. */
  dataset: string;
  accuracy: number | null;
}

/** What a model is asked about: pixels (height * width * channels), a text, or the strokes of a drawing. */
export type Sample = Uint8Array | string | Drawing;

/** x and y of the points of each stroke. */
export type Drawing = [xs: number[], ys: number[], ...rest: number[][]][];
