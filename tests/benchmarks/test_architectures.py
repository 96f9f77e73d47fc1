"""The stronger drawing models against the drawing classifier: how much better in the same time of training.

All learn 8 categories of Quick, Draw! with the batch size and one cycle of the learning rate that suit each. A
stronger model counts if it takes no more time than the classifier: processor time of the whole training,
compiling included.
Knob: STUDIO_BENCH_SEEDS (3).
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from statistics import mean

import numpy as np

from studio.core.dataset import TEST, SplitConfig, split_codes
from studio.core.presets import PRESETS
from studio.core.training import TrainingConfig
from studio.ml.arrays import load_split, load_training_data
from studio.ml.train import train
from tests.benchmarks.silent import Silent

SEEDS = int(os.environ.get("STUDIO_BENCH_SEEDS", "3"))
FIRST_SEED = 20
"""The presets and their epochs were chosen on splits of the seeds 0 to 4."""
CATEGORIES = ("apple", "bicycle", "bowtie", "diamond", "eye", "fish", "lollipop", "rainbow")
RECIPES = {
    "drawing-classifier": (5, 256, 0.006),
    "drawing-normalized": (4, 128, 0.01),
    "drawing-residual": (3, 128, 0.01),
}
"""Epochs (the classifier has as many as the Train page suggests), batch size, and the highest learning rate."""
SMOOTHING = 0.15
"""Label smoothing, which does all of them good."""
NOISE = 1.1
"""Processor times of the same training differ by some percent."""


def drawings(shared_data: Path) -> tuple[np.ndarray, np.ndarray]:
    parts = [np.load(shared_data / "quickdraw" / f"{name}.npy") for name in CATEGORIES]
    labels = np.repeat(np.arange(len(parts), dtype=np.int32), [len(part) for part in parts])
    return np.concatenate(parts).reshape(-1, 28, 28, 1), labels


def test_stronger_models_are_better_in_the_same_time(shared_data: Path, tmp_path: Path) -> None:
    samples, labels = drawings(shared_data)
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in RECIPES}
    for seed in range(FIRST_SEED, FIRST_SEED + SEEDS):
        codes = split_codes(len(labels), SplitConfig(test_share=0.3, seed=seed))
        data = load_training_data(samples, labels, codes, len(CATEGORIES))
        test = load_split(samples, labels, codes, TEST)
        for name, (epochs, batch_size, rate) in RECIPES.items():
            training = TrainingConfig(
                epochs=epochs,
                batch_size=batch_size,
                learning_rate=rate,
                schedule="one_cycle",
                label_smoothing=SMOOTHING,
                keep="last",
                seed=seed,
            )
            began = time.process_time()
            folder = tmp_path / f"{name}-{seed}"
            model = train(PRESETS[name], training, data, checkpoints=folder, emit=Silent()).model
            seconds = time.process_time() - began
            answers = model.predict(np.asarray(test.samples), batch_size=1000, verbose=0)
            right = float(np.mean(answers.argmax(axis=1) == test.labels))
            found[name].append((seconds, right))

    print(
        f"\n{len(labels):,} drawings of {len(CATEGORIES)} categories, 70/30, {SEEDS} seeds"
        f"\n{'model':20}{'epochs':>8}{'CPU s':>8}{'accuracy':>10}   of each seed"
    )
    seconds, accuracy = (
        {name: mean(row[place] for row in rows) for name, rows in found.items()} for place in (0, 1)
    )
    for name, rows in found.items():
        each = " ".join(f"{right:.4f}" for _, right in rows)
        print(f"{name:20}{RECIPES[name][0]:8}{seconds[name]:8.1f}{accuracy[name]:10.4f}   {each}")
    limit = NOISE * seconds["drawing-classifier"]
    best = max(accuracy[name] for name in RECIPES if seconds[name] <= limit)
    gain = best - accuracy["drawing-classifier"]
    print(f"In the same time (within {NOISE - 1:.0%}) {100 * gain:.2f} percentage points better.")
    assert gain >= 0.005
