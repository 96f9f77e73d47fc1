// Which key does what for one person: classes, actions, and what the person has changed.

import { printedKey } from "../shared/keyboard";
import type { LabelClass } from "./api";

export type Action =
  | "submit"
  | "accept"
  | "skip"
  | "unsure"
  | "comment"
  | "back"
  | "forward"
  | "clear"
  | "copy_previous"
  | "fit";

/** Actions with keys of their own, and what they are called. */
export const ACTIONS: Record<Action, { title: string; code: string }> = {
  submit: { title: "Submit and go on", code: "Enter" },
  accept: { title: "Accept the suggestion", code: "Enter" },
  skip: { title: "Skip", code: "Minus" },
  unsure: { title: "Not sure", code: "Slash" },
  comment: { title: "Comment", code: "Semicolon" },
  back: { title: "Go back", code: "ArrowLeft" },
  forward: { title: "Go forward", code: "ArrowRight" },
  clear: { title: "Take the answer away", code: "KeyU" },
  copy_previous: { title: "Copy from the previous picture", code: "KeyP" },
  fit: { title: "Fit the picture in", code: "Equal" },
};

/** Pairs that share a key on purpose. */
const TOGETHER = new Set(["submit accept", "accept submit"]);
const TAKEN = new Set(["F1", "Escape", "Tab", "Space", "ShiftLeft", "ShiftRight", "AltLeft", "AltRight"]);
for (const side of ["Left", "Right"]) {
  TAKEN.add(`Control${side}`);
  TAKEN.add(`Meta${side}`);
}

/** What a keystroke asks for. */
export type Command =
  | { kind: "class"; name: string }
  | { kind: "action"; action: Action }
  | { kind: "undo" }
  | { kind: "redo" }
  | { kind: "help" }
  | { kind: "escape" }
  | { kind: "remove" }
  | { kind: "all" };

export function className(name: string): string {
  return `class:${name}`;
}

export class Keys {
  private classes: LabelClass[] = [];
  private own: Record<string, string> = {};
  private readonly codes = new Map<string, string>();
  private readonly byCode = new Map<string, Command[]>();

  constructor(classes: LabelClass[], own: Record<string, string>) {
    this.update(classes, own);
  }

  update(classes: LabelClass[], own: Record<string, string>): void {
    this.classes = classes;
    this.own = { ...own };
    this.codes.clear();
    this.byCode.clear();
    for (const { name, key } of classes) {
      const code = own[className(name)] ?? key;
      this.codes.set(className(name), code);
      if (code) this.put(code, { kind: "class", name });
    }
    for (const [action, { code }] of Object.entries(ACTIONS) as [Action, { code: string }][]) {
      const chosen = own[action] ?? code;
      this.codes.set(action, chosen);
      if (chosen) this.put(chosen, { kind: "action", action });
    }
  }

  /** What the person has changed. */
  get remapped(): Record<string, string> {
    return { ...this.own };
  }

  /** `event.code` of "class:NAME" or an action; "" for none. */
  code(name: string): string {
    return this.codes.get(name) ?? "";
  }

  /** What is printed on the key of "class:NAME" or an action; "" for none. */
  printed(name: string): string {
    const code = this.code(name);
    return code && printedKey(code);
  }

  /** The class a key stands for. */
  classOf(code: string): string | null {
    const found = this.byCode.get(code)?.find((command) => command.kind === "class");
    return found?.kind === "class" ? found.name : null;
  }

  /** The actions a key stands for; none where a class has the key. */
  actionsOf(code: string): Action[] {
    const found = this.byCode.get(code) ?? [];
    if (found.some((command) => command.kind === "class")) return [];
    return found.flatMap((command) => (command.kind === "action" ? [command.action] : []));
  }

  /**
   * What a keystroke asks for; null: nothing of ours.
   *
   * Args:
   *   arrows: Whether plain arrows go back and forward; else they do with Ctrl.
   */
  command(event: KeyboardEvent, arrows: boolean): Command | null {
    const { code, shiftKey, altKey } = event;
    const ctrl = event.ctrlKey || event.metaKey;
    if (code === "F1" || (event.key === "?" && !ctrl)) return { kind: "help" };
    if (altKey) return null;
    if (ctrl) {
      if (code === "KeyZ") return { kind: shiftKey ? "redo" : "undo" };
      if (code === "KeyY") return { kind: "redo" };
      if (code === "KeyA") return { kind: "all" };
      if (code === "Enter" || code === "NumpadEnter") return { kind: "action", action: "submit" };
      if (code === "Space") return { kind: "action", action: "skip" };
      if (code === "ArrowLeft") return { kind: "action", action: "back" };
      if (code === "ArrowRight") return { kind: "action", action: "forward" };
      return null;
    }
    if (code === "Escape") return { kind: "escape" };
    if (code === "Backspace" || code === "Delete") return { kind: "remove" };
    if (shiftKey) return null;
    const name = this.classOf(code);
    if (name !== null) return { kind: "class", name };
    const [action] = this.actionsOf(code === "NumpadEnter" ? "Enter" : code);
    if (!action) return null;
    if (!arrows && code.startsWith("Arrow")) return null;
    return { kind: "action", action };
  }

  /** Names that share a key with "class:NAME" or an action, other than on purpose. */
  conflicts(name: string): string[] {
    const code = this.code(name);
    if (!code) return [];
    return [...this.codes]
      .filter(([other, its]) => other !== name && its === code && !TOGETHER.has(`${name} ${other}`))
      .map(([other]) => other);
  }

  /** Why a key cannot be chosen; null: it can. */
  static refusal(code: string): string | null {
    if (!code) return "The browser does not tell which key that is.";
    return TAKEN.has(code) ? `${printedKey(code)} has a fixed meaning.` : null;
  }

  /** Everything that can be remapped, in the order it is shown. */
  names(): { name: string; title: string }[] {
    const classes = this.classes.map(({ name }) => ({ name: className(name), title: name }));
    const actions = Object.entries(ACTIONS).map(([name, { title }]) => ({ name, title }));
    return [...classes, ...actions];
  }

  private put(code: string, command: Command): void {
    const found = this.byCode.get(code);
    if (found) found.push(command);
    else this.byCode.set(code, [command]);
  }
}
