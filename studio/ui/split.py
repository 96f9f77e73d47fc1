"""How a dataset is divided: the stored split, and a form for another one."""

from __future__ import annotations

import streamlit as st

from studio.core.dataset import DatasetVersion, SplitConfig, parse_split
from studio.core.errors import Conflict
from studio.ui.feedback import attempt, say_next
from studio.ui.forms import fields
from studio.ui.session import author, page, workspace

SEARCHED_AT_ONCE = 300_000
"""Among so many samples near-duplicates are found while a person waits: in about a second."""


def show_split(version: DatasetVersion) -> None:
    """Show the stored split, how much it leaks, and a form for another one."""
    train, validation, test = version.split_counts
    st.markdown(
        f"**{train:,}** samples to train on, **{validation:,}** to validate, **{test:,}** held out to "
        "test. The split is stored with the version, so that every model is judged on the same samples."
    )
    leaks = workspace().leakage(version)
    if leaks is None:
        st.page_link(
            page("quality"),
            label="Check whether the held-out samples look like those that are trained on",
            icon=":material/fact_check:",
            query_params={"dataset": version.dataset},
        )
    else:
        st.markdown(
            f"**{leaks.share:.1%}** of the held-out samples ({leaks.count:,} of {leaks.held_out:,}) have a "
            "near-duplicate among those that are trained on."
        )
    with st.form("split", border=False):
        values = fields(SplitConfig, version.split_config.model_dump(), "split", columns=2)
        if st.form_submit_button("Divide anew", icon=":material/call_split:"):
            with attempt(), st.spinner("Dividing the samples"):
                split = parse_split(values)
                if split.together and leaks is None and version.kept > SEARCHED_AT_ONCE:
                    raise Conflict(
                        "Near-duplicates of so many samples are not known yet.",
                        f"Looking for them among {version.kept:,} samples takes a while.",
                        "Check the samples on the Quality page first, then divide.",
                    )
                made = workspace().split_dataset(version.dataset, split, author=author())
                say_next(f"{made.title} has the new split.")
                st.rerun()
