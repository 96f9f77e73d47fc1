// Bridges Streamlit's calling convention and a component that lives on.
//
// Streamlit calls the default export again on every change of data or theme, and calls the returned
// cleanup both when the element goes away and when a newer call overtook an older one. An instance
// must survive the second and end with the first, so cleanup only disposes once its host has left
// the document and no later call has taken the instance over.

import baseCss from "./base.css";
import { applyTheme } from "./theme";

/** What Streamlit hands to a component (v2). */
export interface Arguments<Data> {
  name: string;
  key: string;
  data: Data;
  parentElement: ShadowRoot | HTMLElement;
  setStateValue(name: string, value: unknown): void;
  setTriggerValue(name: string, value: unknown): void;
}

export interface Instance<Data> {
  /** Takes new props. Also called when the theme changed. */
  update(args: Arguments<Data>): void;
  dispose(): void;
}

interface Live<Data> {
  host: HTMLElement;
  style: HTMLStyleElement;
  instance: Instance<Data>;
  turn: number;
}

const DISPOSE_AFTER_MS = 50;

/** Makes the default export of a component's bundle. */
export function mountable<Data>(
  css: string,
  create: (host: HTMLElement, args: Arguments<Data>) => Instance<Data>,
): (args: Arguments<Data>) => () => void {
  const instances = new WeakMap<ShadowRoot | HTMLElement, Live<Data>>();

  return (args) => {
    const parent = args.parentElement;
    let live = instances.get(parent);
    if (live) {
      applyTheme(live.host);
      live.instance.update(args);
    } else {
      const style = document.createElement("style");
      style.textContent = baseCss + css;
      const host = document.createElement("div");
      host.className = "studio";
      parent.append(style, host);
      applyTheme(host);
      live = { host, style, instance: create(host, args), turn: 0 };
      instances.set(parent, live);
    }
    const current = live;
    const turn = ++current.turn;
    return () => {
      setTimeout(() => {
        if (current.turn !== turn || current.host.isConnected) return;
        current.instance.dispose();
        current.host.remove();
        current.style.remove();
        instances.delete(parent);
      }, DISPOSE_AFTER_MS);
    };
  };
}
