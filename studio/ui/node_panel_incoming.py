"""What is known to come in at a node: names of classes and columns, as far as the drawing or the last run tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.catalog import DatasetParams
from studio.core.components_tables import TableParams
from studio.core.draft import Draft
from studio.core.errors import StudioError
from studio.core.node_state import NodeState
from studio.core.port_values import DatasetValue, TableValue
from studio.workspace import Workspace


@dataclass(frozen=True)
class Incoming:
    """Names that come in at the inputs of a node, in their order.

    Args:
        classes: Of samples.
        columns: Of tables.
    """

    classes: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()


def incoming(
    workspace: Workspace, draft: Draft, node: str, states: Mapping[str, NodeState]
) -> Incoming:
    """Return the names that come in at a node.

    Args:
        workspace: Which has the datasets.
        draft: What is drawn.
        node: Id of the node.
        states: Node id -> how it was in the last run; what came out there is taken first.
    """
    classes: dict[str, None] = {}
    columns: dict[str, None] = {}
    for source, port in draft.pipeline.inputs(node).values():
        found = _out_of(workspace, draft, source, port, states)
        classes |= dict.fromkeys(found.classes)
        columns |= dict.fromkeys(found.columns)
    return Incoming(tuple(classes), tuple(columns))


def _out_of(
    workspace: Workspace, draft: Draft, node: str, port: str, states: Mapping[str, NodeState]
) -> Incoming:
    """Return what comes out at a port: as the last run saw it, else of the dataset it begins with."""
    state = states.get(node)
    value = state.outputs.get(port) if state is not None else None
    if isinstance(value, DatasetValue):
        named = tuple(column.name for column in value.manifest.table)
        return Incoming(value.manifest.class_names, named)
    if isinstance(value, TableValue):
        return Incoming(columns=tuple(column.name for column in value.columns))
    try:
        params = draft.pipeline.params(node)
        if isinstance(params, DatasetParams | TableParams):
            version = workspace.dataset(params.name, params.version)
            named = tuple(column.name for column in version.table)
            return Incoming(version.class_names, named)
    except StudioError:
        return Incoming()  # what is wrong with it is said at that node
    return incoming(workspace, draft, node, states)
