// Which tiles of a page are focused and selected: by key, by click, by touch, by rubber band.

import { Band } from "./band";

export class Selection {
  focus = 0;
  readonly selected = new Set<number>();
  private anchor = 0;
  private touch = false;
  private kept: number[] = [];
  private readonly band: Band;

  constructor(
    private readonly list: HTMLElement,
    private readonly tiles: () => HTMLElement[],
    private readonly onChange: () => void,
    /** Whether a plain click selects or leaves out one more tile, as a tap does. */
    private readonly toggling: () => boolean = () => false,
  ) {
    this.band = new Band(list, {
      press: (event) => {
        this.touch = event.pointerType === "touch";
        const adding = this.toggling() || event.ctrlKey || event.metaKey || event.shiftKey;
        this.kept = adding ? [...this.selected] : [];
      },
      cover: (box) => this.cover(box),
      release: () => this.release(),
    });
    list.addEventListener("click", (event) => this.click(event));
  }

  /** The selected tiles, or the focused one where none is. */
  targets(): number[] {
    if (this.selected.size === 0) return this.tiles().length > 0 ? [this.focus] : [];
    return [...this.selected].sort((a, b) => a - b);
  }

  reset(focus = 0): void {
    this.selected.clear();
    this.focus = focus;
    this.anchor = focus;
    this.onChange();
  }

  clear(): void {
    this.selected.clear();
    this.anchor = this.focus;
    this.onChange();
  }

  all(): void {
    this.tiles().forEach((_, place) => this.selected.add(place));
    this.onChange();
  }

  toggle(place: number): void {
    if (!this.selected.delete(place)) this.selected.add(place);
    this.focus = place;
    this.anchor = place;
    this.onChange();
  }

  /** Moves the focus; `extend` selects everything between the anchor and the focus. */
  move(place: number, extend: boolean): void {
    this.focus = place;
    if (extend) {
      this.selected.clear();
      const [from, to] = [Math.min(this.anchor, place), Math.max(this.anchor, place)];
      for (let between = from; between <= to; between += 1) this.selected.add(between);
    } else {
      this.anchor = place;
    }
    this.onChange();
  }

  private placeOf(event: Event): number {
    const tile = (event.target as Element).closest<HTMLElement>(".tile");
    return tile ? this.tiles().indexOf(tile) : -1;
  }

  private click(event: MouseEvent): void {
    if (this.band.ended()) return;
    const place = this.placeOf(event);
    if (place === -1) {
      if (!this.toggling()) this.clear();
    } else if (event.shiftKey) this.move(place, true);
    else if (this.touch || this.toggling() || event.ctrlKey || event.metaKey) this.toggle(place);
    else {
      this.selected.clear();
      this.move(place, false);
    }
  }

  /** Selects what the band touches, beside what was kept when it began. */
  private cover(box: DOMRectReadOnly): void {
    const { list } = this;
    const bounds = list.getBoundingClientRect();
    const left = bounds.left - list.scrollLeft;
    const top = bounds.top - list.scrollTop;
    this.selected.clear();
    for (const place of this.kept) this.selected.add(place);
    this.tiles().forEach((tile, place) => {
      const at = tile.getBoundingClientRect();
      const apart =
        at.left - left > box.right ||
        at.right - left < box.left ||
        at.top - top > box.bottom ||
        at.bottom - top < box.top;
      if (!apart) this.selected.add(place);
    });
    this.onChange();
  }

  private release(): void {
    const [first] = this.targets();
    if (this.selected.size > 0 && first !== undefined) {
      this.focus = first;
      this.anchor = first;
    }
    this.onChange();
  }
}
