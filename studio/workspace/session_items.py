"""What a person sees of a session's items: the sample, their own answer or draft, a suggestion; and their keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from studio.core.errors import InvalidInput, unknown
from studio.core.label_answer import ItemStanding, LabelItem, LabelValue, Suggestion
from studio.core.label_session import LabelSession, check_member
from studio.core.names import check_class_name
from studio.store import session_answers as answer_rows
from studio.store import session_items as item_rows
from studio.store.database import Row
from studio.store.session_answers import parse_value
from studio.workspace.sessions import Sessions

ITEMS_LIMIT = 400
"""Items of one request."""
KEY_ACTIONS = (
    "submit", "accept", "skip", "unsure", "comment", "back", "forward", "clear", "copy_previous", "fit",
)  # fmt: skip
"""What keys do besides choosing a class."""
_CODE = re.compile(r"[A-Za-z0-9]{1,20}")
_STANDINGS: dict[str, ItemStanding] = {
    "held": "held", "done": "done", "skipped": "skipped", "returned": "returned", "late": "late",
}  # fmt: skip


class SessionItems(Sessions):
    """Items of sessions, as one person sees them: never what others have answered."""

    def items_of(self, name: str, annotator: str, items: Sequence[int]) -> list[LabelItem]:
        """Return items of a session in the order asked for.

        Raises:
            NotFound: No such session. Forbidden: Not among its people. Conflict: It is closed.
            InvalidInput: An item is not one of the session's, or more than 400 are asked for.
        """
        session = self.session(name)
        person = check_member(session, annotator, "label")
        _check_count(len(items))
        self._check_items(session, items)
        return self._label_items(session, person, items)

    def my_items(
        self, name: str, annotator: str, *, skip: int = 0, limit: int = 100
    ) -> list[LabelItem]:
        """Return what a person has answered or skipped, latest first.

        Args:
            skip: So many of the latest ones are left out.
            limit: 1 to 400.

        Raises:
            NotFound: No such session. Forbidden: Not among its people. Conflict: It is closed.
        """
        session = self.session(name)
        person = check_member(session, annotator, "label")
        _check_count(limit)
        found = item_rows.answered(self._studio, session.id, person, max(0, skip), limit)
        return self._label_items(session, person, found)

    def session_keys(self, name: str, annotator: str) -> dict[str, str]:
        """Return a person's own keys: "class:NAME" or one of KEY_ACTIONS -> `event.code`."""
        session = self.session(name)
        known = {f"class:{c}" for c in session.config.class_names} | {*KEY_ACTIONS}
        keys = answer_rows.keys(self._studio, session.id, check_class_name(annotator))
        return {action: code for action, code in keys.items() if action in known}

    def set_session_keys(self, name: str, annotator: str, keys: dict[str, str]) -> dict[str, str]:
        """Keep a person's own keys; those left out are as the session has them. Returns what is kept.

        Raises:
            NotFound: No such session, class or action. InvalidInput: No code of a key, or one key for two classes.
        """
        session = self.session(name)
        person = check_class_name(annotator)
        known = [*(f"class:{c}" for c in session.config.class_names), *KEY_ACTIONS]
        for action, code in keys.items():
            if action not in known:
                raise unknown("action", action, known)
            if not _CODE.fullmatch(code):
                raise InvalidInput(
                    f"{code[:40]!r} is no key.",
                    "Keys are named by their place on the keyboard, such as KeyQ or Digit1.",
                    "Press the key you want.",
                )
        classes = [code for action, code in keys.items() if action.startswith("class:")]
        twice = next((code for code in classes if classes.count(code) > 1), None)
        if twice is not None:
            raise InvalidInput(
                f"The key {twice} is given to two classes.",
                "One key answers with one class.",
                "Choose another key for one of them.",
            )
        with self._studio.tx() as connection:
            answer_rows.save_keys(connection, session.id, person, keys)
        return self.session_keys(name, person)

    def _check_items(self, session: LabelSession, items: Sequence[int]) -> None:
        """Refuse items that are not the session's; most have a row already, the others are looked up in its pool."""
        given = item_rows.with_rows(self._studio, session.id, items)
        wanted = np.array([item for item in items if item not in given], np.int64)
        if not len(wanted):
            return
        pool = self._session_pool(session)
        places = np.searchsorted(pool, wanted)
        inside = places < len(pool)
        inside[inside] = pool[places[inside]] == wanted[inside]
        if not inside.all():
            raise InvalidInput(
                f"Sample {wanted[~inside].min()} is not part of {session.name}.",
                "A session asks for some samples of its dataset, and for no others.",
                "Reload the page.",
            )

    def _label_items(
        self, session: LabelSession, person: str, items: Sequence[int]
    ) -> list[LabelItem]:
        """Return items in this order, with everything the person may see of them."""
        if not items:
            return []
        version = self.session_version(session)
        texts = self.samples(version) if session.task == "text" else None
        names = self.names(version)
        rows = item_rows.with_rows(self._studio, session.id, items)
        seats = item_rows.seats(self._studio, session.id, person, items)
        acts = answer_rows.by_ids(
            self._studio, session, [seat["answer"] for seat in seats.values() if seat["answer"]]
        )
        drafts = answer_rows.drafts(self._studio, session.id, person, items)
        suggested = self._suggestions(session, items)
        found = []
        groups = _groups(items, rows)
        for item in items:
            seat, draft = seats.get(item), drafts.get(item)
            act = acts.get(seat["answer"]) if seat else None
            own: dict[str, Any] = {}
            if draft is not None and draft["value"] is not None:
                value = draft["value"].renamed(_later_names(session))
                own = {
                    "value": value,
                    "unsure": bool(draft["unsure"]),
                    "comment": draft["comment"],
                    "draft": True,
                }
            elif act is not None and act.act != "take_back":
                own = {"value": act.value, "unsure": act.unsure, "comment": act.comment}
            found.append(
                LabelItem(
                    item=item,
                    text=None if texts is None else str(texts[item]),
                    name=(names[item] or None) if names else None,
                    standing=_standing(seat),
                    draft_seq=draft["seq"] if draft else 0,
                    returned=(seat["comment"] or "") if seat and seat["standing"] == "returned" else None,
                    suggestion=suggested.get(item),
                    group=groups[item],
                    **own,
                )
            )  # fmt: skip
        return found

    def _suggestions(self, session: LabelSession, items: Sequence[int]) -> dict[int, Suggestion]:
        """Return item -> what is suggested, of those for which something is; empty where the session hides it."""
        prelabels = session.prelabels
        if prelabels is None or not session.config.suggestions or not prelabels.count:
            return {}
        numbers = self.artifacts.open_array(prelabels.items)
        values = self.artifacts.open_samples(prelabels.values)
        scores = self.artifacts.open_array(prelabels.scores)
        known, later = set(session.config.class_names), session.names_since(prelabels.revision)
        found = {}
        for item, place in zip(items, np.searchsorted(numbers, items).tolist(), strict=True):
            if place < len(numbers) and numbers[place] == item:
                value = parse_value(str(values[place])).renamed(later)
                if value.names <= known:
                    score = float(scores[place])
                    found[item] = Suggestion(value=value, score=score, source=prelabels.source)
        return found


def _groups(items: Sequence[int], rows: Mapping[int, Row]) -> dict[int, int | None]:
    """Return item -> its cluster; a gold one, which has none, passes for one of the cluster it comes with."""
    found: dict[int, int | None] = {}
    around = next(
        (row["cluster"] for i in items if (row := rows.get(i)) and row["gold"] is None), None
    )
    for item in items:
        row = rows.get(item)
        if row is not None and row["gold"] is None:
            around = row["cluster"]
        found[item] = around if row is not None else None
    return found


def _later_names(session: LabelSession) -> dict[str, str]:
    """Return former -> today's names of classes for what was kept without the revision it was made under."""
    now = session.config.class_names
    return {old: new for old, new in session.names_since(0).items() if old not in now}


def later_value(session: LabelSession, value: LabelValue) -> LabelValue:
    """Return a value with today's names in place of names that are gone."""
    return value.renamed(_later_names(session))


def _standing(seat: dict[str, Any] | None) -> ItemStanding:
    if seat is None or (seat["standing"] == "held" and not seat["lease_until"]):
        return "fresh"
    return _STANDINGS[seat["standing"]]


def _check_count(count: int) -> None:
    if not 0 <= count <= ITEMS_LIMIT:
        raise InvalidInput(
            f"{count} samples were asked for at once.",
            f"One request is about at most {ITEMS_LIMIT}.",
            "Ask in several requests.",
        )
