"""Two models on the same samples: which one is better, whether that is chance, and where they differ."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import streamlit as st
from numpy.typing import NDArray

from studio.core.evaluation import EvaluationRecord
from studio.core.paired import ClassDelta, PairedComparison, compare_paired, disagreements
from studio.core.predictions import Predictions
from studio.ui import feedback
from studio.ui.components import figure, sample_grid
from studio.ui.deltas import bars
from studio.ui.evaluation_samples import show_samples
from studio.ui.feedback import attempt, empty, plain
from studio.ui.overview import when
from studio.ui.session import author, choose, choose_view, page, workspace

SHOWN = 300
SURE, UNSURE, NUMBER = "surest first", "most doubtful first", "by number"


def show_pair(key: str) -> None:
    """Let a person choose two evaluations, and show what parts them."""
    records = {r.run: r for r in workspace().evaluations() if r.has_predictions}
    if len(records) < 2:
        empty(
            "Two models are compared on the same samples once both were judged. "
            "Judge a second one, on the same part of the same dataset.",
            page("evaluate"), "Judge a model",
        )  # fmt: skip
        return
    titles = {run: _title(record) for run, record in records.items()}
    left, right = st.columns(2)
    with left:
        a = choose("Model A", list(records), "a", shown=titles.__getitem__)
    same = [run for run in records if run != a and _same_samples(records[a], records[run])]
    if not same:
        st.info(
            plain(
                f"No other model was judged on {records[a].dataset} yet. Judge one on the same samples."
            ),
            icon=":material/balance:",
        )
        st.page_link(page("evaluate"), label="Judge a model", icon=":material/arrow_forward:")
        return
    with right:
        b = choose("Model B", same, "b", shown=titles.__getitem__)
    with attempt():
        answers = workspace().predictions(a), workspace().predictions(b)
        found = compare_paired(*answers)
        names = _names(records[a], records[b])
        _show_verdict(found, names)
        view = choose_view("Show", {"samples": "Where they differ", "classes": "Classes"}, "differ")
        if view == "samples":
            _show_disagreements(records[a], records[b], answers, names, key)
        else:
            _show_classes(found.per_class, names, key)


def _show_verdict(found: PairedComparison, names: tuple[str, str]) -> None:
    a, b = names
    sentence = plain(found.said(a, b))
    if found.real:
        st.success(sentence, icon=":material/emoji_events:")
    else:
        st.info(sentence, icon=":material/balance:")
    feedback.show_numbers(
        {
            f"A: {a}"[:60]: (
                f"{100 * found.accuracy_a:.1f} %",
                f"Right about {found.n:,} samples.",
            ),
            f"B: {b}"[:60]: (
                f"{100 * found.accuracy_b:.1f} %",
                f"Right about {found.n:,} samples.",
            ),
            "B minus A": (
                f"{100 * found.difference:+.1f} points",
                f"Points; the true difference is between {100 * found.low:+.1f} and {100 * found.high:+.1f} "
                "in 95 of 100 cases.",
            ),
            "Only A, only B": (
                f"{found.wins_a:,}, {found.wins_b:,}",
                "Samples that only A, and that only B names rightly.",
            ),
        }
    )
    more = []
    if found.left_out:
        more.append(
            f"Samples that only one of them was judged on are left out: {found.left_out:,}."
        )
    if found.relabelled:
        more.append(
            f"The label of {found.relabelled:,} samples was corrected in between: the newer one counts for both."
        )
    if more:
        st.caption(plain(" ".join(more)))


def _show_disagreements(
    a: EvaluationRecord,
    b: EvaluationRecord,
    answers: tuple[Predictions, Predictions],
    names: tuple[str, str],
    key: str,
) -> None:
    """Show the samples about which two models differ."""
    found = disagreements(*answers)
    words = {"A": f"Only {names[0]} is right", "B": f"Only {names[1]} is right",
             "neither": "Both are wrong, differently"}  # fmt: skip
    options = {who: f"{words[who]} ({len(rows[0]):,})" for who, rows in found.items()}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        who = choose("Samples", list(options), "who", shown=options.__getitem__)
        order = st.selectbox("Order", (SURE, UNSURE, NUMBER), key=f"{key}_order", width=200)
        closer = st.toggle("Look closer and act", key=f"{key}_closer",
                           help="See why, correct a label, put samples aside.")  # fmt: skip
    rows_a, rows_b = found[who]
    if not len(rows_a):
        st.caption("There is none.")
        return
    if closer:
        show_samples(b, rows_b, words[who], key=f"{key}_{who}")
        return
    places = _ordered(answers, rows_a, rows_b, order)[:SHOWN]
    rows_a, rows_b = rows_a[places], rows_b[places]
    version = workspace().dataset_titled(b.dataset)
    sample_grid(
        mode="browse",
        key=f"{key}_{a.run}_{b.run}_{who}_{order}",
        dataset=version.dataset,
        version=version.version,
        samples_digest=version.samples,
        class_names=list(version.class_names),
        task=version.shown_as,
        annotator=author(),
        ids=[int(sample) for sample in answers[1].ids[rows_b]],
        captions=_captions(answers, rows_a, rows_b),
    )
    if len(found[who][0]) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(found[who][0]):,}.")


def _ordered(
    answers: tuple[Predictions, Predictions],
    rows_a: NDArray[np.int64],
    rows_b: NDArray[np.int64],
    order: str,
) -> NDArray[np.int64]:
    if order == NUMBER:
        return np.arange(len(rows_a))
    sure = answers[0].confidence[rows_a] + answers[1].confidence[rows_b]
    return np.argsort(-sure if order == SURE else sure, kind="stable")


def _captions(
    answers: tuple[Predictions, Predictions], rows_a: NDArray[np.int64], rows_b: NDArray[np.int64]
) -> list[tuple[str, str, str]]:
    a, b = answers
    return [
        (
            f"true: {b.class_names[b.labels[row_b]]}",
            f"A: {a.class_names[a.predicted[row_a]]} {100 * a.confidence[row_a]:.0f} %",
            f"B: {b.class_names[b.predicted[row_b]]} {100 * b.confidence[row_b]:.0f} %",
        )
        for row_a, row_b in zip(rows_a, rows_b, strict=True)
    ]


def _show_classes(per_class: Sequence[ClassDelta], names: tuple[str, str], key: str) -> None:
    """Show how recall and precision of each class differ, with intervals."""
    changed = sorted((c for c in per_class if c.support), key=lambda row: -abs(row.difference))
    figure(
        bars(tuple(per_class)),
        key=f"{key}_classes",
        alt=f"Recall of each class, {names[1]} minus {names[0]}, with 95 % intervals.",
        clickable=False,
    )
    share = st.column_config.NumberColumn(format="percent")
    st.dataframe(
        [
            {
                "Class": row.class_name,
                "Samples": row.support,
                "Recall A": row.recall_a,
                "Recall B": row.recall_b,
                "Difference": row.difference,
                "95 % from": row.low,
                "to": row.high,
                "Noise?": "no" if row.real else "may be",
                "Precision A": row.precision_a,
                "Precision B": row.precision_b,
                "Precision, difference": row.precision_difference,
                "from": row.precision_low,
                "to ": row.precision_high,
            }
            for row in (*changed, *(c for c in per_class if not c.support))
        ],
        hide_index=True,
        column_config=dict.fromkeys(
            ("Recall A", "Recall B", "Difference", "95 % from", "to", "Precision A", "Precision B",
             "Precision, difference", "from", "to "), share,
        ),
    )  # fmt: skip
    st.caption(
        "Differences are B minus A. A class counts as changed by more than noise when an exact McNemar test says so "
        "after a correction for the number of classes."
    )


def _title(record: EvaluationRecord) -> str:
    name = record.title if record.title == record.run else f"{record.title} · {record.run}"
    return f"{name} · {record.split} of {record.dataset} · {when(record.created)}"


def _names(a: EvaluationRecord, b: EvaluationRecord) -> tuple[str, str]:
    """Return short names that tell the two apart."""
    return (a.title, b.title) if a.title != b.title else (a.run, b.run)


def _same_samples(a: EvaluationRecord, b: EvaluationRecord) -> bool:
    """Whether two were judged on the same dataset; that their samples meet is seen when they are opened."""
    parts = {a.split, b.split}
    return a.dataset.partition(":")[0] == b.dataset.partition(":")[0] and (
        len(parts) == 1 or "all" in parts
    )
