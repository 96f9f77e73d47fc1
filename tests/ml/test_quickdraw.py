"""On real drawings the studio's training is as good as plain Keras written by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.core.configs import DRAWING_CLASSIFIER, TrainingConfig
from studio.core.dataset import SplitConfig, split_codes
from studio.ml.arrays import load_split, load_training_data
from studio.ml.backend import keras
from studio.ml.evaluate import evaluate
from studio.ml.export import to_tflite
from studio.ml.predict import Predictor
from studio.ml.train import train
from tests.ml.conftest import Heard

CATEGORIES = ("apple", "bicycle", "bowtie", "diamond", "eye")
PER_CLASS = 3000
SEED = 0


def test_the_default_model_equals_plain_keras(shared_data: Path, tmp_path: Path) -> None:
    folder = shared_data / "quickdraw"
    drawings = [np.load(folder / f"{name}.npy", mmap_mode="r")[:PER_CLASS] for name in CATEGORIES]
    samples = np.concatenate(drawings).reshape(-1, 28, 28, 1)
    labels = np.repeat(np.arange(5), PER_CLASS).astype(np.int32)
    codes = split_codes(len(labels), SplitConfig(test_share=0.3, seed=SEED))

    trained = train(
        DRAWING_CLASSIFIER,
        TrainingConfig(epochs=5, batch_size=256, seed=SEED),
        load_training_data(samples, labels, codes, 5),
        checkpoints=tmp_path,
        emit=Heard(),
        should_stop=lambda: False,
    )
    tflite = to_tflite(trained.model)
    ours = evaluate(
        trained.model,
        Predictor(tflite),
        load_split(samples, labels, codes, 2),
        CATEGORIES,
        k=5,
        dataset="drawings:1",
        sizes={"tflite": len(tflite)},
        emit=Heard(),
    )
    plain = plain_keras(samples, labels, codes)
    print(f"accuracy: studio {ours.accuracy:.4f}, plain Keras {plain:.4f}")
    assert ours.accuracy > plain - 0.01
    assert ours.accuracy > 0.92
    assert ours.mean_average_precision > 0.96
    assert ours.agreement > 0.999


def plain_keras(samples: np.ndarray, labels: np.ndarray, codes: np.ndarray) -> float:
    keras.utils.set_random_seed(SEED)
    layers = [keras.Input((28, 28, 1))]
    for filters in (16, 32, 64):
        layers += [
            keras.layers.Conv2D(filters, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
        ]
    layers += [
        keras.layers.Flatten(),
        keras.layers.Dense(128, activation="relu"),
        keras.layers.Dense(5, activation="softmax"),
    ]
    model = keras.Sequential(layers)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    pictures = samples.astype(np.float32) / 255
    training, test = codes == 0, codes == 2
    model.fit(pictures[training], labels[training], batch_size=256, epochs=5, verbose=0)
    return model.evaluate(pictures[test], labels[test], batch_size=512, verbose=0)[1]
