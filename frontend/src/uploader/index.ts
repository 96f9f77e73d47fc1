// uploader: drop or choose files of any size; they stream to the studio while progress is shown.

import { button, bytes, duration, element, plural, setText } from "../shared/dom";
import { ApiError, asApiError } from "../shared/http";
import { mountable, type Arguments, type Instance } from "../shared/mount";
import { showNotice } from "../shared/notice";
import { Cancelled } from "../shared/retry";
import { fitting, fromDrop, fromInput, KINDS, type Choice, type Kind } from "./files";
import css from "./style.css";
import { forget, Transfer } from "./transfer";

interface UploadData {
  kind: Kind;
}

interface Result {
  upload: string;
  files: number;
  bytes: number;
  label: string;
}

const RATE_WINDOW_MS = 4_000;
const REPAINT_MS = 100;

class Uploader implements Instance<UploadData> {
  private args: Arguments<UploadData>;
  private transfer: Transfer | null = null;
  private choice: Choice = { files: [], label: "" };
  private done: Result | null = null;
  private marks: { at: number; sent: number }[] = [];
  private painted = 0;
  private skipped = 0;
  private readonly zone = element("div", { class: "zone" });
  private readonly prompt = element("p", { class: "prompt" });
  private readonly buttons = element("div", { class: "buttons" });
  private readonly busy = element("div", { class: "busy", hidden: true });
  private readonly label = element("p", { class: "label" });
  private readonly figures = element("p", { class: "muted small numbers" });
  private readonly fill = element("div");
  private readonly bar = element(
    "div",
    { class: "bar", role: "progressbar", "aria-label": "Upload", "aria-valuemin": 0, "aria-valuemax": 100 },
    this.fill,
  );
  private readonly status = element("span", { class: "status", role: "status" });
  private readonly stopButton = button("Cancel", () => this.stop());
  private readonly place = element("div");
  private readonly onUnload = (event: BeforeUnloadEvent): void => {
    if (this.transfer) event.preventDefault();
  };

  constructor(host: HTMLElement, args: Arguments<UploadData>) {
    this.args = args;
    this.zone.append(this.prompt, this.buttons);
    this.busy.append(
      element("div", { class: "busy-head" }, this.label, this.stopButton),
      this.bar,
      element("div", { class: "busy-foot" }, this.figures, this.status),
    );
    const root = element("div", { class: "uploader" }, this.zone, this.busy, this.place);
    root.addEventListener("keydown", (event) => event.stopPropagation());
    root.addEventListener("dragover", (event) => this.hover(event, true));
    root.addEventListener("dragleave", (event) => this.hover(event, false));
    root.addEventListener("drop", (event) => this.drop(event));
    host.append(root);
    addEventListener("beforeunload", this.onUnload);
    this.offer(args.data.kind);
  }

  update(args: Arguments<UploadData>): void {
    const changed = args.data.kind !== this.args.data.kind;
    this.args = args;
    if (changed) this.offer(args.data.kind);
  }

  dispose(): void {
    removeEventListener("beforeunload", this.onUnload);
    this.transfer?.cancel();
  }

  /** Draws the ways in that suit the kind of upload. */
  private offer(kind: Kind): void {
    const { prompt, ways } = KINDS[kind];
    setText(this.prompt, prompt);
    this.buttons.replaceChildren(
      ...ways.map(({ label, input }, place) => this.chooser(label, input, place === 0)),
    );
  }

  private chooser(label: string, attributes: Record<string, string | boolean>, first: boolean): HTMLElement {
    const input = element("input", { type: "file", class: "visually-hidden", tabindex: -1, ...attributes });
    input.setAttribute("aria-hidden", "true");
    input.addEventListener("change", () => {
      if (input.files && input.files.length > 0) this.begin(fromInput(input.files));
      input.value = "";
    });
    const open = button(label, () => input.click(), { class: first ? "button primary" : "button" });
    return element("span", {}, open, input);
  }

  private hover(event: DragEvent, over: boolean): void {
    event.preventDefault();
    this.zone.classList.toggle("over", over && !this.transfer);
  }

  private drop(event: DragEvent): void {
    event.preventDefault();
    event.stopPropagation();
    this.zone.classList.remove("over");
    if (!event.dataTransfer || this.transfer) return;
    fromDrop(event.dataTransfer).then(
      (choice) => this.begin(choice),
      (failure: unknown) => showNotice(this.place, asApiError(failure)),
    );
  }

  private begin(choice: Choice): void {
    const { kind } = this.args.data;
    const fit = fitting(choice, kind);
    if (fit.files.length === 0) {
      const what = choice.label
        ? `“${choice.label}” holds nothing that fits here.`
        : "No file was chosen.";
      const { nothing, fix } = KINDS[kind];
      showNotice(this.place, new ApiError(what, nothing, fix, -1));
      return;
    }
    if (this.done) this.forgetDone();
    this.choice = fit;
    this.skipped = choice.files.length - fit.files.length;
    this.transfer = new Transfer(fit.files, () => this.progress());
    this.marks = [{ at: performance.now(), sent: 0 }];
    void this.go();
  }

  private async go(): Promise<void> {
    const { transfer, choice } = this;
    if (!transfer) return;
    showNotice(this.place, null);
    this.paint();
    try {
      const upload = await transfer.run();
      this.transfer = null;
      this.done = { upload, files: choice.files.length, bytes: transfer.total, label: choice.label };
      this.args.setStateValue("upload", this.done);
    } catch (failure) {
      if (failure instanceof Cancelled) return;
      showNotice(
        this.place,
        asApiError(failure),
        { label: "Try again", run: () => void this.go() },
        { label: "Cancel", run: () => this.stop() },
      );
    }
    this.paint();
  }

  /** Cancels a transfer, or takes a finished upload away. */
  private stop(): void {
    this.transfer?.cancel();
    this.transfer = null;
    showNotice(this.place, null);
    if (this.done) {
      this.forgetDone();
      this.args.setStateValue("upload", null);
    }
    this.paint();
    this.buttons.querySelector("button")?.focus();
  }

  private forgetDone(): void {
    if (this.done) forget(this.done.upload);
    this.done = null;
  }

  private progress(): void {
    const now = performance.now();
    const { transfer } = this;
    const soon = now - this.painted < REPAINT_MS;
    if (soon && transfer && transfer.filesLeft > 0 && !transfer.trouble) return;
    this.painted = now;
    this.paint();
  }

  private paint(): void {
    const { transfer, done } = this;
    this.zone.hidden = transfer !== null || done !== null;
    this.busy.hidden = !this.zone.hidden;
    this.busy.classList.toggle("done", done !== null);
    setText(this.stopButton, done ? "Remove" : "Cancel");
    if (done) {
      setText(this.label, done.label);
      this.share(1);
      const left_out = this.skipped > 0 ? ` · ${plural(this.skipped, "other file")} left out` : "";
      setText(this.figures, `${plural(done.files, "file")} · ${bytes(done.bytes)}${left_out}`);
      this.say("saved", "uploaded");
    } else if (transfer) {
      setText(this.label, this.choice.label);
      this.share(transfer.total > 0 ? transfer.sent / transfer.total : 0);
      setText(this.figures, this.pace(transfer));
      if (transfer.trouble) this.say("offline", "connection lost, trying again");
      else this.say("saving", "uploading…");
    }
  }

  private share(share: number): void {
    this.fill.style.transform = `scaleX(${share})`;
    this.bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  }

  private say(state: string, text: string): void {
    this.status.dataset["state"] = state;
    setText(this.status, text);
  }

  private pace(transfer: Transfer): string {
    const now = performance.now();
    this.marks.push({ at: now, sent: transfer.sent });
    while (this.marks.length > 2 && now - (this.marks[0]?.at ?? now) > RATE_WINDOW_MS) {
      this.marks.shift();
    }
    const [oldest] = this.marks;
    const elapsed = oldest ? now - oldest.at : 0;
    const rate = oldest && elapsed > 300 ? ((transfer.sent - oldest.sent) / elapsed) * 1000 : 0;
    const parts = [`${bytes(transfer.sent)} of ${bytes(transfer.total)}`];
    const { length } = this.choice.files;
    if (length > 1) parts.push(`${length - transfer.filesLeft} of ${plural(length, "file")}`);
    if (rate > 0) {
      parts.push(`${bytes(rate)}/s`, `about ${duration((transfer.total - transfer.sent) / rate)} left`);
    }
    return parts.join(" · ");
  }
}

export default mountable<UploadData>(css, (host, args) => new Uploader(host, args));
