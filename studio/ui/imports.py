"""Imports that go on in the background, and how the one that the address names has ended."""

from __future__ import annotations

import streamlit as st

from studio.core.run import Run
from studio.ui.background import show_end, watch
from studio.ui.feedback import attempt, say_next
from studio.ui.session import go, workspace


def _completed(run: Run) -> None:
    say_next(f"Dataset {run.result['dataset']} is ready.")
    go("datasets", dataset=str(run.result["dataset"]))


def show_imports() -> None:
    """Show imports that wait or run, refreshed each second, and how the watched one ended."""
    active = watch("import")
    watched = st.query_params.get("importing")
    if watched and not active:
        with attempt():
            show_end(workspace().run(watched), _completed)
