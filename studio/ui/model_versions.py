"""One version of a model: how it was judged, its files, what people wrote beside it."""

from __future__ import annotations

from typing import Any

import streamlit as st

from studio.core.evaluation import EvaluationRecord
from studio.core.model import VERSION_TEXTS, Model, ModelVersion, VersionText
from studio.ui.feedback import attempt, plain, say_next, show_numbers
from studio.ui.overview import when
from studio.ui.session import author, page, workspace

HEADLINE = {
    "accuracy": ("Accuracy", "Share of the test samples whose most likely class is the true one."),
    "mean_average_precision": ("mAP", "Mean average precision; 1 is perfect."),
    "macro_f1": ("Macro F1", "Mean of the classes' F1."),
    "expected_calibration_error": (
        "Calibration error", "How far confidence is from how often it is right (ECE); 0 is perfect.",
    ),
}  # fmt: skip
TEXT_HELP: dict[VersionText, str] = {
    "note": "Shown in the list of versions.",
    "intended_use": "For the model card. Empty: a sentence made from its data.",
    "limits": "For the model card. Empty: what its numbers show.",
}


def version_rows(model: Model) -> list[dict[str, Any]]:
    """Return one row a version, newest first."""
    notes = workspace().version_notes(model.name)
    newest = {r.title: r.headline for r in reversed(workspace().evaluations(model=model.name))}
    numbers = {
        v.title: v.facts if "accuracy" in v.facts else newest.get(v.title, {})
        for v in model.versions
    }
    return [
        {
            "Version": version.version,
            "Aliases": ", ".join(version.aliases),
            "Accuracy": numbers[version.title].get("accuracy"),
            "mAP": numbers[version.title].get("mean_average_precision"),
            "Calibration error": numbers[version.title].get("expected_calibration_error"),
            "ms": numbers[version.title].get("milliseconds_per_sample"),
            "kB": _kilobytes(version),
            "Trained on": version.dataset,
            "Run": version.run or "brought in",
            "By": version.author,
            "When": when(version.created),
            "Note": notes.get(version.version, ""),
        }
        for version in model.versions
    ]


def _kilobytes(version: ModelVersion) -> float | None:
    return next(
        (version.files[f].size / 1000 for f in ("tflite", "onnx") if f in version.files), None
    )


def show_versions(model: Model) -> None:
    """Show all versions with their evaluation, as a table."""
    st.dataframe(
        version_rows(model),
        hide_index=True,
        column_config={
            "Accuracy": st.column_config.NumberColumn(format="percent"),
            "mAP": st.column_config.NumberColumn(format="%.4f"),
            "Calibration error": st.column_config.NumberColumn(format="%.4f"),
            "ms": st.column_config.NumberColumn(format="%.3f", help="Milliseconds a sample"),
            "kB": st.column_config.NumberColumn(
                format="%.0f", help="Size of the file that is served"
            ),
        },
    )


def show_evaluations(version: ModelVersion) -> None:
    """Show the headline numbers of a version with their intervals, and everywhere it was judged."""
    records = workspace().evaluations(model=version.title)
    facts = version.facts
    if "accuracy" not in facts and records:
        facts = records[0].headline
    intervals = facts.get("intervals")
    between = intervals if isinstance(intervals, dict) else {}
    numbers: dict[str, tuple[str, str | None]] = {}
    spread = []
    for name, (title, explanation) in HEADLINE.items():
        value = facts.get(name)
        if isinstance(value, float):
            numbers[title] = (f"{value:.4f}", explanation)
            if name in between:
                low, high = between[name]
                spread.append(f"{title} {low:.4f} to {high:.4f}")
    milliseconds = facts.get("milliseconds_per_sample")
    if isinstance(milliseconds, float):
        numbers["Speed"] = (f"{milliseconds:.3f} ms", "For one sample, one at a time.")
    if numbers:
        show_numbers(numbers)
    if spread:
        st.caption(f"95 % intervals: {' · '.join(spread)}")
    if not records:
        st.caption("No evaluation of it is stored in this studio.")
    else:
        st.dataframe([_row(record) for record in records], hide_index=True)
    with st.container(horizontal=True):
        for record in records[:1]:
            st.page_link(
                page("evaluate"),
                label="See the newest evaluation",
                icon=":material/arrow_forward:",
                query_params={"run": record.run},
            )
        st.page_link(
            page("evaluate"),
            label="Judge it on other samples",
            icon=":material/speed:",
            query_params={"run": records[0].run} if records else {},
        )


def _row(record: EvaluationRecord) -> dict[str, Any]:
    return {
        "Judged on": record.dataset,
        "Part": record.split,
        "Accuracy": _number(record.headline.get("accuracy")),
        "mAP": _number(record.headline.get("mean_average_precision")),
        "Calibration error": _number(record.headline.get("expected_calibration_error")),
        "Run": record.run,
        "When": when(record.created),
    }


def _number(value: object) -> str:
    return f"{value:.4f}" if isinstance(value, float) else ""


def show_texts(version: ModelVersion) -> None:
    """Show what people write beside a version, in a form."""
    texts = workspace().version_texts(version)
    with st.form(f"texts {version.title}"):
        values = {
            name: st.text_area(
                title,
                texts[name],
                max_chars=10_000,
                height=80,
                help=TEXT_HELP[name],
                key=f"text {version.title} {name}",
            )
            for name, title in VERSION_TEXTS.items()
        }
        if st.form_submit_button("Save", icon=":material/save:"):
            with attempt():
                for name, text in values.items():
                    if str(text).strip() != texts[name]:
                        workspace().set_version_text(version, name, str(text), author=author())
                say_next(f"What is written beside {plain(version.title)} is saved.")
                st.rerun()
