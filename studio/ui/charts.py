"""Rows become figures."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from studio.core.dataset import DatasetVersion
from studio.core.evaluation import Evaluation
from studio.core.finder import evened
from studio.core.label_session import LearningPoint

BLUE = "#3b82b5"
ORANGE = "#d9822b"
LEGIBLE_CELLS = 25
"""A matrix of more classes than this shows no numbers inside its cells."""


def blank_figure(height: int) -> go.Figure:
    """Return a figure with nothing in it, see-through, so that it fits the light and the dark theme."""
    figure = go.Figure()
    figure.update_layout(
        height=height,
        margin={"l": 10, "r": 10, "t": 10, "b": 10},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
    )
    return figure


def class_counts(version: DatasetVersion) -> go.Figure:
    """Return bars: samples of each class, in the order of the classes."""
    names = list(version.class_names)
    figure = blank_figure(max(160, 26 * len(names) + 50))
    figure.add_bar(
        y=names,
        x=list(version.class_counts),
        orientation="h",
        marker_color=BLUE,
        text=[f"{n:,}" for n in version.class_counts],
        hovertemplate="%{y}: %{x:,} samples<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(title="samples", rangemode="tozero")
    return figure


def learning_curve(points: Sequence[LearningPoint]) -> go.Figure:
    """Return a line: held-out accuracy, 0-100 %, over the number of answers it was learned from."""
    figure = blank_figure(260)
    figure.add_scatter(
        x=[point.answers for point in points],
        y=[100 * point.accuracy for point in points],
        mode="lines+markers",
        line_color=BLUE,
        hovertemplate="%{x:,} answers: %{y:.1f} %<extra></extra>",
    )
    figure.update_xaxes(title="answers", rangemode="tozero")
    figure.update_yaxes(title="accuracy (%)")
    return figure


def confusion_matrix(evaluation: Evaluation, *, share: bool) -> go.Figure:
    """Return the matrix of true against predicted classes.

    Args:
        share: Colour and number are the share of the true class, 0-100 %; else counts.
    """
    names = list(evaluation.class_names)
    counts = evaluation.confusion_matrix
    values: list[Sequence[float]] = [
        [100 * n / max(1, sum(row)) for n in row] if share else list(row) for row in counts
    ]
    small = len(names) <= LEGIBLE_CELLS
    figure = blank_figure(max(320, min(900, 34 * len(names) + 120)))
    figure.add_heatmap(
        z=values,
        x=names,
        y=names,
        colorscale="Blues",
        texttemplate=("%{z:.0f}" if share else "%{z}") if small else None,
        hovertemplate="true: %{y}<br>predicted: %{x}<br>%{z:,.4~g}"
        + (" %" if share else " samples")
        + "<extra></extra>",
        colorbar={"title": "%" if share else "samples", "thickness": 12},
    )
    figure.update_xaxes(title="predicted", type="category", tickangle=-45)
    figure.update_yaxes(title="true", type="category", autorange="reversed")
    return figure


def sample_map(points: NDArray[np.float32], samples: list[int], names: list[str]) -> go.Figure:
    """Return dots: where samples lie on their map, a colour a class; `customdata` of a dot is its sample.

    Args:
        points: float32 (m, 2).
        samples: Number of each sample.
        names: Class of each.
    """
    figure = blank_figure(560)
    order = {name: number for number, name in enumerate(dict.fromkeys(sorted(names)))}
    for name in order:
        rows = [row for row, own in enumerate(names) if own == name]
        figure.add_scattergl(
            x=points[rows, 0],
            y=points[rows, 1],
            customdata=[[samples[row]] for row in rows],
            mode="markers",
            name=name,
            marker={"size": 5, "opacity": 0.75},
            hovertemplate=f"{name}, sample %{{customdata[0]}}<extra></extra>",
        )
    figure.update_layout(dragmode="lasso", legend={"itemsizing": "constant"})
    figure.update_xaxes(visible=False)
    figure.update_yaxes(visible=False, scaleanchor="x")
    return figure


def loss_by_rate(rates: Sequence[float], losses: Sequence[float], rate: float | None) -> go.Figure:
    """Return dots and a line: the loss over the learning rate of a finder, with a mark at one rate.

    Args:
        rates: Rising.
        losses: One each; the line is evened out with its neighbours.
        rate: Where the mark is; None for none.
    """
    figure = blank_figure(300)
    hover = "learning rate %{x:.2~g}<br>loss %{y:.3f}<extra></extra>"
    figure.add_scatter(
        x=rates,
        y=losses,
        mode="markers",
        marker={"size": 6, "color": BLUE, "opacity": 0.45},
        hovertemplate=hover,
    )
    if len(losses):
        smooth = evened(np.asarray(losses, np.float64))
        figure.add_scatter(x=rates, y=smooth, mode="lines", line_color=BLUE, hoverinfo="skip")
        low, high = float(smooth.min()), 1.15 * float(smooth[0])
        figure.update_yaxes(range=[max(0.0, low - 0.1 * (high - low)), high])
    if rate is not None:
        figure.add_vline(rate, line_dash="dash", line_color=ORANGE)
        figure.add_annotation(
            x=math.log10(rate), y=1, yref="paper", text=f"{rate:g}", xanchor="left", showarrow=False
        )
    figure.update_layout(showlegend=False, dragmode=False)
    figure.update_xaxes(title="learning rate", type="log", dtick=1, exponentformat="power")
    figure.update_yaxes(title="loss")
    return figure
