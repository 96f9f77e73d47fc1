"""Lineage: where a model comes from, back to every label given by hand, and what depends on it, as a graph."""

from __future__ import annotations

from collections import defaultdict
from typing import Literal

from pydantic import BaseModel, ConfigDict

NodeKind = Literal[
    "source", "person", "session", "dataset", "run", "model", "evaluation", "endpoint"
]
NODE_KINDS: dict[NodeKind, str] = {
    "source": "Source",
    "person": "Person",
    "session": "Labelling session",
    "dataset": "Dataset version",
    "run": "Run",
    "model": "Model version",
    "evaluation": "Evaluation",
    "endpoint": "Endpoint",
}
"""Kind -> what people read, in the order from causes to effects."""


class LineageNode(BaseModel):
    """One thing in the graph.

    Args:
        id: Unique within the graph, such as `dataset:pets:2`.
        title: Its name.
        detail: What is worth knowing of it, in a few words.
        time: Unix seconds when it came to be; None where nobody knows.
        page: Page on which it is shown; "" for none.
        query: What that page's address says.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    kind: NodeKind
    title: str
    detail: str = ""
    time: float | None = None
    page: str = ""
    query: dict[str, str] = {}


class LineageLink(BaseModel):
    """From a cause to what came of it: ids of nodes, and how, in a few words."""

    model_config = ConfigDict(frozen=True)

    source: str
    target: str
    label: str = ""


class Lineage(BaseModel):
    """The graph around a model.

    Args:
        start: Id of the model it was asked for.
        nodes: Causes before effects where possible.
        links: Each once.
    """

    model_config = ConfigDict(frozen=True)

    start: str
    nodes: tuple[LineageNode, ...]
    links: tuple[LineageLink, ...]

    def node(self, node_id: str) -> LineageNode:
        """Return a node by its id."""
        return next(node for node in self.nodes if node.id == node_id)

    def before(self, node_id: str) -> list[tuple[LineageNode, str]]:
        """Return what a node came of, each with how."""
        return [(self.node(k.source), k.label) for k in self.links if k.target == node_id]

    def after(self, node_id: str) -> list[tuple[LineageNode, str]]:
        """Return what came of a node, each with how."""
        return [(self.node(k.target), k.label) for k in self.links if k.source == node_id]

    def columns(self) -> dict[str, int]:
        """Return node -> how many steps it stands behind the first cause of all, at the longest.

        Example:
            >>> nodes = tuple(LineageNode(id=i, kind="run", title=i) for i in "abc")
            >>> links = tuple(LineageLink(source=s, target=t) for s, t in ("ab", "bc", "ac"))
            >>> Lineage(start="c", nodes=nodes, links=links).columns()
            {'a': 0, 'b': 1, 'c': 2}
        """
        after: dict[str, list[str]] = defaultdict(list)
        waiting = {node.id: 0 for node in self.nodes}
        for link in self.links:
            after[link.source].append(link.target)
            waiting[link.target] += 1
        column = dict.fromkeys(waiting, 0)
        ready = [node for node, count in waiting.items() if not count]
        for node in ready:  # it grows while it is walked
            for target in after[node]:
                column[target] = max(column[target], column[node] + 1)
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
        return self._closer(column, after)

    def _closer(self, column: dict[str, int], after: dict[str, list[str]]) -> dict[str, int]:
        """Move what has no cause to just before its first effect, so that links stay short."""
        targets = {link.target for link in self.links}
        for node in column:
            if node not in targets and after[node]:
                column[node] = min(column[target] for target in after[node]) - 1
        return column


class Drawn:
    """Collects nodes and links, each once."""

    def __init__(self) -> None:
        self.nodes: dict[str, LineageNode] = {}
        self.links: dict[tuple[str, str], LineageLink] = {}

    def add(self, node: LineageNode) -> str:
        """Add a node; returns its id."""
        self.nodes.setdefault(node.id, node)
        return node.id

    def connect(self, source: str, target: str, label: str = "") -> None:
        """Link two nodes."""
        self.links.setdefault(
            (source, target), LineageLink(source=source, target=target, label=label)
        )

    def lineage(self, start: str) -> Lineage:
        """Return the graph."""
        return Lineage(
            start=start, nodes=tuple(self.nodes.values()), links=tuple(self.links.values())
        )
