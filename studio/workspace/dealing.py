"""Which items a person gets next: decided inside one transaction, so that nobody gets a place that is taken."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from studio.core.label_session import LabelSession
from studio.store import label_sessions as rows
from studio.store import session_items as item_rows
from studio.store.artifacts import Artifacts
from studio.store.database import Database, Row
from studio.store.session_items import Seat

GOLD_EVERY = 100
"""Ordinary items from one gold item to the next, at most, as long as there are gold ones left."""
FIRST_BLOCK, LARGEST_BLOCK = 64, 4096
"""Places of an order that are looked at together."""
BEGUN_BLOCK = 512
"""Items others have begun that are looked at together, also for more of a cluster."""


class Hand:
    """Deals items to one person. Everything happens inside the transaction of `connection`.

    Args:
        db, connection: The database, and its open transaction.
        artifacts: Where the orders lie.
        session, person: Who gets items of what.

    Attributes:
        kept_back: Items of their own that they could have had as well.
    """

    def __init__(
        self,
        db: Database,
        connection: Any,
        artifacts: Artifacts,
        session: LabelSession,
        person: str,
    ) -> None:
        self.db, self.connection, self.artifacts = db, connection, artifacts
        self.session, self.person = session, person
        self.counts = rows.counts(db, session.id)
        self.own = rows.person(db, session.id, person)
        self.before = dict(self.own)
        self.kept_back = 0

    def deal(
        self, count: int, have: set[int], *, together: bool, now: float, until: float
    ) -> list[int]:
        """Give out up to `count` items. Returns them in order.

        Args:
            have: Items the client still has.
            together: Only items of one cluster.
            now, until: When they are taken, and how long they are theirs.
        """
        again = self._again(count, have, together, now, until)
        if again and together:
            return again
        plan, gold = self._plan(count - len(again))
        room = plan.count(False)
        ordinary = self._begun(room, together)
        if not (ordinary and together):
            fresh = self._fresh(room - len(ordinary), together)
            wanted = self.session.config.overlap
            item_rows.add(self.connection, self.session.id, fresh, wanted=wanted, now=now)
            ordinary += [item for item, _ in fresh]
        dealt = self._mixed(plan, ordinary, gold)
        seats = [(item, Seat("held", until)) for item in dealt]
        item_rows.seat(self.connection, self.session.id, self.person, seats, now)
        if self.own != self.before:  # who polls in vain writes nothing
            rows.save_person(self.connection, self.session.id, self.person, self.own)
        return [*again, *dealt]

    def _again(
        self, count: int, have: set[int], together: bool, now: float, until: float
    ) -> list[int]:
        """Return what the person has to answer already, sent back or held.

        What they held too long is theirs again where its place is still free; else it is forgotten, unless the client
        still has it: then its answer comes late.
        """
        found: list[Row] = []
        back, lost = [], []
        for row in item_rows.open_of(self.db, self.session.id, self.person):
            placed = row["standing"] == "returned" or row["lease_until"] > 0
            if row["state"] == "settled" or not (
                placed or (row["free"] > 0 and row["state"] == "open")
            ):
                lost += [row["item"]] if not placed and row["item"] not in have else []
                continue
            wanted = row["item"] not in have
            if wanted and (len(found) >= count or (together and not _alike(found, row))):
                self.kept_back += 1
                continue
            found += [row] if wanted else []
            back += [] if placed else [row["item"]]
        item_rows.forget(self.connection, self.session.id, self.person, lost)
        seats = [(item, Seat("held", until)) for item in back]
        item_rows.seat(self.connection, self.session.id, self.person, seats, now)
        return [row["item"] for row in found]

    def _plan(self, room: int) -> tuple[list[bool], list[int]]:
        """Return which of the next items are gold, and those gold items."""
        config = self.session.config
        gold = (
            item_rows.gold_for(self.db, self.session.id, self.person, room) if config.gold else []
        )
        if not gold:
            return [False] * max(0, room), []
        people = len(config.people) or max(1, len(rows.people(self.db, self.session.id)))
        share = self.session.total * config.overlap // people
        every = max(1, min(GOLD_EVERY, share // config.gold))
        since, wait = self.own["given"], every if self.own["gold"] else (every + 1) // 2
        plan: list[bool] = []
        while len(plan) < room:
            is_gold = since >= wait and sum(plan) < len(gold)
            plan.append(is_gold)
            since, wait = (0, every) if is_gold else (since + 1, wait)
        return plan, gold

    def _mixed(self, plan: list[bool], ordinary: list[int], gold: list[int]) -> list[int]:
        """Return ordinary and gold items as planned, until the ordinary ones are used up."""
        if not ordinary and (False in plan or not self._more()):
            return []
        dealt: list[int] = []
        left, golden = iter(ordinary), iter(gold)
        for is_gold in plan:
            item = next(golden if is_gold else left, None)
            if item is None:
                break
            dealt.append(item)
            self.own["given"] = 0 if is_gold else self.own["given"] + 1
            self.own["gold"] += is_gold
        return dealt

    def _more(self) -> bool:
        """Tell whether the person could get an ordinary item."""
        if self.counts["items"] < self.session.total:
            return True
        after = self.own["walked"]
        begun = item_rows.free_started(self.db, self.session.id, self.person, after, LARGEST_BLOCK)
        return not all(row["mine"] for row in begun)

    def _begun(self, count: int, together: bool) -> list[int]:
        """Return items others have begun, and walk past those that the person has had."""
        found: list[Row] = []
        after, passed = self.own["walked"], False
        while len(found) < count and not passed:
            size = max(BEGUN_BLOCK, count)
            block = item_rows.free_started(self.db, self.session.id, self.person, after, size)
            for row in block:
                if not row["mine"]:
                    if len(found) == count:
                        return [row["item"] for row in found]
                    other = bool(together and found and found[0]["cluster"] != row["cluster"])
                    passed |= other
                    found += [] if other else [row]
                after = row["position"]
                self.own["walked"] = self.own["walked"] if passed else after
            if not block:
                break
        return [row["item"] for row in found]

    def _fresh(self, count: int, together: bool) -> list[tuple[int, int | None]]:
        """Return items nobody has had, with their clusters, and move the cursors behind them."""
        session = self.session
        if count <= 0 or self.counts["items"] >= session.total:
            return []
        shuffled, shuffled_at = rows.files(self.db, session.id)[1], self.counts["shuffled_at"]
        found, at = self._walk(
            session.queue, session.groups, self.counts["queue_at"], count, together
        )
        if len(found) < count and not (found and together) and session.queue != shuffled:
            taken = {item for item, _ in found}
            left = count - len(found)
            more, shuffled_at = self._walk(shuffled, "", shuffled_at, left, together, taken)
            found += more
        if (at, shuffled_at) != (self.counts["queue_at"], self.counts["shuffled_at"]):
            rows.move_cursors(self.connection, session.id, at, shuffled_at)
        return found

    def _walk(
        self,
        digest: str,
        groups: str,
        at: int,
        count: int,
        together: bool,
        taken: Collection[int] = (),
    ) -> tuple[list[tuple[int, int | None]], int]:
        """Return items of an order from `at` on that have no row yet, and where to go on."""
        if not digest:
            return [], at
        order = self.artifacts.open_array(digest)
        clusters = self.artifacts.open_array(groups) if groups else None
        found: list[tuple[int, int | None]] = []
        seen, size = set(taken), max(FIRST_BLOCK, count)
        while at < len(order):
            block = order[at : at + size].tolist()
            known = item_rows.with_rows(self.db, self.session.id, block)
            numbers = [None] * len(block) if clusters is None else clusters[at : at + size].tolist()
            for item, cluster in zip(block, numbers, strict=True):
                if item not in known and item not in seen:
                    other = together and found and found[0][1] != cluster
                    if other or len(found) == count:
                        return found, at
                    found.append((item, cluster))
                    seen.add(item)
                at += 1
            size = min(2 * size, LARGEST_BLOCK)
        return found, at


def _alike(found: list[Row], row: Row) -> bool:
    """Tell whether one of the person's own items belongs on a page with others; gold ones, without a cluster, do."""
    cluster = next((other["cluster"] for other in found if other["gold"] is None), row["cluster"])
    alike = row["gold"] is not None or row["cluster"] == cluster
    return alike and all(other["standing"] == row["standing"] for other in found[:1])
