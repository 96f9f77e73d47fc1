"""Exports of a dataset: the formats, what is being written, and the files to download."""

from __future__ import annotations

import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.core.exports import EXPORT_FORMATS
from studio.core.run import Run
from studio.ui.background import LISTED, show_end, subject, watch
from studio.ui.feedback import attempt, plain
from studio.ui.overview import when
from studio.ui.session import author, workspace

SHOWN = 5


def show_exports(newest: DatasetVersion) -> None:
    """Let a person export a version of the dataset, and offer the files that were made."""
    versions = workspace().dataset_versions(newest.dataset)
    left, right = st.columns(2)
    version = left.selectbox(
        "Version",
        versions,
        format_func=lambda v: f"{v.version} · {v.message or 'no message'}",
        key=f"export_version_{newest.id}",
    )
    formats = [name for name, f in EXPORT_FORMATS.items() if newest.task in f.tasks]
    chosen = right.selectbox(
        "Format", formats, format_func=lambda name: EXPORT_FORMATS[name].title, key="export_format"
    )
    st.caption(
        f"{EXPORT_FORMATS[chosen].description} Quarantined and removed samples stay out; train, "
        "validation and test are told apart."
    )
    if st.button("Export", type="primary", icon=":material/download:"):
        with attempt():
            workspace().submit_export(newest.dataset, version.version, chosen, author=author())
    watch("export", newest.dataset)
    ended = [
        run
        for run in workspace().runs(kind="export", limit=LISTED)
        if run.is_terminal and subject(run) == newest.dataset
    ]
    for run in ended[:SHOWN]:
        show_end(run, _offer)


def _offer(run: Run) -> None:
    with attempt():
        name, file = workspace().exported_file(run.name)
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            st.markdown(
                f"**{plain(name)}**  \n{file.size / 1e6:,.1f} MB · {run.result.get('samples', 0):,} samples · "
                f"{when(run.ended)}"
            )
            st.link_button(
                "Download", f"api/exports/{run.name}", icon=":material/download:", width="content"
            )
