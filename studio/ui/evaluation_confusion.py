"""Which classes are taken for which: the matrix, and the pairs that are confused most."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from studio.core.confusion import Confusion, Order, Unit, class_order, confused_pairs
from studio.core.evaluation import Evaluation, EvaluationRecord
from studio.ui import charts_review as charts
from studio.ui.components import figure
from studio.ui.evaluation_selection import predictions_of, select, show_selected

UNITS: dict[Unit, str] = {
    "true": "Share of the true class",
    "predicted": "Share of the predicted class",
    "count": "Counts",
}
ORDERS: dict[Order, str] = {
    "declared": "Classes as declared",
    "confused": "Most confused first",
    "alphabetical": "Alphabetical",
}
FEW = 25
"""More classes than this: the page begins with those that are confused most."""
PAIRS = 30
HINT = "Click a cell: its samples appear here. Zoom by dragging; a double click shows all again."


def show_confusion(record: EvaluationRecord, evaluation: Evaluation) -> None:
    """Show the confusion matrix in an order and a unit of choice, and the most confused pairs."""
    names = evaluation.class_names
    counts = np.array(evaluation.confusion_matrix, np.int64).reshape(len(names), len(names))
    unit, order, only_mistakes, shown = _settings(len(names))
    places = class_order(counts, names, "confused" if shown else order)[: shown or None]
    if shown:
        places = [place for place in class_order(counts, names, order) if place in set(places)]
    clicked = figure(
        charts.confusion(
            counts[np.ix_(places, places)],
            [names[p] for p in places],
            unit=unit,
            only_mistakes=only_mistakes,
        ),
        key=f"confusion_{record.run}",
        alt="Confusion matrix: true classes as rows, predicted classes as columns",
        table=_cells(names, counts, places),
        clickable=record.has_predictions,
    )
    if clicked and isinstance(clicked.point, tuple):
        true, predicted = clicked.point
        _select(record, "confusion", names, places[true], places[predicted])
    show_selected(record, "confusion", HINT)
    _pairs(record, names, confused_pairs(counts, PAIRS))


def _cells(
    names: Sequence[str], counts: NDArray[np.int64], places: Sequence[int]
) -> list[dict[str, str | int]]:
    """Return the counts as a table: a row a true class; of many classes only the cells that hold something."""
    if len(places) <= FEW:
        return [
            {"true": names[true], **{names[said]: int(counts[true, said]) for said in places}}
            for true in places
        ]
    inside = counts[np.ix_(places, places)]
    return [
        {
            "true": names[places[true]],
            "said": names[places[said]],
            "samples": int(inside[true, said]),
        }
        for true, said in np.argwhere(inside).tolist()
    ]


def _settings(classes: int) -> tuple[Unit, Order, bool, int]:
    """Return the unit, the order, whether the diagonal is left out, and how many classes are shown; 0 for all."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        unit = st.selectbox(
            "Show",
            get_args(Unit)[1:] + get_args(Unit)[:1],
            format_func=UNITS.__getitem__,
            key="confusion_unit",
            width=240,
        )
        order = st.selectbox(
            "Order",
            get_args(Order),
            format_func=ORDERS.__getitem__,
            key="confusion_order",
            width=220,
        )
        shown = 0
        if classes > FEW:
            sizes = [size for size in (FEW, 50, 100) if size < classes]
            shown = st.selectbox(
                "Classes",
                [*sizes, 0],
                format_func=lambda size: f"The {size} most confused" if size else f"All {classes}",
                key="confusion_size",
                width=220,
            )
        only_mistakes = st.toggle(
            "Only mistakes", key="confusion_mistakes", help="Leaves the right answers out."
        )
    return unit, order, only_mistakes, int(shown)


def _select(
    record: EvaluationRecord, view: str, names: Sequence[str], true: int, predicted: int
) -> None:
    predictions = predictions_of(record)
    rows = np.flatnonzero((predictions.labels == true) & (predictions.predicted == predicted))
    select(record, view, f"True {names[true]}, said {names[predicted]}", rows)


def _pairs(record: EvaluationRecord, names: Sequence[str], pairs: list[Confusion]) -> None:
    if not pairs:
        st.success("Not one mistake: nothing is confused.", icon=":material/check_circle:")
        return
    key = f"confusion_pairs_{record.run}"

    def picked() -> None:
        chosen = st.session_state[key].selection.rows
        if chosen:
            _select(record, "pairs", names, pairs[chosen[0]].true, pairs[chosen[0]].predicted)

    options: dict[str, Any] = (
        {"on_select": picked, "selection_mode": "single-row"} if record.has_predictions else {}
    )
    st.markdown("##### Most confused")
    st.dataframe(
        [
            {
                "True": names[pair.true],
                "Said": names[pair.predicted],
                "Samples": pair.samples,
                "Share of the true class": pair.share,
            }
            for pair in pairs
        ],
        hide_index=True,
        key=key,
        height=min(320, 36 * len(pairs) + 40),
        column_config={"Share of the true class": st.column_config.NumberColumn(format="percent")},
        **options,
    )
    show_selected(record, "pairs", "Choose a row: its samples appear here.")
