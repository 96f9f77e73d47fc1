"""What a person may fill in about where samples come from."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from studio.core.errors import InvalidInput, NotFound
from studio.core.sources import (
    DigitsSource,
    DrawingsSource,
    FolderSource,
    QuickDrawSource,
    parse_source,
)


@pytest.mark.parametrize(
    "source",
    [
        DigitsSource(seed=3),
        QuickDrawSource(categories=("apple", "hot dog"), per_class=5, unlabelled_share=0.5),
        FolderSource(path="/pictures", size=64, colour="rgb", invert=True),
        DrawingsSource(collection="mine"),
    ],
)
def test_source_survives_being_stored(source: DigitsSource) -> None:
    assert parse_source(source.model_dump()) == source
    assert parse_source(source.model_dump(mode="json")) == source


def test_sources_cannot_be_changed() -> None:
    source = DigitsSource()
    with pytest.raises(ValidationError):
        source.seed = 1  # type: ignore[misc]


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ({}, "kind"),
        ({"kind": "spreadsheet"}, "spreadsheet"),
        ("digits", "digits"),
        (None, "None"),
        ({"kind": "digits", "sede": 1}, "sede"),
        ({"kind": "digits", "seed": -1}, "-1"),
        ({"kind": "digits", "unlabelled_share": 1.5}, "1.5"),
        ({"kind": "quickdraw", "categories": []}, "categories"),
        ({"kind": "quickdraw", "categories": ["apple"], "per_class": 0}, "per_class"),
        ({"kind": "folder", "size": 7}, "size"),
        ({"kind": "folder", "colour": "blue"}, "blue"),
        ({"kind": "drawings"}, "collection"),
    ],
)
def test_impossible_settings_are_named(value: object, word: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_source(value)
    assert word in str(caught.value)
    assert caught.value.why
    assert caught.value.fix


def test_category_that_does_not_exist_is_not_found() -> None:
    with pytest.raises(NotFound, match="aple"):
        parse_source({"kind": "quickdraw", "categories": ["apple", "aple"]})
