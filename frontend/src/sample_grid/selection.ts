// Which tiles of a page are focused and selected: by key, by click, by touch, by rubber band.

import { element } from "../shared/dom";

const BAND_FROM = 4;
const EDGE = 24;

export class Selection {
  focus = 0;
  readonly selected = new Set<number>();
  private anchor = 0;
  private touch = false;
  private swallowClick = false;

  constructor(
    private readonly list: HTMLElement,
    private readonly tiles: () => HTMLElement[],
    private readonly onChange: () => void,
  ) {
    list.addEventListener("pointerdown", (event) => this.down(event));
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
    if (this.swallowClick) {
      this.swallowClick = false;
      return;
    }
    const place = this.placeOf(event);
    if (place === -1) this.clear();
    else if (event.shiftKey) this.move(place, true);
    else if (this.touch || event.ctrlKey || event.metaKey) this.toggle(place);
    else {
      this.selected.clear();
      this.move(place, false);
    }
  }

  private down(start: PointerEvent): void {
    this.touch = start.pointerType === "touch";
    this.swallowClick = false;
    if (this.touch || start.button !== 0) return;
    const list = this.list;
    const bounds = list.getBoundingClientRect();
    const originX = start.clientX - bounds.left + list.scrollLeft;
    const originY = start.clientY - bounds.top + list.scrollTop;
    const kept = start.ctrlKey || start.metaKey || start.shiftKey ? [...this.selected] : [];
    let band: HTMLElement | null = null;

    const move = (event: PointerEvent): void => {
      const far = Math.hypot(event.clientX - start.clientX, event.clientY - start.clientY);
      if (!band) {
        if (far < BAND_FROM) return;
        band = element("div", { class: "band" });
        list.append(band);
        list.setPointerCapture(start.pointerId);
      }
      if (event.clientY > bounds.bottom - EDGE) list.scrollTop += EDGE / 2;
      if (event.clientY < bounds.top + EDGE) list.scrollTop -= EDGE / 2;
      const x = Math.min(bounds.right, Math.max(bounds.left, event.clientX)) - bounds.left;
      const y = Math.min(bounds.bottom, Math.max(bounds.top, event.clientY)) - bounds.top;
      const left = Math.min(originX, x + list.scrollLeft);
      const top = Math.min(originY, y + list.scrollTop);
      const width = Math.abs(originX - x - list.scrollLeft);
      const height = Math.abs(originY - y - list.scrollTop);
      band.style.transform = `translate(${left}px, ${top}px)`;
      band.style.width = `${width}px`;
      band.style.height = `${height}px`;
      this.selected.clear();
      for (const place of kept) this.selected.add(place);
      this.tiles().forEach((tile, place) => {
        const box = tile.getBoundingClientRect();
        const tileLeft = box.left - bounds.left + list.scrollLeft;
        const tileTop = box.top - bounds.top + list.scrollTop;
        const apart =
          tileLeft > left + width ||
          tileLeft + box.width < left ||
          tileTop > top + height ||
          tileTop + box.height < top;
        if (!apart) this.selected.add(place);
      });
      this.onChange();
    };
    const end = (): void => {
      list.removeEventListener("pointermove", move);
      list.removeEventListener("pointerup", end);
      list.removeEventListener("pointercancel", end);
      if (!band) return;
      band.remove();
      this.swallowClick = true;
      const [first] = this.targets();
      if (this.selected.size > 0 && first !== undefined) {
        this.focus = first;
        this.anchor = first;
      }
      this.onChange();
    };
    list.addEventListener("pointermove", move);
    list.addEventListener("pointerup", end);
    list.addEventListener("pointercancel", end);
  }
}
