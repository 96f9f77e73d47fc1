"""Training again, and what came of it: each class before and after, judged on the same samples."""

from __future__ import annotations

from functools import lru_cache
from html import escape

import plotly.graph_objects as go
import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.core.evaluation import EvaluationRecord
from studio.core.paired import ClassDelta, PairedComparison, compare_paired
from studio.core.run import Run
from studio.ui.background import describe_progress
from studio.ui.charts import BLUE, ORANGE, blank_figure
from studio.ui.components import figure
from studio.ui.feedback import attempt, plain, say_next, show_error
from studio.ui.session import author, once, page, used_up, workspace
from studio.workspace import Workspace

BARS = 30
"""So many classes are drawn, those that changed most; all are in the table."""
GREY = "#8a8f98"
AGAIN = "train again"


def show_again(record: EvaluationRecord, newest: DatasetVersion, key: str) -> None:
    """Show the button that trains the judged model again on the newest version of its dataset.

    Args:
        record: The evaluation.
        newest: The newest version of the dataset it was judged on.
        key: Prefix of the widgets' keys.
    """
    with st.popover("Train again", icon=":material/replay:", key=f"{key}_{once(AGAIN)}"):
        st.markdown(
            f"With the same settings, on {plain(newest.title)}, the newest version. Then both models are compared on "
            "the samples that both were tested on."
        )
        weights = st.radio(
            "Start from",
            ["random", "model"],
            format_func={
                "random": "random weights",
                "model": "the weights of this model",
            }.__getitem__,
            key=f"{key}_weights",
            help="Random weights forget what wrong labels taught. The model's own are quicker.",
        )
        if st.button("Train", type="primary", icon=":material/play_arrow:", key=f"{key}_train"):
            with attempt():
                run = workspace().train_again(
                    record.model,
                    weights="model" if weights == "model" else "random",
                    author=author(),
                )
                used_up(AGAIN)
                say_next(f"{run.name} trains on {newest.title}.")
                st.rerun()


def show_deltas(record: EvaluationRecord, *, key: str) -> None:
    """Show what training again changed, or how far it is; nothing where the model was never trained again.

    Args:
        record: The evaluation of the former model.
        key: Prefix of the widgets' keys.
    """
    runs = workspace().trained_again(record.model)
    runs = [run for run in runs if run.name != record.run]
    if not runs:
        return
    name = runs[0].name
    if len(runs) > 1:
        name = str(st.selectbox("Trained again as", [run.name for run in runs], key=f"{key}_again"))
    run = next(run for run in runs if run.name == name)
    if not run.is_terminal:
        _show_progress(run, key)
        return
    if run.failure is not None:
        show_error(run.failure)
        return
    with attempt():
        _show_delta(record, run, key)


def _show_progress(run: Run, key: str) -> None:
    @st.fragment(run_every=2.0)
    def refresh() -> None:
        now = workspace().run(run.name)
        if now.is_terminal:
            st.rerun()
        share, text = describe_progress(now)
        st.progress(share, text=f"**Training {plain(run.name)}**: {plain(text)}")
        st.page_link(
            page("runs"),
            label="Watch it learn",
            icon=":material/monitoring:",
            query_params={"run": run.name},
        )

    with st.container(key=f"{key}_again_progress"):
        refresh()


@lru_cache(32)
def _compared(owner: Workspace, before: str, after: str) -> PairedComparison:
    """Return how the models of two evaluations differ; neither ever changes."""
    return compare_paired(owner.predictions(before), owner.predictions(after))


def _show_delta(record: EvaluationRecord, run: Run, key: str) -> None:
    found = _compared(workspace(), record.run, run.name)
    then, now = record.title, run.name
    st.markdown(f"**{plain(now)}, trained again, against {plain(then)}**")
    st.markdown(plain(found.said(then, now)))
    numbers = [
        ("Accuracy before", found.accuracy_a, None),
        ("Accuracy after", found.accuracy_b, 100 * found.difference),
    ]
    with st.container(horizontal=True):
        for label, share, change in numbers:
            st.metric(
                label,
                f"{100 * share:.1f} %",
                None if change is None else f"{change:+.1f} points",
                border=True,
                delta_color="normal" if found.real else "off",
                width=190,
            )
    figure(
        bars(found.per_class),
        key=f"{key}_delta_{record.run}_{run.name}",
        alt=f"How the recall of each class changed from {then} to {now}, with 95 % intervals",
        clickable=False,
    )
    st.dataframe(
        rows(found.per_class),
        hide_index=True,
        column_config={
            name: st.column_config.NumberColumn(format="%.1f %%")
            for name in ("Recall before", "Recall after", "Precision before", "Precision after")
        },
        key=f"{key}_delta_table_{run.name}",
        alt="Recall and precision of each class before and after, with 95 % intervals",
    )
    st.caption(_facts(found))


def _facts(found: PairedComparison) -> str:
    """Return on which samples both were judged, in words."""
    said = [f"Judged on the {found.n:,} samples that both were tested on."]
    if found.left_out:
        said.append(f"{found.left_out:,} that only one was tested on are left out.")
    if found.relabelled:
        said.append(f"{found.relabelled:,} were relabelled since; the newer class counts for both.")
    said.append(
        "Intervals hold the true change in 95 of 100 cases; a class is marked where its change is more than chance, "
        "with all classes looked at together."
    )
    return " ".join(said)


def rows(classes: tuple[ClassDelta, ...]) -> list[dict[str, object]]:
    """Return one row a class, those that changed most first."""
    return [
        {
            "Class": delta.class_name,
            "Samples": delta.support,
            "Recall before": 100 * delta.recall_a,
            "Recall after": 100 * delta.recall_b,
            "Recall, change": _change(delta.difference, delta.low, delta.high),
            "Precision before": 100 * delta.precision_a,
            "Precision after": 100 * delta.precision_b,
            "Precision, change": _change(
                delta.precision_difference, delta.precision_low, delta.precision_high
            ),
            "More than chance": "yes" if delta.real else "no",
        }
        for delta in _most_changed(classes)
    ]


def _most_changed(classes: tuple[ClassDelta, ...]) -> list[ClassDelta]:
    return sorted(classes, key=lambda delta: -abs(delta.difference))


def _change(difference: float, low: float, high: float) -> str:
    return f"{100 * difference:+.1f} ({100 * low:+.1f} to {100 * high:+.1f})"


def bars(classes: tuple[ClassDelta, ...]) -> go.Figure:
    """Return bars: how the recall of each class changed, in points, with 95 % intervals."""
    shown = _most_changed(classes)[:BARS]
    made = blank_figure(max(180, 26 * len(shown) + 70))
    made.add_bar(
        y=[escape(delta.class_name) for delta in shown],
        x=[100 * delta.difference for delta in shown],
        orientation="h",
        marker_color=[
            (BLUE if delta.difference > 0 else ORANGE) if delta.real else GREY for delta in shown
        ],
        error_x={
            "type": "data",
            "symmetric": False,
            "array": [100 * max(0.0, delta.high - delta.difference) for delta in shown],
            "arrayminus": [100 * max(0.0, delta.difference - delta.low) for delta in shown],
            "color": GREY,
            "thickness": 1.2,
            "width": 3,
        },
        hovertemplate="%{y}: %{x:+.1f} points<extra></extra>",
    )
    made.update_yaxes(autorange="reversed", type="category")
    made.update_xaxes(title="change of recall (points)", zeroline=True)
    return made
