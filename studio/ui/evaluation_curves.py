"""Curves with a threshold slider, calibration and confidence of an evaluation."""

from __future__ import annotations

import numpy as np
import streamlit as st

from studio.core.calibration import bin_of, cross_fitted
from studio.core.curves import ClassCurve
from studio.core.evaluation import Evaluation, EvaluationRecord
from studio.ui import charts_review as charts
from studio.ui.components import ThresholdChoice, figure, threshold_panel
from studio.ui.evaluation_judge import offer_again, show_calibrate
from studio.ui.evaluation_selection import curves_of, predictions_of, select, show_selected
from studio.ui.feedback import plain

ALL = -1
"""In place of a class: all of them at once."""


def show_curves(record: EvaluationRecord, evaluation: Evaluation) -> None:
    """Show ROC and precision-recall curves of a class, or over all, with a slider over the threshold."""
    if not offer_again(record, "Curves"):
        return
    found, names = curves_of(record), evaluation.class_names
    place = int(
        st.selectbox(
            "Class",
            [ALL, *range(len(names))],
            format_func=lambda place: "All classes together" if place == ALL else names[place],
            key=f"curve_class_{record.run}",
        )
    )
    curve: ClassCurve = found.overall if place == ALL else found.classes[place]
    if place == ALL:
        right, alarms = (
            np.array(counts, np.int64).sum(axis=0).tolist()
            for counts in (found.true_positives, found.false_positives)
        )
        st.caption(
            "Every sample counts once for each class, as one of it or not. A threshold of 0.5 says: a sample is of "
            "every class that the model finds at least 50 % likely."
        )
    else:
        right, alarms = found.true_positives[place], found.false_positives[place]
        row = evaluation.per_class[place]
        area = "" if row.roc_auc is None else f" The area under its ROC curve is {row.roc_auc:.4f}."
        st.caption(
            plain(
                f"A sample is taken for {names[place]} where the model finds that at least as likely as the threshold. "
                f"Average precision {row.average_precision:.4f}.{area}"
            )
        )
    wanted = threshold_panel(
        key=f"threshold_{record.run}",
        roc=charts.curve_figure(curve, "roc"),
        precision_recall=charts.curve_figure(curve, "pr"),
        positives=curve.positives,
        negatives=curve.negatives,
        true_positives=right,
        false_positives=alarms,
        subject="all classes" if place == ALL else names[place],
        selectable=place != ALL,
    )
    if wanted and place != ALL:
        _select(record, place, wanted)
    show_selected(
        record, "curves", "Choose a class; then the counts below the slider show their samples."
    )


def _select(record: EvaluationRecord, place: int, wanted: ThresholdChoice) -> None:
    predictions = predictions_of(record)
    name = predictions.class_names[place]
    taken = predictions.probabilities[:, place] >= np.float32(wanted.threshold)
    own = predictions.labels == place
    rows, title = {
        "right": (taken & own, f"True {name}, found at {wanted.threshold:.3f}"),
        "alarms": (taken & ~own, f"Taken for {name} by mistake at {wanted.threshold:.3f}"),
        "missed": (~taken & own, f"True {name}, missed at {wanted.threshold:.3f}"),
    }[wanted.what]
    select(record, "curves", title, np.flatnonzero(rows))


def show_calibration(record: EvaluationRecord, evaluation: Evaluation) -> None:
    """Show whether the model is as sure as it is right, and what another temperature would make of it."""
    if not evaluation.reliability:
        offer_again(record, "Calibration")
        return
    st.caption(
        "Of the answers that the model is 80 % sure of, 80 of 100 should be right: then the bars end at the dashed "
        "line. Bars below it: the model is too sure of itself. Bars above it: it could be surer."
    )
    clicked = figure(
        charts.reliability(evaluation),
        key=f"reliability_{record.run}",
        alt="Reliability: share of right answers by how sure the model was",
        table=[
            {"Sure (mean)": one.confidence, "Right": one.accuracy, "Samples": one.count}
            for one in evaluation.reliability
        ],
        clickable=record.has_predictions,
    )
    if clicked and isinstance(clicked.point, int) and clicked.curve == 0:
        bins = len(evaluation.reliability)
        places = bin_of(predictions_of(record).confidence, bins)
        low, high = (100 * (clicked.point + more) / bins for more in (0, 1))
        rows = np.flatnonzero(places == clicked.point)
        select(record, "calibration", f"Sure {low:.0f} to {high:.0f} %", rows)
    if record.has_predictions:
        _temperature(record)
    show_selected(record, "calibration", "Click a bar: its samples appear here.")


@st.cache_data(max_entries=16, show_spinner="Fitting a temperature ...")
def _fitted(run: str, created: float, _record: EvaluationRecord) -> tuple[float, float, float]:
    predictions = predictions_of(_record)
    found = cross_fitted(predictions.probabilities, predictions.labels)
    return found.temperature, found.before, found.after


def _temperature(record: EvaluationRecord) -> None:
    """Fit a temperature on request, and say what it would do."""
    st.markdown("##### Temperature scaling")
    asked = f"temperature_{record.run}"
    if not st.session_state.get(asked):
        st.caption(
            "One number, the temperature, makes all answers more or less sure; which class is the likeliest stays."
        )
        if st.button("Find the temperature", icon=":material/device_thermostat:"):
            st.session_state[asked] = True
            st.rerun()
        return
    temperature, before, after = _fitted(record.run, record.created, record)
    with st.container(horizontal=True):
        st.metric("Temperature", f"{temperature:.3f}", border=True, width=165)
        st.metric("Calibration error now", f"{100 * before:.2f} %", border=True, width=165)
        st.metric(
            "With it",
            f"{100 * after:.2f} %",
            f"{100 * (after - before):+.2f} %",
            delta_color="inverse",
            border=True,
            width=165,
            help="Judged on samples that the temperature was not fitted on: each fifth with that of the other four.",
        )
    way = "less sure" if temperature > 1 else "surer"
    st.caption(f"Above 1 makes the model less sure, below 1 surer. This one should be {way}.")
    show_calibrate(record)


def show_confidence(record: EvaluationRecord, evaluation: Evaluation) -> None:
    """Show how sure the model is where it is right and where it is wrong."""
    if not evaluation.confidence_right:
        offer_again(record, "Confidence")
        return
    log = st.toggle("Logarithmic", key="confidence_log", help="Shows the few beside the many.")
    right, wrong = evaluation.confidence_right, evaluation.confidence_wrong
    bins = len(right)
    clicked = figure(
        charts.confidences(right, wrong, log=log),
        key=f"confidence_{record.run}",
        alt="Right and wrong answers by how sure the model was",
        table=[
            {
                "Sure from (%)": 100 * n / bins,
                "to (%)": 100 * (n + 1) / bins,
                "Right": right[n],
                "Wrong": wrong[n],
            }
            for n in range(bins)
        ],
        clickable=record.has_predictions,
    )
    if clicked and isinstance(clicked.point, int):
        predictions = predictions_of(record)
        mistaken = clicked.curve == 1
        inside = bin_of(predictions.confidence, bins) == clicked.point
        low, high = (100 * (clicked.point + more) / bins for more in (0, 1))
        title = f"{'Wrong' if mistaken else 'Right'}, sure {low:.0f} to {high:.0f} %"
        select(
            record, "confidence", title, np.flatnonzero(inside & (predictions.wrong == mistaken))
        )
    show_selected(record, "confidence", "Click a bar: its samples appear here.")
