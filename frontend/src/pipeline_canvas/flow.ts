// What React Flow draws: nodes, notes, groups and wires of a draft. What did not change stays the same object.

import { applyEdgeChanges, applyNodeChanges } from "@xyflow/react";
import type { Edge, EdgeChange, Node, NodeChange, NodePositionChange } from "@xyflow/react";
import { NODE_WIDTH, positionOf, same, wireId } from "./draft";
import { portType, type Catalog } from "./legal";
import type { Box } from "./route";
import type { Component, Draft, NodeGroup, Point, Problems, Wire } from "./types";

export const NODE_HEIGHT = 110;
const GROUP_SPACE = 18;
export const GROUP_HEAD = 38;

export interface CardData extends Record<string, unknown> {
  id: string;
  title: string;
  component: Component;
  problems: string[];
  /** Names of the pipeline parameters that set it. */
  parameters: string[];
  readonly: boolean;
}
export interface NoteData extends Record<string, unknown> {
  id: string;
  text: string;
  readonly: boolean;
}
/** A port of a folded group: that of a node in it which is wired to one outside. */
export interface FoldedPort {
  handle: string;
  label: string;
  type: string;
}
export interface GroupData extends Record<string, unknown> {
  id: string;
  title: string;
  folded: boolean;
  count: number;
  inputs: FoldedPort[];
  outputs: FoldedPort[];
  readonly: boolean;
}
export type CardNode = Node<CardData, "card">;
export type NoteNode = Node<NoteData, "note">;
export type GroupNode = Node<GroupData, "group_box">;
export type FlowNode = CardNode | NoteNode | GroupNode;
export type FlowEdge = Edge<{ wire: Wire; type: string }>;

export const noteKey = (id: string): string => `note:${id}`;
export const groupKey = (id: string): string => `group:${id}`;

const UNKNOWN: Omit<Component, "name" | "title"> = {
  group: "",
  description: "",
  icon: "help",
  inputs: {},
  outputs: {},
  optional: [],
};

/** The declaration of a component; of one that is not there any more, one without ports. */
export function declared(catalog: Catalog, name: string): Component {
  return catalog.get(name) ?? { ...UNKNOWN, name, title: name };
}

export class Flow {
  nodes: FlowNode[] = [];
  edges: FlowEdge[] = [];
  /** What wires go around; stays the same array until something stands elsewhere for good. */
  boxes: Box[] = [];
  private groups: NodeGroup[] = [];

  constructor(
    private readonly catalog: Catalog,
    private readonly readonly: boolean,
  ) {}

  /** Draws a draft; what is selected stays so. `moving`: what is there stays where it is. */
  show(draft: Draft, problems: Problems, moving = false): void {
    const old = new Map(this.nodes.map((node) => [node.id, node]));
    this.groups = draft.groups;
    const inside = folded(draft);
    const made: FlowNode[] = [
      ...draft.groups.map((one) => this.group(draft, one)),
      ...draft.notes.map((note) => this.note(note)),
      ...this.cards(draft, problems, inside),
    ];
    this.nodes = made.map((node) => kept(node, old.get(node.id), moving));
    this.fitGroups();
    if (!moving) this.standStill();
    const lines = new Map(this.edges.map((edge) => [edge.id, edge]));
    this.edges = draft.pipeline.links
      .filter((wire) => !inside.has(wire.source) || inside.get(wire.source) !== inside.get(wire.target))
      .map((wire) => {
        const edge = this.line(draft, wire, inside);
        const known = lines.get(edge.id);
        if (!known) return edge;
        const { selected } = known;
        const next = selected === undefined ? edge : { ...edge, selected };
        return same(next, known) ? known : next;
      });
  }

  applyNodes(changes: NodeChange<FlowNode>[]): void {
    this.nodes = applyNodeChanges([...changes, ...this.carried(changes)], this.nodes);
    const sizes = changes.some(({ type }) => type === "position" || type === "dimensions");
    if (sizes) this.fitGroups();
    if (changes.some(({ type }) => type === "dimensions")) this.standStill();
  }

  applyEdges(changes: EdgeChange<FlowEdge>[]): void {
    this.edges = applyEdgeChanges(changes, this.edges);
  }

  select(chosen: Set<string>, wires: Set<string> = new Set()): void {
    this.nodes = this.nodes.map((node) => {
      const selected = chosen.has(node.id);
      return Boolean(node.selected) === selected ? node : { ...node, selected };
    });
    this.edges = this.edges.map((edge) => {
      const selected = wires.has(edge.id);
      return Boolean(edge.selected) === selected ? edge : { ...edge, selected };
    });
  }

  private cards(draft: Draft, problems: Problems, inside: Map<string, string>): CardNode[] {
    return draft.pipeline.nodes.map(({ id, component: name }) => {
      const component = declared(this.catalog, name);
      const title = draft.titles[id] ?? component.title;
      const said = problems[id] ?? [];
      const parameters = draft.parameters
        .filter((one) => one.targets.some(([node]) => node === id))
        .map((one) => one.name);
      const [x, y] = positionOf(draft, id);
      const wrong = said.length > 0 ? `. ${said.join(" ")}` : "";
      return {
        id,
        type: "card",
        position: { x, y },
        hidden: inside.has(id),
        ariaLabel: `${title}${wrong}`,
        data: { id, title, component, problems: said, parameters, readonly: this.readonly },
      };
    });
  }

  private note({ id, text, position: [x, y], size: [width, height] }: Draft["notes"][number]): NoteNode {
    return {
      id: noteKey(id),
      type: "note",
      position: { x, y },
      width,
      height,
      zIndex: -1,
      ariaLabel: `Note: ${text || "empty"}`,
      data: { id, text, readonly: this.readonly },
    };
  }

  private group(draft: Draft, one: NodeGroup): GroupNode {
    const members = new Set(one.nodes);
    const port = (id: string, name: string, side: "inputs" | "outputs"): FoldedPort => ({
      handle: `${id}|${name}`,
      label: `${draft.titles[id] ?? id}: ${name}`,
      type: portType(draft, this.catalog, id, side, name) ?? "",
    });
    const crossing = draft.pipeline.links.filter(
      (wire) => members.has(wire.source) !== members.has(wire.target),
    );
    const inputs = crossing
      .filter((wire) => members.has(wire.target))
      .map((wire) => port(wire.target, wire.target_port, "inputs"));
    const outputs = crossing
      .filter((wire) => members.has(wire.source))
      .map((wire) => port(wire.source, wire.source_port, "outputs"));
    const unique = outputs.filter(
      (found, place) => outputs.findIndex(({ handle }) => handle === found.handle) === place,
    );
    return {
      id: groupKey(one.id),
      type: "group_box",
      position: { x: 0, y: 0 },
      zIndex: one.folded ? 0 : -2,
      dragHandle: ".group-head",
      ariaLabel: `Group ${one.title || one.id}, ${one.nodes.length} nodes${one.folded ? ", folded" : ""}`,
      ...(one.folded ? {} : { style: { pointerEvents: "none" as const } }),
      data: {
        id: one.id,
        title: one.title,
        folded: one.folded,
        count: one.nodes.length,
        inputs: one.folded ? inputs : [],
        outputs: one.folded ? unique : [],
        readonly: this.readonly,
      },
    };
  }

  private line(draft: Draft, wire: Wire, inside: Map<string, string>): FlowEdge {
    const from = inside.get(wire.source);
    const to = inside.get(wire.target);
    const type = portType(draft, this.catalog, wire.source, "outputs", wire.source_port) ?? "";
    return {
      id: wireId(wire),
      type: "wire",
      source: from ? groupKey(from) : wire.source,
      sourceHandle: from ? `${wire.source}|${wire.source_port}` : wire.source_port,
      target: to ? groupKey(to) : wire.target,
      targetHandle: to ? `${wire.target}|${wire.target_port}` : wire.target_port,
      className: `wire type-${type}`,
      interactionWidth: 24,
      reconnectable: !from && !to && !this.readonly,
      ariaLabel: `Wire from ${wire.source} ${wire.source_port} to ${wire.target} ${wire.target_port}`,
      data: { wire, type },
    };
  }

  private standStill(): void {
    const boxes = this.nodes
      .filter((node) => !node.hidden && (node.type === "card" || (node.type === "group_box" && node.data.folded)))
      .map(({ position, measured }) => ({
        ...position,
        width: measured?.width ?? NODE_WIDTH,
        height: measured?.height ?? NODE_HEIGHT,
      }));
    if (!same(boxes, this.boxes)) this.boxes = boxes;
  }

  /** Puts each group around its nodes. */
  private fitGroups(): void {
    if (this.groups.length === 0) return;
    const byId = new Map(this.nodes.map((node) => [node.id, node]));
    this.nodes = this.nodes.map((node) => {
      if (node.type !== "group_box") return node;
      const members = this.groups.find(({ id }) => id === node.data.id)?.nodes ?? [];
      const boxes = members.flatMap((id) => byId.get(id) ?? []);
      if (boxes.length === 0) return node;
      const x = Math.min(...boxes.map((box) => box.position.x)) - GROUP_SPACE;
      const y = Math.min(...boxes.map((box) => box.position.y)) - GROUP_HEAD;
      const right = Math.max(...boxes.map((box) => box.position.x + (box.measured?.width ?? NODE_WIDTH)));
      const low = Math.max(...boxes.map((box) => box.position.y + (box.measured?.height ?? NODE_HEIGHT)));
      const size = node.data.folded
        ? { width: NODE_WIDTH }
        : { width: right + GROUP_SPACE - x, height: low + GROUP_SPACE - y };
      if (node.position.x === x && node.position.y === y && same({ ...node, ...size }, node)) return node;
      return { ...node, ...size, position: { x, y } };
    });
  }

  /** The moves of nodes whose group is moved. */
  private carried(changes: NodeChange<FlowNode>[]): NodePositionChange[] {
    const moved = new Set(changes.flatMap((one) => (one.type === "position" ? [one.id] : [])));
    return changes.flatMap((change) => {
      if (change.type !== "position" || !change.position) return [];
      const box = this.nodes.find((node) => node.id === change.id);
      if (box?.type !== "group_box") return [];
      const members = new Set(this.groups.find(({ id }) => id === box.data.id)?.nodes);
      const right = change.position.x - box.position.x;
      const down = change.position.y - box.position.y;
      return this.nodes
        .filter((node) => members.has(node.id) && !moved.has(node.id))
        .map((node) => ({
          id: node.id,
          type: "position" as const,
          position: { x: node.position.x + right, y: node.position.y + down },
        }));
    });
  }
}

/** Node -> the folded group it is in. */
export function folded(draft: Draft): Map<string, string> {
  return new Map(
    draft.groups.filter((one) => one.folded).flatMap((one) => one.nodes.map((node) => [node, one.id])),
  );
}

/** The new node, or the old one where nothing of it is new. */
function kept(made: FlowNode, old: FlowNode | undefined, moving: boolean): FlowNode {
  if (!old || old.type !== made.type) return made;
  const { selected, measured, dragging } = old;
  const state = {
    ...(selected === undefined ? {} : { selected }),
    ...(measured === undefined ? {} : { measured }),
    ...(dragging === undefined ? {} : { dragging }),
  };
  if (moving) Object.assign(state, { position: old.position });
  if (made.type === "group_box") {
    const { width, height } = old;
    Object.assign(state, made.data["folded"] ? {} : { width, height }, { position: old.position });
  }
  const next = { ...made, ...state } as FlowNode;
  return same(next, old) ? old : next;
}

/** Where nodes and notes stand now, as a draft says it. */
export function standing(nodes: FlowNode[]): { nodes: Map<string, Point>; notes: Map<string, Point> } {
  const point = ({ position }: FlowNode): Point => [Math.round(position.x), Math.round(position.y)];
  return {
    nodes: new Map(nodes.filter((node) => node.type === "card").map((node) => [node.id, point(node)])),
    notes: new Map(
      nodes.flatMap((node): [string, Point][] => (node.type === "note" ? [[node.data.id, point(node)]] : [])),
    ),
  };
}
