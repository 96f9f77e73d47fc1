// Paints a picture and the boxes on it: pixels below, lines in SVG above, so that they are crisp at any zoom.

import type { Box } from "../shared/box";
import { element, setText } from "../shared/dom";
import type { LabelClass } from "./api";
import { colourOf, inkOn, UNKNOWN } from "./colours";
import { GRIPS, View, gripPoint, type Point, type Size } from "./geometry";

/** Boxes of one kind. `look`: the person's own, what is suggested, or what the n-th of several people drew. */
export interface Layer {
  look: "own" | "suggested" | number;
  boxes: readonly Box[];
  /** Colour of all its boxes; "" for the colour of each class. */
  colour: string;
}

export interface Scene {
  layers: readonly Layer[];
  /** Place of the selected box among the own ones; -1 for none. */
  selected: number;
  /** Place of the own box that the pointer is over; -1 for none. */
  hovered: number;
  /** Where the lines cross that help to begin a box. */
  guide: Point | null;
}

interface Drawn {
  halo: SVGRectElement;
  line: SVGRectElement;
  name: HTMLElement;
  /** What it was drawn from; the same is not drawn again. */
  from: Box | null;
  state: string;
}

/** A box that begins this close to the upper edge of the stage carries its name inside. */
const NAME_NEEDS = 22;
/** Below this many screen pixels for one of the picture, its pixels are shown as they are. */
const SMOOTH_BELOW = 2;
const DASHES = ["", "9 4", "2 4", "12 4 2 4", "5 5"];
const SIDES = ["", "right", "below", "below right"];

function svg<Tag extends keyof SVGElementTagNameMap>(
  tag: Tag,
  attributes: Record<string, string>,
): SVGElementTagNameMap[Tag] {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

/** How the lines of the n-th person are dashed. */
export function dashOf(place: number): string {
  return DASHES[place % DASHES.length] ?? "";
}

function percent(share: number): string {
  return `${share * 100}%`;
}

export class BoxView {
  readonly view = new View();
  /** What the picture is shown in. */
  readonly stage: HTMLElement;
  private readonly canvas = element("canvas", { class: "box-picture", "aria-hidden": true });
  private readonly lines = svg("svg", { class: "box-lines", "aria-hidden": "true" });
  private readonly boxes = svg("g", {});
  private readonly handles = svg("g", { class: "box-handles" });
  private readonly guides = [svg("line", {}), svg("line", {})] as const;
  private readonly names = element("div", { class: "box-names", "aria-hidden": true });
  private readonly sheet: HTMLElement;
  private readonly observer: ResizeObserver;
  private readonly drawn = new Map<string, Drawn>();
  private picture: ImageBitmap | null = null;
  private size: Size = { width: 1, height: 1 };
  private frame = 0;
  private colours = new Map<string, string>();

  constructor(
    private readonly classes: () => readonly LabelClass[],
    private readonly scene: () => Scene,
    private readonly changed: () => void,
  ) {
    for (const guide of this.guides) guide.setAttribute("class", "box-guide");
    for (const grip of GRIPS) {
      this.handles.append(svg("rect", { width: "10", height: "10", rx: "2", "data-grip": grip }));
    }
    this.lines.append(...this.guides, this.boxes, this.handles);
    this.sheet = element("div", { class: "box-sheet" }, this.canvas, this.lines, this.names);
    this.stage = element("div", { class: "box-stage" }, this.sheet);
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(this.stage);
  }

  /** Shows another picture, seen whole; the same one stays as it is seen. */
  show(picture: ImageBitmap | null, size: Size): void {
    const wide = Math.max(1, size.width);
    const high = Math.max(1, size.height);
    const fresh = picture !== this.picture;
    this.size = { width: wide, height: high };
    if (fresh) {
      this.picture = picture;
      this.canvas.hidden = picture === null;
      this.canvas.width = picture?.width ?? 1;
      this.canvas.height = picture?.height ?? 1;
      if (picture) this.canvas.getContext("2d")?.drawImage(picture, 0, 0);
    }
    this.view.set(this.size, this.room);
    if (fresh) this.view.fit();
    this.paint();
  }

  dispose(): void {
    this.observer.disconnect();
    cancelAnimationFrame(this.frame);
  }

  /** A point of the screen as a share of the picture. */
  share(event: { clientX: number; clientY: number }): Point {
    return this.view.share(this.onStage(event));
  }

  onStage(event: { clientX: number; clientY: number }): Point {
    const { left, top } = this.stage.getBoundingClientRect();
    return {
      x: event.clientX - left - this.stage.clientLeft,
      y: event.clientY - top - this.stage.clientTop,
    };
  }

  /** Paints with the next frame. */
  paint(): void {
    if (this.frame !== 0) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      this.draw();
    });
  }

  private get room(): Size {
    return {
      width: Math.max(1, this.stage.clientWidth),
      height: Math.max(1, this.stage.clientHeight),
    };
  }

  private resize(): void {
    this.view.set(this.size, this.room);
    this.paint();
    this.changed();
  }

  private draw(): void {
    const { view } = this;
    const scene = this.scene();
    this.sheet.style.transform = `translate(${view.x}px, ${view.y}px)`;
    this.sheet.style.width = `${view.width}px`;
    this.sheet.style.height = `${view.height}px`;
    const density = view.width / this.canvas.width;
    this.canvas.classList.toggle("crisp", density >= SMOOTH_BELOW);
    this.colours = new Map(this.classes().map(({ name, colour }) => [name, colour || UNKNOWN]));
    const kept = new Set<string>();
    scene.layers.forEach((layer, depth) => {
      layer.boxes.forEach((box, place) => {
        const key = `${depth}:${place}`;
        kept.add(key);
        this.drawBox(key, layer, box, place, scene);
      });
    });
    for (const [key, { halo, line, name }] of this.drawn) {
      if (kept.has(key)) continue;
      halo.remove();
      line.remove();
      name.remove();
      this.drawn.delete(key);
    }
    this.drawHandles(scene);
    this.drawGuides(scene.guide);
  }

  private drawBox(key: string, layer: Layer, box: Box, place: number, scene: Scene): void {
    const own = layer.look === "own";
    const selected = own && place === scene.selected;
    const hovered = own && place === scene.hovered;
    const colour = layer.colour || (this.colours.get(box.class_name) ?? UNKNOWN);
    const inside = this.view.y + box.top * this.view.height < NAME_NEEDS;
    const state = `${layer.look} ${colour} ${selected} ${hovered} ${inside}`;
    const drawn = this.drawn.get(key) ?? this.make(key);
    if (drawn.from === box && drawn.state === state) return;
    drawn.from = box;
    drawn.state = state;
    const look = typeof layer.look === "number" ? "other" : layer.look;
    const dash = typeof layer.look === "number" ? dashOf(layer.look) : "";
    for (const rect of [drawn.halo, drawn.line]) {
      rect.setAttribute("x", percent(box.left));
      rect.setAttribute("y", percent(box.top));
      rect.setAttribute("width", percent(box.width));
      rect.setAttribute("height", percent(box.height));
      rect.setAttribute("stroke-dasharray", look === "suggested" ? "7 5" : dash);
    }
    const flags = `${selected ? " selected" : ""}${hovered ? " hovered" : ""}`;
    drawn.halo.setAttribute("class", `box-halo ${look}${flags}`);
    drawn.line.setAttribute("class", `box-line ${look}${flags}`);
    drawn.line.style.setProperty("--colour", colour);
    const side = typeof layer.look === "number" ? SIDES[layer.look % SIDES.length] : "";
    drawn.name.className = `box-name ${look} ${side}${flags}${inside ? " inside" : ""}`;
    const right = percent(1 - box.left - box.width);
    drawn.name.style.left = side?.includes("right") ? "auto" : percent(box.left);
    drawn.name.style.right = side?.includes("right") ? right : "auto";
    drawn.name.style.top = percent(side?.includes("below") ? box.top + box.height : box.top);
    drawn.name.style.setProperty("--colour", colour);
    drawn.name.style.setProperty("--on-colour", inkOn(colour));
    setText(drawn.name, look === "suggested" ? `${box.class_name}?` : box.class_name);
  }

  private make(key: string): Drawn {
    const made: Drawn = {
      halo: svg("rect", {}),
      line: svg("rect", {}),
      name: element("span"),
      from: null,
      state: "",
    };
    this.boxes.append(made.halo, made.line);
    this.names.append(made.name);
    this.drawn.set(key, made);
    return made;
  }

  private drawHandles(scene: Scene): void {
    const own = scene.layers.find((layer) => layer.look === "own");
    const box = own?.boxes[scene.selected];
    this.handles.setAttribute("visibility", box ? "visible" : "hidden");
    if (!box) return;
    this.handles.style.setProperty("--colour", colourOf(this.classes(), box.class_name));
    GRIPS.forEach((grip, place) => {
      const at = gripPoint(box, grip);
      const handle = this.handles.children[place];
      handle?.setAttribute("x", percent(at.x));
      handle?.setAttribute("y", percent(at.y));
    });
  }

  private drawGuides(at: Point | null): void {
    const [across, down] = this.guides;
    for (const guide of this.guides) guide.setAttribute("visibility", at ? "visible" : "hidden");
    if (!at) return;
    const set = (line: SVGLineElement, ends: Record<string, string>): void => {
      for (const [name, value] of Object.entries(ends)) line.setAttribute(name, value);
    };
    set(across, { x1: "0", x2: "100%", y1: percent(at.y), y2: percent(at.y) });
    set(down, { x1: percent(at.x), x2: percent(at.x), y1: "0", y2: "100%" });
  }
}
