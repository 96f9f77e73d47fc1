"""Labelling sessions: the list of all, and one opened with its views."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from studio.core.label_session import ANSWER_TITLES, STRATEGY_TITLES, LabelSession, SessionProgress
from studio.ui.feedback import attempt, empty, plain
from studio.ui.label_address import close_session_view, open_session
from studio.ui.overview import when
from studio.ui.session import author, choose_view, page, workspace
from studio.ui.session_classes import show_session_classes
from studio.ui.session_files import show_files
from studio.ui.session_numbers import show_numbers
from studio.ui.session_order import show_order
from studio.ui.session_settings import show_settings
from studio.ui.session_views import show_labeller, show_review

VIEWS: dict[str, tuple[str, Callable[[LabelSession], None]]] = {
    "label": ("Label", show_labeller),
    "review": ("Review", show_review),
    "numbers": ("Numbers", show_numbers),
    "order": ("Order", show_order),
    "classes": ("Classes", show_session_classes),
    "files": ("Files", show_files),
    "settings": ("Settings", show_settings),
}


def show_sessions() -> None:
    """Show all sessions, newest first, each with what is left to do."""
    found = workspace().sessions()
    if not found:
        empty(
            "There are no sessions yet. A session gives samples to one person or thirty, keeps count, "
            "and makes a version of what was agreed.",
            page("label"),
            "Choose “New session” above",
        )
        return
    for session in found:
        _show_card(session)


def _show_card(session: LabelSession) -> None:
    progress = workspace().session_progress(session.name, author())
    with st.container(border=True, key=f"session_{session.id}"):
        left, right = st.columns([4, 1], vertical_alignment="center")
        with left:
            state = " · closed" if session.closed else ""
            st.markdown(f"**{plain(session.name)}**{state}")
            st.progress(_share(progress), text=progress_words(session, progress))
            st.caption(plain(_facts(session)))
        if right.button("Open", key=f"open_{session.id}", width="stretch", type="primary"):
            open_session(session.name)
            st.rerun()


def progress_words(session: LabelSession, progress: SessionProgress) -> str:
    """Return how far a session is, in words."""
    if session.config.answer == "drawings":
        return f"{progress.drawings:,} of {progress.total:,} drawings"
    words = [f"{progress.done:,} of {progress.total:,} samples done"]
    if progress.disputed:
        words.append(f"{progress.disputed:,} disagreements")
    if progress.mine:
        words.append(f"{progress.mine:,} answered by you")
    return " · ".join(words)


def _share(progress: SessionProgress) -> float:
    done = progress.done or progress.drawings
    return min(1.0, done / progress.total) if progress.total else 0.0


def _facts(session: LabelSession) -> str:
    config = session.config
    facts = [
        f"{config.dataset}:{session.dataset_version}",
        ANSWER_TITLES[config.answer],
        f"{len(config.classes)} classes",
    ]
    if config.answer != "drawings":
        facts.append(STRATEGY_TITLES[config.strategy])
    if config.overlap > 1:
        facts.append(f"{config.overlap} answers a sample")
    facts.append(f"by {session.author}, {when(session.created)}")
    return " · ".join(facts)


def show_session(session: LabelSession) -> None:
    """Show one session: its name, its standing, and the view that was chosen."""
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.title(session.name)
    if right.button("All sessions", icon=":material/arrow_back:", width="stretch"):
        close_session_view()
        st.rerun()
    st.caption(plain(_facts(session)))
    if session.closed is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info("This session is closed: nothing is answered in it any more.", width=480)
            if st.button("Reopen", icon=":material/lock_open:"):
                with attempt():
                    workspace().reopen_session(session.name)
                    st.rerun()
    views = {name: title for name, (title, _) in VIEWS.items() if _makes_sense(session, name)}
    VIEWS[choose_view("View", views, "view")][1](session)


def _makes_sense(session: LabelSession, view: str) -> bool:
    """Say whether a view has anything to show: drawings are neither reviewed nor put in order."""
    return session.config.answer != "drawings" or view not in ("review", "order")
