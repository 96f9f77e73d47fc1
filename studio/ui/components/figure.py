"""A Plotly figure in the page's colours: to click, to walk with the keyboard, to read as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import plotly.graph_objects as go
from plotly.io import to_json
from pydantic import BaseModel, ConfigDict

from studio.ui.components.bundles import renderer, unchanged

DEFAULT_HEIGHT = 360


class FigureClick(BaseModel):
    """A point or a cell of a figure that somebody clicked, or reached with the keyboard and entered.

    Args:
        curve: Number of the trace.
        point: Number of the point in its trace; [row, column] of a heatmap's cell; None where there is no such thing.
        x, y: Where it is: numbers, or names of categories as the figure was given them.
        customdata: What the figure holds for it.
    """

    model_config = ConfigDict(frozen=True)

    curve: int
    point: int | tuple[int, int] | None = None
    x: Any = None
    y: Any = None
    customdata: Any = None


class ThresholdChoice(BaseModel):
    """Samples that somebody asked for in a threshold panel.

    Args:
        what: "right": rightly taken for the class; "alarms": taken for it by mistake; "missed": of it, not taken.
        threshold: 0-1.
    """

    model_config = ConfigDict(frozen=True)

    what: Literal["right", "alarms", "missed"]
    threshold: float


def figure(
    fig: go.Figure | Mapping[str, Any],
    *,
    key: str,
    alt: str,
    table: Sequence[Mapping[str, Any]] | None = None,
    height: int | None = None,
    clickable: bool = True,
) -> FigureClick | None:
    """Show a figure; what a person clicks in it comes back once.

    Ink, paper, grid and legend are the page's, light or dark; what else the figure sets stays. Zoom survives reruns
    as long as `layout.uirevision` does. A trace with ``meta={"scale": True}`` is coloured from the page's paper to
    its blue, and a heatmap with ``meta={"label": "%{z}"}`` shows that text in its cells as soon as it fits in.
    A name that a person typed goes into a figure through `html.escape`: Plotly reads some tags.

    Args:
        fig: Of plotly, or its dictionary.
        key: Streamlit key.
        alt: What the figure shows, in one sentence: its name for screen readers, and of the PNG.
        table: The same data as rows of column -> text, number or None. Default: read from the figure.
        height: CSS pixels. Default: the figure's own, else 360.
        clickable: Whether a click reruns the page.

    Returns:
        What was clicked, in the one rerun that the click caused; else None. Keep it in the session where more
        reruns follow.
    """
    made = go.Figure(fig)
    result = renderer("figure")(
        key=key,
        data={
            "figure": _json(made),
            "alt": alt,
            "table": _rows(table) if table is not None else None,
            "height": height or made.layout.height or DEFAULT_HEIGHT,
            "clickable": clickable,
        },
        on_clicked_change=unchanged,
    )
    clicked: dict[str, Any] | None = result.get("clicked")
    return FigureClick.model_validate(clicked) if clicked else None


def threshold_panel(
    *,
    key: str,
    roc: go.Figure | Mapping[str, Any],
    precision_recall: go.Figure | Mapping[str, Any],
    positives: int,
    negatives: int,
    true_positives: Sequence[int],
    false_positives: Sequence[int],
    subject: str,
    selectable: bool = False,
    height: int = 340,
) -> ThresholdChoice | None:
    """Show both curves of a class with a slider over the threshold; what follows from it changes as it moves.

    Args:
        key: Streamlit key.
        roc, precision_recall: The curves, with the threshold of each point as `customdata`: a click sets the slider.
        positives, negatives: Samples of the class, and all others.
        true_positives, false_positives: Counts at thresholds evenly from 0 to 1.
        subject: What is judged, such as "apple" or "all classes".
        selectable: Whether the page can show the samples behind a count; else nothing comes back.
        height: Of each curve, in CSS pixels.

    Returns:
        Which samples somebody wants to see, in the one rerun that the click caused; else None.
    """
    result = renderer("figure")(
        key=key,
        data={
            "roc": _json(roc),
            "precision_recall": _json(precision_recall),
            "positives": positives,
            "negatives": negatives,
            "true_positives": list(true_positives),
            "false_positives": list(false_positives),
            "subject": subject,
            "selectable": selectable,
            "height": height,
        },
        on_clicked_change=unchanged,
    )
    clicked: dict[str, Any] | None = result.get("clicked")
    return ThresholdChoice.model_validate(clicked) if clicked else None


def _json(fig: go.Figure | Mapping[str, Any]) -> str:
    body = go.Figure(fig).to_dict()
    body.get("layout", {}).pop("template", None)
    text: str = to_json(body, validate=False)
    return text


def _rows(table: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    columns = list(dict.fromkeys(name for row in table for name in row))
    return {"columns": columns, "rows": [[row.get(name) for name in columns] for row in table]}
