from __future__ import annotations

import numpy as np
import pytest
from sklearn.datasets import load_digits

from studio.core.errors import Cancelled
from studio.core.learning_curve import worth
from studio.core.samples import Texts
from studio.quality.features import Features, features_of
from studio.quality.learner import judge_learning, learn
from tests.quality.conftest import silent

ALL = slice(None)


def pass_by() -> None:
    """Nobody stops the work."""


@pytest.fixture(scope="module")
def digits() -> tuple[Features, np.ndarray]:
    """1,797 real digits as features, and their classes."""
    pictures, labels = load_digits(return_X_y=True)
    samples = (pictures * 15).astype(np.uint8).reshape(-1, 8, 8, 1)
    return features_of(samples, np.arange(len(samples)), 0, silent), labels.astype(np.int32)


def test_a_hundred_answers_teach_most_of_it(digits: tuple[Features, np.ndarray]) -> None:
    features, labels = digits
    rows = np.random.default_rng(0).permutation(len(labels))[:150]
    model = learn(features, rows, labels[rows], 12, 0)
    assert model is not None
    found = model.probabilities(features, ALL)
    assert found.shape == (len(labels), 12)
    assert np.allclose(found.sum(axis=1), 1, atol=1e-5)
    assert found[:, 10:].max() == 0  # no answer named them
    assert (found.argmax(axis=1) == labels).mean() > 0.88


def test_several_classes_are_learned_one_by_one(digits: tuple[Features, np.ndarray]) -> None:
    features, labels = digits
    several = np.stack([labels % 2 == 0, labels > 4, labels < 0], axis=1).astype(np.uint8)
    rows = np.random.default_rng(0).permutation(len(labels))[:400]
    model = learn(features, rows, several[rows], 3, 0)
    assert model is not None
    found = model.probabilities(features, ALL)
    assert ((found > 0.5) == several).all(axis=1).mean() > 0.75
    assert found[:, 2].max() == 0
    points, temperature = judge_learning(features, rows, several[rows], 3, 0, pass_by)
    assert points[-1].accuracy > points[0].accuracy
    assert 0.25 <= temperature <= 4


@pytest.mark.parametrize("labels", [[], [0] * 9 + [1], [3] * 40])
def test_too_few_answers_or_classes_teach_nothing(
    digits: tuple[Features, np.ndarray], labels: list[int]
) -> None:
    few = np.array(labels[:9] if len(labels) == 10 else labels, np.int32)
    assert learn(digits[0], np.arange(len(few)), few, 5, 0) is None


def test_a_curve_rises_and_confidences_are_honest(digits: tuple[Features, np.ndarray]) -> None:
    features, labels = digits
    order = np.random.default_rng(1).permutation(len(labels))
    rows, others = order[:600], order[600:]
    points, temperature = judge_learning(features, rows, labels[rows], 10, 0, pass_by)
    assert [p.answers for p in points] == sorted({p.answers for p in points})
    assert points[-1].answers == 480
    assert points[-1].accuracy > points[0].accuracy + 0.05
    gain = worth(points)
    assert gain is not None
    assert 0 <= gain < 2
    model = learn(features, rows, labels[rows], 10, 0)
    assert model is not None

    def dishonesty(temperature: float) -> float:
        object.__setattr__(model, "temperature", temperature)
        found = model.probabilities(features, others)
        return abs(found.max(axis=1).mean() - (found.argmax(axis=1) == labels[others]).mean())

    assert dishonesty(temperature) <= min(0.03, dishonesty(1.0) + 0.01)


def test_no_curve_below_thirty_answers(digits: tuple[Features, np.ndarray]) -> None:
    features, labels = digits
    assert judge_learning(features, np.arange(29), labels[:29], 10, 0, pass_by) == ((), 1.0)


def test_a_curve_stands_classes_with_a_single_answer() -> None:
    noise = np.random.default_rng(0)
    features = Features(noise.normal(size=(40, 3)).astype(np.float32))
    labels = np.array([0] * 38 + [1, 2], np.int32)
    points, _ = judge_learning(features, np.arange(40), labels, 3, 0, pass_by)
    assert all(0 <= point.accuracy <= 1 for point in points)


def test_judging_can_be_stopped(digits: tuple[Features, np.ndarray]) -> None:
    def stop() -> None:
        raise Cancelled("Stopped.", "Asked to.", "Start again.")

    with pytest.raises(Cancelled):
        judge_learning(digits[0], np.arange(50), digits[1][:50], 10, 0, stop)


def test_texts_are_learned_from_their_words() -> None:
    noise = np.random.default_rng(0)
    words = {0: ["oven", "salt", "soup", "spoon"], 1: ["ball", "goal", "match", "team"]}
    labels = noise.integers(0, 2, 300).astype(np.int32)
    texts = [
        " ".join(noise.choice(words[int(label)], 3)) + f" {i}" for i, label in enumerate(labels)
    ]
    features = features_of(Texts.of(texts), np.arange(300), 0, silent)
    model = learn(features, np.arange(40), labels[:40], 2, 0)
    assert model is not None
    assert (model.probabilities(features, ALL).argmax(axis=1) == labels).mean() > 0.97
    assert learn(Features(features.dense, features.sparse * 0), np.arange(40), labels[:40], 2, 0)
