"""What every exporter of answers reads, and what it tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from studio.core.answer_formats import is_said
from studio.core.dataset import DatasetManifest
from studio.core.label_answer import LabelRecord, Suggestion
from studio.core.label_session import LabelSession
from studio.core.samples import Words, let_go
from studio.exports.base import Paced

BLOCK = 1024
"""Records between two reports of progress."""

NO_SUGGESTION: Callable[[int], Suggestion | None] = lambda item: None  # noqa: E731


@dataclass(frozen=True, eq=False)
class AnswerContent:
    """A session's answers as they are written.

    Args:
        session: The session.
        manifest: Facts of its dataset version.
        title: `name:version` of it.
        records: In the order of their samples; walked through once.
        total: Records to come, for the progress; 0: not known.
        texts: Of the samples; None for pictures.
        names: What each sample was called; None: they have no names.
        split: uint8 (N,), the part of each sample.
        suggestion: Returns what is suggested for a sample.
    """

    session: LabelSession
    manifest: DatasetManifest
    title: str
    records: Iterable[LabelRecord]
    total: int
    texts: Words | None
    names: Words | None
    split: NDArray[np.uint8]
    suggestion: Callable[[int], Suggestion | None] = NO_SUGGESTION

    def walk(self, tick: Paced) -> Iterator[LabelRecord]:
        """Yield the records that say anything."""
        number = 0
        for number, record in enumerate(self.records, 1):
            if is_said(record):
                yield record
            if number % BLOCK == 0:
                tick(BLOCK)
                for words in (self.texts, self.names):
                    if words is not None:
                        let_go(words)
        tick(number % BLOCK)

    def text(self, item: int) -> str | None:
        """Return the text of a sample; None for pictures."""
        return None if self.texts is None else self.texts[item]

    def name(self, item: int) -> str | None:
        """Return what a sample was called; None where nothing is known."""
        return (self.names[item] or None) if self.names is not None else None


@dataclass
class Written:
    """How much was written.

    Args:
        samples: With anything said of them.
        answers: Of people, skips included.
        waiting: Samples that are left out, as nothing counts for them yet.
    """

    samples: int = 0
    answers: int = 0
    waiting: int = 0

    def count(self, record: LabelRecord) -> None:
        """Count a record that is in the file."""
        self.samples += 1
        self.answers += len(record.answers)


def iso(time: float) -> str:
    """Return a time as ISO 8601 in UTC, to the microsecond."""
    return datetime.fromtimestamp(time, UTC).isoformat(timespec="microseconds")
