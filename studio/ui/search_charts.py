"""Trials become figures: parallel coordinates, what matters most, and how every trial learned."""

from __future__ import annotations

import html
import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from studio.core.choices import Choice, Value, title_of
from studio.core.search import SearchParams
from studio.core.trials import Trial, best_trial, importances_of
from studio.ui.charts import BLUE, blank_figure

GREY = "#8a919b"
ORANGE = "#d97706"
SCALE = [[0.0, GREY], [0.6, BLUE], [1.0, ORANGE]]
"""From the worst to the best; every colour of it can be seen on light and on dark."""
AXIS_PIXELS = 80
"""Parallel coordinates closer than this cannot be told apart."""
LONGEST = 16
FEW_EPOCHS = 12
OBJECTIVES = {
    "accuracy": "Accuracy",
    "loss": "Loss",
    "top_k": "Top-k",
    "f1": "F1",
    "mean_average_precision": "mAP",
}


def said(value: Value) -> str:
    """Return a chosen value in words.

    Example:
        >>> said(0.00123456), said(None), said(True), said("one_cycle")
        ('0.00123', 'none', 'yes', 'one cycle')
    """
    match value:
        case None:
            return "none"
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:.3g}"
        case _:
            return str(value).replace("_", " ")


def parallel_coordinates(trials: Sequence[Trial], params: SearchParams) -> go.Figure | None:
    """Return a line a trial through what was chosen for it, its epochs and what it came to; None without any."""
    shown = [trial for trial in trials if trial.value is not None]
    if not shown:
        return None
    axes = [_axis(choice, shown, params) for choice in params.choices]
    epochs = _numbers("Epochs", [float(trial.epochs) for trial in shown])
    most = max(trial.epochs for trial in shown)
    if most <= FEW_EPOCHS:
        epochs["tickvals"] = list(range(min(trial.epochs for trial in shown), most + 1))
    axes.append(epochs)
    values = [float(trial.value or 0.0) for trial in shown]
    axes.append({**_numbers(OBJECTIVES[params.objective], values), "tickformat": ".2~f"})
    figure = blank_figure(420)
    figure.update_layout(
        margin={"l": 100, "r": 60, "t": 100, "b": 24},
        uirevision="kept",
        width=max(320, AXIS_PIXELS * len(axes)),
    )
    figure.add_trace(
        go.Parcoords(
            dimensions=axes,
            labelangle=-25,
            line={
                "color": values,
                "colorscale": SCALE,
                "reversescale": params.lower_is_better,
            },
            uid="trials",
        )
    )
    return figure


def _axis(choice: Choice, trials: Sequence[Trial], params: SearchParams) -> dict[str, Any]:
    label = html.escape(title_of(choice.field, params.models, brief=True))
    found = [trial.params.get(choice.field) for trial in trials]
    if not choice.is_range:
        places = {repr(value): number for number, value in enumerate(choice.values)}
        return {
            "label": label,
            "values": [places.get(repr(value), 0) for value in found],
            "tickvals": list(places.values()),
            "ticktext": [html.escape(said(value)[:LONGEST]) for value in choice.values],
            "range": [-0.3, len(places) - 0.7],
        }
    low, high = choice.ends
    numbers = [float(value) if isinstance(value, int | float) else low for value in found]
    if not choice.log:
        return {"label": label, "values": numbers, "range": [low, high]}
    ticks = _decades(low, high)
    return {
        "label": label,
        "values": [math.log10(max(number, low)) for number in numbers],
        "range": [math.log10(low), math.log10(high)],
        "tickvals": [math.log10(tick) for tick in ticks],
        "ticktext": [f"{tick:.2g}" for tick in ticks],
    }


def _decades(low: float, high: float) -> list[float]:
    """Return both ends and the powers of ten between, those too near to an end left out.

    Example:
        >>> _decades(0.0003, 0.01)
        [0.0003, 0.001, 0.01]
    """
    first, last = math.ceil(math.log10(low)), math.floor(math.log10(high))
    powers = [10.0**power for power in range(first, last + 1)]
    return [low, *(p for p in powers if low * 1.5 < p < high / 1.5), high]


def _numbers(label: str, values: list[float]) -> dict[str, Any]:
    low, high = min(values), max(values)
    pad = (high - low) / 20 or max(abs(high), 1.0) / 20
    axis = {"label": label, "values": values, "range": [low - pad, high + pad]}
    return axis if high > low else {**axis, "tickvals": [low]}


def importances(trials: Sequence[Trial], params: SearchParams) -> go.Figure | None:
    """Return bars: how much of the differences between trials each setting explains; None while unknown."""
    found = importances_of(trials)
    if not found:
        return None
    figure = blank_figure(max(140, 34 * len(found) + 60))
    figure.add_bar(
        x=[100 * share for share in found.values()],
        y=[html.escape(title_of(field, params.models, brief=True)) for field in found],
        orientation="h",
        marker_color=BLUE,
        text=[f"{100 * share:.0f} %" for share in found.values()],
        hovertemplate="%{y}: %{x:.1f} %<extra></extra>",
    )
    figure.update_layout(uirevision="kept")
    figure.update_yaxes(autorange="reversed", type="category")
    figure.update_xaxes(title="share of the differences (%)", range=[0, 108])
    return figure


def learning(trials: Sequence[Trial], params: SearchParams) -> go.Figure | None:
    """Return a curve a trial: what is to improve over the epochs, those ended early dotted; None without any."""
    shown = [trial for trial in trials if trial.curve]
    if not shown:
        return None
    best = best_trial(trials, lower_is_better=params.lower_is_better)
    groups: dict[str, dict[str, Any]] = {
        "ended early": {"color": GREY, "dash": "dot", "width": 1.2},
        "trained to the end": {"color": BLUE, "width": 1.2},
        "running": {"color": ORANGE, "width": 2},
        "the best": {"color": BLUE, "width": 3.5},
    }
    figure = blank_figure(320)
    told = set()
    for group, line in groups.items():
        for trial in shown:
            if _group(trial, best) != group:
                continue
            epochs, values = zip(*trial.curve, strict=True)
            figure.add_scatter(
                x=epochs,
                y=values,
                mode="lines+markers",
                line=line,
                marker={"size": [0] * (len(epochs) - 1) + [7], "symbol": "x" if "early" in group else "circle"},
                name=group,
                legendgroup=group,
                showlegend=group not in told,
                hovertemplate=f"trial {trial.number}, epoch %{{x}}: %{{y:.4f}}<extra></extra>",
            )  # fmt: skip
            told.add(group)
    figure.update_layout(
        uirevision="kept",
        legend={"orientation": "h", "x": 0, "xanchor": "left", "y": 1.02, "yanchor": "bottom"},
        margin={"l": 10, "r": 10, "t": 40, "b": 10},
    )
    figure.update_xaxes(title="epoch", rangemode="tozero")
    figure.update_yaxes(title=f"{OBJECTIVES[params.objective].lower()} (validation)")
    return figure


def _group(trial: Trial, best: Trial | None) -> str:
    if best is not None and trial.number == best.number:
        return "the best"
    if trial.state == "running":
        return "running"
    return "ended early" if trial.state in ("pruned", "stopped", "failed") else "trained to the end"
