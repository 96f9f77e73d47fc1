// What is said where a sample would be: nothing left, others hold the rest, or no answer from the studio.

import { button, element, setText } from "../shared/dom";
import type { ApiError } from "../shared/http";
import { showNotice } from "../shared/notice";
import type { Desk } from "./desk";
import type { SupplyState } from "./supply";

export class Ending {
  readonly panel = element("div", { class: "ending", hidden: true });
  private readonly title = element("strong");
  private readonly text = element("span");
  private readonly place = element("div");
  private readonly empty: HTMLElement;
  private readonly again: HTMLButtonElement;

  constructor(
    private readonly desk: Desk,
    private readonly retry: () => void,
  ) {
    this.again = button("Ask again", () => this.retry());
    this.empty = element("div", { class: "empty", role: "status" }, this.title, this.text, this.again);
    this.panel.append(this.place, this.empty);
  }

  /** Shows why there is no sample; null: there is one. `before`: some were answered in this visit. */
  show(state: SupplyState | null, error: ApiError | null, before: boolean): void {
    this.panel.hidden = state === null;
    if (state === null) return;
    this.empty.dataset["state"] = state;
    showNotice(this.place, error, { label: "Try again", run: () => this.retry() });
    this.empty.hidden = error !== null;
    const mine = this.desk.work.progress.mine;
    const [title, text] = {
      loading: ["Looking for samples…", ""],
      ready: ["Looking for samples…", ""],
      waiting: [
        "Others hold what is left",
        "It comes to you if they give it back. This page asks again by itself.",
      ],
      done: [
        "Everything here is done",
        before || mine > 0
          ? "Thank you. You can go back through your answers and change them."
          : "There is nothing for you to answer in this session.",
      ],
      refused: ["Nothing more comes", ""],
    }[state] as [string, string];
    setText(this.title, title);
    setText(this.text, text);
    this.again.hidden = state !== "waiting" && state !== "done";
  }
}
