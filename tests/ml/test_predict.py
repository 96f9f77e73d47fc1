"""A predictor answers alike however it is asked, and needs no TensorFlow."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.errors import InvalidInput, StudioError
from studio.ml.predict import BATCHES, Predictor
from tests.conftest import ROOT
from tests.ml.conftest import SHAPE, Arrays, Training


def test_it_knows_its_shape_and_classes(training: Training) -> None:
    assert training.predictor.shape == SHAPE
    assert training.predictor.classes == 10


@pytest.mark.parametrize("count", [0, 1, 7, 8, 73, 200])
def test_many_samples_are_answered_as_one_by_one(
    training: Training, digits: Arrays, count: int
) -> None:
    samples = digits.samples[:count]
    found = training.predictor.predict(samples)
    assert (found.shape, found.dtype) == ((count, 10), np.float32)
    for index in range(count):
        alone = training.predictor.predict(samples[index : index + 1])[0]
        np.testing.assert_allclose(found[index], alone, atol=1e-6)
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)


def test_a_file_and_its_bytes_answer_alike(
    training: Training, digits: Arrays, tmp_path: Path
) -> None:
    path = tmp_path / "no suffix"
    path.write_bytes(training.tflite)
    expected = training.predictor.predict(digits.samples[:20])
    for model in (path, str(path), training.tflite):
        np.testing.assert_array_equal(Predictor(model).predict(digits.samples[:20]), expected)
    threaded = Predictor(path, threads=2).predict(digits.samples[:20])
    np.testing.assert_allclose(threaded, expected, atol=1e-6)


def test_samples_need_not_lie_in_order_in_memory(training: Training, digits: Arrays) -> None:
    turned = digits.samples[:30].transpose(0, 2, 1, 3)
    expected = training.predictor.predict(np.ascontiguousarray(turned))
    np.testing.assert_array_equal(training.predictor.predict(turned), expected)


def test_threads_share_a_predictor(training: Training, digits: Arrays) -> None:
    predictor = Predictor(training.tflite)
    starts = [start * 7 for start in range(150)]
    expected = training.predictor.predict(digits.samples)

    def ask(start: int) -> Any:
        return predictor.predict(digits.samples[start : start + start % 11])

    with ThreadPoolExecutor(8) as pool:
        for start, found in zip(starts, pool.map(ask, starts), strict=True):
            np.testing.assert_allclose(found, expected[start : start + start % 11], atol=1e-6)


def test_large_pictures_are_asked_about_in_small_batches() -> None:
    pytest.importorskip("tensorflow")
    from studio.core.configs import ModelConfig
    from studio.core.layers import Conv2D, GlobalAveragePooling2D
    from studio.ml.build import build
    from studio.ml.export import to_tflite

    stack = ModelConfig(layers=(Conv2D(filters=64), GlobalAveragePooling2D()))
    predictor = Predictor(to_tflite(build(stack, (256, 256, 1), 2)))
    assert BATCHES[0] not in predictor.batches
    assert predictor.predict(np.zeros((9, 256, 256, 1), np.uint8)).shape == (9, 2)


@pytest.mark.parametrize(
    ("samples", "received"),
    [
        (np.zeros((1, *SHAPE), np.float32), "float32"),
        (np.zeros((1, *SHAPE), np.int64), "int64"),
        (np.array([["x"]]), "<U1"),
        (np.zeros((1, 28, 28, 1), np.uint8), "1 x 28 x 28 x 1"),
        (np.zeros((1, 8, 8, 3), np.uint8), "1 x 8 x 8 x 3"),
        (np.zeros(SHAPE, np.uint8), "8 x 8 x 1"),
        (np.zeros((1, 1, *SHAPE), np.uint8), "1 x 1 x 8 x 8 x 1"),
        (np.zeros((), np.uint8), "single number"),
    ],
)
def test_other_samples_are_refused_naming_what_came(
    training: Training, samples: Any, received: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        training.predictor.predict(samples)
    assert received in caught.value.what
    assert caught.value.why
    assert caught.value.fix


@pytest.mark.parametrize("content", [b"", b"hello", b"\0" * 4096, b"TFL3" * 99])
def test_bytes_that_are_no_model_are_refused(content: bytes) -> None:
    with pytest.raises(StudioError, match="cannot be read") as caught:
        Predictor(content)
    assert "Export the model again" in caught.value.fix


def test_a_model_cut_short_is_refused(training: Training) -> None:
    for share in np.linspace(0.01, 0.99, 40):
        with pytest.raises(StudioError, match="cannot be read"):
            Predictor(training.tflite[: int(len(training.tflite) * share)])


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="cannot be read"):
        Predictor(tmp_path / "missing")


def test_a_model_of_another_kind_is_refused() -> None:
    from studio.ml.backend import keras, quiet, tf

    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    with quiet():
        content = converter.convert()
    with pytest.raises(StudioError, match="no classifier"):
        Predictor(content)


def test_it_needs_no_tensorflow() -> None:
    program = (
        "import sys, studio.ml.predict, studio.ml.arrays, studio.ml.checkpoints\n"
        "print({name.split('.')[0] for name in sys.modules} & {'tensorflow', 'keras', 'h5py'})"
    )
    found = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert found.stdout == "set()\n"
