"""A search as it goes on and what it found: trials, figures, and the best one put to use."""

from __future__ import annotations

from typing import Any

import streamlit as st

from studio.core.choices import title_of
from studio.core.run import Run
from studio.core.run_settings import trained_on_settings
from studio.core.search import SearchParams, settings_of_trial
from studio.core.trials import Trial, best_trial, trials_of
from studio.core.untrained import params_given
from studio.ui.background import describe_progress
from studio.ui.conversion import show_convert
from studio.ui.feedback import attempt, plain, show_error
from studio.ui.overview import COLORS, dataset_of, duration, said_status
from studio.ui.search_charts import (
    OBJECTIVES,
    importances,
    learning,
    parallel_coordinates,
    said,
)
from studio.ui.session import page, workspace
from studio.ui.training import Prefill, prefill

SECONDS = 2.0
PARALLEL_STYLE = (
    "<style>.st-key-parallel{{overflow-x:auto}}"
    ".st-key-parallel>div{{min-width:{width:d}px}}</style>"
)
STATES = {
    "running": "running",
    "completed": "trained to the end",
    "pruned": "ended early",
    "stopped": "stopped",
    "failed": "failed",
}


def searches() -> list[Run]:
    """Return all searches, newest first."""
    return workspace().runs(kind="search", limit=500)


def params_of(run: Run) -> SearchParams:
    """Return what a search tries."""
    found = (params_given(run.pipeline, node.id) for node in run.pipeline.nodes)
    return next(params for params in found if isinstance(params, SearchParams))


def trials(run: Run) -> list[Trial]:
    """Return the trials of a search so far."""
    return trials_of(workspace().observations(run.name, kinds=("trial",))[1])


def show_search(run: Run) -> None:
    """Show a search, refreshed while it goes on; the page runs anew when it is another thing that can be done."""
    before = (run.status, run.control)
    params = params_of(run)

    @st.fragment(run_every=None if run.is_terminal else SECONDS)
    def refresh() -> None:
        now = workspace().run(run.name)
        if (now.status, now.control) != before:
            st.rerun()
        _show_standing(now)
        _show_figures(now, params)

    if run.failure:
        show_error(run.failure)
    with attempt():
        _show_acts(run, params)
    refresh()
    with attempt():
        show_convert(run.name)


def _show_standing(run: Run) -> None:
    text = said_status(run)
    if run.status == "running" and not run.control.ends:
        text = describe_progress(run)[1] or "starting"
    if run.status == "completed":
        text = "the best model is judged on the test split"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.badge(run.status, color=COLORS[run.status])
        st.markdown(plain(f"{text[0].upper()}{text[1:]}."), width="stretch")
    facts = [f"on {dataset_of(run)}", f"by {run.author}"]
    if run.seconds is not None:
        facts.append(f"took {duration(run.seconds)}")
    st.caption(plain(" · ".join(facts)))


def _show_acts(run: Run, params: SearchParams) -> None:
    """Show what can be done with a search as it stands, and with its best trial."""
    found = trials(run)
    best = best_trial(found, lower_is_better=params.lower_is_better)
    with st.container(horizontal=True, vertical_alignment="center", key="search_acts"):
        if best is not None and st.button(
            "Use the best",
            type="primary",
            icon=":material/emoji_events:",
            help="Open the Train page with the settings of the best trial so far filled in.",
        ):
            use_trial(run, params, best)
        if run.is_terminal:
            if run.result.get("accuracy") is not None:
                right = f"{100 * float(str(run.result['accuracy'])):.1f} % right on the test split"
                st.page_link(
                    page("evaluate"),
                    label=f"Evaluate and register: {right}",
                    icon=":material/query_stats:",
                    query_params={"run": run.name},
                )  # fmt: skip
            return
        verbs, asked = workspace(), run.control
        if run.status == "paused" or asked.pause:
            if st.button("Resume", icon=":material/play_arrow:"):
                verbs.resume_run(run.name)
                st.rerun()
        elif st.button("Pause", icon=":material/pause:", disabled=asked.ends):
            verbs.pause_run(run.name)
            st.rerun()
        if st.button("Stop and keep the best", icon=":material/stop:", disabled=asked.ends):
            verbs.stop_run(run.name)
            st.rerun()
        with st.popover("Cancel", icon=":material/close:", disabled=asked.cancel):
            st.markdown("It ends, and no model is kept. Its trials and its log stay.")
            if st.button("Cancel and keep nothing", icon=":material/delete:"):
                verbs.cancel_run(run.name)
                st.rerun()


def use_trial(run: Run, params: SearchParams, trial: Trial) -> None:
    """Go to the Train page, filled in with the settings of a trial."""
    dataset, split = trained_on_settings(run.pipeline)
    model, training = settings_of_trial(params, trial.params)
    values = training.model_dump()
    values["epochs"] = trial.epochs_wanted or training.epochs
    prefill(
        Prefill(
            dataset=dataset,
            model=model,
            values=values,
            said=f"trial {trial.number} of search {run.name}",
            split=None if split.stored else split,
        )
    )


def _show_figures(run: Run, params: SearchParams) -> None:
    found = trials(run)
    if not found:
        if not run.is_terminal:
            st.caption("The first trial appears after its first epoch.")
        return
    best = best_trial(found, lower_is_better=params.lower_is_better)
    states = [trial.state for trial in found]
    counts = [
        f"{states.count(state)} {words}" for state, words in STATES.items() if state in states
    ]
    st.caption(
        plain(f"{len(found):,} {'trial' if len(found) == 1 else 'trials'}: {', '.join(counts)}.")
    )
    if best is not None:
        objective = OBJECTIVES[params.objective].lower()
        chosen = ", ".join(f"{axis}: {value}" for axis, value in _chosen(best, params).items())
        st.markdown(
            f"**Best{'' if run.is_terminal else ' so far'}: trial {best.number}** with "
            f"{plain(f'{objective} {best.value:.4f}')} on the validation split. {plain(chosen)}."
        )
    how: dict[str, Any] = {"config": {"displayModeBar": False}}
    figure = parallel_coordinates(found, params)
    if figure is not None:
        st.subheader("What was tried")
        st.caption("A line is a trial. Drag along an axis to see only the trials in that range.")
        # A phone is too narrow for many axes: there the figure is moved sideways.
        st.html(PARALLEL_STYLE.format(width=figure.layout.width))
        with st.container(key="parallel"):
            st.plotly_chart(figure, key=f"parallel_{run.name}", **how)
    left, right = st.columns(2)
    with left:
        if (figure := learning(found, params)) is not None:
            st.subheader("How they learned")
            st.plotly_chart(figure, key=f"learning_{run.name}", **how)
    with right:
        if (figure := importances(found, params)) is not None:
            st.subheader("What matters most")
            st.plotly_chart(figure, key=f"importances_{run.name}", **how)
    rows = [_row(trial, params, trial is best) for trial in _ranked(found, params)]
    unsaid = {} if any(row["Why"] for row in rows) else {"Why": None}
    st.dataframe(rows, hide_index=True, column_config=unsaid)


def _ranked(found: list[Trial], params: SearchParams) -> list[Trial]:
    """Return trials the best first, those given up behind those that were not."""
    sign = 1 if params.lower_is_better else -1

    def place(trial: Trial) -> tuple[bool, float]:
        whole = trial.state in ("completed", "stopped") and trial.value is not None
        return not whole, sign * (trial.value or 0.0)

    return sorted(found, key=place)


def _chosen(trial: Trial, params: SearchParams) -> dict[str, str]:
    return {
        title_of(choice.field, params.models, brief=True): said(trial.params.get(choice.field))
        for choice in params.choices
    }


def _row(trial: Trial, params: SearchParams, best: bool) -> dict[str, Any]:
    return {
        "Trial": trial.number,
        "State": f"{STATES[trial.state]}{', the best' if best else ''}",
        OBJECTIVES[params.objective]: trial.value,
        "Epochs": f"{trial.epochs} of {trial.epochs_wanted}",
        "Took": duration(trial.seconds),
        **_chosen(trial, params),
        "Why": trial.reason,
    }
