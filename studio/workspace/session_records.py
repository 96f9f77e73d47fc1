"""Verbs of reading a labelling session: every sample with all that was said of it, in today's class names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from studio.core.errors import Conflict, NotFound
from studio.core.label_answer import LabelRecord, LabelValue, SessionAnswer
from studio.core.label_session import LabelSession
from studio.store import session_records as rows
from studio.store.session_records import RecordRow
from studio.workspace.leases import Leases

BLOCK = 1000
"""So many samples are read at once."""
CACHED_VALUES = 10_000


class Reader:
    """Makes records of rows, and reads each value once: people say the same again and again.

    Args:
        session: Whose rows they are.
    """

    def __init__(self, session: LabelSession) -> None:
        self._session = session
        self.revision = session.revision
        self._names: dict[int, dict[str, str]] = {}
        self._values: dict[tuple[int, str], LabelValue] = {}

    def value(self, text: str | None, revision: int) -> LabelValue | None:
        """Return a stored value in today's names.

        Args:
            text: Its JSON.
            revision: Of the classes whose names it uses.
        """
        if text is None:
            return None
        key = revision, text
        found = self._values.get(key)
        if found is None:
            if len(self._values) >= CACHED_VALUES:
                self._values.clear()
            if revision not in self._names:
                self._names[revision] = self._session.names_since(revision)
            found = LabelValue.model_validate_json(text).renamed(self._names[revision])
            self._values[key] = found
        return found

    def records(self, found: Iterable[RecordRow]) -> Iterator[LabelRecord]:
        """Yield a record for each sample of the rows, which come by sample and time."""
        for _, acts in groupby(found, key=lambda row: row.item):
            yield self._record(list(acts))

    def _record(self, acts: list[RecordRow]) -> LabelRecord:
        first = acts[0]
        answers: dict[str, SessionAnswer] = {}
        for row in acts:
            if row.id is not None:
                answers.pop(row.annotator, None)
                if row.act != "take_back":
                    answers[row.annotator] = self._answer(row, row.id)
        return LabelRecord(
            item=first.item,
            state=first.state,
            value=self.value(first.value, first.now),
            decided_by=first.decided_by,
            gold=self.value(first.gold, first.now),
            answers=tuple(answers.values()),
        )

    def _answer(self, row: RecordRow, number: int) -> SessionAnswer:
        return SessionAnswer(
            op_id=row.op_id,
            item=row.item,
            act=row.act,
            value=self.value(row.answer, row.revision),
            revision=row.revision,
            unsure=bool(row.unsure),
            comment=row.comment,
            seconds=row.seconds,
            accepted=bool(row.accepted),
            id=number,
            annotator=row.annotator,
            counted=bool(row.counted),
            source=row.source,
            time=row.time,
        )


class SessionRecords(Leases):
    """What was said in a session, for exports, numbers and reviews."""

    def session_records(self, name: str) -> Iterator[LabelRecord]:
        """Yield every sample that somebody got, ascending, with everybody's latest answer.

        It is read a block at a time, so that neither memory nor writers notice how long it takes. An answer that a
        reviewer sent back does not count.

        Raises:
            NotFound: No such session. Conflict: Classes got other names meanwhile.
        """
        return self._stream(self.session(name))

    def session_record(self, name: str, item: int) -> LabelRecord:
        """Return all that was said of one sample.

        Raises:
            NotFound: No such session, or nobody has got the sample yet.
        """
        found = self._records_of(name, [item])
        if not found:
            raise NotFound(
                f"Nothing is known of sample {item} in {name}.",
                "Nobody has got it yet, or there is no such sample.",
                "Choose a sample that somebody has answered.",
            )
        return found[0]

    def _stream(self, session: LabelSession) -> Iterator[LabelRecord]:
        reader, after = Reader(session), -1
        while found := rows.behind(self._studio, session.id, after, BLOCK):
            if found[0].now != session.revision:
                session = self.session(session.name)
                reader = Reader(self._same_names(session, reader))
            yield from reader.records(found)
            after = found[-1].item

    def _same_names(self, session: LabelSession, before: Reader) -> LabelSession:
        """Return the session as it is now, if its classes are called what they were called before."""
        if session.names_since(before.revision):
            raise Conflict(
                f"The classes of {session.name} changed while its answers were read.",
                "Half of them would have come under the old names.",
                "Try again.",
            )
        return session

    def _records_of(self, name: str, items: Sequence[int]) -> list[LabelRecord]:
        """Return the records of some samples, ascending; those that nobody ever got have none."""
        found = rows.of_items(self._studio, self.session(name).id, items)
        # Read behind the rows, so that it knows every name in them.
        return list(Reader(self.session(name)).records(found))
