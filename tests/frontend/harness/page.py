"""Mounts the component that a setup names: ``{"key", "component", "props", "changed"}`` as JSON.

The setup comes from the address or, without loading the page anew, from the text field.
"""

import json

import streamlit as st

from studio.ui import components

if "wide" in st.query_params:
    st.set_page_config(layout="wide")
setup = json.loads(st.text_input("Setup") or st.query_params.get("setup", "null"))
if setup is not None:
    key = setup["key"]
    runs = st.session_state.get("runs", {})
    st.session_state["runs"] = {key: runs.get(key, 0) + 1}
    props = setup["props"]
    if setup["changed"] and st.toggle("Change the props", key=f"change_{key}"):
        props |= setup["changed"]
    if not st.toggle("Leave the page", key=f"leave_{key}"):
        value = getattr(components, setup["component"])(key=f"subject_{key}", **props)
        st.code(json.dumps(value, default=lambda model: model.model_dump()), language=None)
    st.caption(f"Runs of the page: {st.session_state['runs'][key]}")
    st.caption(f"Setup {key}")
