// While a wire is drawn: the reason why it may not end where the pointer is.

import { useConnection } from "@xyflow/react";
import type { ReactElement } from "react";
import { asWire, heldWire } from "./handlers";
import { refusal } from "./legal";
import { useActions } from "./parts";

const ASIDE = 14;
/** It stays inside of the canvas, and is as large as it is however small the nodes are drawn. */
const WIDTH = 280;
const HEIGHT = 80;

export function Bubble(): ReactElement | null {
  const actions = useActions();
  const { inProgress, isValid, fromHandle, toHandle, to } = useConnection();
  if (!inProgress || isValid !== false || !fromHandle || !toHandle || !to) return null;
  if (fromHandle.nodeId === toHandle.nodeId && fromHandle.id === toHandle.id) return null;
  const words = reason();
  const seen = actions.stage?.getBoundingClientRect();
  const at = actions.view?.flowToScreenPosition(to);
  if (!words || !seen || !at) return null;
  const x = Math.max(0, Math.min(at.x - seen.left + ASIDE, seen.width - WIDTH));
  const y = Math.max(0, Math.min(at.y - seen.top + ASIDE, seen.height - HEIGHT));
  return (
    <div className="bubble" role="status" style={{ transform: `translate(${x}px, ${y}px)` }}>
      {words}
    </div>
  );

  function reason(): string | null {
    if (!fromHandle || !toHandle) return null;
    if (fromHandle.type === toHandle.type) {
      return fromHandle.type === "source" ? "An output leads to an input." : "An input is fed by an output.";
    }
    const [source, target] = fromHandle.type === "source" ? [fromHandle, toHandle] : [toHandle, fromHandle];
    const wire = asWire({
      source: source.nodeId,
      sourceHandle: source.id ?? "",
      target: target.nodeId,
      targetHandle: target.id ?? "",
    });
    return refusal(actions.board.body, actions.board.catalog, wire, heldWire(actions));
  }
}
