"""How good a model is, as numbers, tables and pictures."""

from __future__ import annotations

from typing import Any

import streamlit as st

from studio.core.dataset import DatasetVersion
from studio.core.evaluation import Evaluation
from studio.core.run import Run
from studio.ui import charts, feedback
from studio.ui.components import sample_grid
from studio.ui.session import author, workspace


def show_numbers(evaluation: Evaluation) -> None:
    """Show the headline numbers of the test split."""
    every = evaluation.k >= len(evaluation.class_names)
    feedback.show_numbers(
        {
            "Accuracy": (
                f"{100 * evaluation.accuracy:.1f} %",
                "Share of the test samples whose most likely class is the true one.",
            ),
            f"Top-{evaluation.k}": (
                f"{100 * evaluation.top_k:.1f} %",
                f"Share whose true class is among the {evaluation.k} most likely."
                + (" Here that is all classes." if every else ""),
            ),
            "mAP": (
                f"{evaluation.mean_average_precision:.4f}",
                "Mean average precision: how well the right samples come first when all are sorted "
                "by each class's probability. 1 is perfect.",
            ),
            "Speed": (
                f"{evaluation.milliseconds_per_sample:.3f} ms",
                "Milliseconds for one sample, one at a time, as an endpoint answers.",
            ),
        }
    )


def show_classes(evaluation: Evaluation) -> None:
    """Show precision, recall and the rest of every class."""
    rows = [
        {
            "Class": row.class_name,
            "Precision": row.precision,
            "Recall": row.recall,
            "F1": row.f1,
            "Average precision": row.average_precision,
            "Test samples": row.support,
        }
        for row in evaluation.per_class
    ]
    share = st.column_config.ProgressColumn(min_value=0.0, max_value=1.0, format="%.3f")
    st.dataframe(
        rows,
        hide_index=True,
        column_config=dict.fromkeys(("Precision", "Recall", "F1", "Average precision"), share),
    )
    st.caption(
        "Precision: of those called this class, how many are. Recall: of this class, how many were found. "
        "F1 is between the two."
    )


def show_confusion(evaluation: Evaluation) -> None:
    """Show which classes are taken for which."""
    unit = st.segmented_control(
        "Show", ["Share of the true class", "Counts"], default="Share of the true class",
        required=True, key="confusion_unit",
    )  # fmt: skip
    st.plotly_chart(
        charts.confusion_matrix(evaluation, share=unit != "Counts"),
        key="confusion",
        config={"displayModeBar": False},
        alt="Confusion matrix: true classes as rows, predicted classes as columns.",
    )


def show_mistakes(evaluation: Evaluation, version: DatasetVersion) -> None:
    """Show the most confident mistakes: their pictures, or their texts."""
    if not evaluation.mistakes:
        st.success("Not one mistake on the test split.", icon=":material/check_circle:")
        return
    st.caption("The mistakes the model was surest of come first.")
    sample_grid(
        mode="browse",
        key=f"mistakes_{version.id}_{evaluation.accuracy}",
        dataset=version.dataset,
        version=version.version,
        samples_digest=version.samples,
        class_names=list(version.class_names),
        task=version.task,
        annotator=author(),
        ids=[mistake.sample for mistake in evaluation.mistakes],
        captions=[
            (f"true: {m.true}", f"said: {m.predicted} {100 * m.confidence:.0f} %")
            for m in evaluation.mistakes
        ],
    )


def evaluated_runs() -> list[Run]:
    """Return the trainings and searches that were evaluated, newest first."""
    runs = [*workspace().runs(kind="training", limit=500), *workspace().runs(kind="search")]
    runs.sort(key=lambda run: -run.id)
    return [run for run in runs if run.result.get("mean_average_precision") is not None]


def comparison(runs: list[Run]) -> list[dict[str, Any]]:
    """Return one row a run: speed | mAP | size | output, and what else people compare."""
    rows = []
    models = workspace().models_of_runs()
    for run in runs:
        result: dict[str, Any] = run.result
        version = workspace().trained_on(run)
        registered = models.get(run.name)
        rows.append(
            {
                "Model": registered.title if registered else run.name,
                "Run": run.name,
                "Speed (ms)": result["milliseconds_per_sample"],
                "mAP": result["mean_average_precision"],
                "Size (kB)": result["model_size_bytes"]["tflite"] / 1000,
                "Output": f"{len(version.class_names)} classes",
                "Accuracy": result["accuracy"],
                "Parameters": result["parameters"],
                "Dataset": version.title,
            }
        )
    return rows


def show_comparison(runs: list[Run]) -> None:
    """Show all evaluated models in one table, and speed against precision as a picture."""
    rows = comparison(runs)
    st.dataframe(
        rows,
        hide_index=True,
        column_config={
            "Speed (ms)": st.column_config.NumberColumn(format="%.3f"),
            "mAP": st.column_config.NumberColumn(format="%.4f"),
            "Size (kB)": st.column_config.NumberColumn(format="%.0f"),
            "Accuracy": st.column_config.NumberColumn(format="percent"),
            "Parameters": st.column_config.NumberColumn(format="localized"),
        },
    )
    if len(rows) > 1:
        st.plotly_chart(
            charts.speed_and_precision(rows), key="speed", config={"displayModeBar": False}
        )
