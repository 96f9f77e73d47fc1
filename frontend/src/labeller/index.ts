// labeller: answer what a labelling session asks, one sample at a time or a page at once; draw; review.

import classesCss from "../shared/classes.css";
import dialogCss from "../shared/dialog.css";
import { asApiError, isAbort } from "../shared/http";
import { mountable, type Arguments, type Instance } from "../shared/mount";
import { showNotice } from "../shared/notice";
import tilesCss from "../shared/tiles.css";
import toolsCss from "../shared/tools.css";
import { fetchSession, type LabellerData, type SessionView } from "./api";
import { Drawing } from "./drawing";
import gridCss from "./grid.css";
import guideCss from "./guide.css";
import { Labelling } from "./labelling";
import oneCss from "./one.css";
import { Review } from "./review";
import css from "./style.css";
import textCss from "./text.css";

const RETRY_MS = 3_000;

/** What each surface is made from: its element, the props of today, and the session it found. */
export type Surface = Instance<LabellerData>;

function identity({ session, annotator, mode, queue, page_size }: LabellerData): string {
  return JSON.stringify([session, annotator, mode, mode === "review" ? queue : "", page_size]);
}

/** Asks what the session is about, then hands over to the surface made for it. */
class Labeller implements Instance<LabellerData> {
  private readonly root = document.createElement("div");
  private readonly place = document.createElement("div");
  private surface: Surface | null = null;
  private known: string;
  private asked = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    host: HTMLElement,
    private args: Arguments<LabellerData>,
  ) {
    this.root.className = "labeller";
    // Streamlit listens for single letters on the document.
    for (const type of ["keydown", "keyup", "keypress"]) {
      this.root.addEventListener(type, (event) => event.stopPropagation());
    }
    this.place.className = "labeller-notice";
    this.root.append(this.place);
    host.append(this.root);
    this.known = identity(args.data);
    void this.start();
  }

  update(args: Arguments<LabellerData>): void {
    this.args = args;
    const now = identity(args.data);
    if (now === this.known) {
      this.surface?.update(args);
      return;
    }
    this.known = now;
    this.stop();
    void this.start();
  }

  dispose(): void {
    this.stop();
    this.root.remove();
  }

  private stop(): void {
    this.asked.abort();
    clearTimeout(this.timer);
    this.surface?.dispose();
    this.surface = null;
    this.root.replaceChildren(this.place);
  }

  private async start(): Promise<void> {
    this.asked = new AbortController();
    const { signal } = this.asked;
    const { session, annotator } = this.args.data;
    try {
      const view = await fetchSession(session, annotator, signal);
      if (signal.aborted) return;
      showNotice(this.place, null);
      this.surface = this.make(view);
    } catch (failure) {
      if (isAbort(failure) || signal.aborted) return;
      const error = asApiError(failure);
      if (error.status === -1) throw failure;
      showNotice(this.place, error, { label: "Try again", run: () => void this.start() });
      if (error.passing) this.timer = setTimeout(() => void this.start(), RETRY_MS);
    }
  }

  private make(view: SessionView): Surface {
    if (this.args.data.mode === "review") return new Review(this.root, this.args, view);
    if (view.session.config.answer === "drawings") return new Drawing(this.root, this.args, view);
    return new Labelling(this.root, this.args, view);
  }
}

const SHARED = classesCss + dialogCss + tilesCss + toolsCss;
const OWN = oneCss + gridCss + textCss + guideCss + css;

export default mountable<LabellerData>(SHARED + OWN, (host, args) => new Labeller(host, args));
