// How a node of a run stands: colour, icon and words, a bar while it works.

import { useSyncExternalStore, type ReactElement } from "react";
import { duration } from "../shared/dom";
import { Icon, useActions, useOf } from "./parts";
import type { NodeState } from "./types";

const ICONS: Record<NodeState["state"], string> = {
  waiting: "hourglass_empty",
  running: "progress_activity",
  reused: "recycling",
  completed: "check_circle",
  failed: "error",
  cancelled: "cancel",
  skipped: "skip_next",
};

export function useNodeState(node: string): NodeState | undefined {
  const { states } = useActions().board;
  return useSyncExternalStore(
    (listener) => states.subscribe(node, listener),
    () => states.of(node),
  );
}

function took(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(1)} s` : duration(seconds);
}

/** "running 34 of 100 steps", "reused, saved 12 s". */
export function inWords({ state, seconds, saved, progress, failure }: NodeState): string {
  if (state === "running") {
    if (!progress || progress.total <= 0) return progress?.message || "running";
    const unit = progress.unit ? ` ${progress.unit}${progress.total === 1 ? "" : "s"}` : "";
    return progress.message || `${progress.done} of ${progress.total}${unit}`;
  }
  if (state === "reused") return saved && saved >= 0.05 ? `reused, saved ${took(saved)}` : "reused";
  if (state === "completed") return seconds && seconds >= 0.05 ? `completed in ${took(seconds)}` : "completed";
  if (state === "failed") return failure?.what ?? "failed";
  return state;
}

export function Status({ node }: { node: string }): ReactElement | null {
  const state = useNodeState(node);
  const watching = useOf((board) => board.states.watching);
  if (!watching) return null;
  // Its place is kept, so that no node grows when the first news come.
  if (!state) return <div className="state">&nbsp;</div>;
  const { progress, failure } = state;
  const share = progress && progress.total > 0 ? Math.min(1, progress.done / progress.total) : null;
  const words = inWords(state);
  return (
    <div className="state" data-state={state.state} title={failure ? `${failure.what} ${failure.why} ${failure.fix}` : words}>
      <Icon name={ICONS[state.state]} />
      <span className="state-words">{words}</span>
      {state.state === "running" && share !== null && (
        <div className="bar" role="progressbar" aria-label="Progress" aria-valuenow={Math.round(100 * share)}>
          <div style={{ transform: `scaleX(${share})` }} />
        </div>
      )}
    </div>
  );
}
