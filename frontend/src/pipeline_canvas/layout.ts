// Puts nodes in order from left to right, so that wires lead forward and cross little.

import dagre from "@dagrejs/dagre";
import { move, NODE_WIDTH } from "./draft";
import { GROUP_HEAD, NODE_HEIGHT, type FlowNode } from "./flow";
import type { Draft, Point } from "./types";

const ACROSS = 64;
const DOWN = 36;

/** The draft with all its nodes laid out anew; notes stay where they are. */
export function laidOut(draft: Draft, shown: FlowNode[]): Draft {
  const sizes = new Map(shown.map((node) => [node.id, node.measured]));
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: "LR", ranksep: ACROSS, nodesep: draft.groups.length > 0 ? DOWN + GROUP_HEAD : DOWN });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of draft.pipeline.nodes) {
    const size = sizes.get(id);
    graph.setNode(id, { width: size?.width ?? NODE_WIDTH, height: size?.height ?? NODE_HEIGHT });
  }
  for (const wire of draft.pipeline.links) graph.setEdge(wire.source, wire.target);
  dagre.layout(graph);
  const placed = new Map<string, Point>();
  for (const { id } of draft.pipeline.nodes) {
    const { x, y, width, height } = graph.node(id);
    placed.set(id, [Math.round(x - width / 2), Math.round(y - height / 2)]);
  }
  return move(draft, placed, new Map());
}
