"""The grid of samples with its filters, to look through or to label."""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.ui.components import sample_grid
from studio.ui.session import author, workspace

EVERY = "all"


def show_samples(version: DatasetVersion, mode: Literal["browse", "label"]) -> None:
    """Show the filters and the grid of a dataset's newest version.

    Args:
        version: The newest version.
        mode: "browse" to look, "label" to answer.
    """
    names = workspace().class_names(version)
    columns = st.columns(3)
    states = (
        ["unlabelled", EVERY, "labelled", "annotated"]
        if mode == "label"
        else [EVERY, "labelled", "unlabelled"]
    )
    titles = {
        EVERY: "All samples",
        "labelled": "With a class",
        "unlabelled": "Without a class",
        "annotated": "Answered since the last version",
    }
    status: Any = columns[0].selectbox(
        "Show", states, format_func=titles.__getitem__, key=f"{mode}_status_{version.dataset}"
    )
    class_name = columns[1].selectbox(
        "Class", [EVERY, *names], key=f"{mode}_class_{version.dataset}",
        disabled=status == "unlabelled",
    )  # fmt: skip
    part: Any = columns[2].selectbox(
        "Part", [EVERY, "train", "validation", "test"], key=f"{mode}_split_{version.dataset}"
    )
    sample_grid(
        mode=mode,
        key=f"{mode}_{version.dataset}_{version.version}",
        dataset=version.dataset,
        version=version.version,
        samples_digest=version.samples,
        class_names=names,
        class_name=None if class_name == EVERY or status == "unlabelled" else class_name,
        split=None if part == EVERY else part,
        status=status,
        annotator=author(),
        notify=mode == "label",
    )
