"""Acts on selected runs: tags, a note, the archive, the bin; and the way back from each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import streamlit as st

from studio.core.run_facts import RunQuery, RunRow
from studio.ui.feedback import attempt, plain
from studio.ui.session import once, used_up, workspace

UNDO = "run_marks_undo"
"""In the session: what was done, in words, and what undoes it."""

Act = Callable[[], None]


def in_bin() -> bool:
    """Return whether there is a run in the bin."""
    return workspace().compare_runs(RunQuery(deleted=True, limit=1)).total > 0


def show_undo() -> None:
    """Say what was done last, with a button that undoes it."""
    done: tuple[str, Act] | None = st.session_state.get(UNDO)
    if done is None:
        return
    words, undo = done
    with st.container(horizontal=True, vertical_alignment="center", key="marks_undo"):
        st.markdown(f":material/check_circle: {plain(words)}", width="content")
        if st.button("Undo", icon=":material/undo:", key="undo_mark", type="tertiary"):
            with attempt():
                undo()
                st.session_state.pop(UNDO)
                st.rerun()
        if st.button(":material/close:", key="close_undo", type="tertiary", help="Close"):
            st.session_state.pop(UNDO)
            st.rerun()


def show_marks(rows: Sequence[RunRow], *, deleted: bool, key: str) -> None:
    """Show what can be done with the selected runs.

    Args:
        rows: Runs; at least one.
        deleted: They are in the bin.
        key: Of the widgets.
    """
    verbs = workspace()
    names = [row.name for row in rows]
    what = names[0] if len(rows) == 1 else f"{len(rows)} runs"
    with st.container(border=True, key=f"{key}_bar"):
        st.markdown(f"**{plain(what)}**")
        with st.container(horizontal=True, vertical_alignment="bottom"):
            if deleted:
                _button("Take out of the bin", "restore_from_trash", key, lambda: _done(
                    f"{what} taken out of the bin.",
                    partial(verbs.undelete_runs, names), partial(verbs.delete_runs, names),
                ))  # fmt: skip
                return
            _show_tags(rows, what, key)
            archived = [row.name for row in rows if row.archived is not None]
            if len(archived) < len(rows):
                rest = [row.name for row in rows if row.archived is None]
                _button("Archive", "archive", key, lambda: _done(
                    f"{what} archived.",
                    partial(verbs.archive_runs, rest), partial(verbs.unarchive_runs, rest),
                ))  # fmt: skip
            if archived:
                _button("Back from the archive", "unarchive", key, lambda: _done(
                    f"{what} back in the lists.",
                    partial(verbs.unarchive_runs, archived), partial(verbs.archive_runs, archived),
                ))  # fmt: skip
            _button("Delete", "delete", key, lambda: _done(
                f"{what} put into the bin, where deleted runs stay for a week.",
                partial(verbs.delete_runs, names), partial(verbs.undelete_runs, names),
            ))  # fmt: skip
        if len(rows) == 1:
            _show_note(names[0], rows[0].note, key)


def _show_tags(rows: Sequence[RunRow], what: str, key: str) -> None:
    verbs = workspace()
    before = {row.name: row.tags for row in rows}
    worn = list(dict.fromkeys(tag for tags in before.values() for tag in tags))
    with st.popover("Tags", icon=":material/label:"):
        known = [tag for tag in workspace().run_tags() if tag not in worn]
        new = st.selectbox(
            "Add a tag", known, index=None, accept_new_options=True, key=once(f"{key}_tag"),
            placeholder="Choose one, or type a new one",
        )  # fmt: skip
        if st.button("Add", key=f"{key}_add_tag", type="primary", disabled=not new):
            without = [name for name, tags in before.items() if str(new).strip() not in tags]
            used_up(f"{key}_tag")
            _done(
                f'{what}: tag "{new}" added.',
                partial(verbs.tag_runs, without, add=(str(new),)),
                partial(verbs.tag_runs, without, remove=(str(new).strip(),)),
            )
        for tag in worn:
            if st.button(
                f"Remove {plain(tag)}", key=f"{key}_remove_{tag}", icon=":material/close:"
            ):
                having = [name for name, tags in before.items() if tag in tags]
                _done(
                    f'{what}: tag "{tag}" removed.',
                    partial(verbs.tag_runs, having, remove=(tag,)),
                    partial(verbs.tag_runs, having, add=(tag,)),
                )


def _show_note(name: str, note: str, key: str) -> None:
    with st.form(f"{key}_note_{name}", border=False):
        text = st.text_area(
            "Note", note, max_chars=10_000, height=80, placeholder="What was tried here, and what came of it",
        )  # fmt: skip
        if st.form_submit_button("Save note", icon=":material/edit_note:"):
            verbs = workspace()
            _done(
                f"Note of {name} saved.",
                partial(verbs.note_run, name, str(text)),
                partial(verbs.note_run, name, note),
            )


def _button(text: str, icon: str, key: str, act: Callable[[], None]) -> None:
    if st.button(text, icon=f":material/{icon}:", key=f"{key}_{icon}"):
        act()


def _done(words: str, act: Act, undo: Act) -> None:
    """Carry an act out, and remember the way back."""
    with attempt():
        act()
        st.session_state[UNDO] = (words, undo)
        st.rerun()
