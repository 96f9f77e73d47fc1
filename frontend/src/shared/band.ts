// A rubber band: drawn with the mouse over a list that scrolls.

import { element } from "./dom";

const BAND_FROM = 4;
const EDGE = 24;

interface Handlers {
  /** A press begins; it may become a click or a band. */
  press(event: PointerEvent): void;
  /** The band now covers this rectangle, in pixels of the list's content. */
  cover(box: DOMRectReadOnly): void;
  /** The band was let go. */
  release(): void;
}

/** Watches for rubber bands; touch scrolls instead. */
export class Band {
  private swallow = false;

  constructor(
    private readonly list: HTMLElement,
    private readonly handlers: Handlers,
  ) {
    list.addEventListener("pointerdown", (event) => this.down(event));
  }

  /** Whether the click that is being handled only ended a band. */
  ended(): boolean {
    const { swallow } = this;
    this.swallow = false;
    return swallow;
  }

  private down(start: PointerEvent): void {
    this.swallow = false;
    this.handlers.press(start);
    if (start.pointerType === "touch" || start.button !== 0) return;
    const { list } = this;
    const bounds = list.getBoundingClientRect();
    const originX = start.clientX - bounds.left + list.scrollLeft;
    const originY = start.clientY - bounds.top + list.scrollTop;
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
      this.handlers.cover(new DOMRectReadOnly(left, top, width, height));
    };
    const end = (): void => {
      list.removeEventListener("pointermove", move);
      list.removeEventListener("pointerup", end);
      list.removeEventListener("pointercancel", end);
      if (!band) return;
      band.remove();
      this.swallow = true;
      this.handlers.release();
    };
    list.addEventListener("pointermove", move);
    list.addEventListener("pointerup", end);
    list.addEventListener("pointercancel", end);
  }
}
