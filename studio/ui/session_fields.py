"""The settings of a session as fields: those of a new one, and those that may change later."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from studio.core.dataset import Task
from studio.core.label_session import (
    ANSWER_TITLES,
    STRATEGY_TITLES,
    AnswerKind,
    SessionConfig,
    Strategy,
)
from studio.ui.forms import fields

STRATEGY_HELP: dict[Strategy, str] = {
    "random": "In no order: the classes come as often as they are.",
    "balanced": "Rare classes come as often as frequent ones, as far as a quick model can tell.",
    "clusters": "Look-alikes come together: in the grid one key labels a whole page.",
    "least_confidence": "First those of which a quick model is least sure. Fewer labels for the same accuracy.",
    "margin": "First those where two classes are nearly as likely. Usually the best of the clever orders.",
    "entropy": "First those where many classes are possible.",
    "diversity": "First those least like what has been labelled: good to find what there is at all.",
}
TEXT_ANSWERS: tuple[AnswerKind, ...] = ("single", "multi")


def answer_field(task: Task, key: str) -> AnswerKind:
    """Let a person choose what is asked; only what the samples can be asked for."""
    options = list(ANSWER_TITLES) if task == "images" else list(TEXT_ANSWERS)
    found: AnswerKind = st.radio(
        "What people give", options, format_func=ANSWER_TITLES.__getitem__, horizontal=True, key=key
    )
    return found


def strategy_field(value: Strategy, key: str) -> Strategy:
    """Let a person choose the order, with a sentence about it."""
    options = list(STRATEGY_TITLES)
    found: Strategy = st.selectbox(
        "Order",
        options,
        index=options.index(value),
        format_func=STRATEGY_TITLES.__getitem__,
        key=key,
    )
    st.caption(STRATEGY_HELP[found])
    return found


def people_field(label: str, value: Sequence[str], key: str, explanation: str) -> list[str]:
    """Let a person name people; nobody named is anybody."""
    return list(
        st.multiselect(
            label,
            list(value),
            default=list(value),
            accept_new_options=True,
            select_all=False,
            placeholder="anybody; or type names",
            help=explanation,
            key=key,
        )
    )


def crowd_fields(values: dict[str, Any], key: str) -> dict[str, Any]:
    """Show who takes part, and how often a sample is answered."""
    left, right = st.columns(2)
    with left:
        people = people_field(
            "People",
            values.get("people", ()),
            f"{key}.people",
            "Who may answer: the names in their sidebars.",
        )
    with right:
        reviewers = people_field(
            "Reviewers",
            values.get("reviewers", ()),
            f"{key}.reviewers",
            "Who may decide disagreements and send answers back.",
        )
    shown = fields(SessionConfig, values, key, only=("overlap", "blind", "suggestions"), columns=3)
    return {"people": people, "reviewers": reviewers, **shown}
