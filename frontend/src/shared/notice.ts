// The designed error state: what happened, why, what to do, and a button where there is one.

import { button, element } from "./dom";
import type { ApiError } from "./http";

export interface Action {
  label: string;
  run(): void;
}

/** Renders an error; `role=alert` makes screen readers say it at once. */
export function notice(error: ApiError, ...actions: Action[]): HTMLElement {
  const made = element(
    "div",
    { class: "notice", role: "alert" },
    element("p", { class: "notice-what" }, error.what),
    element("p", {}, error.why),
    element("p", { class: "notice-fix" }, error.fix),
  );
  if (actions.length > 0) {
    made.append(
      element(
        "div",
        { class: "notice-actions" },
        ...actions.map((action) => button(action.label, () => action.run())),
      ),
    );
  }
  return made;
}

/** Shows an error in its place, or clears the place. */
export function showNotice(
  place: HTMLElement,
  error: ApiError | null,
  ...actions: Action[]
): void {
  if (!error) {
    if (place.firstElementChild) place.replaceChildren();
    return;
  }
  const content = [error.what, error.why, ...actions.map((action) => action.label)].join("\n");
  if (place.firstElementChild && place.dataset["content"] === content) return;
  place.dataset["content"] = content;
  place.replaceChildren(notice(error, ...actions));
}
