"""Where the nodes of a pipeline stand that nobody placed: each to the right of what it waits for."""

from __future__ import annotations

from studio.core.draft import Draft
from studio.core.pipeline import Pipeline

COLUMN_PIXELS = 280.0
ROW_PIXELS = 160.0


def laid_out(pipeline: Pipeline) -> Draft:
    """Return a pipeline as a draft whose nodes stand in columns, left to right in the order they can run.

    Args:
        pipeline: Without circles.

    Example:
        >>> pipeline = Pipeline().add("a", "dataset").add("b", "split").connect("a", "dataset", "b", "dataset")
        >>> laid_out(pipeline).positions
        {'a': (0.0, 0.0), 'b': (280.0, 0.0)}
    """
    column: dict[str, int] = {}
    rows: dict[int, int] = {}
    positions: dict[str, tuple[float, float]] = {}
    for node in pipeline.order():
        before = [column[source] for source, _ in pipeline.inputs(node).values()]
        column[node] = 1 + max(before, default=-1)
    for node in column:
        if not pipeline.inputs(
            node
        ):  # beside what waits for it, so that its wire passes no other node
            waiting = [column[link.target] for link in pipeline.links if link.source == node]
            column[node] = min(waiting, default=1) - 1
    for node in (node.id for node in pipeline.nodes):
        row = rows.get(column[node], 0)
        rows[column[node]] = row + 1
        positions[node] = (column[node] * COLUMN_PIXELS, row * ROW_PIXELS)
    return Draft(pipeline=pipeline, positions=positions)
