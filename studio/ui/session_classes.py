"""The classes of a session, changed while people label: answers follow, and their history stays."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import streamlit as st

from studio.core.errors import InvalidInput
from studio.core.label_session import CODES, LabelClass, LabelSession
from studio.ui.components import sample_selector
from studio.ui.feedback import attempt, plain, say_next
from studio.ui.session import author, workspace

LISTED = 2000
"""So many samples of a class are offered when it is split."""


def show_session_classes(session: LabelSession) -> None:
    """Show the classes as a table, and what can be done with them."""
    classes = session.config.classes
    st.dataframe(
        [
            {
                "Class": c.name,
                "Key": printed(c.key),
                "Description": c.description,
                "Examples": ", ".join(map(str, c.examples)),
            }
            for c in classes
        ],
        hide_index=True,
    )
    ways = {
        "edit": ("Describe", _show_edit),
        "add": ("Add", _show_add),
        "rename": ("Rename", _show_rename),
        "merge": ("Merge", _show_merge),
        "split": ("Split", _show_split),
    }
    if session.config.answer == "drawings":
        ways = {name: ways[name] for name in ("edit", "add")}
    way = st.segmented_control(
        "Change",
        list(ways),
        default="edit",
        required=True,
        format_func=lambda name: ways[name][0],
        key=f"class_way_{session.id}",
        label_visibility="collapsed",
    )
    with st.container(border=True):
        ways[way][1](session)
    for change in reversed(session.changes):
        st.caption(plain(f"{change.what}, by {change.author}"))


def printed(code: str) -> str:
    """Return what is printed on a key, as far as that is the same everywhere.

    Example:
        >>> printed("Digit1"), printed("KeyQ"), printed("Minus")
        ('1', 'Q', 'Minus')
    """
    return code.removeprefix("Digit").removeprefix("Key")


def _choose(session: LabelSession, label: str, key: str) -> LabelClass:
    names = list(session.config.class_names)
    chosen = st.selectbox(label, names, key=f"{key}_{session.id}_{session.revision}")
    return session.config.classes[names.index(chosen)]


def _done(change: Callable[[], LabelSession], message: str) -> None:
    with attempt():
        change()
        say_next(message)
        st.rerun()


def _show_edit(session: LabelSession) -> None:
    """Show colour, key, description and examples of one class."""
    one = _choose(session, "Class", "edit")
    key = f"edit_{session.id}_{session.revision}_{one.name}"
    left, right = st.columns([1, 3])
    colour = left.color_picker("Colour", one.colour, key=f"{key}.colour")
    taken = {c.key for c in session.config.classes if c.name != one.name}
    free = [code for code in dict.fromkeys([*CODES, one.key]) if code not in taken]
    with right:
        code = st.selectbox(
            "Key",
            free,
            index=free.index(one.key) if one.key in free else 0,
            format_func=lambda code: printed(code) or "none",
            key=f"{key}.key",
            help="Everybody may choose other keys for themselves, in the help of the labelling view.",
        )
    description = st.text_area(
        "Description",
        one.description,
        max_chars=2000,
        placeholder="When is this class right, and when not?",
        key=f"{key}.description",
    )
    examples = st.text_input(
        "Examples",
        ", ".join(map(str, one.examples)),
        placeholder="numbers of samples, such as 3, 17",
        help="Shown beside the description. A sample's number stands in its large view on the Datasets page.",
        key=f"{key}.examples",
    )
    if st.button("Save the class", type="primary", icon=":material/save:"):
        _done(
            lambda: workspace().change_session_class(
                session.name,
                one.name,
                colour=colour.lower(),
                key=code,
                description=description,
                examples=_numbers(examples),
            ),
            f"{one.name} is saved.",
        )


def _numbers(text: str) -> tuple[int, ...]:
    parts = [part.strip() for part in text.split(",") if part.strip()]
    wrong = next((part for part in parts if not part.isdecimal()), None)
    if wrong is not None:
        raise InvalidInput(
            f'"{wrong[:40]}" is no sample.',
            "Samples are numbers from 0, divided by commas.",
            "Write for example 3, 17.",
        )
    return tuple(int(part) for part in parts)


def _show_add(session: LabelSession) -> None:
    name = st.text_input("Name of the new class", max_chars=100, key=f"add_{session.id}")
    if st.button("Add the class", type="primary", icon=":material/add:", disabled=not name.strip()):
        _done(
            lambda: workspace().add_session_class(
                session.name, LabelClass(name=name), author=author()
            ),
            f"{name} is added.",
        )


def _show_rename(session: LabelSession) -> None:
    old = _choose(session, "Class", "rename")
    new = st.text_input("New name", max_chars=100, key=f"rename_to_{session.id}")
    st.caption("Answers follow, also those that open pages still give under the old name.")
    if st.button("Rename", type="primary", icon=":material/edit:", disabled=not new.strip()):
        _done(
            lambda: workspace().rename_session_class(session.name, old.name, new, author=author()),
            f"{old.name} is now {new}.",
        )


def _show_merge(session: LabelSession) -> None:
    key = f"{session.id}_{session.revision}"
    chosen = st.multiselect(
        "Classes", session.config.class_names, key=f"merge_{key}", select_all=False
    )
    into = st.text_input(
        "Name of the merged class",
        max_chars=100,
        placeholder="one of them, or a new name",
        key=f"merge_into_{key}",
    )
    if st.button("Merge", type="primary", icon=":material/merge:", disabled=len(chosen) < 2):
        wanted = into.strip() or chosen[0]
        _done(
            lambda: workspace().merge_session_classes(
                session.name, chosen, wanted, author=author()
            ),
            f"{', '.join(chosen)} are now {wanted}.",
        )


def _show_split(session: LabelSession) -> None:
    """Show the samples of a class to choose from, and the class they move to."""
    one = _choose(session, "Class to split", "split")
    version = workspace().session_version(session)
    of_class = (
        record.item
        for record in workspace().session_records(session.name)
        if record.value is not None and one.name in record.value.names
    )
    items = list(islice(of_class, LISTED))
    if not items:
        st.caption(f"No sample was agreed to be {plain(one.name)} yet.")
        return
    if len(items) == LISTED:
        st.caption(f"The first {LISTED:,} samples are shown.")
    chosen = sample_selector(
        key=f"split_{session.id}_{one.name}",
        dataset=version.dataset,
        version=version.version,
        samples_digest=version.samples,
        class_names=version.class_names,
        task=version.shown_as,
        ids=items,
        height=320,
    )
    into = st.text_input(
        "Class they become", max_chars=100, placeholder="a new name", key=f"split_into_{session.id}"
    )
    ready = bool(chosen and into.strip())
    if st.button(
        f"Move {len(chosen):,} samples",
        type="primary",
        icon=":material/call_split:",
        disabled=not ready,
    ):
        _done(
            lambda: workspace().split_session_class(
                session.name, one.name, into, chosen, author=author()
            ),
            f"{len(chosen):,} samples of {one.name} are now {into}.",
        )
