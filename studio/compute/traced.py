"""Samples traced back: from those that a model learned from to those of the source that they were made of."""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import Any

import numpy as np

from studio.compute.context import Context, Data, StepProgress
from studio.compute.frames import open_table
from studio.compute.rebuild import Rows
from studio.core.conversion import main_input
from studio.core.dataset import EXCLUDED, TEST, VALIDATION, DatasetManifest
from studio.core.errors import Conflict
from studio.core.pipeline import Pipeline, component_of
from studio.core.port_values import DatasetValue, PortValue, TableValue
from studio.core.sample_blocks import walk
from studio.tables import read_parquet, row_texts

LOST = -1
"""The place of a sample that was made of none."""
Outputs = dict[str, dict[str, PortValue]]


def held_out(context: Context, data: Data, count: int) -> Rows:
    """Return at most `count` samples that a model has not learned from, ascending.

    They are of the test part, else of the validation part, else any that are kept.
    """
    codes = np.asarray(context.labels_and_codes(data)[1])
    parts = ((codes == part).nonzero()[0] for part in (TEST, VALIDATION))
    found = next((rows for rows in parts if len(rows)), np.flatnonzero(codes != EXCLUDED))
    if len(found) > count:
        found = np.sort(np.random.default_rng(0).choice(found, count, replace=False))
    return found.astype(np.int64)


def traced(
    context: Context, pipeline: Pipeline, path: list[str], outputs: Outputs, rows: Rows
) -> Rows:
    """Return where in the source each sample came from, int64 (n,), LOST where it came from nowhere there.

    A step that works on every sample by itself leaves them in their order. One that chooses, repeats or adds samples
    leaves what it keeps as it is: its samples are found again by what they hold.

    Args:
        context: Of the run.
        pipeline: The training pipeline.
        path: Its nodes from the source to the last one before the model.
        outputs: What went through its wires.
        rows: int64 (n,), samples that came out of the last node.

    Raises:
        Conflict: A step changed rows so that nobody can tell where they came from.
    """
    places = rows.copy()
    for before, node in reversed(list(pairwise(path))):
        component = component_of(pipeline.node(node))
        _, port = pipeline.inputs(node)[main_input(component)]
        taken, made = outputs[before][port], main_output(outputs[node])
        in_order = component.conversion != "drop" or component.name == "join_tables"
        if _content(taken) == _content(made) or (in_order and _count(taken) == _count(made)):
            continue
        known = places != LOST
        places[known] = _found_again(context, taken, made, places[known], node)
    return places


def _found_again(
    context: Context, taken: PortValue, made: PortValue, rows: Rows, node: str
) -> Rows:
    """Return the places of samples of one value in another that holds the same ones."""
    names = None
    if isinstance(taken, TableValue) and isinstance(made, TableValue):
        names = [column.name for column in taken.columns]
        if names != [column.name for column in made.columns]:
            raise Conflict(
                f'What comes out of "{node}" cannot be traced back to the rows that went in.',
                "It leaves rows out and changes others, so no row can be replayed.",
                "Choose rows in one node and change them in another.",
            )
    places: dict[bytes, int] = {}
    every = np.arange(_count(taken), dtype=np.int64)
    for number, print_ in enumerate(_prints(context, taken, every, names)):
        places.setdefault(print_, number)
    return np.array(
        [places.get(print_, LOST) for print_ in _prints(context, made, rows, names)], np.int64
    )


def _prints(context: Context, value: PortValue, rows: Rows, names: list[str] | None) -> list[bytes]:
    """Return for each of some samples what tells it apart."""
    samples = _samples(context, value, names)
    progress = StepProgress(context, "comparison")
    found: list[bytes] = []

    def say(done: int) -> None:
        progress(done, len(rows), "samples", "finding the samples again")

    for _, block in walk(samples, rows, say):
        for sample in block:
            held = sample.encode() if isinstance(sample, str) else sample.tobytes()
            found.append(hashlib.blake2b(held, digest_size=16).digest())
    return found


def _samples(context: Context, value: PortValue, names: list[str] | None) -> Any:
    if isinstance(value, TableValue):
        return row_texts(open_table(context.artifacts, value)[0], names)
    manifest = _manifest(value)
    if manifest.task == "table":
        return row_texts(read_parquet(context.artifacts.path(manifest.samples)))
    return context.artifacts.open_samples(manifest.samples)


def _manifest(value: PortValue) -> DatasetManifest:
    assert isinstance(value, DatasetValue)
    return value.manifest


def main_output(made: dict[str, PortValue]) -> PortValue:
    """Return the samples or rows that a node gave."""
    return next(value for value in made.values() if isinstance(value, DatasetValue | TableValue))


def _count(value: PortValue) -> int:
    return value.count if isinstance(value, TableValue) else _manifest(value).count


def _content(value: PortValue) -> str:
    return value.parquet if isinstance(value, TableValue) else _manifest(value).samples
