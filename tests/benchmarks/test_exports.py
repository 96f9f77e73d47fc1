"""How fast the default drawing model answers in each of its forms, all in turns on one core, and how large they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from statistics import median

import numpy as np
import pytest

from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.model_spec import ModelSpec
from studio.ml.backend import tf
from studio.ml.build import build
from studio.ml.export_asking import asking
from studio.ml.exporters import ExportSource
from studio.ml.replay import Asked
from studio.ml.speed import in_turns

SHAPE, CLASSES = (28, 28, 1), 100
FORMS = ("tflite", "float16", "int8", "full_int8", "onnx")
SIZES = (1, 256)
ROUNDS = 9
LEAST = {(1, "tflite"): 3.0, (256, "tflite"): 0.7, (1, "int8"): 3.0, (256, "int8"): 1.0}
"""(samples at once, form) -> so many times a warm tf.function's speed it has at least, on whatever machine."""


@pytest.fixture(scope="module")
def source() -> ExportSource:
    pictures = np.random.default_rng(0).integers(0, 256, (200, *SHAPE), np.uint8)
    names = tuple(f"class {number}" for number in range(CLASSES))
    spec = ModelSpec(
        title="default:1", config=DRAWING_CLASSIFIER, class_names=names, shape=SHAPE, files={}
    )
    return ExportSource(spec, build(DRAWING_CLASSIFIER, SHAPE, CLASSES), {}, lambda: pictures)


@contextmanager
def one_core() -> Iterator[None]:
    """Let the process have one core only: LiteRT takes one, and TensorFlow all that there are."""
    cores = os.sched_getaffinity(0)
    mine = {max(cores)}
    threads = [int(name) for name in os.listdir("/proc/self/task")]
    for thread in threads:
        os.sched_setaffinity(thread, mine)
    try:
        yield
    finally:
        for thread in threads:
            os.sched_setaffinity(thread, cores)


def test_litert_beside_keras_one_at_a_time_and_many(source: ExportSource) -> None:
    model = source.own()
    function = tf.function(lambda pictures: model(pictures, training=False))

    def called(pictures: tf.Tensor) -> object:
        return function(pictures).numpy()

    files = {name: source.made(name) for name in FORMS}
    asks: dict[tuple[int, str], Callable[[], object]] = {}
    for size in SIZES:
        pictures = np.random.default_rng(1).integers(0, 256, (size, *SHAPE), np.uint8)
        tensor = tf.constant(pictures)
        asks[size, "model.predict"] = partial(model.predict, pictures, batch_size=256, verbose=0)
        asks[size, "tf.function"] = partial(called, tensor)
        for name, content in files.items():
            ask = asking(source, name, content)
            assert ask is not None
            asks[size, name] = partial(ask, Asked(pictures))
    with one_core():
        seconds = in_turns(asks, ROUNDS, lambda done, total: None)
    print(
        f"\n{'':15}{'KB':>8}"
        + "".join(f"{f'{n} at once, ms':>20}{'x tf.function':>15}" for n in SIZES)
    )
    ratios = {}
    for name in ("model.predict", "tf.function", *FORMS):
        row = f"{name:15}{len(files[name]) / 1000 if name in files else 0:8.0f}"
        for size in SIZES:
            pairs = zip(seconds[size, "tf.function"], seconds[size, name], strict=True)
            ratios[size, name] = median(function / mine for function, mine in pairs)
            row += f"{1000 * median(seconds[size, name]):20.3f}{ratios[size, name]:15.2f}"
        print(row)
    for key, least in LEAST.items():
        assert ratios[key] > least, (key, ratios[key])
