"""The 345 categories and their addresses."""

from __future__ import annotations

import pytest

from studio.core.errors import NotFound
from studio.core.quickdraw import BUCKET, CATEGORIES, bitmap_url, check_category


def test_there_are_345_different_categories() -> None:
    assert len(CATEGORIES) == len(set(CATEGORIES)) == 345
    assert all(name == name.strip() and name.isprintable() for name in CATEGORIES)


def test_names_are_spelled_as_published() -> None:
    published = {"The Eiffel Tower", "hot dog", "t-shirt", "teddy-bear", "garden hose", "golf club"}
    assert published <= set(CATEGORIES)


def test_unknown_category_suggests_the_nearest() -> None:
    with pytest.raises(NotFound) as caught:
        check_category("bicycel")
    assert "bicycel" in caught.value.what
    assert caught.value.fix == 'Did you mean "bicycle"?'


def test_address_is_encoded_and_may_lie_in_a_mirror() -> None:
    assert bitmap_url("apple") == BUCKET + "apple.npy"
    assert bitmap_url("hot dog", "http://mirror/") == "http://mirror/hot%20dog.npy"


def test_address_of_an_unknown_category_is_refused() -> None:
    with pytest.raises(NotFound):
        bitmap_url("../../etc/passwd")
