"""Registered models for tests of what comes after training: real files, recorded as a worker does."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from studio.core.configs import ModelConfig
from studio.core.dataset import DatasetManifest, DatasetVersion, SplitConfig, split_codes
from studio.core.evaluation import Evaluation, Mistake
from studio.core.events import ArtifactEvent, EndEvent, ResultEvent
from studio.core.fit import with_columns
from studio.core.layers import Conv2D, Dense
from studio.core.layers_sequence import Embedding, GlobalAveragePooling1D
from studio.core.model import ModelVersion
from studio.core.run import RunArtifact
from studio.core.sources import TextSource
from studio.core.standard import training_pipeline
from studio.core.text import TextSettings
from studio.core.training import TrainingConfig
from studio.workspace import Workspace
from tests.tabled import KINDS, add_birds

CONFIG = ModelConfig(layers=(Conv2D(filters=2), Dense(units=4)))
TEXT_CONFIG = ModelConfig(
    input="text",
    text=TextSettings(length=8, buckets=50),
    layers=(Embedding(buckets=50, features=4), GlobalAveragePooling1D()),
)
Shape = tuple[int, int, int]


@cache
def model_files(
    shape: Shape, classes: int, seed: int, config: ModelConfig = CONFIG
) -> dict[str, bytes]:
    """Return a real, untrained model as `model.keras` and `model.tflite`."""
    from studio.ml.build import build
    from studio.ml.export import save_keras, to_tflite

    model = build(config, shape, classes, seed=seed)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model"
        save_keras(model, path)
        return {"model.keras": path.read_bytes(), "model.tflite": to_tflite(model)}


def add_random_dataset(
    workspace: Workspace, name: str, shape: Shape, class_names: tuple[str, ...]
) -> DatasetVersion:
    """Record a dataset of noise, ten samples a class."""
    count = 10 * len(class_names)
    samples = np.random.default_rng(0).integers(0, 256, (count, *shape), np.uint8)
    labels = (np.arange(count) % len(class_names)).astype(np.int32)
    codes = split_codes(count, SplitConfig())
    train, validation, test = np.bincount(codes, minlength=3).tolist()
    manifest = DatasetManifest(
        samples=workspace.artifacts.put_array(samples, "samples.npy").digest,
        labels=workspace.artifacts.put_array(labels, "labels.npy").digest,
        split=workspace.artifacts.put_array(codes, "split.npy").digest,
        class_names=class_names,
        shape=shape,
        count=count,
        class_counts=(10,) * len(class_names),
        split_counts=(train, validation, test),
        split_config=SplitConfig(),
        source={"kind": "test"},
    )
    return workspace.record_dataset(name, manifest, author="ann", message="")


def register(
    workspace: Workspace,
    model: str,
    *,
    shape: Shape = (8, 8, 1),
    class_names: tuple[str, ...] = ("apple", "fish", "the Eiffel Tower"),
    seed: int = 0,
    alias: str | None = None,
    config: ModelConfig = CONFIG,
) -> ModelVersion:
    """Register one version more of a model, by a run that ended as a worker would record it."""
    add_random_dataset(workspace, model, shape, class_names)
    return _register(workspace, model, config, shape, class_names, seed, alias, ())


def register_texts(
    workspace: Workspace, model: str, folder: Path, *, alias: str | None = None
) -> ModelVersion:
    """Register a model of texts of two classes, with one mistake, as `register`; the texts come to lie in `folder`."""
    file = folder / f"{model}.csv"
    rows = [f"a {word} film {i},{word}" for i in range(10) for word in ("bad", "good")]
    file.write_text("\n".join(["text,label", *rows]), encoding="utf-8")
    workspace.add_dataset(model, TextSource(path=str(file)))
    mistake = Mistake(sample=1, true="good", predicted="bad", confidence=0.9, true_confidence=0.1)
    names = ("bad", "good")
    return _register(workspace, model, TEXT_CONFIG, (0, 0, 0), names, 0, alias, (mistake,))


def register_rows(workspace: Workspace, model: str, *, alias: str | None = None) -> ModelVersion:
    """Register a model of the birds' table, with one mistake, as `register`."""
    version = add_birds(workspace, model, count=60)
    bare = with_columns(ModelConfig(input="table", layers=(Dense(units=4),)), version)
    count = len(bare.table.columns)
    learned = bare.table.model_copy(update={"means": (1.0,) * count, "deviations": (2.0,) * count})
    config = bare.model_copy(update={"table": learned})
    mistake = Mistake(
        sample=1, true=KINDS[0], predicted=KINDS[1], confidence=0.9, true_confidence=0.1
    )
    return _register(workspace, model, config, (0, 0, 0), KINDS, 0, alias, (mistake,))


def _register(
    workspace: Workspace,
    model: str,
    config: ModelConfig,
    shape: Shape,
    class_names: tuple[str, ...],
    seed: int,
    alias: str | None,
    mistakes: tuple[Mistake, ...],
) -> ModelVersion:
    name = workspace.free_run_name(f"{model}-run")
    workspace.submit(training_pipeline(model, config, TrainingConfig()), name=name)
    run = workspace.claim_run("worker", 60.0)
    assert run is not None
    files = dict(model_files(shape, len(class_names), seed, config))
    sizes = {kind: len(files[f"model.{kind}"]) for kind in ("keras", "tflite")}
    evaluation = Evaluation(
        dataset=f"{model}:1",
        class_names=class_names,
        test_count=1,
        accuracy=0.5,
        top_k=1.0,
        k=3,
        loss=1.0,
        mean_average_precision=0.5,
        per_class=(),
        confusion_matrix=(),
        milliseconds_per_sample=0.1,
        milliseconds_per_sample_batched=0.05,
        agreement=1.0,
        mistakes=mistakes,
        model_size_bytes=sizes,
        parameters=config.parameters(shape, len(class_names)),
    )
    files["evaluation.json"] = evaluation.model_dump_json().encode()
    stored = [workspace.artifacts.put(content, file) for file, content in files.items()]
    made = [_made(number, file) for number, file in enumerate(stored, start=1)]
    result = ResultEvent(seq=len(made) + 1, time=0, result=dict(evaluation.headline()))
    end = EndEvent(seq=len(made) + 2, time=0, status="completed")
    assert workspace.record_events(run, [*made, result, end])
    return workspace.register_model(name, model, alias=alias)


def _made(number: int, file: RunArtifact) -> ArtifactEvent:
    return ArtifactEvent(seq=number, time=0, artifact=file)
