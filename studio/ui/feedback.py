"""What the studio says back: errors in three parts, messages that survive a rerun."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import streamlit as st

from studio.core.errors import StudioError
from studio.core.run import Failure

_LOG = logging.getLogger("studio.ui")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+\-.!|~<>$:&])")


def plain(text: str) -> str:
    """Return text that Markdown shows as it is, whatever a person typed.

    Example:
        >>> plain("2*3")
        '2\\\\*3'
    """
    return _MARKDOWN.sub(r"\\\1", text)


def show_error(error: StudioError | Failure) -> None:
    """Show what happened, why, and what to do: an error now, or why a run failed."""
    st.error(
        f"**{plain(error.what)}**  \n{plain(error.why)}  \n{plain(error.fix)}",
        icon=":material/error:",
    )


@contextmanager
def attempt() -> Iterator[None]:
    """Show a StudioError in a box and go on with the page."""
    try:
        yield
    except StudioError as error:
        show_error(error)


def say_next(message: str) -> None:
    """Show a message after the rerun or the page change that follows."""
    st.session_state["waiting_message"] = message


def show_waiting_message() -> None:
    """Show what `say_next` left."""
    message = st.session_state.pop("waiting_message", None)
    if message:
        st.toast(plain(message), icon=":material/check_circle:")


def script_error(error: Exception) -> bool:
    """Render what a page did not expect. Streamlit calls it; True keeps its own box away."""
    if isinstance(error, StudioError):
        show_error(error)
        return True
    _LOG.error("A page failed", exc_info=error)
    st.error(
        "**This page could not be shown.**  \n"
        "Something the studio did not expect happened; the details are in its log.  \n"
        "Reload the page. Nothing you saved is lost.",
        icon=":material/error:",
    )
    return True


def empty(message: str, target: str, label: str) -> None:
    """Say why there is nothing to show yet, and lead on.

    Args:
        message: One sentence.
        target: Where the link leads, from `session.page`.
        label: What the link says.
    """
    with st.container(border=True):
        st.markdown(message)
        st.page_link(target, label=label, icon=":material/arrow_forward:")


def show_numbers(numbers: Mapping[str, tuple[str, str | None]]) -> None:
    """Show numbers side by side, two in a row on a phone.

    Args:
        numbers: label -> (value, explanation or None).
    """
    with st.container(horizontal=True):
        for label, (value, explanation) in numbers.items():
            st.metric(label, value, help=explanation, border=True, width=165)
