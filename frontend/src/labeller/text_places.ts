// Places in a text on the screen: from UTF-16 units to nodes and rectangles, and back.

interface Selecting {
  getComposedRanges?(options: { shadowRoots: ShadowRoot[] }): StaticRange[];
}

const LINE_TOLERANCE = 3;
/** Pixels of text that stay in sight before and behind the caret. */
const ROOM = 24;

export class TextPlaces {
  constructor(private readonly body: HTMLElement) {}

  /** Where a place is on the screen. */
  rectAt(unit: number): DOMRect {
    const range = document.createRange();
    const [node, offset] = this.nodeAt(unit);
    range.setStart(node, offset);
    const rect = range.getClientRects()[0];
    if (rect) return rect;
    // Behind a line break there is no rectangle yet: that of the letter that follows is.
    const length = node.textContent?.length ?? 0;
    range.setEnd(node, Math.min(length, offset + 1));
    return range.getBoundingClientRect();
  }

  /** The place a line above or below, as near to the same column as there is one. */
  line(unit: number, by: 1 | -1, length: number): number {
    const from = this.rectAt(unit);
    let best = by > 0 ? length : 0;
    let line: number | null = null;
    let nearest = Infinity;
    for (let at = unit + by; at >= 0 && at <= length; at += by) {
      const rect = this.rectAt(at);
      if ((rect.top - from.top) * by < LINE_TOLERANCE) continue;
      line ??= rect.top;
      if (Math.abs(rect.top - line) > LINE_TOLERANCE) break;
      if (Math.abs(rect.left - from.left) < nearest) {
        nearest = Math.abs(rect.left - from.left);
        best = at;
      }
    }
    return best;
  }

  /** Selects from one place to another, and scrolls to the second. */
  select(anchor: number, caret: number): void {
    const [from, fromOffset] = this.nodeAt(anchor);
    const [to, toOffset] = this.nodeAt(caret);
    document.getSelection()?.setBaseAndExtent(from, fromOffset, to, toOffset);
    const { top, bottom } = this.rectAt(caret);
    const box = this.body.getBoundingClientRect();
    if (top < box.top) this.body.scrollTop -= box.top - top + ROOM;
    else if (bottom > box.bottom) this.body.scrollTop += bottom - box.bottom + ROOM;
  }

  unselect(): void {
    const native = document.getSelection();
    if (native && native.rangeCount > 0) native.removeAllRanges();
  }

  /** What the mouse or a finger has selected of the text; null: nothing of it. */
  selected(): [start: number, end: number] | null {
    const range = this.range();
    if (!range || !this.body.contains(range.startContainer)) return null;
    if (!this.body.contains(range.endContainer)) return null;
    return [
      this.unitOf(range.startContainer, range.startOffset),
      this.unitOf(range.endContainer, range.endOffset),
    ];
  }

  /** The selection of the browser; each tells what is in a shadow root in its own way. */
  private range(): StaticRange | Range | undefined {
    const root = this.body.getRootNode();
    const native = document.getSelection();
    if (!native || !(root instanceof ShadowRoot)) return undefined;
    const composed = native as unknown as Selecting;
    if (composed.getComposedRanges) return composed.getComposedRanges({ shadowRoots: [root] })[0];
    const inside = root as unknown as { getSelection?(): Selection | null };
    const found = inside.getSelection?.() ?? native;
    return found.rangeCount > 0 ? found.getRangeAt(0) : undefined;
  }

  private unitOf(node: Node, offset: number): number {
    const range = document.createRange();
    range.setStart(this.body, 0);
    range.setEnd(node, offset);
    return range.toString().length;
  }

  private nodeAt(unit: number): [node: Node, offset: number] {
    const walker = document.createTreeWalker(this.body, NodeFilter.SHOW_TEXT);
    let before = 0;
    let last: Node = this.body;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const length = node.textContent?.length ?? 0;
      if (unit <= before + length) return [node, unit - before];
      before += length;
      last = node;
    }
    return [last, last === this.body ? 0 : (last.textContent?.length ?? 0)];
  }
}
