"""The canvas of the designer: a pipeline draft, drawn with nodes and wires, or a run of one, looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypedDict

from pydantic import BaseModel, ConfigDict

from studio.core.catalog import CATALOG
from studio.core.component import COMPONENT_GROUPS
from studio.core.draft import Draft
from studio.core.errors import InvalidInput
from studio.ui.components.bundles import renderer, unchanged


class CatalogRow(TypedDict):
    """A component, as the canvas and its palette show it. An empty group keeps it out of the palette."""

    name: str
    title: str
    group: str
    description: str
    icon: str
    inputs: dict[str, str]
    outputs: dict[str, str]
    optional: list[str]


class Owned(TypedDict):
    """A dataset or a model of the workspace, to be dragged onto the canvas.

    Becomes a node of `component` (``"dataset"``, ``"table"``, ``"model"``) with these params.
    """

    title: str
    kind: Literal["dataset", "model"]
    component: str
    params: dict[str, Any]


class CanvasAsk(BaseModel):
    """What a person asked the page for.

    Args:
        what: open: the panel of `node`. draft: another draft, which the canvas kept as a copy under `draft`.
        node, draft: Of what; "" where it is the other.
        number: Of this ask; act once on each.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    what: Literal["open", "draft"]
    node: str = ""
    draft: str = ""
    number: int


class CanvasState(BaseModel):
    """What the page knows of a canvas.

    Args:
        selected: Ids of the selected nodes.
        head: The edit that the draft stood at when the canvas last told; the draft itself is read anew.
        asked: The newest ask.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    selected: tuple[str, ...] = ()
    head: int = 0
    asked: CanvasAsk | None = None


def pipeline_canvas(
    name: str,
    head: int,
    body: Draft | Mapping[str, Any],
    *,
    key: str,
    datasets: Sequence[Owned] = (),
    models: Sequence[Owned] = (),
    problems: Mapping[str, Sequence[str]] | None = None,
    run: str | None = None,
    run_over: bool = False,
    readonly: bool = False,
    selected: Sequence[str] = (),
    can_undo: bool = False,
    can_redo: bool = False,
    undoes: str = "",
    redoes: str = "",
    author: str = "",
    height: int = 640,
) -> CanvasState:
    """Show a pipeline draft to be drawn, or the pipeline of a run to be looked at.

    Every edit is painted at once and saved by the canvas itself, through ``PUT /api/drafts/NAME``; so are undo and
    redo. The page reruns when another node is selected, when nodes, wires or settings changed, and when something is
    asked for; moving, noting and grouping rerun nothing.

    Args:
        name: Of the draft. Default where nothing can be changed: of the run.
        head: The edit that the draft stands at. When it is not the canvas's own, `body` takes the place of what is
            drawn: so the page changes settings, by saving an edit of its own.
        body: The draft.
        key: Streamlit key. One key shows one draft after the other.
        datasets, models: Of the workspace, for the palette.
        problems: Node id -> the rules it breaks, in words.
        run: Name of a run whose states are shown on the nodes, as long as it goes on.
        run_over: The run goes on no more, so that its states are read once.
        readonly: Nothing can be changed.
        selected: Nodes to be selected and brought into view, whenever this changes; () changes nothing.
        can_undo, can_redo: Whether the studio keeps edits to take back, from before the page was loaded.
        undoes, redoes: What these would take back and do again, in words.
        author: Who draws; "" for whoever changed the draft last.
        height: Height in CSS pixels; at most 70 % of the screen where it is narrow.

    Returns:
        What is selected and asked for, as last told.

    Raises:
        InvalidInput: The draft has no name.
    """
    if not name.strip() and not readonly:
        raise InvalidInput(
            "pipeline_canvas() was given no name.",
            "Edits are saved under the name of the draft.",
            "Pass the name of a draft, or readonly=True.",
        )
    drawn = body.model_dump(mode="json") if isinstance(body, Draft) else dict(body)
    result = renderer("pipeline_canvas")(
        key=key,
        data={
            "name": name or run or "",
            "head": head,
            "body": drawn,
            "catalog": catalog_rows(),
            "datasets": list(datasets),
            "models": list(models),
            "problems": {node: list(said) for node, said in (problems or {}).items()},
            "run": run,
            "run_over": run_over,
            "readonly": readonly,
            "selected": list(selected),
            "can_undo": can_undo,
            "can_redo": can_redo,
            "undoes": undoes,
            "redoes": redoes,
            "author": author,
            "height": height,
        },
        default={"canvas": None},
        on_canvas_change=unchanged,
    )
    told: dict[str, Any] | None = result.get("canvas")
    if not told or told["name"] != (name or run or ""):
        return CanvasState(head=head)
    return CanvasState.model_validate({key: told[key] for key in CanvasState.model_fields})


def catalog_rows() -> list[CatalogRow]:
    """Return all components as the canvas shows them, group by group as the palette has them."""
    order = {group: place for place, group in enumerate((*COMPONENT_GROUPS, ""))}
    return [
        CatalogRow(
            name=component.name,
            title=component.title,
            group=component.group,
            description=component.description,
            icon=component.icon,
            inputs=dict(component.inputs),
            outputs=dict(component.outputs),
            optional=sorted(component.optional),
        )
        for component in sorted(CATALOG.values(), key=lambda each: order[each.group])
    ]
