// sample_grid: look through samples, label or select them, or show a gallery with captions.

import classesCss from "../shared/classes.css";
import dialogCss from "../shared/dialog.css";
import { mountable, type Arguments, type Instance } from "../shared/mount";
import tilesCss from "../shared/tiles.css";
import toolsCss from "../shared/tools.css";
import { Browser } from "./browse";
import type { GridData } from "./data";
import { Labeller } from "./label";
import css from "./style.css";
import viewerCss from "./viewer.css";

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
    private args: Arguments<GridData>,
  ) {
    this.known = identity(args.data);
    [this.root, this.inner] = this.start(args);
  }

  update(args: Arguments<GridData>): void {
    this.args = args;
    const now = identity(args.data);
    if (now !== this.known) {
      this.known = now;
      if (this.inner instanceof Browser && this.inner.picks?.known) report(args, []);
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
    if (label) return [root, new Labeller(root, args)];
    return [root, new Browser(root, args.data, (ids) => report(this.args, ids))];
  }
}

/** Tells Python what is selected, and in which version, for a later one may be shown by then. */
function report({ data, setStateValue }: Arguments<GridData>, ids: number[]): void {
  setStateValue("selected", { of: data.of, ids });
}

const CSS = classesCss + dialogCss + tilesCss + toolsCss + css + viewerCss;

export default mountable<GridData>(CSS, (host, args) => new SampleGrid(host, args));
