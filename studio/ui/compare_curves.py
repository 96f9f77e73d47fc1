"""The curves of many runs over each other, in colours that say in what they differ."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from studio.core.overlay import Steps, Values
from studio.core.run_facts import RunRow, differing, lower_is_better
from studio.ui.charts import blank_figure
from studio.ui.compare_filter import CURVE_TITLES, fact_title
from studio.ui.components import figure
from studio.ui.feedback import plain
from studio.ui.session import page, workspace

COLOURS = (
    "#3b82b5", "#d9822b", "#5aa05a", "#a06ebe", "#c8553d", "#3aa6a0", "#c2a034", "#d06a9c", "#7d8894", "#8a6d4b",
)  # fmt: skip
MOST_RUNS = 1000
LINES_AT_ONCE = 20_000
"""Drawings of more points than this are left to WebGL."""
FIRST = ("val_loss", "val_accuracy", "loss")
TABLE_ROWS = 1000


def show_curves(rows: Sequence[RunRow], key: str) -> None:
    """Show one metric of up to a thousand runs."""
    rows = rows[:MOST_RUNS]
    names = [row.name for row in rows]
    metrics = workspace().run_metrics(names)
    if not metrics:
        st.info("None of these runs has curves.", icon=":material/show_chart:")
        return
    first = next((name for name in FIRST if name in metrics), metrics[0])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        metric = st.selectbox(
            "Curve", metrics, index=metrics.index(first), key=f"{key}_metric", width=230,
            format_func=lambda name: CURVE_TITLES.get(name, name.replace("_", " ")).capitalize(),
            persist_state="session",
        )  # fmt: skip
        ways = {"run": "run", **{n: fact_title(n).lower() for n in differing(rows)}}
        if any(row.group for row in rows):
            ways["group"] = "group"
        by = st.selectbox(
            "Colour by", list(ways), index=list(ways).index(_first_way(rows, list(ways))),
            format_func=ways.__getitem__, key=f"{key}_by_{len(ways)}_{len(rows) > len(COLOURS)}", width=200,
        )  # fmt: skip
        smooth = st.slider(
            "Smoothing",
            0.0,
            0.98,
            0.0,
            0.02,
            key=f"{key}_smooth",
            width=200,
            persist_state="session",
        )
        log = st.toggle("Log scale", key=f"{key}_log", persist_state="session")
    curves = workspace().overlaid_curves(names, metric, smooth=smooth)
    made = overlay(curves, _said(rows, by))
    made.update_yaxes(
        title=CURVE_TITLES.get(metric, metric.replace("_", " ")), type="log" if log else "linear"
    )
    made.update_layout(uirevision=f"{metric} {log}")
    clicked = figure(
        made,
        key=f"{key}_figure",
        alt=f"{metric} of {len(curves):,} runs over their steps, a colour each {ways[by]}.",
        table=_table(curves, metric),
        height=460,
    )
    if clicked is not None and clicked.customdata:
        place = (
            clicked.customdata[0] if isinstance(clicked.customdata, list) else clicked.customdata
        )
        st.session_state[f"{key}_clicked"] = list(curves)[int(place)]
    run = st.session_state.get(f"{key}_clicked")
    if run in curves:
        st.page_link(
            page("runs"), label=plain(f"Show {run}"), icon=":material/arrow_forward:",
            query_params={"run": run, "view": "run"},
        )  # fmt: skip
    without = len(rows) - len(curves)
    st.caption(
        f"{len(curves):,} runs" + (f", {without:,} without this curve left out" if without else "")
        + ". Click a curve to see which run it is."
    )  # fmt: skip


def overlay(curves: Mapping[str, tuple[Steps, Values]], said: Mapping[str, str]) -> go.Figure:
    """Return lines: one trace a colour, in which a gap parts the runs, since a thousand traces would take seconds.

    Args:
        curves: Run -> (steps, values).
        said: Run -> what its colour stands for.
    """
    made = blank_figure(460)
    kinds = list(dict.fromkeys(said[name] for name in curves))
    shown = kinds[: len(COLOURS)] if len(kinds) <= len(COLOURS) else kinds[: len(COLOURS) - 1]
    total = sum(len(steps) for steps, _ in curves.values())
    line = go.Scattergl if total > LINES_AT_ONCE else go.Scatter
    for number, kind in enumerate([*shown, None] if len(shown) < len(kinds) else shown):
        members = [
            (place, name)
            for place, name in enumerate(curves)
            if said[name] == kind or (kind is None and said[name] not in shown)
        ]
        x, y, which, text = _joined(curves, members)
        made.add_trace(
            line(
                x=x,
                y=y,
                customdata=which,
                text=text,
                mode="lines",
                connectgaps=False,
                name=html.escape(
                    f"{len(kinds) - len(shown)} others" if kind is None else kind[:40]
                ),
                line={"color": COLOURS[number], "width": 1 if len(curves) > 50 else 1.6},
                opacity=0.4 if len(curves) > 200 else 0.9,
                hovertemplate="%{text}<br>step %{x:,}: %{y:.4~g}<extra></extra>",
            )
        )
    made.update_xaxes(title="step", rangemode="tozero")
    made.update_layout(
        hovermode="closest",
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    return made


def _joined(
    curves: Mapping[str, tuple[Steps, Values]], members: Sequence[tuple[int, str]]
) -> tuple[Values, Values, Values, list[str]]:
    """Put curves one behind the other, a gap behind each: steps, values, place of the run, its name."""
    gap = np.array([np.nan])
    xs, ys, which, text = [], [], [], list[str]()
    for place, name in members:
        steps, values = curves[name]
        xs += [steps.astype(np.float64), steps[-1:].astype(np.float64)]
        ys += [values, gap]
        which.append(np.full(len(steps) + 1, float(place)))
        text += [html.escape(name)] * (len(steps) + 1)
    return np.concatenate(xs), np.concatenate(ys), np.concatenate(which), text


def _first_way(rows: Sequence[RunRow], ways: Sequence[str]) -> str:
    """Return what colours stand for at first: runs where they are few, else a setting that has few values."""
    if len(rows) <= len(COLOURS):
        return "run"
    few = [w for w in ways if w != "run" and len(set(_said(rows, w).values())) <= len(COLOURS)]
    return few[0] if few else ways[min(1, len(ways) - 1)]


def _said(rows: Sequence[RunRow], by: str) -> dict[str, str]:
    """Return run -> what its colour stands for."""
    if by == "run":
        return {row.name: row.name for row in rows}
    if by == "group":
        return {row.name: row.group or "no group" for row in rows}
    values = {row.name: row.facts.get(by) for row in rows}
    title = fact_title(by).lower()
    return {
        name: f"{title} {value:g}" if isinstance(value, float) else f"{title} {'unset' if value is None else value}"
        for name, value in values.items()
    }  # fmt: skip


def _table(curves: Mapping[str, tuple[Steps, Values]], metric: str) -> list[dict[str, object]]:
    best = np.min if lower_is_better(metric) else np.max
    return [
        {
            "Run": name,
            "Best": float(best(values)),
            "Last": float(values[-1]),
            "Last step": int(steps[-1]),
        }
        for name, (steps, values) in list(curves.items())[:TABLE_ROWS]
        if len(values)
    ]
