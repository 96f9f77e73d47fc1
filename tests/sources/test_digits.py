"""The embedded starter set."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import NotFound
from studio.core.sources import DigitsSource
from studio.sources import Places, open_source
from tests.sources.conftest import quiet


def test_all_digits_come_with_their_credit(places: Places) -> None:
    source = open_source(DigitsSource(), places=places, progress=quiet)
    (chunk,) = source.chunks()
    assert source.count == len(chunk) == len(chunk.samples) == 1797
    assert source.class_names == tuple("0123456789")
    assert source.shape == (8, 8, 1)
    assert np.max(chunk.samples) == 255
    assert np.bincount(chunk.labels).min() > 170
    assert "Alpaydin" in source.attribution


@pytest.mark.parametrize("data", [None, b"", b"broken", b"PK\x03\x04"])
def test_missing_or_damaged_file_is_explained(
    places: Places, tmp_path: Path, data: bytes | None
) -> None:
    if data is not None:
        (tmp_path / "digits.npz").write_bytes(data)
    with pytest.raises(NotFound, match=r"digits\.npz"):
        open_source(
            DigitsSource(), places=dataclasses.replace(places, data=tmp_path), progress=quiet
        )
