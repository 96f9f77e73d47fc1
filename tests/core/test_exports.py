from __future__ import annotations

from typing import get_args

import pytest

from studio.core.dataset import Task
from studio.core.errors import InvalidInput, NotFound
from studio.core.exports import EXPORT_FORMATS, check_export


@pytest.mark.parametrize("task", get_args(Task))
@pytest.mark.parametrize("name", EXPORT_FORMATS)
def test_a_format_holds_what_it_says(name: str, task: Task) -> None:
    found = EXPORT_FORMATS[name]
    if task in found.tasks:
        assert check_export(name, task, "pets:1") is found
        return
    with pytest.raises(InvalidInput, match=f"pets:1 cannot be exported as {found.title}") as caught:
        check_export(name, task, "pets:1")
    listed = caught.value.fix.removeprefix("Choose one of: ").removesuffix(".").split(", ")
    assert listed == [n for n, f in EXPORT_FORMATS.items() if task in f.tasks]


def test_an_unknown_format_is_not_found() -> None:
    with pytest.raises(NotFound, match="export format") as caught:
        check_export("tfrecords", "images", "pets:1")
    assert "tfrecord" in caught.value.fix


def test_formats_are_described_for_people() -> None:
    for name, found in EXPORT_FORMATS.items():
        assert name == name.lower()
        assert found.suffix.startswith(".")
        assert found.tasks
        assert found.description.endswith(".")
