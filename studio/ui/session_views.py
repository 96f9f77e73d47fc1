"""The two views in which people work: labelling, and reviewing what was answered."""

from __future__ import annotations

from typing import Any

import streamlit as st

from studio.core.label_review import REVIEW_TITLES
from studio.core.label_session import LabelSession
from studio.core.learning_curve import worth
from studio.ui.components import labeller
from studio.ui.session import author

MODES = {"one": "One by one", "grid": "Many at once"}
PAGE_SIZES = (64, 100, 144, 256, 400)


def show_labeller(session: LabelSession) -> None:
    """Show the samples to answer, one by one or as a grid."""
    mode: Any = "one"
    size = PAGE_SIZES[0]
    if session.config.answer in ("single", "multi") and not session.config.spans:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            grid = session.task == "images" and session.config.strategy == "clusters"
            mode = st.segmented_control(
                "Samples",
                list(MODES),
                default="grid" if grid else "one",
                required=True,
                format_func=MODES.__getitem__,
                key=f"mode_{session.id}",
                label_visibility="collapsed",
            )
            if mode == "grid":
                size = st.selectbox(
                    "Samples a page", PAGE_SIZES, key=f"size_{session.id}", width=160
                )
    gain = worth(session.curve)
    if gain is not None:
        st.caption(f"The next 50 labels are worth about {gain:+.1f} % accuracy.")
    labeller(
        key=f"labeller_{session.id}_{mode}_{size}_{author()}",
        session=session.name,
        annotator=author(),
        mode=mode,
        page_size=size,
    )


def show_review(session: LabelSession) -> None:
    """Show what was answered, disagreements first, for a reviewer to decide."""
    labeller(
        key=f"review_{session.id}_{author()}",
        session=session.name,
        annotator=author(),
        mode="review",
        queue=next(iter(REVIEW_TITLES)),
    )
