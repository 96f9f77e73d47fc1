"""An evaluation to take away: tables for a spreadsheet, JSON for programs, a report for people."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import streamlit as st

from studio.core.errors import Conflict
from studio.core.evaluation import Evaluation, EvaluationRecord
from studio.exports.answers_rows import safe
from studio.ui.evaluation_classes import class_rows
from studio.ui.evaluation_selection import curves_of, predictions_of
from studio.ui.report import html_report


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a CSV file, UTF-8; what a spreadsheet would run as a formula gets a ' in front.

    Example:
        >>> csv_bytes(["class"], [["=1+1"]])
        b"class\\r\\n'=1+1\\r\\n"
    """
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow([safe(name) for name in columns])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return file.getvalue().encode()


def classes_csv(evaluation: Evaluation) -> bytes:
    """Return the table of the classes."""
    rows = class_rows(evaluation.per_class)
    return csv_bytes(list(rows[0]) if rows else [], [list(row.values()) for row in rows])


def confusion_csv(evaluation: Evaluation) -> bytes:
    """Return the confusion matrix: a row a true class, a column a predicted one."""
    names = evaluation.class_names
    matrix = zip(names, evaluation.confusion_matrix, strict=True)
    return csv_bytes(["true / predicted", *names], [[name, *counts] for name, counts in matrix])


def predictions_csv(record: EvaluationRecord) -> bytes:
    """Return a row a sample: its number, its class, what the model said, and how sure it was of both."""
    found = predictions_of(record)
    names = found.class_names
    true = found.probabilities[range(found.count), found.labels]
    rows = zip(
        found.ids.tolist(),
        (names[place] for place in found.labels.tolist()),
        (names[place] for place in found.predicted.tolist()),
        (f"{value:.6g}" for value in found.confidence.tolist()),
        (f"{value:.6g}" for value in true.tolist()),
        (f"{value:.6g}" for value in found.loss.tolist()),
        strict=True,
    )
    return csv_bytes(
        ["sample", "true", "predicted", "confidence", "probability of the true class", "loss"], rows
    )


def report_bytes(record: EvaluationRecord, evaluation: Evaluation) -> bytes:
    """Return the report of an evaluation."""
    try:
        curves = curves_of(record)
    except Conflict:
        curves = None
    return html_report(record, evaluation, curves).encode()


def show_downloads(record: EvaluationRecord, evaluation: Evaluation) -> None:
    """Show the files of an evaluation; each is made when it is asked for."""
    st.caption("Every figure has a button of its own that saves it as PNG.")
    with st.container(horizontal=True):
        _button(
            "Report (HTML)",
            "report.html",
            "text/html",
            lambda: report_bytes(record, evaluation),
            record,
        )
        _button("Classes (CSV)", "classes.csv", "text/csv", lambda: classes_csv(evaluation), record)
        _button(
            "Confusion matrix (CSV)",
            "confusion.csv",
            "text/csv",
            lambda: confusion_csv(evaluation),
            record,
        )
        if record.has_predictions:
            _button(
                "Answers (CSV)", "answers.csv", "text/csv", lambda: predictions_csv(record), record
            )
        _button(
            "Everything (JSON)",
            "evaluation.json",
            "application/json",
            lambda: evaluation.model_dump_json(indent=2).encode(),
            record,
        )


def _button(label: str, name: str, mime: str, made: Any, record: EvaluationRecord) -> None:
    st.download_button(
        label,
        made,
        file_name=f"{record.run}-{name}",
        mime=mime,
        icon=":material/download:",
        on_click="ignore",
        key=f"download_{name}_{record.run}",
    )
