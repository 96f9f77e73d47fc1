"""Datasets: bring samples, look at them, divide them into train and test."""

from __future__ import annotations

import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.ui.browse import show_samples
from studio.ui.classes import show_classes
from studio.ui.datasets import SOURCES, add_dataset
from studio.ui.exports import show_exports
from studio.ui.feedback import plain, show_numbers
from studio.ui.imports import show_imports
from studio.ui.session import choose_dataset, page
from studio.ui.split import show_split
from studio.ui.tables import show_table
from studio.ui.versions import show_versions


def show_facts(version: DatasetVersion) -> None:
    """Show how many samples there are, of which classes, and how they are divided."""
    height, width, channels = version.shape
    pixels = f"{width}×{height}" + (" rgb" if channels == 3 else "")
    numbers: dict[str, tuple[str, str | None]] = {
        "Samples": (f"{version.kept:,}", None),
        "With a class": (f"{version.labelled:,}", None),
        "Classes": (f"{len(version.class_names)}", None),
    }
    if version.task == "table":
        numbers["Columns"] = (f"{len(version.table):,}", None)
    else:
        numbers["Sample"] = ("Text" if version.task == "text" else f"{pixels} px", None)
    show_numbers(numbers)
    notes = [plain(version.attribution)] if version.attribution else []
    if any(version.states[1:]):
        notes.append(f"{version.states[1]:,} quarantined, {version.states[2]:,} removed.")
    if notes:
        st.caption(" ".join(notes))
    if version.labelled < version.kept:
        st.page_link(
            page("label"),
            label=f"{version.kept - version.labelled:,} samples have no class yet: label them",
            icon=":material/label:",
            query_params={"dataset": version.dataset},
        )


st.title("Datasets")
show_imports()
version = choose_dataset()
wanted = st.query_params.get("add")
with st.expander(
    "Add a dataset", expanded=version is None or wanted in SOURCES, icon=":material/add:"
):
    tabs = st.tabs(list(SOURCES.values()), default=SOURCES.get(wanted or "digits"))
    for tab, source in zip(tabs, SOURCES, strict=True):
        with tab:
            add_dataset(source)
if version:
    show_facts(version)
    if version.task == "table":
        show_table(version)
    names = ["Samples", "Classes", "Split", "Versions", "Export"]
    samples, classes, split, versions, export = st.tabs(names)
    with samples:
        show_samples(version, "browse")
    with classes:
        show_classes(version)
    with split:
        show_split(version)
    with versions:
        show_versions(version)
    with export:
        show_exports(version)
