"""On real drawings the default model learns what it should. `make bench` compares it with plain Keras."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.dataset import SplitConfig, split_codes
from studio.core.training import TrainingConfig
from studio.ml.arrays import load_split, load_training_data
from studio.ml.evaluate import Part, Subject, evaluate
from studio.ml.export import to_tflite
from studio.ml.predict import Predictor
from studio.ml.train import train
from tests.ml.conftest import Heard

CATEGORIES = ("apple", "bicycle", "bowtie", "diamond", "eye")
PER_CLASS = 3000
SEED = 0


def test_the_default_model_learns_real_drawings(shared_data: Path, tmp_path: Path) -> None:
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
    )
    tflite = to_tflite(trained.model)
    ours = evaluate(
        Subject(trained.model, Predictor(tflite), {"tflite": len(tflite)}),
        Part(load_split(samples, labels, codes, 2), "drawings:1"),
        CATEGORIES,
        k=5,
        out=tmp_path / "predictions.npy",
        emit=Heard(),
    ).evaluation
    assert ours.accuracy > 0.92
    assert ours.mean_average_precision > 0.96
    assert ours.agreement > 0.999
