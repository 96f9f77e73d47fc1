"""Evaluations of made-up answers, recorded as a worker does it, without TensorFlow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from studio.core.curves import CURVES
from studio.core.dataset import TEST, DatasetVersion
from studio.core.evaluation import Evaluation
from studio.core.events import ArtifactEvent, EndEvent, ResultEvent
from studio.core.judging import judge
from studio.core.predictions import IDS, LABELS, PROBABILITIES, Predictions
from studio.core.presets import PRESETS
from studio.core.run import Run
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace


def answers(workspace: Workspace, version: DatasetVersion, seed: int = 0) -> Predictions:
    """Return made-up answers about the labelled test samples of a version: two of three are right."""
    noise = np.random.default_rng(seed)
    labels = np.asarray(workspace.labels(version))
    ids = np.flatnonzero((np.asarray(workspace.split(version)) == TEST) & (labels >= 0))
    classes = len(version.class_names)
    said = np.where(
        noise.random(len(ids)) < 2 / 3, labels[ids], noise.integers(0, classes, len(ids))
    )
    scores: NDArray[np.float64] = noise.random((len(ids), classes)) + 2 * (
        said[:, None] == np.arange(classes)
    )
    scores = np.exp(2 * scores)
    return Predictions(
        dataset=version.title,
        base=version.base,
        class_names=version.class_names,
        ids=ids.astype(np.int64),
        labels=labels[ids].astype(np.int32),
        probabilities=(scores / scores.sum(axis=1, keepdims=True)).astype(np.float32),
    )


def evaluation_of(predictions: Predictions) -> Evaluation:
    """Return the evaluation of some answers."""
    return Evaluation(
        **judge(predictions, k=2).facts,
        milliseconds_per_sample=0.25,
        milliseconds_per_sample_batched=0.05,
        agreement=1.0,
        model_size_bytes={"keras": 2_000_000, "tflite": 500_000},
        parameters=120_000,
    )


def judged_run(
    workspace: Workspace,
    version: DatasetVersion,
    *,
    name: str = "first",
    seed: int = 0,
    keep_answers: bool = True,
    training: TrainingConfig | None = None,
    split: NDArray[np.uint8] | None = None,
) -> Run:
    """Record a training that has ended, with model files and the evaluation of made-up answers.

    Args:
        keep_answers: Whether the answers for each sample and the curves are kept, as they were not before.
        training: The settings that it says it was trained with. Default: the usual ones.
        split: How it divided the samples itself, uint8 (n,). Default: it used the stored split.
    """
    predictions = answers(workspace, version, seed)
    evaluation = evaluation_of(predictions)
    model = PRESETS["drawing-classifier" if version.task == "images" else "text-average"]
    pipeline = training_pipeline(
        version.dataset, model, training or TrainingConfig(), version=version.version
    )
    workspace.submit(pipeline, name=name)
    run = workspace.claim_run("worker", 60.0)
    assert run is not None
    assert run.name == name
    put, put_array = workspace.artifacts.put, workspace.artifacts.put_array
    files = [
        put(f"keras of {name}".encode(), "model.keras"),
        put(f"tflite of {name}".encode(), "model.tflite"),
        put(evaluation.model_dump_json().encode(), "evaluation.json"),
    ]
    if split is not None:
        files.append(put_array(split, "split.npy"))
    if keep_answers:
        files += [
            put(judge(predictions, k=2).curves.model_dump_json().encode(), CURVES),
            put_array(predictions.probabilities, PROBABILITIES),
            put_array(predictions.ids, IDS),
            put_array(predictions.labels, LABELS),
        ]
    events = [
        *(ArtifactEvent(seq=seq, time=0.0, artifact=file) for seq, file in enumerate(files, 1)),
        ResultEvent(seq=len(files) + 1, time=0.0, result=evaluation.headline()),
        EndEvent(seq=len(files) + 2, time=0.0, status="completed"),
    ]
    assert workspace.record_events(run, events)
    return workspace.run(name)
