from __future__ import annotations

from datetime import UTC, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.act_log import Act, ActLog
from studio.core.agreement_facts import Agreement
from studio.core.label_answer import LabelValue, SessionAnswer, latest
from studio.core.label_numbers import (
    HOUR,
    PACE_STEP,
    PACE_STEPS,
    CountedActs,
    SessionNumbers,
    answers_a_day,
    work_seconds,
)
from studio.core.label_session import SessionProgress
from studio.core.sample import Box

NOON = 1_767_268_800.0  # 2026-01-01 12:00 UTC
CLASSES = ("cat", "dog")


def act(
    item: int, annotator: str, what: str | None = "cat", time: float = NOON, **more: Any
) -> Act:
    """An answer with a class, a skip for None, or a take-back for "back"."""
    kind = {None: "skip", "back": "take_back"}.get(what, "answer")
    value = LabelValue(classes=tuple((what or "").split("+"))).as_json()
    given = {
        "value": value if kind == "answer" else None,
        "revision": 0,
        "unsure": False,
        "seconds": None,
        "accepted": False,
        "counted": kind == "answer",
        "source": "",
    }
    return Act(item=item, annotator=annotator, act=kind, time=time, **{**given, **more})


def counted(
    acts: list[Act], *, names: dict[str, str] | None = None, kind: Any = "single", gold: Any = ()
) -> CountedActs:
    log = ActLog(CLASSES, boxes=kind == "boxes")
    for one in acts:
        log.add(one, names or {})
    assert len(log) == len(acts)
    return CountedActs(log, kind, dict(gold))


def numbers(acts: list[Act], now: float = NOON, *, done: int = 0, **more: Any) -> SessionNumbers:
    progress = SessionProgress(total=10, done=done, disputed=0, started=0, answers=done, wanted=10)
    return counted(acts, **more).numbers("pets", progress, {"cat": 1}, now, UTC)


def test_a_person_is_counted_by_the_latest_act_about_each_sample() -> None:
    acts = [
        act(0, "ann", "cat", NOON, seconds=4.0),
        act(1, "ann", "dog", NOON + 10, seconds=6.0, unsure=True),
        act(2, "ann", None, NOON + 20),
        act(0, "ann", "dog", NOON + 30, seconds=8.0, accepted=True),
        act(3, "ann", "cat", NOON + 40),
        act(3, "ann", "back", NOON + 50),
        act(4, "ann", "cat", NOON + 60, counted=False, seconds=1.0),
        act(0, "bob", "dog", NOON + 70),
        # What a split or an import wrote is an answer, but nobody's work.
        act(9, "bob", "cat", NOON + 7000, source="import answers.csv"),
        act(0, "bob", "cat", NOON + 7000, source="split by ann"),
    ]
    ann, bob = counted(acts).people
    assert (ann.name, ann.answers, ann.skipped, ann.taken_back, ann.late) == ("ann", 3, 1, 1, 1)
    assert (ann.unsure, ann.accepted, ann.seconds) == (1, 1, 6.0)
    assert ann.hours == pytest.approx((4 + 60) / HOUR)
    assert ann.per_hour == pytest.approx(3 * HOUR / 64)
    assert ann.last_seen == NOON + 60
    assert (bob.answers, bob.hours, bob.per_hour, bob.seconds) == (2, 0.0, None, None)
    assert bob.last_seen == NOON + 70
    assert (ann.accuracy, ann.gold_asked) == (None, 0)


def test_pauses_are_not_work() -> None:
    times = NOON + np.array([0.0, 299.0, 299.0 + 300.0, 5000.0])
    assert work_seconds(times, np.full(4, np.nan)) == 599.0
    assert work_seconds(times, np.array([1000.0, 1.0, 1.0, 20.0])) == 300 + 599 + 20
    assert work_seconds(np.zeros(0), np.zeros(0)) == 0.0


def test_gold_samples_measure_each_person() -> None:
    acts = [
        act(7, "ann", "cat"),
        act(8, "ann", "cat"),
        act(8, "bob", "dog"),
        act(1, "bob", "cat"),
        act(7, "bob", None),
    ]
    ann, bob = counted(acts, gold={7: ("cat",), 8: ("dog",), 9: ("cat",)}).people
    assert (ann.gold_asked, ann.gold_right, ann.accuracy) == (2, 1, 0.5)
    assert (bob.gold_asked, bob.gold_right, bob.accuracy) == (1, 1, 1.0)


def test_agreement_takes_answers_that_count_in_todays_names() -> None:
    acts = [
        act(0, "ann", "puss"),
        act(0, "bob", "cat"),
        act(1, "ann", "dog"),
        act(1, "bob", "cat"),
        act(1, "cem", "dog", counted=False),
        act(2, "ann", "gone"),
        act(2, "bob", "dog"),
    ]
    found = counted(acts, names={"puss": "cat"})
    assert (found.agreement.items, found.agreement.answers) == (2, 4)
    assert found.agreement.percent == 0.5
    people = {person.name: person.agreement for person in found.people}
    assert people == {"ann": 0.5, "bob": 0.5, "cem": None}


def test_boxes_agree_by_place_and_class() -> None:
    box = Box(class_name="cat", left=0.1, top=0.1, width=0.2, height=0.2)
    far = box.model_copy(update={"left": 0.6})
    one, two = LabelValue(boxes=(box, far)).as_json(), LabelValue(boxes=(box,)).as_json()
    acts = [act(0, "ann", value=one), act(0, "bob", value=two), act(1, "ann", value=one)]
    found = counted(acts, kind="boxes")
    assert found.agreement.f1 == pytest.approx(2 / 3)
    assert {p.agreement for p in found.people} == {found.agreement.f1}


def test_pace_and_time_left_follow_the_last_hour() -> None:
    old = [act(n, "ann", "cat", NOON - 4 * HOUR + 10 * n, seconds=10.0) for n in range(6)]
    lately = [act(10 + n, "bob", "dog", NOON - 600 + 300 * n) for n in range(3)]
    found = numbers([*old, *lately], done=4)
    assert (found.last_hour, found.pace) == (3, 18.0)
    assert found.seconds_left == pytest.approx(6 * HOUR / 18)
    assert found.per_hour == pytest.approx(9 * HOUR / (60 + 600))
    # An hour later nobody is at work.
    idle = numbers([*old, *lately], NOON + HOUR)
    assert (idle.last_hour, idle.pace, idle.seconds_left) == (0, None, None)
    assert numbers([act(0, "ann", "cat", NOON - 1)]).pace == 60.0


def test_the_pace_of_a_day_has_a_step_for_each_ten_minutes() -> None:
    acts = [
        act(0, "ann", "cat", NOON),
        act(1, "ann", "cat", NOON - 1),
        act(2, "bob", "cat", NOON - 86_400 + PACE_STEP),
        act(3, "cem", "cat", NOON - 86_400 + PACE_STEP - 1),
        act(0, "dan", None, NOON),
    ]
    found = numbers(acts)
    assert found.pace_start == NOON - (PACE_STEPS - 1) * PACE_STEP
    assert found.pace_day.keys() == {"ann", "bob"}
    assert found.pace_day["ann"][-2:] == (1, 1)
    assert found.pace_day["bob"][0] == 1
    assert all(len(steps) == PACE_STEPS for steps in found.pace_day.values())


def test_days_begin_where_people_live() -> None:
    times = np.array([NOON - 12 * HOUR - 1, NOON - 12 * HOUR, NOON])
    india = timezone(timedelta(hours=5, minutes=30))
    assert [(d.day, d.answers) for d in answers_a_day(times, UTC)] == [
        ("2025-12-31", 1),
        ("2026-01-01", 2),
    ]
    assert [(d.day, d.answers) for d in answers_a_day(times, india)] == [("2026-01-01", 3)]


def test_a_session_nobody_has_begun_has_numbers() -> None:
    found = numbers([])
    assert found.people == ()
    assert (found.pace, found.per_hour, found.seconds_left) == (None, None, None)
    assert found.agreement == Agreement()
    assert found.days == ()
    assert SessionNumbers.model_validate_json(found.model_dump_json()) == found


steps = st.lists(
    st.tuples(
        st.integers(0, 3), st.sampled_from(["ann", "bob"]), st.sampled_from(["cat", None, "back"])
    ),
    max_size=30,
)


@given(steps)
@settings(max_examples=60)
def test_what_stands_is_what_the_judge_takes(steps: list[tuple[int, str, str | None]]) -> None:
    acts = [act(item, who, what, NOON + n) for n, (item, who, what) in enumerate(steps)]
    stored = [
        SessionAnswer.model_construct(
            id=n, op_id=str(n), item=a.item, annotator=a.annotator, act=a.act
        )
        for n, a in enumerate(acts)
    ]
    standing = [
        answer
        for item in range(4)
        for answer in latest([a for a in stored if a.item == item]).values()
    ]
    for person in counted(acts).people:
        own = [answer.act for answer in standing if answer.annotator == person.name]
        assert (person.answers, person.skipped) == (own.count("answer"), own.count("skip"))
