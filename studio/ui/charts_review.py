"""What an evaluation says, as figures: classes, confusion, calibration, confidence, top-k and slices.

Names that people typed go through `html.escape`: Plotly reads some tags. Clicks are understood by their places, never
by their names.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Literal

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from studio.core.confusion import Unit, normalised
from studio.core.curves import ClassCurve
from studio.core.evaluation import ClassEvaluation, Evaluation, Interval
from studio.core.slices import Slice
from studio.ui.charts import BLUE, ORANGE, blank_figure

RED = "#c8553d"
GREY = "#8a919b"
ROW = 26
"""Pixels of a bar that lies."""
MOST_BARS = 60
LEGIBLE_CELLS = 25
"""A matrix of more classes shows no numbers in its cells until somebody zooms in."""
LONGEST = 28
Measure = Literal["recall", "precision", "f1", "average_precision"]
MEASURES: dict[Measure, str] = {
    "recall": "Recall",
    "precision": "Precision",
    "f1": "F1",
    "average_precision": "Average precision",
}


def short(name: str) -> str:
    """Return a name for an axis: not too long, and never read as markup.

    Example:
        >>> short("<b>cat</b>")
        '&lt;b&gt;cat&lt;/b&gt;'
    """
    return html.escape(name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…")


def _unique(names: Sequence[str]) -> list[str]:
    """Return names for an axis of categories: two that are shortened to the same stay two."""
    seen: dict[str, int] = {}
    found = []
    for name in map(short, names):
        seen[name] = seen.get(name, 0) + 1
        found.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return found


def lying(height: int) -> go.Figure:
    """Return an empty figure for bars that lie, first one on top."""
    figure = blank_figure(height)
    figure.update_layout(margin={"t": 24, "b": 36, "r": 24}, dragmode=False, showlegend=False)
    figure.update_yaxes(autorange="reversed", type="category")
    return figure


def class_bars(rows: Sequence[ClassEvaluation], measure: Measure) -> go.Figure:
    """Return a bar a class, with its 95 % interval where one is known; `point` of a click is the row.

    Args:
        rows: In the order of the bars, at most 60 of them.
        measure: What the bars are.
    """
    figure = lying(ROW * len(rows) + 80)
    values = [getattr(row, measure) for row in rows]
    ends: list[Interval] = [
        (getattr(row, f"{measure}_interval", None) or (value, value))
        for row, value in zip(rows, values, strict=True)
    ]
    figure.add_bar(
        y=_unique([row.class_name for row in rows]),
        x=values,
        orientation="h",
        marker_color=BLUE,
        customdata=[[row.support, *end] for row, end in zip(rows, ends, strict=True)],
        error_x={
            "type": "data",
            "array": [
                max(0.0, high - value) for value, (_, high) in zip(values, ends, strict=True)
            ],
            "arrayminus": [
                max(0.0, value - low) for value, (low, _) in zip(values, ends, strict=True)
            ],
            "color": GREY,
            "thickness": 1.5,
            "width": 3,
        },
        hovertemplate=f"%{{y}}<br>{MEASURES[measure]} %{{x:.3f}}<br>"
        "95 %: %{customdata[1]:.3f} to %{customdata[2]:.3f}<br>%{customdata[0]:,} samples<extra></extra>",
    )
    figure.update_xaxes(title=MEASURES[measure], range=[0, 1.02])
    return figure


def confusion(
    counts: NDArray[np.int64], names: Sequence[str], *, unit: Unit, only_mistakes: bool
) -> go.Figure:
    """Return a matrix of true classes (rows) against predicted ones; `point` of a click is (true, predicted).

    Args:
        counts: int64 (classes, classes), in the order of `names`.
        unit: Counts, or shares of the true or of the predicted class, shown in %.
        only_mistakes: Leave the diagonal empty, so that what is confused takes all the colour.
    """
    shown = normalised(counts, unit) * (1 if unit == "count" else 100)
    shown = np.round(shown, 2).astype(np.float32)
    if only_mistakes:
        np.fill_diagonal(shown, np.nan)
    labels = _unique(names)
    side = max(320, min(820, 30 * len(names) + 130))
    figure = blank_figure(side)
    of = {"count": "", "true": " % of the true class", "predicted": " % of the predicted class"}[
        unit
    ]
    figure.add_heatmap(
        z=shown,
        x=labels,
        y=labels,
        meta={"scale": True, "label": "%{z:.0f}" if unit != "count" else "%{z}"},
        colorscale="Blues",
        zmin=0,
        hoverongaps=False,
        hovertemplate="true %{y}<br>predicted %{x}<br>%{z:,.4~g}"
        + (of or " samples")
        + "<extra></extra>",
        colorbar={"title": "%" if of else "samples"},
    )
    figure.update_layout(
        margin={"l": 10, "r": 10, "t": 28, "b": 10},
        uirevision=f"{unit} {only_mistakes} {hash(tuple(names))}",
    )
    figure.update_xaxes(title="predicted", type="category", tickangle=-45, showgrid=False)
    figure.update_yaxes(title="true", type="category", autorange="reversed", showgrid=False)
    return figure


def reliability(evaluation: Evaluation) -> go.Figure:
    """Return bars: share of right answers by how sure the model was; `point` of a click is the bin."""
    bins = evaluation.reliability
    width = 1 / max(1, len(bins))
    middles = [(number + 0.5) * width for number in range(len(bins))]
    figure = blank_figure(380)
    figure.add_bar(
        x=middles,
        y=[one.accuracy if one.count else None for one in bins],
        width=[0.94 * width] * len(bins),
        marker_color=BLUE,
        name="right answers",
        customdata=[[one.count, one.confidence] for one in bins],
        hovertemplate="sure %{customdata[1]:.1%}, right %{y:.1%}<br>%{customdata[0]:,} samples<extra></extra>",
    )
    figure.add_scatter(
        x=[0, 1], y=[0, 1], mode="lines", name="perfectly calibrated", hoverinfo="skip",
        line={"color": ORANGE, "dash": "dash"},
    )  # fmt: skip
    figure.update_layout(dragmode=False, margin={"l": 48, "r": 12, "t": 32, "b": 44})
    figure.update_xaxes(title="how sure the model was", range=[0, 1], tickformat=".0%")
    figure.update_yaxes(title="right answers", range=[0, 1.02], tickformat=".0%")
    return figure


def confidences(right: Sequence[int], wrong: Sequence[int], *, log: bool = False) -> go.Figure:
    """Return stacked bars: right and wrong answers by confidence; curve 0 is right, 1 wrong, `point` the bin."""
    bins = len(right)
    width = 1 / max(1, bins)
    middles = [(number + 0.5) * width for number in range(bins)]
    figure = blank_figure(320)
    for name, counts, color in (("right", right, BLUE), ("wrong", wrong, RED)):
        figure.add_bar(
            x=middles,
            y=list(counts),
            width=[0.94 * width] * bins,
            name=name,
            marker_color=color,
            customdata=[[100 * number / bins, 100 * (number + 1) / bins] for number in range(bins)],
            hovertemplate=f"%{{y:,}} {name}<br>sure %{{customdata[0]:.0f}} to %{{customdata[1]:.0f}} %"
            "<extra></extra>",
        )
    figure.update_layout(
        barmode="group" if log else "stack",
        dragmode=False,
        margin={"l": 48, "r": 12, "t": 36, "b": 44},
    )
    figure.update_xaxes(title="how sure the model was", range=[0, 1], tickformat=".0%")
    figure.update_yaxes(title="samples", type="log" if log else "linear", rangemode="tozero")
    return figure


def top_k(shares: Sequence[float], k: int) -> go.Figure:
    """Return a line: share of samples whose true class is among the k most likely; `point` of a click is k - 1."""
    figure = blank_figure(300)
    figure.add_scatter(
        x=list(range(1, len(shares) + 1)),
        y=list(shares),
        mode="lines+markers",
        line_color=BLUE,
        marker={"size": [13 if place == k else 7 for place in range(1, len(shares) + 1)]},
        hovertemplate="among the %{x} most likely: %{y:.2%}<extra></extra>",
    )
    figure.update_layout(
        dragmode=False, showlegend=False, margin={"l": 48, "r": 12, "t": 24, "b": 44}
    )
    figure.update_xaxes(title="k", dtick=1 if len(shares) <= 20 else None)
    figure.update_yaxes(title="true class found", tickformat=".0%")
    return figure


def slices(found: Sequence[Slice]) -> go.Figure:
    """Return dots with 95 % intervals, one a slice, and a line at the accuracy on all; `point` is the slice."""
    figure = lying(ROW * len(found) + 90)
    colors = {"worse": RED, "better": "#2e8b57", "": GREY}
    figure.add_scatter(
        x=[one.accuracy for one in found],
        y=_unique([one.name for one in found]),
        mode="markers",
        marker={"size": 10, "color": [colors[one.stands_out] for one in found]},
        customdata=[[len(one.rows), one.low, one.high] for one in found],
        error_x={
            "type": "data",
            "array": [max(0.0, one.high - one.accuracy) for one in found],
            "arrayminus": [max(0.0, one.accuracy - one.low) for one in found],
            "color": GREY,
            "thickness": 1.5,
        },
        hovertemplate="%{y}<br>accuracy %{x:.1%}<br>95 %: %{customdata[1]:.1%} to %{customdata[2]:.1%}"
        "<br>%{customdata[0]:,} samples<extra></extra>",
    )
    if found:
        figure.add_vline(found[0].overall, line_dash="dash", line_color=BLUE)
    figure.update_xaxes(title="accuracy", range=[-0.02, 1.02], tickformat=".0%")
    return figure


def curve_figure(curve: ClassCurve, kind: Literal["roc", "pr"]) -> go.Figure:
    """Return the ROC or the precision-recall curve of one class; `customdata` of a point is its threshold."""
    points = curve.curves()
    roc = kind == "roc"
    x, y = (points.false_positive_rate, points.recall) if roc else (points.recall, points.precision)
    thresholds = np.minimum(points.thresholds, 1.0)
    figure = blank_figure(340)
    figure.add_scatter(
        x=x,
        y=y,
        customdata=thresholds,
        mode="lines",
        line={"color": BLUE, "width": 2.5, "shape": "hv" if roc else "linear"},
        hovertemplate=(
            "false alarms %{x:.2%}<br>recall %{y:.2%}"
            if roc
            else "recall %{x:.2%}<br>precision %{y:.2%}"
        )
        + "<br>threshold %{customdata:.3f}<extra></extra>",
    )
    if roc:
        figure.add_scatter(
            x=[0, 1], y=[0, 1], mode="lines", line={"color": GREY, "dash": "dot"}, hoverinfo="skip"
        )
    figure.update_layout(
        showlegend=False, dragmode=False, margin={"l": 48, "r": 12, "t": 24, "b": 44}
    )
    figure.update_xaxes(
        title="false alarms (share of all others)" if roc else "recall",
        range=[-0.01, 1.01],
        tickformat=".0%",
    )
    figure.update_yaxes(title="recall" if roc else "precision", range=[0, 1.02], tickformat=".0%")
    return figure
