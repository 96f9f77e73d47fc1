// From a picture file, or what a camera sees, to a sample: as studio/sources/pictures.py.

import { even } from "./numbers";
import { resized, type Bitmap } from "./resample";

type Shape = readonly [height: number, width: number, channels: number];

const LARGEST_SIDE = 4096;

/** Reads a picture file, one that can be seen through with a fourth channel for that; throws where it is none. */
export async function opened(file: Blob): Promise<Bitmap> {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LARGEST_SIDE / Math.max(picture.width, picture.height));
  const found = pixelsOf(picture, picture.width, picture.height, scale);
  picture.close();
  return found;
}

/** The middle square of what a camera sees; null: nothing yet. */
export function seen(video: HTMLVideoElement): Bitmap | null {
  const side = Math.min(video.videoWidth, video.videoHeight);
  if (side === 0) return null;
  const { width, height, channels, values } = pixelsOf(video, video.videoWidth, video.videoHeight, 1);
  const [left, top] = [Math.floor((width - side) / 2), Math.floor((height - side) / 2)];
  const cut = new Uint8Array(side * side * channels);
  for (let row = 0; row < side; row += 1) {
    const start = ((top + row) * width + left) * channels;
    cut.set(values.subarray(start, start + side * channels), row * side * channels);
  }
  return { width: side, height: side, channels, values: cut };
}

/** Red, green and blue of a picture, and how solid each pixel is where not all are. */
function pixelsOf(source: CanvasImageSource, fullWidth: number, fullHeight: number, scale: number): Bitmap {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(fullWidth * scale));
  canvas.height = Math.max(1, Math.round(fullHeight * scale));
  const { width, height } = canvas;
  const paint = canvas.getContext("2d", { willReadFrequently: true });
  if (!paint) throw new Error("This browser does not give the picture's pixels.");
  paint.drawImage(source, 0, 0, width, height);
  const values = new Uint8Array(paint.getImageData(0, 0, width, height).data.buffer);
  const picture = { width, height, channels: 4, values };
  for (let place = 3; place < values.length; place += 4) {
    if (values[place] !== 255) return picture;
  }
  return laid(picture, 0);
}

/** Lays a picture that can be seen through on paper, a grey value; others stay. */
function laid(picture: Bitmap, paper: number): Bitmap {
  const { width, height, channels, values } = picture;
  if (channels !== 4) return picture;
  const made = new Uint8Array(width * height * 3);
  for (let place = 0; place < width * height; place += 1) {
    const solid = (values[place * 4 + 3] ?? 0) / 255;
    for (let channel = 0; channel < 3; channel += 1) {
      made[place * 3 + channel] = Math.round((values[place * 4 + channel] ?? 0) * solid + paper * (1 - solid));
    }
  }
  return { width, height, channels: 3, values: made };
}

/**
 * Makes a sample of a picture: its aspect kept, centred on black. `invert` turns dark on light into light on dark; what
 * can be seen through is white paper then, else black.
 */
export function sampled(picture: Bitmap, [height, width, channels]: Shape, invert: boolean): Uint8Array {
  const side = Math.max(height, width);
  const opaque = laid(picture, invert ? 255 : 0);
  const flat = channels === 1 ? grey(opaque) : opaque;
  const scale = side / Math.max(flat.width, flat.height);
  const wide = Math.max(1, even(flat.width * scale));
  const high = Math.max(1, even(flat.height * scale));
  const fitted = resized(flat, wide, high);
  const kept = fitted.channels;
  const sample = new Uint8Array(height * width * channels);
  const [left, top] = [
    Math.floor((side - wide) / 2) - Math.floor((side - width) / 2),
    Math.floor((side - high) / 2) - Math.floor((side - height) / 2),
  ];
  for (let row = Math.max(0, top); row < Math.min(height, top + high); row += 1) {
    for (let column = Math.max(0, left); column < Math.min(width, left + wide); column += 1) {
      for (let channel = 0; channel < channels; channel += 1) {
        const value = fitted.values[((row - top) * wide + column - left) * kept + channel] ?? 0;
        sample[(row * width + column) * channels + channel] = channel >= kept ? 255 : invert ? 255 - value : value;
      }
    }
  }
  return sample;
}

/** Grey as Pillow weighs the colours. */
function grey({ width, height, values }: Bitmap): Bitmap {
  const made = new Uint8Array(width * height);
  for (let place = 0; place < made.length; place += 1) {
    const [red, green, blue] = [values[place * 3] ?? 0, values[place * 3 + 1] ?? 0, values[place * 3 + 2] ?? 0];
    made[place] = (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16;
  }
  return { width, height, channels: 1, values: made };
}
