"""A million answers of a hundred classes judged, and a stored evaluation of many classes opened."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn import metrics

from studio.core.catalog import EvaluateParams
from studio.core.curves import CURVES
from studio.core.evaluation import Evaluation
from studio.core.events import ArtifactEvent, EndEvent, ResultEvent
from studio.core.judging import judge
from studio.core.predictions import IDS, LABELS, PROBABILITIES, Predictions
from studio.core.standard import evaluation_pipeline
from studio.workspace import Workspace
from tests.benchmarks.children import run
from tests.trained import register

COUNT, CLASSES = 1_000_000, 100
COUNTS = {CLASSES: COUNT, 345: 50_000}
"""Classes -> answers."""
LIMIT_SECONDS, LIMIT_BYTES = 10.0, 2_000_000_000
OPEN_SECONDS = 1.0
CHECKED = 5
BLOCK = 50_000


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Path]:
    """Classes -> folder with answers."""
    found = {classes: tmp_path_factory.mktemp("answers") for classes in COUNTS}
    for classes, folder in found.items():
        write_answers(folder, COUNTS[classes], classes)
    return found


def write_answers(folder: Path, count: int, classes: int) -> None:
    """Write answers of a middling classifier, and the true classes, as a model would give them."""
    generator = np.random.default_rng(0)
    labels = generator.integers(0, classes, count).astype(np.int32)
    np.save(folder / "labels.npy", labels)
    table = np.lib.format.open_memmap(
        folder / "answers.npy", "w+", dtype=np.float32, shape=(count, classes)
    )
    for start in range(0, count, BLOCK):
        mine = labels[start : start + BLOCK]
        logits = generator.standard_normal((len(mine), classes), np.float32) * 1.5
        logits[np.arange(len(mine)), mine] += 4
        np.exp(logits, out=logits)
        table[start : start + BLOCK] = logits / logits.sum(axis=1, keepdims=True)
    table.flush()


def read(folder: Path) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
    return np.load(folder / "answers.npy", mmap_mode="r"), np.load(folder / "labels.npy")


def test_a_million_answers_of_a_hundred_classes_are_judged(folders: dict[int, Path]) -> None:
    path = folders[CLASSES] / "answers.npy"
    table, labels = read(folders[CLASSES])
    found = run("judge_answers", path)
    print(
        f"\n{COUNT:,} answers x {CLASSES} classes, intervals and curves included: {found['seconds']:.1f} s "
        f"({found['processor_seconds']:.1f} s of processor), {found['resident'] / 1e9:.2f} GB"
    )
    for name, (low, high) in found["intervals"].items():
        print(f"  {name:28} {found[name]:8.5f}   95 %: {low:.5f} to {high:.5f}")
    predicted = np.concatenate(
        [table[start : start + BLOCK].argmax(axis=1) for start in range(0, COUNT, BLOCK)]
    )
    assert found["accuracy"] == pytest.approx(metrics.accuracy_score(labels, predicted), abs=1e-9)
    for number in range(0, CLASSES, CLASSES // CHECKED):
        of_class, scores = labels == number, np.asarray(table[:, number])
        expected = metrics.average_precision_score(of_class, scores)
        assert found["average_precision"][number] == pytest.approx(expected, abs=1e-9)
        area = metrics.roc_auc_score(of_class, scores)
        assert found["roc_auc"][number] == pytest.approx(area, abs=1e-9)
    assert found["processor_seconds"] <= LIMIT_SECONDS
    assert found["resident"] <= LIMIT_BYTES


@pytest.mark.parametrize("classes", [100, 345])
def test_a_stored_evaluation_is_opened(
    workspace: Workspace, folders: dict[int, Path], classes: int
) -> None:
    table, labels = read(folders[classes])
    count = len(labels)
    names = tuple(f"class {number}" for number in range(classes))
    predictions = Predictions("fruit:1", "", names, np.arange(count), labels, table)
    judged = judge(predictions, k=5)
    evaluation = Evaluation(
        **judged.facts,
        milliseconds_per_sample=1.0,
        milliseconds_per_sample_batched=1.0,
        agreement=1.0,
        model_size_bytes={},
        parameters=0,
        model="fruit:1",
    )
    register(workspace, "fruit")
    workspace.submit(evaluation_pipeline("fruit", "fruit", params=EvaluateParams()), name="judged")
    claimed = workspace.claim_run("worker", 60.0)
    assert claimed is not None
    put = workspace.artifacts
    files = [
        put.put_array(predictions.ids, IDS),
        put.put_array(labels, LABELS),
        put.put_array(table, PROBABILITIES),
        put.put(judged.curves.model_dump_json().encode(), CURVES),
        put.put(evaluation.model_dump_json(indent=1).encode(), "evaluation.json"),
    ]
    events = [ArtifactEvent(seq=i, time=0, artifact=file) for i, file in enumerate(files, 1)]
    result = ResultEvent(seq=6, time=0, result=evaluation.headline())
    end = EndEvent(seq=7, time=0, status="completed")
    assert workspace.record_events(claimed, [*events, result, end])

    taken: dict[str, float] = {}
    for name, opened in {
        "list": workspace.evaluations,
        "evaluation": lambda: workspace.evaluation("judged"),
        "curves": lambda: workspace.evaluation_curves("judged"),
        "answers": lambda: workspace.predictions("judged").confidence,
    }.items():
        start = time.perf_counter()
        opened()
        taken[name] = time.perf_counter() - start
    curves = next(file for file in files if file.name == CURVES)
    print(
        f"\n{count:,} answers x {classes} classes opened: "
        + ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in taken.items())
        + f"; curves are {curves.size / 1e6:.1f} MB"
    )
    assert sum(taken.values()) <= OPEN_SECONDS
