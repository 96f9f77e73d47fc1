from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from studio.core.label_answer import LabelValue, SessionAnswerInput
from studio.core.label_numbers import PACE_STEP, PACE_STEPS, DayCount, SessionNumbers
from studio.core.label_session import (
    PALETTE,
    AnswerKind,
    LabelClass,
    SessionConfig,
    SessionProgress,
)
from studio.core.sample import Box
from studio.ui import session
from studio.ui.session_charts import OTHERS, counted_classes, days, pace_of_the_day, shown
from studio.workspace import Workspace
from tests.workspace.conftest import MakeDataset, make_dataset  # noqa: F401  a fixture

NOON = 1_767_268_800.0  # 2026-01-01 12:00 UTC
BOX = Box(class_name="cat", left=0.1, top=0.1, width=0.4, height=0.4)
SAID: dict[AnswerKind, LabelValue] = {
    "single": LabelValue(classes=("cat",)),
    "multi": LabelValue(classes=("cat", "dog")),
    "boxes": LabelValue(boxes=(BOX,)),
}


@pytest.fixture(autouse=True)
def _own_workspace(home: Path) -> Iterator[None]:
    session.workspace.cache_clear()
    yield
    session.workspace.cache_clear()


def numbers_page(name: str) -> None:
    from studio.ui.session import workspace
    from studio.ui.session_numbers import show_numbers

    show_numbers(workspace().session(name))


def opened(name: str) -> AppTest:
    page = AppTest.from_function(numbers_page, args=(name,), default_timeout=120).run()
    assert not page.exception
    return page


def make_session(workspace: Workspace, answer: AnswerKind, overlap: int) -> str:
    classes = (LabelClass(name="cat"), LabelClass(name="dog"))
    config = SessionConfig(
        name=answer, dataset="pets", answer=answer, classes=classes, wanted="all", overlap=overlap
    )
    return workspace.create_session(config).name


@pytest.mark.parametrize("answer", ["single", "drawings"])
def test_a_session_nobody_has_begun_says_so(
    workspace: Workspace,
    make_dataset: MakeDataset,  # noqa: F811
    answer: AnswerKind,
) -> None:
    make_dataset()
    page = opened(make_session(workspace, answer, 1))
    said = " ".join(info.value for info in page.info)
    assert "Nobody has answered yet" in said
    assert ("one answer a sample" in said) == (answer == "single")
    assert page.metric[3].value == "–"
    assert not page.dataframe


@pytest.mark.parametrize("answer", list(SAID))
def test_numbers_of_people_classes_and_agreement_are_shown(
    workspace: Workspace,
    make_dataset: MakeDataset,  # noqa: F811
    answer: AnswerKind,
) -> None:
    make_dataset()
    name = make_session(workspace, answer, 2)
    for number, person in enumerate(["ann", "<b>bob</b>"]):
        for item in range(2):
            op = SessionAnswerInput(op_id=f"{number}-{item}", item=item, value=SAID[answer])
            workspace.answer_session(name, person, [op])
    page = opened(name)
    people, pairs, classes = (frame.value for frame in page.dataframe)
    assert set(people["Person"]) == {"ann", "<b>bob</b>"}
    assert list(people["Alike with others (%)"]) == [100.0, 100.0]
    assert "Gold right (%)" not in people
    assert list(pairs["Samples"]) == [2]
    assert list(classes["Class"]) == ["cat", "dog"]
    shown_metrics = {metric.label: metric.value for metric in page.metric}
    assert shown_metrics["Answers"] == "4"
    assert shown_metrics["Same boxes" if answer == "boxes" else "Alike"] == "100.0 %"
    assert shown_metrics["Cohen"] == "–"
    assert ("Krippendorff, sets" in shown_metrics) == (answer == "multi")
    assert len(page.get("plotly_chart")) == 2
    workspace.close_session(name)
    opened(name)


def numbers(people: int) -> SessionNumbers:
    steps = [(0,) * (PACE_STEPS - 1 - n) + (1,) * (n + 1) for n in range(people)]
    return SessionNumbers(
        name="sort",
        time=NOON,
        progress=SessionProgress(total=1, done=0, disputed=0, started=0, answers=0, wanted=1),
        pace_start=NOON - (PACE_STEPS - 1) * PACE_STEP,
        pace_day={f"person {n}": own for n, own in enumerate(steps)},
        days=(DayCount(day="2026-01-01", answers=3),),
    )


def test_the_pace_has_a_colour_a_person_as_far_as_colours_go() -> None:
    few, many = (pace_of_the_day(numbers(people), UTC) for people in (2, 20))
    assert [bar.name for bar in few.data] == ["person 1", "person 0"]
    assert str(few.data[0].x[-1])[:16] in ("2026-01-01 12:00", "2026-01-01T12:00")
    assert len(many.data) == len(PALETTE)
    assert many.data[-1].name == OTHERS
    assert sum(sum(bar.y) for bar in many.data) == sum(range(1, 21))
    assert not pace_of_the_day(numbers(0), UTC).data


def test_charts_show_names_as_they_were_typed() -> None:
    assert shown("<b>%{x}</b> & co") == "&lt;b>%&#123;x}&lt;/b> &amp; co"
    classes = [LabelClass(name="<i>cat</i>", colour="#112233")]
    (bar,) = counted_classes({"<i>cat</i>": 3}, classes, "samples").data
    assert list(bar.y) == ["&lt;i>cat&lt;/i>"]
    assert list(bar.marker.color) == ["#112233"]
    (day,) = days(numbers(1)).data
    assert list(day.y) == [3]
