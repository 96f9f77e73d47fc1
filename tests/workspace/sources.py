"""A source that gives out whatever a test wants, and dies where it is told to."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from studio.core.annotation import AnnotationInput
from studio.core.dataset import EXCLUDED, SPLIT_NAMES, DatasetVersion, Task
from studio.core.sources import DigitsSource, SourceSpec
from studio.sources import Chunk
from studio.workspace import Workspace


class Killed(BaseException):
    """The process is gone: nothing of it runs any more."""


@dataclasses.dataclass
class Sample:
    """One sample: a text, or the value of all its pixels."""

    content: int | str
    label: int = -1
    name: str | None = None
    part: str | None = None
    boxes: tuple[tuple[int, float, float, float, float], ...] = ()


@dataclasses.dataclass
class Made:
    """A source of some samples.

    Args:
        size: Samples of a chunk.
        dies_at: Chunk before which the process dies.
        given: Numbers of the chunks that were given out.
    """

    samples: list[Sample]
    class_names: tuple[str, ...] = ("cat", "dog")
    size: int = 3
    shape: tuple[int, int, int] = (4, 5, 1)
    attribution: str = ""
    fingerprint: str = "1"
    dies_at: int | None = None
    facts: dict[str, Any] = dataclasses.field(default_factory=dict)
    given: list[int] = dataclasses.field(default_factory=list)

    @property
    def task(self) -> Task:
        return "text" if self.samples and isinstance(self.samples[0].content, str) else "images"

    @property
    def count(self) -> int:
        return len(self.samples)

    def chunks(self, cursor: Any = None) -> Iterator[Chunk]:
        number = cursor or 0
        while number * self.size < len(self.samples):
            if number == self.dies_at:
                raise Killed
            self.given.append(number)
            yield self._chunk(self.samples[number * self.size :][: self.size], number + 1)
            number += 1
        if number == self.dies_at:
            raise Killed
        self.facts = {"kind": "made", "chunks": number}

    def _chunk(self, samples: list[Sample], cursor: int) -> Chunk:
        content: Any = [sample.content for sample in samples]
        if self.task == "images":
            content = np.stack([np.full(self.shape, value, np.uint8) for value in content])
        boxes = [[row, *box] for row, sample in enumerate(samples) for box in sample.boxes]
        named = any(sample.name is not None for sample in self.samples)
        divided = any(sample.part for sample in self.samples)
        return Chunk(
            content,
            np.array([sample.label for sample in samples], np.int32),
            cursor,
            names=[sample.name or "" for sample in samples] if named else None,
            split=np.array([_code(sample.part) for sample in samples], np.uint8)
            if divided
            else None,
            boxes=np.array(boxes, float).reshape(-1, 6),
        )


def _code(part: str | None) -> int:
    return EXCLUDED if part is None else SPLIT_NAMES.index(part)


def given_out(patch: pytest.MonkeyPatch, source: Made) -> SourceSpec:
    """Let `source` stand in the place of the digits. Returns what names it."""
    if source.task == "text":
        source.shape = (0, 0, 0)
    patch.setattr("studio.sources.digits.open_digits", lambda *_: source)
    return DigitsSource()


def add(workspace: Workspace, name: str, source: Made | list[Sample], **how: Any) -> DatasetVersion:
    """Import made samples as a version of a dataset."""
    made = Made(source) if isinstance(source, list) else source
    with pytest.MonkeyPatch.context() as patch:
        return workspace.add_dataset(name, given_out(patch, made), **how)


def answer(
    workspace: Workspace, name: str, *answers: tuple[int, str | None], by: str = "ann"
) -> None:
    """Answer about samples of the newest version."""
    ops = [
        AnnotationInput(op_id=uuid.uuid4().hex, sample=sample, class_name=class_name)
        for sample, class_name in answers
    ]
    workspace.annotate(name, by, ops)


def labels_of(workspace: Workspace, version: DatasetVersion) -> list[str | None]:
    """The class of each sample as it is stored with a version."""
    names = version.class_names
    return [None if code < 0 else names[code] for code in workspace.labels(version)]
