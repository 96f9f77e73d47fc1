"""How good a model is: which evaluation is shown, its numbers with their intervals, and where its model is kept."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from studio.core.evaluation import Evaluation, EvaluationRecord
from studio.core.model_spec import RUN_PREFIX
from studio.core.names import slug
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.session import author, choose, go, page, workspace

PARTS = {
    "train": "training samples",
    "validation": "validation samples",
    "test": "test samples",
    "all": "samples of all parts",
}


def describe(record: EvaluationRecord) -> str:
    """Return an evaluation in one line: the model, what it was judged on, and how it did."""
    accuracy = 100 * float(record.headline["accuracy"])
    where = f"{record.dataset}, {PARTS.get(record.split, record.split)}"
    return f"{record.title} · {where} · {accuracy:.1f} %"


def choose_evaluation(records: Sequence[EvaluationRecord]) -> EvaluationRecord:
    """Let a person choose one of some evaluations; the choice is in the page's address as `?run=`."""
    by_run = {record.run: record for record in records}
    lines = {run: describe(record) for run, record in by_run.items()}
    twice = {line for line in lines.values() if list(lines.values()).count(line) > 1}

    def shown(run: str) -> str:
        return f"{lines[run]} · {run}" if lines[run] in twice else lines[run]

    return by_run[choose("Evaluation", list(by_run), "run", shown=shown)]


def show_headline(record: EvaluationRecord, evaluation: Evaluation) -> None:
    """Show what was judged on what, and the numbers that people compare, each with its 95 % interval."""
    part = PARTS.get(evaluation.split, evaluation.split)
    left_out = (
        f" {evaluation.not_judged:,} more are of classes the model does not know and were left out."
        if evaluation.not_judged
        else ""
    )
    words = f"{record.title}, judged on {evaluation.test_count:,} {part} of {evaluation.dataset}."
    st.caption(plain(words + left_out))
    if evaluation.split in ("train", "all"):
        st.info(
            "The model has learned from some of these samples: it will do worse on new ones. Only the test part says "
            "how it does on what it has never seen.",
            icon=":material/info:",
        )
    every = evaluation.k >= len(evaluation.class_names)
    with st.container(horizontal=True):
        _number(
            evaluation,
            "accuracy",
            "Accuracy",
            "Share of the samples whose most likely class is the true one.",
        )
        _number(
            evaluation, "top_k", f"Top-{evaluation.k}",
            f"Share whose true class is among the {evaluation.k} most likely."
            + (" Here that is all classes." if every else ""),
        )  # fmt: skip
        _number(
            evaluation, "mean_average_precision", "mAP",
            "Mean average precision: how well the right samples come first when all are sorted by each class's "
            "probability. 1 is perfect.",
        )  # fmt: skip
        _number(
            evaluation,
            "macro_f1",
            "Macro F1",
            "Mean of the classes' F1: every class counts the same.",
        )
        _number(
            evaluation, "expected_calibration_error", "Calibration error",
            "How far the model's confidence and its share of right answers lie apart (ECE). 0 is perfect.",
        )  # fmt: skip
        _number(
            evaluation, "loss", "Loss", "Mean cross-entropy of the true class. Lower is better."
        )
        st.metric(
            "Speed",
            f"{evaluation.milliseconds_per_sample:.3f} ms"
            if evaluation.milliseconds_per_sample
            else "not measured",
            help="Milliseconds for one sample, one at a time, as an endpoint answers.",
            border=True,
            width=WIDTH,
            height="stretch",
        )


WIDTH = 165
PERCENT = {"accuracy", "top_k", "expected_calibration_error"}


def _number(evaluation: Evaluation, name: str, title: str, explanation: str) -> None:
    value = getattr(evaluation, name)
    if value is None:
        return
    interval = evaluation.intervals.get(name)

    def said(number: float) -> str:
        return f"{100 * number:.1f}" if name in PERCENT else f"{number:.3f}"

    unit = " %" if name in PERCENT else ""
    st.metric(
        title,
        said(value) + unit,
        f"{said(interval[0])} to {said(interval[1])}{unit}" if interval else None,
        delta_color="off",
        delta_arrow="off",
        help=explanation
        + (
            " Below it: in 95 of 100 cases, other samples would give a number in this range."
            if interval
            else ""
        ),
        border=True,
        width=WIDTH,
        height="stretch",
    )


def show_register(record: EvaluationRecord) -> None:
    """Show a form that keeps the model in the registry, or where it is kept."""
    run = record.model.removeprefix(RUN_PREFIX)
    kept = workspace().model_of_run(run) if record.model.startswith(RUN_PREFIX) else None
    title = kept.title if kept else record.model
    if kept or not record.model.startswith(RUN_PREFIX):
        st.page_link(
            page("deploy"),
            label=f"Registered as {title}: deploy it",
            icon=":material/rocket_launch:",
            query_params={"model": title.partition(":")[0]},
        )
        return
    with st.form("register"):
        left, right, end = st.columns([4, 3, 2], vertical_alignment="bottom")
        name = left.text_input("Register as", slug(run), max_chars=64)
        champion = right.checkbox(
            "Make it the champion", value=True, help="Endpoints that follow the champion serve it."
        )
        if end.form_submit_button(
            "Register model", type="primary", icon=":material/deployed_code:"
        ):
            with attempt():
                alias = "champion" if champion else None
                made = workspace().register_model(
                    run, str(name).strip(), alias=alias, author=author()
                )
                say_next(f"{made.title} is registered.")
                go("deploy", model=made.model)
