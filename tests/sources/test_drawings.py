"""Collections of drawings, given by whoever keeps them."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from studio.core.errors import InvalidInput, NotFound
from studio.core.sources import DrawingsSource
from studio.sources import Collected, Places, Source, open_source
from tests.sources.conftest import make_bitmaps, quiet


def opened(places: Places, *answers: Collected | None) -> Source:
    """Open a collection that answers so when it is opened, and so when it is read."""
    left = list(answers)
    places = dataclasses.replace(
        places, drawings=lambda name: left.pop(0) if name == "mine" and left else None
    )
    return open_source(DrawingsSource(collection="mine"), places=places, progress=quiet)


def drawn(count: int, label: int = 0) -> list[tuple[bytes, int, str]]:
    return [(row.tobytes(), label, "[]") for row in make_bitmaps(count)]


def test_drawings_are_read_as_they_are(places: Places) -> None:
    answer = (("cat",), drawn(5), 5)
    source = opened(places, answer, answer)
    (chunk,) = source.chunks()
    np.testing.assert_array_equal(np.reshape(chunk.samples, (5, 784)), make_bitmaps(5))
    assert chunk.labels.tolist() == [0] * 5
    assert source.facts["collection"] == "mine"


def test_drawings_made_meanwhile_wait_for_the_next_version(places: Places) -> None:
    source = opened(places, (("cat",), drawn(5), 5), (("cat",), drawn(8), 8))
    assert sum(len(chunk) for chunk in source.chunks()) == 5


def test_class_made_meanwhile_is_said(places: Places) -> None:
    source = opened(places, (("cat",), drawn(5), 5), (("ant", "cat"), drawn(5), 5))
    with pytest.raises(InvalidInput, match="changed"):
        list(source.chunks())


def test_unknown_collection_is_not_found(places: Places) -> None:
    for found in (places, dataclasses.replace(places, drawings=lambda name: None)):
        with pytest.raises(NotFound, match='"cats"'):
            open_source(DrawingsSource(collection="cats"), places=found, progress=quiet)


def test_empty_collection_is_refused(places: Places) -> None:
    with pytest.raises(InvalidInput, match="empty"):
        opened(places, ((), [], 0))


@pytest.mark.parametrize(
    "wrong", [(b"short", 0), (bytes(785), 0), (bytes(784), 1), (bytes(784), -1)]
)
def test_impossible_drawing_is_refused(places: Places, wrong: tuple[bytes, int]) -> None:
    answer = (("cat",), [*drawn(2), (*wrong, "[]")], 3)
    source = opened(places, answer, answer)
    with pytest.raises(InvalidInput, match="784 bytes"):
        list(source.chunks())


def test_impossible_class_name_is_refused(places: Places) -> None:
    with pytest.raises(InvalidInput, match="cannot name a class"):
        opened(places, (("",), drawn(1), 1))
