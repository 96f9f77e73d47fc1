"""Quick labels: a grid over a whole dataset, without a session; freezing makes a version of the answers."""

from __future__ import annotations

import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.ui.browse import show_samples
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.session import author, choose_dataset, workspace


def show_quick_labels() -> None:
    """Show the newest version of a chosen dataset as a grid to label in."""
    version = choose_dataset()
    assert version is not None  # the page has asked whether there is one
    st.caption(
        "Good for a few hundred samples and one person. For more people, boxes, suggestions or a clever order, "
        "make a session."
    )
    _show_freeze(version)
    progress = workspace().label_progress(version)
    if progress.labelled == progress.total:
        st.success(
            "Every sample has a class. Show all samples to correct some.",
            icon=":material/check_circle:",
        )
    names = workspace().class_names(version)
    _show_new_class(version)
    if names:
        show_samples(version, "label")
    else:
        st.info("Add at least two classes, then label with one key each.", icon=":material/label:")


def _show_new_class(version: DatasetVersion) -> None:
    with st.form("add_class", clear_on_submit=True, border=False):
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        class_name = left.text_input(
            "Add a class", max_chars=100, placeholder="a word such as apple"
        )
        if right.form_submit_button("Add", icon=":material/add:"):
            with attempt():
                workspace().add_class(version.dataset, str(class_name))


def _show_freeze(version: DatasetVersion) -> None:
    """Show how many answers wait, and make a version of them."""
    progress = workspace().label_progress(version)
    left, right = st.columns([3, 2], vertical_alignment="center")
    left.markdown(
        f"**{progress.annotated:,}** answers since {plain(version.title)} was made. Answers are saved as "
        "you give them; freezing makes a version that models can be trained on."
    )
    if right.button("Freeze into a new version", type="primary", icon=":material/ac_unit:"):
        with attempt():
            made = workspace().freeze(version.dataset, author=author())
            say_next(f"{made.title} holds your labels.")
            st.rerun()
