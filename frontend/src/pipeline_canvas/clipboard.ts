// What Ctrl+C takes and Ctrl+V brings, also into another draft: nodes, the wires between them, notes and groups.

import { freeId, positionOf } from "./draft";
import type { Draft, DraftNode, NodeGroup, Note, Point, Wire } from "./types";

const KIND = "studio/pipeline-nodes";
const KEPT = "studio.pipeline_canvas.copied";

export interface Clip {
  kind: typeof KIND;
  nodes: DraftNode[];
  links: Wire[];
  positions: Record<string, Point>;
  titles: Record<string, string>;
  notes: Note[];
  groups: NodeGroup[];
}

/** Copies nodes and notes of a draft. */
export function clip(draft: Draft, nodes: Set<string>, notes: Set<string>): Clip {
  return {
    kind: KIND,
    nodes: draft.pipeline.nodes.filter((node) => nodes.has(node.id)),
    links: draft.pipeline.links.filter((wire) => nodes.has(wire.source) && nodes.has(wire.target)),
    positions: Object.fromEntries([...nodes].map((id) => [id, positionOf(draft, id)])),
    titles: Object.fromEntries(Object.entries(draft.titles).filter(([id]) => nodes.has(id))),
    notes: draft.notes.filter((note) => notes.has(note.id)),
    groups: draft.groups.filter((group) => group.nodes.every((id) => nodes.has(id))),
  };
}

/** Reads what was copied; null: it is none of ours. */
export function parseClip(text: string): Clip | null {
  try {
    const found = JSON.parse(text) as Partial<Clip>;
    if (found.kind !== KIND || !Array.isArray(found.nodes)) return null;
    return { links: [], positions: {}, titles: {}, notes: [], groups: [], ...found } as Clip;
  } catch {
    return null;
  }
}

/** Keeps what was copied for this browser's other tabs, where the clipboard may not be read. */
export function keepClip(text: string): void {
  try {
    localStorage.setItem(KEPT, text);
  } catch {
    // A private window without storage: the clipboard alone must do.
  }
}

export function keptClip(): Clip | null {
  try {
    return parseClip(localStorage.getItem(KEPT) ?? "");
  } catch {
    return null;
  }
}

/** The middle of what was copied. */
export function middle(copied: Clip): Point {
  const points = [...Object.values(copied.positions), ...copied.notes.map((note) => note.position)];
  const mid = (place: 0 | 1): number => {
    const all = points.map((point) => point[place]);
    return all.length > 0 ? (Math.min(...all) + Math.max(...all)) / 2 : 0;
  };
  return [mid(0), mid(1)];
}

/** The draft with a copy in it, moved by `by`, and the ids that its nodes and notes got. */
export function paste(
  draft: Draft,
  copied: Clip,
  by: Point,
): [draft: Draft, nodes: string[], notes: string[]] {
  const taken = new Set(draft.pipeline.nodes.map((node) => node.id));
  const renamed = new Map<string, string>();
  for (const { id } of copied.nodes) {
    const fresh = freeId(id, taken);
    taken.add(fresh);
    renamed.set(id, fresh);
  }
  const now = (id: string): string => renamed.get(id) ?? id;
  const moved = ([x, y]: Point): Point => [Math.round(x + by[0]), Math.round(y + by[1])];
  const notes = fresh(copied.notes, draft.notes).map((note) => ({
    ...note,
    position: moved(note.position),
  }));
  const groups = fresh(copied.groups, draft.groups).map((group) => ({
    ...group,
    nodes: group.nodes.map(now),
  }));
  const links = copied.links.map((wire) => ({
    ...wire,
    source: now(wire.source),
    target: now(wire.target),
  }));
  const nodes = copied.nodes.map((node) => ({ ...node, id: now(node.id) }));
  const positions = Object.entries(copied.positions).map(([id, at]) => [now(id), moved(at)]);
  const titles = Object.entries(copied.titles).map(([id, title]) => [now(id), title]);
  const pasted = {
    ...draft,
    pipeline: {
      nodes: [...draft.pipeline.nodes, ...nodes],
      links: [...draft.pipeline.links, ...links],
    },
    positions: { ...draft.positions, ...(Object.fromEntries(positions) as Record<string, Point>) },
    titles: { ...draft.titles, ...(Object.fromEntries(titles) as Record<string, string>) },
    notes: [...draft.notes, ...notes],
    groups: [...draft.groups, ...groups],
  };
  return [pasted, nodes.map((node) => node.id), notes.map((note) => note.id)];
}

/** Things under ids that are free. */
function fresh<Thing extends { id: string }>(things: Thing[], there: Thing[]): Thing[] {
  const taken = new Set(there.map((thing) => thing.id));
  return things.map((thing) => {
    const id = freeId(thing.id, taken);
    taken.add(id);
    return { ...thing, id };
  });
}
