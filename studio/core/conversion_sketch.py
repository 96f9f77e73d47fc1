"""An inference pipeline while a conversion draws it: nodes, wires, places and pipeline parameters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from studio.core.draft import Draft, DraftKind, PipelineParameter
from studio.core.draft_layout import COLUMN_PIXELS, ROW_PIXELS
from studio.core.pipeline import Pipeline


class Sketch:
    """What is drawn so far.

    Args:
        taken: Node ids that stand for something else.
    """

    def __init__(self, taken: Iterable[str]) -> None:
        self.pipeline = Pipeline()
        self._taken = set(taken)
        self._positions: dict[str, tuple[float, float]] = {}
        self._parameters: list[PipelineParameter] = []
        self._columns = 0
        self._below: dict[int, int] = {}

    def add(self, node: str, component: str, params: dict[str, Any], *, aside: bool = False) -> str:
        """Draw a node to the right of the others, or below, before the next one; return its id."""
        self.pipeline = self.pipeline.add(node, component, **params)
        column, row = self._columns, 0
        if aside:
            column = max(0, column - 1)
            row = self._below[column] = self._below.get(column, 0) + 1
        else:
            self._columns += 1
        self._positions[node] = (column * COLUMN_PIXELS, row * ROW_PIXELS)
        return node

    def connect(self, at: tuple[str, str], node: str, port: str) -> None:
        """Draw a wire."""
        self.pipeline = self.pipeline.connect(*at, node, port)

    def ask(self, name: str, node: str, param: str, default: Any, description: str) -> None:
        """Make a param a pipeline parameter."""
        self._parameters.append(
            PipelineParameter(
                name=name, targets=((node, param),), default=default, description=description
            )
        )

    def has(self, node: str) -> bool:
        """Return whether a node is drawn."""
        return any(made.id == node for made in self.pipeline.nodes)

    def free(self, wanted: str) -> str:
        """Return an id that nothing has: `wanted`, or that with a number behind it."""
        taken = self._taken | {made.id for made in self.pipeline.nodes}
        names = (wanted, *(f"{wanted}-{i}" for i in range(2, len(taken) + 3)))
        return next(name for name in names if name not in taken)

    def draft(self, kind: DraftKind, titles: dict[str, str]) -> Draft:
        """Return it whole.

        Args:
            titles: Node id -> what people call it, of nodes that may not be here.
        """
        draft = Draft(
            pipeline=self.pipeline,
            kind=kind,
            positions=self._positions,
            titles={node: title for node, title in titles.items() if self.has(node)},
            parameters=tuple(self._parameters),
        )
        draft.check_drawn()
        return draft
