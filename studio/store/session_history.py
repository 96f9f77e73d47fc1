"""What people said about one sample in labelling sessions, as they said it."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.label_answer import LabelValue
from studio.store.database import Database


@dataclass(frozen=True)
class SessionAct:
    """One act.

    Args:
        time: Unix seconds.
        annotator: Who.
        what: A sentence, with the class names of then.
    """

    time: float
    annotator: str
    what: str


def of_sample(db: Database, dataset: int, base: str, sample: int) -> list[SessionAct]:
    """Return all answers and decisions about one sample in sessions of a dataset, oldest first.

    Args:
        dataset: Id of the dataset.
        base: Of the versions in which the sample has this number.
    """
    rows = db.query(
        """
        SELECT s.name, a.annotator AS who, a.act, a.value, a.source, a.time
        FROM label_sessions s JOIN session_answers a ON a.session_id = s.id AND a.item = :sample
        WHERE s.dataset_id = :dataset AND json_extract(s.pinned, '$.base') = :base
        UNION ALL
        SELECT s.name, r.reviewer, r.decision, r.value, r.annotator, r.time
        FROM label_sessions s JOIN session_reviews r ON r.session_id = s.id AND r.item = :sample
        WHERE s.dataset_id = :dataset AND json_extract(s.pinned, '$.base') = :base
        ORDER BY time
        """,
        {"dataset": dataset, "base": base, "sample": sample},
    )
    return [
        SessionAct(row["time"], row["who"], _sentence(row["act"], row["value"], row["source"], row["name"]))
        for row in rows
    ]  # fmt: skip


def _sentence(act: str, value: str | None, more: str, session: str) -> str:
    """Return what somebody did; `more` is where an answer came from, or whose answer was sent back."""
    said = "" if value is None else _said(LabelValue.model_validate_json(value))
    words = {
        "answer": f"answered {said}" + (f" ({more})" if more else ""),
        "skip": "skipped it",
        "take_back": "took the answer back",
        "accept": f"decided {said}",
        "return": f"sent the answer of {more} back",
        "reopen": "took the decision back",
    }
    return f"{words[act]} in session {session}"


def _said(value: LabelValue) -> str:
    """Return the classes, and the number of marks, of an answer."""
    words = [f"“{name}”" for name in value.classes]
    for noun, marks in (("box", value.boxes), ("span", value.spans)):
        if marks:
            many = "es" if noun == "box" else "s"
            words.append(f"{len(marks)} {noun if len(marks) == 1 else noun + many}")
    return ", ".join(words) or "nothing"
