"""What endpoints were asked, as figures: requests, latency, classes, confidence, drift.

Names that people typed go through `short`: Plotly reads some tags.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from studio.core.drift import DriftRow
from studio.core.traffic import CONFIDENCE_BINS, TrafficSeries
from studio.ui.charts import BLUE, ORANGE, blank_figure
from studio.ui.charts_review import GREY, RED, short

HEIGHT = 250
MOST_CLASSES = 12
"""The others are added up in a bar of their own."""
OTHERS = "all others"
_MARGIN = {"l": 48, "r": 12, "t": 30, "b": 40}
_LEGEND = {"orientation": "h", "y": 1.14, "x": 0}


def _moments(series: TrafficSeries) -> list[datetime.datetime]:
    """Return when each point begins, in the time of this machine."""
    return [
        datetime.datetime.fromtimestamp(second).astimezone().replace(tzinfo=None)
        for second in series.times
    ]


def requests(series: TrafficSeries) -> go.Figure:
    """Return lines: requests and errors a second, over time."""
    figure = blank_figure(HEIGHT)
    moments = _moments(series)
    figure.add_scatter(
        x=moments, y=series.requests, name="requests", mode="lines", line_color=BLUE, fill="tozeroy",
        hovertemplate="%{y:.2f} requests a second<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=moments, y=series.errors, name="errors", mode="lines", line_color=RED,
        hovertemplate="%{y:.2f} errors a second<extra></extra>",
    )  # fmt: skip
    _over_time(figure, "requests a second")
    return figure


def latency(series: TrafficSeries) -> go.Figure:
    """Return lines: milliseconds in which half, 95 % and 99 % of the requests were answered, over time."""
    figure = blank_figure(HEIGHT)
    moments = _moments(series)
    for name, values, color in (
        ("half of them", series.p50, BLUE),
        ("95 %", series.p95, ORANGE),
        ("99 %", series.p99, RED),
    ):
        figure.add_scatter(
            x=moments, y=values, name=name, mode="lines+markers" if len(values) < 30 else "lines",
            line_color=color, marker_size=4, connectgaps=False,
            hovertemplate=f"{name}: %{{y:.2f}} ms<extra></extra>",
        )  # fmt: skip
    _over_time(figure, "milliseconds")
    return figure


def _over_time(figure: go.Figure, title: str) -> None:
    figure.update_layout(
        margin=_MARGIN, legend=_LEGEND, hovermode="x unified", uirevision="watch", dragmode="zoom"
    )
    figure.update_xaxes(type="date")
    figure.update_yaxes(title=title, rangemode="tozero")


def classes(counts: Mapping[str, int], trained: Mapping[str, float]) -> go.Figure:
    """Return bars: share of each class among the answers, and among the training samples where that is known.

    Args:
        counts: Class -> answers.
        trained: Class -> share of the training samples; empty where unknown.
    """
    names = sorted(counts, key=lambda name: -counts[name])
    shown, rest = names[:MOST_CLASSES], names[MOST_CLASSES:]
    total = max(1, sum(counts.values()))
    bars = [(short(name), counts[name] / total, trained.get(name)) for name in shown]
    if rest:
        others = sum(counts[name] for name in rest)
        seen = sum(trained.get(name, 0.0) for name in rest) if trained else None
        bars.append((OTHERS, others / total, seen))
    figure = blank_figure(max(HEIGHT, 24 * len(bars) + 80))
    labels = [name for name, *_ in bars]
    figure.add_bar(
        y=labels, x=[share for _, share, _ in bars], orientation="h", name="answered",
        marker_color=BLUE, hovertemplate="%{y}: %{x:.1%} of the answers<extra></extra>",
    )  # fmt: skip
    if trained:
        figure.add_scatter(
            y=labels, x=[share for *_, share in bars], mode="markers", name="training data",
            marker={"symbol": "line-ns", "size": 14, "line": {"width": 2, "color": ORANGE}},
            hovertemplate="%{y}: %{x:.1%} of the training data<extra></extra>",
        )  # fmt: skip
    figure.update_layout(
        margin={**_MARGIN, "l": 110}, legend=_LEGEND, dragmode=False, uirevision="watch"
    )
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(tickformat=".0%", rangemode="tozero")
    return figure


def confidence(bins: Sequence[int]) -> go.Figure:
    """Return bars: how many answers were how sure."""
    figure = blank_figure(HEIGHT)
    width = 1 / CONFIDENCE_BINS
    figure.add_bar(
        x=[(place + 0.5) * width for place in range(len(bins))],
        y=list(bins),
        width=width * 0.92,
        marker_color=BLUE,
        customdata=[[100 * place * width, 100 * (place + 1) * width] for place in range(len(bins))],
        hovertemplate="%{y:,} answers<br>sure %{customdata[0]:.0f} to %{customdata[1]:.0f} %<extra></extra>",
    )
    figure.update_layout(margin=_MARGIN, dragmode=False, showlegend=False, uirevision="watch")
    figure.update_xaxes(title="how sure the model was", range=[0, 1], tickformat=".0%")
    figure.update_yaxes(title="answers", rangemode="tozero")
    return figure


def drift(row: DriftRow) -> go.Figure:
    """Return bars of the training samples and a line of what was asked, over the values of one feature."""
    figure = blank_figure(HEIGHT)
    names = [short(name) for name, *_ in row.bins]
    figure.add_bar(
        x=names, y=[share for _, share, _ in row.bins], name="training data", marker_color=GREY,
        opacity=0.55, hovertemplate="%{x}: %{y:.1%} of the training data<extra></extra>",
    )  # fmt: skip
    figure.add_scatter(
        x=names, y=[share for *_, share in row.bins], name="asked", mode="lines+markers",
        line={"color": BLUE, "shape": "hvh" if len(names) > 1 else "linear"}, marker_size=5,
        hovertemplate="%{x}: %{y:.1%} of what was asked<extra></extra>",
    )  # fmt: skip
    figure.update_layout(margin=_MARGIN, legend=_LEGEND, dragmode=False, bargap=0.05)
    figure.update_xaxes(title=row.title, type="category", nticks=12)
    figure.update_yaxes(tickformat=".0%", rangemode="tozero")
    return figure
