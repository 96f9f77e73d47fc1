// The keys of the canvas.

import { inOrder, type Actions } from "./actions";

const STEP = 10;
const LONG_STEP = 50;
const ARROWS: Record<string, [x: number, y: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** What the help shows: keys, what they do, whether a run that is only looked at has them too. */
export const KEYS: [keys: string, does: string, always?: true][] = [
  ["Tab, Shift+Tab", "to the next node, and back", true],
  ["Enter", "open the panel of the node", true],
  ["Space", "select the node, or not", true],
  ["Arrows", "move what is selected; without it, move the view (Shift: further)", true],
  ["C", "connect the node: choose a port from a list"],
  ["/", "search the palette"],
  ["Del", "delete what is selected"],
  ["F2", "rename the node, the group or write the note"],
  ["Ctrl+Z, Ctrl+Y", "undo, redo"],
  ["Ctrl+C, Ctrl+X, Ctrl+V", "copy, cut, paste, also into another draft"],
  ["Ctrl+D", "duplicate"],
  ["Ctrl+A", "select everything", true],
  ["Shift+click, Shift+drag", "select more, or all in a box", true],
  ["Ctrl+G, Ctrl+Shift+G", "group, ungroup"],
  ["N", "add a note"],
  ["L", "lay out the nodes"],
  ["F", "fit everything into view", true],
  ["+, -", "zoom", true],
  ["Esc", "select nothing", true],
  ["?", "this help", true],
];

/** Does what a key means; returns whether it means something. */
export function pressed(event: KeyboardEvent, actions: Actions, searchPalette: () => void): boolean {
  const { board } = actions;
  const editable = board.saver !== null;
  const ctrl = event.ctrlKey || event.metaKey;
  if (event.altKey) return false;
  const arrow = ARROWS[event.key];
  if (arrow) return move(actions, arrow, event.shiftKey ? LONG_STEP : STEP);
  actions.settle();
  if (event.key === "Tab") return tab(actions, event.shiftKey);
  if (ctrl) return editable ? withCtrl(event, actions) : event.code === "KeyA" && done(() => actions.selectAll());
  const [target] = actions.targets();
  switch (event.key) {
    case "Enter":
      if (target?.type === "card") {
        board.select(new Set([target.id]));
        board.ask("open", target.id);
      } else if (target?.type === "group_box") actions.fold(target.data.id);
      else if (target && editable) board.rename(target.id);
      return true;
    case " ":
      return done(() => toggle(actions));
    case "Escape":
      return done(() => {
        board.select(new Set());
        actions.home();
      });
    case "?":
      return done(() => actions.openDialog({ kind: "help" }));
    case "f":
    case "F":
    case "0":
      return done(() => actions.fit());
    case "+":
    case "=":
      return done(() => void actions.view?.zoomIn());
    case "-":
      return done(() => void actions.view?.zoomOut());
  }
  if (!editable) return false;
  switch (event.key) {
    case "Delete":
    case "Backspace":
      return done(() => actions.remove());
    case "F2":
      return done(() => target && board.rename(target.id));
    case "c":
    case "C":
      return done(() => {
        if (target?.type === "card") actions.openDialog({ kind: "connect", node: target.id });
      });
    case "n":
    case "N":
      return done(() => actions.note());
    case "l":
    case "L":
      return done(() => actions.layout());
    case "/":
      return done(searchPalette);
  }
  return false;
}

function done(does: () => void): true {
  does();
  return true;
}

function withCtrl(event: KeyboardEvent, actions: Actions): boolean {
  const { board } = actions;
  switch (event.code) {
    case "KeyZ":
      return done(() => {
        if (event.shiftKey) board.redo();
        else board.undo();
        actions.home();
      });
    case "KeyY":
      return done(() => {
        board.redo();
        actions.home();
      });
    case "KeyA":
      return done(() => actions.selectAll());
    case "KeyD":
      return done(() => actions.duplicate());
    case "KeyG":
      return done(() => (event.shiftKey ? actions.ungroup() : actions.group()));
  }
  return false;
}

function toggle(actions: Actions): void {
  const { board, focused } = actions;
  if (focused === null) return;
  const chosen = new Set(board.selected.map((node) => node.id));
  if (!chosen.delete(focused)) chosen.add(focused);
  board.select(chosen);
}

function move(actions: Actions, [x, y]: [number, number], step: number): boolean {
  if (actions.nudge(x * step, y * step)) return true;
  const { view } = actions;
  if (!view) return false;
  const at = view.getViewport();
  void view.setViewport({ ...at, x: at.x - 4 * x * step, y: at.y - 4 * y * step });
  return true;
}

/** To the next node; after the last one the browser goes on behind the canvas. */
function tab(actions: Actions, back: boolean): boolean {
  const nodes = inOrder(actions.board.flow.nodes);
  const at = nodes.findIndex((node) => node.id === actions.focused);
  const next = nodes[at < 0 ? (back ? -1 : 0) : at + (back ? -1 : 1)];
  if (next) {
    actions.focus(next.id);
    return true;
  }
  const edge = back ? actions.stage : actions.stage?.querySelector<HTMLElement>(".stage-end");
  edge?.focus({ preventScroll: true });
  return false;
}
