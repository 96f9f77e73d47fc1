"""Scoring beside the bare predictor, side by side: what reading, writing the table and the safety of a kill cost.

Knobs: STUDIO_BENCH_SCORED, samples of each kind (default 100,000); STUDIO_BENCH_SCORED_ROUNDS (5): of each
side the best one counts.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig
from studio.core.dataset import DatasetManifest
from studio.core.draft import Draft
from studio.core.pipeline import Pipeline
from studio.core.presets_text import TEXT_PRESETS
from studio.ml.predict import Predictor
from studio.workspace import Workspace
from tests.compute.test_scoring import scored
from tests.trained import _register as registered
from tests.trained import add_random_dataset, register_texts
from tests.workspace.conftest import carried_through

COUNT = int(os.environ.get("STUDIO_BENCH_SCORED", "100000"))
ROUNDS = int(os.environ.get("STUDIO_BENCH_SCORED_ROUNDS", "5"))
BLOCK = 2048
SHARE = 0.9
SHARE_OF_TEXTS = 0.8
"""A text is asked about in 10 microseconds; reading it and writing its row cost 1 more, in the same thread."""


@pytest.mark.parametrize("classes", [10, 345])
def test_pictures_are_scored_as_fast_as_the_bare_predictor(
    workspace: Workspace, classes: int
) -> None:
    names = tuple(f"class {number}" for number in range(classes))
    add_random_dataset(workspace, "drawn", (28, 28, 1), names)
    first = workspace.dataset("drawn")
    pixels = np.random.default_rng(0).integers(0, 256, (COUNT, 28, 28, 1), np.uint8)
    _record(workspace, first, samples=workspace.artifacts.put_array(pixels, "s").digest)
    registered(workspace, "drawn", DRAWING_CLASSIFIER, (28, 28, 1), names, 0, None, ())
    predictor = Predictor(_file(workspace, "drawn"))
    _compare(workspace, f"pictures, {classes} classes", lambda i: predictor.predict(pixels[i]))


def test_texts_are_scored_as_fast_as_the_bare_predictor(
    workspace: Workspace, tmp_path: Path
) -> None:
    register_texts(workspace, "drawn", tmp_path)
    words = np.random.default_rng(0).choice([f"word{n}" for n in range(2000)], (COUNT, 20))
    texts = [" ".join(row) for row in words]
    _record(
        workspace, workspace.dataset("drawn"), samples=workspace.artifacts.put_texts(texts, "t")
    )
    config: ModelConfig = TEXT_PRESETS["text-average"]
    registered(workspace, "drawn", config, (0, 0, 0), ("bad", "good"), 0, None, ())
    predictor = Predictor(_file(workspace, "drawn"), text=config.text)
    _compare(workspace, "texts of 20 words", lambda i: predictor.predict(texts[i]), SHARE_OF_TEXTS)


def test_a_batch_inference_pipeline_is_as_fast_as_the_bare_predictor(workspace: Workspace) -> None:
    names = tuple(f"class {number}" for number in range(10))
    add_random_dataset(workspace, "drawn", (28, 28, 1), names)
    first = workspace.dataset("drawn")
    pixels = np.random.default_rng(0).integers(0, 256, (COUNT, 28, 28, 1), np.uint8)
    samples = workspace.artifacts.put_array(pixels, "s").digest
    registered(workspace, "drawn", DRAWING_CLASSIFIER, (28, 28, 1), names, 0, None, ())
    predictor = Predictor(_file(workspace, "drawn"))
    pipeline = (
        Pipeline()
        .add("data", "dataset", name="drawn")
        .add("model", "model", reference="drawn")
        .add("score", "score", split="all")
        .add("rows", "predictions_table")
        .add("save", "save_table", name="answers")
        .connect("data", "dataset", "score", "dataset")
        .connect("model", "model", "score", "model")
        .connect("score", "predictions", "rows", "predictions")
        .connect("rows", "table", "save", "table")
    )
    bare, whole = [], []
    for number in range(min(ROUNDS, 3)):
        labels = np.full(COUNT, number, np.int32)  # other content: nothing is reused
        _record(
            workspace,
            first,
            samples=samples,
            labels=workspace.artifacts.put_array(labels, "l").digest,
        )
        began = time.perf_counter()
        for start in range(0, COUNT, BLOCK):
            predictor.predict(pixels[start : start + BLOCK])
        bare.append(time.perf_counter() - began)
        workspace.submit_pipeline(Draft(pipeline=pipeline), name=f"batch-{number}")
        assert carried_through(workspace, f"batch-{number}").status == "completed"
        states = workspace.node_states(f"batch-{number}").values()
        assert not any(state.state == "reused" for state in states if state.node != "model")
        whole.append(sum(state.seconds or 0.0 for state in states))
    assert workspace.dataset("answers").count == COUNT
    print(
        f"\nbatch pipeline: bare predictor {COUNT / min(bare):,.0f} samples/s, "
        f"all nodes {COUNT / min(whole):,.0f} samples/s, {100 * min(bare) / min(whole):.1f} %"
    )
    assert min(bare) / min(whole) >= SHARE


def _record(workspace: Workspace, first: Any, **fields: str) -> None:
    put = workspace.artifacts.put_array
    plain = first.model_dump(include=set(DatasetManifest.model_fields)) | {
        "names": "",
        "labels": put(np.zeros(COUNT, np.int32), "l").digest,
        "split": put(np.zeros(COUNT, np.uint8), "c").digest,
        "count": COUNT,
        **fields,
    }
    workspace.record_dataset(
        "drawn", DatasetManifest.model_validate(plain), author="ann", message=""
    )


def _file(workspace: Workspace, model: str) -> bytes:
    return workspace.artifacts.read(workspace.resolve_model(model).files["tflite"].digest)


def _compare(
    workspace: Workspace, what: str, ask: Callable[[slice], object], share: float = SHARE
) -> None:
    bare, scoring = [], []
    for _ in range(ROUNDS):
        began = time.perf_counter(), time.process_time()
        for start in range(0, COUNT, BLOCK):
            ask(slice(start, start + BLOCK))
        between = time.perf_counter(), time.process_time()
        report = workspace.scoring_report(scored(workspace, "drawn", dataset="drawn").name)
        ended = time.process_time()
        bare.append((between[0] - began[0], between[1] - began[1]))
        scoring.append((report.seconds, ended - between[1]))
    (wall, cpu), (scored_wall, scored_cpu) = (
        map(min, zip(*all_of, strict=True)) for all_of in (bare, scoring)
    )
    print(
        f"\n{what}: bare predictor {COUNT / wall:,.0f} samples/s, scoring {COUNT / scored_wall:,.0f} samples/s, "
        f"{100 * wall / scored_wall:.1f} %; of the processor's time, the run's start and end included, "
        f"{100 * cpu / scored_cpu:.1f} %"
    )
    assert wall / scored_wall >= share
