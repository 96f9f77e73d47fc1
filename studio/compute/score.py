"""Answers on their way through a pipeline: what the component `score` does when its node's turn comes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from studio.compute.context import Context, Data, StepProgress, TrainedModel
from studio.compute.scoring import BATCH, Subject, answered, subject_of
from studio.core.components_models import ScoreParams
from studio.core.dataset import EXCLUDED, SPLIT_NAMES, UNLABELLED
from studio.core.errors import InvalidInput, StudioError
from studio.core.pipeline import Node
from studio.core.port_values import PredictionsValue
from studio.core.samples import Words, let_go
from studio.core.table import free_column
from studio.tables import Frame, append_columns, frame_of_columns, read_parquet, take
from studio.workspace import put_frame

ANSWER, CONFIDENCE, KNOWN = "answer", "confidence", "class"
"""Columns of the table of answers: the likeliest class, how likely it is, and what people called the sample."""
TEXT_LIMIT = 32_000
"""Characters of a text that stand in the table."""


def score(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Ask a model's file about the samples of a part, and keep the answers as arrays and as a table.

    Killed at any moment, the run goes on behind the last answers that were written down.

    Raises:
        InvalidInput: There is no sample to ask about, or the model reads another kind of samples.
        StudioError: The model answers with something that is no number.
        Cancelled, Paused: Somebody asked for it.
    """
    params: ScoreParams = context.params(node)
    data: Data = inputs["dataset"]
    model: TrainedModel = inputs["model"]
    class_names = model.class_names or data.manifest.class_names
    subject = subject_of(context, data, model)
    rows = _wanted(context, data, params.split)
    place = context.checkpoints(node) / "answers.f32"
    answers = _answers(context, subject, rows, len(class_names), place, model.title)
    frame = _table(context, data, subject, rows, answers, class_names)
    artifacts = context.artifacts
    table = put_frame(artifacts, frame, "answers.parquet")
    probabilities = artifacts.put_array(answers, "answers.npy")
    context.emit.artifact(table)
    context.emit.log(f"{len(rows):,} samples of {data.title} were scored.")
    value = PredictionsValue(
        title=f"answers about {data.title}",
        class_names=class_names,
        probabilities=probabilities.digest,
        ids=artifacts.put_array(rows, "ids.npy").digest,
        table=table.digest,
        count=len(rows),
    )
    place.unlink(missing_ok=True)
    return {"predictions": value}


def _wanted(context: Context, data: Data, part: str) -> NDArray[np.int64]:
    """Return int64 (n,), the samples that are asked about, ascending, labelled or not."""
    codes = np.asarray(context.labels_and_codes(data)[1])
    wanted = codes != EXCLUDED if part == "all" else codes == SPLIT_NAMES.index(part)
    rows = np.flatnonzero(wanted).astype(np.int64)
    if not len(rows):
        raise InvalidInput(
            f"{data.title} has no {'' if part == 'all' else part + ' '}samples to score.",
            "There is nothing that the model could be asked about.",
            "Choose other samples.",
        )
    return rows


def _answers(
    context: Context,
    subject: Subject,
    rows: NDArray[np.int64],
    classes: int,
    place: Path,
    title: str,
) -> NDArray[np.float32]:
    """Return float32 (n, classes), asked about block by block and written down, memory-mapped."""
    progress = StepProgress(context, "scoring")
    place.parent.mkdir(parents=True, exist_ok=True)
    done = _written(place, classes)
    progress(done, len(rows), "samples", "asking the model")
    with open(place, "ab") as file:
        file.truncate(done * classes * 4)
        for wanted, _, probabilities in answered(subject, rows, done):
            if probabilities.shape[1] != classes:
                raise InvalidInput(
                    f"{title or 'The model'} answers with {probabilities.shape[1]} numbers.",
                    f"It is said to know {classes} classes.",
                    "Register the model again.",
                )
            if not np.isfinite(probabilities).all():
                raise StudioError(
                    f"{title or 'The model'} answers with something that is no number.",
                    "Its weights are damaged, or its training went astray.",
                    "Choose another version of the model.",
                )
            file.write(np.ascontiguousarray(probabilities, np.float32).tobytes())
            file.flush()
            done += len(wanted)
            let_go(subject.samples)
            progress(done, len(rows), "samples", "asking the model")
    return np.memmap(place, np.float32, "r", shape=(len(rows), classes))


def _written(place: Path, classes: int) -> int:
    """Return how many answers a killed run left, whole batches only: a sample keeps its neighbours in a batch."""
    try:
        size = place.stat().st_size
    except FileNotFoundError:
        return 0
    return size // (4 * classes) // BATCH * BATCH


def _table(
    context: Context,
    data: Data,
    subject: Subject,
    rows: NDArray[np.int64],
    answers: NDArray[np.float32],
    class_names: Sequence[str],
) -> Frame:
    """Return a row a sample: its own columns, or number, name, text and class; then the answer and how sure it is."""
    artifacts, manifest = context.artifacts, data.manifest
    best = answers.argmax(axis=1)
    said = {
        ANSWER: np.array(class_names, object)[best],
        CONFIDENCE: answers[np.arange(len(rows)), best].astype(np.float64),
    }
    if manifest.task == "table":
        frame = take(read_parquet(artifacts.path(manifest.samples)), rows)
        names = {column.name for column in manifest.table}
        return append_columns(frame, {free_column(name, names): said[name] for name in said})
    columns: dict[str, Any] = {"sample": rows}
    if manifest.names:
        columns["name"] = cast(Words, artifacts.open_samples(manifest.names))[rows]
    if subject.shown is not None:
        columns["text"] = [text[:TEXT_LIMIT] for text in subject.shown[rows]]
    if manifest.labelled:
        labels = np.asarray(context.labels_and_codes(data)[0])[rows]
        known = np.array([*manifest.class_names, None], object)  # -1 is the last one
        columns[KNOWN] = known[np.where(labels == UNLABELLED, len(manifest.class_names), labels)]
    return frame_of_columns({**columns, **said})
