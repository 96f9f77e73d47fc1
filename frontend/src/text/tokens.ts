// Texts cut into tokens and hashed, exactly as studio/core/tokens.py does and describes.

export interface TextSettings {
  unit: "words" | "characters" | "projection";
  lower: boolean;
  pairs: boolean;
  length: number;
  buckets: number;
  shortest: number;
  longest: number;
  hash_words: number;
}

type Ranges = readonly (readonly [number, number])[];

const WORD_LIMIT = 64;
const CHARACTERS_LIMIT = 1_000_000;
const OFFSET = 2166136261;
const PRIME = 16777619;
const GOLDEN = 0x9e3779b9;
const APOSTROPHE = 0x27;
const LETTERS: Ranges = [[0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a]];
const SEPARATORS: Ranges = [
  [0x80, 0xa9], [0xab, 0xb4], [0xb6, 0xb9], [0xbb, 0xbf], [0xd7, 0xd7], [0xf7, 0xf7], [0x1680, 0x1680],
  [0x2000, 0x200b], [0x200e, 0x206f], [0x2e00, 0x2e7f], [0x3000, 0x3004], [0x3008, 0x3020], [0xfe00, 0xfe0f],
  [0xfe30, 0xfe6f], [0xff00, 0xff0f], [0xff1a, 0xff20], [0xff3b, 0xff40], [0xff5b, 0xff65], [0xfff0, 0xffff],
];
const SINGLES: Ranges = [
  [0x2600, 0x27bf], [0x2e80, 0x2fdf], [0x3005, 0x3007], [0x3021, 0x312f], [0x31a0, 0x9fff], [0xf900, 0xfaff],
  [0x1f000, 0x1faff], [0x20000, 0x3ffff],
];
const CASED: Ranges = [[0x00, 0x1c7f], [0x1e00, 0x1fff], [0xff21, 0xff3a]];

const within = (code: number, ranges: Ranges): boolean =>
  ranges.some(([first, last]) => code >= first && code <= last);
const isLetter = (code: number): boolean =>
  code < 0x80 ? within(code, LETTERS) : !within(code, SEPARATORS) && !within(code, SINGLES);
const step = (hash: number, value: number): number => Math.imul(hash ^ value, PRIME);

/** MurmurHash3's final mix, as an unsigned number. */
function mixed(hash: number): number {
  let h = hash ^ (hash >>> 16);
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

const hashed = (values: readonly number[]): number => mixed(values.reduce(step, OFFSET));

function lowerCase(code: number): number {
  if (!within(code, CASED)) return code;
  const small = [...String.fromCodePoint(code).toLowerCase()];
  return small.length === 1 ? (small[0]?.codePointAt(0) ?? code) : code;
}

/** Returns the code points of a text, in lower case where wanted. */
function codePoints(text: string, lower: boolean): number[] {
  const codes: number[] = [];
  for (const sign of text) {
    if (codes.length === CHARACTERS_LIMIT) break;
    let code = sign.codePointAt(0) ?? 0;
    if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code === 0x2019) code = APOSTROPHE;
    codes.push(lower ? lowerCase(code) : code);
  }
  return codes;
}

/** Returns the words of a text, each as its code points. */
export function wordsOf(text: string, lower: boolean): number[][] {
  const codes = codePoints(text, lower);
  const plain = codes.map(isLetter);
  const letters = codes.map((code, place) =>
    code === APOSTROPHE ? Boolean(plain[place - 1] && plain[place + 1]) : plain[place],
  );
  const words: number[][] = [];
  let word: number[] | null = null;
  codes.forEach((code, place) => {
    if (letters[place]) {
      if (word === null) words.push((word = []));
      word.push(code);
    } else {
      word = null;
      if (within(code, SINGLES)) words.push([code]);
    }
  });
  return words;
}

/** Returns the hashes of a word's runs of characters. */
function runs(word: readonly number[], settings: TextSettings): number[] {
  const shortest = Math.min(settings.shortest, settings.longest);
  const longest = Math.max(settings.shortest, settings.longest);
  const marked = [0x3c, ...word, 0x3e];
  const found = marked.length > longest || marked.length < shortest ? [hashed(marked)] : [];
  for (let start = 0; start < marked.length; start += 1) {
    let hash = OFFSET;
    for (let size = 1; size <= longest && start + size <= marked.length; size += 1) {
      hash = step(hash, marked[start + size - 1] ?? 0);
      if (size >= shortest) found.push(mixed(hash));
    }
  }
  return found;
}

/** Returns a text as a model takes it: `length` numbers, or `length * hash_words` of them for projection. */
export function encode(text: string, settings: TextSettings): Int32Array {
  const { length, buckets, hash_words: width, unit } = settings;
  const words = wordsOf(text, settings.lower)
    .slice(0, length)
    .map((word) => word.slice(0, WORD_LIMIT));
  if (unit === "projection") {
    const numbers = new Int32Array(length * width);
    words.forEach((word, place) => {
      const hash = hashed(word);
      for (let k = 0; k < width; k += 1) {
        numbers[place * width + k] = mixed((hash + Math.imul(k, GOLDEN)) | 0) >>> 2;
      }
    });
    return numbers;
  }
  const tokens: number[] = [];
  let before: number | null = null;
  for (const word of words) {
    if (tokens.length >= length) break;
    if (unit === "characters") {
      tokens.push(...runs(word, settings));
      continue;
    }
    const hash = hashed(word);
    tokens.push(hash);
    if (settings.pairs && before !== null) tokens.push(hashed([before, hash]));
    before = hash;
  }
  const numbers = new Int32Array(length);
  tokens.slice(0, length).forEach((hash, place) => {
    numbers[place] = 1 + (hash % (buckets - 1));
  });
  return numbers;
}
