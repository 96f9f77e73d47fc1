"""Designer: draw a pipeline, run it, look at its runs, publish it."""

from __future__ import annotations

import streamlit as st

from studio.ui import published
from studio.ui.designer import show_canvas
from studio.ui.feedback import attempt
from studio.ui.pipeline_run_compare import show_comparison
from studio.ui.pipeline_run_list import show_list
from studio.ui.pipeline_run_view import show_run
from studio.ui.session import choose_view, workspace

VIEWS = {"canvas": "Canvas", "runs": "Runs", "published": "Published"}


def show_runs() -> None:
    """Show two runs side by side, one run, or all of them, as the address says."""
    run, other = st.query_params.get("run"), st.query_params.get("with")
    if run and other:
        show_comparison(run, other)
    elif run:
        show_run(run)
    else:
        drafts = [draft.name for draft in workspace().drafts()]
        asked = st.query_params.get("draft")
        show_list(asked if asked in drafts else next(iter(drafts), None))


st.title("Designer")
view = choose_view("View", VIEWS, "view")
with attempt():
    match view:
        case "runs":
            show_runs()
        case "published":
            published.show()
        case _:
            show_canvas()
