"""Fixtures of the workspace: small datasets, and runs that have ended without TensorFlow."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from studio.compute.control_file import ControlFile
from studio.compute.events import EventReader
from studio.compute.executor import execute
from studio.compute.folder import RunFolder
from studio.compute.prepare import prepare
from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.dataset import (
    DatasetManifest,
    DatasetVersion,
    SplitConfig,
    count_classes,
    split_codes,
)
from studio.core.evaluation import ClassEvaluation, Evaluation
from studio.core.events import ArtifactEvent, EndEvent, ResultEvent
from studio.core.run import Run
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from studio.workspace.manifest import split_counts

MakeDataset = Callable[..., DatasetVersion]
TrainedRun = Callable[..., Run]


def small_manifest(
    workspace: Workspace,
    labels: Sequence[int],
    class_names: Sequence[str] = ("cat", "dog"),
    seed: int = 0,
) -> DatasetManifest:
    """Store 8x8 noise, one sample a label."""
    noise = np.random.default_rng(seed)
    samples = noise.integers(0, 256, (len(labels), 8, 8, 1), np.uint8)
    codes = split_codes(len(labels), SplitConfig())
    coded = np.array(labels, np.int32)
    return DatasetManifest(
        samples=workspace.artifacts.put_array(samples, "samples.npy").digest,
        labels=workspace.artifacts.put_array(coded, "labels.npy").digest,
        split=workspace.artifacts.put_array(codes, "split.npy").digest,
        class_names=tuple(class_names),
        shape=(8, 8, 1),
        count=len(labels),
        class_counts=count_classes(coded, len(class_names)),
        split_counts=split_counts(codes),
        split_config=SplitConfig(),
        source={"kind": "noise"},
    )


@pytest.fixture
def make_dataset(workspace: Workspace) -> MakeDataset:
    """Record a version of a small dataset; -1 is a sample without a class."""

    def make(
        name: str = "pets",
        labels: Sequence[int] = (0, 1, 0, 1, -1, -1, 0, 1, -1, 0),
        class_names: Sequence[str] = ("cat", "dog"),
        seed: int = 0,
    ) -> DatasetVersion:
        manifest = small_manifest(workspace, labels, class_names, seed)
        return workspace.record_dataset(name, manifest, author="ann", message="noise")

    return make


@pytest.fixture
def trained_run(workspace: Workspace, make_dataset: MakeDataset) -> TrainedRun:
    """End a training as its worker would: with model files, an evaluation and an end event."""

    def train(name: str = "first", status: str = "completed") -> Run:
        if not workspace.datasets():
            make_dataset()
        dataset = workspace.datasets()[0].latest
        workspace.submit(
            training_pipeline(dataset.dataset, DRAWING_CLASSIFIER, TrainingConfig()), name=name
        )
        run = workspace.claim_run("worker", 60.0)
        assert run is not None
        assert run.name == name
        evaluation = some_evaluation(dataset.title).model_dump_json().encode()
        files = [
            workspace.artifacts.put(f"keras of {name}".encode(), "model.keras"),
            workspace.artifacts.put(f"tflite of {name}".encode(), "model.tflite"),
            workspace.artifacts.put(evaluation, "evaluation.json"),
        ]
        events = [
            *(ArtifactEvent(seq=i, time=0.0, artifact=file) for i, file in enumerate(files, 1)),
            ResultEvent(seq=4, time=0.0, result={"accuracy": 0.75}),
            EndEvent(seq=5, time=0.0, status=status),  # type: ignore[arg-type]
        ]
        assert workspace.record_events(run, events)
        return workspace.run(name)

    return train


def carried_through(workspace: Workspace, name: str) -> Run:
    """Carry a waiting run out in this process, as a worker and its child do."""
    run = workspace.claim_run("worker", 60.0)
    assert run is not None
    assert run.name == name
    folder = RunFolder.of(workspace.home, name)
    folder.write_spec(prepare(workspace, run.model_copy(update={"attempt": 1})))
    execute(folder, ControlFile(folder))
    events = EventReader(folder.events).read(0)
    assert workspace.record_events(run, events)
    return workspace.run(name)


def some_evaluation(dataset: str) -> Evaluation:
    """An evaluation of four test samples, three of them right."""
    scores = {"precision": 0.75, "recall": 0.75, "f1": 0.75, "support": 2}
    return Evaluation(
        dataset=dataset,
        class_names=("cat", "dog"),
        test_count=4,
        accuracy=0.75,
        top_k=1.0,
        k=2,
        loss=0.5,
        mean_average_precision=0.8,
        per_class=tuple(
            ClassEvaluation(class_name=name, average_precision=0.8, **scores)
            for name in ("cat", "dog")
        ),
        confusion_matrix=((2, 0), (1, 1)),
        milliseconds_per_sample=0.1,
        milliseconds_per_sample_batched=0.05,
        agreement=1.0,
        mistakes=(),
        model_size_bytes={"keras": 14, "tflite": 15},
        parameters=100,
    )
