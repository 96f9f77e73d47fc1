from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from typing import Any

import numpy as np
import pytest

from studio.core.errors import NotFound
from studio.core.label_answer import LabelValue, SessionAnswerInput
from studio.core.label_session import LabelClass, SessionConfig
from studio.core.sample import Box
from studio.workspace import Workspace
from tests.workspace.conftest import MakeDataset

Say = Callable[..., None]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the hour that the workspace reads."""
    now = [1_767_268_800.0]
    monkeypatch.setattr(Workspace, "_now", lambda _: now[0])

    def pass_by(seconds: float) -> None:
        now[0] += seconds

    return pass_by


@pytest.fixture
def session(
    workspace: Workspace, make_dataset: MakeDataset, clock: Callable[[float], None]
) -> Callable[..., str]:
    """Make a session over ten small pictures."""
    make_dataset()

    def make(**more: Any) -> str:
        settings = {"classes": ("cat", "dog"), "wanted": "all", "overlap": 2, **more}
        classes = tuple(LabelClass(name=name) for name in settings.pop("classes"))
        config = SessionConfig(name="pets", dataset="pets", classes=classes, **settings)
        return workspace.create_session(config).name

    return make


@pytest.fixture
def say(workspace: Workspace, clock: Callable[[float], None]) -> Say:
    """Let somebody say something about samples, ten seconds each."""
    number = [0]

    def answers(who: str, said: dict[int, Any], **more: Any) -> None:
        for item, value in said.items():
            clock(10.0)
            number[0] += 1
            if isinstance(value, str):
                value = LabelValue(classes=(value,))
            act = "skip" if value is None else "answer"
            op = SessionAnswerInput(
                op_id=f"op{number[0]}", item=item, act=act, value=value, seconds=8.0, **more
            )
            workspace.answer_session("pets", who, [op])

    return answers


def test_numbers_follow_the_answers(
    workspace: Workspace, session: Callable[..., str], say: Say, clock: Callable[[float], None]
) -> None:
    name = session()
    say("ann", {0: "cat", 1: "dog", 2: "cat"})
    say("bob", {0: "cat", 1: "cat"}, unsure=True)
    found = workspace.session_numbers(name, UTC)
    assert found.progress == workspace.session_progress(name)
    assert found.class_counts == {"cat": 1, "dog": 0}
    assert (found.agreement.items, found.agreement.percent) == (2, 0.5)
    people = {person.name: person for person in found.people}
    assert (people["ann"].answers, people["bob"].answers, people["bob"].unsure) == (3, 2, 2)
    assert people["ann"].seconds == 8.0
    assert found.last_hour == 5
    assert found.seconds_left == pytest.approx(15 * 3600 / found.pace)
    assert [(day.day, day.answers) for day in found.days] == [("2026-01-01", 5)]
    # Only what was done since is read; the clock alone changes the pace.
    say("bob", {2: "cat", 3: None})
    clock(7200.0)
    later = workspace.session_numbers(name, UTC)
    assert later.agreement.items == 3
    assert (later.last_hour, later.seconds_left) == (0, None)
    assert {person.name: person.skipped for person in later.people} == {"ann": 0, "bob": 1}
    fresh = Workspace.open(workspace.home)
    assert fresh.session_numbers(name, UTC) == later
    fresh.close()


def test_numbers_are_in_todays_classes(
    workspace: Workspace, session: Callable[..., str], say: Say
) -> None:
    name = session(classes=("cat", "puss", "dog"))
    say("ann", {0: "cat", 1: "dog"})
    say("bob", {0: "puss", 1: "dog"})
    assert workspace.session_numbers(name).agreement.percent == 0.5
    workspace.merge_session_classes(name, ["puss", "cat"], "cat", "ann")
    workspace.rename_session_class(name, "dog", "hound", "ann")
    found = workspace.session_numbers(name)
    assert found.agreement.percent == 1.0
    assert found.class_counts == {"cat": 1, "hound": 1}
    assert [row.class_name for row in found.agreement.classes] == ["cat", "hound"]


def test_gold_samples_tell_how_right_people_are(
    workspace: Workspace, session: Callable[..., str], say: Say
) -> None:
    name = session(gold=4, overlap=1)
    labels = np.asarray(workspace.labels(workspace.dataset("pets")))
    gold = {record.item for record in workspace.session_records(name) if record.gold}
    assert len(gold) == 4
    say("ann", {item: ("cat", "dog")[labels[item]] for item in sorted(gold)})
    say("bob", dict.fromkeys(sorted(gold), "cat"))
    found = {person.name: person for person in workspace.session_numbers(name).people}
    assert (found["ann"].gold_asked, found["ann"].accuracy) == (4, 1.0)
    assert (found["bob"].gold_asked, found["bob"].accuracy) == (4, 0.5)
    assert workspace.session_numbers(name).class_counts == {"cat": 0, "dog": 0}


def test_boxes_have_numbers(workspace: Workspace, session: Callable[..., str], say: Say) -> None:
    name = session(answer="boxes")
    box = Box(class_name="cat", left=0.1, top=0.1, width=0.4, height=0.4)
    near = box.model_copy(update={"left": 0.12})
    other = box.model_copy(update={"left": 0.55, "class_name": "dog"})
    say("ann", {0: LabelValue(boxes=(box,)), 1: LabelValue(boxes=(box, other))})
    say("bob", {0: LabelValue(boxes=(near,)), 1: LabelValue(boxes=(near,))})
    found = workspace.session_numbers(name)
    assert found.class_counts == {"cat": 1, "dog": 0}
    assert found.agreement.f1 == pytest.approx(4 / 5)
    assert found.agreement.things == 2


def test_drawings_are_counted_as_answers(
    workspace: Workspace, session: Callable[..., str], clock: Callable[[float], None]
) -> None:
    name = session(answer="drawings", drawings=3, overlap=1)
    for number, (who, what) in enumerate([("ann", "cat"), ("ann", "dog"), ("bob", "cat")]):
        clock(20.0)
        pixels = np.full((28, 28), 255, np.uint8)
        workspace.add_drawing(name, what, pixels, "[]", op_id=f"d{number}", author=who)
    found = workspace.session_numbers(name)
    assert found.class_counts == {"cat": 2, "dog": 1}
    assert {person.name: person.answers for person in found.people} == {"ann": 2, "bob": 1}
    assert found.agreement.pairs == ()
    assert found.pace is not None
    assert found.seconds_left == pytest.approx(3 * 3600 / found.pace)


def test_an_unknown_session_has_no_numbers(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        workspace.session_numbers("nothing")
