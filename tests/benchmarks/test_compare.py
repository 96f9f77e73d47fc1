"""A table of ten thousand runs, and a thousand curves over each other."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from statistics import median

import numpy as np

from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.run_facts import Condition, RunQuery, differing
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.ui.compare_curves import overlay
from studio.ui.components.figure import _json
from studio.workspace import Workspace

RUNS, EPOCHS, ROUNDS = 10_000, 10, 5
FILTER_MILLISECONDS = 300
CURVES = ("epoch_loss", "epoch_accuracy", "val_loss", "val_accuracy")


def add_runs(workspace: Workspace) -> None:
    """Write ten thousand trainings with their curves straight into the tables."""
    generator = np.random.default_rng(0)
    runs, points = [], []
    for i in range(RUNS):
        config = TrainingConfig(
            epochs=1 + i % 20, learning_rate=(0.001, 0.01, 0.1)[i % 3], seed=i % 5
        )
        pipeline = training_pipeline("digits", DRAWING_CLASSIFIER, config, version=1)
        accuracy = float(generator.random())
        result = {
            "accuracy": accuracy, "mean_average_precision": 0.97 * accuracy, "loss": 2 - accuracy, "parameters": 100,
            "milliseconds_per_sample": 0.1, "model_size_bytes": {"keras": 9, "tflite": 5},
            "training": {"best_epoch": 3, "epochs_done": 5},
        }  # fmt: skip
        tags = json.dumps(["baseline"] if i % 10 == 0 else [])
        runs.append(
            (f"digits-{i}", pipeline.model_dump_json(), 1e9 + i, 1e9 + i, 1e9 + i + 60, i, json.dumps(result), tags)
        )  # fmt: skip
        values = generator.random((len(CURVES), EPOCHS)).tolist()
        points += [
            (i + 1, name, 100 * (epoch + 1), value, epoch + 1)
            for name, curve in zip(CURVES, values, strict=True)
            for epoch, value in enumerate(curve)
        ]
    with workspace._studio.tx() as connection:
        connection.conn.executemany(
            "INSERT INTO runs (name, kind, pipeline, inputs, status, author, created, started, ended, position, "
            "result, tags) VALUES (?, 'training', ?, '{}', 'completed', 'ann', ?, ?, ?, ?, ?, ?)",
            runs,
        )
    with workspace._metrics.tx() as connection:
        connection.conn.executemany("INSERT INTO metrics VALUES (?, ?, ?, ?, ?)", points)


def milliseconds(work: Callable[[], object]) -> float:
    """Return the median of some calls."""
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        work()
        times.append(1000 * (time.perf_counter() - began))
    return median(times)


def test_ten_thousand_runs_are_filtered_while_somebody_types(workspace: Workspace) -> None:
    add_runs(workspace)
    began = time.perf_counter()
    assert workspace.compare_runs().total == RUNS
    first = time.perf_counter() - began
    high = Condition(fact="accuracy", sign=">", value=0.9)
    adam = Condition(fact="set.optimizer", sign="=", value="adam")
    queries = {
        "all of them": RunQuery(),
        "words": RunQuery(text="digits 77"),
        "a tag": RunQuery(tags=("baseline",)),
        "a dataset": RunQuery(dataset="digits"),
        "a result, sorted by a curve": RunQuery(conditions=(high,), sort="best.val_accuracy"),
        "a setting": RunQuery(conditions=(adam,), sort="set.learning_rate"),
    }
    print(f"\nfacts of {RUNS:,} runs taken in once: {first:.1f} s")
    for name, query in queries.items():
        took = milliseconds(lambda query=query: differing(workspace.compare_runs(query).rows))
        print(f"{name:30} {took:6.0f} ms, {workspace.compare_runs(query).total:,} runs")
        assert took <= FILTER_MILLISECONDS

    names = [row.name for row in workspace.compare_runs(RunQuery(limit=1000)).rows]
    said = dict.fromkeys(names, "all")

    def drawn() -> str:
        return _json(overlay(workspace.overlaid_curves(names, "val_loss", smooth=0.6), said))

    print(
        f"{'a thousand curves as a figure':30} {milliseconds(drawn):6.0f} ms, {len(drawn()) / 1000:,.0f} kB"
    )
    assert len(names) == 1000
