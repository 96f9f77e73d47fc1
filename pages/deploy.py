"""Deploy: let a model answer, try it, call it from anywhere on this machine."""

from __future__ import annotations

import streamlit as st

from studio.core.model import Endpoint
from studio.ui import endpoints as shown
from studio.ui.feedback import attempt, empty, plain, say_next
from studio.ui.session import choose, page, workspace


def references() -> list[str]:
    """Return what can be deployed: aliases first, then versions, newest first."""
    models = workspace().models()
    aliased = [f"{m.name}@{a}" for m in models for v in m.versions for a in v.aliases]
    return aliased + [v.title for m in models for v in m.versions]


def show_endpoint(endpoint: Endpoint) -> None:
    """Show the pad to try an endpoint, how to call it, and how to end it."""
    version = workspace().endpoint_model(endpoint)
    st.caption(
        plain(f"Serves {endpoint.target}, now {version.title}, trained on {version.dataset}.")
    )
    base = shown.address()
    if base is None:
        return
    key = shown.show_key(endpoint)
    left, right = st.columns(2, gap="large")
    with left:
        st.subheader("Try it")
        shown.show_try(endpoint, version)
    with right:
        st.subheader("Call it")
        shown.show_call(endpoint, base, key, version)
        st.page_link(
            page("models"), label="Download the model instead", icon=":material/download:",
            query_params={"model": version.model},
        )  # fmt: skip
        if st.button("Retire this endpoint", icon=":material/stop_circle:"):
            with attempt():
                workspace().retire_endpoint(endpoint.name)
                say_next(f"Endpoint {endpoint.name} answers no more.")
                st.rerun()


st.title("Deploy")
deployable = references()
endpoints = workspace().endpoints()
if not deployable:
    empty("No model is registered yet.", page("evaluate"), "Evaluate and register one")
else:
    with st.expander("Deploy a model", expanded=not endpoints or "model" in st.query_params,
                     icon=":material/rocket_launch:"):  # fmt: skip
        shown.show_deploy(deployable, st.query_params.get("model"))
if endpoints:
    names = [endpoint.name for endpoint in endpoints]
    with attempt():
        show_endpoint(workspace().endpoint(choose("Endpoint", names, "endpoint")))
    if len(endpoints) > 1:
        st.subheader("All endpoints")
        st.dataframe(shown.endpoint_rows(endpoints), hide_index=True)
