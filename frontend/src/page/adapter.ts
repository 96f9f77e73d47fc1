// What a picture becomes for a model of another program, and its answer probabilities: as studio/core/adapter.py.

export interface Adapter {
  scale: number;
  offset: number;
  mean: number[];
  std: number[];
  layout: "nhwc" | "nchw";
  channels: number;
  reverse: boolean;
  output: "probabilities" | "logits";
}

type Shape = readonly [height: number, width: number, channels: number];

const LUMA = [0.299, 0.587, 0.114];
const SUM_TOLERANCE = 1e-3;

/** Returns pixels (height, width, channels) of the model's size as its input. */
export function adapted(pixels: Uint8Array, [height, width, found]: Shape, adapter: Adapter): Float32Array {
  const { channels, mean, std } = adapter;
  const area = height * width;
  const made = new Float32Array(area * channels);
  for (let place = 0; place < area; place += 1) {
    for (let channel = 0; channel < channels; channel += 1) {
      const wanted = adapter.reverse ? channels - 1 - channel : channel;
      let value = coloured(pixels, place * found, found, channels, wanted) * adapter.scale + adapter.offset;
      value -= mean[mean.length > 1 ? channel : 0] ?? 0;
      value /= std[std.length > 1 ? channel : 0] ?? 1;
      made[adapter.layout === "nchw" ? channel * area + place : place * channels + channel] = value;
    }
  }
  return made;
}

/** Returns one channel of a pixel of `found` channels, seen as one of `channels`. */
function coloured(pixels: Uint8Array, start: number, found: number, channels: number, channel: number): number {
  const at = (place: number): number => pixels[start + place] ?? 0;
  if (found === channels) return at(channel);
  const grey = found >= 3 ? LUMA.reduce((sum, share, place) => sum + share * at(place), 0) : at(0);
  if (channels === 1) return grey;
  if (channel === 3) return 255; // nothing is seen through
  return found >= 3 ? at(channel) : grey;
}

/** Returns what a file gave as probabilities; without an adapter they are that. */
export function outputs(values: Float32Array, adapter: Adapter | null): Float32Array {
  if (!adapter) return values;
  if (values.length === 1) {
    const only = values[0] ?? 0;
    const share = adapter.output === "logits" ? 1 / (1 + Math.exp(-only)) : only;
    return Float32Array.of(1 - share, share);
  }
  if (adapter.output === "logits") {
    const largest = values.reduce((most, value) => Math.max(most, value), -Infinity);
    values = values.map((value) => Math.exp(value - largest));
  }
  const sum = values.reduce((total, value) => total + value, 0);
  if (Math.abs(sum - 1) <= SUM_TOLERANCE) return values;
  return sum > 0 ? values.map((value) => value / sum) : values.fill(1 / values.length);
}
