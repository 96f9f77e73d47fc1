"""Where an import node reads from: the kind of source, and its own settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_origin

import streamlit as st
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from studio.core.quickdraw import CATEGORIES
from studio.core.sources import SOURCES
from studio.ui.node_panel_fields import Field, show_field, title_of, usual
from studio.workspace import Workspace

UNSHOWN = ("kind", "upload", "folder")
PLACES = {
    "url": ("Address", "http or https address of one file, which is downloaded when the node runs."),
    "path": ("Path", "A file or folder of the machine the studio runs on. Files of yours: the Datasets page."),
}  # fmt: skip


def show_source(workspace: Workspace, value: Any, key: str) -> dict[str, Any] | None:
    """Show which source is read and how. Returns the source as JSON, only what is not as usual; None: none is chosen.

    Args:
        workspace: Whose drawings can be chosen.
        value: As it stands.
        key: Prefix of the widgets' keys.
    """
    plain = value.model_dump(mode="json") if isinstance(value, BaseModel) else value
    now: Mapping[str, Any] = plain if isinstance(plain, Mapping) else {}
    kinds = list(SOURCES)
    kind = st.selectbox(
        "Source",
        kinds,
        kinds.index(now["kind"]) if now.get("kind") in kinds else None,
        format_func=lambda name: SOURCES[name][1],
        placeholder="choose one",
        key=key,
    )
    if kind is None:
        return None
    kept = now if now.get("kind") == kind else {}
    found: dict[str, Any] = {"kind": kind, **{n: kept[n] for n in UNSHOWN if kept.get(n)}}
    for name, declared in SOURCES[kind][0].model_fields.items():
        if name in UNSHOWN or declared.annotation is type(None):
            continue
        held = _widget(workspace, name, declared, kept.get(name, usual(declared)), f"{key} {kind}")
        if held not in (None, "", ()) and held != usual(declared):
            found[name] = list(held) if isinstance(held, tuple) else held
    return found


def _widget(workspace: Workspace, name: str, declared: FieldInfo, value: Any, key: str) -> Any:
    key = f"{key} {name}"
    if name in PLACES:
        title, explanation = PLACES[name]
        return str(st.text_input(title, value or "", help=explanation, key=key)).strip()
    if name == "collection":
        known = list(dict.fromkeys([*workspace.drawing_collections(), *([value] if value else [])]))
        index = known.index(value) if value else None
        return st.selectbox("Drawings", known, index, placeholder="choose one", key=key)
    if get_origin(declared.annotation) is tuple:
        chosen = [str(one) for one in value or ()]
        offered = CATEGORIES if name == "categories" else ()
        return tuple(
            st.multiselect(
                title_of(name, declared),
                list(dict.fromkeys([*offered, *chosen])),
                chosen,
                accept_new_options=name != "categories",
                placeholder="choose, or type one",
                help=declared.description,
                key=key,
            )
        )
    return show_field(workspace, Field("import", name, declared, value, key))
