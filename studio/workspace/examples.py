"""Verbs of examples: samples that a model was not trained on, and what a program sends of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import numpy as np

from studio.core.dataset import TEST, TRAIN, DatasetVersion
from studio.core.errors import InvalidInput, NotFound
from studio.core.model import ModelVersion
from studio.core.table import example_row
from studio.sources.pictures import encode
from studio.workspace.models import Models

EXAMPLES = 12
SMALL_SIDE = 64
"""A picture that is shown in a line of code has no longer side, so that the line stays short."""
LINE = [[[40, 128, 215], [215, 40, 215]], [[75, 180], [150, 150]]]
"""Strokes to send where the dataset of a model is not here: the letter A."""


class Examples(Models):
    """Samples to try a model on."""

    def example_samples(
        self, version: ModelVersion, count: int = EXAMPLES
    ) -> tuple[DatasetVersion | None, list[tuple[int, str]]]:
        """Return samples that a model was not trained on, of as many classes as possible, always the same.

        Held-out ones of its dataset; where nothing was held out, any.

        Args:
            count: At most so many.

        Returns:
            Its dataset, None where that is not in this workspace (then there are no samples), and a number and the
            name of its class for each, "" where it has none.
        """
        dataset = self.known_version(version.dataset)
        if dataset is None:
            return None, []
        kept = self._kept(dataset)
        parts = np.asarray(self.split(dataset))
        held_out = np.flatnonzero(kept & (parts == TEST))
        if not len(held_out):
            held_out = np.flatnonzero(kept & (parts != TRAIN))
        rows = held_out if len(held_out) else np.flatnonzero(kept)
        labels = np.asarray(self.labels(dataset))[rows]
        order = np.argsort(labels, kind="stable")
        _, first = np.unique(labels[order], return_index=True)
        turns = np.empty(
            len(rows), np.int64
        )  # the first of each class come first, then the second ones
        starts = np.repeat(first, np.diff([*first, len(rows)]))
        turns[order] = np.arange(len(rows)) - starts
        chosen = np.lexsort((labels, turns))[:count]
        names = dataset.class_names
        return dataset, [
            (int(rows[place]), names[labels[place]] if labels[place] >= 0 else "")
            for place in chosen
        ]

    def example_instance(
        self, version: ModelVersion, sample: int | None = None, *, small: bool = False
    ) -> Any:
        """Return what a program sends to be answered about a sample, as JSON: a picture file, strokes, a text or a row.

        Args:
            sample: Its number in the dataset of the model. Default: the first example; without a dataset a black
                picture, some text, a letter, or a row of plain values.
            small: Leave out rows and columns of pictures that are longer than 64 pixels.

        Raises:
            NotFound: There is no such sample. InvalidInput: It was not drawn, and the model reads strokes.
        """
        dataset, examples = self.example_samples(version, 1)
        kind = version.config.input
        if dataset is None or (sample is None and not examples):
            if kind == "text":
                return "Some text"
            if kind == "table":
                return {"row": example_row(version.config.table.columns)}
            return (
                {"strokes": LINE}
                if kind == "strokes"
                else _picture(np.zeros(version.shape, np.uint8))
            )
        number = examples[0][0] if sample is None else sample
        if not 0 <= number < dataset.count:
            raise NotFound(
                f"There is no sample {number} in {dataset.title}.",
                f"It has the samples 0 to {dataset.count - 1}.",
                "Reload the page.",
            )
        if kind == "text":
            return str(self.samples(dataset)[number])
        if kind == "strokes":
            return {"strokes": self._strokes(dataset, number)}
        if kind == "table":
            return {"row": self.example_rows(version, dataset, [number])[0]}
        pixels = np.array(self.pictures(dataset)[number])
        step = -(-max(pixels.shape[:2]) // SMALL_SIDE) if small else 1
        return _picture(pixels[::step, ::step])

    def example_rows(
        self, version: ModelVersion, dataset: DatasetVersion, numbers: Sequence[int]
    ) -> list[dict[str, Any]]:
        """Return rows of a dataset with the columns that a model takes, None where a value is missing.

        Args:
            numbers: Of the rows.
        """
        from studio.tables import read_parquet, records_of, take  # Arrow takes a moment to import

        there = {column.name for column in dataset.table} - {dataset.target}
        plain = example_row([c for c in version.config.table.columns if c.name not in there])
        names = [c.name for c in version.config.table.columns if c.name in there]
        frame = read_parquet(self.artifacts.path(dataset.samples), names)
        return [{**row, **plain} for row in records_of(take(frame, np.array(numbers, np.int64)))]

    def _strokes(self, dataset: DatasetVersion, number: int) -> Any:
        drawn = self.artifacts.open_samples(dataset.strokes)[number] if dataset.strokes else ""
        if not drawn:
            raise InvalidInput(
                f"Sample {number} of {dataset.title} has no strokes.",
                "The model reads how something was drawn, and this was not drawn here.",
                "Choose another sample, or draw one.",
            )
        return json.loads(str(drawn))


def _picture(pixels: np.ndarray[Any, np.dtype[np.uint8]]) -> dict[str, str]:
    return {"b64": base64.b64encode(encode(np.ascontiguousarray(pixels))).decode()}
