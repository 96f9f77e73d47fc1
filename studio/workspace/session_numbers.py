"""The numbers of a labelling session: counted once, then only what was done since."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from studio.core import label_numbers
from studio.core.act_log import Act, ActLog
from studio.core.label_numbers import CountedActs
from studio.core.label_session import LabelSession
from studio.store import session_numbers as rows
from studio.workspace.queues import Queues

CACHED_SESSIONS = 4
"""So many sessions keep their acts in memory, about 60 bytes an act and what boxes say."""


@dataclass
class _Counted:
    """What was counted of a session, and up to which act."""

    revision: int
    log: ActLog
    last: int = 0
    counted: CountedActs | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)


class SessionNumbers(Queues):
    """What a session says of itself."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._numbers_cache: dict[int, _Counted] = {}
        self._numbers_lock = threading.Lock()

    def session_numbers(
        self, name: str, zone: tzinfo | None = None
    ) -> label_numbers.SessionNumbers:
        """Return how quick, how far and how alike the people of a session are.

        Args:
            name: Of the session.
            zone: In which days begin and end. Default: that of this machine.

        Raises:
            NotFound: No such session.
        """
        session = self.session(name)
        progress = self.session_progress(name)
        if session.config.answer == "drawings":
            counted, classes = self._counted_drawings(session)
        else:
            counted, classes = self._counted_acts(session), self._classes_that_count(session)
        return counted.numbers(name, progress, classes, self._now(), zone)

    def _counted_acts(self, session: LabelSession) -> CountedActs:
        """Return the session's acts, counted; those that are known are not read again."""
        cached = self._cached_numbers(session)
        with cached.lock:
            fresh = False
            names: dict[int, dict[str, str]] = {}
            for last, act in rows.acts_after(self._studio, session.id, cached.last):
                if act.revision not in names:
                    names[act.revision] = session.names_since(act.revision)
                cached.log.add(act, names[act.revision])
                cached.last = last
                fresh = True
            if cached.counted is None or fresh:
                gold = {
                    item: tuple(json.loads(value).get("classes", ()))
                    for item, value in rows.gold_values(self._studio, session.id).items()
                }
                cached.counted = CountedActs(cached.log, session.config.answer, gold)
            return cached.counted

    def _cached_numbers(self, session: LabelSession) -> _Counted:
        with self._numbers_lock:
            cache = self._numbers_cache
            found = cache.get(session.id)
            if found is None or found.revision != session.revision:
                if found is None and len(cache) >= CACHED_SESSIONS:
                    cache.pop(next(iter(cache)))
                boxes = session.config.answer == "boxes"
                log = ActLog(session.config.class_names, boxes=boxes)
                found = cache[session.id] = _Counted(session.revision, log)
            return found

    def _classes_that_count(self, session: LabelSession) -> dict[str, int]:
        """Return class -> samples, or boxes, of it that count, in the order of the classes."""
        counts = dict.fromkeys(session.config.class_names, 0)
        for text, samples in rows.counting_values(self._studio, session.id):
            value = json.loads(text)
            said = [*value.get("classes", ()), *(b["class_name"] for b in value.get("boxes", ()))]
            for class_name in said:
                counts[class_name] = counts.get(class_name, 0) + samples
        return counts

    def _counted_drawings(self, session: LabelSession) -> tuple[CountedActs, dict[str, int]]:
        """Return the session's drawings, each counted as an answer about a sample of its own."""
        log = ActLog(session.config.class_names, boxes=False)
        counts = dict.fromkeys(session.config.class_names, 0)
        for number, author, class_name, time in rows.drawn(self._studio, session.name):
            value = json.dumps({"classes": [class_name]})
            act = Act(number, author, "answer", value, 0, 0, None, 0, 1, "", time)
            log.add(act, {})
            counts[class_name] = counts.get(class_name, 0) + 1
        return CountedActs(log, "drawings", {}), counts
