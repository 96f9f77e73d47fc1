from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.configs import ModelConfig
from studio.core.explanation import NO_CLASS
from studio.core.layers import Conv2D, Dense, Resizing
from studio.core.layers_sequence import LSTM, Conv1D
from studio.core.strokes import StrokeSettings, encode_strokes
from studio.core.text import TextSettings
from studio.core.tokens import encode
from studio.ml.backend import keras
from studio.ml.build import build
from studio.ml.explain import (
    FEATURES_KEPT,
    SIDE,
    OpenModel,
    hidden_evidence,
    painted,
    weighed_words,
)


def silent(done: int) -> None:
    """Nobody is told."""


def test_the_evidence_of_a_linear_model_is_weight_times_pixel() -> None:
    model = build(ModelConfig(layers=()), (4, 4, 1), 3)
    pictures = np.random.default_rng(0).integers(0, 256, (2, 4, 4, 1), np.uint8)
    classes = np.array([[2, 0], [1, NO_CLASS]])
    evidence, regions = OpenModel(model).evidence(pictures, classes, silent)
    weights = model.layers[-1].get_weights()[0].reshape(4, 4, 3)
    exact = pictures[0, :, :, 0, None] / 255 * weights
    largest = np.abs(exact[..., [2, 0]]).max()
    np.testing.assert_allclose(evidence[0, 0], exact[..., 2] / largest, atol=1e-5)
    np.testing.assert_allclose(evidence[0, 1], exact[..., 0] / largest, atol=1e-5)
    assert not evidence[1, 1].any()
    assert regions is None


def test_grad_cam_lights_up_where_the_class_is_seen() -> None:
    model = build(
        ModelConfig(layers=(Conv2D(filters=2, kernel_size=3, pool_size=1),)), (8, 8, 1), 2
    )
    kernel, bias = np.zeros((3, 3, 1, 2), np.float32), np.zeros(2, np.float32)
    kernel[1, 1, 0] = 1, 0  # the first map repeats the picture, the second is empty
    dense = np.zeros((model.layers[-1].input.shape[-1], 2), np.float32)
    dense[0::2, 1] = 1  # the second class is the sum of the first map
    model.set_weights([kernel, bias, dense, np.zeros(2, np.float32)])
    picture = np.zeros((1, 8, 8, 1), np.uint8)
    picture[0, 1, 6] = 255
    _, regions = OpenModel(model).evidence(picture, np.array([[1, 0]]), silent)
    assert regions is not None
    assert np.unravel_index(regions[0, 0].argmax(), (8, 8)) == (1, 6)
    assert regions[0, 0, 1, 6] == 1
    assert regions[0, 0, 5, 2] == 0
    assert not regions[0, 1].any()


def test_grad_cam_looks_into_a_network_that_is_one_layer() -> None:
    inside = keras.Input((6, 6, 1))
    found = keras.layers.Conv2D(2, 1, use_bias=False)(inside)
    network = keras.Model(inside, keras.layers.GlobalAveragePooling2D()(found))
    image = keras.Input((6, 6, 1), dtype="uint8")
    x = network(keras.layers.Rescaling(1 / 255)(image))
    model = keras.Model(
        image, keras.layers.Dense(2, activation="softmax")(keras.layers.Dropout(0.5)(x))
    )
    one, two = np.array([[[[1.0, 0.0]]]]), np.eye(2)
    model.set_weights([one, two, np.zeros(2)])
    picture = np.zeros((1, 6, 6, 1), np.uint8)
    picture[0, 4, 1] = 200
    _, regions = OpenModel(model).evidence(picture, np.array([[0, NO_CLASS]]), silent)
    assert regions is not None
    assert np.unravel_index(regions[0, 0].argmax(), (6, 6)) == (4, 1)
    assert regions[0].sum() == pytest.approx(1)


def test_what_the_model_sees_is_the_resized_picture() -> None:
    stack = (Resizing(height=6, width=5), Dense(units=4))
    opened = OpenModel(build(ModelConfig(layers=stack), (12, 10, 3), 2))
    pictures = np.full((1, 12, 10, 3), 51, np.uint8)
    seen = opened.seen(pictures)
    assert seen.shape == (1, 6, 5, 3)
    np.testing.assert_allclose(seen, 0.2, atol=1e-6)
    evidence, regions = opened.evidence(pictures, np.array([[0, 1]]), silent)
    assert evidence.shape == (1, 2, 6, 5)
    assert regions is None
    assert opened.features(pictures).shape == (1, 4)


class Corner:
    """Sees the first class where the top left corner is bright."""

    def predict(self, samples: NDArray[np.uint8]) -> NDArray[np.float32]:
        bright = samples[:, 0, 0, 0] / np.float32(255)
        return np.stack([bright, 1 - bright], axis=1)


def test_hiding_finds_the_part_that_counts() -> None:
    pictures = np.zeros((1, 20, 20, 1), np.uint8)
    pictures[0, :3, :3] = 255
    told: list[int] = []
    evidence = hidden_evidence(Corner(), pictures, np.array([[0, 1]]), told.append)
    assert np.unravel_index(evidence[0, 0].argmax(), (20, 20)) == (0, 0)
    assert evidence[0, 0, 10:, 10:].max() == 0
    assert evidence[0, 1].min() == -1
    assert told == [0, 1]


def test_the_word_that_counts_weighs_most() -> None:
    reading = TextSettings(length=6, buckets=1000)
    good = int(encode(["good"], reading)[0, 0])

    def predict(tokens: NDArray[np.int32]) -> NDArray[np.float32]:
        has = np.any(tokens == good, axis=1).astype(np.float32)
        return np.stack([0.1 + 0.8 * has, 0.9 - 0.8 * has], axis=1)

    text = "A <b>good</b> film"
    words = weighed_words(predict, text, reading, [0, 1])
    weights = {text[w.start : w.end]: w.weights for w in words}
    assert weights["good"] == pytest.approx((0.8, -0.8))
    assert list(weights["film"]) == [0, 0]
    assert not weighed_words(predict, " ...", reading, [0])


def test_a_drawing_is_painted_along_its_way_and_not_between_strokes() -> None:
    points = np.zeros((8, 3), np.float32)
    points[:4] = [
        [0, 0, 0],
        [1, 0, 1],
        [-1, 1, 0],
        [1, 0, 1],
    ]  # two lines, at the top and the bottom
    values = np.array([[1, 1, 2, 2, 0, 0, 0, 0]], np.float32)
    picture, maps = painted(points, values)
    assert picture.shape == (SIDE, SIDE, 1)
    rows = np.flatnonzero(picture.any(axis=(1, 2)))
    assert rows.tolist() == [2, 3, SIDE - 3, SIDE - 2]
    assert maps[0, 2].max() == 1
    assert maps[0, SIDE - 2].max() == 2
    assert not maps[0, SIDE // 2].any()
    assert not painted(np.zeros((8, 3), np.float32), values)[0].any()


def test_strokes_are_explained_point_by_point() -> None:
    config = ModelConfig(
        input="strokes",
        strokes=StrokeSettings(points=8),
        layers=(Conv1D(filters=4, kernel_size=3), LSTM(units=3)),
    )
    opened = OpenModel(build(config, (28, 28, 1), 2))
    strokes = encode_strokes(["[[[0,10,20],[0,5,9]]]"], config.strokes)
    evidence, regions = opened.evidence(strokes, np.array([[0, 1]]), silent)
    assert evidence.shape == (1, 2, 8)
    assert np.abs(evidence).max() == 1
    assert not evidence[0, :, 3:].any()
    assert regions is None


def test_very_wide_features_keep_nearly_their_angles() -> None:
    opened = OpenModel(build(ModelConfig(layers=()), (80, 80, 1), 2))
    pictures = np.random.default_rng(0).integers(0, 256, (2, 80, 80, 1), np.uint8)
    found, flat = opened.features(pictures), pictures.reshape(2, -1).astype(np.float64)
    assert found.shape == (2, FEATURES_KEPT)
    cosines = [a @ b / np.linalg.norm(a) / np.linalg.norm(b) for a, b in (found, flat)]
    assert cosines[0] == pytest.approx(cosines[1], abs=0.1)
