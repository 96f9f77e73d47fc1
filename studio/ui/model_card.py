"""The card of a model: shown on the page, and as a file."""

from __future__ import annotations

import re

import streamlit as st

from studio.core.model import ModelVersion
from studio.core.model_card import PLOTS
from studio.ui.session import workspace

WIDE_TABLES = (
    "<style>.st-key-model_card table{display:block;max-width:100%;overflow-x:auto}</style>"
)
"""On a phone a wide table is moved, not the page."""
_PICTURE = re.compile(rf"^!\[\w+\]\({PLOTS}/(\w+)\.svg\)$", re.MULTILINE)


def show_card(version: ModelVersion) -> None:
    """Show a model's card, its pictures in place, and its files."""
    card = workspace().model_card(version.title)
    name = f"{version.model}-{version.version}"
    with st.container(horizontal=True):
        st.download_button(
            "Card (.md)",
            card.markdown,
            file_name=f"{name}.card.md",
            mime="text/markdown",
            icon=":material/download:",
            on_click="ignore",
            key=f"card {version.title}",
        )
        st.download_button(
            "Card with pictures (.zip)",
            lambda: workspace().model_card_zip(version.title),
            file_name=f"{name}.card.zip",
            mime="application/zip",
            icon=":material/download:",
            on_click="ignore",
            key=f"card zip {version.title}",
        )
    st.html(WIDE_TABLES)
    with st.container(border=True, key="model_card"):
        for number, part in enumerate(_PICTURE.split(card.text)):
            if number % 2:
                st.image(card.plots[part], caption=None)
            elif part.strip():
                st.markdown(part)
    with st.expander("Front matter, as model hubs read it"):
        st.code(card.front_matter, language="yaml")
