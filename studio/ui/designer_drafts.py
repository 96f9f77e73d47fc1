"""Pipeline drafts on the designer page: choose, begin, rename, copy, delete, and keep versions."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from studio.core.draft import DraftRow, SavedDraft
from studio.core.sample_pipelines import STARTER_SETS, sample_pipelines
from studio.ui.designer_files import show_download, show_upload
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.overview import when
from studio.ui.session import author, choose, page, workspace

CARD_PIXELS = 250


def open_draft(name: str) -> None:
    """Show a draft on the canvas."""
    st.query_params["draft"] = name
    st.query_params["view"] = "canvas"
    st.rerun()


def choose_draft(drafts: Sequence[DraftRow]) -> SavedDraft:
    """Let a person choose a draft; the one changed last comes first."""
    return workspace().draft(choose("Pipeline draft", [draft.name for draft in drafts], "draft"))


def show_card() -> None:
    """Lead to the designer, from another page."""
    with st.container(border=True, key="designer_card"):
        st.markdown(
            "**Designer:** draw the steps as a pipeline, run it, change one thing, run it again."
        )
        drafts = workspace().drafts()
        st.page_link(
            page("designer"),
            label=f"Go on with {plain(drafts[0].name)}" if drafts else "Draw a pipeline",
            icon=":material/account_tree:",
            query_params={"draft": drafts[0].name} if drafts else {},
        )


def show_start() -> None:
    """Offer the ways to begin where there is no draft yet."""
    st.markdown(
        "Draw what is to be done with your data: take datasets and components from the palette, connect them, and "
        "submit the pipeline. What was done before is not done again."
    )
    if st.button("Start with an empty canvas", type="primary", icon=":material/add:"):
        _make(workspace().free_draft_name("pipeline"))
    st.subheader("Or start with a pipeline that runs")
    show_samples()
    with st.expander("Open a file", icon=":material/upload_file:"):
        if (name := show_upload("start")) is not None:
            open_draft(name)


def show_samples() -> None:
    """Show the sample pipelines as cards; a button makes a draft of one."""
    with st.container(horizontal=True, gap="small"):
        for name, sample in sample_pipelines().items():
            with st.container(border=True, width=CARD_PIXELS, height=260, key=f"sample_{name}"):
                st.markdown(f":material/{sample.icon}: **{plain(sample.title)}**")
                st.markdown(plain(sample.description))
                st.caption(plain(f"On {STARTER_SETS[sample.data]}."))
                if st.button("Start with this", key=f"start_{name}"):
                    with attempt():
                        open_draft(workspace().start_sample(name, author=author()).name)


def show_acts(saved: SavedDraft) -> None:
    """Show what can be done with drafts: a new one, and the acts on this one; what is open goes with the draft."""
    with st.popover("New", icon=":material/add:", key=f"designer_new {saved.name}"):
        name = st.text_input("Name", workspace().free_draft_name("pipeline"), max_chars=64)
        if st.button("Make an empty draft", type="primary", key="designer_make"):
            _make(str(name).strip())
        _choose_sample()
        if (opened := show_upload("new")) is not None:
            open_draft(opened)
    with st.popover("Draft", icon=":material/more_horiz:", key=f"designer_draft {saved.name}"):
        _show_names(saved)
        show_download(saved)
    with st.popover("Versions", icon=":material/history:", key=f"designer_versions {saved.name}"):
        _show_versions(saved)


def _choose_sample() -> None:
    samples = sample_pipelines()
    name = st.selectbox(
        "Or start with a sample",
        list(samples),
        format_func=lambda name: samples[name].title,
        key="designer_sample",
    )
    st.caption(plain(samples[name].description))
    if st.button("Start with this sample", icon=":material/grid_view:"):
        with attempt():
            open_draft(workspace().start_sample(name, author=author()).name)


def _make(name: str) -> None:
    with attempt():
        open_draft(workspace().make_draft(name, author=author()).name)


def _show_names(saved: SavedDraft) -> None:
    st.caption(plain(f"{saved.edits:,} edits, the last by {saved.author}, {when(saved.changed)}."))
    new = st.text_input("Name", saved.name, max_chars=64, key=f"name of {saved.name}")
    with st.container(horizontal=True):
        if st.button("Rename", icon=":material/edit:", disabled=new == saved.name):
            with attempt():
                open_draft(workspace().rename_draft(saved.name, str(new).strip()).name)
        if st.button("Copy", icon=":material/content_copy:"):
            with attempt():
                wanted = saved.name if new == saved.name else str(new).strip()
                name = workspace().free_draft_name(wanted)
                open_draft(workspace().clone_draft(saved.name, name, author=author()).name)
    sure = st.checkbox("I want to delete it", key=f"sure {saved.name}")
    if st.button(
        "Delete this draft",
        icon=":material/delete:",
        disabled=not sure,
        help="Its edits and versions go with it; its runs and what they made stay.",
    ):
        with attempt():
            workspace().delete_draft(saved.name)
            say_next(f"The draft {saved.name} is deleted.")
            st.query_params.pop("draft", None)
            st.rerun()


def _show_versions(saved: SavedDraft) -> None:
    message = st.text_input(
        "What is good about it as it is now?", max_chars=400, key="version_message"
    )
    if st.button("Keep as a version", type="primary", icon=":material/bookmark_add:"):
        with attempt():
            kept = workspace().keep_draft_version(saved.name, str(message), author=author())
            say_next(f"Version {kept.version} of {saved.name} is kept.")
            st.rerun()
    versions = workspace().draft_versions(saved.name) if saved.versions else []
    if not versions:
        st.caption("No version is kept yet. Every edit can be undone all the same.")
        return
    by_number = {version.version: version for version in versions}
    number = st.selectbox(
        "Version",
        list(by_number),
        format_func=lambda n: f"{n} · {by_number[n].message or 'no message'}",
        key=f"versions {saved.name}",
    )
    chosen = by_number[number]
    nodes = len(chosen.draft.pipeline.nodes)
    st.caption(plain(f"{nodes} nodes, kept by {chosen.author}, {when(chosen.created)}."))
    if st.button(
        "Go back to it",
        icon=":material/restore:",
        help="An edit like any other: undo takes it back.",
    ):
        with attempt():
            workspace().restore_draft_version(saved.name, number, base=saved.head, author=author())
            say_next(f"{saved.name} is as version {number} was.")
            st.rerun()
