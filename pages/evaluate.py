"""Evaluate: how good a model is on samples it has never seen, where it errs, and which samples are behind it."""

from __future__ import annotations

import streamlit as st

from studio.core.evaluation import EvaluationRecord
from studio.ui import evaluation as shown
from studio.ui import evaluation_judge as judging
from studio.ui.evaluation_classes import show_classes, show_top_k
from studio.ui.evaluation_confusion import show_confusion
from studio.ui.evaluation_curves import show_calibration, show_confidence, show_curves
from studio.ui.evaluation_downloads import show_downloads
from studio.ui.evaluation_slices import show_mistakes, show_slices
from studio.ui.feedback import attempt, empty
from studio.ui.session import choose_view, page, workspace

VIEWS = {
    "classes": ("Classes", show_classes),
    "confusion": ("Confusion", show_confusion),
    "curves": ("Curves", show_curves),
    "calibration": ("Calibration", show_calibration),
    "confidence": ("Confidence", show_confidence),
    "topk": ("Top-k", show_top_k),
    "slices": ("Slices", show_slices),
    "mistakes": ("Mistakes", show_mistakes),
    "downloads": ("Downloads", show_downloads),
}


def show(record: EvaluationRecord) -> None:
    """Show one evaluation: its numbers, and one view of it at a time."""
    evaluation = workspace().evaluation(record.run)
    shown.show_headline(record, evaluation)
    shown.show_register(record)
    view = choose_view("View", {name: title for name, (title, _) in VIEWS.items()}, "view")

    @st.fragment
    def look() -> None:
        with attempt():
            VIEWS[view][1](record, evaluation)

    look()


st.title("Evaluate")
records = workspace().evaluations()
judging.show_waiting()
if not records and not workspace().models():
    empty("No model was trained to its end yet.", page("train"), "Train a model")
elif not records:
    judging.show_form(None, records)
else:
    record = shown.choose_evaluation(records)
    judging.show_form(record, records)
    with attempt():
        show(record)
