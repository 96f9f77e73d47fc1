"""The numbers of a labelling session become figures."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from studio.core.label_numbers import PACE_STEP, SessionNumbers
from studio.core.label_session import PALETTE, LabelClass
from studio.ui.charts import blank_figure

SHOWN_PEOPLE = 11
"""More people than this share the last colour."""
OTHERS = "others"


def shown(name: str) -> str:
    """Return text that Plotly shows as it is, whatever a person typed.

    Example:
        >>> shown("<b>cat</b> & %{x}")
        '&lt;b>cat&lt;/b> &amp; %&#123;x}'
    """
    return name.replace("&", "&amp;").replace("<", "&lt;").replace("%{", "%&#123;")


def counted_classes(
    counts: Mapping[str, int], classes: Sequence[LabelClass], unit: str
) -> go.Figure:
    """Return bars: how many of each class count, in the class's own colour.

    Args:
        counts: Class -> number.
        classes: Of the session.
        unit: What is counted, such as "samples".
    """
    colours = {c.name: c.colour for c in classes}
    figure = blank_figure(max(160, 26 * len(counts) + 50))
    figure.add_bar(
        y=[shown(name) for name in counts],
        x=list(counts.values()),
        orientation="h",
        marker_color=[colours.get(name, PALETTE[0]) for name in counts],
        text=[f"{n:,}" for n in counts.values()],
        textposition="outside",
        textangle=0,
        cliponaxis=False,
        hovertemplate=f"%{{y}}: %{{x:,}} {unit}<extra></extra>",
    )
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(title=unit, rangemode="tozero")
    figure.update_layout(margin_r=50)
    return figure


def pace_of_the_day(numbers: SessionNumbers, zone: datetime.tzinfo | None) -> go.Figure:
    """Return stacked bars: answers in each ten minutes of the last 24 hours, a colour a person.

    Args:
        numbers: Of the session.
        zone: Whose clock the axis shows. Default: that of this machine.
    """
    busiest = sorted(numbers.pace_day, key=lambda name: -sum(numbers.pace_day[name]))
    series: dict[str, list[int]] = {}
    for place, name in enumerate(busiest):
        key = name if place < SHOWN_PEOPLE or len(busiest) <= len(PALETTE) else OTHERS
        steps = numbers.pace_day[name]
        before = series.get(key, [0] * len(steps))
        series[key] = [a + b for a, b in zip(before, steps, strict=True)]
    length = max(map(len, series.values()), default=0)
    moments = [_clock(numbers.pace_start + PACE_STEP * step, zone) for step in range(length)]
    figure = blank_figure(280)
    for place, (name, values) in enumerate(series.items()):
        busy = [step for step, value in enumerate(values) if value]
        figure.add_bar(
            x=[moments[step] for step in busy],
            y=[values[step] for step in busy],
            name=shown(name),
            width=1000 * PACE_STEP * 0.9,
            marker_color=PALETTE[place % len(PALETTE)],
            hovertemplate="%{fullData.name}, %{x|%H:%M}: %{y:,} answers<extra></extra>",
        )
    legend = {"orientation": "h", "y": 1.02, "yanchor": "bottom", "traceorder": "normal"}
    figure.update_layout(barmode="stack", showlegend=len(series) > 1, legend=legend)
    figure.update_xaxes(type="date", range=[moments[0], moments[-1]] if moments else None)
    figure.update_yaxes(title="answers in 10 minutes", rangemode="tozero")
    return figure


def days(numbers: SessionNumbers) -> go.Figure:
    """Return bars: answers of each day."""
    figure = blank_figure(220)
    figure.add_bar(
        x=[day.day for day in numbers.days],
        y=[day.answers for day in numbers.days],
        marker_color=PALETTE[0],
        hovertemplate="%{x}: %{y:,} answers<extra></extra>",
    )
    figure.update_xaxes(type="category")
    figure.update_yaxes(title="answers", rangemode="tozero")
    return figure


def _clock(seconds: float, zone: datetime.tzinfo | None) -> datetime.datetime:
    """Return a moment as a clock shows it; Plotly knows no time zones."""
    return (
        datetime.datetime.fromtimestamp(seconds, datetime.UTC).astimezone(zone).replace(tzinfo=None)
    )
