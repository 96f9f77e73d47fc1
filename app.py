"""The studio: pages and the routes their components call, on one port.

`streamlit run app.py` is the whole start.
"""

from __future__ import annotations

import streamlit as st
from starlette.routing import Mount

from studio.api import create_api, host_check
from studio.ui.exposure import refuse_exposure
from studio.ui.feedback import script_error
from studio.ui.keepalive import lifespan
from studio.ui.session import NAVIGATION, workspace

refuse_exposure()
app = st.App(
    NAVIGATION,
    routes=[Mount("/api", create_api(workspace()))],
    middleware=[host_check()],
    lifespan=lifespan,
    on_script_error=script_error,
)
