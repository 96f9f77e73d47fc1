"""Evaluate: how good a model is on samples it has never seen, and where it errs."""

from __future__ import annotations

import streamlit as st

from studio.core.names import slug
from studio.core.run import Run
from studio.ui import evaluation as shown
from studio.ui.feedback import attempt, empty, plain, say_next
from studio.ui.session import author, choose, go, page, workspace


def show_register(run: Run) -> None:
    """Show a form that keeps the run's model in the registry, or where it is kept."""
    kept = workspace().model_of_run(run.name)
    if kept:
        st.page_link(
            page("deploy"),
            label=f"Registered as {kept.title}: deploy it",
            icon=":material/rocket_launch:",
            query_params={"model": kept.model},
        )
        return
    with st.form("register"):
        left, right = st.columns(2)
        name = left.text_input("Register as", slug(run.name), max_chars=64)
        champion = right.checkbox(
            "Make it the champion", value=True, help="Endpoints that follow the champion serve it."
        )
        if st.form_submit_button("Register model", type="primary", icon=":material/deployed_code:"):
            with attempt():
                made = workspace().register_model(
                    run.name,
                    str(name).strip(),
                    alias="champion" if champion else None,
                    author=author(),
                )
                say_next(f"{made.title} is registered.")
                go("deploy", model=made.model)


st.title("Evaluate")
runs = shown.evaluated_runs()
if not runs:
    empty("No model was trained to its end yet.", page("train"), "Train a model")
else:
    run = workspace().run(choose("Model of the run", [run.name for run in runs], "run"))
    version = workspace().trained_on(run)
    with attempt():
        evaluation = workspace().evaluation(run.name)
        st.caption(plain(f"Judged on {evaluation.test_count:,} test samples of {version.title}."))
        shown.show_numbers(evaluation)
        show_register(run)
        tabs = st.tabs(["Classes", "Confusion", "Mistakes", "Compare models"])
        with tabs[0]:
            shown.show_classes(evaluation)
        with tabs[1]:
            shown.show_confusion(evaluation)
        with tabs[2]:
            shown.show_mistakes(evaluation, version)
        with tabs[3]:
            shown.show_comparison(runs)
