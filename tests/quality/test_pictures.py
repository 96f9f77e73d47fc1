from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.quality.pictures import EXACT, blank, frequencies, small_grey, tiny

SIZES = st.integers(1, 150)


@given(SIZES, SIZES, st.integers(1, 4), st.integers(0, 9))
def test_pictures_are_reduced_to_about_the_wanted_side(
    height: int, width: int, channels: int, seed: int
) -> None:
    pictures = np.random.default_rng(seed).integers(
        0, 256, (2, height, width, channels), dtype=np.uint8
    )
    grey = small_grey(pictures, 16)
    assert grey.dtype == np.uint8
    for before, after in zip((height, width), grey.shape[1:], strict=True):
        assert after == before if before <= 16 else 10 <= after <= 24


@pytest.mark.parametrize("size", [(28, 28), (64, 96), (100, 70)])
def test_a_small_picture_shows_the_means_of_blocks(size: tuple[int, int]) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, *size, 1), dtype=np.uint8)
    steps = [max(1, round(length / 32)) for length in size]
    grey = small_grey(pictures)
    for row, column in ((0, 0), (3, 5), (grey.shape[1] - 1, grey.shape[2] - 1)):
        top, left = row * steps[0], column * steps[1]
        mean = pictures[:, top : top + steps[0], left : left + steps[1]].mean(axis=(1, 2, 3))
        assert np.abs(grey[:, row, column] - mean).max() <= 1


def test_colours_become_their_brightness() -> None:
    colours = [(255, 255, 255), (0, 0, 0), (255, 0, 0), (0, 255, 0), (0, 0, 255), (90, 90, 90)]
    pictures = np.array(colours, np.uint8)[:, None, None, :]
    assert small_grey(pictures).ravel().tolist() == [255, 0, 77, 149, 29, 90]


@pytest.mark.parametrize("size", [(28, 28), (8, 8), (32, 32), (47, 47), (5, 40), (1, 1), (2, 2)])
def test_sums_of_patterns_are_exact_and_brightness_makes_no_difference(
    size: tuple[int, int],
) -> None:
    patterns = frequencies(*size)
    assert patterns.shape == (size[0] * size[1], min(64, size[0] * size[1] - 1))
    np.testing.assert_array_equal(patterns, np.rint(patterns))
    assert np.all(255 * np.abs(patterns).sum(axis=0, dtype=np.float64) < EXACT)
    assert not patterns.sum(axis=0).any()


def test_patterns_are_the_cosine_transform() -> None:
    patterns = frequencies(28, 28)
    places = np.pi * (np.arange(28) + 0.5) / 28
    wave = np.outer(np.cos(0 * places), np.cos(1 * places)).ravel()
    assert np.corrcoef(patterns[:, 0], wave)[0, 1] > 0.9999
    alike = np.corrcoef(patterns.T) - np.eye(64)
    assert np.abs(alike).max() < 0.01  # no two say the same


@pytest.mark.parametrize("shape", [(28, 28, 1), (100, 100, 3), (1, 1, 1)])
def test_only_even_pictures_are_blank(shape: tuple[int, int, int]) -> None:
    pictures = np.full((5, *shape), (20, 90, 200)[: shape[2]], np.uint8)
    pictures[1] = 0
    grey = small_grey(pictures)
    assert blank(pictures, grey).tolist() == [True] * 5
    if pictures[0].size > 3:
        pictures[2, 0, 0, 0] += 1  # too little to be seen in the reduced picture
        pictures[3, -1, -1, -1] += 9
        assert blank(pictures, small_grey(pictures)).tolist() == [True, True, False, False, True]


@pytest.mark.parametrize("background", [0, 120, 255])
def test_dots_are_tiny_and_strokes_are_not(background: int) -> None:
    ink = 255 - background if background != 120 else 200
    pictures = np.full((6, 28, 28), background, np.uint8)
    pictures[0, 10:13, 10:13] = ink  # a dot
    pictures[1, 3, 3], pictures[1, 24, 24], pictures[1, 3, 24] = ink, ink, ink  # three specks
    pictures[2, 10:14, 10:14] = background + 9 if background < 200 else background - 9  # a shade
    pictures[3, 4:24, 14] = ink  # a stroke
    pictures[4, 10:16, 10:16] = ink  # a blot
    pictures[5, 14, 4:24] = ink
    assert tiny(pictures).tolist() == [True, True, True, False, False, False]


def test_a_frame_does_not_hide_a_dot() -> None:
    picture = np.full((1, 28, 28), 255, np.uint8)
    picture[0, 0, :5] = 0  # a corner of the border is not its most common value
    picture[0, 14, 14] = 0
    assert not tiny(picture)[0]  # wide enough
    picture[0, 0, :5] = 255
    assert tiny(picture)[0]


def test_few_real_drawings_are_blank_or_tiny(drawings: np.ndarray) -> None:
    grey = small_grey(drawings)
    assert np.count_nonzero(blank(drawings, grey)) == 0
    assert np.count_nonzero(tiny(grey)) == 0  # Google scales drawings so that they fill the picture
    shrunk = np.zeros_like(grey[::100])
    shrunk[:, 12:16, 12:16] = grey[::100].reshape(-1, 4, 7, 4, 7).max(axis=(2, 4))
    assert tiny(shrunk).all()
