"""Deploy: let a model answer, take it along as a file, or ask it about many samples at once."""

from __future__ import annotations

import streamlit as st

from studio.ui import endpoint_view, model_exports, scoring
from studio.ui import endpoints as shown
from studio.ui.feedback import attempt, empty
from studio.ui.session import choose, choose_view, page, workspace

VIEWS = {"endpoints": "Endpoints", "files": "Files", "score": "Score many"}
ABOUT = {
    "endpoints": "An endpoint is a model that programs on this machine may ask, under an address and with a key.",
    "files": "The model in every form that other programs need, each checked to answer as the model does.",
}


def show_endpoints() -> None:
    """Show the form that deploys, the list of endpoints, and the chosen one."""
    endpoints = workspace().endpoints()
    with st.expander("Deploy a model", expanded=not endpoints or "model" in st.query_params,
                     icon=":material/rocket_launch:"):  # fmt: skip
        shown.show_deploy(shown.references(), st.query_params.get("model"))
    if not endpoints:
        return
    with attempt():
        names = [endpoint.name for endpoint in endpoints]
        endpoint_view.show(workspace().endpoint(choose("Endpoint", names, "endpoint")))
    if len(endpoints) > 1:
        st.subheader("All endpoints")
        st.dataframe(shown.endpoint_rows(endpoints), hide_index=True)


st.title("Deploy")
if not workspace().models():
    empty("No model is registered yet.", page("evaluate"), "Evaluate and register one")
else:
    view = choose_view("What to do", VIEWS, "view")
    if view in ABOUT:
        st.caption(ABOUT[view])
    match view:
        case "files":
            model_exports.show_files()
        case "score":
            scoring.show_scoring()
        case _:
            show_endpoints()
