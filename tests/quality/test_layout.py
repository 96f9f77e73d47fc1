from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.samples import Texts
from studio.quality.layout import STEPS, layout

SIZES = [0, 1, 2, 3, 4, 5, 9, 10, 12, 40]


def silent(done: int, total: int, unit: str, message: str) -> None: ...


def laid_out(samples: NDArray[np.uint8] | Texts, seed: int = 0) -> NDArray[np.float32]:
    points = layout(samples, np.arange(len(samples)), seed, silent)
    assert points.shape == (len(samples), 2)
    assert points.dtype == np.float32
    assert np.isfinite(points).all()
    assert np.abs(points).max(initial=0) <= 1
    return points


@pytest.mark.parametrize("count", SIZES)
@pytest.mark.parametrize("channels", [1, 3])
def test_any_number_of_pictures_is_laid_out(
    made: NDArray[np.uint8], count: int, channels: int
) -> None:
    points = laid_out(made[:count].repeat(channels, axis=3))
    assert len(np.unique(points, axis=0)) == count  # no two in the same place
    if count > 1:
        assert np.abs(points).max() == 1


@pytest.mark.parametrize("count", SIZES)
def test_any_number_of_texts_is_laid_out(count: int) -> None:
    laid_out(Texts.of([f"number {place} word{place % 3} again" for place in range(count)]))


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros((60, 8, 8, 1), np.uint8),
        np.full((60, 90, 90, 3), 200, np.uint8),
        np.zeros((60, 1, 1, 1), np.uint8),
        Texts.of([""] * 60),
        Texts.of(["the same again"] * 60),
        Texts.of(["!"] * 60),
    ],
)
def test_samples_that_are_all_the_same_lie_in_the_middle(
    samples: NDArray[np.uint8] | Texts,
) -> None:
    assert np.abs(laid_out(samples)).max() == 0


@pytest.mark.parametrize("odd", [np.uint8(1), np.uint8(255)])
def test_one_odd_picture_among_equal_ones_is_laid_out(odd: np.uint8) -> None:
    pictures = np.zeros((60, 8, 8, 1), np.uint8)
    pictures[7] = odd
    laid_out(pictures)


def share_of_like_neighbours(points: NDArray[np.float32], kinds: Sequence[int]) -> float:
    apart = np.square(points[:, None] - points).sum(axis=2)
    np.fill_diagonal(apart, np.inf)
    return float((np.array(kinds)[apart.argmin(axis=1)] == kinds).mean())


@pytest.mark.long
def test_like_drawings_lie_together(drawings: NDArray[np.uint8]) -> None:
    apples, rainbows = drawings[:300], drawings[-300:]
    both = np.concatenate([apples, rainbows])
    points = laid_out(both)
    assert share_of_like_neighbours(points, [0] * 300 + [1] * 300) > 0.95
    np.testing.assert_array_equal(points, laid_out(both))  # same seed, same map


def test_texts_of_the_same_words_lie_together() -> None:
    generator = np.random.default_rng(0)
    topics = [
        ["film", "actor", "scene", "plot", "score"],
        ["goal", "match", "team", "coach", "cup"],
    ]
    kinds = [place % 2 for place in range(200)]
    texts = [" ".join(generator.choice(topics[kind], 8)) for kind in kinds]
    assert share_of_like_neighbours(laid_out(Texts.of(texts)), kinds) > 0.95


def test_a_map_can_be_stopped_in_the_middle(made: NDArray[np.uint8]) -> None:
    said = []

    def stop(done: int, total: int, unit: str, message: str) -> None:
        said.append((done, total, unit, message))
        if done:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        layout(made, np.arange(200), 0, stop)
    assert said[-1] == (200 // STEPS, 200, "samples", "drawing the map")
