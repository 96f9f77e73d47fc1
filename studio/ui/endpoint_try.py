"""Trying an endpoint: draw, choose a picture file, type, fill in a row, or press a sample that its model never saw."""

from __future__ import annotations

from typing import Any

import streamlit as st

from studio.core.model import Endpoint, ModelVersion
from studio.ui.components import (
    TryColumn,
    TryRow,
    TrySample,
    TryText,
    drawing_pad,
    row_pad,
    text_pad,
)
from studio.ui.session import workspace

SHOWN_TEXT = 1000
LARGEST_DRAWING = 64
"""Side in pixels of the picture that a drawing becomes, at most: larger ones would only be blown up."""


def show_try(endpoint: Endpoint, version: ModelVersion) -> None:
    """Show a pad whose drawing, picture, text or row the endpoint answers."""
    dataset, examples = workspace().example_samples(version)
    if version.text is not None:
        texts: Any = workspace().samples(dataset) if dataset else ()
        text_pad(
            key=f"try_{endpoint.name}",
            endpoint=endpoint.name,
            examples=[
                TryText(text=str(texts[number])[:SHOWN_TEXT], label=label)
                for number, label in examples
            ],
        )
    elif version.table is not None:
        numbers = [number for number, _ in examples]
        rows = workspace().example_rows(version, dataset, numbers) if dataset else []
        row_pad(
            key=f"try_{endpoint.name}",
            endpoint=endpoint.name,
            columns=[
                TryColumn(name=c.name, kind=c.kind, categories=list(c.categories))
                for c in version.table.columns
            ],
            examples=[
                TryRow(row=row, label=label) for row, (_, label) in zip(rows, examples, strict=True)
            ],
        )
    else:
        drawing_pad(
            mode="predict",
            key=f"try_{endpoint.name}",
            endpoint=endpoint.name,
            size=min(version.shape[0], LARGEST_DRAWING),
            sends="strokes" if version.config.input == "strokes" else "image",
            samples_digest=dataset.samples if dataset else None,
            samples=[TrySample(id=number, label=label) for number, label in examples],
        )
    st.caption(
        "You ask the endpoint itself, as other programs do; nothing that you try here leaves this machine."
    )
