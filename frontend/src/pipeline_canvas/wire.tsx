// A wire on the canvas: a curve, led around the nodes that stand between its ends.

import { BaseEdge, getBezierPath, Position, type EdgeProps } from "@xyflow/react";
import { memo, type ReactElement } from "react";
import type { FlowEdge } from "./flow";
import { useOf } from "./parts";
import { aroundBoxes } from "./route";

export const WireLine = memo(function WireLine(props: EdgeProps<FlowEdge>): ReactElement {
  const { id, sourceX, sourceY, targetX, targetY, interactionWidth = 0 } = props;
  const boxes = useOf((board) => board.flow.boxes);
  const [plain] = getBezierPath({
    ...{ sourceX, sourceY, targetX, targetY },
    sourcePosition: Position.Right,
    targetPosition: Position.Left,
  });
  const path = aroundBoxes([sourceX, sourceY], [targetX, targetY], boxes) ?? plain;
  return <BaseEdge id={id} path={path} interactionWidth={interactionWidth} />;
});
