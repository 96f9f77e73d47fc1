// Pictures made smaller as Pillow does it, value for value: so a picture is the same sample here and at an endpoint.

/** Values of a picture, row by row, `channels` to a pixel. */
export interface Bitmap {
  width: number;
  height: number;
  channels: number;
  values: Uint8Array;
}

const SUPPORT = 3;
const GAP = 2;
const PRECISION = 22;

/** Resizes with Pillow's LANCZOS, after whole blocks were averaged where there is much to spare. */
export function resized(picture: Bitmap, width: number, height: number): Bitmap {
  if (picture.width === width && picture.height === height) return picture;
  const acrossBy = Math.max(1, Math.floor(picture.width / width / GAP));
  const downBy = Math.max(1, Math.floor(picture.height / height / GAP));
  const small = acrossBy > 1 || downBy > 1 ? reduced(picture, acrossBy, downBy) : picture;
  const wide = turned(scaled(small, width, picture.width / acrossBy));
  return turned(scaled(wide, height, picture.height / downBy));
}

/** Averages blocks; those at the right and lower edge may be smaller. */
function reduced({ width, height, channels, values }: Bitmap, acrossBy: number, downBy: number): Bitmap {
  const [wide, high] = [Math.ceil(width / acrossBy), Math.ceil(height / downBy)];
  const made = new Uint8Array(wide * high * channels);
  for (let row = 0; row < high; row += 1) {
    const lastRow = Math.min(height, (row + 1) * downBy);
    for (let column = 0; column < wide; column += 1) {
      const lastColumn = Math.min(width, (column + 1) * acrossBy);
      const count = (lastRow - row * downBy) * (lastColumn - column * acrossBy);
      for (let channel = 0; channel < channels; channel += 1) {
        let sum = 0;
        for (let y = row * downBy; y < lastRow; y += 1) {
          for (let x = column * acrossBy; x < lastColumn; x += 1) {
            sum += values[(y * width + x) * channels + channel] ?? 0;
          }
        }
        made[(row * wide + column) * channels + channel] = Math.floor((sum + count / 2) / count);
      }
    }
  }
  return { width: wide, height: high, channels, values: made };
}

/** Scales across; `from` is the width before, which may end within the last pixel. */
function scaled({ width, height, channels, values }: Bitmap, size: number, from: number): Bitmap {
  const made = new Uint8Array(size * height * channels);
  const scale = from / size;
  const reach = SUPPORT * Math.max(1, scale);
  for (let column = 0; column < size; column += 1) {
    const centre = (column + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const last = Math.min(width, Math.trunc(centre + reach + 0.5));
    const raw = Array.from({ length: last - first }, (_, at) =>
      lanczos((first + at - centre + 0.5) / Math.max(1, scale)),
    );
    const sum = raw.reduce((total, weight) => total + weight, 0);
    const weights = raw.map((weight) => fixed(weight / sum));
    for (let row = 0; row < height; row += 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        let value = 2 ** (PRECISION - 1);
        weights.forEach((weight, at) => {
          value += weight * (values[(row * width + first + at) * channels + channel] ?? 0);
        });
        made[(row * size + column) * channels + channel] = Math.min(255, Math.max(0, Math.floor(value / 2 ** PRECISION)));
      }
    }
  }
  return { width: size, height, channels, values: made };
}

/** Exchanges rows and columns. */
function turned({ width, height, channels, values }: Bitmap): Bitmap {
  const made = new Uint8Array(values.length);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        made[(column * height + row) * channels + channel] = values[(row * width + column) * channels + channel] ?? 0;
      }
    }
  }
  return { width: height, height: width, channels, values: made };
}

const fixed = (weight: number): number => Math.trunc(weight * 2 ** PRECISION + (weight < 0 ? -0.5 : 0.5));
const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(x * Math.PI) / (x * Math.PI));
const lanczos = (x: number): number => (x >= -SUPPORT && x < SUPPORT ? sinc(x) * sinc(x / SUPPORT) : 0);
