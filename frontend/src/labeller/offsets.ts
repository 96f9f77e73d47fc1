// Places in a text: the browser counts UTF-16 units, the studio counts code points.

/** Code points before a place given in UTF-16 units. */
export function toPoints(text: string, units: number): number {
  let points = 0;
  for (let at = 0; at < units; points += 1) at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return points;
}

/** UTF-16 units before a place given in code points. */
export function toUnits(text: string, points: number): number {
  let at = 0;
  for (let passed = 0; passed < points && at < text.length; passed += 1) {
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  }
  return at;
}

/** Where words begin and end, in UTF-16 units; made once for a text. */
export class Words {
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  constructor(private readonly text: string) {
    for (const part of new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)) {
      if (!part.isWordLike) continue;
      this.starts.push(part.index);
      this.ends.push(part.index + part.segment.length);
    }
  }

  /** The end of the word that follows, or the beginning of the one before. */
  step(from: number, by: 1 | -1): number {
    if (by > 0) return this.ends.find((end) => end > from) ?? this.text.length;
    return this.starts.findLast((start) => start < from) ?? 0;
  }

  /** The next letter as people see it, accents and all. */
  letter(from: number, by: 1 | -1): number {
    const { text } = this;
    if (by < 0 && from <= 0) return 0;
    if (by > 0 && from >= text.length) return text.length;
    const near = Math.max(0, from - 32);
    const slice = text.slice(near, from + 32);
    const letters = new Intl.Segmenter(undefined, { granularity: "grapheme" }).segment(slice);
    const found = letters.containing(by > 0 ? from - near : from - near - 1);
    if (!found) return from + by;
    return near + found.index + (by > 0 ? found.segment.length : 0);
  }
}

/** A stretch without the blanks at its ends; null where nothing else is in it. */
export function trimmed(text: string, start: number, end: number): [number, number] | null {
  const inside = text.slice(start, end);
  const blank = inside.length - inside.trimStart().length;
  const length = inside.trim().length;
  return length > 0 ? [start + blank, start + blank + length] : null;
}
