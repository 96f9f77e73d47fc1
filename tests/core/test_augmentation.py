from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.augmentation import (
    Draws,
    augmented,
    changed,
    draw,
    draw_mixup,
    fitting,
    mixed,
    nodes,
    spread,
)
from studio.core.errors import InvalidInput
from studio.core.training import TrainingConfig


def still(count: int, **other: Any) -> Draws:
    """Return draws that change nothing, but for `other`."""
    calm = {
        "angle": np.zeros(count, np.float32),
        "zoom": np.ones(count, np.float32),
        "shift": np.zeros((count, 2), np.float32),
        "mirror": np.ones((count, 2), np.float32),
    }
    return Draws(**{**calm, **other})


def pictures(count: int, height: int, width: int, seed: int = 0) -> np.ndarray:
    """Return noise on dark paper: float32, the corners 0."""
    images = np.random.default_rng(seed).integers(0, 256, (count, height, width, 1))
    images[:, [0, 0, -1, -1], [0, -1, 0, -1]] = 0
    return images.astype(np.float32)


@settings(max_examples=25)
@given(st.integers(3, 12), st.integers(3, 12), st.integers(-2, 2), st.integers(-2, 2))
def test_whole_pixels_move_exactly_and_paper_comes_in(
    height: int, width: int, right: int, down: int
) -> None:
    images = pictures(2, height, width)
    moved = changed(images, still(2, shift=np.array([[right, down]] * 2, np.float32)))
    around = np.pad(images, ((0, 0), (2, 2), (2, 2), (0, 0)))
    expected = around[:, 2 - down : 2 - down + height, 2 - right : 2 - right + width]
    np.testing.assert_allclose(moved, expected, atol=1e-3)


def test_mirrors_and_quarter_turns_are_exact() -> None:
    images = pictures(3, 7, 7)
    np.testing.assert_allclose(changed(images, still(3)), images, atol=1e-3)
    for x, y in ((-1, 1), (1, -1), (-1, -1)):
        mirrored = changed(images, still(3, mirror=np.array([[x, y]] * 3, np.float32)))
        np.testing.assert_allclose(mirrored, images[:, ::y, ::x], atol=1e-3)
    quarter = np.full(3, np.pi / 2, np.float32)
    turned = changed(images, still(3, angle=quarter))
    np.testing.assert_allclose(turned, np.rot90(images, -1, axes=(1, 2)), atol=0.1)


def test_what_comes_in_has_the_colour_of_the_paper() -> None:
    white = np.full((1, 9, 9, 3), (250.0, 240.0, 230.0), np.float32)
    white[:, 3:6, 3:6] = 0
    white[:, 0, 0] = 17  # a stroke that touches one corner
    moved = changed(white, still(1, shift=np.array([[4.0, 0.0]], np.float32)))
    assert np.allclose(moved[0, 1:, :4], (250, 240, 230))


@settings(max_examples=30)
@given(st.integers(2, 64))
def test_a_wobble_is_as_strong_everywhere(pixels: int) -> None:
    rows = spread(pixels)
    assert rows.shape == (pixels, nodes(pixels))
    np.testing.assert_allclose((rows**2).sum(axis=1), 1, rtol=1e-5)
    assert (rows >= 0).all()


def test_draws_stay_within_what_is_set() -> None:
    training = TrainingConfig(shift=0.2, rotate=30, scale=0.25, flip="vertical", stroke_jitter=1.5)
    drawn = draw(training, 4000, 10, 20, np.random.default_rng(1))
    assert np.degrees(np.abs(drawn.angle).max()) == pytest.approx(30, abs=0.1)
    assert drawn.zoom.min() == pytest.approx(0.75, abs=0.01)
    assert drawn.zoom.max() == pytest.approx(1.25, abs=0.01)
    assert np.abs(drawn.shift).max(axis=0) == pytest.approx([4, 2], abs=0.05)
    assert (drawn.mirror[:, 0] == 1).all()
    assert (drawn.mirror[:, 1] == -1).mean() == pytest.approx(0.5, abs=0.03)
    assert drawn.wobble is not None
    assert np.abs(drawn.wobble).max() == 3
    way = np.einsum("yi,nijk,xj->nyxk", spread(10), drawn.wobble, spread(20))
    np.testing.assert_allclose(way.std(axis=0), 1.5 * 0.96, rtol=0.06)


def test_mixup_blends_neighbours_and_keeps_at_least_half() -> None:
    share = draw_mixup(TrainingConfig(mixup=0.2), 1000, np.random.default_rng(0))
    assert share.min() >= 0.5
    assert share.max() <= 1
    images = pictures(3, 4, 4)
    blended = mixed(images, np.array([1, 0.75, 0.5], np.float32))
    np.testing.assert_allclose(blended[0], images[0])
    np.testing.assert_allclose(blended[1], 0.75 * images[1] + 0.25 * images[0])


def test_the_same_seed_changes_alike_and_nothing_set_changes_nothing() -> None:
    images = pictures(4, 28, 28).astype(np.uint8)
    training = TrainingConfig(shift=0.1, stroke_jitter=1, mixup=0.2)
    once = augmented(images, training, 3)
    assert once.dtype == np.uint8
    assert np.array_equal(once, augmented(images, training, 3))
    assert not np.array_equal(once, augmented(images, training, 4))
    assert np.array_equal(augmented(images, TrainingConfig(), 3), images)
    with pytest.raises(InvalidInput, match="cannot be augmented"):
        augmented(images[0, 0], training, 3)


def test_settings_for_pictures_do_nothing_elsewhere_and_a_line_says_so() -> None:
    training = TrainingConfig(rotate=10, flip="both", epochs=7)
    assert fitting(training, "images") == (training, "")
    without, said = fitting(training, "text")
    assert not without.augments
    assert without.epochs == 7
    assert said.endswith("rotate, flip.")
    assert fitting(without, "strokes") == (without, "")
