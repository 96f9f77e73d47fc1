// A class as a button: its colour, its name, and the key that stands for it.

import { button, element } from "../shared/dom";
import type { LabelClass } from "./api";
import { UNKNOWN } from "./colours";

export function classButton(
  { name, colour, description }: LabelClass,
  choose: (event: MouseEvent) => void,
): HTMLButtonElement {
  const attributes = { class: "button class", "aria-pressed": "false", title: description || name };
  const made = button("", choose, attributes);
  made.style.setProperty("--colour", colour || UNKNOWN);
  made.append(
    element("span", { class: "class-dot", "aria-hidden": true }),
    element("span", { class: "class-name" }, name),
    element("kbd", { class: "key", "aria-hidden": true, hidden: true }),
  );
  return made;
}

/** Shows the key of a class on its button; "" for none. `shift`: with Shift. */
export function showKey(made: HTMLButtonElement, printed: string, shift = false): void {
  const key = made.querySelector("kbd");
  if (!key) return;
  key.textContent = shift ? `⇧${printed}` : printed;
  key.hidden = printed === "";
  if (printed) made.setAttribute("aria-keyshortcuts", shift ? `Shift+${printed}` : printed);
  else made.removeAttribute("aria-keyshortcuts");
}
