// Where components, datasets and models are taken from: dragged, tapped, or chosen with arrows and Enter.

import { memo, useMemo, useRef, useState, type KeyboardEvent, type ReactElement, type RefObject } from "react";
import type { Entry } from "./actions";
import { declared, type CardData } from "./flow";
import { Icon, useActions, useOf } from "./parts";

export const DRAGGED = "application/x-studio-node";

interface Section {
  title: string;
  entries: Entry[];
}

function entryText({ component, title }: Entry): string {
  return [title, component.title, component.description, component.group, component.name].join(" ").toLowerCase();
}

/** How far an entry is from what was searched for: called so, its name has all words, only its text has them. */
function distance({ title }: Entry, words: string[]): number {
  const name = title.toLowerCase();
  if (name.startsWith(words.join(" "))) return 0;
  return words.every((word) => name.includes(word)) ? 1 : 2;
}

function useSections(search: string): Section[] {
  const { catalog } = useActions().board;
  const owned = useOf((board) => board.owned);
  return useMemo(() => {
    const sections = new Map<string, Entry[]>();
    const put = (title: string, entry: Entry): void => {
      sections.set(title, [...(sections.get(title) ?? []), entry]);
    };
    for (const one of owned) {
      const component = declared(catalog, one.component);
      const title = one.kind === "model" ? "Your models" : "Your datasets";
      put(title, { component, title: one.title, params: one.params });
    }
    for (const component of catalog.values()) {
      if (component.group) put(component.group, { component, title: component.title, params: {} });
    }
    const words = search.toLowerCase().split(/\s+/).filter(Boolean);
    const found = [...sections]
      .map(([title, entries]) => ({
        title,
        entries: entries.filter((entry) => words.every((word) => entryText(entry).includes(word))),
      }))
      .filter(({ entries }) => entries.length > 0);
    if (words.length === 0) return found;
    // What is called so comes before what only says so of itself: Enter takes the first one.
    const far = (one: Entry): number => distance(one, words);
    const least = ({ entries }: Section): number => Math.min(...entries.map(far));
    return found
      .map(({ title, entries }) => ({ title, entries: entries.toSorted((one, two) => far(one) - far(two)) }))
      .toSorted((one, two) => least(one) - least(two));
  }, [owned, catalog, search]);
}

interface PaletteProps {
  field: RefObject<HTMLInputElement | null>;
  /** Something was added, or nothing is to be. */
  onDone(): void;
}

export const Palette = memo(function Palette({ field, onDone }: PaletteProps): ReactElement {
  const actions = useActions();
  const [search, setSearch] = useState("");
  const [folded, setFolded] = useState<readonly string[]>([]);
  const list = useRef<HTMLDivElement>(null);
  const sections = useSections(search);

  const shown = (title: string): boolean => search.trim() !== "" || !folded.includes(title);
  const fold = (title: string): void =>
    setFolded(folded.includes(title) ? folded.filter((one) => one !== title) : [...folded, title]);
  const add = (entry: Entry): void => {
    actions.add(entry);
    onDone();
  };
  const step = (event: KeyboardEvent, by: number): void => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>(".entry") ?? [])];
    const at = rows.indexOf(event.target as HTMLElement);
    event.preventDefault();
    if (at + by < 0) field.current?.focus();
    else rows[Math.min(rows.length - 1, at + by)]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "ArrowDown") step(event, 1);
    else if (event.key === "ArrowUp") step(event, -1);
    else if (event.key === "Escape") {
      if (search && event.target === field.current) setSearch("");
      else {
        onDone();
        actions.home();
      }
    } else if (event.key === "Enter" && event.target === field.current) {
      const first = sections[0]?.entries[0];
      if (first && search.trim()) add(first);
      field.current?.select();
    } else if (event.key === "/" && event.target === field.current) {
      event.preventDefault(); // the key that leads here: what is typed next is another search
      field.current?.select();
    }
  };

  return (
    <aside className="palette" aria-label="Palette" onKeyDown={onKeyDown}>
      <label className="palette-search">
        <Icon name="search" />
        <input
          ref={field}
          type="search"
          className="field"
          placeholder="Search"
          aria-label="Search the palette"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
      </label>
      <div className="palette-list" ref={list}>
        {sections.map(({ title, entries }) => (
          <section key={title} aria-label={title}>
            <h3 className="palette-title">
              <button type="button" aria-expanded={shown(title)} onClick={() => fold(title)}>
                <Icon name={shown(title) ? "expand_more" : "chevron_right"} />
                {title}
              </button>
            </h3>
            {shown(title) &&
              entries.map((entry, place) => (
                <PaletteRow key={`${entry.component.name} ${entry.title} ${place}`} entry={entry} add={add} />
              ))}
          </section>
        ))}
        {sections.length === 0 && <p className="muted palette-none">Nothing is called that.</p>}
      </div>
    </aside>
  );
});

function PaletteRow({ entry, add }: { entry: Entry; add(entry: Entry): void }): ReactElement {
  const { component, title, params } = entry;
  return (
    <button
      type="button"
      className="entry"
      draggable
      title={ports(component)}
      onClick={() => add(entry)}
      onDragStart={(event) => {
        event.dataTransfer.setData(DRAGGED, JSON.stringify({ component: component.name, title, params }));
        event.dataTransfer.effectAllowed = "copy";
      }}
    >
      <Icon name={component.icon} />
      <span className="entry-names">
        <span className="entry-title">{title}</span>
        {component.description && title === component.title && <span className="entry-about">{component.description}</span>}
      </span>
    </button>
  );
}

/** "Takes Model, Dataset. Gives Metrics." */
function ports({ description, inputs, outputs }: CardData["component"]): string {
  const takes = Object.values(inputs).join(", ");
  const gives = Object.values(outputs).join(", ");
  return [description, takes && `Takes ${takes}.`, gives && `Gives ${gives}.`].filter(Boolean).join(" ");
}
