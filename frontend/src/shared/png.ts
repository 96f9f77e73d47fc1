// Writes an 8-bit grey PNG. The pictures are small, so the pixels are stored, not compressed.

const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const STORED_BLOCK = 65_535;

const crcTable = Uint32Array.from({ length: 256 }, (_, start) => {
  let value = start;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

function crc32(data: Uint8Array): number {
  let crc = 0xffffffff;
  for (const value of data) crc = (crcTable[(crc ^ value) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

function adler32(data: Uint8Array): number {
  let low = 1;
  let high = 0;
  for (const value of data) {
    low = (low + value) % 65_521;
    high = (high + low) % 65_521;
  }
  return ((high << 16) | low) >>> 0;
}

function uint32(value: number): number[] {
  return [value >>> 24, (value >>> 16) & 0xff, (value >>> 8) & 0xff, value & 0xff];
}

function chunk(type: string, body: number[]): number[] {
  const named = [...new TextEncoder().encode(type), ...body];
  return [...uint32(body.length), ...named, ...uint32(crc32(Uint8Array.from(named)))];
}

/** Encodes width * height grey values, row by row. */
export function encodeGreyPng(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const rows = new Uint8Array((width + 1) * height);
  for (let row = 0; row < height; row += 1) {
    rows.set(pixels.subarray(row * width, (row + 1) * width), row * (width + 1) + 1);
  }
  const zlib = [0x78, 0x01];
  for (let start = 0; start < rows.length; start += STORED_BLOCK) {
    const block = rows.subarray(start, start + STORED_BLOCK);
    const last = start + STORED_BLOCK >= rows.length ? 1 : 0;
    const size = block.length;
    zlib.push(last, size & 0xff, size >> 8, ~size & 0xff, (~size >> 8) & 0xff, ...block);
  }
  zlib.push(...uint32(adler32(rows)));
  return Uint8Array.from([
    ...SIGNATURE,
    ...chunk("IHDR", [...uint32(width), ...uint32(height), 8, 0, 0, 0, 0]),
    ...chunk("IDAT", zlib),
    ...chunk("IEND", []),
  ]);
}

/** Encodes bytes as base64. */
export function base64(data: Uint8Array): string {
  let text = "";
  for (const value of data) text += String.fromCharCode(value);
  return btoa(text);
}
