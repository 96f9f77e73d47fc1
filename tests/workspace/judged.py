"""Trainings that ended with an evaluation of given numbers, recorded as a worker does, without TensorFlow."""

from __future__ import annotations

from typing import Any

import numpy as np

from studio.core.catalog import SplitParams
from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.events import ArtifactEvent, EndEvent, ResultEvent
from studio.core.predictions import IDS
from studio.core.run import Run
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.workspace.conftest import some_evaluation


def judged_run(
    workspace: Workspace,
    name: str,
    *,
    dataset: str = "pets",
    test: list[int] | None = None,
    split: SplitParams | None = None,
    codes: list[int] | None = None,
    start_from: str | None = None,
    **numbers: float,
) -> Run:
    """End a training of the newest version of a dataset.

    Args:
        test: Numbers of the samples it was judged on; None: not kept, as before there were predictions.
        codes: The split it made itself.
        numbers: Of its evaluation.
    """
    version = workspace.dataset(dataset)
    pipeline = training_pipeline(dataset, DRAWING_CLASSIFIER, TrainingConfig(), split=split)
    pipeline = pipeline.set_params("train", start_from=start_from)
    workspace.submit(pipeline, name=name)
    files: dict[str, Any] = {"model.keras": f"keras of {name}", "model.tflite": f"tflite of {name}"}
    if codes is not None:
        files["split.npy"] = np.array(codes, np.uint8)
    return _ended(workspace, name, version.title, files, test, {}, numbers)


def judged_elsewhere(
    workspace: Workspace,
    model: str,
    dataset: str,
    *,
    test: list[int] | None = None,
    **numbers: float,
) -> Run:
    """End an evaluation of a model that was there before; `dataset` is `name:version`."""
    name, _, number = dataset.partition(":")
    run = workspace.evaluate_model(model, dataset=name, version=int(number))
    title = workspace.model_spec(model).title
    return _ended(workspace, run.name, dataset, {}, test, {"model": title}, numbers)


def _ended(
    workspace: Workspace,
    name: str,
    dataset: str,
    files: dict[str, Any],
    test: list[int] | None,
    more: dict[str, Any],
    numbers: dict[str, float],
) -> Run:
    run = workspace.claim_run("worker", 60.0)
    assert run is not None
    assert run.name == name
    evaluation = some_evaluation(dataset).model_copy(update={**more, **numbers})
    files["evaluation.json"] = evaluation.model_dump_json()
    if test is not None:
        files[IDS] = np.array(test, np.int64)
    store = workspace.artifacts
    made = [
        store.put(content.encode(), file)
        if isinstance(content, str)
        else store.put_array(content, file)
        for file, content in files.items()
    ]
    last = len(made)
    events = [
        *(ArtifactEvent(seq=i, time=0.0, artifact=file) for i, file in enumerate(made, 1)),
        ResultEvent(seq=last + 1, time=0.0, result=dict(evaluation.headline())),
        EndEvent(seq=last + 2, time=0.0, status="completed"),
    ]
    assert workspace.record_events(run, events)
    return workspace.run(name)
