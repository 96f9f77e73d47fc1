"""Verbs of changing a session's classes while people answer, and of asking for drawings of them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any

from studio.core.errors import Conflict, InvalidInput
from studio.core.label_answer import LabelValue, SessionAnswer, SessionAnswerInput, latest
from studio.core.label_classes import (
    Changed,
    asked_classes,
    renamed_keys,
    with_class,
    with_details,
    with_merged,
    with_name,
    with_split,
)
from studio.core.label_review import ReviewInput
from studio.core.label_session import ClassChange, LabelClass, LabelSession, check_member
from studio.core.names import check_class_name
from studio.store import drawings as drawing_rows
from studio.store import label_sessions as session_rows
from studio.store import session_answers as answer_rows
from studio.store import session_items as item_rows
from studio.store import session_reviews as review_rows
from studio.store import session_values as value_rows
from studio.store.database import Row
from studio.workspace.reviews import Reviews
from studio.workspace.session_records import BLOCK
from studio.workspace.sessions import check_examples

MOVED_LIMIT = 10_000


class SessionClasses(Reviews):
    """Classes that change: what was said follows, and stays as it was said.

    Rows of answers never change. Each answer says which revision of the classes it was given under, so that one that
    comes late, with a former name, counts for what the class became, also where another class has that name now.
    """

    def add_session_class(self, name: str, added: LabelClass, author: str) -> LabelSession:
        """Add a class.

        Raises:
            NotFound: No such session. Conflict: There is a class of that name.
        """
        return self._change_classes(name, lambda s: with_class(s, added), author)

    def rename_session_class(self, name: str, old: str, new: str, author: str) -> LabelSession:
        """Call a class something else.

        Raises:
            NotFound: No such session or class. Conflict: The other name is taken, or drawings carry the old one.
        """
        return self._change_classes(name, lambda s: with_name(s, old, new), author)

    def merge_session_classes(
        self, name: str, names: Sequence[str], into: str, author: str
    ) -> LabelSession:
        """Make one class of several; answers that differed only in them agree from now on.

        Args:
            into: One of them, another class, or a new name.

        Raises:
            NotFound: No such session or class. InvalidInput: Fewer than two. Conflict: Drawings carry their names.
        """
        return self._change_classes(
            name, lambda s: with_merged(s, names, into), author, self._judge_disputed
        )

    def split_session_class(
        self, name: str, class_name: str, into: str, items: Sequence[int], author: str
    ) -> LabelSession:
        """Let what was said of some samples in one class be said of another one.

        The same people's answers are appended anew with the other class, and count where the former ones did.

        Args:
            into: A new class, or one that is there.
            items: Numbers of samples; those without the class stay as they are.

        Raises:
            NotFound: No such session or class. InvalidInput: Nothing moves, or more than 10,000 samples.
            Conflict: Drawings carry the names.
        """
        moved = sorted(set(items))
        if len(moved) > MOVED_LIMIT:
            raise InvalidInput(
                f"{len(moved):,} samples were to move at once.",
                f"At most {MOVED_LIMIT:,} do.",
                "Move them in several steps.",
            )

        def move(connection: Any, session: LabelSession, names: dict[str, str]) -> None:
            self._move(connection, session, moved, {class_name: check_class_name(into)}, author)

        return self._change_classes(
            name, lambda s: with_split(s, class_name, into, len(moved)), author, move
        )

    def change_session_class(
        self,
        name: str,
        class_name: str,
        *,
        colour: str | None = None,
        key: str | None = None,
        description: str | None = None,
        examples: Sequence[int] | None = None,
    ) -> LabelSession:
        """Change what a class looks like and how it is explained; None leaves a thing as it is.

        Args:
            key: `event.code`; the class that had it gets another one. "" for any free one.

        Raises:
            NotFound: No such session or class. InvalidInput: An impossible value.
        """
        details = {
            "colour": colour, "key": key, "description": description, "examples": examples,
        }  # fmt: skip
        return self._change_classes(name, lambda s: with_details(s, class_name, details), None)

    def session_asks(
        self, name: str, annotator: str, count: int
    ) -> tuple[list[str], dict[str, int]]:
        """Return which classes somebody is asked to draw next, and class -> drawings so far.

        Args:
            count: At most so many; fewer when less is missing.

        Raises:
            NotFound: No such session. Forbidden: Not among its people. Conflict: It is closed, or asks for no drawings.
        """
        session = self.session(name)
        person = check_member(session, annotator, "label")
        if session.config.answer != "drawings":
            raise Conflict(
                f"{name} asks for no drawings.",
                "Its samples are there already.",
                "Label them, or make a session that asks for drawings.",
            )
        drawn = drawing_rows.counts(self._studio, name)
        names = session.config.class_names
        asked = asked_classes(names, drawn, session.config.drawings, count, person)
        return asked, {class_name: drawn.get(class_name, 0) for class_name in names}

    def _change_classes(
        self,
        name: str,
        change: Callable[[LabelSession], Changed],
        author: str | None,
        then: Callable[[Any, LabelSession, dict[str, str]], None] | None = None,
    ) -> LabelSession:
        """Change the classes, all that is counted in their names, and what follows from that, in one transaction.

        Args:
            change: What becomes of the settings.
            author: Who is noted for the change; None notes nothing.
            then: What is to be done under the new classes.
        """
        noted = None if author is None else check_class_name(author)
        version = self.session_version(self.session(name))
        with self._studio.tx() as connection:
            session = self.session(name)
            config, names, what = change(session)
            check_examples(config, version)
            revision, changes = session.revision + 1, session.changes
            if noted is not None:
                made = ClassChange(
                    revision=revision, names=names, author=noted, time=self._now(), what=what
                )
                changes = (*changes, made)
            session_rows.save_classes(connection, session.id, config, revision, changes)
            if names:
                value_rows.rename(connection, session.id, names)
                for person, keys in value_rows.all_keys(self._studio, session.id).items():
                    answer_rows.save_keys(connection, session.id, person, renamed_keys(keys, names))
            if then is not None:
                then(connection, self.session(name), names)
        return self.session(name)

    def _judge_disputed(
        self, connection: Any, session: LabelSession, names: dict[str, str]
    ) -> None:
        """Judge what people disagreed about anew."""
        disputed = value_rows.disputed(self._studio, session.id)
        item_rows.refresh(self._studio, connection, session, disputed, self._now())

    def _move(
        self,
        connection: Any,
        session: LabelSession,
        items: Sequence[int],
        names: dict[str, str],
        author: str,
    ) -> None:
        """Say of some samples in one class what was said in another: answers, decisions, gold, drafts."""
        source, now = f"split by {check_class_name(author)}", self._now()
        for start in range(0, len(items), BLOCK):
            block = items[start : start + BLOCK]
            for row in value_rows.decided(self._studio, session.id, block):
                self._decide_anew(connection, session, row, names, source)
            value_rows.rename(connection, session.id, names, block)
            said = answer_rows.of_items(self._studio, session, block)
            acts = [
                (answer.annotator, _said_anew(answer, names), answer.counted)
                for answers in said.values()
                for answer in latest(answers).values()
                if answer.value is not None and answer.value.names & names.keys()
            ]
            answer_rows.append(
                connection, session.id, acts, revision=session.revision, source=source, now=now
            )
            item_rows.refresh(self._studio, connection, session, block, now)

    def _decide_anew(
        self,
        connection: Any,
        session: LabelSession,
        row: Row,
        names: dict[str, str],
        source: str,
    ) -> None:
        value = LabelValue.model_validate_json(row["value"])
        if value.names & names.keys():
            later = value.renamed(names)
            op = ReviewInput(
                op_id=uuid.uuid4().hex,
                item=row["item"],
                decision="accept",
                value=later,
                comment=source,
            )
            review_rows.append(
                connection,
                session.id,
                row["decided_by"],
                op,
                later.as_json(),
                session.revision,
                self._now(),
            )


def _said_anew(answer: SessionAnswer, names: dict[str, str]) -> SessionAnswerInput:
    return SessionAnswerInput(
        op_id=uuid.uuid4().hex,
        item=answer.item,
        value=None if answer.value is None else answer.value.renamed(names),
        unsure=answer.unsure,
        comment=answer.comment,
    )
