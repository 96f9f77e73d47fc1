"""The panel of the selected node: what it is, its settings, its ports, what came out of it last, its log."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st
from streamlit.elements.lib.mutable_tab_container import TabContainer

from studio.core.component import PORT_TYPES
from studio.core.draft import Draft
from studio.core.node_state import NodeState
from studio.core.pipeline import component_of
from studio.core.run import Run
from studio.ui.feedback import plain
from studio.ui.node_panel_incoming import incoming
from studio.ui.node_panel_output import show_log, show_output
from studio.ui.node_panel_settings import show_settings
from studio.ui.session import workspace

TABS = ("Settings", "Output", "Log")


def show_panel(
    draft: Draft,
    node: str,
    *,
    name: str = "",
    problems: Sequence[str] = (),
    run: Run | None = None,
    states: Mapping[str, NodeState] | None = None,
) -> None:
    """Show everything about one node.

    Args:
        draft: What is drawn.
        node: Id of the node.
        name: Of the draft that its settings are saved to; "" shows them without a way to change them.
        problems: What keeps it from running.
        run: A run of this pipeline.
        states: Node id -> how it is in that run.
    """
    component = component_of(draft.pipeline.node(node))
    key = f"panel {name or (run.name if run else '')} {node}"
    title = draft.title(node)
    kind = "" if title == component.title else f"{component.title}. "
    st.markdown(f"#### :material/{component.icon}: {plain(title)}")
    st.caption(plain(f"{kind}{component.description}"))
    for problem in problems:
        st.warning(plain(problem), icon=":material/warning:")
    state = (states or {}).get(node)
    if run is None or state is None:
        _show_settings(draft, node, name, states or {})
        return
    first = "Settings" if name else "Output"
    settings, output, log = _show_tabs(key, first, stay=not problems)
    if settings.open:
        with settings:
            _show_settings(draft, node, name, states or {})
    if output.open:
        fed = {port: draft.title(n) for port, (n, _) in draft.pipeline.inputs(node).items()}
        with output:
            show_output(run, state, key, fed)
    if log.open:
        with log:
            show_log(run, node)


def _show_tabs(key: str, first: str, *, stay: bool) -> Sequence[TabContainer]:
    """Show the tabs of a panel: what somebody looks at of one node is what they see of the next one, too.

    Args:
        key: Of the widget; another one for each node.
        first: What is open at first.
        stay: Whether the tab that was open last stays open.
    """

    def remember() -> None:
        st.session_state["panel_tab"] = st.session_state[key]

    last = st.session_state.get("panel_tab", first) if stay else first
    # Set anew each time: a tab must not fall back when a run begins or ends.
    st.session_state[key] = st.session_state.get(key) or last
    return st.tabs(TABS, key=key, on_change=remember)


def _show_settings(draft: Draft, node: str, name: str, states: Mapping[str, NodeState]) -> None:
    if name:
        show_settings(name, draft, node, incoming(workspace(), draft, node, states))
    else:
        _show_read_only(draft, node)
    _show_ports(draft, node)


def _show_read_only(draft: Draft, node: str) -> None:
    settings = draft.pipeline.params(node).model_dump(mode="json")
    if settings:
        st.json(settings, expanded=1)
    else:
        st.caption("There is nothing to set.")


def _show_ports(draft: Draft, node: str) -> None:
    """Show what goes in and comes out, and where from and to."""
    component, fed = component_of(draft.pipeline.node(node)), draft.pipeline.inputs(node)
    rows = []
    for port, kind in component.inputs.items():
        source = f"from {draft.title(fed[port][0])}" if port in fed else "not connected"
        if port not in fed and port in component.optional:
            source += ", and need not be"
        rows.append(f":material/login: **{plain(port)}** ({kind}) {plain(source)}")
    for port, kind in component.outputs.items():
        targets = [
            draft.title(link.target)
            for link in draft.pipeline.links
            if (link.source, link.source_port) == (node, port)
        ]
        way = f"to {', '.join(targets)}" if targets else "not connected"
        rows.append(f":material/logout: **{plain(port)}** ({kind}) {plain(way)}")
    if rows:
        kinds = dict.fromkeys([*component.inputs.values(), *component.outputs.values()])
        st.markdown("Ports", help="  \n".join(f"{kind}: {PORT_TYPES[kind]}" for kind in kinds))
        st.markdown("  \n".join(rows))
