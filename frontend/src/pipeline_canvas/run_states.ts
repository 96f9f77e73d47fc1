// How the nodes of a run stand: polled while it goes on. Only a node whose state changed is drawn again.

import { apiUrl, asApiError, getJson, isAbort } from "../shared/http";
import { same } from "./draft";
import type { NodeState } from "./types";

const POLL_MS = 500;
const AWAY_MS = 3_000;
/** After an answer without news the next is asked for a little later. */
const QUIETER = 1.3;
const OVER = new Set(["reused", "completed", "failed", "cancelled", "skipped"]);

interface Seen {
  kind: string;
  body: Record<string, unknown>;
}

interface News {
  cursor: number;
  observations: Seen[];
}

export class RunStates {
  private readonly states = new Map<string, NodeState>();
  private readonly listeners = new Map<string, Set<() => void>>();
  private run: string | null = null;
  private over = false;
  private nodes = 0;
  private quiet = 0;
  private cursor = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private stop = new AbortController();

  /** Watches a run; null watches none. `over`: it goes on no more, so that it is read once. */
  watch(run: string | null, over: boolean, nodes: number): void {
    this.over = over;
    this.nodes = nodes;
    if (run === this.run) return;
    this.dispose();
    this.run = run;
    this.cursor = 0;
    const gone = [...this.states.keys()];
    this.states.clear();
    for (const node of gone) this.say(node);
    this.stop = new AbortController();
    if (run) void this.poll(run, this.stop.signal);
  }

  of(node: string): NodeState | undefined {
    return this.states.get(node);
  }

  /** Whether a run is watched. */
  get watching(): boolean {
    return this.run !== null;
  }

  readonly subscribe = (node: string, listener: () => void): (() => void) => {
    const found = this.listeners.get(node) ?? new Set();
    this.listeners.set(node, found.add(listener));
    return () => found.delete(listener);
  };

  /** Takes what was seen; returns how many nodes it changed. */
  take(observations: Seen[]): number {
    const newest = new Map<string, NodeState>();
    for (const { kind, body } of observations) {
      if (kind === "node") newest.set(String(body["node"]), stateOf(body));
    }
    let changed = 0;
    for (const [node, state] of newest) {
      if (same(state, this.states.get(node))) continue;
      this.states.set(node, state);
      this.say(node);
      changed += 1;
    }
    return changed;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.stop.abort();
  }

  private say(node: string): void {
    for (const listener of this.listeners.get(node) ?? []) listener();
  }

  private async poll(run: string, signal: AbortSignal): Promise<void> {
    let pause = document.hidden ? AWAY_MS : POLL_MS;
    const last = this.over;
    const path = `runs/${encodeURIComponent(run)}/observations`;
    try {
      const news = await getJson<News>(apiUrl(path, { since: this.cursor, kinds: "node" }), signal);
      if (signal.aborted) return;
      this.cursor = news.cursor;
      this.quiet = this.take(news.observations) > 0 ? 0 : this.quiet + 1;
      pause = Math.max(pause, Math.min(AWAY_MS, POLL_MS * QUIETER ** this.quiet));
    } catch (failure) {
      if (isAbort(failure) || signal.aborted || !asApiError(failure).passing) return;
      pause = AWAY_MS;
    }
    const ended = [...this.states.values()].filter(({ state }) => OVER.has(state));
    if (last || (this.nodes > 0 && ended.length >= this.nodes)) return;
    this.timer = setTimeout(() => void this.poll(run, signal), pause);
  }
}

function stateOf(body: Record<string, unknown>): NodeState {
  return {
    state: body["state"] as NodeState["state"],
    seconds: (body["seconds"] as number | null) ?? null,
    saved: (body["saved"] as number | null) ?? null,
    progress: (body["progress"] as NodeState["progress"]) ?? null,
    failure: (body["failure"] as NodeState["failure"]) ?? null,
  };
}
