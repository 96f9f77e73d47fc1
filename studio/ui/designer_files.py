"""Pipelines as files: a draft to take along as YAML or Python, and files to open."""

from __future__ import annotations

import streamlit as st

from studio.core.draft import SavedDraft
from studio.core.errors import StudioError
from studio.core.names import slug
from studio.ui.feedback import attempt, plain
from studio.ui.session import author, once, used_up, workspace


def show_download(saved: SavedDraft) -> None:
    """Offer a draft as files."""
    st.markdown("Take it along")
    with st.container(horizontal=True):
        st.download_button(
            "YAML",
            lambda: workspace().pipeline_text(saved.draft).encode(),
            f"{saved.name}.yaml",
            on_click="ignore",
            icon=":material/data_object:",
            help="Every node, wire, parameter and note; opens in any studio.",
            key=f"yaml {saved.name}",
        )
        try:
            workspace().pipeline_text(saved.draft, "python")
        except StudioError as error:
            st.button("Python", icon=":material/code:", disabled=True, help=plain(str(error)))
            return
        st.download_button(
            "Python",
            lambda: workspace().python_pipeline(saved.draft),
            f"{saved.name}.zip",
            on_click="ignore",
            icon=":material/code:",
            help="A script with the data beside it that runs without the studio.",
            key=f"python {saved.name}",
        )


def show_upload(key: str) -> str | None:
    """Let a person open a pipeline file. Returns the name of the draft that was made of it.

    Args:
        key: Prefix of the widget's key.
    """
    uploaded = st.file_uploader(
        "Open a pipeline file",
        type=["yaml", "yml", "json", "py", "zip"],
        max_upload_size=20,
        key=once(f"pipeline file {key}"),
    )
    if uploaded is None:
        return None
    opened: str | None = None
    with attempt():
        draft = workspace().read_pipeline(uploaded.name, uploaded.getvalue())
        name = workspace().free_draft_name(slug(uploaded.name.rpartition(".")[0]))
        opened = workspace().make_draft(name, draft, author=author()).name
        used_up(f"pipeline file {key}")
    return opened
