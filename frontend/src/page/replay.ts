// Another page may hold this one in a frame and have it answer samples: so an export is tried before it leaves.

import type { Engine } from "./engine";
import type { Sample } from "./facts";

interface Question {
  studio: "replay";
  id: number;
  samples: Sample[];
}

/** Answers to the page around this one, and to nobody else; tells it when the model is loaded, or why it is not. */
export function answerReplays(loading: Promise<Engine>): void {
  if (window.parent === window) return;
  const tell = (said: object): void => window.parent.postMessage({ studio: "answers", ...said }, "*");
  window.addEventListener("message", (event: MessageEvent<Question>) => {
    if (event.source !== window.parent || event.data?.studio !== "replay") return;
    void answer(loading, event.data).then(tell, (failure: unknown) => tell({ id: event.data.id, failure: String(failure) }));
  });
  loading.then(
    () => tell({ ready: true }),
    (failure: unknown) => tell({ failure: String(failure) }),
  );
}

async function answer(loading: Promise<Engine>, { id, samples }: Question): Promise<object> {
  const engine = await loading;
  const probabilities: Float32Array[] = [];
  const milliseconds: number[] = [];
  for (const sample of samples) {
    const started = performance.now();
    probabilities.push(await engine.predict(sample));
    milliseconds.push(performance.now() - started);
  }
  return { id, probabilities, milliseconds };
}
