// Walking a figure with the keyboard: from point to point, from cell to cell.

import type { AnyTrace, PlotElement, PlotPoint } from "../shared/plotly";
import { asTyped } from "./table";

type Values = ArrayLike<unknown> | undefined;

interface Full extends AnyTrace {
  type?: string;
  visible?: unknown;
  hoverinfo?: string;
  orientation?: string;
  x?: Values;
  y?: Values;
  z?: ArrayLike<ArrayLike<unknown>>;
  customdata?: ArrayLike<unknown>;
}

interface FullLayout {
  [axis: string]: { range?: [number, number]; title?: { text?: string } } | undefined;
}

const STEPS: Record<string, [dx: number, dy: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};
const WALKABLE = new Set(["scatter", "scattergl", "bar", "heatmap"]);

/** Data as messages can carry it: typed arrays become plain ones. */
export function sendable(value: unknown): unknown {
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<unknown>);
  if (Array.isArray(value)) return value.map(sendable);
  return value ?? null;
}

export class Walk {
  private curve = -1;
  private row = 0;
  private point = 0;

  constructor(private readonly plot: PlotElement) {}

  private get traces(): Full[] {
    return (this.plot._fullData ?? []) as Full[];
  }

  private get layout(): FullLayout {
    return (this.plot as unknown as { _fullLayout?: FullLayout })._fullLayout ?? {};
  }

  /** Where the walk is, as a click there would say it; null before it began or where it is no more. */
  get place(): PlotPoint | null {
    const trace = this.traces[this.curve];
    if (!trace || !this.walkable(trace)) return null;
    const [rows, columns] = this.size(trace);
    if (this.row >= rows || this.point >= columns) return null;
    const cell = trace.type === "heatmap";
    const custom = trace.customdata?.[cell ? this.row : this.point];
    return {
      curveNumber: this.curve,
      pointNumber: cell ? [this.row, this.point] : this.point,
      x: trace.x?.[this.point] ?? this.point,
      y: cell ? (trace.y?.[this.row] ?? this.row) : (trace.y?.[this.point] ?? this.point),
      customdata: cell && custom ? (custom as ArrayLike<unknown>)[this.point] : custom,
    };
  }

  /** Where Plotly is to show what it shows under a mouse. */
  get hover(): object | null {
    const { place } = this;
    if (!place) return null;
    const { curveNumber, pointNumber } = place;
    if (!Array.isArray(pointNumber)) return { curveNumber, pointNumber };
    const at = (value: unknown, number: number): number => (typeof value === "number" ? value : number);
    return { curveNumber, xval: at(place.x, pointNumber[1]), yval: at(place.y, pointNumber[0]) };
  }

  /** Goes on from a point that somebody clicked. */
  from(point: PlotPoint): void {
    this.curve = point.curveNumber;
    if (Array.isArray(point.pointNumber)) [this.row, this.point] = point.pointNumber;
    else [this.row, this.point] = [0, point.pointNumber ?? 0];
  }

  /** Goes one step; false where the key is not one of the walk's. */
  step(key: string, far: boolean): boolean {
    if (!this.place && (key in STEPS || key === "Home" || key === "End")) return this.begin();
    const trace = this.traces[this.curve];
    if (!trace) return false;
    const [rows, columns] = this.size(trace);
    if (key === "Home") this.point = 0;
    else if (key === "End") this.point = columns - 1;
    else if (key in STEPS) {
      const [dx, dy] = STEPS[key] as [number, number];
      const times = far ? 10 : 1;
      this.move(trace, dx * times * this.sign("xaxis"), dy * times * -this.sign("yaxis"), rows, columns);
    } else return false;
    return true;
  }

  /** What is there in words, where the figure itself says nothing. */
  words(): string {
    const { place } = this;
    const trace = this.traces[this.curve];
    if (!place || !trace) return "";
    const named = (axis: string, value: unknown): string => {
      const shown = typeof value === "number" ? String(Number(value.toPrecision(4))) : asTyped(String(value));
      return [this.layout[axis]?.title?.text, shown].filter(Boolean).join(" ");
    };
    const z = trace.type === "heatmap" ? trace.z?.[this.row]?.[this.point] : undefined;
    const parts = [named("xaxis", place.x), named("yaxis", place.y)];
    if (z !== undefined) parts.push(String(z));
    return parts.join(", ");
  }

  private begin(): boolean {
    this.curve = this.traces.findIndex((trace) => this.walkable(trace));
    [this.row, this.point] = [0, 0];
    return this.curve !== -1;
  }

  private move(trace: Full, dx: number, dy: number, rows: number, columns: number): void {
    const within = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));
    if (trace.type === "heatmap") {
      this.row = within(this.row + dy, rows);
      this.point = within(this.point + dx, columns);
      return;
    }
    const lying = trace.type === "bar" && trace.orientation === "h";
    const [along, across] = lying ? [dy, dx] : [dx, dy];
    const others = this.traces.flatMap((other, curve) => (this.walkable(other) ? [curve] : []));
    if (across !== 0 && others.length > 1) {
      const next = others[within(others.indexOf(this.curve) + Math.sign(across), others.length)];
      this.curve = next ?? this.curve;
      this.point = within(this.point, this.size(this.traces[this.curve] as Full)[1]);
    } else this.point = within(this.point + (along || across), columns);
  }

  /** -1 where an axis runs from right to left, or from top to bottom. */
  private sign(axis: string): 1 | -1 {
    const range = this.layout[axis]?.range;
    return range && Number(range[0]) > Number(range[1]) ? -1 : 1;
  }

  private walkable(trace: Full): boolean {
    const seen = trace.visible === true && trace.hoverinfo !== "skip" && WALKABLE.has(trace.type ?? "");
    return seen && this.size(trace)[1] > 0;
  }

  private size(trace: Full): [rows: number, columns: number] {
    if (trace.type === "heatmap") return [trace.z?.length ?? 0, trace.z?.[0]?.length ?? 0];
    return [1, Math.max(trace.x?.length ?? 0, trace.y?.length ?? 0)];
  }
}
