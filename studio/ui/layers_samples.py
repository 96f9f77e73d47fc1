"""Which samples the model on the Configure page is for: their shape, classes and columns."""

from __future__ import annotations

import streamlit as st

from studio.core.configs import ModelConfig
from studio.core.fit import fits, with_columns
from studio.core.layer import Shape
from studio.core.table import Column
from studio.core.table_input import TableInput
from studio.ui.layers import Kind
from studio.ui.session import workspace

EXAMPLES: dict[Kind, tuple[str, Shape, int]] = {
    "images": ("28×28 drawings, 100 classes", (28, 28, 1), 100),
    "strokes": ("strokes of drawings, 100 classes", (28, 28, 1), 100),
    "text": ("texts, 2 classes", (0, 0, 0), 2),
    "table": ("rows of 8 numbers, 3 classes", (0, 0, 0), 3),
}
EIGHT = tuple(Column(name=f"column {place + 1}", kind="number") for place in range(8))


def choose_samples(kind: Kind) -> tuple[Shape, int, TableInput | None]:
    """Let a person say which samples the model is for. Returns shape, number of classes, and the columns of rows."""
    versions = [dataset.latest for dataset in workspace().datasets()]
    sample = ModelConfig(layers=(), input=kind)
    latest = {version.dataset: version for version in versions if fits(sample, version)}
    example, shape, classes = EXAMPLES[kind]
    chosen = st.selectbox(
        "Samples the model is for",
        [*latest, example],
        key=f"configure_dataset_{kind}",
        persist_state="session", help="Shapes and parameters below are computed for these.",
    )  # fmt: skip
    version = latest.get(chosen)
    if version is None:
        return shape, classes, TableInput(columns=EIGHT) if kind == "table" else None
    table = with_columns(sample, version).table if kind == "table" else None
    return version.shape, len(version.class_names), table
