"""Pipeline runs: what a run of a drawn pipeline was submitted as, and how two of them differ."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict

from studio.core.draft import Draft
from studio.core.pipeline import Link, Node, Pipeline
from studio.core.run import Run


class PipelineRun(BaseModel):
    """A run of a drawn pipeline, with what it was submitted as.

    Args:
        run: The run.
        draft: What was on the canvas; its pipeline is the one that ran, pipeline parameters set, versions pinned.
        values: Pipeline parameter -> the value that was said for it.
        draft_name: Name of the draft; "" where it was submitted without one.
        published: Name of the published pipeline; "" for none.
        version: Its version.
        experiment: What people called the work it belongs to.
        resumed: Name of the run that this one goes on with; "" for none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: Run
    draft: Draft
    values: dict[str, Any] = {}
    draft_name: str = ""
    published: str = ""
    version: int | None = None
    experiment: str = ""
    resumed: str = ""


class PipelineComparison(BaseModel):
    """How two pipeline runs differ. Nodes are the same when they have the same id and component.

    Args:
        first, second: The two.
        only_first, only_second: Ids of nodes that only one of them has.
        changed: (node, setting, value in the first, value in the second) where settings differ.
        wires_first, wires_second: Wires that only one of them has.
        metrics: (what is measured, in the first, in the second); None where one of them has no such number.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: PipelineRun
    second: PipelineRun
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    changed: tuple[tuple[str, str, Any, Any], ...]
    wires_first: tuple[Link, ...]
    wires_second: tuple[Link, ...]
    metrics: tuple[tuple[str, float | int | str | None, float | int | str | None], ...]


def compare_pipelines(first: Pipeline, second: Pipeline) -> dict[str, Any]:
    """Return how two pipelines differ: the fields of `PipelineComparison` that need no run.

    Example:
        >>> one = Pipeline().add("data", "dataset", name="digits")
        >>> compare_pipelines(one, one.set_params("data", name="pets"))["changed"]
        (('data', 'name', 'digits', 'pets'),)
    """
    nodes_first = {_identity(node): node for node in first.nodes}
    nodes_second = {_identity(node): node for node in second.nodes}
    changed = [
        (node.id, name, mine.get(name), other.get(name))
        for identity, node in nodes_first.items()
        if identity in nodes_second
        for mine, other in [(_settings(first, node), _settings(second, nodes_second[identity]))]
        for name in sorted(mine.keys() | other.keys())
        if mine.get(name) != other.get(name)
    ]
    return {
        "only_first": tuple(id_ for id_, c in nodes_first if (id_, c) not in nodes_second),
        "only_second": tuple(id_ for id_, c in nodes_second if (id_, c) not in nodes_first),
        "changed": tuple(changed),
        "wires_first": tuple(link for link in first.links if link not in second.links),
        "wires_second": tuple(link for link in second.links if link not in first.links),
    }


def _identity(node: Node) -> tuple[str, str]:
    return node.id, node.component


def _settings(pipeline: Pipeline, node: Node) -> dict[str, Any]:
    """Return a node's settings with defaults filled in."""
    return pipeline.params(node.id).model_dump(mode="json")
