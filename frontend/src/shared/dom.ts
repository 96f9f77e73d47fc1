// Builds elements. Text is always set as text, so what a user typed can never become markup.

type Attributes = Record<string, string | number | boolean | undefined>;

/**
 * Creates an element; `true` sets an empty attribute, `false` and undefined leave it out. What begins
 * with "aria-" has no empty form: there `true` is written out.
 */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === false) continue;
    const empty = value === true && !name.startsWith("aria-");
    made.setAttribute(name, empty ? "" : String(value));
  }
  made.append(...children);
  return made;
}

/** Creates a push button. */
export function button(
  label: string,
  onClick: (event: MouseEvent) => void,
  attributes: Attributes = {},
): HTMLButtonElement {
  const made = element("button", { type: "button", class: "button", ...attributes }, label);
  made.addEventListener("click", onClick);
  return made;
}

/** Sets the text only when it differs, so that screen readers are not told the same twice. */
export function setText(target: Node, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}

const integer = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

/** 12345 -> "12,345". */
export function count(value: number): string {
  return integer.format(value);
}

/** "1 drawing", "2 drawings". */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** 1536 -> "1.5 KB"; decimal units, as file managers show them. */
export function bytes(value: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let size = value;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 || size >= 100 ? Math.round(size) : size.toFixed(1)} ${units[unit]}`;
}

/** 75 -> "1 min 15 s". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 10) return `${minutes} min ${whole % 60} s`;
  if (minutes < 60) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A random identifier, also where the page is served over plain HTTP from another machine. */
export function uuid(): string {
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  const random = crypto.getRandomValues(new Uint8Array(16));
  random[6] = ((random[6] ?? 0) & 0x0f) | 0x40;
  random[8] = ((random[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(random, (value) => value.toString(16).padStart(2, "0")).join("");
  return [8, 12, 16, 20, 32]
    .map((end, place, ends) => hex.slice(ends[place - 1] ?? 0, end))
    .join("-");
}
