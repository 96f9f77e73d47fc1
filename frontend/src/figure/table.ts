// The same data as a table: for screen readers, and for whoever wants the numbers.

import { count, element } from "../shared/dom";
import type { AnyTrace, PlotElement } from "../shared/plotly";

export interface Rows {
  columns: string[];
  rows: unknown[][];
}

/** So many rows are shown; more are slow to show and nobody reads them. */
const MOST = 1_000;

const ESCAPED: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', "#x27": "'", "#39": "'" };

/** A name as a person typed it: figures are given it escaped, because Plotly reads some tags. */
export function asTyped(text: string): string {
  return text.replace(/&(lt|gt|amp|quot|#x27|#39);/g, (all, name: string) => ESCAPED[name] ?? all);
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "number") return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  return Number.isInteger(value) ? value.toLocaleString("en-US") : String(Number(value.toPrecision(4)));
}

/** Reads a table out of a figure: a row a point, a row a cell. */
export function rowsOf(plot: PlotElement): Rows {
  const layout = (plot as unknown as { _fullLayout?: Record<string, { title?: { text?: string } }> })._fullLayout ?? {};
  const title = (axis: string): string => layout[axis]?.title?.text || axis.charAt(0);
  const rows: unknown[][] = [];
  const traces = (plot._fullData ?? []).filter((trace) => trace["visible"] === true && trace["hoverinfo"] !== "skip");
  const named = traces.length > 1;
  const add = (trace: AnyTrace, ...values: unknown[]): void => {
    const row = named ? [trace["name"], ...values] : values;
    rows.push(row.map((value) => (typeof value === "string" ? asTyped(value) : value)));
  };
  let cells = false;
  for (const trace of traces) {
    const x = trace["x"] as ArrayLike<unknown> | undefined;
    const y = trace["y"] as ArrayLike<unknown> | undefined;
    const z = trace["z"] as ArrayLike<ArrayLike<unknown>> | undefined;
    if (z) {
      cells = true;
      for (let row = 0; row < z.length; row += 1) {
        const line = z[row] ?? [];
        for (let column = 0; column < line.length; column += 1) {
          add(trace, x?.[column] ?? column, y?.[row] ?? row, line[column]);
        }
      }
    } else {
      const length = Math.max(x?.length ?? 0, y?.length ?? 0);
      for (let point = 0; point < length; point += 1) add(trace, x?.[point] ?? point, y?.[point] ?? point);
    }
  }
  const columns = [title("xaxis"), title("yaxis"), ...(cells ? ["value"] : [])];
  return { columns: named ? ["series", ...columns] : columns, rows };
}

export function table({ columns, rows }: Rows, caption: string): HTMLElement {
  const head = element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)));
  const numeric = columns.map((_, place) => typeof rows.find((row) => row[place] !== null)?.[place] === "number");
  const body = rows.slice(0, MOST).map((row) =>
    element(
      "tr",
      {},
      ...columns.map((_, place) => element("td", { class: numeric[place] ? "number" : undefined }, shown(row[place]))),
    ),
  );
  const made = element(
    "table",
    {},
    element("caption", { class: "visually-hidden" }, caption),
    element("thead", {}, head),
    element("tbody", {}, ...body),
  );
  const place = element("div", { class: "table", tabindex: 0, role: "region", "aria-label": `Table: ${caption}` }, made);
  if (rows.length > MOST) {
    const more = `The first ${count(MOST)} of ${count(rows.length)} rows.`;
    place.append(element("p", { class: "muted small" }, more));
  }
  return place;
}
