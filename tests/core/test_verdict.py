from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits

from studio.core.verdict import verdict

STEPS = np.arange(1, 1001)
NOISE = np.random.default_rng(0).normal(size=1000)


def curve(values, every: int = 1):
    return [(int(step) * every, float(value)) for step, value in enumerate(values, 1)]


def falling(floor: float = 0.3, noise: float = 0.05):
    return floor + 2 * np.exp(-STEPS / 600) + noise * NOISE


def level(noise: float = 0.05):
    return 0.3 + 2 * np.exp(-STEPS / 60) + noise * NOISE


def test_nothing_is_said_of_a_few_points():
    assert verdict({}).kind == "warming up"
    assert verdict({"loss": curve([2.3, 2.2, 1.9])}).kind == "warming up"
    assert (
        verdict({"epoch_loss": curve([2.3, 2.2], 50), "val_loss": curve([2, 1.8], 50)}).evidence
        == ""
    )


def test_loss_that_falls_is_converging_and_says_by_how_much():
    found = verdict({"loss": curve(falling())}, 100)
    assert found.kind == "converging"
    assert found.evidence.startswith("The training loss fell by ")
    assert "over the last 2 epochs" in found.evidence


def test_loss_that_stays_is_a_plateau():
    found = verdict({"loss": curve(level())})
    assert found.kind == "plateau"
    assert "over the last 292 steps" in found.evidence


def test_loss_that_never_moved_is_a_plateau_with_its_own_advice():
    found = verdict({"loss": curve(2.3 + 0.01 * NOISE)})
    assert found.kind == "plateau"
    assert "learned nothing" in found.sentence


@pytest.mark.parametrize("noise", [0.0, 0.3])
def test_noise_alone_is_neither_progress_nor_a_blow_up(noise):
    assert verdict({"loss": curve(level(noise))}).kind == "plateau"


def test_validation_loss_that_rises_while_training_goes_on_is_overfitting():
    validation = [1.0, 0.8, 0.7, 0.65, 0.7, 0.76, 0.85, 0.9]
    found = verdict({"loss": curve(falling()), "val_loss": curve(validation, 125)}, 125)
    assert found.kind == "overfitting"
    assert "0.65 at epoch 4" in found.evidence
    assert "while the training loss fell" in found.evidence


def test_one_bad_epoch_is_no_overfitting():
    validation = [1.0, 0.8, 0.7, 0.6, 0.5, 0.45, 0.41, 0.6]
    assert (
        verdict({"loss": curve(falling()), "val_loss": curve(validation, 125)}).kind == "converging"
    )


def test_loss_that_comes_back_up_is_diverging():
    values = np.where(STEPS < 500, 2 * np.exp(-STEPS / 300) + 0.2, 0.5 + (STEPS - 500) / 100)
    found = verdict({"loss": curve(values)}, 100)
    assert found.kind == "diverging"
    assert "above its lowest" in found.evidence
    assert "lower learning rate" in found.sentence


def test_loss_that_only_ever_rises_is_diverging():
    assert verdict({"loss": curve(2.3 * np.exp(STEPS / 300))}).kind == "diverging"


@pytest.mark.parametrize("broken", [math.nan, math.inf])
def test_loss_that_is_no_number_is_diverging_and_names_the_place(broken):
    found = verdict({"loss": curve([2.3, 2.0, 4.0, broken, broken])})
    assert (found.kind, found.evidence) == (
        "diverging",
        "The training loss is no number any more at step 4.",
    )


def test_tiny_loss_that_doubles_by_chance_is_not_diverging():
    values = 2 * np.exp(-STEPS / 60) + 0.001 * (1 + np.abs(NOISE))
    assert verdict({"loss": curve(values)}).kind == "plateau"


def test_arrays_are_read_as_points_are():
    values = falling()
    assert verdict({"loss": (STEPS.astype(np.int64), values)}) == verdict({"loss": curve(values)})


@settings(max_examples=60)
@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True, width=32), max_size=80),
    st.lists(st.floats(0, 1e30), max_size=12),
    st.sampled_from([None, 1, 7]),
)
def test_any_curve_gets_a_verdict(losses, validation, steps_per_epoch):
    found = verdict({"loss": curve(losses), "val_loss": curve(validation, 7)}, steps_per_epoch)
    assert found.sentence
    assert "nan" not in found.evidence


def trained(
    rate: float,
    epochs: int,
    *,
    samples: int = 800,
    hidden: int = 32,
    lie: float = 0.0,
    growth: float = 1.0,
):
    """Train a small network on real digits, and return its real curves and the steps of an epoch."""
    digits = load_digits()
    generator = np.random.default_rng(1)
    order = generator.permutation(len(digits.data))
    x, y = digits.data[order] / 16, digits.target[order]
    train, held_out = slice(0, samples), slice(samples, samples + 500)
    y = y.copy()
    lies = generator.random(samples) < lie
    y[:samples][lies] = generator.integers(0, 10, int(lies.sum()))
    weights = [generator.normal(size=(64, hidden)) / 8, generator.normal(size=(hidden, 10)) / 6]

    def forward(x):
        inside = np.maximum(x @ weights[0], 0)
        scores = inside @ weights[1]
        scores = scores - scores.max(axis=1, keepdims=True)
        shares = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        return inside, shares

    def loss(shares, y):
        return float(-np.log(np.maximum(shares[np.arange(len(y)), y], 1e-7)).mean())

    curves: dict[str, list[tuple[int, float]]] = {"loss": [], "val_loss": []}
    step, batch = 0, 40
    for _ in range(epochs):
        shuffled = generator.permutation(samples)
        for start in range(0, samples, batch):
            step += 1
            rate *= growth
            rows = shuffled[start : start + batch]
            inside, shares = forward(x[train][rows])
            curves["loss"].append((step, loss(shares, y[rows])))
            error = shares.copy()
            error[np.arange(len(rows)), y[rows]] -= 1
            back = (error @ weights[1].T) * (inside > 0)
            weights[1] -= rate * inside.T @ error / len(rows)
            weights[0] -= rate * x[train][rows].T @ back / len(rows)
        curves["val_loss"].append((step, loss(forward(x[held_out])[1], y[held_out])))
    return curves, samples // batch


@pytest.mark.parametrize(
    ("kind", "settings"),
    [
        ("warming up", {"rate": 0.1, "epochs": 1, "samples": 200}),
        ("converging", {"rate": 0.02, "epochs": 12}),
        ("plateau", {"rate": 0.2, "epochs": 60}),
        ("overfitting", {"rate": 0.2, "epochs": 120, "samples": 120, "hidden": 64, "lie": 0.4}),
        ("diverging", {"rate": 0.05, "epochs": 12, "growth": 1.02}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_real_curves_are_called_what_they_are(kind, settings):
    curves, steps_per_epoch = trained(**settings)
    found = verdict(curves, steps_per_epoch)
    assert found.kind == kind, (found, curves["val_loss"])
