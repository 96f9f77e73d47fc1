"""Formats in which the answers of a labelling session leave the studio and come back."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.errors import InvalidInput, unknown
from studio.core.label_answer import LabelRecord, LabelValue
from studio.core.label_session import ANSWER_TITLES, AnswerKind


@dataclass(frozen=True)
class AnswerFormat:
    """One format.

    Args:
        title: What people read.
        suffix: Of the file.
        answers: Of which kinds of sessions.
        keeps: What of a session is in the file, in a sentence.
        reads: What a file that comes back must say, in a sentence.
    """

    title: str
    suffix: str
    answers: tuple[AnswerKind, ...]
    keeps: str
    reads: str


ANSWER_FORMATS: dict[str, AnswerFormat] = {
    "labelstudio": AnswerFormat(
        "Label Studio",
        ".json",
        ("single", "multi", "boxes"),
        "A task a sample with every answer, skips and suggestions.",
        "Tasks with annotations or predictions; each names its sample by item, name or text.",
    ),
    "coco": AnswerFormat(
        "COCO",
        ".json",
        ("boxes",),
        "The boxes that count, in pixels.",
        "Images with boxes; each names its sample by item, or by the file's name.",
    ),
    "yolo": AnswerFormat(
        "YOLO",
        ".zip",
        ("boxes",),
        "The boxes that count: a text file a sample, and data.yaml.",
        "A text file a sample, named like it, and data.yaml with the classes.",
    ),
    "csv": AnswerFormat(
        "CSV",
        ".csv",
        ("single", "multi", "boxes"),
        "A row an answer, for spreadsheets.",
        "A row an answer, with columns such as item or name, and classes or boxes.",
    ),
    "jsonl": AnswerFormat(
        "JSON Lines",
        ".jsonl",
        ("single", "multi", "boxes"),
        "Everything that was said, an object a sample: what comes back is what left.",
        "Objects as the studio writes them: item, value and answers.",
    ),
}

BY_NUMBER = "sample_numbers"
"""Key in YOLO's data.yaml that says that files are called by the numbers of the samples."""


def check_answer_format(format_name: str, answer: AnswerKind, title: str) -> AnswerFormat:
    """Return the format, if it can hold the answers of the session `title`.

    Raises:
        NotFound: No such format. InvalidInput: It is for other answers.
    """
    if format_name not in ANSWER_FORMATS:
        raise unknown("format of answers", format_name, ANSWER_FORMATS)
    found = ANSWER_FORMATS[format_name]
    if answer in found.answers:
        return found
    if answer == "drawings":
        raise InvalidInput(
            f"The drawings of {title} are no answers about samples.",
            "They are samples themselves, and leave with the dataset they are published into.",
            "Publish the session, and export the dataset.",
        )
    possible = ", ".join(name for name, f in ANSWER_FORMATS.items() if answer in f.answers)
    raise InvalidInput(
        f"{title} has no {found.title} file.",
        f"Its answers are “{ANSWER_TITLES[answer]}”, and {found.title} holds boxes only.",
        f"Choose one of: {possible}.",
    )


def possible_formats(answer: AnswerKind) -> list[str]:
    """Return the names of the formats that can hold answers of a kind.

    Example:
        >>> possible_formats("single")
        ['labelstudio', 'csv', 'jsonl']
    """
    return [name for name, found in ANSWER_FORMATS.items() if answer in found.answers]


def answers_name(session: str, format_name: str) -> str:
    """Return what the file of a session's answers is called.

    Example:
        >>> answers_name("pets", "coco")
        'pets-answers-coco.json'
    """
    return f"{session}-answers-{format_name}{ANSWER_FORMATS[format_name].suffix}"


def is_said(record: LabelRecord) -> bool:
    """Return whether anybody said anything about the sample."""
    return bool(record.answers) or record.value is not None


def best_value(record: LabelRecord) -> LabelValue | None:
    """Return what counts for a sample, else the latest thing said of it; None where there is none."""
    if record.value is not None:
        return record.value
    return next((a.value for a in reversed(record.answers) if a.act == "answer" and a.value), None)
