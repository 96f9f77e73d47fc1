"""Slices of an evaluation by what is known of its samples: class, part, who labelled them, how they look."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from studio.core.calibration import bin_of
from studio.core.dataset import SPLIT_NAMES, TRAIN, DatasetVersion
from studio.core.errors import unknown
from studio.core.predictions import Predictions
from studio.core.quality import FLAG_TITLES
from studio.core.samples import let_go
from studio.core.slices import Rows, Slice, by_band, by_code, slices_of
from studio.core.table import Column, TableSettings, encode_rows, find_column, model_columns
from studio.store import annotations as annotation_rows
from studio.store.artifacts import Artifacts
from studio.workspace.evaluations import Evaluations
from studio.workspace.marks import open_marks
from studio.workspace.quality import QualityChecks

Groups = list[tuple[str, Rows]]
Fact = Callable[[Predictions, DatasetVersion], Groups]
Measure = Callable[[NDArray[np.uint8]], NDArray[np.float64]]

CONFIDENCE_BANDS = 10
BLOCK = 4096
INK_SHADES = 64
COLUMN, MOST_COLUMNS = "column:", 40
"""Facts of rows are called so; so many columns are offered."""
BY_NOBODY = "nobody: it came with its class"


class Slices(QualityChecks, Evaluations):
    """Evaluations looked at slice by slice."""

    def slice_facts(self, run_name: str) -> dict[str, str]:
        """Return by which facts the samples of an evaluation can be sliced: name -> what people read.

        Raises:
            NotFound: No such run, or its dataset is gone. Conflict: It has no evaluation, or an old one.
        """
        predictions = self.predictions(run_name)
        version = self._judged(predictions)
        facts = {
            "class": "Class",
            "predicted": "What the model said",
            "confidence": "How sure the model was",
            "part": "Part of the dataset",
        }
        if self.annotators(version):
            facts["labelled_by"] = "Who answered about it"
        if version.tags:
            facts["tags"] = "Classes it has besides"
        if version.task == "table":
            columns = model_columns(version.table, version.target)[:MOST_COLUMNS]
            facts |= {COLUMN + column.name: f"Column {column.name}" for column in columns}
        elif version.shown_as == "text":
            facts["length"] = "Length of the text"
        else:
            facts |= {"brightness": "Brightness of the picture", "ink": "How much is drawn"}
        if self.quality(version) is not None:
            facts["quality"] = "What the quality check found"
        return facts

    def slices(self, run_name: str, fact: str) -> tuple[Slice, ...]:
        """Return the slices of an evaluation by one fact, in the order of its values.

        Raises:
            NotFound: No such run or fact. Conflict: As `slice_facts`.
        """
        facts = self.slice_facts(run_name)
        if fact not in facts:
            raise unknown("fact", fact, facts)
        predictions = self.predictions(run_name)
        if fact.startswith(COLUMN):
            groups = self._by_column(predictions, fact.removeprefix(COLUMN))
            return slices_of(groups, predictions.wrong)
        found: dict[str, Fact] = {
            "class": lambda p, v: by_code(p.labels, p.class_names),
            "predicted": lambda p, v: by_code(p.predicted, p.class_names),
            "confidence": lambda p, v: _by_confidence(p.confidence),
            "part": lambda p, v: by_code(np.asarray(self.split(v))[p.ids], SPLIT_NAMES),
            "labelled_by": self._by_labeller,
            "tags": self._by_tag,
            "length": lambda p, v: by_band(self._lengths(p, v), "characters"),
            "brightness": lambda p, v: by_band(self._of_pictures(p, v, _brightness), "%"),
            "ink": lambda p, v: by_band(self._of_pictures(p, v, _ink), "% of the picture"),
            "quality": self._by_flag,
        }
        return slices_of(found[fact](predictions, self._judged(predictions)), predictions.wrong)

    def _judged(self, predictions: Predictions) -> DatasetVersion:
        return self.dataset_titled(predictions.dataset)

    def _by_column(self, predictions: Predictions, name: str) -> Groups:
        """Return a group for each value of a column, or band of a number, and one of rows without a value."""
        version = self._judged(predictions)
        column = find_column(version.table, name)
        values = rows_as_numbers(self.artifacts, version, column)[predictions.ids]
        known = np.flatnonzero(np.isfinite(values))
        if column.kind == "category":
            groups = by_code(values.astype(np.int64), ["missing or rare", *column.categories])
            return [*groups[1:], groups[0]]
        if column.kind == "boolean":
            groups = by_code(values[known].astype(np.int64), ["false", "true"])
        else:
            groups = by_band(values[known], "days since 1970" if column.kind == "time" else "")
        missing = np.flatnonzero(~np.isfinite(values))
        return [*((title, known[rows]) for title, rows in groups), ("missing", missing)]

    def _by_labeller(self, predictions: Predictions, version: DatasetVersion) -> Groups:
        """Return a group for each person who ever answered about samples, and one of those nobody answered about."""
        dataset, nobody = self._dataset_id(version.dataset), np.ones(predictions.count, bool)
        groups = []
        for name in self.annotators(version):
            answered = annotation_rows.answered_by(self._studio, dataset, version.base, name)
            rows = np.flatnonzero(np.isin(predictions.ids, answered))
            nobody[rows] = False
            groups.append((name, rows))
        return [*groups, (BY_NOBODY, np.flatnonzero(nobody))]

    def _by_tag(self, predictions: Predictions, version: DatasetVersion) -> Groups:
        tags = open_marks(self.artifacts, version, "tags")
        return [
            (name, np.flatnonzero(np.isin(predictions.ids, tags[tags[:, 1] == code, 0])))
            for code, name in enumerate(version.class_names)
        ]

    def _by_flag(self, predictions: Predictions, version: DatasetVersion) -> Groups:
        quality = self.quality(version)
        if quality is None:
            return []
        flags = quality.flags[predictions.ids]
        groups = [(title, np.flatnonzero(flags & flag)) for flag, title in FLAG_TITLES.items()]
        trained_on = quality.groups[self.active_split(version) == TRAIN]
        seen = np.isin(quality.groups[predictions.ids], trained_on)
        seen &= np.asarray(self.split(version))[predictions.ids] != TRAIN
        groups.append(("Looks like a training sample", np.flatnonzero(seen)))
        return [*groups, ("Nothing", np.flatnonzero((flags == 0) & ~seen))]

    def _lengths(self, predictions: Predictions, version: DatasetVersion) -> NDArray[np.int64]:
        texts = self.samples(version)
        found = np.empty(predictions.count, np.int64)
        for start in range(0, predictions.count, BLOCK):
            rows = predictions.ids[start : start + BLOCK]
            found[start : start + BLOCK] = [len(str(texts[sample])) for sample in rows.tolist()]
            let_go(texts)
        return found

    def _of_pictures(
        self, predictions: Predictions, version: DatasetVersion, measure: Measure
    ) -> NDArray[np.float64]:
        pictures = self.pictures(version)
        found = np.empty(predictions.count, np.float64)
        for start in range(0, predictions.count, BLOCK):
            block = np.asarray(pictures[predictions.ids[start : start + BLOCK]])
            found[start : start + BLOCK] = measure(block.reshape(len(block), -1))
            let_go(pictures)
        return found


def rows_as_numbers(
    artifacts: Artifacts, version: DatasetVersion, column: Column
) -> NDArray[np.float32]:
    """Return float32 (N,), a column of a table as `studio.core.table.encode_rows` has it."""
    from studio.tables import read_parquet, values_of

    frame = read_parquet(artifacts.path(version.samples), [column.name])
    values = values_of(frame, [column.name])
    return encode_rows(values, TableSettings(columns=(column,)))[:, 0]


def _by_confidence(confidence: NDArray[np.float32]) -> Groups:
    step = 100 // CONFIDENCE_BANDS
    names = [f"{low} to {low + step} %" for low in range(0, 100, step)]
    return by_code(bin_of(confidence, CONFIDENCE_BANDS), names)


def _brightness(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return how bright each picture is, 0 (black) to 100 (white)."""
    return np.asarray(pixels.mean(axis=1) / 2.55, np.float64)


def _ink(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return how much of each picture differs from its middle shade by a quarter of all shades, 0-100."""
    ground = np.median(pixels, axis=1, keepdims=True)
    return np.asarray(100 * (np.abs(pixels - ground) > INK_SHADES).mean(axis=1), np.float64)
