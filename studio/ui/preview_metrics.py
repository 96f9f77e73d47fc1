"""A look at numbers that say how good something is: an evaluation, folds, a comparison, a quality check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from studio.core.cross_validation import CrossValidation
from studio.core.evaluation import Evaluation
from studio.core.metric_comparison import MetricComparison
from studio.core.port_values import MetricsValue
from studio.ui.feedback import plain
from studio.workspace import Workspace

NUMBERS = 4
SMALL = 142
PERCENT = (
    "accuracy",
    "top_k",
    "mean_average_precision",
    "agreement",
    "f1",
    "macro_f1",
    "precision",
    "recall",
)
FIRST = (
    *("accuracy", "top_k", "mean_average_precision", "loss"),
    *("count", "copies", "near_duplicates", "conflicts"),
)


def title_of(measure: str) -> str:
    """Return what people call a measure.

    Example:
        >>> title_of("mean_average_precision")
        'Mean average precision'
    """
    words = measure.replace("_", " ")
    return words[:1].upper() + words[1:]


def said(measure: str, value: object) -> str:
    """Return a measured value as people read it.

    Example:
        >>> said("accuracy", 0.9312), said("loss", 0.21349), said("test_count", 1540)
        ('93.1 %', '0.2135', '1,540')
    """
    if isinstance(value, float):
        if measure.split(".")[-1] not in PERCENT:
            return f"{round(value, 4) if 0.01 <= abs(value) < 1 else value:.4g}"
        return f"{100 * value:.1f} %".replace("100.0", "100")
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    return "" if value is None else str(value)


def show_small(numbers: Mapping[str, tuple[str, str | None]]) -> None:
    """Show numbers side by side, small enough for two in a row beside a canvas.

    Args:
        numbers: label -> (value, explanation or None).
    """
    with st.container(horizontal=True, gap="small"):
        for label, (value, explanation) in numbers.items():
            st.metric(label, value, help=explanation, border=True, width=SMALL)


def show_metrics(
    workspace: Workspace, value: MetricsValue, names: Mapping[str, str] | None = None
) -> None:
    """Show the most important numbers, and the rest as a table.

    Args:
        workspace: Where its file is.
        value: What was measured.
        names: Input port -> what people call what came in there, for a comparison.
    """
    content = workspace.artifacts.path(value.file).read_bytes()
    if value.kind == "comparison":
        _show_comparison(MetricComparison.model_validate_json(content), names or {})
        return
    known = [name for name, found in value.headline.items() if found is not None]
    ordered = sorted(known, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    show_small({title_of(n): (said(n, value.headline[n]), None) for n in ordered[:NUMBERS]})
    if value.kind == "evaluation":
        _show_evaluation(Evaluation.model_validate_json(content))
    elif value.kind == "cross_validation":
        _show_folds(CrossValidation.model_validate_json(content))
    if ordered[NUMBERS:]:
        with st.expander("All numbers"):
            st.dataframe(
                [{"": title_of(n), "Value": said(n, value.headline[n])} for n in ordered],
                hide_index=True,
            )


def _show_evaluation(evaluation: Evaluation) -> None:
    st.caption(plain(f"{evaluation.test_count:,} samples of {evaluation.dataset}, by class:"))
    st.dataframe(
        [
            {
                "Class": row.class_name,
                "Precision": row.precision,
                "Recall": row.recall,
                "F1": row.f1,
            }
            for row in evaluation.per_class
        ],
        hide_index=True,
        height=min(320, 37 + 35 * len(evaluation.per_class)),
        column_config={
            name: st.column_config.NumberColumn(format="percent")
            for name in ("Precision", "Recall", "F1")
        },
    )


def _show_folds(found: CrossValidation) -> None:
    """Show each fold, then what they amount to."""
    measures = list(found.mean)
    rows = [
        {"Fold": str(fold.fold), **{title_of(n): said(n, getattr(fold, n)) for n in measures}}
        for fold in found.folds
    ]
    spread = {title_of(n): f"± {said(n, found.deviation[n])}" for n in measures}
    mean = {title_of(n): said(n, found.mean[n]) for n in measures}
    st.dataframe(
        [*rows, {"Fold": "mean", **mean}, {"Fold": "deviation", **spread}], hide_index=True
    )


def _show_comparison(found: MetricComparison, names: Mapping[str, str]) -> None:
    """Show the numbers side by side, and which differences are more than chance."""
    titles = _titles(list(found.headlines), names)
    measures = dict.fromkeys(
        name for row in found.headlines.values() for name, value in row.items() if value is not None
    )
    st.dataframe(
        [
            {"": title_of(name), **{titles[p]: said(name, row.get(name)) for p, row in found.headlines.items()}}
            for name in measures
        ],
        hide_index=True,
    )  # fmt: skip
    if found.winner:
        st.markdown(
            f":material/trophy: **{plain(titles[found.winner])}** is better by more than chance."
        )
    for each in found.differences:
        pair = f"{titles[each.second]} compared with {titles[each.first]}"
        st.markdown(f"**{plain(pair)}:** {plain(each.sentence)}")
    for why in found.apart:
        st.caption(plain(why))


def _titles(ports: Sequence[str], names: Mapping[str, str]) -> dict[str, str]:
    """Return port -> what people read; where two are called the same, the port is said, too."""
    shown = {port: names.get(port, port) for port in ports}
    twice = {title for title in shown.values() if list(shown.values()).count(title) > 1}
    return {port: f"{t} ({port})" if t in twice else t for port, t in shown.items()}
