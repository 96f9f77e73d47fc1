// Ways to give the model something: each is a panel that tells when there is something new to ask about.

import type { Sample } from "./facts";

export interface Way {
  readonly name: string;
  readonly panel: HTMLElement;
  /** Said while there is nothing to ask about. */
  readonly hint: string;
  /** What to ask about now; null: nothing. */
  sample(): Sample | null;
  /** The panel is shown, or not any more. */
  show(shown: boolean): void;
}

/** Called when a way has something new, or nothing any more. */
export type Changed = () => void;
