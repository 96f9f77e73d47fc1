"""Train: choose samples, a model and how to train it; then watch it learn."""

from __future__ import annotations

import streamlit as st

from studio.ui.augmentation import show_preview
from studio.ui.feedback import attempt, empty, plain
from studio.ui.finder import show_finder
from studio.ui.session import choose_dataset, page
from studio.ui.training import Extra, choose_model, show_prefill, show_settings, show_start

EXTRAS: dict[str, Extra] = {"learning_rate": show_finder, "augmentation": show_preview}

st.title("Train")
version = choose_dataset("Samples to learn from")
if version is None:
    empty("There are no samples to learn from yet.", page("datasets"), "Bring samples")
else:
    train, validation, test = version.split_counts
    counts = f"{train:,} to train, {validation:,} to validate, {test:,} to test"
    labelled = f"{version.labelled:,} of {version.kept:,} have a class."
    st.caption(plain(f"{version.title}: {counts}; {labelled}"))
    with attempt():
        show_prefill(version.dataset)
        config = choose_model(version)
        values = show_settings(version, config, EXTRAS)
        show_start(version, config, values)
        st.page_link(
            page("search"),
            label="Search for good settings",
            icon=":material/travel_explore:",
            query_params={"dataset": version.dataset},
        )
