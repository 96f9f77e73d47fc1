"""Augmentation, losses and the learning-rate finder in TensorFlow, against NumPy, Keras and themselves."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from studio.core import augmentation as twin
from studio.core.class_weights import class_weights
from studio.core.finder import FinderParams
from studio.core.training import TrainingConfig
from studio.ml.arrays import Split, load_split
from studio.ml.augment import augment, changed, draw, mixup
from studio.ml.backend import keras, tf
from studio.ml.finder import STEPS_A_LOOK, find_rate
from studio.ml.losses import loss_of, sample_weights
from tests.ml.conftest import CONFIG, Arrays, Heard

ALL = TrainingConfig(shift=0.2, rotate=40, scale=0.3, flip="both")


def pictures(count: int = 12, height: int = 20, width: int = 28, channels: int = 3) -> np.ndarray:
    noise = np.random.default_rng(0).integers(0, 256, (count, height, width, channels))
    return noise.astype(np.float32)


@pytest.mark.parametrize("jitter", [0.0, 1.5])
@pytest.mark.parametrize("channels", [1, 3])
def test_the_graph_and_its_numpy_twin_change_pictures_alike(jitter: float, channels: int) -> None:
    images = pictures(channels=channels)
    training = ALL.model_copy(update={"stroke_jitter": jitter})
    drawn = draw(training, len(images), 20, 28, 5, 3)
    fields: dict[str, Any] = vars(drawn)
    numbers: dict[str, Any] = {n: None if v is None else v.numpy() for n, v in fields.items()}
    same = twin.Draws(**numbers)
    found = changed(tf.constant(images), drawn).numpy()
    np.testing.assert_allclose(found, twin.changed(images, same), atol=0.02)
    assert np.abs(found - images).mean() > 10


def test_chance_of_the_graph_is_that_of_the_twin() -> None:
    training = ALL.model_copy(update={"stroke_jitter": 1.5})
    graph = draw(training, 4000, 10, 20, 0, 1)
    numpy = twin.draw(training, 4000, 10, 20, np.random.default_rng(0))
    for field in dataclasses.fields(twin.Draws):
        found = np.asarray(getattr(graph, field.name))
        known = np.asarray(getattr(numpy, field.name))
        assert found.shape == known.shape, field.name
        scale = known.std(axis=0).max()
        for measure in (np.mean, np.std, np.min, np.max):
            values = measure(found, axis=0), measure(known, axis=0)
            np.testing.assert_allclose(*values, atol=0.1 * scale, err_msg=field.name)


def test_seed_and_step_decide_and_nothing_else() -> None:
    images = tf.constant(pictures(channels=1))
    training = ALL.model_copy(update={"stroke_jitter": 1.0})
    compiled = tf.function(lambda pixels, step: augment(pixels, training, 7, step))
    once = compiled(images, tf.constant(3)).numpy()
    compiled(images, tf.constant(4))
    assert np.array_equal(once, compiled(images, tf.constant(3)).numpy())
    assert not np.array_equal(once, compiled(images, tf.constant(4)).numpy())
    assert not np.array_equal(once, augment(images, training, 8, 3).numpy())
    assert once.min() >= 0
    assert once.max() <= 255.01
    assert augment(images, TrainingConfig(mixup=0.5), 7, 3) is images


@pytest.mark.parametrize("strength", [0.001, 0.2, 1.0])
def test_mixup_blends_pictures_and_classes_alike(strength: float) -> None:
    images, labels = pictures(count=64, channels=1), np.arange(64) % 5
    one_hot = tf.one_hot(labels, 5)
    training = TrainingConfig(mixup=strength)
    mixed, shares = (t.numpy() for t in mixup(tf.constant(images), one_hot, training, 1, 2))
    own = shares[np.arange(64), labels]
    assert (own >= 0.5).all()
    np.testing.assert_allclose(shares.sum(axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(mixed, twin.mixed(images, own), atol=0.01)


LOSSES = {
    "sparse_categorical_crossentropy": keras.losses.categorical_crossentropy,
    "categorical_crossentropy": keras.losses.categorical_crossentropy,
    "mean_squared_error": keras.losses.mean_squared_error,
}


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_losses_are_those_of_keras_for_numbers_and_for_shares(name: str, smoothing: float) -> None:
    rng = np.random.default_rng(0)
    answers = tf.constant(rng.dirichlet(np.ones(6), 9), tf.float32)
    labels = tf.constant(rng.integers(0, 6, 9), tf.int32)
    one_hot = tf.one_hot(labels, 6)
    smooth = one_hot * (1 - smoothing) + smoothing / 6
    loss = loss_of(TrainingConfig.model_validate({"loss": name, "label_smoothing": smoothing}), 6)
    expected = LOSSES[name](smooth, answers).numpy()
    for y_true in (labels, labels[:, None], one_hot):
        np.testing.assert_allclose(loss(y_true, answers).numpy(), expected, rtol=1e-4)
    certain = loss(tf.constant([0]), tf.constant([[0.0, 1.0, 0, 0, 0, 0]]))
    assert np.isfinite(certain.numpy()).all()


def test_a_mixed_sample_counts_as_its_classes_do() -> None:
    weights = class_weights(np.array([0, 0, 0, 1]), 2)
    numbers = sample_weights(tf.constant([1, 0]), weights).numpy()
    shares = sample_weights(tf.constant([[0.0, 1.0], [0.5, 0.5]]), weights).numpy()
    np.testing.assert_allclose(numbers, weights[[1, 0]])
    np.testing.assert_allclose(shares, [weights[1], weights.mean()], rtol=1e-6)


def training_split(digits: Arrays) -> Split:
    return load_split(digits.samples, digits.labels, digits.codes, 0)


def searched(
    digits: Arrays, stop_after: int = 10**6, **wanted: Any
) -> tuple[dict[str, Any], Heard]:
    heard, asked = Heard(), iter(range(10**6))
    training = TrainingConfig(batch_size=64, precision="float32", **wanted)
    params = FinderParams(model=CONFIG, training=training, lowest=1e-5, highest=10, steps=100)
    found = find_rate(
        params,
        training_split(digits),
        digits.classes,
        emit=heard,
        should_stop=lambda: next(asked) >= stop_after,
    )
    return found, heard


def test_the_finder_sees_where_training_works_and_where_it_fails(digits: Arrays) -> None:
    found, heard = searched(digits)
    rates, losses = found["learning_rates"], found["losses"]
    assert len(rates) == len(losses) <= 100
    assert 3e-4 < found["suggested"] < 0.1
    assert min(losses) < 0.7 * losses[0]
    assert found["fell_apart"]
    assert [kind for kind, _, _ in heard.observations] == ["finder"] * len(heard.observations)
    assert heard.observations[-1] == ("finder", 0, found)
    assert heard.progresses[-1].done == heard.progresses[-1].total == 100


def test_the_finder_is_the_same_again_and_ends_when_asked(digits: Arrays) -> None:
    wanted = {"shift": 0.1, "mixup": 0.2, "class_weights": "balanced", "l2": 1e-4}
    once, _ = searched(digits, stop_after=2, **wanted)
    again, _ = searched(digits, stop_after=3, **wanted)
    assert len(once["losses"]) == 2 * STEPS_A_LOOK
    assert again["losses"][: 2 * STEPS_A_LOOK] == pytest.approx(once["losses"], rel=1e-3)
