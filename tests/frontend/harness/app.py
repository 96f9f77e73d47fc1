"""Serves one page that mounts any component, with the harness's own /api beside it."""

import streamlit as st
from starlette.routing import Mount

from tests.frontend.harness.api import api
from tests.frontend.harness.real import RealOr

app = st.App("page.py", routes=[Mount("/api", app=RealOr(api))])
