"""The compiled loop: many steps a call, whatever the calls are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig
from studio.core.layers import Dense
from studio.core.metrics import cross_entropy
from studio.core.training import TrainingConfig
from studio.ml import arrays
from studio.ml.arrays import Split, load_split
from studio.ml.backend import tf
from studio.ml.build import build
from studio.ml.device import gflop_per_sample
from studio.ml.feed import Feed
from studio.ml.loop import Loop, make_optimizer, resident
from tests.ml.conftest import Arrays

TRAINING = TrainingConfig(batch_size=50, learning_rate=0.01, metrics=("f1",))


def loop_of(training: TrainingConfig = TRAINING, **extra: Any) -> Loop:
    model = build(ModelConfig(layers=(Dense(units=8),)), (8, 8, 1), 10, l2=training.l2)
    optimizer = make_optimizer(training)
    optimizer.build(model.trainable_variables)
    return Loop(model, optimizer, training, 10, **extra)


def split_of(digits: Arrays, **limits: int) -> Split:
    return load_split(digits.samples[:600], digits.labels[:600], digits.codes[:600], 0, **limits)


def trained(loop: Loop, split: Split, calls: list[int]) -> tuple[list[np.ndarray], np.ndarray]:
    """Train so many steps in each call; return the weights and the sums of every step."""
    feed, step, sums = Feed(split, 50, seed=1, start=0), 1, []
    for call in calls:
        left = call
        while left:
            part = feed.take(left)
            rates = np.full(part.steps, 0.01, np.float32)
            found = loop.train(part.samples, part.labels, part.order, part.bounds, rates, step)
            assert len(found.answers) == found.sizes.sum()
            sums.append(found.sums)
            left, step = left - part.steps, step + part.steps
    feed.close()
    return loop._model.get_weights(), np.concatenate(sums)


def test_how_steps_are_divided_into_calls_changes_nothing(
    digits: Arrays, monkeypatch: pytest.MonkeyPatch
) -> None:
    split = split_of(digits)
    whole, whole_sums = trained(loop_of(), split, [19])
    parts, part_sums = trained(loop_of(), split, [1, 2, 5, 11])
    np.testing.assert_array_equal(whole_sums, part_sums)
    for one, other in zip(whole, parts, strict=True):
        np.testing.assert_array_equal(one, other)

    monkeypatch.setattr(arrays, "WINDOW_BYTES", 64 * 160)
    monkeypatch.setattr(arrays, "BLOCK_BYTES", 64 * 20)
    mapped = split_of(digits, memory_limit=0)
    first, first_sums = trained(loop_of(), mapped, [19])
    again, again_sums = trained(loop_of(), mapped, [4, 15])
    np.testing.assert_array_equal(first_sums, again_sums)
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_loop_corrects_weights_as_keras_does(digits: Arrays) -> None:
    loop, split = loop_of(), split_of(digits)
    plain = build(ModelConfig(layers=(Dense(units=8),)), (8, 8, 1), 10)
    plain.compile(make_optimizer(TRAINING), "sparse_categorical_crossentropy")
    weights, sums = trained(loop, split, [8])
    batches = split.stream(50, seed=1)
    losses = [plain.train_on_batch(*next(batches)) for _ in range(8)]
    sizes = np.diff(np.arange(9) * split.count // split.steps(50))
    assert (sums[:, 0] / sizes).tolist() == pytest.approx(losses, rel=1e-5)
    for one, other in zip(weights, plain.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-5, atol=1e-6)


def test_judging_measures_what_numpy_does_and_changes_nothing(digits: Arrays) -> None:
    loop, split = loop_of(), split_of(digits)
    before = loop._model.get_weights()
    (window,) = split.in_order(50)
    found = loop.judge(window.samples, window.labels, window.order, window.bounds)
    answers = loop.answers(np.asarray(split.samples))
    assert found.sums[:, 0].sum() == pytest.approx(cross_entropy(answers, split.labels).sum())
    assert found.sums[:, 1].sum() == (answers.argmax(axis=1) == split.labels).sum()
    assert found.sizes.sum() == split.count
    np.testing.assert_array_equal(found.answers, answers.argmax(axis=1))
    for one, other in zip(before, loop._model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


def test_class_weights_count_in_the_loss(digits: Arrays) -> None:
    split = split_of(digits)
    weights = np.arange(10, dtype=np.float32)
    (window,) = split.in_order(50)
    parts = (window.samples, window.labels, window.order, window.bounds)
    loop = loop_of(class_weights=weights)
    losses = cross_entropy(loop.answers(np.asarray(split.samples)), split.labels)
    expected = (losses * weights[split.labels]).sum()
    assert loop.judge(*parts).sums[:, 0].sum() == pytest.approx(expected)


def test_samples_in_memory_are_not_copied(digits: Arrays) -> None:
    if tf.config.list_physical_devices("GPU"):
        pytest.skip("NOT RUN: a GPU has its own memory")
    samples = np.asarray(split_of(digits).samples)
    tensor = resident(samples)
    samples[0, 0, 0, 0] = 99
    assert int(tensor[0, 0, 0, 0]) == 99
    shifted = np.frombuffer(bytearray(65 * 64 + 1), np.uint8)[1:].reshape(65, 8, 8, 1)
    np.testing.assert_array_equal(resident(shifted).numpy(), shifted)


def test_the_work_of_a_step_is_counted() -> None:
    model = build(DRAWING_CLASSIFIER, (28, 28, 1), 5)
    forward = 784 * 9 * 16 + 196 * 9 * 16 * 32 + 49 * 9 * 32 * 64 + 576 * 128 + 128 * 5
    assert gflop_per_sample(model) == pytest.approx(3 * 2 * forward / 1e9)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"weight_decay": 0.01}, {"weight_decay": 0.01}),
        ({"optimizer": "adamw"}, {"weight_decay": 0.0}),
        ({"clip_norm": 1.0, "optimizer": "sgd"}, {"global_clipnorm": 1.0}),
        ({}, {"weight_decay": None, "global_clipnorm": None}),
    ],
)
def test_the_optimizer_is_as_the_settings_say(
    settings: dict[str, object], expected: dict[str, object]
) -> None:
    optimizer = make_optimizer(TrainingConfig.model_validate(settings))
    assert {name: getattr(optimizer, name) for name in expected} == expected
