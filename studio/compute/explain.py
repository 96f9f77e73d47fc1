"""What a model looks at in some samples: maps of evidence, and what it knows that is like them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from studio.compute.context import Context, Data, StepProgress, TrainedModel
from studio.core.configs import ModelConfig
from studio.core.dataset import TRAIN, UNLABELLED, DatasetManifest
from studio.core.errors import InvalidInput, unknown
from studio.core.explanation import (
    COMPARED_LIMIT,
    NO_CLASS,
    ExplainParams,
    Method,
    Word,
    explanation_key,
    main_file,
    most_alike,
)
from studio.core.fit import check_fits
from studio.core.pipeline import Node
from studio.core.samples import Words
from studio.core.strokes import encode_strokes
from studio.core.tokens import encode
from studio.workspace import active_split

BLOCK = 256
KEPT_FILES = 16
"""So many models' features of training samples stay in the cache."""


@dataclass(eq=False)
class _Found:
    """What was found out about the samples; arrays begin with their axis."""

    method: Method
    seen: NDArray[np.uint8] | None = None
    evidence: NDArray[np.float32] | None = None
    regions: NDArray[np.float32] | None = None
    words: list[tuple[Word, ...]] | None = None


def explain(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Say what a model looks at in some samples, and which training samples it takes for most alike.

    Raises:
        InvalidInput: The model reads other samples. NotFound: A sample or class is not there. Cancelled: Asked for.
    """
    params: ExplainParams = context.params(node)
    data: Data = inputs["dataset"]
    training: Data = inputs["training"]
    model: TrainedModel = inputs["model"]
    rows = _checked(params, data.manifest, model)
    samples = _taken(context, data.manifest, model, rows)
    probabilities = model.predictor.predict(samples)
    classes = np.full((len(rows), 2), NO_CLASS, np.int64)
    classes[:, 0] = probabilities.argmax(axis=1)
    if params.others:
        others = np.array(params.others)
        classes[:, 1] = np.where(others == classes[:, 0], NO_CLASS, others)
    progress = StepProgress(context, "explanation")

    def report(done: int) -> None:
        progress(done, len(rows), "samples", "looking at what the model sees")

    report(0)
    found = _evidence(context, data.manifest, model, rows, samples, classes, report)
    alike, similarities, compared = _neighbours(
        context, model, training, data, rows, samples, params.neighbours
    )
    arrays: dict[str, NDArray[Any] | None] = {
        "probabilities": probabilities,
        "classes": classes,
        "seen": found.seen,
        "evidence": found.evidence,
        "regions": found.regions,
        "neighbours": alike,
        "similarities": similarities,
    }
    for name, array in arrays.items():
        if array is not None:
            kept = context.artifacts.put_array(array, f"{name}.npy")
            context.emit.artifact(kept)
    if found.words is not None:
        content = json.dumps(found.words).encode()
        context.emit.artifact(context.artifacts.put(content, "words.json"))
    context.emit.result(
        {
            "explained": _key(context, model, data, training, params.neighbours),
            "samples": rows.tolist(),
            "method": found.method,
            "compared": compared,
        }
    )
    context.emit.log(f"{len(rows):,} samples explained by {found.method}.")
    return {}


def _checked(
    params: ExplainParams, manifest: DatasetManifest, model: TrainedModel
) -> NDArray[np.int64]:
    rows = np.array(params.samples, np.int64)
    wrong = rows[(rows < 0) | (rows >= manifest.count)]
    if len(wrong):
        raise unknown("sample", str(wrong[0]), [f"0 to {manifest.count - 1}"])
    if params.others and len(params.others) != len(rows):
        raise InvalidInput(
            f"{len(params.others)} classes were named for {len(rows)} samples.",
            "Each sample has one second class, or none has.",
            "Name as many classes as samples; -1 for none.",
        )
    strangers = [c for c in params.others if not NO_CLASS <= c < model.predictor.classes]
    if strangers:
        raise unknown("class", str(strangers[0]), [f"0 to {model.predictor.classes - 1}"])
    check_fits(model.config or ModelConfig(layers=()), manifest)
    if manifest.task == "table":
        raise InvalidInput(
            "Answers about rows are not explained.",
            "Maps show which pixels, strokes or words an answer comes from; a row has none of these.",
            "Look at the slices of the evaluation: they say for which values of a column the model does worse.",
        )
    return rows


def _taken(
    context: Context, manifest: DatasetManifest, model: TrainedModel, rows: NDArray[np.int64]
) -> NDArray[Any]:
    """Return some samples as the model takes them, in the order of `rows`."""
    config = model.config
    if config is not None and config.input == "text":
        return encode(_texts(context, manifest.samples, rows), config.text)
    if config is not None and config.input == "strokes":
        return encode_strokes(_texts(context, manifest.strokes, rows), config.strokes)
    pictures: Any = context.artifacts.open_samples(manifest.samples)
    order = np.argsort(rows, kind="stable")
    taken = np.empty((len(rows), *manifest.shape), np.uint8)
    taken[order] = pictures[rows[order]]
    return taken


def _texts(context: Context, digest: str, rows: NDArray[np.int64]) -> list[str]:
    words = cast(Words, context.artifacts.open_samples(digest))
    return [str(words[row]) for row in rows.tolist()]


def _evidence(
    context: Context,
    manifest: DatasetManifest,
    model: TrainedModel,
    rows: NDArray[np.int64],
    samples: NDArray[Any],
    classes: NDArray[np.int64],
    report: Callable[[int], None],
) -> _Found:
    """Look at the samples the way that suits the model."""
    from studio.ml.explain import hidden_evidence, opened, painted, weighed_words

    config = model.config
    if config is None or model.keras is None:
        return _Found("hiding", samples, hidden_evidence(model.predictor, samples, classes, report))
    if config.input == "text":
        words = []
        for number, text in enumerate(_texts(context, manifest.samples, rows)):
            report(number)
            wanted = classes[number].tolist()
            words.append(weighed_words(model.keras.predict_on_batch, text, config.text, wanted))
        report(len(rows))
        return _Found("words", words=words)
    inside = opened(model.keras)
    evidence, regions = inside.evidence(samples, classes, report)
    if config.input == "strokes":
        drawn = [painted(points, values) for points, values in zip(samples, evidence, strict=True)]
        pictures, maps = (np.stack(part) for part in zip(*drawn, strict=True))
        return _Found("gradient", pictures, maps)
    seen = np.clip(np.rint(inside.seen(samples) * 255), 0, 255).astype(np.uint8)
    return _Found("gradient", seen, evidence, regions)


def _neighbours(
    context: Context,
    model: TrainedModel,
    training: Data,
    data: Data,
    rows: NDArray[np.int64],
    samples: NDArray[Any],
    count: int,
) -> tuple[NDArray[np.int64], NDArray[np.float32], int]:
    """Return the training samples that the model takes for most alike, how alike, and among how many.

    A sample that is trained on itself is no neighbour of its own; it takes the place of none.
    """
    known, kept = _known(context, model, training, count)
    if not len(known):
        return np.empty((len(rows), 0), np.int64), np.empty((len(rows), 0), np.float32), 0
    own = training.manifest.base == data.manifest.base
    best, cosines = most_alike(_features(model, samples), kept, count + own)
    alike = known[best]
    wanted = min(count, alike.shape[1])
    if own:
        later = np.argsort(alike == rows[:, None], axis=1, kind="stable")
        alike = np.take_along_axis(alike, later, 1)[:, :wanted]
        cosines = np.take_along_axis(cosines, later, 1)[:, :wanted]
    return alike, cosines, len(known)


def _known(
    context: Context, model: TrainedModel, training: Data, count: int
) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
    """Return training samples, int64 (m,), and what the model makes of them, (m, d), from the cache where it has it."""
    manifest = training.manifest
    labels = np.asarray(context.artifacts.open_array(manifest.labels))
    trained = active_split(context.artifacts, manifest) == TRAIN
    known = np.flatnonzero(trained & (labels != UNLABELLED))
    if len(known) > COMPARED_LIMIT:
        generator = np.random.default_rng(0)
        known = np.sort(generator.choice(known, COMPARED_LIMIT, replace=False))
    if not (len(known) and count):
        return known[:0], np.empty((0, 0), np.float16)
    folder = Path(context.spec.cache) / "explained"
    said = f"{_digest(context, model)} {manifest.digest}"
    name = hashlib.sha256(said.encode()).hexdigest()
    path = folder / f"{name}.npy"
    if path.exists():
        os.utime(path)
        return known, np.load(path, mmap_mode="r")
    progress = StepProgress(context, "explanation")
    made = []
    for first in range(0, len(known), BLOCK):
        progress(first, len(known), "samples", "looking at what it learned from")
        samples = _taken(context, manifest, model, known[first : first + BLOCK])
        made.append(_features(model, samples).astype(np.float16))
    found = np.concatenate(made)
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"{name}.{os.getpid()}.part"
    with open(draft, "wb") as file:
        np.save(file, found)
    draft.replace(path)
    for old in sorted(folder.glob("*"), key=lambda file: -file.stat().st_mtime)[KEPT_FILES:]:
        old.unlink(missing_ok=True)
    return known, found


def _features(model: TrainedModel, samples: NDArray[Any]) -> NDArray[np.float32]:
    """Return what the model makes of samples in front of its output; of other programs' models, what they answer.

    Square roots of probabilities: their cosine says how alike two answers are.
    """
    if model.config is None or model.keras is None:
        return np.sqrt(np.maximum(model.predictor.predict(samples), 0))
    from studio.ml.explain import opened

    return opened(model.keras).features(samples)


def _digest(context: Context, model: TrainedModel) -> str:
    return main_file(context.spec.models[model.title].files)


def _key(context: Context, model: TrainedModel, data: Data, training: Data, neighbours: int) -> str:
    return explanation_key(
        _digest(context, model), data.manifest.samples, training.manifest.digest, neighbours
    )
