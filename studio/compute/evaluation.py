"""Judging a model: what the component `evaluate` does when its node's turn comes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from studio.compute.base import Paused
from studio.compute.context import Context, Data, TrainedModel
from studio.compute.encoding import Encoded
from studio.core.catalog import EvaluateParams
from studio.core.curves import CURVES
from studio.core.dataset import EXCLUDED, SPLIT_NAMES, class_places
from studio.core.errors import InvalidInput
from studio.core.evaluation import Evaluation
from studio.core.layer import format_shape
from studio.core.pipeline import Node
from studio.core.predictions import IDS, LABELS, PROBABILITIES

if TYPE_CHECKING:
    from studio.ml.evaluate import Judgement, Part


def evaluate(context: Context, node: Node, inputs: dict[str, Any]) -> dict[str, Any]:
    """Judge a model on a part of a dataset. A training that was stopped is judged, too.

    Raises:
        InvalidInput: The part has no labelled samples of classes that the model knows, or samples of another kind.
        Cancelled, Paused: Somebody asked for it.
    """
    from studio.ml.evaluate import Subject
    from studio.ml.evaluate import evaluate as judge

    params: EvaluateParams = context.params(node)
    data: Data = inputs["dataset"]
    model: TrainedModel = inputs["model"]
    class_names = model.class_names or data.manifest.class_names

    def should_stop() -> bool:
        control = context.control()
        if not model.title:
            return control.cancel  # what was trained until a stop is judged
        if control.pauses:
            raise Paused
        return control.ends

    part = part_of(context, data, model, params.split)
    shape, taken = part.split.shape, model.predictor.shape
    if model.title and len(shape) == 3 and shape != taken:
        context.emit.log(
            f"The model takes pictures of {format_shape(taken)}; those of {data.title} are "
            f"{format_shape(shape)} and were fitted to it."
        )
    with context.artifacts.draft() as draft:
        judged = judge(
            Subject(model.keras, model.predictor, model.sizes, model.title),
            part,
            class_names,
            k=params.top_k,
            out=draft,
            emit=context.emit,
            should_stop=should_stop,
        )
        answers = context.artifacts.adopt(draft, PROBABILITIES)
        context.emit.artifact(answers)
    return {"metrics": _keep(context, judged, answers.digest)}


def part_of(context: Context, data: Data, model: TrainedModel, name: str) -> Part:
    """Return the labelled samples of a part whose class a model knows, with the model's numbers of classes.

    Classes are the same when they are called the same: a dataset may have them in another order, or others.

    Args:
        data: The dataset.
        model: The model.
        name: "train", "validation", "test" or "all".
    """
    from studio.ml.arrays import load_split
    from studio.ml.evaluate import Part

    manifest = data.manifest
    samples, labels, codes = _arrays(context, data, model)
    known = model.class_names or manifest.class_names
    mine = class_places(known, manifest.class_names)[labels]
    wanted = codes != EXCLUDED if name == "all" else codes == SPLIT_NAMES.index(name)
    split = load_split(samples, mine, np.where(wanted, 0, EXCLUDED).astype(np.uint8), 0)
    labelled = int(np.count_nonzero(wanted & (labels >= 0)))
    return Part(split, data.title, manifest.base, name, labelled - split.count)


def _arrays(context: Context, data: Data, model: TrainedModel) -> tuple[Encoded, Any, Any]:
    if model.config is not None:
        samples, labels, codes = context.arrays(data, model.config)
        return samples, np.asarray(labels), np.asarray(codes)
    if data.manifest.task != "images":
        raise InvalidInput(
            f"{model.title} cannot be judged on {data.title}.",
            "The model takes pictures, and the dataset holds texts.",
            "Choose a dataset of pictures.",
        )
    labels, codes = context.labels_and_codes(data)
    samples = cast(Encoded, context.artifacts.open_samples(data.manifest.samples))
    return samples, np.asarray(labels), np.asarray(codes)


def _keep(context: Context, judged: Judgement, probabilities: str) -> Evaluation:
    """Store an evaluation beside the answers, and say how it went."""
    evaluation, predictions, curves = judged
    artifacts = context.artifacts
    ids = artifacts.put_array(predictions.ids, IDS)
    labels = artifacts.put_array(predictions.labels, LABELS)
    answers = {"ids": ids.digest, "labels": labels.digest, "probabilities": probabilities}
    evaluation = evaluation.model_copy(update={"answers": answers})
    files = [
        ids,
        labels,
        artifacts.put(curves.model_dump_json().encode(), CURVES),
        artifacts.put(evaluation.model_dump_json(indent=1).encode(), "evaluation.json"),
    ]
    for file in files:
        context.emit.artifact(file)
    if files[-1].name == "evaluation.json":
        context.emit.result(evaluation.headline())
    left_out = (
        f" {evaluation.not_judged:,} of other classes were left out."
        if evaluation.not_judged
        else ""
    )
    part = "" if evaluation.split == "all" else f"{evaluation.split} "
    context.emit.log(
        f"On {evaluation.test_count:,} {part}samples: accuracy {evaluation.accuracy:.4f}, "
        f"mean average precision {evaluation.mean_average_precision:.4f}.{left_out}"
    )
    return evaluation
