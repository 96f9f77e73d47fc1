"""Where files come from: uploaded, in a folder of this machine, or at an address of the web."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from studio.core.names import slug
from studio.ui.components import uploader
from studio.ui.feedback import attempt, plain
from studio.ui.session import once, workspace

UPLOAD, SERVER, WEB = "Upload", "Server folder", "Web address"
Kind = Literal["images", "npy", "arrays", "idx", "text", "table", "strokes", "annotated"]


def choose_place(kind: Kind, key: str, hint: str) -> tuple[dict[str, str] | None, str]:
    """Let a person say where the files are.

    Args:
        kind: What the uploader takes.
        key: Prefix of the widgets' keys.
        hint: An example of an address.

    Returns:
        What goes into the source's settings, such as `{"upload": id}`, None while nothing is chosen; and a name
        that suits the dataset.
    """
    roots = workspace().server_roots()
    ways = [UPLOAD, *([SERVER] if roots else []), WEB]
    way = st.segmented_control(
        "Where from", ways, default=UPLOAD, required=True, key=f"{key}_where"
    )
    if way == UPLOAD:
        found = uploader(kind=kind, key=once(f"{key} upload"))
        return (
            ({"upload": found["upload"]}, slug(found["label"].rsplit(".", 1)[0]))
            if found
            else (None, "")
        )
    if way == WEB:
        url = str(
            st.text_input(
                "Web address",
                key=f"{key}_url",
                placeholder=hint,
                max_chars=2000,
                help="One file, downloaded by the studio. Addresses inside your own network are refused.",
            )
        ).strip()
        return ({"url": url}, slug(url.rsplit("/", 1)[-1].split(".")[0])) if url else (None, "")
    return _server_place(roots, key)


def _server_place(roots: list[str], key: str) -> tuple[dict[str, str] | None, str]:
    """Let a person walk through the folders that this machine offers."""
    root = roots.index(str(st.selectbox("Folder of this machine", roots, key=f"{key}_root")))
    at = str(st.session_state.setdefault(f"{key}_at_{root}", ""))
    found: tuple[dict[str, str] | None, str] = (None, "")
    with attempt():
        listing = workspace().server_folder(root, at)
        here = "Everything in this folder"
        folders = [f"{name}/" for name in listing.folders]
        options = [here, *folders, *(file.name for file in listing.files)]
        st.caption(
            f"{plain(at or 'top of the folder')}{' · more entries than are shown' if listing.more else ''}"
        )
        chosen = str(st.selectbox("Take", options, key=f"{key}_take_{root}_{at}"))
        back, into = st.columns(2)
        if back.button("Up", icon=":material/arrow_upward:", disabled=not at, key=f"{key}_up"):
            st.session_state[f"{key}_at_{root}"] = at.rpartition("/")[0]
            st.rerun()
        if into.button(
            "Open folder",
            icon=":material/folder_open:",
            disabled=chosen not in folders,
            key=f"{key}_into",
        ):
            st.session_state[f"{key}_at_{root}"] = f"{at}/{chosen}".strip("/")
            st.rerun()
        relative = at if chosen == here else f"{at}/{chosen}".strip("/")
        path = workspace().server_path(root, relative)
        found = {"path": path}, slug(path.rstrip("/").rsplit("/", 1)[-1].split(".")[0])
    return found
