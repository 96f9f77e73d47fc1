"""The answers of a labelling session become one file.

Records come one at a time in the order of their samples, and are written as they come: memory stays flat.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from studio.core.answer_formats import check_answer_format
from studio.core.errors import InvalidInput, StudioError
from studio.exports.answers_base import AnswerContent, Written
from studio.exports.answers_labelstudio import write_labelstudio
from studio.exports.answers_marks import write_coco, write_yolo
from studio.exports.answers_rows import write_csv, write_jsonl
from studio.exports.base import Paced, Progress

__all__ = ["AnswerContent", "write_answers"]

WRITERS: dict[str, Callable[[AnswerContent, Path, Paced], Written]] = {
    "labelstudio": write_labelstudio,
    "coco": write_coco,
    "yolo": write_yolo,
    "csv": write_csv,
    "jsonl": write_jsonl,
}


def write_answers(
    content: AnswerContent, format_name: str, target: Path, progress: Progress
) -> dict[str, Any]:
    """Write a session's answers as one file.

    Where the work fails or is cancelled, nothing is left at the target.

    Args:
        content: The session.
        format_name: One of ANSWER_FORMATS.
        target: The file, which is overwritten.
        progress: Told how many samples are done; may raise Cancelled.

    Returns:
        JSON-able facts: format, samples, answers, waiting, bytes.

    Raises:
        NotFound: There is no such format. InvalidInput: It cannot hold such answers, or nothing was said yet.
        StudioError: The file cannot be written. Cancelled: `progress` said so.
    """
    name = content.session.name
    check_answer_format(format_name, content.session.config.answer, name)
    with ExitStack() as undo:
        undo.callback(target.unlink, missing_ok=True)
        try:
            written = WRITERS[format_name](content, target, Paced(progress, content.total))
        except OSError as error:
            raise StudioError(
                f"The answers of {name} could not be exported.",
                f"The system says: {error.strerror or error}.",
                "Check the free space and the rights of the folder that exports are written to.",
            ) from error
        if not written.samples:
            raise InvalidInput(
                f"{name} has nothing to export yet.",
                f"{written.waiting:,} samples have answers, but none that counts yet."
                if written.waiting
                else "Nobody has answered anything.",
                "Label some samples first, or export as JSON Lines, which keeps every answer."
                if written.waiting
                else "Label some samples first.",
            )
        undo.pop_all()
    return {"format": format_name, **vars(written), "bytes": target.stat().st_size}
