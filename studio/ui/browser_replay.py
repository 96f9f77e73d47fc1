"""Trying the exported page of a model in the browser that shows the studio."""

from __future__ import annotations

import streamlit as st

from studio.core.errors import Conflict
from studio.core.model import ModelVersion
from studio.ui.components import browser_replay
from studio.ui.feedback import plain
from studio.ui.session import workspace


def show(version: ModelVersion) -> None:
    """Show the button that replays a model's page in this browser, or why there is nothing to replay.

    Args:
        version: Of a registered model; its page may be missing yet.
    """
    try:
        replay = workspace().replay(version)
    except Conflict as missing:
        st.caption(plain(f"{missing.what} {missing.fix}"))
        return
    st.caption(
        plain(
            f"The web page asks the model inside a browser. Here yours answers the same {len(replay.ids):,} samples of "
            f"{replay.dataset.title}, and what it said joins the table."
        )
    )
    browser_replay(
        key=f"replay {version.title}",
        model=version.model,
        version=version.version,
    )
