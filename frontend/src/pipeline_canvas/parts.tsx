// Small parts: icons, buttons, and what every part of the canvas shares.

import { createContext, useContext, useSyncExternalStore, type ReactElement, type ReactNode } from "react";
import type { ApiError } from "../shared/http";
import type { Actions } from "./actions";
import type { Board } from "./board";

export const Shared = createContext<Actions | null>(null);

export function useActions(): Actions {
  const actions = useContext(Shared);
  if (!actions) throw new Error("This part belongs on a canvas.");
  return actions;
}

/** Renders again whenever the board changes, but for mere moves. */
export function useBoard(): Board {
  const { board } = useActions();
  useSyncExternalStore(board.subscribe, board.snapshot);
  return board;
}

/** Renders again whenever something of the board changes that can be compared with `===`. */
export function useOf<Value>(read: (board: Board) => Value): Value {
  const { board } = useActions();
  return useSyncExternalStore(board.subscribe, () => read(board));
}

/** A Material Symbol of the font that Streamlit brings; never read aloud. */
export function Icon({ name }: { name: string }): ReactElement {
  return (
    <span className="icon" aria-hidden="true" translate="no">
      {name}
    </span>
  );
}

interface ToolProps {
  icon: string;
  label: string;
  keys?: string;
  disabled?: boolean;
  pressed?: boolean;
  onClick(): void;
}

export function Tool({ icon, label, keys, disabled, pressed, onClick }: ToolProps): ReactElement {
  return (
    <button
      type="button"
      className="button quiet tool"
      aria-label={label}
      title={keys ? `${label} (${keys})` : label}
      disabled={disabled ?? false}
      aria-pressed={pressed}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}

/** What happened, why, what to do. */
export function Notice({ error, children }: { error: ApiError; children?: ReactNode }): ReactElement {
  return (
    <div className="notice" role="alert">
      <p className="notice-what">{error.what}</p>
      <p>{error.why}</p>
      <p className="notice-fix">{error.fix}</p>
      {children && <div className="notice-actions">{children}</div>}
    </div>
  );
}
