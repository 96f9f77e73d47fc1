"""Processes that train the default model, an epoch each time they are told to, and say what it cost.

`python engines.py ENGINE FILE`: a line on standard input starts an epoch, a line of JSON on standard output ends it.
It imports what the engine needs and nothing else, so that PyTorch may live in an environment without the studio.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

BATCH = 256
TORCH = ("torch float32", "torch bfloat16", "torch compiled float32", "torch compiled bfloat16")


class Clock:
    """Waits for the word to go on, and says what the time since then cost."""

    def __init__(self) -> None:
        self._marks = (0.0, 0.0)

    def start(self) -> None:
        """Wait for a line. The end of the lines ends the process."""
        if not sys.stdin.readline():
            sys.exit(0)
        self._marks = time.process_time(), time.perf_counter()

    def stop(self, images: int, **facts: float) -> None:
        """Say seconds of the processor and of the clock."""
        cpu, wall = time.process_time() - self._marks[0], time.perf_counter() - self._marks[1]
        print(json.dumps({"cpu": cpu, "wall": wall, "images": images, **facts}), flush=True)


def studio(x: Any, y: Any, classes: int, precision: str) -> None:
    """Train in the studio, checkpoints, curves and all."""
    from studio.core.configs import DRAWING_CLASSIFIER
    from studio.core.training import TrainingConfig
    from studio.ml.arrays import load_training_data
    from studio.ml.loop import Loop
    from studio.ml.train import train
    from tests.benchmarks.silent import Silent

    clock, inside = Clock(), [0.0]
    real = Loop.train

    def timed(self: Loop, *args: Any) -> Any:
        began = time.process_time()
        try:
            return real(self, *args)
        finally:
            inside[0] += time.process_time() - began

    Loop.train = timed  # type: ignore[method-assign, assignment]

    class Ear(Silent):
        told = False

        def metrics(self, points: Any) -> None:
            if any(name == "epoch_loss" for name, *_ in points):
                if self.told:
                    clock.stop(len(y), inside=inside[0])
                self.told, inside[0] = True, 0.0
                clock.start()

    data = load_training_data(x, y, np.zeros(len(y), np.uint8), classes)
    with tempfile.TemporaryDirectory() as folder:
        train(
            DRAWING_CLASSIFIER,
            TrainingConfig(epochs=10_000, batch_size=BATCH, precision=precision, keep="last"),
            data,
            checkpoints=Path(folder),
            emit=Ear(),
        )


def plain_keras(classes: int) -> Any:
    """Return the default model as a Keras user writes it."""
    import keras

    layers = keras.layers
    stack = [keras.Input((28, 28, 1)), layers.Rescaling(1 / 255)]
    for filters in (16, 32, 64):
        stack += [
            layers.Conv2D(filters, 3, padding="same", activation="relu"),
            layers.MaxPooling2D(),
        ]
    stack += [layers.Flatten(), layers.Dense(128, activation="relu")]
    model = keras.Sequential([*stack, layers.Dense(classes, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def fit(x: Any, y: Any, classes: int) -> None:
    """Train with `keras.Model.fit` over tf.data, as its guide shows it."""
    import keras
    import tensorflow as tf

    clock = Clock()

    class Told(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            if epoch:
                clock.stop(len(y))
            clock.start()

    data = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(len(y)).batch(BATCH)
    model = plain_keras(classes)
    model.fit(data.prefetch(tf.data.AUTOTUNE), epochs=10_000, verbose=0, callbacks=[Told()])


def torch_epochs(x: Any, y: Any, classes: int, *, low: bool, compiled: bool) -> None:
    """Train in PyTorch: pictures in memory, channels last, batches taken by index."""
    import torch  # type: ignore[import-not-found]
    from torch import nn

    parts: list[nn.Module] = []
    for taken, given in ((1, 16), (16, 32), (32, 64)):
        parts += [nn.Conv2d(taken, given, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
    parts += [nn.Flatten(), nn.Linear(576, 128), nn.ReLU(), nn.Linear(128, classes)]
    model: Any = nn.Sequential(*parts).to(memory_format=torch.channels_last)
    optimizer = torch.optim.Adam(model.parameters(), 0.001)
    pictures = torch.from_numpy(x).permute(0, 3, 1, 2)
    labels = torch.from_numpy(y.astype(np.int64))

    def step(batch: Any, classes_: Any) -> Any:
        with torch.autocast("cpu", torch.bfloat16, enabled=low):
            answers = model(batch)
        return nn.functional.cross_entropy(answers.float(), classes_)

    forward: Callable[[Any, Any], Any] = torch.compile(step) if compiled else step

    def epoch() -> None:
        for rows in torch.randperm(len(labels)).split(BATCH):
            batch = pictures[rows].float().div_(255).contiguous(memory_format=torch.channels_last)
            optimizer.zero_grad(set_to_none=True)
            forward(batch, labels[rows]).backward()
            optimizer.step()

    clock = Clock()
    epoch()
    while True:
        clock.start()
        epoch()
        clock.stop(len(y))


def main(engine: str, file: str) -> None:
    """Train with one engine for as long as lines come."""
    with np.load(file) as stored:
        x, y = stored["x"], stored["y"]
    classes = int(y.max()) + 1
    if engine == "keras":
        fit(x, y, classes)
    elif engine in TORCH:
        torch_epochs(x, y, classes, low="bfloat16" in engine, compiled="compiled" in engine)
    else:
        studio(x, y, classes, engine.removeprefix("studio "))


if __name__ == "__main__":
    main(*sys.argv[1:])
