"""Pipeline drafts: a pipeline on the canvas, with where its nodes stand, notes, groups and pipeline parameters."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.core.errors import InvalidInput, TooLarge, refuse, unknown
from studio.core.pipeline import Pipeline, component_of
from studio.core.plain import check_plain

MOST_NODES, MOST_WIRES = 1000, 5000
ID_LENGTH = 200
_VERSION = re.compile(r"[0-9]{1,9}")
DATASETS = ("dataset", "table")
"""Components whose `name` is a dataset of the workspace, with a `version` beside it."""
DraftKind = Literal["training", "realtime", "batch"]
"""training: an ordinary pipeline. realtime, batch: an inference pipeline, for an endpoint or for many samples."""


class Note(BaseModel):
    """A note on the canvas."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    text: str = Field("", max_length=4000)
    position: tuple[float, float] = (0, 0)
    size: tuple[float, float] = (200, 120)


class NodeGroup(BaseModel):
    """Nodes that are moved and folded together."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str = Field("", max_length=80)
    nodes: tuple[str, ...] = ()
    folded: bool = False


class PipelineParameter(BaseModel):
    """A setting of one or more nodes that is asked for when the pipeline is submitted.

    Args:
        name: How it is called; unique within the draft.
        targets: (node id, name of a param) whose value it is. The params `name` of `dataset` and `table` nodes take
            `NAME` or `NAME:VERSION`, `reference` of `model` nodes a reference to a model.
        default: Its value when nobody says another; JSON-able.
        description: What people read beside it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1, max_length=64)
    targets: tuple[tuple[str, str], ...] = Field(min_length=1)
    default: Any = None
    description: str = Field("", max_length=200)


class Draft(BaseModel):
    """What a canvas shows, whole. It may be unfinished, never illegal: `check_drawn` says what may not be drawn.

    Args:
        pipeline: Nodes and wires.
        kind: An ordinary pipeline, or an inference pipeline.
        positions: Node id -> (x, y) of its upper left corner.
        titles: Node id -> what people call it, where that is not the component's title.
        notes, groups, parameters: As they are called.
        origin: Of an inference pipeline, what it was converted from and how: see `studio.core.conversion`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pipeline: Pipeline = Pipeline()
    kind: DraftKind = "training"
    positions: dict[str, tuple[float, float]] = {}
    titles: dict[str, str] = {}
    notes: tuple[Note, ...] = ()
    groups: tuple[NodeGroup, ...] = ()
    parameters: tuple[PipelineParameter, ...] = ()
    origin: dict[str, Any] | None = None

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of all of it, positions included."""
        return hashlib.sha256(
            json.dumps(self.model_dump(mode="json"), sort_keys=True).encode()
        ).hexdigest()

    def check_drawn(self) -> None:
        """Refuse what may not be on a canvas: a node id twice, an unknown component, an illegal wire, a circle.

        Open inputs and impossible settings are allowed while a person draws.

        Raises:
            InvalidInput, Conflict, NotFound: What is wrong with it.
        """
        _check_size(self.pipeline)
        check_plain(self, "the draft")
        self.pipeline.check_wires()
        _check_unique("note", [note.id for note in self.notes])
        _check_unique("group", [group.id for group in self.groups])
        _check_unique("pipeline parameter", [parameter.name for parameter in self.parameters])

    def title(self, node: str) -> str:
        """Return what people call a node: its title, or that of its component."""
        return self.titles.get(node) or component_of(self.pipeline.node(node)).title

    def tidied(self) -> Draft:
        """Return it without places, titles, group members and pipeline parameters of nodes that are not there."""
        there = {node.id for node in self.pipeline.nodes}
        groups = (
            group.model_copy(update={"nodes": tuple(n for n in group.nodes if n in there)})
            for group in self.groups
        )
        parameters = (
            parameter.model_copy(
                update={"targets": tuple(t for t in parameter.targets if t[0] in there)}
            )
            for parameter in self.parameters
        )
        return self.model_copy(
            update={
                "positions": {node: at for node, at in self.positions.items() if node in there},
                "titles": {node: title for node, title in self.titles.items() if node in there},
                "groups": tuple(group for group in groups if group.nodes),
                "parameters": tuple(p for p in parameters if p.targets),
            }
        )

    def problems(self) -> dict[str, list[str]]:
        """Return node id -> the rules it breaks, in words; nodes without problems are left out."""
        found: dict[str, list[str]] = {}
        for node in self.pipeline.nodes:
            said = self.pipeline.problems(node.id)
            if said:
                found[node.id] = said
        return found

    def bind(self, values: dict[str, Any] | None = None) -> Pipeline:
        """Return the pipeline with every pipeline parameter set.

        Args:
            values: Parameter name -> value; those that are missing take their default.

        Raises:
            NotFound: No such parameter. InvalidInput: A value that cannot be one.
        """
        values = values or {}
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise unknown("pipeline parameter", name, known)
        pipeline = self.pipeline
        for name, parameter in known.items():
            value = values.get(name, parameter.default)
            check_plain(value, f'the pipeline parameter "{name[:60]}"')
            for node, param in parameter.targets:
                pipeline = pipeline.set_params(node, **bound(pipeline, node, param, value))
        return pipeline


class DraftRow(BaseModel):
    """A draft in a list.

    Args:
        author: Who changed it last.
        created, changed: Unix seconds.
        versions: How many versions people kept of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    author: str
    created: float
    changed: float
    versions: int


class SavedDraft(DraftRow):
    """A draft as it is now.

    Args:
        head: Number of the edit that counts; it names one state of the draft.
        draft: That state.
        edits: How many edits are kept, undone ones included.
        undoes, redoes: What undo would take back and redo would do again, in words; "" for nothing.
    """

    head: int
    draft: Draft
    edits: int
    can_undo: bool
    can_redo: bool
    undoes: str = ""
    redoes: str = ""


class DraftVersion(BaseModel):
    """A state of a draft that somebody kept, with a word why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int
    message: str
    author: str
    created: float
    draft: Draft


def _check_unique(noun: str, ids: list[str]) -> None:
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            raise InvalidInput(
                f'Two {noun}s are called "{each[:60]}".',
                "Each has a name of its own within a draft.",
                "Rename one of them.",
            )
        seen.add(each)


def bound(pipeline: Pipeline, node: str, param: str, value: Any) -> dict[str, Any]:
    """Return the params that a value of a pipeline parameter sets; `NAME:VERSION` of a dataset sets both.

    Raises:
        NotFound: No such node. InvalidInput: What stands behind the name is no version.
    """
    if pipeline.node(node).component in DATASETS and param == "name":
        name, colon, version = str(value).partition(":")
        if colon and not _VERSION.fullmatch(version):
            raise InvalidInput(
                f'"{str(value)[:80]}" names no dataset.',
                "Behind the colon stands the number of a version.",
                f"Write {name[:60]}, or {name[:60]}:1.",
            )
        return {"name": name, "version": int(version) if colon else None}
    return {param: value}


def _check_size(pipeline: Pipeline) -> None:
    if len(pipeline.nodes) > MOST_NODES or len(pipeline.links) > MOST_WIRES:
        raise TooLarge(
            f"The draft has {len(pipeline.nodes):,} nodes and {len(pipeline.links):,} wires.",
            f"At most {MOST_NODES:,} nodes and {MOST_WIRES:,} wires can be drawn.",
            "Split it into several pipelines; the second begins with what the first saved.",
        )
    for node in pipeline.nodes:
        if len(node.id) > ID_LENGTH:
            raise InvalidInput(
                f"A node cannot be called {node.id[:60]!r}.",
                f"The id of a node has at most {ID_LENGTH} characters.",
                "Choose another id.",
            )


def parse_draft(value: Any) -> Draft:
    """Return the draft described by a mapping.

    Raises:
        InvalidInput: It is none.
    """
    try:
        return Draft.model_validate(value)
    except ValidationError as error:
        refuse("pipeline draft", error)
