// Says whether everything a person did is saved, and what can be done where the studio refuses it.

import { element, setText } from "./dom";
import type { ApiError } from "./http";
import { showNotice } from "./notice";
import type { OutboxState } from "./outbox";

/** What waits for the studio: an outbox, or what stands in front of one. */
interface Saving {
  readonly state: OutboxState;
  readonly error: ApiError | null;
  retry(): void;
}

/** "saved", "saving…", "offline, 3 waiting". */
export class SaveStatus {
  readonly root = element("span", { class: "status", role: "status", hidden: true });

  show(state: OutboxState, waiting: number): void {
    this.root.hidden = state === "idle";
    if (this.root.dataset["state"] !== state) this.root.dataset["state"] = state;
    setText(this.root, inWords(state, waiting));
  }
}

function inWords(state: OutboxState, waiting: number): string {
  if (state === "saving") return "saving…";
  if (state === "saved") return "saved";
  if (state === "offline") return `offline, ${waiting} waiting`;
  if (state === "refused") return `not saved, ${waiting} waiting`;
  return "";
}

/** Shows why the studio refuses what waits, or nothing; `what` would be given up: "2 answers". */
export function showRefused(
  place: HTMLElement,
  saving: Saving,
  what: string,
  discard: () => void,
): void {
  showNotice(
    place,
    saving.state === "refused" ? saving.error : null,
    { label: "Try again", run: () => saving.retry() },
    { label: `Discard ${what}`, run: discard },
  );
}
