// What pointers mean over the boxes of a picture: draw, move, resize, choose, pan, zoom.

import type { Box } from "../shared/box";
import type { BoxView } from "./box_view";
import { contains, gripAt, onLine, smallest, type Grip, type Point } from "./geometry";

/** What lies under a pointer, and what dragging from there does. */
export interface Hit {
  kind: "draw" | "move" | "resize";
  /** Place of the box to move or to choose; -1 for none. */
  place: number;
  grip: Grip;
  /** Place of the suggested box that a click takes over. */
  suggested?: number;
}

interface Owner {
  boxes(): readonly Box[];
  suggestion(): readonly Box[];
  /** Place of the selected box; -1 for none. */
  selected(): number;
  /** A pointer came down: what keys have begun is finished. */
  begin(): void;
  click(hit: Hit): void;
  /** From where to where a box is drawn, moved or resized, as shares of the picture. */
  drag(hit: Hit, from: Point, to: Point): void;
  drop(): void;
  cancel(): void;
  changed(): void;
}

type Task =
  | { kind: "box"; hit: Hit; from: Point; start: Point; moving: boolean }
  | { kind: "pan" }
  | { kind: "pinch" };

const CURSORS: Record<Grip, string> = {
  nw: "nwse-resize",
  se: "nwse-resize",
  ne: "nesw-resize",
  sw: "nesw-resize",
  n: "ns-resize",
  s: "ns-resize",
  e: "ew-resize",
  w: "ew-resize",
  "": "crosshair",
};
/** How near to a line or a handle counts as on it, and how far a click may slip, in screen pixels. */
const REACH = { mouse: 7, touch: 16 };
const SLIP = { mouse: 3, touch: 8 };
const WHEEL_STEP = 0.0016;
const LINE_HEIGHT = 18;
const MIDDLE = 1;

function kindOf(event: PointerEvent): "mouse" | "touch" {
  return event.pointerType === "touch" ? "touch" : "mouse";
}

export class Gestures {
  hovered = -1;
  guide: Point | null = null;
  private task: Task | null = null;
  private readonly pointers = new Map<number, Point>();
  private space = false;
  private readonly stage: HTMLElement;

  constructor(
    private readonly shown: BoxView,
    private readonly owner: Owner,
  ) {
    this.stage = shown.stage;
    this.stage.addEventListener("pointerdown", (event) => this.down(event));
    this.stage.addEventListener("pointermove", (event) => this.move(event));
    this.stage.addEventListener("pointerup", (event) => this.up(event));
    this.stage.addEventListener("pointercancel", (event) => this.lost(event));
    this.stage.addEventListener("pointerleave", () => this.leave());
    this.stage.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    // Without this a fast stroke counts as a fling, and Chromium may take the next tap for its end.
    this.stage.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    // The middle button would scroll, the right one is of no use while drawing.
    this.stage.addEventListener("mousedown", (event) => {
      if (event.button === MIDDLE) event.preventDefault();
    });
    this.stage.addEventListener("blur", () => this.hold(false));
  }

  /** Whether a box is being drawn, moved or resized. */
  get busy(): boolean {
    return this.task?.kind === "box" && this.task.moving;
  }

  /** The space bar held makes every drag move the picture. */
  key(event: KeyboardEvent): boolean {
    if (event.code !== "Space") return false;
    if (event.type === "keyup") {
      this.hold(false);
      return false;
    }
    if (event.composedPath()[0] !== this.stage && !this.stage.matches(":hover")) return false;
    if (event.composedPath()[0] instanceof HTMLButtonElement) return false;
    if (event.ctrlKey || event.metaKey || event.altKey) return false;
    this.hold(true);
    return true;
  }

  /** Gives up what is being dragged; false when nothing is. */
  abort(): boolean {
    const { busy } = this;
    this.task = null;
    if (busy) this.owner.cancel();
    return busy;
  }

  private hold(space: boolean): void {
    this.space = space;
    if (space) this.guide = null;
    this.stage.classList.toggle("panning", space);
    this.shown.paint();
  }

  private down(event: PointerEvent): void {
    if (event.button !== 0 && event.button !== MIDDLE) return;
    event.preventDefault();
    this.stage.focus({ preventScroll: true });
    this.stage.setPointerCapture(event.pointerId);
    const start = this.shown.onStage(event);
    this.pointers.set(event.pointerId, start);
    this.guide = null;
    if (this.pointers.size > 1) {
      this.abort();
      this.task = { kind: "pinch" };
    } else if (event.button === MIDDLE || this.space) {
      this.task = { kind: "pan" };
    } else {
      this.owner.begin();
      const from = this.shown.share(event);
      const hit = this.hit(event);
      this.task = { kind: "box", hit, from, start, moving: false };
    }
  }

  private move(event: PointerEvent): void {
    const now = this.shown.onStage(event);
    const before = this.pointers.get(event.pointerId);
    if (!before) {
      this.hover(event);
      return;
    }
    const { view } = this.shown;
    if (this.task?.kind === "pinch") {
      this.pinch(event.pointerId, before, now);
    } else if (this.task?.kind === "pan") {
      view.pan(now.x - before.x, now.y - before.y);
      this.shown.paint();
    } else if (this.task?.kind === "box") {
      const { task } = this;
      const slipped = Math.hypot(now.x - task.start.x, now.y - task.start.y);
      task.moving ||= slipped > SLIP[kindOf(event)];
      if (task.moving) this.owner.drag(task.hit, task.from, view.share(now));
    }
    this.pointers.set(event.pointerId, now);
  }

  private up(event: PointerEvent): void {
    if (!this.pointers.delete(event.pointerId)) return;
    const { task } = this;
    if (task?.kind === "pinch" && this.pointers.size > 0) return;
    this.task = null;
    if (task?.kind === "box") {
      if (task.moving) this.owner.drop();
      else this.owner.click(task.hit);
    }
    this.hover(event);
    this.owner.changed();
  }

  /** The system took the pointer away: nothing was meant. */
  private lost(event: PointerEvent): void {
    if (!this.pointers.delete(event.pointerId)) return;
    this.abort();
    this.owner.changed();
  }

  private leave(): void {
    if (this.pointers.size > 0) return;
    this.hovered = -1;
    this.guide = null;
    this.shown.paint();
  }

  private hover(event: PointerEvent): void {
    if (kindOf(event) === "touch") return;
    const hit = this.hit(event);
    const at = this.shown.share(event);
    const inside = contains({ left: 0, top: 0, width: 1, height: 1 }, at);
    this.hovered = hit.place;
    this.guide = hit.kind === "draw" && inside && !this.space ? at : null;
    this.stage.style.cursor = hit.kind === "move" ? "move" : CURSORS[hit.grip];
    this.shown.paint();
  }

  /** The handles of the selected box come first, then its inside, then lines, then insides of the others. */
  private hit(event: PointerEvent): Hit {
    const at = this.shown.share(event);
    const boxes = this.owner.boxes();
    const reach = this.shown.view.reach(REACH[kindOf(event)]);
    const selected = this.owner.selected();
    const chosen = boxes[selected];
    if (event.ctrlKey || event.metaKey) return { kind: "draw", place: -1, grip: "" };
    if (chosen) {
      const grip = gripAt(chosen, at, reach);
      if (grip) return { kind: "resize", place: selected, grip };
      if (contains(chosen, at)) return { kind: "move", place: selected, grip: "" };
    }
    const line = smallest(boxes, (box) => onLine(box, at, reach));
    if (line !== -1) return { kind: "move", place: line, grip: "" };
    const place = smallest(boxes, (box) => contains(box, at));
    const suggested = smallest(this.owner.suggestion(), (box) => contains(box, at, reach));
    if (place === -1 && suggested !== -1) return { kind: "draw", place, grip: "", suggested };
    return { kind: "draw", place, grip: "" };
  }

  /** Two fingers carry the picture with them, and stretch it. */
  private pinch(id: number, before: Point, now: Point): void {
    const [other] = [...this.pointers].filter(([pointer]) => pointer !== id).map(([, at]) => at);
    if (!other) return;
    const { view } = this.shown;
    const apart = (one: Point): number => Math.max(1, Math.hypot(one.x - other.x, one.y - other.y));
    view.pan((now.x - before.x) / 2, (now.y - before.y) / 2);
    view.zoom(apart(now) / apart(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    this.owner.changed();
  }

  /** Where the whole picture is seen already, turning the wheel back scrolls the page. */
  private wheel(event: WheelEvent): void {
    const { view } = this.shown;
    if (view.whole && event.deltaY > 0) return;
    event.preventDefault();
    const pixels = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_HEIGHT;
    view.zoom(Math.exp(-event.deltaY * pixels * WHEEL_STEP), this.shown.onStage(event));
    this.owner.changed();
  }
}
