"""Verbs of answering: what a person gets next, what they say, their drafts, and giving back what they hold.

Who gets what is decided inside one transaction a call, so that an item never has one place more than it asks for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from studio.core.errors import InvalidInput
from studio.core.label_answer import (
    DraftInput,
    Given,
    LabelValue,
    SessionAnswerInput,
    checked_names,
)
from studio.core.label_judge import check_value
from studio.core.label_session import LabelSession, SessionProgress, check_member
from studio.core.names import check_class_name
from studio.store import label_sessions as rows
from studio.store import session_answers as answer_rows
from studio.store import session_items as item_rows
from studio.store.database import Row
from studio.store.session_items import Seat
from studio.workspace.dealing import Hand
from studio.workspace.labelling import check_ops
from studio.workspace.session_items import ITEMS_LIMIT, SessionItems, later_value

LEASE_SECONDS = 900.0
"""So long somebody may be silent before what they hold goes to others."""
SLACK_SECONDS = 60.0
"""A lease is written anew only when that gains so much."""
LEFT_COUNTED = 1000
"""So many items others have begun are counted among what is left, at most."""


class Leases(SessionItems):
    """Items given out to people, each to as many as it asks for and never to one more."""

    def next_items(
        self,
        name: str,
        annotator: str,
        count: int,
        *,
        together: bool = False,
        have: Sequence[int] = (),
    ) -> Given:
        """Give out items: those sent back first, then those held already, those others have begun, and fresh ones.

        Gold items come in between, evenly, within the count.

        Args:
            count: At most so many, up to 400.
            together: Only items of one cluster: those behind its end come next time.
            have: Items the client still has, which are not given again.

        Raises:
            NotFound: No such session. Forbidden: Not among its people. Conflict: It is closed.
            InvalidInput: More than 400 are asked for.
        """
        if not 0 <= count <= ITEMS_LIMIT:
            raise InvalidInput(
                f"{count} samples were asked for at once.",
                f"One request gives at most {ITEMS_LIMIT}.",
                "Ask for fewer.",
            )
        now = self._now()
        with self._studio.tx() as connection:
            session = self.session(name)
            person = check_member(session, annotator, "label")
            item_rows.renew(connection, session.id, person, now + LEASE_SECONDS, SLACK_SECONDS)
            item_rows.sweep(connection, session.id, now)
            hand = Hand(self._studio, connection, self.artifacts, session, person)
            items = hand.deal(
                count, set(have), together=together, now=now, until=now + LEASE_SECONDS
            )
        left = self._left(session, person) + hand.kept_back
        return Given(
            items=self._label_items(session, person, items),
            left=left,
            waiting=not left and item_rows.held_by_others(self._studio, session.id, person),
        )

    def answer_session(
        self,
        name: str,
        annotator: str,
        ops: Sequence[SessionAnswerInput],
        *,
        source: str = "",
    ) -> tuple[list[str], SessionProgress]:
        """Append what a person says; all of it or nothing. Sending an `op_id` twice changes nothing.

        An answer whose place went to somebody else meanwhile is kept, but not counted.

        Args:
            source: "" for a person's own act, else what made it, such as "import answers.csv".

        Returns:
            The acknowledged op_ids (all of them), and how far the session is.

        Raises:
            NotFound: No such session or class. Forbidden: Not among its people. Conflict: It is closed.
            InvalidInput: Not what the session asks for, a sample that is not part of it, or more than 1,000 ops.
        """
        session = self.session(name)
        names = [op.op_id for op in ops]
        if names and answer_rows.known(self._studio, names) >= set(names):
            # Stored before: whatever happened since, a client that asks again must learn so.
            return names, self._session_progress(session, check_class_name(annotator))
        person = check_member(session, annotator, "label")
        checked = self._checked(session, ops)
        now = self._now()
        with self._studio.tx() as connection:
            current = self.session(name)
            check_member(current, person, "label")
            item_rows.renew(connection, session.id, person, now + LEASE_SECONDS, SLACK_SECONDS)
            item_rows.sweep(connection, session.id, now)
            known = answer_rows.known(self._studio, [op.op_id for op in checked])
            fresh = [op for op in checked if op.op_id not in known]
            if fresh:
                self._act(connection, current, person, fresh, session.revision, source, now)
        return names, self._session_progress(current, person)

    def save_drafts(
        self, name: str, annotator: str, drafts: Sequence[DraftInput]
    ) -> dict[int, int]:
        """Keep answers that are not given yet; one older than what is there changes nothing.

        Returns:
            Item -> number of the draft that is stored.

        Raises:
            NotFound: No such session or class. Forbidden: Not among its people. Conflict: It is closed.
            InvalidInput: A sample that is not part of the session, or more than 1,000 drafts.
        """
        session = self.session(name)
        person = check_member(session, annotator, "label")
        check_ops(len(drafts), "drafts")
        items = [draft.item for draft in drafts]
        self._check_items(session, items)
        now_named = []
        for draft in drafts:
            value = draft.value
            if value is not None:
                value = checked_names(later_value(session, value), session.config.class_names)
            now_named.append(draft.model_copy(update={"value": value}))
        now = self._now()
        with self._studio.tx() as connection:
            check_member(self.session(name), person, "label")
            answer_rows.save_drafts(connection, session.id, person, now_named, now)
            item_rows.renew(connection, session.id, person, now + LEASE_SECONDS, SLACK_SECONDS)
        stored = answer_rows.drafts(self._studio, session.id, person, items)
        return {item: row["seq"] for item, row in stored.items()}

    def release_items(self, name: str, annotator: str, items: Sequence[int] | None = None) -> None:
        """Give back what a person holds, all of it or some items, so that others get it; drafts are kept.

        Raises:
            NotFound: No such session. Forbidden: Not among its people. Conflict: It is closed.
        """
        session = self.session(name)
        person = check_member(session, annotator, "label")
        with self._studio.tx() as connection:
            item_rows.release(connection, session.id, person, items)

    def _checked(
        self, session: LabelSession, ops: Sequence[SessionAnswerInput]
    ) -> list[SessionAnswerInput]:
        """Return the acts with values in today's class names, each op_id once; refuse all if one is impossible."""
        check_ops(len(ops), "answers")
        self._check_items(session, [op.item for op in ops])
        texts = self.samples(self.session_version(session)) if session.task == "text" else None
        found: dict[str, SessionAnswerInput] = {}
        for op in ops:
            value: LabelValue | None = None
            if op.act == "answer":
                if op.value is None:
                    raise InvalidInput(
                        f"The answer about sample {op.item} says nothing.",
                        "An answer has a value; to leave a sample out, skip it.",
                        "Choose a class, or skip.",
                    )
                length = (
                    None if texts is None else len(str(texts[op.item])) if op.value.spans else 0
                )
                value = check_value(session, op.value, op.revision, length)
            found.setdefault(op.op_id, op.model_copy(update={"value": value}))
        return list(found.values())

    def _act(
        self,
        connection: Any,
        session: LabelSession,
        person: str,
        ops: Sequence[SessionAnswerInput],
        revision: int,
        source: str,
        now: float,
    ) -> None:
        """Append acts inside the transaction, and let everything that follows from them follow."""
        items = list(dict.fromkeys(op.item for op in ops))
        known = item_rows.with_rows(self._studio, session.id, items)
        fresh = [(item, None) for item in items if item not in known]
        if fresh:
            wanted = session.config.overlap
            item_rows.add(connection, session.id, fresh, wanted=wanted, now=now)
            known = item_rows.with_rows(self._studio, session.id, items)
        seats = item_rows.seats(self._studio, session.id, person, items)
        latest = answer_rows.by_ids(
            self._studio, session, [seat["answer"] for seat in seats.values() if seat["answer"]]
        )
        tables = {}
        for item in items:
            seat = seats.get(item)
            last = latest.get(seat["answer"]) if seat else None
            counts = (
                last is not None
                and last.counted
                and last.act == "answer"
                and seat is not None
                and seat["standing"] != "returned"
            )
            place = Seat(seat["standing"], seat["lease_until"]) if seat else Seat(None)
            tables[item] = _Table(place, counts, known[item])
        acts = [(person, op, tables[op.item].act(op.act, now + LEASE_SECONDS)) for op in ops]
        seated = [(item, t.seat) for item, t in tables.items() if t.seat.standing is not None]
        item_rows.seat(connection, session.id, person, seated, now)
        answer_rows.append(connection, session.id, acts, revision=revision, source=source, now=now)
        answered = {op.item for op in ops if op.act != "take_back"}
        answer_rows.drop_drafts(connection, session.id, person, answered)
        item_rows.refresh(self._studio, connection, session, items, now)

    def _left(self, session: LabelSession, person: str) -> int:
        """Return how many more items the person could get, at most; those they hold not counted."""
        counts = rows.counts(self._studio, session.id)
        walked = rows.person(self._studio, session.id, person)["walked"]
        begun = item_rows.free_started(self._studio, session.id, person, walked, LEFT_COUNTED)
        fresh = max(0, session.total - int(counts["items"]))
        return fresh + sum(not row["mine"] for row in begun)


@dataclass
class _Table:
    """One item while a person acts on it: their seat, whether their answer counts, and the item's row."""

    seat: Seat
    counts: bool
    row: Row

    def act(self, act: str, until: float) -> bool:
        """Do something. Returns whether it is an answer that counts."""
        free = self.row["places"] < self.row["wanted"]
        if act == "answer":
            placed = self.seat.placed or free
            counted = placed and (self.counts or self.row["counted"] < self.row["wanted"])
            self._sit(Seat("done" if counted else "late"), counted)
            return counted
        if act == "skip":
            self._sit(Seat("skipped"), False)
        elif self.seat.standing in ("done", "skipped", "late", "returned"):
            self._sit(Seat("held", until if self.seat.placed or free else 0.0), False)
        return False

    def _sit(self, seat: Seat, counts: bool) -> None:
        self.row["places"] += seat.placed - self.seat.placed
        self.row["counted"] += counts - self.counts
        self.seat, self.counts = seat, counts
