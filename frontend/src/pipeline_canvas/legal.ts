// Whether a wire may be drawn, and why not. The same rules as studio.core.pipeline.

import { nodeOf } from "./draft";
import type { Component, Draft, Wire } from "./types";

export type Catalog = Map<string, Component>;

/** What flows through a port of a node; null: there is no such port. */
export function portType(
  draft: Draft,
  catalog: Catalog,
  id: string,
  side: "inputs" | "outputs",
  port: string,
): string | null {
  const node = nodeOf(draft, id);
  return (node && catalog.get(node.component)?.[side][port]) ?? null;
}

/** Returns why a wire may not be drawn, in words; null where it may. `instead` is a wire that it takes the place of. */
export function refusal(
  draft: Draft,
  catalog: Catalog,
  wire: Wire,
  instead: Wire | null = null,
): string | null {
  if (wire.source === wire.target) return "A node cannot wait for its own result.";
  const gives = portType(draft, catalog, wire.source, "outputs", wire.source_port);
  const takes = portType(draft, catalog, wire.target, "inputs", wire.target_port);
  if (!gives || !takes) return "There is no such port.";
  if (gives !== takes) {
    return `This wire carries ${gives}, but "${wire.target_port}" takes ${takes}.`;
  }
  const links = draft.pipeline.links.filter((link) => link !== instead);
  if (links.some((link) => link.target === wire.target && link.target_port === wire.target_port)) {
    return `"${wire.target_port}" has its wire already. Remove that one first.`;
  }
  if (leadsTo(links, wire.target, wire.source)) {
    return "This wire would close a circle: a node cannot wait for its own result.";
  }
  return null;
}

/** Whether one node feeds another, over however many wires. */
function leadsTo(links: Wire[], from: string, to: string): boolean {
  const next = new Map<string, string[]>();
  for (const link of links) next.set(link.source, [...(next.get(link.source) ?? []), link.target]);
  const open = [from];
  const seen = new Set(open);
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === to) return true;
    for (const target of next.get(at) ?? []) {
      if (!seen.has(target)) open.push(target);
      seen.add(target);
    }
  }
  return false;
}

/** All wires that may be drawn from or to a node, those from its outputs first. */
export function possibleWires(draft: Draft, catalog: Catalog, id: string): Wire[] {
  const node = nodeOf(draft, id);
  const own = node && catalog.get(node.component);
  if (!own) return [];
  const found: Wire[] = [];
  for (const other of draft.pipeline.nodes) {
    const known = catalog.get(other.component);
    if (!known || other.id === id) continue;
    for (const source_port of Object.keys(own.outputs)) {
      for (const target_port of Object.keys(known.inputs)) {
        found.push({ source: id, source_port, target: other.id, target_port });
      }
    }
    for (const source_port of Object.keys(known.outputs)) {
      for (const target_port of Object.keys(own.inputs)) {
        found.push({ source: other.id, source_port, target: id, target_port });
      }
    }
  }
  return found
    .filter((wire) => refusal(draft, catalog, wire) === null)
    .sort((one, two) => Number(two.source === id) - Number(one.source === id));
}
