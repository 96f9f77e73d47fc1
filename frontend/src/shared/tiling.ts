// How tiles lie side by side, how large they are, and where the arrows lead.

import { element } from "./dom";

export const GAP = 6;
export const SMALLEST_TILE = 40;
export const LARGEST_TILE = 112;
const SIZE_KEY = "studio.tile_size";

/** The tile size this person chose last, in pixels. */
export function storedTileSize(fallback: number): number {
  try {
    const size = Number(localStorage.getItem(SIZE_KEY));
    if (size >= SMALLEST_TILE && size <= LARGEST_TILE) return size;
  } catch {
    // Storage is forbidden: the default is good enough.
  }
  return fallback;
}

/** A slider for the tile size. */
export function sizeSlider(size: number, onChange: (size: number) => void): HTMLElement {
  const input = element("input", {
    type: "range",
    class: "size",
    min: SMALLEST_TILE,
    max: LARGEST_TILE,
    step: 8,
    value: size,
    "aria-label": "Tile size",
    title: "Tile size",
  });
  input.addEventListener("input", () => {
    try {
      localStorage.setItem(SIZE_KEY, input.value);
    } catch {
      // Storage is forbidden: the choice lasts as long as the page.
    }
    onChange(Number(input.value));
  });
  return input;
}

/** How many tiles stand side by side. */
export function columnsIn(width: number, side: number): number {
  return Math.max(1, Math.floor((width + GAP) / (side + GAP)));
}

/** Scrolls a list until a tile is in sight, never the page around it. */
export function keepInSight(list: HTMLElement, tile: HTMLElement): void {
  const top = tile.offsetTop - GAP;
  const bottom = tile.offsetTop + tile.offsetHeight + GAP - list.clientHeight;
  if (top < list.scrollTop) list.scrollTop = top;
  else if (bottom > list.scrollTop) list.scrollTop = bottom;
}

/** Where the focus goes from `at` by a key; null when the key does not move it. */
export function moved(code: string, at: number, columns: number, total: number): number | null {
  const steps: Record<string, number> = {
    ArrowLeft: -1,
    ArrowRight: 1,
    ArrowUp: -columns,
    ArrowDown: columns,
    Home: -total,
    End: total,
  };
  const step = steps[code];
  if (step === undefined || total === 0) return null;
  const to = at + step;
  if (Math.abs(step) === columns && columns > 1 && (to < 0 || to >= total)) return at;
  return Math.min(total - 1, Math.max(0, to));
}
