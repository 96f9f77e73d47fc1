// sample_grid: look through samples, label them, or show a gallery with captions.

import { mountable, type Arguments, type Instance } from "../shared/mount";
import { Browser } from "./browse";
import type { GridData } from "./data";
import { Labeller } from "./label";
import css from "./style.css";

/** Props that an open grid takes in place; any other change starts it anew. */
const IN_PLACE = new Set(["height", "notify", "class_names"]);

function identity(data: GridData): string {
  return JSON.stringify(Object.entries(data).filter(([name]) => !IN_PLACE.has(name)));
}

class SampleGrid implements Instance<GridData> {
  private inner: Browser | Labeller;
  private root: HTMLElement;
  private known: string;

  constructor(
    private readonly host: HTMLElement,
    args: Arguments<GridData>,
  ) {
    this.known = identity(args.data);
    [this.root, this.inner] = this.start(args);
  }

  update(args: Arguments<GridData>): void {
    const now = identity(args.data);
    if (now !== this.known) {
      this.known = now;
      this.inner.dispose();
      this.root.remove();
      [this.root, this.inner] = this.start(args);
    } else if (this.inner instanceof Labeller) {
      this.inner.update(args);
    } else {
      this.inner.update(args.data);
    }
  }

  dispose(): void {
    this.inner.dispose();
  }

  private start(args: Arguments<GridData>): [HTMLElement, Browser | Labeller] {
    const root = document.createElement("div");
    root.className = "grid";
    root.addEventListener("keydown", (event) => event.stopPropagation());
    this.host.append(root);
    const label = args.data.mode === "label" && args.data.ids === null;
    return [root, label ? new Labeller(root, args) : new Browser(root, args.data)];
  }
}

export default mountable<GridData>(css, (host, args) => new SampleGrid(host, args));
