from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]


def silent(done: int, total: int, unit: str, message: str) -> None:
    """Progress nobody listens to."""


@pytest.fixture(scope="session")
def drawings(shared_data: Path) -> Pictures:
    """30,000 real drawings of eight classes, uint8 (30000, 28, 28, 1)."""
    files = sorted((shared_data / "quickdraw").glob("*.npy"))
    return np.concatenate([np.load(file) for file in files]).reshape(-1, 28, 28, 1)


@pytest.fixture
def made() -> Pictures:
    """200 pictures of noise, uint8 (200, 16, 16, 1): no two look alike."""
    return np.random.default_rng(5).integers(0, 256, (200, 16, 16, 1), dtype=np.uint8)
