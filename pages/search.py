"""Search: find the best model in a given time, or try the settings one chooses; then use the best."""

from __future__ import annotations

import streamlit as st

from studio.ui.feedback import attempt, empty
from studio.ui.search import searches, show_search
from studio.ui.search_form import show_automl, show_form
from studio.ui.session import choose, choose_dataset, choose_view, page, workspace


def show_start() -> None:
    """Show the ways to start a search."""
    version = choose_dataset("Samples to learn from")
    if version is None:
        empty("There are no samples to learn from yet.", page("datasets"), "Bring samples")
        return
    with attempt():
        show_automl(version)
    st.subheader("Or choose what to try")
    with attempt():
        show_form(version)


st.title("Search")
names = [run.name for run in searches()]
views = {"start": "Start a search", "results": f"Searches ({len(names)})"}
if names and choose_view("View", views, "view") == "results":
    show_search(workspace().run(choose("Search", names, "search")))
else:
    show_start()
