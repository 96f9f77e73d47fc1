"""Quality: copies, near-duplicates, blank samples, leakage, label errors, and a map of the samples."""

from __future__ import annotations

import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.core.quality import QualityParams, parse_quality
from studio.ui.background import show_last_failure, watch
from studio.ui.charts import class_counts
from studio.ui.feedback import attempt, empty
from studio.ui.forms import fields
from studio.ui.label_errors import show_label_errors
from studio.ui.quality import show_findings, show_flagged, show_map, show_reach, show_skipped
from studio.ui.session import author, choose_dataset, page, workspace

TABS = ("Class balance", "Flagged", "Label errors", "Map", "Left out")


def show_check(version: DatasetVersion, label: str) -> None:
    """Show the button that starts a check, with its settings."""
    with st.container(horizontal=True):
        pressed = st.button(label, type="primary", icon=":material/fact_check:")
        with st.popover("Settings", icon=":material/tune:"):
            values = fields(QualityParams, {}, "quality")
    if pressed:
        with attempt():
            workspace().check_quality(version.dataset, parse_quality(values), author=author())
            st.rerun()


st.title("Quality")
version = choose_dataset()
if version is None:
    empty("There are no samples to check yet.", page("datasets"), "Bring samples")
else:
    show_reach(version)
    found = workspace().quality(version)
    if not watch("quality", version.dataset):
        show_last_failure("quality", version.dataset)
        if found is None:
            st.markdown(
                "A check looks for samples that are the same or look alike, for blank ones, and for "
                "**leakage**: samples a model is tested on although it has seen nearly the same while "
                "training. It also lays the samples out on a map. Seconds for thousands of samples."
            )
        show_check(version, "Check again" if found else "Check the samples")
    if found:
        show_findings(version, found)
    balance, flagged, doubted, on_map, skipped = st.tabs(TABS, key="tab", bind="query-params")
    with balance:
        st.plotly_chart(class_counts(version), key="balance", config={"displayModeBar": False})
    with doubted:
        show_label_errors(version)
    with skipped:
        show_skipped(version)
    if found:
        with flagged:
            show_flagged(version, found)
        with on_map:
            show_map(version, found)
    else:
        for tab in (flagged, on_map):
            tab.caption("Check the samples first.")
