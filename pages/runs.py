"""Runs: the chosen training live, the queue, and everything that was started."""

from __future__ import annotations

import streamlit as st

from studio.ui.components import live_chart
from studio.ui.conversion import show_convert
from studio.ui.feedback import attempt, empty
from studio.ui.run_controls import show_controls
from studio.ui.run_group import show_group
from studio.ui.run_head import show_failure, show_head
from studio.ui.run_list import known_runs, show_list, show_marks_of
from studio.ui.run_marks import in_bin, show_undo
from studio.ui.run_queue import active_runs, show_queue
from studio.ui.session import choose, choose_view, page, workspace

CURVES = ("loss", "val_loss", "accuracy", "val_accuracy", "top_k", "val_top_k")
SHOWN = 500


def show_run(trainings: list[str]) -> None:
    """Show the chosen training: how it stands, what can be done with it, its curves."""
    show_undo()
    run = workspace().run(choose("Training", trainings, "run"))
    settings = workspace().run_settings(run.name)
    show_head(run)
    show_failure(run, settings)
    with attempt():
        show_controls(run, settings)
    live_chart(run=run.name, metrics=CURVES, key=f"chart_{run.name}")
    if run.group:
        show_group(run)
    with st.expander("Tags, note, archive"):
        show_marks_of(run.name, f"marks_{run.name}")
    with st.expander("Settings of this run"):
        st.json(run.pipeline.model_dump(mode="json"), expanded=2)
    with attempt():
        show_convert(run.name)


st.title("Runs")
runs = workspace().runs(limit=SHOWN)
if not (runs or workspace().runs(limit=1, archived=True) or in_bin()):
    empty("Nothing was started yet.", page("train"), "Train a model")
else:
    newest = [run.name for run in runs if run.kind == "training"]
    trainings = known_runs(newest, st.query_params.get("run"))
    active = len(active_runs())
    views = {"run": "Training"} if trainings else {}
    views |= {"queue": f"Queue ({active})" if active else "Queue", "all": "Everything"}
    view = choose_view("View", views, "view")
    if view == "run":
        show_run(trainings)
    elif view == "queue":
        show_queue()
    else:
        show_list("list")
