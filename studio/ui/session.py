"""What a page starts from: the workspace, who is at the keyboard, what is selected."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from studio.core.dataset import DatasetVersion, Task
from studio.workspace import Workspace

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "pages"
NAVIGATION = Path(__file__).with_name("navigation.py")
NAMELESS = "me"


@cache
def workspace() -> Workspace:
    """Return this process's workspace: `$STUDIO_HOME`, or data/workspace."""
    return Workspace.open()


def author() -> str:
    """Return the name the person gave in the sidebar."""
    return str(st.session_state.get("author") or "").strip() or NAMELESS


def page(name: str) -> str:
    """Return what `st.page_link` and `st.switch_page` call the page `name`."""
    return str(PAGES / f"{name}.py")


def go(name: str, **query: str) -> None:
    """Leave for another page, with what it should show in its address."""
    st.switch_page(page(name), query_params=query)


def once(name: str) -> str:
    """Return a widget key that stays until `used_up(name)`; then the widget starts afresh."""
    return f"{name} {st.session_state.get(f'{name} used up', 0)}"


def used_up(name: str) -> None:
    """Let the widget whose key is `once(name)` start afresh."""
    st.session_state[f"{name} used up"] = st.session_state.get(f"{name} used up", 0) + 1


def choose(
    label: str,
    options: Sequence[str],
    key: str,
    *,
    shown: Callable[[str], str] = str,
    widget: Callable[..., object] = st.selectbox,
) -> str:
    """Let a person choose one of `options`; the choice is in the page's address as `?key=`.

    An address that names another one than was shown last wins over what the widget remembers.

    Args:
        label: What is chosen.
        options: At least one; the first is the default.
        key: The name in the address, and the widget's key.
        shown: Returns what people read for an option.
        widget: What they choose with: a select box, or one with the same arguments.
    """
    wanted = st.query_params.get(key)
    if wanted in options and wanted != st.session_state.get(f"{key} in the address"):
        st.session_state[key] = wanted
    elif st.session_state.get(key) not in options:
        st.session_state[key] = options[0]
    chosen = str(widget(label, options, format_func=shown, key=key, persist_state="session"))
    st.query_params[key] = st.session_state[f"{key} in the address"] = chosen
    return chosen


def choose_view(label: str, views: Mapping[str, str], key: str, first: str | None = None) -> str:
    """Let a person choose a view from buttons in a row; the choice is in the page's address as `?key=`.

    Args:
        label: What screen readers say.
        views: Name in the address -> what people read.
        key: As in `choose`.
        first: The default. Default: the first.
    """
    first_one_first = sorted(views, key=lambda name: name != first)

    def row(label: str, options: Sequence[str], **how: Any) -> object:
        how = {"required": True, "label_visibility": "collapsed", **how}
        return st.segmented_control(label, list(views), **how)

    return choose(label, first_one_first, key, shown=views.__getitem__, widget=row)


def choose_dataset(label: str = "Dataset", task: Task | None = None) -> DatasetVersion | None:
    """Let a person choose a dataset and return its newest version; None when there is none.

    Args:
        label: What is chosen.
        task: Only datasets of pictures ("images"), or of texts. Default: all.
    """
    names = [d.name for d in workspace().datasets() if task in (None, d.latest.task)]
    if not names:
        return None
    return workspace().dataset(choose(label, names, "dataset"))
