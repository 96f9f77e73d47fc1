"""Which runs a table shows: words, tags, conditions on any fact, order, archive and bin."""

from __future__ import annotations

from typing import get_args

import streamlit as st

from studio.core.run import RUN_KINDS, RunKind, RunStatus
from studio.core.run_facts import (
    COLUMNS,
    SETTING,
    Condition,
    RunQuery,
    known_fact,
    parse_condition,
)
from studio.ui.feedback import attempt
from studio.ui.session import workspace

COMPARED: tuple[RunKind, ...] = ("training", "search", "pipeline")
STATUSES: tuple[RunStatus, ...] = get_args(RunStatus)
LIMITS = (200, 1000, 10_000)
PLACES = {"runs": "Runs", "archived": "With archived", "bin": "Bin"}
TITLES = {
    "accuracy": "Accuracy", "top_k": "Top-k", "macro_f1": "Macro F1", "mean_average_precision": "mAP",
    "loss": "Test loss", "expected_calibration_error": "Calibration error", "test_count": "Judged on",
    "milliseconds_per_sample": "ms a sample", "milliseconds_per_sample_batched": "ms a sample, batched",
    "parameters": "Parameters", "best_epoch": "Chosen epoch", "epochs_done": "Epochs done",
    "seconds": "Seconds", "created": "Submitted", "name": "Run", "group": "Group", "author": "By",
}  # fmt: skip
CURVE_TITLES = {
    "val_loss": "validation loss", "val_accuracy": "validation accuracy", "val_top_k": "validation top-k",
    "epoch_loss": "training loss", "epoch_accuracy": "training accuracy",
}  # fmt: skip


def fact_title(fact: str) -> str:
    """Return what people call a fact.

    Example:
        >>> fact_title("set.learning_rate"), fact_title("best.val_loss"), fact_title("bytes.tflite")
        ('Learning rate', 'Best validation loss', 'Bytes, tflite')
    """
    head, _, rest = fact.partition(".")
    if head in ("best", "last", "chosen"):
        curve = CURVE_TITLES.get(rest) or rest.replace("epoch_", "training ").replace(
            "val_", "validation "
        )
        return f"{head.capitalize()} {curve.replace('_', ' ')}"
    if head == "bytes":
        return f"Bytes, {rest}"
    return TITLES.get(fact) or fact.removeprefix(SETTING).replace("_", " ").capitalize()


def show_filter(key: str, kinds: tuple[RunKind, ...] = COMPARED) -> RunQuery:
    """Show what runs can be found by, and return what is asked for.

    Args:
        key: Of the widgets.
        kinds: Kinds of runs that are shown unless others are chosen.
    """
    known = workspace().fact_names()
    words, conditions = st.columns([2, 3])
    text = words.text_input(
        "Search",
        key=f"{key}_text",
        max_chars=200,
        placeholder="name, note, tag, dataset …",
        persist_state="session",
    )
    asked = conditions.text_input(
        "Conditions",
        key=f"{key}_conditions",
        max_chars=400,
        placeholder="accuracy > 0.9, learning_rate = 0.01",
        help="Facts with a sign and a value, divided by commas: settings, results, and curves such as val_loss.",
        persist_state="session",
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        query = _more(key, known, kinds)
    found: list[Condition] = []
    with attempt():
        found = [parse_condition(part, known) for part in str(asked).split(",") if part.strip()]
    return query.model_copy(update={"text": str(text), "conditions": tuple(found)})


def _more(key: str, known: list[str], kinds: tuple[RunKind, ...]) -> RunQuery:
    order = ["created", *(fact for fact in known if not fact.startswith(SETTING)), *COLUMNS,
             *(fact for fact in known if fact.startswith(SETTING))]  # fmt: skip
    sort = st.selectbox(
        "Sort by", list(dict.fromkeys(order)), format_func=fact_title, key=f"{key}_sort", width=230,
        persist_state="session",
    )  # fmt: skip
    descending = st.segmented_control(
        "Order", [True, False], default=True, required=True, key=f"{key}_descending",
        format_func=lambda down: ":material/arrow_downward:" if down else ":material/arrow_upward:",
        help="Largest and newest first, or smallest and oldest.", persist_state="session",
    )  # fmt: skip
    place = st.segmented_control(
        "Show", list(PLACES), default="runs", required=True, key=f"{key}_place",
        format_func=PLACES.__getitem__, persist_state="session",
    )  # fmt: skip
    with st.popover("More filters", icon=":material/filter_list:"):
        tags = st.multiselect(
            "Tags", workspace().run_tags(), key=f"{key}_tags", persist_state="session"
        )
        datasets = ["", *(d.name for d in workspace().datasets())]
        dataset = st.selectbox(
            "Dataset", datasets, format_func=lambda name: name or "any", key=f"{key}_dataset",
            persist_state="session",
        )  # fmt: skip
        statuses = st.multiselect(
            "Status", STATUSES, key=f"{key}_statuses", persist_state="session"
        )
        chosen = st.multiselect(
            "Kinds", RUN_KINDS, default=list(kinds), key=f"{key}_kinds", persist_state="session",
            format_func=lambda kind: kind.replace("_", " "),
        )  # fmt: skip
        limit = st.selectbox(
            "Rows at most",
            LIMITS,
            format_func="{:,}".format,
            key=f"{key}_limit",
            persist_state="session",
        )
    return RunQuery(
        tags=tuple(tags),
        dataset=dataset or "",
        statuses=tuple(statuses),
        kinds=tuple(chosen),
        sort=known_fact(str(sort), known),
        descending=bool(descending),
        archived=place == "archived",
        deleted=place == "bin",
        limit=int(limit or LIMITS[0]),
    )
