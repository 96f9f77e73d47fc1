"""Label: sessions with classes, people and an order of their own, or a grid of a dataset for quick labels."""

from __future__ import annotations

import streamlit as st

from studio.ui.feedback import empty
from studio.ui.label_address import opened_session
from studio.ui.label_sessions import show_session, show_sessions
from studio.ui.quick_labels import show_quick_labels
from studio.ui.session import choose_view, page, workspace
from studio.ui.session_setup import show_setup

WAYS = {"sessions": "Sessions", "new": "New session", "quick": "Quick labels"}

session = opened_session()
if session is not None:
    show_session(session)
else:
    st.title("Label")
    if not workspace().datasets():
        empty("There are no samples to label yet.", page("datasets"), "Bring samples")
    else:
        first = "sessions" if workspace().sessions() else "quick"
        way = choose_view("How to label", WAYS, "way", first)
        if way == "sessions":
            show_sessions()
        elif way == "new":
            show_setup()
        else:
            show_quick_labels()
