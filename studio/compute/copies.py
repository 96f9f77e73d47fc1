"""Changed copies of training pictures, behind the pictures themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from studio.compute.context import Context, Data, StepProgress
from studio.compute.rebuild import (
    KINDS,
    Rows,
    kept_rows,
    named,
    parts_of,
    put_blocks,
    put_texts,
    settled,
    taken_marks,
)
from studio.core.augmentation import Draws, changed
from studio.core.components_data import AugmentParams
from studio.core.dataset import TASK_NOUNS, TRAIN, DatasetManifest
from studio.core.errors import InvalidInput
from studio.core.pipeline import Node
from studio.core.sample_blocks import walk
from studio.core.samples import Images
from studio.workspace import Artifacts
from studio.workspace.manifest import recount
from studio.workspace.marks import Marks, open_marks, with_marks

BLOCK_PIXELS = 500_000
"""Numbers of pictures that are changed at a time; each needs about twenty times as many bytes meanwhile."""
MOST = 5_000_000
"""A dataset grows to at most so many samples."""


def augment(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Add changed copies of every training picture that has a class or marks; all samples stay as they are.

    Raises:
        InvalidInput: The dataset holds no pictures, there is nothing to copy, or it would become too large.
    """
    params: AugmentParams = context.params(node)
    data: Data = inputs["dataset"]
    if data.manifest.task != "images":
        raise InvalidInput(
            f'"Augment pictures" cannot be done to {data.title}.',
            f"It holds {TASK_NOUNS[data.manifest.task]}.",
            "Connect a dataset of pictures, or remove the node.",
        )
    manifest, artifacts = settled(context, data), context.artifacts
    origins = _origins(context, data, params)
    samples = cast(Images, artifacts.open_samples(manifest.samples))
    draws = draw_copies(params, len(origins), manifest.shape)
    progress = StepProgress(context, "augmentation")
    length = max(1, BLOCK_PIXELS // max(1, int(np.prod(manifest.shape))))
    noise = np.random.default_rng((params.seed, 1))

    def blocks() -> Iterator[NDArray[np.uint8]]:
        for place, block in walk(samples, origins, length=length):
            yield _changed(block, _some(draws, place), params.noise, noise)
            progress(place.stop, len(origins), "samples", "making copies")

    made = put_blocks(artifacts, blocks(), np.dtype(np.uint8), manifest.shape)
    whole = _behind(artifacts, manifest, origins, made, draws)
    context.emit.log(f"{len(origins):,} changed copies stand behind {manifest.count:,} samples.")
    return {"dataset": named(data, node, "augmented", whole, copies=True)}


def _origins(context: Context, data: Data, params: AugmentParams) -> Rows:
    """Return of which sample each copy is one, int64 (copies,): all samples once, then all again."""
    manifest = data.manifest
    known = np.array(context.artifacts.open_array(manifest.labels)) >= 0
    for kind in KINDS:
        known[open_marks(context.artifacts, manifest, kind)[:, 0].astype(np.int64)] = True
    rows = kept_rows(context, data)
    rows = rows[(parts_of(context, data)[rows] == TRAIN) & known[rows]]
    if not len(rows):
        raise InvalidInput(
            f"There is nothing to copy in {data.title}.",
            "No training sample has a class.",
            "Label samples, or divide them anew.",
        )
    if manifest.count + len(rows) * params.copies > MOST:
        raise InvalidInput(
            f"{params.copies} copies of {len(rows):,} pictures are too many.",
            f"A dataset grows to at most {MOST:,} samples.",
            "Make fewer copies, or change pictures while training: Train model, Augmentation.",
        )
    return np.tile(rows, params.copies)


def draw_copies(params: AugmentParams, count: int, shape: tuple[int, int, int]) -> Draws:
    """Let chance decide how each copy is changed; the same seed changes them alike.

    Args:
        params: How much at most.
        count: Number of copies.
        shape: (height, width, channels) of a picture.
    """
    rng = np.random.default_rng((params.seed, 0))
    most = np.radians(params.rotation)
    reach = params.shift * np.array((shape[1], shape[0]))
    mirror = np.ones((count, 2), np.float32)
    angle = rng.uniform(-most, most, count).astype(np.float32)
    zoom = rng.uniform(1 - params.zoom, 1 + params.zoom, count).astype(np.float32)
    shift = rng.uniform(-reach, reach, (count, 2)).astype(np.float32)
    if params.mirror:
        mirror[rng.random(count) < 0.5, 0] = -1
    return Draws(angle=angle, zoom=zoom, shift=shift, mirror=mirror)


def _some(draws: Draws, place: slice) -> Draws:
    return Draws(draws.angle[place], draws.zoom[place], draws.shift[place], draws.mirror[place])


def _changed(
    pictures: NDArray[np.uint8], draws: Draws, noise: float, rng: np.random.Generator
) -> NDArray[np.uint8]:
    made = changed(pictures.astype(np.float32), draws)
    if noise:
        made = made + np.float32(255 * noise) * rng.standard_normal(made.shape, np.float32)
    return np.clip(np.rint(made), 0, 255).astype(np.uint8)


def _behind(
    artifacts: Artifacts, manifest: DatasetManifest, origins: Rows, copies: str, draws: Draws
) -> DatasetManifest:
    """Return the dataset with the copies behind it: what is known of a sample is known of its copies."""
    whole = np.concatenate([np.arange(manifest.count), origins])
    labels = artifacts.open_array(manifest.labels)[whole]
    codes = artifacts.open_array(manifest.split)[whole]
    state = artifacts.open_array(manifest.state)[whole] if manifest.state else None
    samples = artifacts.join([manifest.samples, copies])
    made = manifest.model_copy(
        update={
            "samples": samples,
            "base": samples,
            "labels": artifacts.put_array(labels, "labels.npy").digest,
            "split": artifacts.put_array(codes, "split.npy").digest,
            "state": "" if state is None else artifacts.put_array(state, "state.npy").digest,
            "names": _names(artifacts, manifest, origins),
            "strokes": _strokes(artifacts, manifest, len(origins)),
            "count": len(whole),
            "renamed": {},
            "annotation_mark": 0,
        }
    )
    for kind in KINDS:
        marks = open_marks(artifacts, manifest, kind)
        theirs = taken_marks(marks, origins)
        if kind == "boxes" and len(theirs):
            theirs = turned_boxes(theirs, draws, manifest.shape)
        theirs[:, 0] += manifest.count
        made = with_marks(artifacts, made, kind, np.concatenate([marks, theirs]))
    return recount(made, labels, codes, state)


def turned_boxes(boxes: Marks, draws: Draws, shape: tuple[int, int, int]) -> Marks:
    """Return the rectangles around what lay in rectangles before pictures were changed, cut at the borders.

    Args:
        boxes: float64 (m, 6); the first number is the place of the picture among those changed.
        draws: How these were changed.
        shape: (height, width, channels).
    """
    height, width = shape[:2]
    place = boxes[:, 0].astype(np.int64)
    middle = np.array(((width - 1) / 2, (height - 1) / 2))
    left, top = boxes[:, 2] * width - 0.5, boxes[:, 3] * height - 0.5
    right, bottom = left + boxes[:, 4] * width, top + boxes[:, 5] * height
    x = np.stack([left, right, left, right], axis=1) - middle[0]
    y = np.stack([top, top, bottom, bottom], axis=1) - middle[1]
    x, y = x * draws.mirror[place, :1], y * draws.mirror[place, 1:]
    angle, zoom = draws.angle[place, None], draws.zoom[place, None]
    cos, sin = np.cos(angle) * zoom, np.sin(angle) * zoom
    new_x = cos * x - sin * y + middle[0] + draws.shift[place, :1]
    new_y = sin * x + cos * y + middle[1] + draws.shift[place, 1:]
    low = np.clip(np.stack([(new_x.min(1) + 0.5) / width, (new_y.min(1) + 0.5) / height], 1), 0, 1)
    high = np.clip(np.stack([(new_x.max(1) + 0.5) / width, (new_y.max(1) + 0.5) / height], 1), 0, 1)
    found = np.concatenate([boxes[:, :2], low, high - low], axis=1)
    return found[(found[:, 4:] > 0).all(axis=1)]


def _names(artifacts: Artifacts, manifest: DatasetManifest, origins: Rows) -> str:
    if not manifest.names:
        return ""
    names = artifacts.open_samples(manifest.names)
    copies = put_texts(artifacts, (block for _, block in walk(names, origins)))
    return artifacts.join([manifest.names, copies])


def _strokes(artifacts: Artifacts, manifest: DatasetManifest, copies: int) -> str:
    """Return the strokes of all: a copy was not drawn like that, so it has none."""
    if not manifest.strokes:
        return ""
    return artifacts.join([manifest.strokes, artifacts.put_texts([""] * copies, "strokes")])
