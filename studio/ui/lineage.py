"""Lineage as a picture one can walk: choose a thing, see what it came of and what came of it, and go there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from html import escape
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from studio.core.lineage import NODE_KINDS, Lineage, LineageNode, NodeKind
from studio.ui.charts import blank_figure
from studio.ui.components import figure
from studio.ui.feedback import plain
from studio.ui.overview import when
from studio.ui.session import page, workspace

COLOURS: dict[NodeKind, str] = {
    "source": "#8a8a8a", "person": "#c2571a", "session": "#b8860b", "dataset": "#3b82b5",
    "run": "#7a5ea8", "model": "#2e8b57", "evaluation": "#a8457a", "endpoint": "#20808d",
}  # fmt: skip
SYMBOLS: dict[NodeKind, str] = {
    "source": "square", "person": "circle", "session": "diamond", "dataset": "square",
    "run": "hexagon", "model": "star", "evaluation": "triangle-up", "endpoint": "pentagon",
}  # fmt: skip
NAME_LETTERS = 16
STEPS = [step / 12 for step in range(13)]


def show_lineage(reference: str) -> None:
    """Show where a model comes from and what uses it.

    Args:
        reference: `name:version`, or `run/NAME`.
    """
    found = workspace().lineage(reference)
    key = f"lineage of {reference}"
    ids = [node.id for node in found.nodes]
    if st.session_state.get(key) not in ids:
        st.session_state[key] = found.start
    clicked = figure(
        lineage_figure(found, str(st.session_state[key])),
        key=f"{key} picture",
        alt=f"Where {reference} comes from, from left to right, and what uses it.",
        table=link_rows(found),
    )
    if clicked is not None and clicked.customdata in ids:
        st.session_state[key] = clicked.customdata
        st.rerun()
    names = {node.id: f"{NODE_KINDS[node.kind]}: {node.title}" for node in found.nodes}
    chosen = st.selectbox("Look at", ids, format_func=names.__getitem__, key=key)
    _show_node(found, found.node(str(chosen)), key)


def _show_node(found: Lineage, node: LineageNode, key: str) -> None:
    """Show a thing with its neighbours, to walk on from."""

    def walk(to: str) -> Callable[[], None]:
        def step() -> None:
            st.session_state[key] = to

        return step

    with st.container(border=True, key=f"{key} node"):
        st.markdown(f"**{NODE_KINDS[node.kind]} {plain(node.title)}**")
        said = " · ".join(part for part in (plain(node.detail), when(node.time)) if part)
        if said:
            st.markdown(said)
        if node.page:
            st.page_link(
                page(node.page),
                label=f"Open {node.title}",
                icon=":material/open_in_new:",
                query_params=dict(node.query),
            )
        for title, around in (
            ("Came of", found.before(node.id)),
            ("What came of it", found.after(node.id)),
        ):
            if around:
                st.caption(title)
                with st.container(horizontal=True):
                    for other, label in around:
                        st.button(
                            f"{NODE_KINDS[other.kind]}: {plain(other.title)}"
                            + (f" ({plain(label)})" if label else ""),
                            key=f"{key} {title} {other.id}",
                            on_click=walk(other.id),
                        )


def lineage_figure(found: Lineage, chosen: str) -> go.Figure:
    """Return the graph: causes left, effects right; the chosen one has a ring. `customdata` of a point is its id."""
    places = _places(found)
    rows = max((len(column) for column in _columns(found).values()), default=1)
    fig = blank_figure(max(260, min(720, 64 * rows + 80)))
    for link in found.links:
        (x0, y0), (x1, y1) = places[link.source], places[link.target]
        near = chosen in (link.source, link.target)
        fig.add_scatter(
            x=[x0 + (x1 - x0) * t for t in STEPS],
            y=[y0 + (y1 - y0) * t * t * (3 - 2 * t) for t in STEPS],  # leaves and arrives level
            mode="lines",
            line={
                "width": 2.5 if near else 1.2,
                "color": "rgba(59,130,181,0.9)" if near else "rgba(128,128,128,0.55)",
            },
            hoverinfo="skip",
            showlegend=False,
        )
    fig.add_scatter(
        x=[places[chosen][0]],
        y=[places[chosen][1]],
        mode="markers",
        marker={"size": 30, "symbol": "circle-open", "color": "#d9822b", "line": {"width": 3}},
        hoverinfo="skip",
        showlegend=False,
    )
    for kind, title in NODE_KINDS.items():
        nodes = [node for node in found.nodes if node.kind == kind]
        if not nodes:
            continue
        fig.add_scatter(
            x=[places[node.id][0] for node in nodes],
            y=[places[node.id][1] for node in nodes],
            customdata=[node.id for node in nodes],
            mode="markers+text",
            name=title,
            text=[_short(node.title) for node in nodes],
            textposition=[  # neighbours in a row do not write over each other
                "bottom center" if places[node.id][0] % 2 else "top center" for node in nodes
            ],
            hovertext=[
                escape(f"{node.title}: {node.detail}" if node.detail else node.title)
                for node in nodes
            ],
            hovertemplate="%{hovertext}<extra></extra>",
            marker={
                "size": 18,
                "symbol": SYMBOLS[kind],
                "color": COLOURS[kind],
            },
        )
    last = max((x for x, _ in places.values()), default=0.0)
    fig.update_layout(
        legend={"orientation": "h", "y": -0.02, "yanchor": "top"},
        showlegend=True,
        dragmode="pan",
        uirevision=found.start,
    )
    fig.update_xaxes(visible=False, range=[-0.8, last + 0.9])
    heights = [y for _, y in places.values()] or [0.0]
    fig.update_yaxes(visible=False, range=[min(heights) - 0.6, max(heights) + 0.6])
    return fig


def link_rows(found: Lineage) -> list[dict[str, Any]]:
    """Return the graph as a table: a row a link."""
    return [
        {
            "From": f"{NODE_KINDS[source.kind]} {source.title}",
            "How": link.label,
            "To": f"{NODE_KINDS[target.kind]} {target.title}",
        }
        for link in found.links
        for source, target in [(found.node(link.source), found.node(link.target))]
    ]


def _columns(found: Lineage) -> dict[int, list[str]]:
    columns: dict[int, list[str]] = defaultdict(list)
    for node, column in found.columns().items():
        columns[column].append(node)
    return columns


def _places(found: Lineage) -> dict[str, tuple[float, float]]:
    """Return where each thing is drawn: its column, and a height beside its neighbours in the column before."""
    places: dict[str, tuple[float, float]] = {}
    columns = _columns(found)
    first = min(columns, default=0)
    for column in sorted(columns):
        nodes = columns[column]
        middle = (len(nodes) - 1) / 2
        for row, node in enumerate(nodes):
            places[node] = (float(column - first), middle - row)
    return places


def _short(title: str) -> str:
    return escape(title if len(title) <= NAME_LETTERS else title[: NAME_LETTERS - 1] + "…")
