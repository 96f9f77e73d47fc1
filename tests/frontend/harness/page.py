"""Mounts the component that the address names: ``?component=...&props={...}&changed={...}``."""

import json

import streamlit as st

from studio.ui import components

st.session_state.setdefault("runs_of_the_page", 0)
st.session_state["runs_of_the_page"] += 1

name = st.query_params.get("component", "drawing_pad")
props = json.loads(st.query_params.get("props", "{}"))
changed = json.loads(st.query_params.get("changed", "{}"))
if changed and st.toggle("Change the props"):
    props |= changed
if not st.toggle("Leave the page"):
    value = getattr(components, name)(key="subject", **props)
    st.code(json.dumps(value), language=None)
st.caption(f"Runs of the page: {st.session_state['runs_of_the_page']}")
