"""Answers that other programs, other people or the studio itself wrote into a file.

Every reader walks through its file piece by piece and gives out what each entry says, or why it says nothing, with the
place where that stands: a file is checked wholly before anything of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from studio.core.answer_formats import ANSWER_FORMATS
from studio.core.errors import InvalidInput, unknown
from studio.sources.answers_base import Fault, Said, Wish
from studio.sources.answers_labelstudio import read_labelstudio
from studio.sources.answers_lookup import KnownSamples
from studio.sources.answers_marks import read_coco, read_yolo
from studio.sources.answers_rows import read_csv, read_jsonl
from studio.sources.base import Progress

__all__ = ["Fault", "KnownSamples", "Said", "read_answers"]

READERS: dict[str, Callable[[Path, KnownSamples, Wish, Progress], Iterator[Said | Fault]]] = {
    "labelstudio": read_labelstudio,
    "coco": read_coco,
    "yolo": read_yolo,
    "csv": read_csv,
    "jsonl": read_jsonl,
}


def read_answers(
    path: Path,
    format_name: str,
    samples: KnownSamples,
    progress: Progress,
    *,
    wish: Wish = "answers",
) -> Iterator[Said | Fault]:
    """Yield what the entries of a file say.

    Args:
        path: The file.
        format_name: One of ANSWER_FORMATS.
        samples: Those it may be about.
        progress: Told how many bytes are read; may raise Cancelled.
        wish: With "suggestions" at most one entry a sample: a prediction, what counts, or else the latest answer.

    Raises:
        NotFound: There is no such format.
        InvalidInput: The file cannot be read, is of another kind, or breaks a rule. TooLarge: It, or a part of it, is.
        Cancelled: `progress` said so.
    """
    if format_name not in READERS:
        raise unknown("format of answers", format_name, ANSWER_FORMATS)
    if not path.is_file():
        raise InvalidInput(
            f'"{path.name}" is no file.',
            "Answers are read from one file.",
            "Give the path of a file.",
        )
    yield from READERS[format_name](path, samples, wish, progress)
