"""What can be done with chosen samples: set them aside, take them out, bring them back, give them a class."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from studio.core.dataset import DatasetVersion, StateName
from studio.ui.feedback import attempt, say_next
from studio.ui.session import author, workspace


def show_actions(version: DatasetVersion, samples: Sequence[int], key: str) -> None:
    """Show the buttons that change the chosen samples; each makes a version.

    Args:
        version: The newest version of the dataset.
        samples: Numbers of the chosen samples.
        key: Prefix of the widgets' keys.
    """
    nothing = not samples
    words = f"**{len(samples):,}** chosen" if samples else "Nothing chosen yet"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words, width="content")
        if st.button(
            "Quarantine",
            icon=":material/inventory_2:",
            disabled=nothing,
            key=f"{key}_quarantine",
            help="Set aside: neither trained nor tested on until somebody decides.",
        ):
            set_state(version, samples, "quarantined")
        if st.button("Remove", icon=":material/delete:", disabled=nothing, key=f"{key}_remove"):
            set_state(version, samples, "removed")
        if any(version.states[1:]) and st.button(
            "Bring back", icon=":material/undo:", disabled=nothing, key=f"{key}_keep"
        ):
            set_state(version, samples, "kept")
        with st.popover("Give a class", icon=":material/label:", disabled=nothing):
            _class_form(version, samples, key)


def set_state(version: DatasetVersion, samples: Sequence[int], state: StateName) -> None:
    """Make a version in which the samples have another state, and show it."""
    with attempt():
        made = workspace().set_state(version.dataset, samples, state, author=author())
        say_next(f"{made.title}: {made.message}.")
        st.rerun()


def _class_form(version: DatasetVersion, samples: Sequence[int], key: str) -> None:
    name = st.selectbox(
        "Class",
        workspace().class_names(version),
        index=None,
        accept_new_options=True,
        placeholder="choose one, or type a new one",
        key=f"{key}_class",
    )
    if st.button("Give this class", disabled=not name, key=f"{key}_give"):
        with attempt():
            made = workspace().relabel(version.dataset, samples, str(name), author=author())
            say_next(f"{made.title}: {made.message}.")
            st.rerun()
