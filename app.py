"""The studio: pages and the routes their components call, on one port.

`streamlit run app.py` is the whole start.
"""

from __future__ import annotations

import streamlit as st
from starlette.routing import Mount

from studio.api import create_api
from studio.ui.feedback import script_error
from studio.ui.keepalive import lifespan
from studio.ui.session import NAVIGATION, workspace

app = st.App(
    NAVIGATION,
    routes=[Mount("/api", create_api(workspace()))],
    lifespan=lifespan,
    on_script_error=script_error,
)
