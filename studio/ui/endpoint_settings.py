"""Settings of an endpoint: who may ask without a key, limits, what is written down; and who changed them."""

from __future__ import annotations

from typing import Any

import streamlit as st

from studio.core.endpoint import EndpointChange, EndpointSettings
from studio.core.model import Endpoint
from studio.ui.endpoints import references
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.forms import fields
from studio.ui.overview import when
from studio.ui.session import author, workspace

ASKING = ("open", "rate_per_minute")
WORKING = ("queue_limit", "batch_limit", "batch_wait_ms")
LOGGING = ("log_share", "keep_samples")


def show_settings(endpoint: Endpoint) -> None:
    """Show what an endpoint is set to do, let it serve something else, and show who changed what."""
    settings = endpoint.settings
    key = f"settings {endpoint.name} {settings.digest}"  # what others change is seen
    values: dict[str, Any] = settings.model_dump()
    with st.form(key):
        st.markdown("**Who may ask**")
        found = fields(EndpointSettings, values, key, only=ASKING, columns=2)
        found["origins"] = st.text_area(
            "Web pages that may ask",
            "\n".join(settings.origins),
            placeholder="https://school.example",
            height=80,
            key=f"{key}.origins",
            help="Where they come from, one a line, such as https://school.example. Browsers let no other page read "
            "the answers. Empty: none.",
        ).split()
        st.markdown("**How it works off requests**")
        found |= fields(EndpointSettings, values, key, only=WORKING, columns=3)
        st.markdown("**What is written down**")
        found |= fields(EndpointSettings, values, key, only=LOGGING, columns=2)
        st.caption(
            ":material/privacy_tip: What people send can be personal. It stays on this machine, and the Watch view "
            "deletes it; tell those who send it."
        )
        if st.form_submit_button("Save settings", type="primary", icon=":material/save:"):
            with attempt():
                workspace().set_endpoint(endpoint.name, author=author(), **found)
                say_next("The settings are saved. The endpoint follows within a second.")
                st.rerun()
    _show_move(endpoint)
    show_changes(endpoint)


def _show_move(endpoint: Endpoint) -> None:
    """Let the endpoint serve something else under its name."""
    others = [reference for reference in references() if reference != endpoint.target]
    if not others:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = st.selectbox(
            "Serve instead", others, key=f"serve instead {endpoint.name}", width="stretch",
            help="The name, the keys and the settings stay.",
        )  # fmt: skip
        if st.button("Serve it", icon=":material/swap_horiz:", key=f"move {endpoint.name}"):
            with attempt():
                moved = workspace().move_endpoint(endpoint.name, str(wanted), author=author())
                say_next(f"{endpoint.name} serves {moved.target} as soon as it is loaded.")
                st.rerun()


def show_changes(endpoint: Endpoint) -> None:
    """Show who changed what at an endpoint; nothing where nobody did."""
    changes = workspace().endpoint_changes(endpoint.name)
    if changes:
        with st.expander(f"What was changed ({len(changes)})", icon=":material/history:"):
            st.markdown("\n".join(_line(change) for change in changes))


def _line(change: EndpointChange) -> str:
    return f"- {when(change.time)}, {plain(change.author)}: {plain(change.what)}"
