"""What a labelling session says of itself: how quick, how far, how alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from studio.core.act_log import ANSWER, NO_VALUE, SKIP, TAKE_BACK, ActLog, Columns
from studio.core.agreement import agreement
from studio.core.agreement_facts import Agreement
from studio.core.label_session import AnswerKind, SessionProgress

PAUSE_SECONDS = 300.0
"""Who does nothing for longer than this is not at work."""
HOUR = 3600.0
FEWEST_HOURS = 1 / 60
"""Less work than a minute says nothing of how many answers an hour has."""
PACE_STEP = 600
"""Seconds of one point of the pace over the day."""
PACE_STEPS = 144
QUARTER = 900
"""Time zones differ by quarters of an hour."""


class PersonNumbers(BaseModel):
    """One person in a session.

    Args:
        answers: Samples whose latest act of this person is an answer. skipped: is a skip.
        taken_back: How often something was taken back. late: answers that came after others had taken the place.
        hours: At work, pauses of more than five minutes left out. per_hour: Answers an hour of it; None below
            a minute.
        seconds: Median time an answer took; None when not known.
        unsure: Answers marked as unsure. accepted: answers that are a suggestion, accepted as it was.
        gold_asked: Gold samples answered. gold_right: As it is known. accuracy: Share of right ones; None without.
        agreement: Share of pairs with somebody else's answer that are alike, 0 to 1; None without any. Of boxes: F1.
        last_seen: Unix seconds.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    answers: int
    skipped: int
    taken_back: int
    late: int
    hours: float
    per_hour: float | None
    seconds: float | None
    unsure: int
    accepted: int
    gold_asked: int
    gold_right: int
    accuracy: float | None
    agreement: float | None
    last_seen: float | None


class DayCount(BaseModel):
    """Answers given on one day, as YYYY-MM-DD."""

    model_config = ConfigDict(frozen=True)

    day: str
    answers: int


class SessionNumbers(BaseModel):
    """A session in numbers.

    Args:
        time: Unix seconds, when they were counted.
        last_hour: Answers of the last hour. pace: Answers an hour since work began within it; None without any.
        per_hour: Answers an hour of work of the whole session, pauses of everybody left out; None without any.
        seconds_left: Until all answers are there, at the present pace; None without.
        class_counts: Class -> samples (boxes, drawings) of it that count.
        pace_start: Unix seconds of the first of PACE_STEPS steps of PACE_STEP seconds, the last of which is now.
        pace_day: Person -> answers in each step; only who answered in that time.
        days: Answers of each day with any, oldest first.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    time: float
    progress: SessionProgress
    last_hour: int = 0
    pace: float | None = None
    per_hour: float | None = None
    seconds_left: float | None = None
    class_counts: dict[str, int] = {}
    people: tuple[PersonNumbers, ...] = ()
    agreement: Agreement = Agreement()
    pace_start: float = 0.0
    pace_day: dict[str, tuple[int, ...]] = {}
    days: tuple[DayCount, ...] = ()


class CountedActs:
    """The acts of a session, counted as far as that does not change with the clock.

    Args:
        log: The acts.
        kind: What an answer is.
        gold: Gold sample -> its right classes.
    """

    def __init__(self, log: ActLog, kind: AnswerKind, gold: Mapping[int, tuple[str, ...]]) -> None:
        self.names = tuple(log.names)
        self._columns = log.columns()
        self._latest = self._columns.latest()
        hand = self._columns.latest(self._columns.by_hand)
        self._given = hand[self._columns.acts[hand] == ANSWER]
        answers = self._latest[self._columns.acts[self._latest] == ANSWER]
        said = answers[self._columns.values[answers] != NO_VALUE]
        self.agreement = agreement(
            log.table(self._columns, said[self._columns.counted[said]]), kind
        )
        self._gold = _gold_answers(log, self._columns, said, gold)
        self.people = tuple(self._person(code, answers) for code in range(len(self.names)))

    def _person(self, code: int, answers: NDArray[np.int64]) -> PersonNumbers:
        columns = self._columns
        own = answers[columns.people[answers] == code]
        latest = self._latest[columns.people[self._latest] == code]
        given = self._given[columns.people[self._given] == code]
        acts = np.flatnonzero((columns.people == code) & columns.by_hand)
        hours = work_seconds(columns.times[acts], columns.seconds[acts]) / HOUR
        times = columns.seconds[given]
        asked, right = self._gold.get(code, (0, 0))
        return PersonNumbers(
            name=self.names[code],
            answers=len(own),
            skipped=int((columns.acts[latest] == SKIP).sum()),
            taken_back=int((columns.acts[acts] == TAKE_BACK).sum()),
            late=int((~columns.counted[own]).sum()),
            hours=hours,
            per_hour=_rate(len(given), hours),
            seconds=None if np.isnan(times).all() else float(np.nanmedian(times)),
            unsure=int(columns.unsure[own].sum()),
            accepted=int(columns.accepted[own].sum()),
            gold_asked=asked,
            gold_right=right,
            accuracy=right / asked if asked else None,
            agreement=self._agreement_of(self.names[code]),
            last_seen=float(columns.times[acts].max()) if len(acts) else None,
        )

    def _agreement_of(self, name: str) -> float | None:
        """Return the mean over this person's pairs, each weighing as many samples as it shares."""
        alike, shared = 0.0, 0
        for pair in self.agreement.pairs:
            share = pair.percent if pair.f1 is None and pair.things is None else pair.f1
            if name in (pair.one, pair.other) and share is not None:
                alike += share * pair.items
                shared += pair.items
        return alike / shared if shared else None

    def numbers(
        self,
        name: str,
        progress: SessionProgress,
        class_counts: Mapping[str, int],
        now: float,
        zone: tzinfo | None = None,
    ) -> SessionNumbers:
        """Return the session's numbers at a moment.

        Args:
            name: Of the session.
            progress: How far it is.
            class_counts: What counts so far.
            now: Unix seconds.
            zone: In which days begin and end. Default: that of this machine.
        """
        columns = self._columns
        times = columns.times[self._given]
        acts = columns.times[columns.by_hand]
        lately = acts[acts > now - HOUR]
        last_hour = int((times > now - HOUR).sum())
        pace = None
        if last_hour:
            pace = last_hour * HOUR / max(60.0, now - float(lately.min()))
        hours = work_seconds(acts, columns.seconds[columns.by_hand]) / HOUR
        left = max(0, progress.wanted - max(progress.answers, progress.drawings))
        start = (now // PACE_STEP - PACE_STEPS + 1) * PACE_STEP
        return SessionNumbers(
            name=name,
            time=now,
            progress=progress,
            last_hour=last_hour,
            pace=pace,
            per_hour=_rate(len(times), hours),
            seconds_left=left * HOUR / pace if pace else None,
            class_counts=dict(class_counts),
            people=self.people,
            agreement=self.agreement,
            pace_start=start,
            pace_day=self._pace_day(start),
            days=answers_a_day(times, zone),
        )

    def _pace_day(self, start: float) -> dict[str, tuple[int, ...]]:
        times, people = self._columns.times[self._given], self._columns.people[self._given]
        step = ((times - start) // PACE_STEP).astype(np.int64)
        inside = (step >= 0) & (step < PACE_STEPS)
        counts = np.bincount(
            people[inside] * PACE_STEPS + step[inside], minlength=len(self.names) * PACE_STEPS
        ).reshape(-1, PACE_STEPS)
        return {
            name: tuple(row.tolist())
            for name, row in zip(self.names, counts, strict=True)
            if row.any()
        }


def work_seconds(times: NDArray[np.float64], seconds: NDArray[np.float64]) -> float:
    """Return how long somebody was at work.

    Gaps between two acts count unless they are pauses; the first act behind a pause counts as long as it took itself.

    Args:
        times: float64 (n,), Unix seconds of the acts, in any order.
        seconds: float64 (n,), how long each took, NaN where not known.

    Example:
        >>> work_seconds(np.array([0.0, 10.0, 30.0, 5000.0]), np.array([4.0, 9.0, 9.0, np.nan]))
        34.0
    """
    order = np.argsort(times, kind="stable")
    gaps = np.diff(times[order], prepend=-np.inf)
    alone = np.nan_to_num(seconds[order]).clip(max=PAUSE_SECONDS)
    return float(np.where(gaps <= PAUSE_SECONDS, gaps, alone).sum())


def answers_a_day(times: NDArray[np.float64], zone: tzinfo | None) -> tuple[DayCount, ...]:
    """Return the days with answers, oldest first; `zone` None is that of this machine."""
    quarters, counts = np.unique(times // QUARTER * QUARTER, return_counts=True)
    days: dict[str, int] = {}
    for moment, count in zip(quarters.tolist(), counts.tolist(), strict=True):
        day = datetime.fromtimestamp(moment, UTC).astimezone(zone).date().isoformat()
        days[day] = days.get(day, 0) + count
    return tuple(DayCount(day=day, answers=count) for day, count in days.items())


def _gold_answers(
    log: ActLog,
    columns: Columns,
    answers: NDArray[np.int64],
    gold: Mapping[int, tuple[str, ...]],
) -> dict[int, tuple[int, int]]:
    """Return person -> (gold samples answered, those answered as it is known)."""
    codes = {name: code for code, name in enumerate(log.class_names)}
    known = {item: tuple(sorted(codes.get(n, -1) for n in names)) for item, names in gold.items()}
    found: dict[int, tuple[int, int]] = {}
    for row in answers[np.isin(columns.items[answers], list(known))].tolist():
        right = log.values[columns.values[row]].classes == known[int(columns.items[row])]
        asked, so_far = found.get(int(columns.people[row]), (0, 0))
        found[int(columns.people[row])] = asked + 1, so_far + right
    return found


def _rate(answers: int, hours: float) -> float | None:
    return answers / hours if hours >= FEWEST_HOURS else None
