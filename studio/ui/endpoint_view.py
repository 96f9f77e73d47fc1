"""One endpoint: what it serves, and a view each for trying, calling, keys, traffic, watching and settings."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from studio.core.model import Endpoint
from studio.ui import endpoints as shown
from studio.ui.endpoint_call import show_call
from studio.ui.endpoint_keys import show_keys
from studio.ui.endpoint_settings import show_settings
from studio.ui.endpoint_traffic import show_traffic
from studio.ui.endpoint_try import show_try
from studio.ui.feedback import attempt, plain
from studio.ui.session import choose_view, workspace
from studio.ui.watch import show_watch

VIEWS = {
    "try": "Try it",
    "call": "Call it",
    "keys": "Keys",
    "traffic": "Traffic",
    "watch": "Watch",
    "settings": "Settings",
}
PANELS: dict[str, Callable[[Endpoint], object]] = {
    "keys": show_keys,
    "traffic": show_traffic,
    "watch": show_watch,
    "settings": show_settings,
}


def show(endpoint: Endpoint) -> None:
    """Show an endpoint: its state, and the view that is chosen."""
    version = workspace().endpoint_model(endpoint)
    base = shown.address()
    if base is not None:
        shown.show_state(endpoint, version)
    if endpoint.pipeline is not None:
        said = endpoint.pipeline.title or "an inference pipeline"
        st.caption(plain(f"Samples are prepared by {said} before the model is asked."))
    shown.show_fresh_key(endpoint)
    view = choose_view("Show", VIEWS, "show")
    with attempt():
        if view in PANELS:
            PANELS[view](endpoint)
        elif base is not None and view == "call":
            show_call(endpoint, base, version)
        elif base is not None:
            show_try(endpoint, version)
    if view == "settings":
        shown.show_retire(endpoint)
