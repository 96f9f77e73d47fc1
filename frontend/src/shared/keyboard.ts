// Keys by their place on the keyboard (`event.code`), and what is printed on them where the browser tells.

interface KeyboardLayout {
  getLayoutMap(): Promise<Map<string, string>>;
}

let layout: Map<string, string> | null = null;
let asked: Promise<void> | null = null;

/** Whether a key was pressed on a button, which Enter and Space press. */
export function onButton(event: KeyboardEvent): boolean {
  return event.composedPath()[0] instanceof HTMLButtonElement;
}

/** Does what Ctrl+Z and Ctrl+Enter mean; null where Ctrl is not held, false where they are not meant. */
export function withCtrl(
  event: KeyboardEvent,
  does: { undo(): void; submit(): void },
): boolean | null {
  if (!event.ctrlKey && !event.metaKey) return null;
  if (event.code === "KeyZ" && !event.shiftKey) does.undo();
  else if (event.code === "Enter") does.submit();
  else return false;
  return true;
}

/** Learns what is printed on the keys; calls back when that is known. */
export function learnLayout(known: () => void): void {
  const { keyboard } = navigator as Navigator & { keyboard?: KeyboardLayout };
  if (!keyboard) return;
  asked ??= keyboard
    .getLayoutMap()
    .then((found) => {
      layout = found;
    })
    .catch(() => undefined);
  void asked.then(() => {
    if (layout) known();
  });
}

const NAMES: Record<string, string> = {
  Enter: "Enter",
  Space: "Space",
  Tab: "Tab",
  Escape: "Esc",
  Backspace: "⌫",
  Delete: "Del",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  PageUp: "PgUp",
  PageDown: "PgDn",
  Minus: "-",
  Equal: "=",
  Slash: "/",
  Backslash: "\\",
  Semicolon: ";",
  Quote: "'",
  Comma: ",",
  Period: ".",
  BracketLeft: "[",
  BracketRight: "]",
  Backquote: "`",
};

/** What is printed on a key: "A", "7", "Enter", "←". */
export function printedKey(code: string): string {
  if (code.startsWith("Digit")) return code.slice(5);
  if (code.startsWith("Numpad")) return `Num ${code.slice(6)}`;
  const printed = layout?.get(code);
  if (printed) return printed.toUpperCase();
  if (code.startsWith("Key")) return code.slice(3);
  return NAMES[code] ?? code;
}
