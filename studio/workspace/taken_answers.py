"""What becomes of the entries of a file of answers: acts that can be taken, or faults that people can correct."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from studio.core.errors import InvalidInput, StudioError
from studio.core.label_answer import SessionAnswer, SessionAnswerInput
from studio.core.label_session import LabelSession
from studio.core.names import check_class_name
from studio.sources.answers import Fault, Said
from studio.workspace.session_items import later_value

BLOCK = 1000
"""Answers of one transaction."""
SHOWN_FAULTS, MOST_FAULTS = 5, 1000


@dataclass
class Taken:
    """What became of the entries of a file.

    Args:
        name: Of the file.
        samples: 1 for each sample that an entry is about, 0 for the others.
        answers: Entries that say something. added: Of these, the ones that are new. done: How many are dealt with.
        people: Who gave them.
        faults: The first entries that cannot be taken; bad: how many there are.
        ignored: How many marks of each kind the studio has not.
    """

    name: str
    samples: bytearray
    answers: int = 0
    added: int = 0
    done: int = 0
    people: dict[str, None] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    bad: int = 0
    ignored: Counter[str] = field(default_factory=Counter)

    def act(
        self, session: LabelSession, said: Said | Fault, annotator: str, *, again: bool = False
    ) -> tuple[Said, SessionAnswerInput] | None:
        """Return an entry, and the act that it is in today's class names; None where it cannot be taken.

        Args:
            again: It was counted before.
        """
        if isinstance(said, Fault):
            self.fault(said)
            return None
        try:
            person = check_class_name(annotator or said.annotator)
        except StudioError:
            self.fault(Fault(said.place, "it does not say who answered, so a name must be given"))
            return None
        if not again:
            self.answers += 1
            self.samples[said.item] = 1
            self.people.setdefault(person)
            self.ignored.update(said.ignored)
        value = None if said.value is None else later_value(session, said.value)
        op = SessionAnswerInput(
            op_id=_op_id(session, person, said),
            item=said.item,
            act="skip" if value is None else "answer",
            value=value,
            revision=session.revision,
            unsure=said.unsure,
            comment=said.comment,
            seconds=said.seconds,
            accepted=said.accepted,
        )
        return said, op

    def fault(self, fault: Fault) -> None:
        """Note an entry that cannot be taken; give up when there are very many."""
        self.bad += 1
        if len(self.faults) < SHOWN_FAULTS:
            self.faults.append(fault)
        if self.bad >= MOST_FAULTS:
            self.refuse()

    def refuse(self) -> None:
        """Refuse the file if an entry cannot be taken.

        Raises:
            InvalidInput: One cannot.
        """
        if not self.bad:
            return
        many = f"{self.bad:,}{' or more' if self.bad >= MOST_FAULTS else ''} entries"
        listed = " ".join(_sentence(fault) for fault in self.faults)
        rest = self.bad - len(self.faults)
        raise InvalidInput(
            f"{'An entry' if self.bad == 1 else many} of “{self.name[:80]}” cannot be taken.",
            listed + (f" And {rest:,} more." if rest else ""),
            "Correct them, then import the file again. Nothing of it was kept.",
        )

    def facts(self) -> dict[str, Any]:
        """Return JSON-able facts."""
        return {
            "answers": self.answers,
            "added": self.added,
            "unchanged": self.answers - self.added,
            "samples": sum(self.samples),
            "people": list(self.people),
            "ignored": dict(self.ignored),
        }


def _sentence(fault: Fault) -> str:
    reason = fault.reason.rstrip(".")
    return f"{fault.place[:1].upper()}{fault.place[1:]}: {reason}."


def _op_id(session: LabelSession, person: str, said: Said) -> str:
    """Return an id that the same answer of the same person in the same session always has."""
    value = "skip" if said.value is None else said.value.as_json()
    parts = (
        session.id,
        person,
        said.item,
        value,
        said.unsure,
        said.comment,
        said.seconds,
        said.time,
    )
    return "import-" + hashlib.sha256(repr(parts).encode()).hexdigest()[:40]


def is_same(last: SessionAnswer, op: SessionAnswerInput) -> bool:
    """Return whether somebody's latest answer says what the act says."""
    ours = last.act, last.value, last.unsure, last.comment
    return ours == (op.act, op.value, op.unsure, op.comment)


def blocks(found: Iterator[Said | Fault]) -> Iterator[list[Said | Fault]]:
    """Yield the entries, as many at a time as one transaction takes."""
    while block := list(islice(found, BLOCK)):
        yield block
