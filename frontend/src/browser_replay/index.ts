// browser_replay: the page of an exported model answers samples in this very browser, and the studio compares.

import { button, bytes, count, element, setText } from "../shared/dom";
import { apiUrl, asApiError, getJson, isAbort, postJson, request, type ApiError } from "../shared/http";
import { mountable, type Arguments, type Instance } from "../shared/mount";
import { showNotice } from "../shared/notice";
import { base64 } from "../shared/png";
import { ProgressBar } from "../shared/progress_bar";
import { browserName } from "./browser";
import { PageFrame, type Sample } from "./frame";
import css from "./style.css";

export interface ReplayData {
  model: string;
  version: number;
}

interface Plan {
  samples: number;
  classes: number;
  bytes: number;
  /** Which page is asked which samples; sent back with the answers. */
  tried: string;
}

interface Chunk {
  count: number;
  pixels?: string;
  texts?: string[];
  drawings?: number[][][][];
}

interface Row {
  where: string;
  samples: number;
  agreement: number;
  max_difference: number;
  milliseconds: number | null;
  refused: string;
}

const CHUNK = 100;
const percent = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 2 });

class BrowserReplay implements Instance<ReplayData> {
  private readonly start = button("Replay in this browser", () => void this.run(), { class: "button primary" });
  private readonly stop = button("Stop", () => this.running?.abort());
  private readonly bar = new ProgressBar("Samples replayed");
  private readonly said = element("p", { class: "muted small numbers", role: "status" });
  private readonly place = element("div");
  private readonly stage = element("div", { class: "visually-hidden", "aria-hidden": true });
  private running: AbortController | null = null;
  private error: ApiError | null = null;

  constructor(
    host: HTMLElement,
    private args: Arguments<ReplayData>,
  ) {
    const tools = element("div", { class: "tools" }, this.start, this.stop);
    host.append(element("div", { class: "replay" }, tools, this.bar.root, this.said, this.place, this.stage));
    this.refresh();
  }

  update(args: Arguments<ReplayData>): void {
    const before = this.args.data;
    this.args = args;
    if (before.model === args.data.model && before.version === args.data.version) return;
    this.running?.abort();
    this.error = null;
    setText(this.said, "");
    this.refresh();
  }

  dispose(): void {
    this.running?.abort();
  }

  private async run(): Promise<void> {
    const stopped = new AbortController();
    this.running = stopped;
    this.error = null;
    this.bar.show(0, 1);
    setText(this.said, "Loading the page …");
    this.refresh();
    try {
      const row = await this.replay(stopped.signal);
      setText(this.said, sentence(row));
      this.args.setStateValue("replayed", `${row.where} ${Date.now()}`);
    } catch (failure) {
      if (stopped.signal.aborted || isAbort(failure)) setText(this.said, "Stopped.");
      else {
        setText(this.said, "");
        this.error = asApiError(failure);
      }
    } finally {
      if (this.running === stopped) this.running = null;
      this.refresh();
    }
  }

  /** Loads the page into a frame of its own, which may run scripts and nothing else. */
  private async replay(signal: AbortSignal): Promise<Row> {
    const { model, version } = this.args.data;
    const path = `replay/${encodeURIComponent(model)}/${version}`;
    const plan = await getJson<Plan>(apiUrl(path), signal);
    setText(this.said, `Loading the page, ${bytes(plan.bytes)} …`);
    const html = await (await request("GET", apiUrl(`${path}/page`), { signal })).text();
    const frame = await PageFrame.open(html, this.stage, signal);
    try {
      const answers = new Float32Array(plan.samples * plan.classes);
      const times: number[] = [];
      for (let done = 0; done < plan.samples; ) {
        const chunk = await getJson<Chunk>(apiUrl(`${path}/samples`, { start: done, count: CHUNK }), signal);
        const found = await frame.ask(samplesOf(chunk), signal);
        found.probabilities.forEach((row, place) => answers.set(row, (done + place) * plan.classes));
        times.push(...found.milliseconds);
        done += chunk.count;
        this.bar.show(done, plan.samples);
        setText(this.said, `${count(done)} of ${count(plan.samples)} samples answered`);
      }
      const body = {
        browser: browserName(),
        probabilities: base64(new Uint8Array(answers.buffer)),
        tried: plan.tried,
        milliseconds: times.sort((one, other) => one - other)[times.length >> 1] ?? null,
      };
      return await postJson<Row>(apiUrl(path), body, { signal });
    } finally {
      frame.close();
    }
  }

  private refresh(): void {
    const busy = this.running !== null;
    this.start.disabled = busy;
    this.stop.hidden = !busy;
    this.bar.root.hidden = !busy;
    showNotice(this.place, this.error);
  }
}

function samplesOf({ count: size, pixels, texts, drawings }: Chunk): Sample[] {
  if (texts) return texts;
  if (drawings) return drawings;
  const raw = Uint8Array.from(atob(pixels ?? ""), (sign) => sign.charCodeAt(0));
  const each = raw.length / size;
  return Array.from({ length: size }, (_, place) => raw.slice(place * each, (place + 1) * each));
}

function sentence(row: Row): string {
  const time = row.milliseconds === null ? "" : `, ${row.milliseconds.toFixed(2)} ms each`;
  const agreed = `${row.where} named the model's class for ${percent.format(row.agreement)} of ${count(row.samples)} samples`;
  return `${agreed}; the largest difference is ${row.max_difference.toExponential(1)}${time}. ${row.refused}`.trim();
}

export default mountable<ReplayData>(css, (host, args) => new BrowserReplay(host, args));
