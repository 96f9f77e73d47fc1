// The canvas: React Flow with the palette beside it and the tools above.

import {
  Background,
  Controls,
  MiniMap,
  ReactFlow,
  SelectionMode,
} from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore, type ClipboardEvent, type DragEvent, type ReactElement } from "react";
import { flushSync } from "react-dom";
import { FIT, type Actions, type Dialog, type Entry } from "./actions";
import { Bubble } from "./bubble";
import { Card } from "./card";
import { parseClip } from "./clipboard";
import { Dialogs } from "./dialogs";
import { declared, type FlowEdge, type FlowNode } from "./flow";
import { handlers } from "./handlers";
import { pressed } from "./keys";
import { GroupBox, NoteCard } from "./note";
import { DRAGGED, Palette } from "./palette";
import { Icon, Shared, useBoard } from "./parts";
import { Saved, SaveTrouble, Toolbar } from "./toolbar";
import { WireLine } from "./wire";

const NODE_TYPES = { card: Card, note: NoteCard, group_box: GroupBox };
const EDGE_TYPES = { wire: WireLine };
const ADD_KEYS = ["Shift", "Control", "Meta"];
const WIDE = 600;
/** Where there is less room, the palette is open only as long as nothing is drawn. */
const ROOMY = 900;
const WARNED_MS = 4_000;
/** The page above it takes so many pixels: its lower edge, with the zoom and the overview, is to be seen, too. */
const ABOVE = 400;
const LEAST_HEIGHT = 400;

interface CanvasProps {
  actions: Actions;
  height: number;
  name: string;
  /** Width of the place that it gets, in CSS pixels. */
  width: number;
}

export function Canvas(props: CanvasProps): ReactElement {
  return (
    <Shared.Provider value={props.actions}>
      <Surface {...props} />
    </Shared.Provider>
  );
}

function Surface({ actions, height, name, width }: CanvasProps): ReactElement {
  const board = useBoard();
  const nodes = useSyncExternalStore(board.subscribe, board.picture);
  const readonly = board.saver === null;
  const root = useRef<HTMLDivElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const [wide, setWide] = useState(width >= WIDE);
  const blank = board.body.pipeline.nodes.length + board.body.notes.length === 0;
  const [palette, setPalette] = useState(!readonly && (width >= ROOMY || (wide && blank)));
  const [dialog, setDialog] = useState<Dialog>(null);
  const [said, setSaid] = useState("");
  const [warned, setWarned] = useState("");
  const flow = useMemo(() => handlers(actions), [actions]);

  actions.openDialog = setDialog;
  actions.say = setSaid;
  actions.warn = setWarned;

  useEffect(() => {
    if (!warned) return undefined;
    const timer = setTimeout(() => setWarned(""), WARNED_MS);
    return () => clearTimeout(timer);
  }, [warned]);

  useEffect(() => {
    const seen = root.current;
    if (!seen) return undefined;
    let before = wide;
    const watch = new ResizeObserver(() => {
      const now = seen.clientWidth >= WIDE;
      if (now === before || seen.clientWidth === 0) return;
      before = now;
      setWide(now);
      setPalette(seen.clientWidth >= ROOMY && !readonly);
    });
    watch.observe(seen);
    return () => watch.disconnect();
  }, [readonly]);

  const onDrop = (event: DragEvent): void => {
    const text = event.dataTransfer.getData(DRAGGED);
    if (!text || readonly) return;
    event.preventDefault();
    const dropped = JSON.parse(text) as Omit<Entry, "component"> & { component: string };
    const at = actions.view?.screenToFlowPosition({ x: event.clientX, y: event.clientY });
    const component = declared(board.catalog, dropped.component);
    if (at) actions.add({ ...dropped, component }, [Math.round(at.x - 110), Math.round(at.y - 24)]);
  };

  const typing = (event: ClipboardEvent): boolean =>
    event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  const onCopy = (event: ClipboardEvent, cut: boolean): void => {
    if (typing(event)) return;
    const text = actions.copy();
    if (!text) return;
    event.clipboardData.setData("text/plain", text);
    event.preventDefault();
    if (cut && !readonly) actions.remove();
  };
  const onPaste = (event: ClipboardEvent): void => {
    if (typing(event) || readonly) return;
    const copied = parseClip(event.clipboardData.getData("text/plain"));
    if (!copied) return;
    event.preventDefault();
    actions.paste(copied);
  };

  const onKeyDown = useCallback(
    (event: React.KeyboardEvent) => {
      // React Flow hears Shift and Ctrl at the document; Streamlit must not hear its own keys.
      if (!["Shift", "Control", "Meta", "Alt"].includes(event.key)) event.stopPropagation();
      const target = event.target as HTMLElement;
      if (target.closest("button, input, textarea") && !target.classList.contains("react-flow__node")) return;
      const search = (): void => {
        flushSync(() => setPalette(true)); // what is typed next is the search, however fast it comes
        field.current?.focus();
        field.current?.select();
      };
      if (pressed(event.nativeEvent, actions, search)) event.preventDefault();
    },
    [actions],
  );

  const togglePalette = useCallback(() => setPalette((open) => !open), []);
  // Where the palette lies over the canvas it goes once it is not needed.
  const doneWithPalette = useCallback(() => wide || setPalette(false), [wide]);
  const closeDialog = useCallback(() => {
    const back = dialog?.kind === "connect" ? dialog.node : null;
    setDialog(null);
    if (back) actions.focus(back);
    else actions.home();
  }, [dialog, actions]);

  return (
    <div className={wide ? "canvas" : "canvas narrow"} ref={root}>
      <Toolbar palette={palette} togglePalette={togglePalette} />
      <SaveTrouble />
      <div className="surface" style={{ height: wide ? `min(${height}px, max(${LEAST_HEIGHT}px, 100vh - ${ABOVE}px))` : `min(${height}px, 70vh)` }}>
        {palette && !readonly && <Palette field={field} onDone={doneWithPalette} />}
        <div
          ref={(made) => {
            actions.stage = made;
          }}
          className="stage"
          role="application"
          tabIndex={0}
          aria-label={`Canvas of ${name}, ${board.body.pipeline.nodes.length} nodes. Press ? for the keys.`}
          onKeyDown={onKeyDown}
          onCopy={(event) => onCopy(event, false)}
          onCut={(event) => onCopy(event, true)}
          onPaste={onPaste}
          onDrop={onDrop}
          onDragOver={(event) => {
            if (!event.dataTransfer.types.includes(DRAGGED)) return;
            event.preventDefault();
            event.dataTransfer.dropEffect = "copy";
          }}
        >
          <ReactFlow<FlowNode, FlowEdge>
            nodes={nodes}
            edges={board.flow.edges}
            nodeTypes={NODE_TYPES}
            edgeTypes={EDGE_TYPES}
            {...flow}
            nodesDraggable={!readonly}
            nodesConnectable={!readonly}
            edgesFocusable={false}
            disableKeyboardA11y
            deleteKeyCode={null}
            multiSelectionKeyCode={ADD_KEYS}
            selectionKeyCode="Shift"
            panActivationKeyCode={null}
            selectionMode={SelectionMode.Partial}
            connectionRadius={26}
            onlyRenderVisibleElements
            zoomOnDoubleClick={false}
            minZoom={0.1}
            maxZoom={2}
          >
            <Background gap={20} />
            <Controls showInteractive={false} fitViewOptions={FIT} position="bottom-left" orientation="horizontal" />
            {wide && <MiniMap pannable zoomable ariaLabel="Overview" nodeBorderRadius={6} />}
            <Bubble />
          </ReactFlow>
          <Saved />
          {warned && (
            <div className="bubble toast" role="alert">
              {warned}
            </div>
          )}
          {blank && !readonly && (
            <div className="nothing">
              <Icon name="account_tree" />
              <p>
                <strong>Nothing is drawn yet.</strong>
              </p>
              <p>Drag a component here, or tap one in the palette.</p>
            </div>
          )}
          <span className="stage-end" tabIndex={-1} />
          <div className="visually-hidden" role="status" aria-live="polite">
            {said}
          </div>
        </div>
      </div>
      <Dialogs dialog={dialog} close={closeDialog} />
    </div>
  );
}
