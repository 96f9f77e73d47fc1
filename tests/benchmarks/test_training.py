"""The training loop against others on this machine: what a picture costs, and whether the model is as good.

Engines take turns, an epoch each, so that whatever else the machine does hits all of them. Processor time is what
counts; the clock is shown beside it. Knobs: STUDIO_BENCH_ROUNDS (5), STUDIO_BENCH_SEEDS (5), STUDIO_TORCH_PYTHON.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path
from statistics import mean, median, stdev
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.dataset import TEST, TRAIN, SplitConfig, split_codes
from studio.core.training import TrainingConfig
from studio.ml.arrays import load_training_data
from studio.ml.backend import keras, tf
from studio.ml.build import build
from studio.ml.device import cores, gflop_per_sample
from studio.ml.train import train
from tests.benchmarks import engines
from tests.benchmarks.silent import Silent
from tests.conftest import ROOT

CATEGORIES = ("apple", "bicycle", "diamond", "eye", "fish")
PER_CLASS = 3000
ROUNDS = int(os.environ.get("STUDIO_BENCH_ROUNDS", "5"))
SEEDS = int(os.environ.get("STUDIO_BENCH_SEEDS", "5"))
LIMIT = 240.0
"""An engine that takes longer for an epoch, or for compiling, is left out."""
TORCH_PYTHON = os.environ.get("STUDIO_TORCH_PYTHON", sys.executable)


def drawings(shared_data: Path) -> tuple[NDArray[np.uint8], NDArray[np.int32]]:
    samples = np.concatenate(
        [np.load(shared_data / "quickdraw" / f"{c}.npy")[:PER_CLASS] for c in CATEGORIES]
    ).reshape(-1, 28, 28, 1)
    return samples, np.repeat(np.arange(len(CATEGORIES), dtype=np.int32), PER_CLASS)


class Engine:
    """A process of `engines.py`, told when to train an epoch."""

    def __init__(self, name: str, file: Path) -> None:
        self.rounds: list[dict[str, Any]] = []
        python = TORCH_PYTHON if name in engines.TORCH else sys.executable
        self.process = subprocess.Popen(
            [python, engines.__file__, name, str(file)],
            cwd=ROOT,
            # Threads that wait for work do so without burning processor time: that would count against PyTorch.
            env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_WAIT_POLICY": "passive"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.ready = self.turn()  # the first epoch is compiled and warms up
        self.rounds.clear()

    def turn(self) -> bool:
        """Train an epoch; False where the engine ended or takes longer than LIMIT."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        heard, _, _ = select.select([self.process.stdout], [], [], LIMIT)
        line = self.process.stdout.readline() if heard else ""
        if line:
            self.rounds.append(json.loads(line))
        else:
            self.process.kill()
            self.close()
        return bool(line)

    def cost(self, what: str) -> float:
        """Microseconds a picture, the median of the rounds."""
        return median(float(r[what] / r["images"]) for r in self.rounds) * 1e6

    def close(self) -> None:
        with self.process:  # closes its pipes and waits
            pass


def has_torch() -> bool:
    found = subprocess.run([TORCH_PYTHON, "-c", "import torch"], capture_output=True, check=False)
    return found.returncode == 0


def peak_gflops(dtype: Any) -> float:
    """Return billions of operations that a large matrix product makes in a second of one core."""
    size = 2048
    a = tf.cast(tf.random.normal((size, size)), dtype)
    multiply = tf.function(lambda a: tf.matmul(a, a))
    multiply(a).numpy()
    found: list[float] = []
    for _ in range(5):
        began = time.process_time()
        multiply(a).numpy()
        found.append(2 * size**3 / 1e9 / (time.process_time() - began))
    return median(found)


def test_a_picture_costs_less_than_anywhere_else(shared_data: Path, tmp_path: Path) -> None:
    x, y = drawings(shared_data)
    order = np.random.default_rng(0).permutation(len(y))[:10_240]
    np.savez(tmp_path / "data.npz", x=x[order], y=y[order])
    names = ["keras", "studio float32", "studio auto"]
    torch = has_torch()
    names += engines.TORCH if torch else ()
    load = os.getloadavg()[0]
    started = {name: Engine(name, tmp_path / "data.npz") for name in names}
    running = {name: engine for name, engine in started.items() if engine.ready}
    for _ in range(ROUNDS):
        for engine in running.values():
            engine.turn()
    ours = running["studio auto"]
    costs = {name: {what: e.cost(what) for what in ("cpu", "wall")} for name, e in running.items()}
    ours.rounds.clear()
    for _ in range(
        2 * ROUNDS
    ):  # in a row, as trainings are: within turns every epoch would seem to be a slow one
        ours.turn()
    outside = 1 - sum(r["inside"] for r in ours.rounds) / sum(r["cpu"] for r in ours.rounds)
    for engine in running.values():
        engine.close()

    flop = gflop_per_sample(build(DRAWING_CLASSIFIER, (28, 28, 1), len(CATEGORIES)))
    peaks = {"float32": peak_gflops(tf.float32), "bfloat16": peak_gflops(tf.bfloat16)}
    plain = costs["keras"]
    print(
        f"\nThe default model, batches of {engines.BATCH}, {cores()} cores, medians of {ROUNDS} epochs "
        f"in turns; load before {load:.1f}, after {os.getloadavg()[0]:.1f} (the suite itself makes 1 to 2).\n"
        f"A large matrix product: {peaks['float32']:.0f} GFLOP/s a core in float32, "
        f"{peaks['bfloat16']:.0f} in bfloat16."
    )
    print(
        f"{'engine':26}{'CPU us/image':>13}{'x keras':>9}{'images/s':>10}{'x keras':>9}"
        f"{'GFLOP/s a core':>16}{'of peak':>9}"
    )
    for name, found in costs.items():
        cpu, wall = found["cpu"], found["wall"]
        speed = flop / cpu * 1e6
        low = "bfloat16" in name or name == "studio auto"
        share = speed / peaks["bfloat16" if low else "float32"]
        print(
            f"{name:26}{cpu:13.1f}{plain['cpu'] / cpu:9.2f}{1e6 / wall:10,.0f}"
            f"{plain['wall'] / wall:9.2f}{speed:16.1f}{share:9.1%}"
        )
    for name in started.keys() - running.keys():
        print(f"{name:26} NOT MEASURED: it did not start within {LIMIT:.0f} seconds")
    print(f"Points, observations, checkpoints: {outside:.2%} of the studio's processor time.")
    assert outside <= 0.01
    cost = costs["studio auto"]["cpu"]
    assert plain["cpu"] / cost >= 1.6
    if not torch:
        pytest.skip("NOT COMPARED with PyTorch: pip install -r requirements-bench.txt")
    assert min(costs[name]["cpu"] for name in engines.TORCH if name in costs) / cost >= 1.4


def test_the_model_is_as_good_as_with_plain_keras(shared_data: Path, tmp_path: Path) -> None:
    samples, labels = drawings(shared_data)
    rows = []
    for seed in range(SEEDS):
        codes = split_codes(len(labels), SplitConfig(seed=seed))
        x, y = samples[codes == TRAIN], labels[codes == TRAIN]
        x_test, y_test = samples[codes == TEST], labels[codes == TEST]

        def accuracy(model: keras.Model, x_test: Any = x_test, y_test: Any = y_test) -> float:
            return float(np.mean(model.predict(x_test, verbose=0).argmax(1) == y_test))

        keras.utils.set_random_seed(seed)
        model = engines.plain_keras(len(CATEGORIES))
        model.fit(x, y, batch_size=256, epochs=5, verbose=0)
        data = load_training_data(samples, labels, codes, len(CATEGORIES))
        settings = TrainingConfig(epochs=5, seed=seed)
        found = [
            train(
                DRAWING_CLASSIFIER,
                settings.model_copy(update={"precision": precision}),
                data,
                checkpoints=tmp_path / f"{seed}-{precision}",
                emit=Silent(),
            ).model
            for precision in ("auto", "float32")
        ]
        rows.append((*map(accuracy, found), accuracy(model)))

    print("\nseed  studio auto  studio float32  plain keras float32")
    for seed, row in enumerate(rows):
        print(f"{seed:4}{row[0]:13.4f}{row[1]:16.4f}{row[2]:21.4f}")
    means = [mean(column) for column in zip(*rows, strict=True)]
    print(f"mean{means[0]:13.4f}{means[1]:16.4f}{means[2]:21.4f}")
    if SEEDS > 1:
        spreads = [stdev(column) for column in zip(*rows, strict=True)]
        print(f"sd  {spreads[0]:13.4f}{spreads[1]:16.4f}{spreads[2]:21.4f}")
    assert abs(means[0] - means[2]) <= 0.01
