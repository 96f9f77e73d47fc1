"""Runs: everything that was started; the chosen one live."""

from __future__ import annotations

import streamlit as st

from studio.core.run import Run
from studio.ui.components import live_chart
from studio.ui.feedback import attempt, empty, plain, show_error
from studio.ui.overview import dataset_of, duration, run_table
from studio.ui.session import choose, page, workspace

CURVES = ("loss", "val_loss", "accuracy", "val_accuracy", "top_k", "val_top_k")
SHOWN = 500


def show_head(run: Run) -> None:
    """Show what the run works on, how it stands, and what can be done with it."""
    facts = [f"on {dataset_of(run)}", run.status, f"by {run.author}"]
    if run.seconds is not None:
        facts.append(f"took {duration(run.seconds)}")
    if run.attempt > 1:
        facts.append(f"resumed {run.attempt - 1} times")
    st.caption(plain(" · ".join(facts)))
    if run.failure:
        show_error(run.failure)
    if not run.is_terminal:
        label = "Stopping …" if run.stop_requested else "Stop and keep the best epoch"
        if st.button(label, icon=":material/stop:", disabled=run.stop_requested):
            with attempt():
                workspace().stop_run(run.name)
                st.rerun()
    elif run.result.get("accuracy") is not None:
        st.page_link(
            page("evaluate"),
            label=f"Evaluate: {100 * float(str(run.result['accuracy'])):.1f} % right on the test split",
            icon=":material/query_stats:",
            query_params={"run": run.name},
        )


st.title("Runs")
runs = workspace().runs(limit=SHOWN)
if not runs:
    empty("Nothing was started yet.", page("train"), "Train a model")
else:
    trainings = [run.name for run in runs if run.kind == "training"]
    if trainings:
        run = workspace().run(choose("Training", trainings, "run"))
        show_head(run)
        live_chart(run=run.name, metrics=CURVES, key=f"chart_{run.name}")
        with st.expander("Settings of this run"):
            st.json(run.pipeline.model_dump(mode="json"), expanded=2)
    st.subheader("All runs")
    st.dataframe(run_table(runs), hide_index=True)
