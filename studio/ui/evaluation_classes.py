"""An evaluation class by class, and how often the true class is among the k most likely ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import streamlit as st

from studio.core.evaluation import ClassEvaluation, Evaluation, EvaluationRecord
from studio.core.intervals import wilson
from studio.ui import charts_review as charts
from studio.ui.components import figure
from studio.ui.evaluation_judge import offer_again
from studio.ui.evaluation_selection import predictions_of, ranks_of, select, show_selected

MOST_K = 30


def class_rows(rows: Sequence[ClassEvaluation]) -> list[dict[str, str | float | int | None]]:
    """Return the table of the classes, one row each."""
    return [
        {
            "Class": row.class_name,
            "Precision": row.precision,
            "Precision from": row.precision_interval[0] if row.precision_interval else None,
            "Precision to": row.precision_interval[1] if row.precision_interval else None,
            "Recall": row.recall,
            "Recall from": row.recall_interval[0] if row.recall_interval else None,
            "Recall to": row.recall_interval[1] if row.recall_interval else None,
            "F1": row.f1,
            "Average precision": row.average_precision,
            "ROC AUC": row.roc_auc,
            "Samples": row.support,
        }
        for row in rows
    ]


def show_classes(record: EvaluationRecord, evaluation: Evaluation) -> None:
    """Show precision, recall and the rest of every class, as bars and as a table."""
    left, right = st.columns([1, 1], vertical_alignment="bottom")
    measure = left.selectbox(
        "Bars", list(charts.MEASURES), format_func=charts.MEASURES.__getitem__, key="class_measure"
    )
    order = right.selectbox(
        "Order", ["Lowest first", "As declared", "Alphabetical"], key="class_order"
    )
    rows = _ordered(evaluation.per_class, measure, order)
    shown = rows[: charts.MOST_BARS]
    clicked = figure(
        charts.class_bars(shown, measure),
        key=f"class_bars_{record.run}",
        alt=f"{charts.MEASURES[measure]} of each class",
        table=class_rows(shown),
        clickable=record.has_predictions,
    )
    if len(shown) < len(rows):
        st.caption(f"The bars show {len(shown)} of {len(rows)} classes; the table has all.")
    if clicked and isinstance(clicked.point, int):
        _select(record, "classes", shown[clicked.point], measure)
    show_selected(record, "classes", "Click a bar: its samples appear here.")
    _table(record, rows, measure)
    show_selected(record, "class", "Choose a row: its samples appear here.")


def _ordered(
    rows: Sequence[ClassEvaluation], measure: charts.Measure, order: str
) -> list[ClassEvaluation]:
    if order == "Alphabetical":
        return sorted(rows, key=lambda row: row.class_name.casefold())
    return (
        list(rows)
        if order == "As declared"
        else sorted(rows, key=lambda row: getattr(row, measure))
    )


def _select(
    record: EvaluationRecord, view: str, row: ClassEvaluation, measure: charts.Measure
) -> None:
    """Choose the samples that a bar is about: those of the class, or those that were said to be of it."""
    predictions = predictions_of(record)
    place = predictions.class_names.index(row.class_name)
    if measure == "precision":
        select(
            record,
            view,
            f"Said {row.class_name}",
            np.flatnonzero(predictions.predicted == place),
        )
    elif measure == "recall":
        select(record, view, f"True {row.class_name}", np.flatnonzero(predictions.labels == place))
    else:
        either = (predictions.labels == place) | (predictions.predicted == place)
        select(record, view, f"True or said {row.class_name}", np.flatnonzero(either))


def _table(record: EvaluationRecord, rows: list[ClassEvaluation], measure: charts.Measure) -> None:
    key = f"class_table_{record.run}_{measure}"

    def picked() -> None:
        chosen = st.session_state[key].selection.rows
        if chosen:
            _select(record, "class", rows[chosen[0]], measure)

    share = st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="%.3f")
    end = st.column_config.NumberColumn(format="%.3f")
    options: dict[str, Any] = (
        {"on_select": picked, "selection_mode": "single-row"} if record.has_predictions else {}
    )
    st.dataframe(
        class_rows(rows),
        hide_index=True,
        key=key,
        height=min(460, 36 * len(rows) + 40),
        column_config={
            **dict.fromkeys(("Precision", "Recall", "F1", "Average precision", "ROC AUC"), share),
            **dict.fromkeys(("Precision from", "Precision to", "Recall from", "Recall to"), end),
            "Samples": st.column_config.NumberColumn(format="localized"),
        },
        **options,
    )
    st.caption(
        "Precision: of those called this class, how many are. Recall: of this class, how many were found. F1 is "
        "between the two. From and to: the 95 % interval; few samples make it wide."
    )


def show_top_k(record: EvaluationRecord, evaluation: Evaluation) -> None:
    """Show how often the true class is among the k most likely, for every k and for one of choice."""
    if not offer_again(record, "Top-k for a k of your choice"):
        return
    found = ranks_of(record)
    most = min(MOST_K, len(evaluation.class_names))
    k = int(st.number_input("k", 1, most, min(evaluation.k, most), key=f"k_{record.run}"))
    inside = int(np.count_nonzero(found < k))
    low, high = wilson(inside, len(found)) or (0.0, 0.0)
    st.markdown(
        f"The true class is among the **{k}** most likely for **{100 * inside / max(1, len(found)):.1f} %** of the "
        f"samples (95 %: {100 * low:.1f} to {100 * high:.1f} %)."
    )
    counts = np.bincount(found, minlength=most)[:most]
    shares = (np.cumsum(counts) / max(1, len(found))).tolist()
    clicked = figure(
        charts.top_k(shares, k),
        key=f"top_k_{record.run}",
        alt="Share of samples whose true class is among the k most likely",
    )
    if clicked and isinstance(clicked.point, int):
        k = clicked.point + 1
        select(
            record, "top_k", f"True class not among the {k} most likely", np.flatnonzero(found >= k)
        )
    show_selected(record, "top_k", "Click a point: the samples it leaves out appear here.")
