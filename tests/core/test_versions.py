from __future__ import annotations

import pytest

from studio.core.versions import Moved, Relabelled, VersionDiff

NOTHING = VersionDiff(
    before="pets:1",
    after="pets:2",
    added_count=0,
    removed_count=0,
    relabelled_count=0,
    moved_count=0,
    added=[],
    removed=[],
    relabelled=[],
    moved=[],
    renamed_classes={},
    added_classes=[],
    removed_classes=[],
)


def test_nothing_that_differs_is_the_same() -> None:
    assert NOTHING.same


@pytest.mark.parametrize(
    "change",
    [
        {"added_count": 1, "added": [3]},
        {"removed_count": 1},
        {"relabelled_count": 1, "relabelled": [Relabelled(id=1, before=None, after="cat")]},
        {"moved_count": 1, "moved": [Moved(id=1, before="train", after="test")]},
        {"renamed_classes": {"cat": "kitty"}},
        {"added_classes": ["cow"]},
        {"removed_classes": ["cow"]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_anything_that_differs_is_not_the_same(change: dict[str, object]) -> None:
    changed = NOTHING.model_copy(update=change)
    assert not changed.same
    assert VersionDiff.model_validate_json(changed.model_dump_json()) == changed
