"""Which session the Label page shows: its name stands in the page's address."""

from __future__ import annotations

import streamlit as st

from studio.core.errors import NotFound
from studio.core.label_session import LabelSession
from studio.ui.feedback import plain
from studio.ui.session import workspace

ADDRESS = "session"


def opened_session() -> LabelSession | None:
    """Return the session that the address names; None for the list, also where there is none of that name."""
    name = st.query_params.get(ADDRESS)
    if not name:
        return None
    try:
        return workspace().session(name)
    except NotFound:
        st.warning(f"There is no session called {plain(name)}.", icon=":material/search_off:")
        close_session_view()
        return None


def open_session(name: str) -> None:
    """Let the address name the session; the next run of the page shows it."""
    st.query_params[ADDRESS] = name


def close_session_view() -> None:
    """Let the address name no session; the next run of the page shows the list."""
    st.query_params.pop(ADDRESS, None)
