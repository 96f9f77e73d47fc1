"""The grid of samples with its filters, to look through or to label."""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.ui.components import sample_grid
from studio.ui.session import author, workspace

STATES = {
    "all": "All samples",
    "unlabelled": "Without a class",
    "labelled": "With a class",
    "annotated": "Answered since the last version",
}


def show_samples(version: DatasetVersion, mode: Literal["browse", "label"]) -> None:
    """Show the filters and the grid of a dataset's newest version.

    Args:
        version: The newest version.
        mode: "browse" to look, "label" to answer.
    """
    names = workspace().class_names(version)
    states = list(STATES)
    progress = workspace().label_progress(version)
    first = "unlabelled" if mode == "label" and progress.labelled < progress.total else "all"
    columns = st.columns(3)
    status: Any = columns[0].selectbox(
        "Show",
        states,
        index=states.index(first),
        format_func=STATES.__getitem__,
        key=f"{mode}_status_{version.dataset}",
    )
    class_name = columns[1].selectbox(
        "Class",
        [None, *names],
        format_func=lambda name: "All classes" if name is None else name,
        key=f"{mode}_class_{version.dataset}",
        disabled=status == "unlabelled",
    )
    part: Any = columns[2].selectbox(
        "Part",
        [None, "train", "validation", "test"],
        format_func=lambda name: name or "All parts",
        key=f"{mode}_split_{version.dataset}",
    )
    sample_grid(
        mode=mode,
        key=f"{mode}_{version.dataset}_{version.version}",
        dataset=version.dataset,
        version=version.version,
        samples_digest=version.samples,
        class_names=names,
        class_name=None if status == "unlabelled" else class_name,
        split=part,
        status=status,
        annotator=author(),
        notify=mode == "label",
    )
