"""What somebody chose in a view of an evaluation, and the samples behind it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from studio.core.curves import CURVES, EvaluationCurves
from studio.core.evaluation import EvaluationRecord
from studio.core.metrics import ranks
from studio.core.predictions import PROBABILITIES, Predictions
from studio.ui.evaluation_samples import show_samples
from studio.ui.session import workspace

Rows = NDArray[np.int64]


class Selection(NamedTuple):
    """Samples that were chosen: in which evaluation, what they are, and their places in its predictions."""

    run: str
    title: str
    rows: Rows


def _key(view: str) -> str:
    return f"samples chosen in {view}"


def select(record: EvaluationRecord, view: str, title: str, rows: Rows) -> None:
    """Let a view of an evaluation show these samples from now on.

    Args:
        record: The evaluation.
        view: Name of the view.
        title: What the samples are, such as "true apple, said fish".
        rows: int64 (n,), places in its predictions.
    """
    st.session_state[_key(view)] = Selection(record.run, title, np.asarray(rows, np.int64))


def show_selected(record: EvaluationRecord, view: str, hint: str) -> None:
    """Show the samples that were chosen in a view, or how to choose some.

    Args:
        hint: What to click.
    """
    chosen = st.session_state.get(_key(view))
    if not isinstance(chosen, Selection) or chosen.run != record.run:
        if record.has_predictions:
            st.caption(hint)
        return
    with st.container(border=True):
        show_samples(record, chosen.rows, chosen.title, key=f"{view}_samples")


@st.cache_resource(max_entries=4, show_spinner=False)
def _predictions(run: str, file: str) -> Predictions:
    return workspace().predictions(run)


@st.cache_resource(max_entries=4, show_spinner=False)
def _curves(run: str, file: str) -> EvaluationCurves:
    return workspace().evaluation_curves(run)


@st.cache_resource(max_entries=4, show_spinner=False)
def _ranks(run: str, file: str) -> Rows:
    predictions = workspace().predictions(run)
    return ranks(predictions.probabilities, predictions.labels)


def _file(run: str, name: str) -> str:
    """Return where a file of a run lies; "" where there is none. Two workspaces never share a place."""
    found = workspace().run_artifacts(run).get(name)
    return str(workspace().artifacts.path(found.digest)) if found else ""


def predictions_of(record: EvaluationRecord) -> Predictions:
    """Return the predictions of an evaluation; what follows from them is computed once, not at every rerun."""
    return _predictions(record.run, _file(record.run, PROBABILITIES))


def curves_of(record: EvaluationRecord) -> EvaluationCurves:
    """Return the curves of an evaluation, read once."""
    return _curves(record.run, _file(record.run, CURVES))


def ranks_of(record: EvaluationRecord) -> Rows:
    """Return int64 (n,): how many classes the model found likelier than the true one."""
    return _ranks(record.run, _file(record.run, PROBABILITIES))
