"""Steps that change every sample of a dataset, or add changed copies: one function a sample, in blocks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from studio.compute.context import Context, Data, Step, StepProgress
from studio.compute.copies import augment
from studio.compute.rebuild import named, put_blocks, put_texts, settled
from studio.core.components_data import NormaliseParams, ResizeParams
from studio.core.dataset import TASK_NOUNS, DatasetManifest, Task
from studio.core.errors import InvalidInput
from studio.core.pipeline import Node
from studio.core.preparing import (
    centre_shifts,
    keeps_strokes,
    moved_boxes,
    prepared,
    prepared_shape,
    resized_boxes,
)
from studio.core.sample_blocks import fitting_length, walk
from studio.core.samples import Images, Words
from studio.workspace.marks import open_marks, with_marks


def resize(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Give all pictures another size; boxes stay around what they were drawn around."""
    params: ResizeParams = context.params(node)
    data: Data = inputs["dataset"]
    check_task(data, "images", "Resize pictures")
    before = data.manifest
    made = _pictures(context, node, data)
    if not keeps_strokes(before.shape, params):
        made = made.model_copy(update={"strokes": ""})
    if before.boxes:
        boxes = resized_boxes(open_marks(context.artifacts, before, "boxes"), before.shape, params)
        made = with_marks(context.artifacts, made, "boxes", boxes)
    return {"dataset": named(data, node, f"{params.width}x{params.height}", made)}


def normalise(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Even out the brightness of every picture, or move what is drawn into the middle."""
    params: NormaliseParams = context.params(node)
    data: Data = inputs["dataset"]
    check_task(data, "images", "Normalise pictures")
    made = _pictures(context, node, data)
    if params.method == "centre":
        made = made.model_copy(update={"strokes": ""})  # these lie where they were drawn
        boxes = open_marks(context.artifacts, data.manifest, "boxes")
        if len(boxes):
            moved = _moved_boxes(context, data.manifest, boxes)
            made = with_marks(context.artifacts, made, "boxes", moved)
    return {"dataset": named(data, node, "normalised", made)}


def _moved_boxes(
    context: Context, manifest: DatasetManifest, boxes: NDArray[np.float64]
) -> NDArray[np.float64]:
    samples = context.artifacts.open_samples(manifest.samples)
    rows, place = np.unique(boxes[:, 0].astype(np.int64), return_inverse=True)
    shifts = [centre_shifts(block) for _, block in walk(samples, rows)]
    height, width = manifest.shape[:2]
    shares = np.concatenate(shifts) / np.array((width, height))
    return moved_boxes(boxes, (1.0, 1.0), shares[place])


def preprocess_text(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Clean every text. Spans in it are no longer where they were, and go."""
    data: Data = inputs["dataset"]
    check_task(data, "text", "Preprocess text")
    params, artifacts = context.params(node), context.artifacts
    manifest = settled(context, data)
    words = cast(Words, artifacts.open_samples(manifest.samples))
    progress = StepProgress(context, "cleaning")
    rows = np.arange(manifest.count)

    def cleaned() -> Iterator[list[str]]:
        for place, block in walk(words, rows):
            yield prepared(node.component, params, block)
            progress(place.stop, manifest.count, "samples", "cleaning")

    samples = put_texts(artifacts, cleaned())
    if manifest.span_count:
        context.emit.log(f"{manifest.span_count:,} marked spans were left out: texts are shorter.")
    made = with_marks(artifacts, _renewed(manifest, samples), "spans", np.empty((0, 4), np.int64))
    return {"dataset": named(data, node, "cleaned", made)}


def check_task(data: Data, task: Task, title: str) -> None:
    """Refuse samples of another kind.

    Raises:
        InvalidInput: The dataset does not hold samples of the task.
    """
    held = data.manifest.task
    if held != task:
        raise InvalidInput(
            f'"{title}" cannot be done to {data.title}.',
            f"It holds {TASK_NOUNS[held]}, and this is for {TASK_NOUNS[task]}.",
            f"Connect a dataset of {TASK_NOUNS[task]}, or remove the node.",
        )


def _pictures(context: Context, node: Node, data: Data) -> DatasetManifest:
    """Return the dataset with every picture prepared as the node says."""
    params, manifest = context.params(node), settled(context, data)
    samples = cast(Images, context.artifacts.open_samples(manifest.samples))
    shape = prepared_shape(node.component, params, manifest.shape)
    progress = StepProgress(context, "preparation")
    most = max(int(np.prod(shape)), int(np.prod(manifest.shape)))
    length = fitting_length(most)

    def blocks() -> Iterator[NDArray[np.uint8]]:
        for place, block in walk(samples, np.arange(manifest.count), length=length):
            yield prepared(node.component, params, block)
            progress(place.stop, manifest.count, "samples", "preparing")

    digest = put_blocks(context.artifacts, blocks(), np.dtype(np.uint8), shape)
    return _renewed(manifest, digest).model_copy(update={"shape": shape})


def _renewed(manifest: DatasetManifest, samples: str) -> DatasetManifest:
    """Return a manifest with other samples, row by row: answers about the former ones are not about these."""
    more = {"samples": samples, "base": samples, "renamed": {}, "annotation_mark": 0}
    return manifest.model_copy(update=more)


STEPS: dict[str, Step] = {
    "resize": resize,
    "normalise": normalise,
    "augment": augment,
    "preprocess_text": preprocess_text,
}
