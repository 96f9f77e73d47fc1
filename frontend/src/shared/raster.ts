// Turns strokes into the small grey picture a model is trained on.
//
// Pixels are computed here instead of read back from a canvas: every browser gives the same bytes,
// also those that blur read-backs to hinder fingerprinting.

/** One stroke: x and y in 0-255, t in milliseconds since the drawing began. */
export type Stroke = [xs: number[], ys: number[], ts: number[]];

const SPACE = 256;
const PADDING = 16;
const LINE_WIDTH = 16;

/**
 * Rasterises strokes white on black, centred and scaled as the Quick, Draw! bitmaps are.
 *
 * The bounding box is centred and its longest side scaled to 256 - 2*16; lines are 16 wide in that
 * space, but at least one output pixel. Antialiased by averaging the area of each pixel.
 *
 * Returns size * size grey values, row by row.
 */
export function rasterise(strokes: Stroke[], size: number): Uint8Array {
  const pixels = new Uint8Array(size * size);
  const xs = strokes.flatMap((stroke) => stroke[0]);
  const ys = strokes.flatMap((stroke) => stroke[1]);
  if (xs.length === 0) return pixels;

  const left = Math.min(...xs);
  const top = Math.min(...ys);
  const width = Math.max(...xs) - left;
  const height = Math.max(...ys) - top;
  const longest = Math.max(width, height);
  const fine = Math.max(4, Math.round(SPACE / size));
  const side = size * fine;
  const scale = longest > 0 ? ((SPACE - 2 * PADDING) / longest) * (side / SPACE) : 0;
  const toX = (x: number): number => side / 2 + (x - left - width / 2) * scale;
  const toY = (y: number): number => side / 2 + (y - top - height / 2) * scale;
  const radius = Math.max((LINE_WIDTH / SPACE) * side, fine) / 2;

  const mask = new Uint8Array(side * side);
  for (const [strokeX, strokeY] of strokes) {
    for (let end = 0; end < strokeX.length; end += 1) {
      const start = Math.max(0, end - 1);
      stamp(
        mask,
        side,
        radius,
        toX(strokeX[start] ?? 0),
        toY(strokeY[start] ?? 0),
        toX(strokeX[end] ?? 0),
        toY(strokeY[end] ?? 0),
      );
    }
  }
  average(mask, side, fine, pixels, size);
  return pixels;
}

/** Sets every cell whose centre lies within `radius` of the segment. */
function stamp(
  mask: Uint8Array,
  side: number,
  radius: number,
  x0: number,
  y0: number,
  x1: number,
  y1: number,
): void {
  const dx = x1 - x0;
  const dy = y1 - y0;
  const lengthSquared = dx * dx + dy * dy;
  const fromX = Math.max(0, Math.floor(Math.min(x0, x1) - radius));
  const toX = Math.min(side - 1, Math.ceil(Math.max(x0, x1) + radius));
  const fromY = Math.max(0, Math.floor(Math.min(y0, y1) - radius));
  const toY = Math.min(side - 1, Math.ceil(Math.max(y0, y1) + radius));
  for (let row = fromY; row <= toY; row += 1) {
    for (let column = fromX; column <= toX; column += 1) {
      const px = column + 0.5 - x0;
      const py = row + 0.5 - y0;
      const along =
        lengthSquared > 0 ? Math.min(1, Math.max(0, (px * dx + py * dy) / lengthSquared)) : 0;
      const offX = px - along * dx;
      const offY = py - along * dy;
      if (offX * offX + offY * offY <= radius * radius) mask[row * side + column] = 1;
    }
  }
}

function average(
  mask: Uint8Array,
  side: number,
  fine: number,
  pixels: Uint8Array,
  size: number,
): void {
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      let set = 0;
      for (let y = row * fine; y < (row + 1) * fine; y += 1) {
        for (let x = column * fine; x < (column + 1) * fine; x += 1) {
          set += mask[y * side + x] ?? 0;
        }
      }
      pixels[row * size + column] = Math.round((set / (fine * fine)) * 255);
    }
  }
}
