// The list of ports that a node can be connected to, and the list of keys.

import { memo, useEffect, useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from "react";
import type { Dialog } from "./actions";
import { wireId } from "./draft";
import { KEYS } from "./keys";
import { portType, possibleWires } from "./legal";
import { Icon, useActions, useBoard } from "./parts";
import type { Wire } from "./types";

function Window({ title, close, children }: { title: string; close(): void; children: ReactNode }): ReactElement {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    // It would give the focus to what comes first, the button that closes it.
    dialog.current?.querySelector("input")?.focus();
  }, []);
  return (
    <dialog
      ref={dialog}
      className="window"
      aria-label={title}
      onClose={close}
      onKeyDown={(event) => event.stopPropagation()}
      onClick={(event) => event.target === dialog.current && dialog.current?.close()}
    >
      <div className="window-in">
        <div className="window-head">
          <h2>{title}</h2>
          <button type="button" className="button quiet tool" aria-label="Close" onClick={() => dialog.current?.close()}>
            <Icon name="close" />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  );
}

interface Choice {
  wire: Wire;
  there: boolean;
  words: string;
  type: string;
}

function useChoices(node: string): Choice[] {
  const board = useBoard();
  const { body, catalog } = board;
  const name = (id: string): string => {
    const found = board.flow.nodes.find((one) => one.id === id);
    return found?.type === "card" ? found.data.title : id;
  };
  const there = body.pipeline.links.filter((wire) => wire.source === node || wire.target === node);
  const choice = (wire: Wire, drawn: boolean): Choice => {
    const type = portType(body, catalog, wire.source, "outputs", wire.source_port) ?? "";
    const words =
      wire.source === node
        ? `${wire.source_port} to ${name(wire.target)}: ${wire.target_port}`
        : `${name(wire.source)}: ${wire.source_port} to ${wire.target_port}`;
    return { wire, there: drawn, words, type };
  };
  return [
    ...there.map((wire) => choice(wire, true)),
    ...possibleWires(body, catalog, node).map((wire) => choice(wire, false)),
  ];
}

function Connect({ node, close }: { node: string; close(): void }): ReactElement {
  const actions = useActions();
  const [search, setSearch] = useState("");
  const list = useRef<HTMLDivElement>(null);
  const choices = useChoices(node).filter(({ words }) => words.toLowerCase().includes(search.toLowerCase()));
  const title = actions.board.flow.nodes.find((one) => one.id === node)?.data["title"] ?? node;
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const rows = [...(list.current?.querySelectorAll<HTMLElement>(".choice") ?? [])];
    if (by !== undefined) {
      event.preventDefault();
      rows[Math.max(0, Math.min(rows.length - 1, rows.indexOf(event.target as HTMLElement) + by))]?.focus();
    } else if (event.key === "Enter" && event.target instanceof HTMLInputElement) rows[0]?.click();
  };
  const pick = ({ wire, there }: Choice): void => {
    if (there) actions.disconnect(wire);
    else actions.connect(wire);
    actions.say(there ? "Wire removed." : "Connected.");
    close();
  };
  return (
    <Window title={`Connect ${String(title)}`} close={close}>
      <div onKeyDown={onKeyDown}>
        <input
          type="search"
          className="field wide"
          placeholder="Search ports"
          aria-label="Search ports"
          value={search}
          onChange={(event) => setSearch(event.target.value)}
        />
        <div className="choices" ref={list}>
          {choices.map((choice) => (
            <button key={wireId(choice.wire)} type="button" className="choice" onClick={() => pick(choice)}>
              <span className={`dot type-${choice.type}`} />
              <span className="choice-words">
                {choice.there ? `Remove: ${choice.words}` : choice.words}
                <span className="muted small"> {choice.type}</span>
              </span>
              <Icon name={choice.there ? "link_off" : "add_link"} />
            </button>
          ))}
          {choices.length === 0 && (
            <p className="muted">No port fits: ports of the same type connect, and an input takes one wire.</p>
          )}
        </div>
      </div>
    </Window>
  );
}

function Help({ close }: { close(): void }): ReactElement {
  const { saver } = useBoard();
  return (
    <Window title="Keys of the canvas" close={close}>
      <dl className="keys">
        {KEYS.filter(([, , always]) => saver || always).map(([keys, does]) => (
          <div key={keys}>
            <dt>
              {keys.split(", ").map((key) => (
                <kbd key={key} className="key">
                  {key}
                </kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </Window>
  );
}

interface DialogsProps {
  dialog: Dialog;
  close(): void;
}

export const Dialogs = memo(function Dialogs({ dialog, close }: DialogsProps): ReactElement | null {
  if (!dialog) return null;
  return dialog.kind === "help" ? <Help close={close} /> : <Connect node={dialog.node} close={close} />;
});
