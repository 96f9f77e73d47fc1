// What React Flow calls when a wire is drawn or a node is dragged. Made once, so that it never sets itself up anew.

import type { Connection, Edge, FinalConnectionState, OnConnectStart, ReactFlowProps } from "@xyflow/react";
import type { Actions } from "./actions";
import { wireId } from "./draft";
import type { FlowEdge, FlowNode } from "./flow";
import { portType, refusal } from "./legal";
import type { Wire } from "./types";

const FAR = 0.25;
/** Names are written larger the smaller the drawing is, so that they are to be read down to this zoom. */
const LEAST_READ = 0.45;
const READ_PX = 11.2;
const NAME_PX = 16;
const ZOOM_STEP = 0.05;

export type Handlers = Partial<ReactFlowProps<FlowNode, FlowEdge>>;

/** What React Flow calls a connection, as a wire. */
export function asWire(connection: Connection | Edge): Wire {
  return {
    source: connection.source,
    source_port: connection.sourceHandle ?? "",
    target: connection.target,
    target_port: connection.targetHandle ?? "",
  };
}

/** The wire of which an end is being moved, as the draft has it. */
export function heldWire({ board, held }: Actions): Wire | null {
  return (held && board.body.pipeline.links.find((link) => wireId(link) === wireId(held))) ?? null;
}

export function handlers(actions: Actions): Handlers {
  const { board } = actions;
  let landed = false;
  let refused: string | null = null;

  /** Ports that do not fit fade while a wire is drawn. */
  const fade = (type: string | null, from: string): void => {
    const { dataset } = actions.stage ?? {};
    if (!dataset) return;
    delete dataset["wire"];
    delete dataset["from"];
    if (!type) return;
    dataset["wire"] = type;
    dataset["from"] = from;
  };

  const begin: OnConnectStart = (_, { nodeId, handleId, handleType }) => {
    const side = handleType === "source" ? "outputs" : "inputs";
    const known = nodeId !== null && handleId !== null;
    refused = null;
    fade(known ? portType(board.body, board.catalog, nodeId, side, handleId) : null, handleType ?? "");
  };

  return {
    onNodesChange: board.nodesChanged,
    onEdgesChange: board.edgesChanged,
    onNodeDragStart: board.hold,
    onSelectionDragStart: board.hold,
    onNodeDragStop: board.keepMoves,
    onSelectionDragStop: board.keepMoves,
    onNodeDoubleClick: (_, node) => node.type === "card" && board.ask("open", node.id),
    isValidConnection: (connection) => {
      refused = refusal(board.body, board.catalog, asWire(connection), heldWire(actions));
      return refused === null;
    },
    onConnect: (connection) => actions.connect(asWire(connection)),
    onConnectStart: begin,
    onConnectEnd: () => fade(null, ""),
    // By two taps: the reason comes after the second one.
    onClickConnectStart: begin,
    onClickConnectEnd: () => {
      fade(null, "");
      if (refused) actions.warn(refused);
    },
    onReconnectStart: (_, edge) => {
      landed = false;
      actions.held = edge.data?.wire ?? null;
    },
    onReconnect: (edge, connection) => {
      landed = true;
      if (edge.data) actions.reconnect(edge.data.wire, asWire(connection));
    },
    onReconnectEnd: (_, edge, __, end: FinalConnectionState) => {
      if (!landed && !end.toHandle && edge.data) actions.disconnect(edge.data.wire);
      actions.held = null;
    },
    onInit: (view) => {
      actions.view = view;
      actions.begin();
    },
    // From afar nobody hits a port or reads its name; without them a large canvas is painted in half the time.
    onMove: (_, { zoom }) => {
      const step = Math.max(LEAST_READ, Math.floor(zoom / ZOOM_STEP) * ZOOM_STEP);
      const name = Math.max(NAME_PX, READ_PX / step);
      actions.stage?.toggleAttribute("data-far", zoom < FAR);
      actions.stage?.toggleAttribute("data-small", name > NAME_PX);
      actions.stage?.style.setProperty("--name", `${name.toFixed(1)}px`);
    },
    onPaneClick: () => actions.home(),
  };
}
