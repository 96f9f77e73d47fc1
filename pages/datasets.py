"""Datasets: bring samples, look at them, divide them into train and test."""

from __future__ import annotations

import streamlit as st

from studio.core.dataset import DatasetVersion, SplitConfig, parse_split
from studio.ui.browse import show_samples
from studio.ui.charts import class_counts
from studio.ui.datasets import SOURCES, add_dataset, version_table
from studio.ui.feedback import attempt, plain, say_next, show_numbers
from studio.ui.forms import fields
from studio.ui.imports import show_imports
from studio.ui.session import author, choose_dataset, page, workspace


def show_facts(version: DatasetVersion) -> None:
    """Show how many samples there are, of which classes, and how they are divided."""
    height, width, channels = version.shape
    show_numbers(
        {
            "Samples": (f"{version.count:,}", None),
            "With a class": (f"{version.labelled:,}", None),
            "Classes": (f"{len(version.class_names)}", None),
            "Pixels": (f"{width}×{height}" + (" rgb" if channels == 3 else ""), None),
        }
    )
    if version.attribution:
        st.caption(plain(version.attribution))
    if version.labelled < version.count:
        st.page_link(
            page("label"),
            label=f"{version.count - version.labelled:,} samples have no class yet: label them",
            icon=":material/label:",
            query_params={"dataset": version.dataset},
        )


def show_split(version: DatasetVersion) -> None:
    """Show the stored split and a form for another one."""
    train, validation, test = version.split_counts
    st.markdown(
        f"**{train:,}** samples to train on, **{validation:,}** to validate, **{test:,}** held out to "
        "test. The split is stored with the version, so that every model is judged on the same samples."
    )
    with st.form("split", border=False):
        values = fields(SplitConfig, version.split_config.model_dump(), "split", columns=2)
        if st.form_submit_button("Divide anew", icon=":material/call_split:"):
            with attempt():
                split = parse_split(values)
                made = workspace().split_dataset(version.dataset, split, author=author())
                say_next(f"{made.title} has the new split.")
                st.rerun()


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
    samples, classes, split, versions = st.tabs(["Samples", "Classes", "Split", "Versions"])
    with samples:
        show_samples(version, "browse")
    with classes:
        st.plotly_chart(class_counts(version), key="class_counts", config={"displayModeBar": False})
    with split:
        show_split(version)
    with versions:
        rows = version_table(workspace().dataset_versions(version.dataset))
        st.dataframe(rows, hide_index=True)
