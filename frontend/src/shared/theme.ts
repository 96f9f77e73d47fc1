// Light and dark come from Streamlit's CSS variables; what CSS cannot compute is computed here.

type Rgb = [number, number, number];

/** Reads a CSS colour, whatever its notation, as red, green and blue in 0-255. */
export function parseColor(host: HTMLElement, color: string): Rgb {
  const probe = document.createElement("span");
  probe.style.color = color;
  host.append(probe);
  const computed = getComputedStyle(probe).color;
  probe.remove();
  const parts = computed.match(/[\d.]+/g)?.map(Number) ?? [];
  // What color-mix() computes reads "color(srgb 0.5 0.5 0.5)"; everything else is rgb(...).
  const unit = computed.startsWith("color(") ? 255 : 1;
  return [(parts[0] ?? 0) * unit, (parts[1] ?? 0) * unit, (parts[2] ?? 0) * unit];
}

/** Relative luminance as WCAG defines it, 0 (black) to 1 (white). */
export function luminance([red, green, blue]: Rgb): number {
  const linear = (value: number): number => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

/** Marks the host light or dark and picks a readable text colour for the accent. */
export function applyTheme(host: HTMLElement): void {
  const dark = luminance(parseColor(host, "var(--st-background-color, #ffffff)")) < 0.4;
  host.dataset["theme"] = dark ? "dark" : "light";
  const accent = luminance(parseColor(host, "var(--st-primary-color, #ff4b4b)"));
  host.style.setProperty("--on-accent", 1.05 / (accent + 0.05) >= 3 ? "#ffffff" : "#111111");
}

/** Resolves one of the component's CSS variables to rgb(...), for libraries that paint themselves. */
export function resolveColor(host: HTMLElement, variable: string): string {
  const [red, green, blue] = parseColor(host, `var(${variable})`);
  return `rgb(${red}, ${green}, ${blue})`;
}
