"""What may change in a session after it began, and its end."""

from __future__ import annotations

import streamlit as st

from studio.core.label_session import CHANGEABLE, LabelSession, SessionConfig
from studio.ui.feedback import attempt, say_next
from studio.ui.forms import fields
from studio.ui.session import workspace
from studio.ui.session_fields import crowd_fields


def show_settings(session: LabelSession) -> None:
    """Show the settings that may change, a button that saves them, and one that closes the session."""
    config = session.config
    key = f"settings_{session.id}"
    values = {name: getattr(config, name) for name in CHANGEABLE}
    values["instructions"] = st.text_area(
        "Instructions", config.instructions, height=140, max_chars=20_000, key=f"{key}.instructions"
    )
    if config.answer == "drawings":
        values |= fields(SessionConfig, values, key, only=("seconds", "drawings"), columns=2)
    values |= crowd_fields(values, key)
    with st.container(horizontal=True):
        if st.button("Save settings", type="primary", icon=":material/save:"):
            with attempt():
                workspace().change_session(session.name, **values)
                say_next("The settings are saved. Open pages follow within seconds.")
                st.rerun()
        if session.closed is None and st.button("Close the session", icon=":material/lock:"):
            with attempt():
                workspace().close_session(session.name)
                say_next(f"{session.name} is closed. It can be reopened.")
                st.rerun()
    st.caption(
        "Closing ends answering and reviewing; everything that was said is kept, and numbers, files and versions "
        "stay reachable."
    )
