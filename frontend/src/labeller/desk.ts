// What every way of labelling shares, and what it must be able to do.

import type { LabellerData, SessionView } from "./api";
import type { ClassBar } from "./classbar";
import type { Action, Keys } from "./keys";
import type { Work } from "./work";

/** What a surface finds on the desk. */
export interface Desk {
  readonly data: LabellerData;
  readonly view: SessionView;
  readonly keys: Keys;
  readonly work: Work;
  readonly bar: ClassBar;
  /** Whether a class is the whole answer, so that one key gives it and goes on. */
  readonly instant: boolean;
  /** Tells screen readers. */
  say(text: string): void;
  /** Shows what changed beside the surface: progress, buttons. */
  refresh(): void;
  colour(class_name: string): string;
}

/** What the buttons below a surface can do now. */
export interface Doing {
  back: boolean;
  forward: boolean;
  skip: boolean;
  unsure: boolean;
  /** Whether what is in hand is marked unsure. */
  unsureOn: boolean;
  /** Whether what is in hand has a comment. */
  commented: boolean;
  clear: boolean;
  copy_previous: boolean;
  fit: boolean;
  /** What Enter does; null: nothing. */
  submit: string | null;
}

/** One way to label: a sample at a time, or a page of them. */
export interface Surface {
  readonly panel: HTMLElement;
  /** What stands below the buttons. */
  readonly below?: HTMLElement;
  /** What has the focus while keys are pressed. */
  readonly focus: HTMLElement;
  /** Whether plain arrows go back and forward. */
  readonly arrows: boolean;
  readonly doing: Doing;
  /** Looks at a key before anybody else; true where it meant something. */
  key(event: KeyboardEvent): boolean;
  choose(class_name: string): void;
  act(action: Action): void;
  remove(): void;
  escape(): void;
  all(): void;
  /** Samples that a comment is about. */
  targets(): number[];
  /** Undo or redo changed these. */
  reveal(items: number[]): void;
  /** Answers, classes or sizes changed: shows everything anew. */
  refresh(): void;
  /** Tries again what failed. */
  retry(): void;
  dispose(): void;
}
