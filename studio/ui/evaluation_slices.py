"""Slices of an evaluation, and its mistakes."""

from __future__ import annotations

import numpy as np
import streamlit as st

from studio.core.evaluation import Evaluation, EvaluationRecord
from studio.core.slices import Slice
from studio.ui import charts_review as charts
from studio.ui.components import figure, sample_grid
from studio.ui.evaluation_judge import offer_again
from studio.ui.evaluation_samples import show_samples
from studio.ui.evaluation_selection import predictions_of, select, show_selected
from studio.ui.session import author, workspace


def show_slices(record: EvaluationRecord, evaluation: Evaluation) -> None:
    """Show how the model does on the samples that share some fact."""
    if not offer_again(record, "Slices"):
        return
    facts = workspace().slice_facts(record.run)
    left, right = st.columns(2, vertical_alignment="bottom")
    fact = left.selectbox("Slice by", list(facts), format_func=facts.__getitem__, key="slice_fact")
    order = right.selectbox(
        "Order", ["Worst first", "As they come", "Largest first"], key="slice_order"
    )
    found = _ordered(_slices(record.run, record.created, str(fact)), order)
    shown = found[: charts.MOST_BARS]
    if not shown:
        st.caption("No sample has anything of this.")
        return
    clicked = figure(
        charts.slices(shown),
        key=f"slices_{record.run}_{fact}",
        alt=f"Accuracy by: {facts[str(fact)]}",
        table=[
            {
                "Slice": one.name,
                "Accuracy": one.accuracy,
                "95 % from": one.low,
                "to": one.high,
                "Right": one.right,
                "Samples": len(one.rows),
            }
            for one in shown
        ],
    )
    st.caption(
        f"The dashed line is the accuracy on all samples, {100 * found[0].overall:.1f} %. Red: worse than that, "
        "and not by chance; green: better. Of many slices a few stand out by chance alone."
        + (
            f" The {len(shown)} first of {len(found)} slices are shown."
            if len(shown) < len(found)
            else ""
        )
    )
    if clicked and isinstance(clicked.point, int):
        chosen = shown[clicked.point]
        select(record, "slices", f"{facts[str(fact)]}: {chosen.name}", chosen.rows)
    show_selected(record, "slices", "Click a dot: its samples appear here.")


@st.cache_data(max_entries=32, show_spinner="Reading the samples ...", ttl=600)
def _slices(run: str, created: float, fact: str) -> tuple[Slice, ...]:
    return workspace().slices(run, fact)


def _ordered(found: tuple[Slice, ...], order: str) -> list[Slice]:
    if order == "Worst first":
        return sorted(found, key=lambda one: (one.accuracy, -len(one.rows)))
    return list(found) if order == "As they come" else sorted(found, key=lambda one: -len(one.rows))


def show_mistakes(record: EvaluationRecord, evaluation: Evaluation) -> None:
    """Show what the model got wrong, and what can be done about it."""
    if record.has_predictions:
        rows = np.flatnonzero(predictions_of(record).wrong)
        if len(rows):
            show_samples(record, rows, "Mistakes", key="mistakes_samples")
        else:
            st.success("Not one mistake.", icon=":material/check_circle:")
        return
    if not evaluation.mistakes:
        st.success("Not one mistake.", icon=":material/check_circle:")
        return
    version = workspace().dataset_titled(evaluation.dataset)
    st.caption("The mistakes the model was surest of come first.")
    sample_grid(
        mode="browse",
        key=f"mistakes_{record.run}",
        dataset=version.dataset,
        version=version.version,
        samples_digest=version.samples,
        class_names=list(version.class_names),
        task=version.shown_as,
        annotator=author(),
        ids=[mistake.sample for mistake in evaluation.mistakes],
        captions=[
            (f"true: {one.true}", f"said: {one.predicted} {100 * one.confidence:.0f} %")
            for one in evaluation.mistakes
        ],
    )
    offer_again(record, "Looking into them")
