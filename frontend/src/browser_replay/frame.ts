// A page in a frame, which is asked by messages: frontend/src/page/replay.ts answers them.

import { ApiError } from "../shared/http";

export type Sample = Uint8Array | string | number[][][];

interface Said {
  studio: "answers";
  ready?: boolean;
  id?: number;
  failure?: string;
  probabilities?: Float32Array[];
  milliseconds?: number[];
}

export interface Answers {
  probabilities: Float32Array[];
  milliseconds: number[];
}

const READY_MS = 60_000;
const ANSWER_MS = 120_000;

export class PageFrame {
  private next = 0;

  private constructor(private readonly frame: HTMLIFrameElement) {}

  /** Puts a page into a frame without any rights but to run its scripts; resolves once its model is loaded. */
  static async open(html: string, place: HTMLElement, signal: AbortSignal): Promise<PageFrame> {
    const frame = document.createElement("iframe");
    frame.setAttribute("sandbox", "allow-scripts");
    frame.tabIndex = -1;
    frame.title = "The page that is tried";
    frame.srcdoc = html;
    const opened = new PageFrame(frame);
    const ready = opened.heard((said) => said.ready === true || (said.failure !== undefined && said.id === undefined), READY_MS, signal);
    place.append(frame);
    try {
      await ready;
    } catch (failure) {
      frame.remove();
      throw failure;
    }
    return opened;
  }

  async ask(samples: Sample[], signal: AbortSignal): Promise<Answers> {
    const id = ++this.next;
    const answer = this.heard((said) => said.id === id, ANSWER_MS, signal);
    this.frame.contentWindow?.postMessage({ studio: "replay", id, samples }, "*");
    const { probabilities, milliseconds } = await answer;
    if (probabilities?.length !== samples.length || !milliseconds) throw refused("It did not answer every sample.");
    return { probabilities, milliseconds };
  }

  close(): void {
    this.frame.remove();
  }

  /** Waits for something that the page says. */
  private heard(wanted: (said: Said) => boolean, limit: number, signal: AbortSignal): Promise<Said> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        window.removeEventListener("message", listen);
        signal.removeEventListener("abort", abort);
      };
      const listen = ({ source, data }: MessageEvent<Said>): void => {
        if (source !== this.frame.contentWindow || data?.studio !== "answers" || !wanted(data)) return;
        end();
        if (data.failure === undefined) resolve(data);
        else reject(refused(data.failure));
      };
      const abort = (): void => {
        end();
        reject(new DOMException("Stopped.", "AbortError"));
      };
      const timer = setTimeout(() => {
        end();
        reject(refused(`It said nothing for ${limit / 1000} seconds.`));
      }, limit);
      window.addEventListener("message", listen);
      signal.addEventListener("abort", abort);
    });
  }
}

const refused = (why: string): ApiError =>
  new ApiError("The page does not run in this browser.", why, "Update the browser, or try another one.", -1);
