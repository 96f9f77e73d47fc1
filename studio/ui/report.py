"""An evaluation as one file of HTML that needs nothing else: figures to move about in, and tables.

Plotly's own script is inside it. A policy in its head keeps it from fetching anything, and whatever people typed is
escaped.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import plotly.graph_objects as go
from plotly.offline import get_plotlyjs

from studio.core.confusion import Order, class_order, confused_pairs
from studio.core.curves import EvaluationCurves
from studio.core.evaluation import Evaluation, EvaluationRecord
from studio.ui import charts_review as charts

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
)
STYLE = """
:root { color-scheme: light; --ink: #1c2733; --muted: #5b6672; --line: #d8dde3; }
body { max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink); background: #fff;
  font: 16px/1.5 system-ui, sans-serif; }
h1, h2 { line-height: 1.2; } h2 { margin-top: 2.5rem; } p, figcaption { color: var(--muted); }
figure { margin: 1rem 0; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; }
th.number, td.number { text-align: right; }
@media print { h2 { break-after: avoid; } figure { break-inside: avoid; } }
"""
NUMBER = ' class="number"'
CONFIG = {"displaylogo": False, "responsive": True, "modeBarButtonsToRemove": ["sendDataToCloud"]}
MOST_CLASSES = 60
"""A matrix of more classes shows those that are confused most."""
HEADLINE = {
    "accuracy": "Accuracy",
    "top_k": "Top-{k}",
    "mean_average_precision": "Mean average precision",
    "macro_f1": "Macro F1",
    "expected_calibration_error": "Expected calibration error",
    "loss": "Loss (cross-entropy)",
}


def html_report(
    record: EvaluationRecord, evaluation: Evaluation, curves: EvaluationCurves | None
) -> str:
    """Return the report.

    Args:
        record: What was judged on what.
        evaluation: Its numbers.
        curves: None where they are not kept.
    """
    title = html.escape(f"{record.title} on {record.dataset}")
    body = "".join(_sections(record, evaluation, curves))
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title><style>{STYLE}</style><script>{get_plotlyjs()}</script></head>"
        f"<body><h1>{title}</h1>{body}</body></html>\n"
    )


def _sections(
    record: EvaluationRecord, evaluation: Evaluation, curves: EvaluationCurves | None
) -> Iterator[str]:
    made = datetime.fromtimestamp(record.created, UTC).strftime("%Y-%m-%d %H:%M UTC")
    yield (
        f"<p>Judged on {evaluation.test_count:,} samples ({html.escape(evaluation.split)}) of "
        f"{html.escape(evaluation.dataset)}. Run {html.escape(record.run)}, {made}.</p>"
    )
    yield "<h2>Numbers</h2>" + table(headline_rows(evaluation))
    yield "<p>The interval holds the number that other samples would give in 95 of 100 cases.</p>"
    yield "<h2>Classes</h2>"
    rows = sorted(evaluation.per_class, key=lambda row: row.recall)[: charts.MOST_BARS]
    yield _figure(charts.class_bars(rows, "recall"), "Recall of each class, lowest first")
    yield table([row.model_dump() for row in evaluation.per_class])
    yield "<h2>Confusion</h2>"
    yield from _confusion(evaluation)
    if curves is not None:
        yield "<h2>Curves, all classes together</h2>"
        yield _figure(charts.curve_figure(curves.overall, "roc"), "ROC curve")
        yield _figure(charts.curve_figure(curves.overall, "pr"), "Precision-recall curve")
    if evaluation.reliability:
        yield "<h2>Calibration</h2>"
        yield _figure(
            charts.reliability(evaluation), "Share of right answers by how sure the model was"
        )
    if evaluation.confidence_right:
        shown = charts.confidences(evaluation.confidence_right, evaluation.confidence_wrong)
        yield _figure(shown, "Right and wrong answers by how sure the model was")


def headline_rows(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Return the headline numbers with their 95 % intervals, one row each."""
    rows = []
    for name, title in HEADLINE.items():
        value = getattr(evaluation, name)
        if value is not None:
            low, high = evaluation.intervals.get(name, (None, None))
            named = title.format(k=evaluation.k)
            rows.append({"Number": named, "Value": value, "95 % from": low, "to": high})
    return rows


def _confusion(evaluation: Evaluation) -> Iterator[str]:
    names = evaluation.class_names
    counts = np.array(evaluation.confusion_matrix, np.int64).reshape(len(names), len(names))
    order: Order = "declared" if len(names) <= MOST_CLASSES else "confused"
    places = class_order(counts, names, order)[:MOST_CLASSES]
    shown = charts.confusion(
        counts[np.ix_(places, places)],
        [names[p] for p in places],
        unit="count",
        only_mistakes=False,
    )
    shown.update_traces(texttemplate="%{z}" if len(places) <= charts.LEGIBLE_CELLS else "")
    yield _figure(shown, "True classes as rows, predicted ones as columns")
    pairs = [
        {
            "True": names[p.true],
            "Said": names[p.predicted],
            "Samples": p.samples,
            "Share of the true class": p.share,
        }
        for p in confused_pairs(counts)
    ]
    yield table(pairs) if pairs else "<p>Not one mistake.</p>"


def _figure(figure: go.Figure, caption: str) -> str:
    figure.update_layout(template="plotly_white", width=None)
    drawn = figure.to_html(full_html=False, include_plotlyjs=False, config=CONFIG)
    return f"<figure>{drawn}<figcaption>{html.escape(caption)}</figcaption></figure>"


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Return rows as a table of HTML; names and values are escaped."""
    if not rows:
        return ""
    columns = list(rows[0])
    words = {name for name in columns if all(isinstance(row[name], str) for row in rows)}
    head = "".join(
        f'<th scope="col"{"" if name in words else NUMBER}>{html.escape(name.replace("_", " "))}</th>'
        for name in columns
    )
    body = "".join(f"<tr>{''.join(_cell(row[name]) for name in columns)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _cell(value: Any) -> str:
    match value:
        case None:
            return "<td></td>"
        case int():
            return f"<td{NUMBER}>{value:,}</td>"
        case float():
            return f"<td{NUMBER}>{value:.4f}</td>"
        case tuple() | list():
            return f"<td{NUMBER}>{html.escape(' to '.join(f'{end:.3f}' for end in value))}</td>"
        case _:
            return f"<td>{html.escape(str(value))}</td>"
