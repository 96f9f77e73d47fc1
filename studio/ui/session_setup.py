"""A new labelling session: what is asked, about which samples, by whom."""

from __future__ import annotations

from typing import Any

import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.core.label_session import AnswerKind, SessionConfig, parse_session
from studio.core.names import slug
from studio.ui.feedback import attempt, say_next
from studio.ui.forms import fields
from studio.ui.label_address import open_session
from studio.ui.session import author, choose_dataset, workspace
from studio.ui.session_fields import answer_field, crowd_fields, strategy_field

EXAMPLE = "apple\nbicycle\nfish"


def show_setup() -> None:
    """Show the fields of a new session, and the button that makes it."""
    version = choose_dataset()
    assert version is not None  # the page has asked whether there is one
    key = f"new_{version.dataset}"
    left, right = st.columns(2)
    with left:
        name = st.text_input(
            "Name of the session", _free_name(version), max_chars=64, key=f"{key}.name"
        )
        answer = answer_field(version.task, f"{key}.answer")
        spans = version.task == "text" and st.checkbox(
            "People may also mark stretches of the text", key=f"{key}.spans"
        )
    with right:
        classes = st.text_area(
            "Classes, one a line",
            "\n".join(workspace().class_names(version)),
            height=170,
            placeholder=EXAMPLE,
            key=f"{key}.classes",
            help="Colours, keys, descriptions and examples are set afterwards, under Classes.",
        )
    instructions = st.text_area(
        "Instructions",
        height=100,
        max_chars=20_000,
        placeholder="What belongs to which class? What about doubtful cases?",
        key=f"{key}.instructions",
    )
    values: dict[str, Any] = {"spans": spans, "instructions": instructions}
    values |= _drawing_fields(key) if answer == "drawings" else _sample_fields(version, answer, key)
    with st.expander("People and answers a sample", icon=":material/group:"):
        values |= crowd_fields({}, key)
    if st.button("Make the session", type="primary", icon=":material/add:"):
        with attempt():
            names = [line.strip() for line in classes.splitlines() if line.strip()]
            made = workspace().create_session(
                parse_session(
                    {
                        "name": name,
                        "dataset": version.dataset,
                        "version": version.version,
                        "answer": answer,
                        "classes": [{"name": n} for n in names],
                        **values,
                    }
                ),
                author=author(),
            )
            say_next(f"The session {made.name} is ready.")
            open_session(made.name)
            st.rerun()


def _free_name(version: DatasetVersion) -> str:
    taken = {session.name for session in workspace().sessions()}
    wanted = slug(version.dataset)[:58]
    return next(n for i in range(1, 10**6) if (n := f"{wanted}-{i}") not in taken)


def _drawing_fields(key: str) -> dict[str, Any]:
    return fields(SessionConfig, {}, key, only=("seconds", "drawings"), columns=2)


def _sample_fields(version: DatasetVersion, answer: AnswerKind, key: str) -> dict[str, Any]:
    """Show which samples are asked about, and in which order."""
    progress = workspace().label_progress(version)
    unlabelled = progress.total - progress.labelled
    options = {
        "unlabelled": f"Those without a class ({unlabelled:,})",
        "all": f"All ({progress.total:,})",
    }
    left, right = st.columns(2)
    with left:
        wanted = st.selectbox(
            "Samples",
            list(options),
            index=0 if unlabelled and answer != "boxes" else 1,
            format_func=options.__getitem__,
            key=f"{key}.wanted",
        )
        limit = fields(SessionConfig, {}, key, only=("limit",))
    with right:
        strategy = strategy_field("random", f"{key}.strategy")
    gold = fields(SessionConfig, {}, key, only=("gold",)) if answer in ("single", "multi") else {}
    return {"wanted": wanted, "strategy": strategy, **limit, **gold}
