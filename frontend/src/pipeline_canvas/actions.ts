// What a person can do on the canvas, whichever way they ask: by key, by button, by drag.

import type { ReactFlowInstance } from "@xyflow/react";
import type { Board } from "./board";
import { clip, keepClip, keptClip, middle, paste, type Clip } from "./clipboard";
import * as drafts from "./draft";
import { groupKey, noteKey, NODE_HEIGHT, standing, type FlowEdge, type FlowNode } from "./flow";
import { laidOut } from "./layout";
import { possibleWires, refusal } from "./legal";
import type { Component, Point, Wire } from "./types";

const STEP_ASIDE = 28;
const NUDGES_MS = 500;
const GAP = 90;
export const FIT = { padding: 0.05, maxZoom: 1 };
/** The least zoom at which one can work; a run that is only looked at is shown as a whole from a smaller one on. */
const READABLE = 0.5;
const SEEN = 0.4;
const NEAR = 0.65;
const FROM_EDGE = 24;
/** So many frames a node may take to be drawn once it is in view. */
const FRAMES = 12;

/** What is dragged or picked from the palette. */
export interface Entry {
  component: Component;
  title: string;
  params: Record<string, unknown>;
}

export type Dialog = { kind: "connect"; node: string } | { kind: "help" } | null;

export class Actions {
  stage: HTMLElement | null = null;
  view: ReactFlowInstance<FlowNode, FlowEdge> | null = null;
  /** The wire of which an end is being moved. */
  held: Wire | null = null;
  /** Says something to those who do not see. */
  say: (words: string) => void = () => undefined;
  /** Says for a while why something does not go. */
  warn: (words: string) => void = () => undefined;
  openDialog: (dialog: Dialog) => void = () => undefined;
  /** What gets the focus as soon as it is drawn. */
  private coming: string | null = null;
  private nudging: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly board: Board) {}

  /** Adds a node; without a place in the middle, or beside the one selected node, wired to it where that fits. */
  add({ component, title, params }: Entry, at?: Point): string {
    const { board } = this;
    const selected = board.selected;
    const one = !at && selected.length === 1 && selected[0]?.type === "card" ? selected[0] : null;
    const fits = one && this.hasFit(one.id, component);
    const place = at ?? (fits && one ? this.beside(one) : this.freePlace());
    let [draft, id] = drafts.addNode(board.body, component.name, params, place);
    if (title !== component.title) draft = drafts.rename(draft, id, title);
    const wire = one && possibleWires(draft, board.catalog, id).find((found) => joins(found, one.id, id));
    if (wire) draft = drafts.connect(draft, wire);
    board.commit(`Added ${title}`, draft);
    board.select(new Set([id]));
    this.show([id]);
    this.say(wire && one ? `${title} added and connected.` : `${title} added.`);
    return id;
  }

  connect(wire: Wire): void {
    if (refusal(this.board.body, this.board.catalog, wire) !== null) return;
    this.board.commit("Connected", drafts.connect(this.board.body, wire));
  }

  /** Lets a wire end elsewhere. */
  reconnect(old: Wire, wire: Wire): void {
    const { board } = this;
    const at = board.body.pipeline.links.find((one) => drafts.wireId(one) === drafts.wireId(old));
    if (!at || refusal(board.body, board.catalog, wire, at) !== null) return;
    const left = drafts.removeWires(board.body, new Set([drafts.wireId(old)]));
    board.commit("Moved a wire", drafts.connect(left, wire));
  }

  disconnect(wire: Wire): void {
    const gone = new Set([drafts.wireId(wire)]);
    this.board.commit("Removed a wire", drafts.removeWires(this.board.body, gone));
  }

  /** Nodes that a command is about: what has the focus, where that is not selected, else all that is selected. */
  targets(): FlowNode[] {
    const { selected, flow } = this.board;
    const focused = this.focused;
    if (focused === null || selected.some((node) => node.id === focused)) return selected;
    return flow.nodes.filter((node) => node.id === focused);
  }

  get focused(): string | null {
    if (this.coming !== null) return this.coming;
    const root = this.stage?.getRootNode() as ShadowRoot | Document | undefined;
    return root?.activeElement?.closest<HTMLElement>(".react-flow__node")?.dataset["id"] ?? null;
  }

  /** Nodes and notes among the targets; a group stands for its nodes. */
  private meant(): { nodes: Set<string>; notes: Set<string>; groups: Set<string> } {
    const nodes = new Set<string>();
    const notes = new Set<string>();
    const groups = new Set<string>();
    for (const target of this.targets()) {
      if (target.type === "card") nodes.add(target.id);
      else if (target.type === "note") notes.add(target.data.id);
      else groups.add(target.data.id);
    }
    for (const group of this.board.body.groups) {
      if (groups.has(group.id)) for (const node of group.nodes) nodes.add(node);
    }
    return { nodes, notes, groups };
  }

  remove(): void {
    const { board } = this;
    const { nodes, notes } = this.meant();
    const wires = new Set(board.selectedWires.map(drafts.wireId));
    if (nodes.size + notes.size + wires.size === 0) return;
    const what = nodes.size > 0 ? counted(nodes.size, "node") : notes.size > 0 ? "a note" : "a wire";
    board.commit(`Deleted ${what}`, drafts.remove(drafts.removeWires(board.body, wires), nodes, notes));
    this.say(`Deleted ${what}.`);
    this.home();
  }

  clear(): void {
    this.board.commit("Cleared the canvas", drafts.cleared(this.board.body));
    this.say("The canvas is empty. Ctrl+Z brings everything back.");
    this.home();
  }

  /** Copies; returns the text for the clipboard, null where nothing is selected. */
  copy(): string | null {
    const { nodes, notes } = this.meant();
    if (nodes.size + notes.size === 0) return null;
    const text = JSON.stringify(clip(this.board.body, nodes, notes));
    keepClip(text);
    this.say(`Copied ${counted(nodes.size || notes.size, nodes.size ? "node" : "note")}.`);
    return text;
  }

  /** Copies by a button: a browser may refuse the clipboard, then the copy is kept for Paste alone. */
  copyByButton(): void {
    const text = this.copy();
    if (text) void navigator.clipboard?.writeText(text).catch(() => undefined);
  }

  pasteByButton(): void {
    const kept = keptClip();
    if (kept) this.paste(kept);
  }

  /** Pastes into the middle of what is seen, or a little aside of where it was copied. */
  paste(copied: Clip): void {
    const [x, y] = this.centre();
    const [fromX, fromY] = middle(copied);
    const seen = this.shown();
    const inside =
      fromX > seen.left && fromX < seen.right && fromY > seen.top && fromY < seen.bottom;
    let by: Point = inside ? [STEP_ASIDE, STEP_ASIDE] : [x - fromX, y - fromY];
    const places = Object.values(copied.positions);
    while (places.some((at) => this.taken([at[0] + by[0], at[1] + by[1]]))) {
      by = [by[0] + STEP_ASIDE, by[1] + STEP_ASIDE];
    }
    this.pasteBy(copied, by, "Pasted");
  }

  duplicate(): void {
    const { nodes, notes } = this.meant();
    if (nodes.size + notes.size === 0) return;
    const copied = clip(this.board.body, nodes, notes);
    this.pasteBy(copied, [STEP_ASIDE, STEP_ASIDE], "Duplicated");
  }

  private pasteBy(copied: Clip, by: Point, verb: string): void {
    const known = copied.nodes.filter((node) => this.board.catalog.has(node.component));
    const [draft, nodes, notes] = paste(this.board.body, { ...copied, nodes: known }, by);
    this.board.commit(`${verb} ${counted(nodes.length || notes.length, nodes.length ? "node" : "note")}`, draft);
    const keys = [...nodes, ...notes.map(noteKey)];
    this.board.select(new Set(keys));
    this.show(keys);
    if (keys[0]) this.focus(keys[0]);
    this.say(`Pasted ${counted(nodes.length, "node")}.`);
  }

  selectAll(): void {
    const all = this.board.flow.nodes.filter((node) => !node.hidden);
    this.board.select(new Set(all.map((node) => node.id)));
  }

  group(): void {
    const { nodes } = this.meant();
    if (nodes.size === 0) return;
    const [draft, id] = drafts.group(this.board.body, [...nodes]);
    this.board.commit("Grouped", draft, true);
    this.board.select(new Set([groupKey(id)]));
    this.board.rename(groupKey(id));
  }

  ungroup(): void {
    const { groups } = this.meant();
    this.board.commit("Ungrouped", drafts.ungroup(this.board.body, groups), true);
  }

  fold(id: string): void {
    const one = this.board.body.groups.find((group) => group.id === id);
    if (!one) return;
    const draft = drafts.changeGroup(this.board.body, id, { folded: !one.folded });
    this.board.commit(one.folded ? "Unfolded a group" : "Folded a group", draft, true);
  }

  note(): void {
    const [draft, id] = drafts.addNote(this.board.body, this.freePlace(drafts.NOTE_SIZE));
    this.board.commit("Added a note", draft, true);
    this.board.select(new Set([noteKey(id)]));
    this.show([noteKey(id)]);
    this.board.rename(noteKey(id));
  }

  layout(): void {
    this.board.commit("Laid out", laidOut(this.board.body, this.board.flow.nodes), true);
    requestAnimationFrame(() => this.fit());
  }

  fit(): void {
    void this.view?.fitView(FIT);
  }

  /** The first look: everything, or the beginning where everything would be too small to read. */
  begin(): void {
    const nodes = this.board.flow.nodes.filter((node) => node.type !== "group_box");
    const [first] = inOrder(nodes);
    if (!this.view || !this.stage || !first) return;
    const right = Math.max(...nodes.map((node) => node.position.x + drafts.NODE_WIDTH));
    const { clientWidth, clientHeight } = this.stage;
    if (clientWidth / (right - first.position.x) > (this.board.saver ? READABLE : SEEN)) return this.fit();
    const { x, y } = first.position;
    const zoom = NEAR;
    void this.view.setViewport({ x: FROM_EDGE - zoom * x, y: clientHeight / 5 - zoom * y, zoom });
  }

  /** Takes a title that was written; for a group or a node, an empty one takes it away. */
  finishTitle(key: string, title: string): void {
    const { board } = this;
    board.rename(null);
    const id = key.replace(/^group:/, "");
    const draft =
      id === key ? drafts.rename(board.body, id, title) : drafts.changeGroup(board.body, id, { title: title.trim() });
    board.commit("Renamed", draft, id !== key);
    this.focus(key);
  }

  finishNote(id: string, text: string): void {
    this.board.rename(null);
    this.board.commit("Wrote a note", drafts.changeNote(this.board.body, id, { text }), true);
  }

  /** Moves by arrow keys: presses that follow each other are one edit. */
  nudge(x: number, y: number): boolean {
    const targets = this.targets();
    if (targets.length === 0 || !this.board.saver) return false;
    this.board.hold();
    this.board.nodesChanged(
      targets.map((node) => ({
        id: node.id,
        type: "position",
        position: { x: node.position.x + x, y: node.position.y + y },
      })),
    );
    clearTimeout(this.nudging);
    this.nudging = setTimeout(() => this.settle(), NUDGES_MS);
    return true;
  }

  /** Keeps moves by keys that are not kept yet. */
  settle(): void {
    if (this.nudging === undefined) return;
    clearTimeout(this.nudging);
    this.nudging = undefined;
    this.board.keepMoves();
  }

  dispose(): void {
    this.settle();
  }

  /** Puts the focus on a node, and brings it into view, unless somebody puts it elsewhere in the meantime. */
  focus(key: string): void {
    this.show([key]);
    this.coming = key;
    const root = this.stage?.getRootNode() as Document | ShadowRoot | undefined;
    const had = root?.activeElement;
    const give = (tries: number): void => {
      const selector = `.react-flow__node[data-id="${CSS.escape(key)}"]`;
      if (this.coming !== key) return;
      const has = root?.activeElement;
      if (has && has !== had && has !== document.body) {
        this.coming = null;
        return;
      }
      const found = this.stage?.querySelector<HTMLElement>(selector);
      found?.focus({ preventScroll: true });
      // It is not drawn yet, or hidden until it is measured.
      if (tries > 0 && !found?.matches(":focus")) requestAnimationFrame(() => give(tries - 1));
      else this.coming = null;
    };
    give(FRAMES);
  }

  /** The focus comes back to the canvas when what had it is gone. */
  home(): void {
    this.coming = null;
    this.stage?.focus({ preventScroll: true });
  }

  /** Moves the view where some nodes are outside of it. */
  show(keys: string[]): void {
    const seen = this.shown();
    const found = this.board.flow.nodes.filter((node) => keys.includes(node.id));
    const outside = found.some(
      ({ position: { x, y } }) =>
        x < seen.left || y < seen.top || x + drafts.NODE_WIDTH > seen.right || y + NODE_HEIGHT > seen.bottom,
    );
    const [first] = found;
    if (!outside || !first || !this.view) return;
    if (found.length > 1) void this.view.fitView({ nodes: found, padding: 0.3, maxZoom: 1 });
    else {
      const { x, y } = first.position;
      const zoom = Math.max(0.6, this.view.getZoom());
      void this.view.setCenter(x + drafts.NODE_WIDTH / 2, y + NODE_HEIGHT / 2, { zoom });
    }
  }

  /** The part of the canvas that is seen, in its own coordinates. */
  private shown(): { left: number; top: number; right: number; bottom: number } {
    const box = this.stage?.getBoundingClientRect();
    if (!box || !this.view) return { left: 0, top: 0, right: 800, bottom: 500 };
    const from = this.view.screenToFlowPosition({ x: box.left, y: box.top });
    const to = this.view.screenToFlowPosition({ x: box.right, y: box.bottom });
    return { left: from.x, top: from.y, right: to.x, bottom: to.y };
  }

  private centre(): Point {
    const { left, top, right, bottom } = this.shown();
    return [(left + right) / 2, (top + bottom) / 2];
  }

  /** In the middle, or below it where something is there. */
  private freePlace(size: Point = [drafts.NODE_WIDTH, NODE_HEIGHT]): Point {
    const [x, y] = this.centre();
    return this.freeFrom([Math.round(x - size[0] / 2), Math.round(y - size[1] / 2)], [0, STEP_ASIDE], size);
  }

  private beside(node: FlowNode): Point {
    const right = node.position.x + (node.measured?.width ?? drafts.NODE_WIDTH) + GAP;
    return this.freeFrom([right, node.position.y], [0, STEP_ASIDE], [drafts.NODE_WIDTH, NODE_HEIGHT]);
  }

  private freeFrom(at: Point, step: Point, size: Point): Point {
    let place = at;
    while (this.covers(place, size)) place = [place[0] + step[0], place[1] + step[1]];
    return place;
  }

  /** Whether a node or note would lie over another one. */
  private covers([x, y]: Point, [width, height]: Point): boolean {
    return this.board.flow.nodes.some(({ hidden, type, measured, position }) => {
      if (hidden || type === "group_box") return false;
      const right = position.x + (measured?.width ?? drafts.NODE_WIDTH);
      const low = position.y + (measured?.height ?? NODE_HEIGHT);
      return x < right && x + width > position.x && y < low && y + height > position.y;
    });
  }

  private taken([x, y]: Point): boolean {
    const near = STEP_ASIDE / 2;
    const { nodes, notes } = standing(this.board.flow.nodes);
    return [...nodes.values(), ...notes.values()].some(
      (at) => Math.abs(at[0] - x) < near && Math.abs(at[1] - y) < near,
    );
  }

  private hasFit(id: string, component: Component): boolean {
    const [draft, made] = drafts.addNode(this.board.body, component.name, {}, [0, 0]);
    return possibleWires(draft, this.board.catalog, made).some((wire) => joins(wire, id, made));
  }
}

/** Whether a wire leads from one node to another. */
function joins(wire: Wire, source: string, target: string): boolean {
  return wire.source === source && wire.target === target;
}

function counted(value: number, one: string): string {
  return value === 1 ? `a ${one}` : `${value} ${one}s`;
}

/** Nodes in the order in which Tab goes through them: from left to right, then from top to bottom. */
export function inOrder(nodes: FlowNode[]): FlowNode[] {
  const column = (node: FlowNode): number => Math.round(node.position.x / 60);
  return nodes
    .filter((node) => !node.hidden)
    .sort((one, two) => column(one) - column(two) || one.position.y - two.position.y);
}

