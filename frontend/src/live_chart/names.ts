// What metrics are called, and which of them belong together.

const VALIDATION = "val_";
const EPOCH = "epoch_";
const TITLES: Record<string, string> = {
  top_k: "Top-k accuracy",
  f1: "F1",
  samples_per_second: "Samples a second",
};

/** Curves about the run itself, folded away. */
export const MACHINE = ["learning_rate", "samples_per_second", "memory"];

/** The name that a metric, its mean of an epoch and its validation twin share. */
export function family(metric: string): string {
  return metric.replace(/^(val_|epoch_)/, "");
}

export type Part = "training" | "epoch" | "validation";

/** On what, and how often, a metric is measured. */
export function partOf(metric: string): Part {
  if (metric.startsWith(VALIDATION)) return "validation";
  return metric.startsWith(EPOCH) ? "epoch" : "training";
}

/** Whether a curve has points every few steps, so that smoothing shows more than it hides. */
export function isSmoothed(metric: string): boolean {
  return partOf(metric) === "training" && !MACHINE.includes(metric);
}

/** "mean_average_precision" -> "Mean average precision". */
export function title(name: string): string {
  const words = name.replaceAll("_", " ");
  return TITLES[name] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** Loss first, then the order that was asked for, then what turned up by itself. */
export function sorted(families: Iterable<string>, wanted: string[]): string[] {
  const order = ["loss", ...wanted.map(family), ...MACHINE];
  const rank = (name: string): number => {
    const place = order.indexOf(name);
    return place === -1 ? order.length : place;
  };
  return [...families].sort((a, b) => rank(a) - rank(b) || a.localeCompare(b));
}
