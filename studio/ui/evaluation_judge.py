"""Judging a model on other samples: the form, how far it is, and how it ended."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, cast, get_args

import streamlit as st

from studio.core.catalog import JudgedPart
from studio.core.evaluation import EvaluationRecord
from studio.core.model_spec import RUN_PREFIX
from studio.ui.background import show_end, watch
from studio.ui.evaluation import PARTS
from studio.ui.feedback import attempt
from studio.ui.session import author, workspace

WAITING = "evaluation that was asked for"


def judged_models(records: Sequence[EvaluationRecord]) -> dict[str, str]:
    """Return the models that can be judged: reference -> what people read. Registered ones come first."""
    registered = {
        version.title: ", ".join([version.title, *version.aliases])
        for model in workspace().models()
        for version in model.versions
    }
    of_runs = workspace().models_of_runs()
    runs = {
        record.model: f"{record.title} (not registered)"
        for record in records
        if record.model.startswith(RUN_PREFIX)
        and record.model.removeprefix(RUN_PREFIX) not in of_runs
    }
    return registered | runs


def judge(reference: str, dataset: str, split: JudgedPart, top_k: int = 5) -> None:
    """Queue an evaluation, and show it as soon as it is there.

    Args:
        dataset: `name:version`.
    """
    name, _, number = dataset.partition(":")
    with attempt():
        run = workspace().evaluate_model(
            reference, dataset=name, version=int(number), split=split, top_k=top_k, author=author()
        )
        st.session_state[WAITING] = run.name
        st.rerun()


def show_calibrate(record: EvaluationRecord) -> None:
    """Show the form that makes a calibrated model of the one that was judged, as a new model."""
    with st.form("calibrate"):
        left, right = st.columns([3, 2], vertical_alignment="bottom")
        split = left.selectbox(
            "Make a calibrated model, fitted on its",
            ["validation", "test"],
            format_func=PARTS.__getitem__,
            help="The part that the model was not trained on. On the test part the numbers come out a little too good.",
        )
        if right.form_submit_button("Calibrate the model", icon=":material/device_thermostat:"):
            with attempt():
                run = workspace().calibrate_model(
                    record.model,
                    split=cast("Literal['validation', 'test']", split),
                    author=author(),
                )
                st.session_state[WAITING] = run.name
                st.rerun()


def show_form(record: EvaluationRecord | None, records: Sequence[EvaluationRecord]) -> None:
    """Show what a model can be judged on: any version of any dataset, and any part of it.

    Args:
        record: The evaluation that is shown: its model is the first choice.
        records: All evaluations.
    """
    models = judged_models(records)
    datasets = [
        f"{dataset.name}:{number}"
        for dataset in workspace().datasets()
        for number in range(dataset.versions, 0, -1)
    ]
    if not models or not datasets:
        return
    own = _reference(record, models)
    names = list(models)
    # A popover cannot be: its form would be gone with a click beside it.
    with st.expander("Judge a model on other samples", icon=":material/gavel:"), st.form("judge"):
        left, right = st.columns(2)
        reference = left.selectbox(
            "Model", names, index=names.index(own) if own else 0, format_func=models.__getitem__
        )
        dataset = right.selectbox("Dataset", datasets)
        left, right = st.columns(2)
        split = left.selectbox(
            "Samples", get_args(JudgedPart), index=2, format_func=PARTS.__getitem__
        )
        top_k = right.number_input(
            "Top-k", 1, 100, 5, help="Also count an answer as right among the k most likely."
        )
        if st.form_submit_button("Judge", icon=":material/gavel:"):
            judge(str(reference), str(dataset), split, int(top_k))


def _reference(record: EvaluationRecord | None, models: dict[str, str]) -> str | None:
    if record is None:
        return None
    return next((name for name in (record.model, record.title) if name in models), None)


def show_waiting() -> None:
    """Show the evaluations that wait or run; one that was asked for here is shown when it ends."""
    busy = [watch(kind) for kind in ("evaluation", "calibration")]
    asked = st.session_state.get(WAITING)
    if asked is None or any(busy):
        return
    run = workspace().run(asked)
    if not run.is_terminal:
        return
    del st.session_state[WAITING]
    if run.status == "completed":
        st.query_params["run"] = run.name
    else:
        show_end(run, lambda run: None)


def offer_again(record: EvaluationRecord, what: str) -> bool:
    """Say so where an evaluation keeps no answers for each sample, and offer to judge again.

    Args:
        what: What they are needed for.

    Returns:
        Whether they are kept.
    """
    if record.has_predictions:
        return True
    st.info(
        f"{what} needs the model's answers for each sample. This evaluation was made by an earlier version of the "
        "studio, which did not keep them.",
        icon=":material/info:",
    )
    if st.button(
        "Judge it again on the same samples", icon=":material/gavel:", key=f"again_{what}"
    ):
        judge(record.model, record.dataset, cast(JudgedPart, record.split))
    return False
