from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.errors import Cancelled
from studio.core.samples import Texts
from studio.quality.features import describe, features_of
from tests.quality.conftest import silent


@pytest.mark.parametrize("count", [0, 1, 2, 50])
@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("side", [5, 16, 70])
def test_any_pictures_have_features(count: int, channels: int, side: int) -> None:
    noise = np.random.default_rng(0)
    pictures = noise.integers(0, 256, (count, side, side + 3, channels), np.uint8)
    found = features_of(pictures, np.arange(count), 0, silent)
    assert len(found) == count
    assert found.sparse is None
    assert found.dense.dtype == np.float32
    assert np.isfinite(found.dense).all()


@pytest.mark.parametrize("count", [1, 30])
def test_samples_that_are_all_the_same_have_features(count: int) -> None:
    same = np.full((count, 8, 8, 1), 7, np.uint8)
    assert np.ptp(features_of(same, np.arange(count), 0, silent).dense, axis=0).max() == 0
    for text in ("", "same words"):
        found = features_of(Texts.of([text] * count), np.arange(count), 0, silent)
        assert np.isfinite(found.dense).all()


def test_what_is_drawn_counts_and_colours_do() -> None:
    lying, standing = np.zeros((2, 1, 28, 28, 3), np.uint8)
    lying[:, 13:15], standing[:, :, 13:15] = 255, 255
    red = lying.copy()
    red[..., 1:] = 0
    shifted = np.roll(lying, 1, axis=1)
    first, other, coloured, near = (describe(p)[0] for p in (lying, standing, red, shifted))
    away = [float(np.linalg.norm(first - found)) for found in (near, coloured, other)]
    assert 0 < away[0] < away[2]
    assert away[1] > 0.01


def test_features_are_the_same_however_they_are_read(made: NDArray[np.uint8]) -> None:
    rows = np.arange(0, 200, 3)
    scattered, together = (
        features_of(samples, numbers, 1, silent).dense
        for samples, numbers in ((made, rows), (made[rows], np.arange(len(rows))))
    )
    assert np.allclose(scattered, together, atol=1e-5)


def test_texts_of_the_same_words_lie_together() -> None:
    texts = [f"{'goal match team' if i % 2 else 'soup salt oven'} {i}" for i in range(40)]
    found = features_of(Texts.of(texts), np.arange(40), 0, silent)
    assert found.sparse is not None
    assert found.sparse.shape[0] == 40
    near = found.dense @ found.dense.T
    alike = np.arange(40)[:, None] % 2 == np.arange(40) % 2
    assert near[alike].min() > near[~alike].max()


def test_reading_can_be_stopped(made: NDArray[np.uint8]) -> None:
    def stop(done: int, total: int, unit: str, message: str) -> None:
        raise Cancelled("Stopped.", "Asked to.", "Start again.")

    with pytest.raises(Cancelled):
        features_of(made, np.arange(len(made)), 0, stop)
