// The buttons above the canvas, and whether everything is saved.

import { memo, type ReactElement } from "react";
import { keptClip } from "./clipboard";
import { Icon, Notice, Tool, useActions, useBoard } from "./parts";

interface ToolbarProps {
  palette: boolean;
  togglePalette(): void;
}

export const Toolbar = memo(function Toolbar({ palette, togglePalette }: ToolbarProps): ReactElement {
  const actions = useActions();
  const board = useBoard();
  const { selected } = board;
  const any = selected.length > 0;
  const one = selected.length === 1 ? selected[0] : undefined;
  const empty = board.body.pipeline.nodes.length + board.body.notes.length === 0;
  if (!board.saver) {
    return (
      <div className="tools" role="toolbar" aria-label="Canvas">
        <Tool icon="fit_screen" label="Fit into view" keys="F" onClick={() => actions.fit()} />
        <Tool icon="help" label="Keys" keys="?" onClick={() => actions.openDialog({ kind: "help" })} />
      </div>
    );
  }
  const undoes = board.undoes ? `Undo: ${board.undoes}` : "Undo";
  const redoes = board.redoes ? `Redo: ${board.redoes}` : "Redo";
  return (
    <div className="tools" role="toolbar" aria-label="Canvas">
      <button
        type="button"
        className={palette ? "button add" : "button add primary"}
        aria-expanded={palette}
        onClick={togglePalette}
      >
        <Icon name={palette ? "left_panel_close" : "add"} />
        <span>{palette ? "Hide palette" : "Add"}</span>
      </button>
      <Tool icon="undo" label={undoes} keys="Ctrl+Z" disabled={!board.canUndo} onClick={() => board.undo()} />
      <Tool icon="redo" label={redoes} keys="Ctrl+Y" disabled={!board.canRedo} onClick={() => board.redo()} />
      <span className="gap" />
      <Tool
        icon="conversion_path"
        label="Connect"
        keys="C"
        disabled={one?.type !== "card"}
        onClick={() => one && actions.openDialog({ kind: "connect", node: one.id })}
      />
      <Tool icon="edit" label="Rename" keys="F2" disabled={!one} onClick={() => one && board.rename(one.id)} />
      <Tool icon="content_copy" label="Copy" keys="Ctrl+C" disabled={!any} onClick={() => actions.copyByButton()} />
      <Tool icon="content_paste" label="Paste" keys="Ctrl+V" disabled={!keptClip()} onClick={() => actions.pasteByButton()} />
      <Tool icon="difference" label="Duplicate" keys="Ctrl+D" disabled={!any} onClick={() => actions.duplicate()} />
      <Tool
        icon="delete"
        label="Delete"
        keys="Del"
        disabled={!any && board.selectedWires.length === 0}
        onClick={() => actions.remove()}
      />
      <span className="gap" />
      {one?.type === "group_box" ? (
        <Tool icon="ungroup" label="Ungroup" keys="Ctrl+Shift+G" onClick={() => actions.ungroup()} />
      ) : (
        <Tool icon="group_work" label="Group" keys="Ctrl+G" disabled={!any} onClick={() => actions.group()} />
      )}
      <Tool icon="sticky_note_2" label="Add note" keys="N" onClick={() => actions.note()} />
      <Tool icon="account_tree" label="Lay out" keys="L" disabled={empty} onClick={() => actions.layout()} />
      <Tool icon="fit_screen" label="Fit into view" keys="F" disabled={empty} onClick={() => actions.fit()} />
      <Tool icon="delete_sweep" label="Clear" disabled={empty} onClick={() => actions.clear()} />
      <Tool icon="help" label="Keys" keys="?" onClick={() => actions.openDialog({ kind: "help" })} />
    </div>
  );
});

/** "saved", "saving…", "offline, 2 edits waiting". */
export function Saved(): ReactElement | null {
  const { saver, moving } = useBoard();
  if (!saver) return null;
  const state = moving && saver.state === "saved" ? "saving" : saver.state;
  const waiting = `${saver.waiting} ${saver.waiting === 1 ? "edit" : "edits"}`;
  const words = {
    saved: "saved",
    saving: "saving…",
    offline: `offline, ${waiting} waiting`,
    refused: `not saved, ${waiting} waiting`,
    conflict: "not saved",
  }[state];
  return (
    <span className="status" role="status" data-state={state === "conflict" ? "refused" : state}>
      {words}
    </span>
  );
}

/** What keeps the draft from being saved, and what can be done. */
export const SaveTrouble = memo(function SaveTrouble(): ReactElement | null {
  const actions = useActions();
  const { board } = actions;
  const { saver } = useBoard();
  if (!saver) return null;
  const theirs = (
    <button type="button" className="button" onClick={() => void saver.takeTheirs()}>
      Take theirs
    </button>
  );
  const copy = async (): Promise<void> => {
    const name = await saver.keepCopy(board.body);
    if (name) board.ask("draft", "", name);
  };
  if (saver.state === "conflict") {
    return (
      <div className="notice" role="alert">
        <p className="notice-what">Somebody else changed this draft.</p>
        <p>Their edits and yours were made at the same time, so yours are not saved yet.</p>
        {saver.error && <p>{saver.error.what}</p>}
        <div className="notice-actions">
          {theirs}
          <button type="button" className="button primary" onClick={() => void copy()}>
            Keep mine as a copy
          </button>
        </div>
      </div>
    );
  }
  if (saver.state !== "refused" || !saver.error) return null;
  return (
    <Notice error={saver.error}>
      <button type="button" className="button" onClick={() => saver.retry()}>
        Try again
      </button>
      <button type="button" className="button" onClick={() => void saver.takeTheirs()}>
        Go back to what is saved
      </button>
    </Notice>
  );
});
