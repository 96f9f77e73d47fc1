"""A training costs no more processor time in the studio than in plain Keras, and is as accurate."""

from __future__ import annotations

import time
from pathlib import Path
from statistics import mean, median

import numpy as np

from studio.core.configs import DRAWING_CLASSIFIER, TrainingConfig
from studio.core.dataset import TEST, TRAIN, SplitConfig, split_codes
from studio.ml.arrays import load_training_data
from studio.ml.backend import keras
from studio.ml.train import train
from tests.benchmarks.silent import Silent

CATEGORIES = ("apple", "bicycle", "diamond", "eye", "fish")
PER_CLASS = 3000
SEEDS = (0, 1, 2)


def plain_keras(seed: int) -> keras.Model:
    """Return the default model as a Keras user writes it."""
    keras.utils.set_random_seed(seed)
    layers = keras.layers
    stack = [keras.Input((28, 28, 1)), layers.Rescaling(1 / 255)]
    for filters in (16, 32, 64):
        stack += [
            layers.Conv2D(filters, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
        ]
    stack += [layers.Flatten(), layers.Dense(128, activation="relu")]
    model = keras.Sequential([*stack, layers.Dense(len(CATEGORIES), activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def test_training_is_as_good_and_as_cheap_as_plain_keras(shared_data: Path, tmp_path: Path) -> None:
    samples = np.concatenate(
        [np.load(shared_data / "quickdraw" / f"{c}.npy")[:PER_CLASS] for c in CATEGORIES]
    ).reshape(-1, 28, 28, 1)
    labels = np.repeat(np.arange(len(CATEGORIES), dtype=np.int32), PER_CLASS)
    rows = []
    for seed in SEEDS:
        codes = split_codes(len(labels), SplitConfig(seed=seed))
        x, y = samples[codes == TRAIN], labels[codes == TRAIN]
        x_test, y_test = samples[codes == TEST], labels[codes == TEST]

        start = time.process_time()
        model = plain_keras(seed)
        model.fit(x, y, batch_size=256, epochs=5, verbose=0)
        plain_seconds = time.process_time() - start
        plain = float(np.mean(model.predict(x_test, verbose=0).argmax(1) == y_test))

        start = time.process_time()
        trained = train(
            DRAWING_CLASSIFIER,
            TrainingConfig(epochs=5, seed=seed),
            load_training_data(samples, labels, codes, len(CATEGORIES)),
            checkpoints=tmp_path / str(seed),
            emit=Silent(),
            should_stop=lambda: False,
        )
        seconds = time.process_time() - start
        ours = float(np.mean(trained.model.predict(x_test, verbose=0).argmax(1) == y_test))
        rows.append((ours, plain, seconds, plain_seconds))

    print("\nseed   studio    plain   processor seconds: studio, plain, ratio")
    for seed, (ours, plain, seconds, plain_seconds) in zip(SEEDS, rows, strict=True):
        ratio = seconds / plain_seconds
        print(
            f"{seed:4} {ours:8.4f} {plain:8.4f} {seconds:26.1f} {plain_seconds:6.1f} {ratio:6.2f}"
        )
    print(f"mean {mean(r[0] for r in rows):8.4f} {mean(r[1] for r in rows):8.4f}")
    assert abs(mean(r[0] for r in rows) - mean(r[1] for r in rows)) <= 0.01
    assert median(r[2] / r[3] for r in rows) <= 1.25
