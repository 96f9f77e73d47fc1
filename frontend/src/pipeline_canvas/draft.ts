// Edits of a draft: each takes one and returns another, nothing changes in place.

import type { Draft, DraftNode, NodeGroup, Note, Point, Wire } from "./types";

export const NODE_WIDTH = 220;

export function emptyDraft(kind = "training"): Draft {
  return {
    pipeline: { nodes: [], links: [] },
    kind,
    positions: {},
    titles: {},
    notes: [],
    groups: [],
    parameters: [],
    origin: null,
  };
}

/** Fills in what the JSON of a draft leaves out. */
export function whole(body: Partial<Draft>): Draft {
  return { ...emptyDraft(), ...body };
}

/** A wire as one word; also the id of its line on the canvas. */
export function wireId(wire: Wire): string {
  return [wire.source, wire.source_port, wire.target, wire.target_port].join("|");
}

/** `wanted`, or the first of `wanted_2`, `wanted_3`, ... that is free. */
export function freeId(wanted: string, taken: Set<string>): string {
  if (!taken.has(wanted)) return wanted;
  const stem = wanted.replace(/_\d+$/, "");
  let number = 2;
  while (taken.has(`${stem}_${number}`)) number += 1;
  return `${stem}_${number}`;
}

function ids(things: { id: string }[]): Set<string> {
  return new Set(things.map((thing) => thing.id));
}

export function nodeOf(draft: Draft, id: string): DraftNode | undefined {
  return draft.pipeline.nodes.find((node) => node.id === id);
}

/** Where a node stands; one that was never placed stands in a column of its own. */
export function positionOf(draft: Draft, id: string): Point {
  const known = draft.positions[id];
  if (known) return known;
  const place = draft.pipeline.nodes.findIndex((node) => node.id === id);
  return [(place % 5) * (NODE_WIDTH + 80), Math.floor(place / 5) * 180];
}

export function addNode(
  draft: Draft,
  component: string,
  params: Record<string, unknown>,
  at: Point,
): [draft: Draft, id: string] {
  const id = freeId(component, ids(draft.pipeline.nodes));
  const nodes = [...draft.pipeline.nodes, { id, component, params: { ...params } }];
  const positions = { ...draft.positions, [id]: at };
  return [{ ...draft, pipeline: { ...draft.pipeline, nodes }, positions }, id];
}

export function connect(draft: Draft, wire: Wire): Draft {
  const { nodes, links } = draft.pipeline;
  return { ...draft, pipeline: { nodes, links: [...links, wire] } };
}

export function removeWires(draft: Draft, gone: Set<string>): Draft {
  const { nodes, links } = draft.pipeline;
  return { ...draft, pipeline: { nodes, links: links.filter((wire) => !gone.has(wireId(wire))) } };
}

function without<Value>(values: Record<string, Value>, gone: Set<string>): Record<string, Value> {
  return Object.fromEntries(Object.entries(values).filter(([key]) => !gone.has(key)));
}

/** The draft without some nodes and notes, and without all that speaks of them. */
export function remove(draft: Draft, gone: Set<string>, notes: Set<string>): Draft {
  const { nodes, links } = draft.pipeline;
  return {
    ...draft,
    pipeline: {
      nodes: nodes.filter((node) => !gone.has(node.id)),
      links: links.filter((wire) => !gone.has(wire.source) && !gone.has(wire.target)),
    },
    positions: without(draft.positions, gone),
    titles: without(draft.titles, gone),
    notes: draft.notes.filter((note) => !notes.has(note.id)),
    groups: regroup(draft.groups, gone),
    parameters: draft.parameters
      .map((one) => ({ ...one, targets: one.targets.filter(([node]) => !gone.has(node)) }))
      .filter((one) => one.targets.length > 0),
  };
}

/** Groups without some nodes; an empty one is none. */
function regroup(groups: NodeGroup[], gone: Set<string>): NodeGroup[] {
  return groups
    .map((group) => ({ ...group, nodes: group.nodes.filter((node) => !gone.has(node)) }))
    .filter((group) => group.nodes.length > 0);
}

/** Moves nodes and notes to where they are said to be. */
export function move(draft: Draft, nodes: Map<string, Point>, notes: Map<string, Point>): Draft {
  return {
    ...draft,
    positions: { ...draft.positions, ...Object.fromEntries(nodes) },
    notes: draft.notes.map((note) => {
      const position = notes.get(note.id);
      return position ? { ...note, position } : note;
    }),
  };
}

export function rename(draft: Draft, id: string, title: string): Draft {
  const titles = without(draft.titles, new Set([id]));
  return { ...draft, titles: title.trim() ? { ...titles, [id]: title.trim() } : titles };
}

export const NOTE_SIZE: Point = [200, 120];

export function addNote(draft: Draft, at: Point): [draft: Draft, id: string] {
  const id = freeId("note", ids(draft.notes));
  const note: Note = { id, text: "", position: at, size: NOTE_SIZE };
  return [{ ...draft, notes: [...draft.notes, note] }, id];
}

export function changeNote(draft: Draft, id: string, change: Partial<Note>): Draft {
  const notes = draft.notes.map((note) => (note.id === id ? { ...note, ...change } : note));
  return { ...draft, notes };
}

/** Puts nodes into a new group; a node is in one group at most. */
export function group(draft: Draft, nodes: string[]): [draft: Draft, id: string] {
  const id = freeId("group", ids(draft.groups));
  const left = regroup(draft.groups, new Set(nodes));
  return [{ ...draft, groups: [...left, { id, title: "", nodes, folded: false }] }, id];
}

export function ungroup(draft: Draft, gone: Set<string>): Draft {
  return { ...draft, groups: draft.groups.filter((one) => !gone.has(one.id)) };
}

export function changeGroup(draft: Draft, id: string, change: Partial<NodeGroup>): Draft {
  const groups = draft.groups.map((one) => (one.id === id ? { ...one, ...change } : one));
  return { ...draft, groups };
}

/** An empty draft of the same kind. */
export function cleared(draft: Draft): Draft {
  return { ...emptyDraft(draft.kind), origin: draft.origin };
}

/** Whether two values are the same as JSON; the order of keys does not count. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every(
    (key) =>
      key in other &&
      same((one as Record<string, unknown>)[key], (other as Record<string, unknown>)[key]),
  );
}

/** A draft without what the panel beside the canvas edits. */
function drawn(draft: Draft): unknown {
  const { pipeline, positions, titles, notes, groups } = draft;
  const nodes = pipeline.nodes.map(({ id, component }) => [id, component]);
  return { nodes, links: pipeline.links, positions, titles, notes, groups };
}

/** Whether two drafts differ in nothing but settings: those edits can be put together. */
export function differInSettingsOnly(one: Draft, other: Draft): boolean {
  return same(drawn(one), drawn(other));
}

/** `mine` with the settings of `theirs`. Nodes that are only mine keep what they have. */
export function withSettings(mine: Draft, theirs: Draft): Draft {
  const params = new Map(theirs.pipeline.nodes.map((node) => [node.id, node.params]));
  const nodes = mine.pipeline.nodes.map((node) => {
    const found = params.get(node.id);
    return found && !same(found, node.params) ? { ...node, params: found } : node;
  });
  const there = ids(nodes);
  const parameters = theirs.parameters
    .map((one) => ({ ...one, targets: one.targets.filter(([node]) => there.has(node)) }))
    .filter((one) => one.targets.length > 0);
  const { kind, origin } = theirs;
  return { ...mine, pipeline: { ...mine.pipeline, nodes }, parameters, kind, origin };
}
