// The colours of classes, and what can be read on them.

import { luminance } from "../shared/theme";
import type { LabelClass } from "./api";

/** For a class that is unknown, or has no colour. */
export const UNKNOWN = "#8a8f98";

export function colourOf(classes: readonly LabelClass[], name: string): string {
  return classes.find((one) => one.name === name)?.colour || UNKNOWN;
}

/** Black or white, whichever is easier to read on a colour. */
export function inkOn(colour: string): string {
  const value = Number.parseInt(colour.slice(1), 16);
  const light = luminance([value >> 16, (value >> 8) & 255, value & 255]);
  return light > 0.22 ? "#111111" : "#ffffff";
}
