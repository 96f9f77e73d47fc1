"""The classes of a dataset: how many samples each has, and forms that rename and merge them."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.ui.charts import class_counts
from studio.ui.feedback import attempt, say_next
from studio.ui.session import author, workspace


def show_classes(version: DatasetVersion) -> None:
    """Show bars of the classes, and forms that change them; each change makes a version."""
    names = workspace().class_names(version)
    if not names:
        st.info("There are no classes yet. Add some on the Label page.", icon=":material/label:")
        return
    st.plotly_chart(class_counts(version), key="class_counts", config={"displayModeBar": False})
    left, right = st.columns(2)
    with left.form("rename_class"):
        st.markdown("**Rename a class**")
        old = st.selectbox("Class", names, key=f"rename_old_{version.id}")
        new = st.text_input("New name", max_chars=100, key=f"rename_new_{version.id}")
        if st.form_submit_button("Rename", icon=":material/edit:"):
            _change(
                lambda: workspace().rename_class(
                    version.dataset, str(old), str(new), author=author()
                )
            )
    with right.form("merge_classes"):
        st.markdown("**Merge classes**")
        merged = st.multiselect("Classes", names, key=f"merge_{version.id}", select_all=False)
        into = st.text_input(
            "Name of the merged class",
            max_chars=100,
            key=f"merge_into_{version.id}",
            placeholder="one of them, or a new name",
        )
        if st.form_submit_button("Merge", icon=":material/merge:"):
            _change(
                lambda: workspace().merge_classes(
                    version.dataset, merged, str(into) or "".join(merged[:1]), author=author()
                )
            )
    st.caption(
        "To split a class, choose some of its samples under Samples, or on the map of the Quality page, and "
        "give them another class. Labels follow every change, and each change makes a version one can go back to."
    )


def _change(change: Callable[[], DatasetVersion]) -> None:
    with attempt():
        made = change()
        say_next(f"{made.title}: {made.message}.")
        st.rerun()
