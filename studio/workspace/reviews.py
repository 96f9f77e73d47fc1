"""Verbs of reviewing: queues of samples to look at, and decisions about them, which are only ever appended."""

from __future__ import annotations

import json
from collections.abc import Sequence

from studio.core.errors import Conflict, NotFound
from studio.core.label_judge import check_value
from studio.core.label_review import ReviewInput, ReviewItem, ReviewPage, ReviewQueue
from studio.core.label_session import LabelSession, check_member
from studio.store import session_items as item_rows
from studio.store import session_reviews as rows
from studio.workspace.labelling import check_ops
from studio.workspace.session_records import SessionRecords

PAGE_LIMIT = 400


class Reviews(SessionRecords):
    """What reviewers see and decide."""

    def review_page(
        self,
        name: str,
        queue: ReviewQueue,
        *,
        after: int = -1,
        limit: int = 50,
        reviewer: str = "",
    ) -> ReviewPage:
        """Return samples of a queue behind the one numbered `after`, with all answers.

        Args:
            queue: Which samples.
            limit: 1 to 400.
            reviewer: Who looks.

        Raises:
            NotFound: No such session. Forbidden: That person is not among its reviewers.
        """
        session = self.session(name)
        if reviewer or session.config.reviewers:
            check_member(session.model_copy(update={"closed": None}), reviewer, "review")
        limit = max(1, min(limit, PAGE_LIMIT))
        items = rows.items(self._studio, session.id, queue, after, limit + 1)
        shown = items[:limit]
        return ReviewPage(
            items=self._review_items(session, shown),
            next=shown[-1] if len(items) > limit else None,
            total=rows.counts(self._studio, session.id)[queue],
        )

    def review_counts(self, name: str) -> dict[ReviewQueue, int]:
        """Return how many samples are in each queue.

        Raises:
            NotFound: No such session.
        """
        return rows.counts(self._studio, self.session(name).id)

    def review(self, name: str, reviewer: str, ops: Sequence[ReviewInput]) -> list[str]:
        """Decide. Sending an `op_id` twice changes nothing, whatever happened in between.

        Accepting says what counts: the sample is settled. Sending back makes the answer not count until it is given
        again; its place is kept for whoever gave it. Reopening takes back both: what people said counts again.

        Returns:
            The acknowledged op_ids, all of them.

        Raises:
            NotFound: No such session, sample or class. Forbidden: Not among the reviewers.
            InvalidInput: No possible answer, or more than 1,000 ops. Conflict: The session is closed, the sample is a
                gold one, or there is no answer to send back.
        """
        session = self.session(name)
        check_ops(len(ops), "reviews")
        there = rows.known(self._studio, [op.op_id for op in ops])
        fresh = [op for op in ops if op.op_id not in there]
        if fresh:
            person = check_member(session, reviewer, "review")
            for op in fresh:
                self._check_review(session, op)
            self._append_reviews(name, person, fresh)
        return [op.op_id for op in ops]

    def _check_review(self, session: LabelSession, op: ReviewInput) -> None:
        found = rows.standing(self._studio, session.id, op.item)
        if found is None:
            raise NotFound(
                f"Nobody has got sample {op.item} of {session.name} yet.",
                "What is reviewed are answers.",
                "Choose a sample that somebody has answered.",
            )
        if found["gold"] is not None:
            raise Conflict(
                f"Sample {op.item} is a gold sample.",
                "What is right for it is known; it shows how right people are.",
                "Correct its class in the dataset, where it comes from.",
            )
        if op.decision == "return" and op.annotator not in json.loads(found["people"]):
            raise Conflict(
                f'There is no answer of "{op.annotator}" to sample {op.item} to send back.',
                "It was taken back, skipped, or came too late to count.",
                "Reload the page.",
            )
        if op.decision == "accept" and op.value is not None:
            check_value(session, op.value, op.revision, self._length(session, op.item))

    def _append_reviews(self, name: str, reviewer: str, ops: Sequence[ReviewInput]) -> None:
        now = self._now()
        with self._studio.tx() as connection:
            session = self.session(name)  # under the names of now, which nobody else can change
            for op in ops:
                value = None
                if op.decision == "accept" and op.value is not None:
                    value = op.value.renamed(session.names_since(op.revision)).as_json()
                revision = session.revision
                if rows.append(connection, session.id, reviewer, op, value, revision, now):
                    if value is not None:
                        rows.settle(connection, session.id, op.item, value, reviewer)
                    elif op.decision == "return":
                        rows.send_back(connection, session.id, op.item, op.annotator, op.comment)
                    else:
                        rows.reopen(connection, session.id, op.item)
            items = [op.item for op in ops]
            item_rows.refresh(self._studio, connection, session, items, now)

    def _length(self, session: LabelSession, item: int) -> int | None:
        """Return the characters of a text; None for pictures."""
        if session.task != "text":
            return None
        return len(str(self.samples(self.session_version(session))[item]))

    def _review_items(self, session: LabelSession, items: Sequence[int]) -> list[ReviewItem]:
        records = self._records_of(session.name, items)
        version = self.session_version(session)
        texts = self.samples(version) if session.task == "text" else None
        names = self.names(version)
        suggested = self._suggestions(session, items)
        comments = rows.comments(self._studio, session.id, items)
        return [
            ReviewItem(
                **dict(record),
                text=None if texts is None else str(texts[record.item]),
                name=(names[record.item] or None) if names else None,
                suggestion=suggested.get(record.item),
                comment=comments.get(record.item, ""),
            )
            for record in records
        ]
