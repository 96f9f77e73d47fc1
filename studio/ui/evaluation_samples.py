"""From a number to the samples behind it: a page of tiles in an order of choice, and what can be done with some."""

from __future__ import annotations

from functools import lru_cache
from zlib import crc32

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from studio.core.dataset import DatasetVersion
from studio.core.evaluation import EvaluationRecord
from studio.core.predictions import Predictions
from studio.ui.components import sample_selector
from studio.ui.deltas import show_deltas
from studio.ui.evaluation_acts import show_acts
from studio.ui.evaluation_sample import show_sample
from studio.ui.feedback import attempt, plain
from studio.ui.session import workspace
from studio.workspace import Workspace

PAGE = 48
"""Samples on a page; they are explained together."""
ORDERS = {
    "loss": "Loss, highest first",
    "confidence": "Confidence, highest first",
    "unsure": "Confidence, lowest first",
    "number": "Number",
}


def show_samples(
    record: EvaluationRecord, rows: NDArray[np.int64], title: str, *, key: str
) -> None:
    """Show the samples behind a number of an evaluation, look at one, and act on some.

    Args:
        record: The evaluation.
        rows: int64 (n,), places in its predictions.
        title: What they are, such as "true apple, said fish".
        key: Prefix of the widgets' keys.
    """

    @st.fragment
    def panel() -> None:
        with attempt():
            _show(record, np.asarray(rows, np.int64), title, key)

    panel()


def _show(record: EvaluationRecord, rows: NDArray[np.int64], title: str, key: str) -> None:
    st.markdown(f"##### {plain(title)}: {len(rows):,} {'sample' if len(rows) == 1 else 'samples'}")
    if not len(rows):
        st.caption("None.")
        return
    predictions = predictions_of(workspace(), record.run)
    version = workspace().dataset_titled(predictions.dataset)
    shown = _page(predictions, rows, f"{key}_{mark_of(rows)}")
    chosen = sample_selector(
        key=f"{key}_grid_{record.run}_{mark_of(shown)}",
        dataset=version.dataset,
        version=version.version,
        samples_digest=version.samples,
        class_names=version.class_names,
        task=version.shown_as,
        ids=predictions.ids[shown].tolist(),
        captions=captions(predictions, version, shown),
        height=_height(len(shown)),
    )
    places = shown[np.isin(predictions.ids[shown], chosen)]
    show_acts(record, version, predictions, places, rows, key)
    show_sample(record, version, predictions, places, shown, key)
    show_deltas(record, key=f"{key}_deltas")


@lru_cache(8)
def predictions_of(owner: Workspace, run: str) -> Predictions:
    """Return the answers of an evaluation with what was worked out of them; they never change."""
    return owner.predictions(run)


def _height(count: int) -> int:
    """Return CSS pixels: a few samples take little room."""
    return 220 if count <= 6 else 420


def mark_of(rows: NDArray[np.int64]) -> str:
    """Return a short word that other rows have not."""
    return f"{len(rows)}_{crc32(rows.tobytes()):x}"


def ordered(predictions: Predictions, rows: NDArray[np.int64], order: str) -> NDArray[np.int64]:
    """Return the rows in an order of `ORDERS`; where that says nothing, by number."""
    rows = rows[np.argsort(predictions.ids[rows], kind="stable")]
    if order == "number":
        return rows
    values = predictions.loss[rows] if order == "loss" else predictions.confidence[rows]
    return rows[np.argsort(values if order == "unsure" else -values, kind="stable")]


def _page(predictions: Predictions, rows: NDArray[np.int64], key: str) -> NDArray[np.int64]:
    """Let a person choose the order and the page, and return the rows that are on it."""
    pages = -(-len(rows) // PAGE)
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    order = left.selectbox(
        "Order", list(ORDERS), format_func=ORDERS.__getitem__, key=f"{key}_order"
    )
    number = 1
    if pages > 1:
        number = int(
            right.number_input(f"Page, 1 to {pages:,}", 1, pages, 1, key=f"{key}_page_{order}")
        )
    return ordered(predictions, rows, str(order))[(number - 1) * PAGE : number * PAGE]


def captions(
    predictions: Predictions, version: DatasetVersion, rows: NDArray[np.int64]
) -> list[tuple[str, ...]]:
    """Return what stands below each tile: the true class, what the model said, and a label that changed since."""
    names = predictions.class_names
    now = labels_now(version, predictions.ids[rows])
    said = zip(
        predictions.labels[rows].tolist(),
        predictions.predicted[rows].tolist(),
        predictions.confidence[rows].tolist(),
        now,
        strict=True,
    )
    return [
        (
            f"true: {names[true]}",
            f"said: {names[predicted]}",
            f"{100 * confidence:.0f} % sure",
            *([f"now: {today}"] if today not in ("", names[true]) else []),
        )
        for true, predicted, confidence, today in said
    ]


def labels_now(version: DatasetVersion, samples: NDArray[np.int64]) -> list[str]:
    """Return the class, or the state, that each sample has in the newest version; "" where it is as it was, or gone.

    Args:
        version: The version that was judged.
        samples: int64 (n,), their numbers.
    """
    newest = workspace().dataset(version.dataset)
    if newest.version == version.version or newest.base != version.base:
        return [""] * len(samples)
    labels, state = workspace().labels(newest)[samples], workspace().state(newest)
    states = np.zeros(len(samples), np.uint8) if state is None else state[samples]
    return [
        ("", "quarantined", "removed")[code]
        or (newest.class_names[label] if label >= 0 else "no class")
        for label, code in zip(labels.tolist(), states.tolist(), strict=True)
    ]
