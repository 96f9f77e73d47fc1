"""The navigation script: which pages there are, in which order. Streamlit runs it on every visit."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from studio.ui.feedback import show_waiting_message
from studio.ui.session import NAMELESS, PAGES

ICON = Path(__file__).with_name("icon.svg")
WIDE = ("Designer",)
"""Pages that need the whole width: the menu is folded away there until somebody asks for it."""


# No icons on the pages: Streamlit fetches a page's Material icon from a font host for the browser tab.
def _pages(*names: str) -> list[st.Page]:
    return [st.Page(PAGES / f"{name}.py", title=name.capitalize(), url_path=name) for name in names]


def main() -> None:
    """Show the menu and the page that was asked for."""
    home = st.Page(PAGES / "home.py", title="Home", default=True)
    steps = _pages(
        "datasets", "quality", "label", "configure", "train", "search", "evaluate", "deploy"
    )
    drawn = _pages("designer")
    kept = _pages("runs", "compare", "models")
    chosen = st.navigation(
        {"": [home], "Step by step": steps, "All at once": drawn, "Kept": kept}, expanded=True
    )
    st.set_page_config(
        page_title=f"{chosen.title} · Studio",
        page_icon=str(ICON),
        layout="wide",
        initial_sidebar_state="collapsed" if chosen.title in WIDE else "auto",
    )
    st.logo(str(ICON), size="large")
    with st.sidebar:
        st.text_input(
            "Your name",
            key="author",
            placeholder=NAMELESS,
            max_chars=40,
            persist_state="session",
            help="Written beside the labels, datasets and models you make.",
        )
    show_waiting_message()
    chosen.run()


main()
