"""The grid of samples with its filters, to look through, to label or to choose from."""

from __future__ import annotations

from typing import Any, Literal

import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.ui.actions import show_actions
from studio.ui.components import sample_grid, sample_selector
from studio.ui.session import author, workspace

STATES = {
    "all": "All samples",
    "unlabelled": "Without a class",
    "labelled": "With a class",
    "annotated": "Answered since the last version",
    "quarantined": "Quarantined",
    "removed": "Removed",
}
SET_ASIDE = ("quarantined", "removed")


def show_samples(version: DatasetVersion, mode: Literal["browse", "label"]) -> None:
    """Show the filters and the grid of a dataset's newest version.

    Args:
        version: The newest version.
        mode: "browse" to look and to choose, "label" to answer.
    """
    filters = _filters(version, mode)
    shown: dict[str, Any] = {
        "dataset": version.dataset,
        "version": version.version,
        "samples_digest": version.samples,
        "class_names": workspace().class_names(version),
        "task": version.shown_as,
        **filters,
    }
    key = f"{mode}_{version.dataset}_{version.version}"
    if mode == "browse" and st.toggle(
        "Choose samples",
        key=f"choose_{version.dataset}",
        help="Click samples, or drag a frame around them; then quarantine or remove them, or give them a class.",
    ):
        chosen = sample_selector(key=f"{key}_choose", **shown)
        show_actions(version, chosen, f"{key}_actions")
        return
    sample_grid(mode=mode, key=key, annotator=author(), notify=mode == "label", **shown)


def _filters(version: DatasetVersion, mode: str) -> dict[str, Any]:
    """Show what narrows the samples down, and return what was chosen."""
    names = workspace().class_names(version)
    progress = workspace().label_progress(version)
    states = [s for s in STATES if s not in SET_ASIDE or _has(version, s)]
    first = "unlabelled" if mode == "label" and progress.labelled < progress.total else "all"
    annotators = workspace().annotators(version)
    columns = iter(st.columns(5 if annotators else 4))
    own = f"{mode}_{{}}_{version.dataset}".format
    status: Any = next(columns).selectbox(
        "Show", states, index=states.index(first), format_func=STATES.__getitem__, key=own("status")
    )
    class_name = next(columns).selectbox(
        "Class",
        [None, *names],
        format_func=lambda name: "All classes" if name is None else name,
        key=own("class"),
        disabled=status == "unlabelled",
    )
    part: Any = next(columns).selectbox(
        "Part",
        [None, "train", "validation", "test"],
        format_func=lambda name: name or "All parts",
        key=own("split"),
    )
    annotator = None
    if annotators:
        annotator = next(columns).selectbox(
            "Labelled by",
            [None, *annotators],
            format_func=lambda name: name or "Anybody",
            key=own("annotator"),
        )
    search = next(columns).text_input(
        "Search",
        key=own("search"),
        placeholder="text, name, class or number",
        max_chars=200,
    )
    return {
        "class_name": None if status == "unlabelled" else class_name,
        "split": part,
        "status": status,
        "annotator_filter": annotator,
        "search": str(search).strip(),
    }


def _has(version: DatasetVersion, state: str) -> bool:
    return version.states[1 if state == "quarantined" else 2] > 0
