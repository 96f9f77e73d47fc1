"""A small model trained once on real handwriting, and what it said while it was."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.configs import ModelConfig
from studio.core.dataset import SplitConfig, split_codes
from studio.core.events import Point
from studio.core.layers import Conv2D, Dense
from studio.core.run import Progress
from studio.core.training import TrainingConfig
from studio.ml.arrays import load_training_data
from studio.ml.export import save_keras, to_tflite
from studio.ml.predict import Predictor
from studio.ml.train import Trained, train
from tests.conftest import ROOT

SHAPE = (8, 8, 1)
CONFIG = ModelConfig(layers=(Conv2D(filters=16), Dense(units=32)))
TRAINING = TrainingConfig(epochs=6, batch_size=32, learning_rate=0.005, top_k=3)


@dataclass
class Heard:
    """Keeps everything that was said."""

    progresses: list[Progress] = field(default_factory=list)
    points: list[Point] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    observations: list[tuple[str, int, dict[str, Any]]] = field(default_factory=list)

    def progress(self, progress: Progress) -> None:
        self.progresses.append(progress)

    def metrics(self, points: list[Point]) -> None:
        self.points += points

    def observation(self, kind: str, step: int, body: dict[str, Any]) -> None:
        self.observations.append((kind, step, body))

    def log(self, text: str) -> None:
        self.lines.append(text)

    @property
    def last_step(self) -> int:
        """The step of the newest point of the running curves, 0 before the first."""
        return max((step for name, step, _ in self.points if name == "loss"), default=0)

    def curve(self, name: str) -> dict[int, float]:
        return {step: value for known, step, value in self.points if known == name}


@dataclass(frozen=True)
class Arrays:
    """Samples, labels and split codes, as a dataset version keeps them."""

    samples: NDArray[np.uint8]
    labels: NDArray[np.int32]
    codes: NDArray[np.uint8]
    classes: int = 10


def read_digits(count: int | None = None) -> Arrays:
    stored = np.load(ROOT / "data" / "digits.npz")
    samples = stored["images"][:count, :, :, None]
    labels = stored["labels"][:count].astype(np.int32)
    config = SplitConfig(validation_share=0.1, stratified=True)
    return Arrays(samples, labels, split_codes(len(labels), config, labels))


@dataclass(frozen=True)
class Training:
    """A finished training and its files."""

    trained: Trained
    heard: Heard
    tflite: bytes
    keras_path: Path
    predictor: Predictor


@pytest.fixture(scope="session")
def digits() -> Arrays:
    return read_digits()


@pytest.fixture(scope="session")
def training(digits: Arrays, tmp_path_factory: pytest.TempPathFactory) -> Training:
    folder = tmp_path_factory.mktemp("training")
    heard = Heard()
    data = load_training_data(digits.samples, digits.labels, digits.codes, digits.classes)
    trained = train(
        CONFIG,
        TRAINING,
        data,
        checkpoints=folder / "checkpoints",
        emit=heard,
    )
    save_keras(trained.model, folder / "model.keras")
    tflite = to_tflite(trained.model)
    return Training(trained, heard, tflite, folder / "model.keras", Predictor(tflite))
