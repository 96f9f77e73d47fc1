from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from studio.core.errors import Conflict, InvalidInput, NotFound
from studio.core.events import EndEvent, QueueEvent
from studio.core.label_answer import LabelValue, SessionAnswerInput
from studio.core.label_session import LabelClass, LabelSession, SessionConfig
from studio.core.ranking import PrelabelSource, RankParams
from studio.core.run import Run
from studio.workspace import Workspace
from tests.trained import register
from tests.workspace.conftest import MakeDataset

CLASSES = (LabelClass(name="cat"), LabelClass(name="dog"))


@pytest.fixture
def begin(workspace: Workspace, make_dataset: MakeDataset) -> Any:
    def make(name: str = "one", **settings: Any) -> LabelSession:
        if not workspace.datasets():
            make_dataset(labels=[-1] * 80)
        config = SessionConfig(name=name, dataset="pets", classes=CLASSES, **settings)
        return workspace.create_session(config, author="ann")

    return make


def answer(
    workspace: Workspace,
    count: int,
    name: str = "one",
    person: str = "bob",
    classes: Any = ("cat",),
) -> list[int]:
    items = [item.item for item in workspace.next_items(name, person, count).items]
    ops = [
        SessionAnswerInput(op_id=f"{person}{item}", item=item, value=LabelValue(classes=classes))
        for item in items
    ]
    workspace.answer_session(name, person, ops)
    return items


def claimed(workspace: Workspace, run: Run) -> Run:
    found = workspace.claim_run("worker", 60.0)
    assert found is not None
    assert found.name == run.name
    return found


def end(workspace: Workspace, run: Run, *events: QueueEvent, status: Any = "completed") -> None:
    last = EndEvent(seq=len(events) + 1, time=0, status=status)
    running = run if run.status == "running" else claimed(workspace, run)
    assert workspace.record_events(running, [*events, last])


def ordered(workspace: Workspace, items: list[int], **facts: Any) -> QueueEvent:
    digest = workspace.artifacts.put_array(np.array(items, np.int64), "queue.npy").digest
    values = {"strategy": "margin", "source": "Made.", "queue": digest, "session": "one"}
    return QueueEvent(seq=1, time=0, **(values | facts))


@pytest.mark.parametrize(
    ("strategy", "begun"), [("random", 0), ("margin", 0), ("clusters", 1), ("diversity", 1)]
)
def test_strategies_that_need_no_answer_begin_at_once(
    workspace: Workspace, begin: Any, strategy: str, begun: int
) -> None:
    session = begin(strategy=strategy)
    assert len(workspace.runs(kind="ranking")) == begun
    assert session.queue  # a random one is there meanwhile


def test_an_order_is_made_again_as_answers_come(workspace: Workspace, begin: Any) -> None:
    begin(strategy="margin")
    answer(workspace, 19)
    assert workspace.rank_if_due("one") is None
    answer(workspace, 1)
    run = workspace.rank_if_due("one")
    assert run is not None
    assert run.author == "ann"
    assert RankParams.model_validate(run.pipeline.nodes[-1].params).answers == 20
    assert workspace.rank_if_due("one") is None  # it is being made
    left = workspace.session_known("one")[0].waiting.tolist()
    end(workspace, run, ordered(workspace, left[::-1], answers=20))
    session = workspace.session("one")
    assert (session.queue_source, session.queue_answers) == ("Made.", 20)
    assert workspace.rank_if_due("one") is None
    assert answer(workspace, 20) == left[::-1][:20]
    assert workspace.rank_if_due("one") is not None


def test_what_failed_is_tried_again_with_more_answers_only(
    workspace: Workspace, begin: Any
) -> None:
    begin(strategy="clusters")
    (run,) = workspace.runs(kind="ranking")
    end(workspace, run, status="stopped")
    assert workspace.rank_if_due("one") is None
    answer(workspace, 20)
    assert workspace.rank_if_due("one") is not None


def test_only_one_ranking_at_a_time(workspace: Workspace, begin: Any) -> None:
    begin(strategy="margin")
    workspace.rank_session("one")
    with pytest.raises(Conflict, match="being worked on"):
        workspace.rank_session("one")


def test_another_strategy_takes_over(workspace: Workspace, begin: Any) -> None:
    before = begin(strategy="margin")
    first = claimed(workspace, workspace.rank_session("one"))
    workspace.change_session("one", strategy="clusters")
    second = workspace.runs(kind="ranking")[0]
    assert workspace.run(first.name).stop_requested
    assert second.name != first.name
    # What the first still says of the order comes too late.
    end(workspace, first, ordered(workspace, [1, 2]))
    assert workspace.session("one").queue == before.queue
    workspace.change_session("one", strategy="random")
    assert workspace.run(second.name).stop_requested
    assert workspace.session("one").queue_source.startswith("At random")


def test_random_orders_closed_sessions_and_drawings_are_not_ranked(
    workspace: Workspace, begin: Any
) -> None:
    begin()
    with pytest.raises(InvalidInput, match="random"):
        workspace.rank_session("one")
    begin("two", strategy="margin")
    workspace.close_session("two")
    assert workspace.rank_if_due("two") is None
    with pytest.raises(Conflict, match="closed"):
        workspace.rank_session("two")
    with pytest.raises(NotFound):
        workspace.rank_if_due("three")


def test_drawing_sessions_have_no_queue(workspace: Workspace, begin: Any) -> None:
    begin(answer="drawings", strategy="clusters")
    assert workspace.runs(kind="ranking") == []
    assert workspace.rank_if_due("one") is None
    with pytest.raises(InvalidInput, match="no queue"):
        workspace.rank_session("one")


def test_what_is_known_follows_answers_and_names(workspace: Workspace, begin: Any) -> None:
    begin(overlap=2)
    first = answer(workspace, 3)
    workspace.rename_session_class("one", "cat", "kitten", "ann")
    assert answer(workspace, 2, person="eve", classes=("kitten",)) == first[:2]
    held = [item.item for item in workspace.next_items("one", "eve", 2).items]
    known, facts = workspace.session_known("one")
    assert facts.revision == 1
    assert known.class_names == ("kitten", "dog")
    assert known.items.tolist() == sorted(first)
    assert known.labels is not None
    assert known.labels.tolist() == [0, 0, 0]
    assert set(known.open) == set(range(80)) - set(first[:2])
    assert set(known.waiting) == set(range(80)) - set(first) - set(held)


def test_several_classes_are_known_as_a_table(workspace: Workspace, begin: Any) -> None:
    begin(answer="multi")
    (both,) = answer(workspace, 1, classes=("cat", "dog"))
    (none,) = answer(workspace, 1, classes=())
    known, _ = workspace.session_known("one")
    assert known.labels is not None
    rows = dict(zip(known.items.tolist(), known.labels.tolist(), strict=True))
    assert rows == {both: [1, 1], none: [0, 0]}


def test_suggestions_are_kept_and_shown(workspace: Workspace, begin: Any) -> None:
    begin()
    cat = LabelValue(classes=("cat",))
    session = workspace.suggest("one", [(n, cat, 0.9) for n in range(80)], "file a.csv")
    assert session.prelabels is not None
    assert session.prelabels.count == 80
    (item,) = workspace.next_items("one", "bob", 1).items
    assert item.suggestion is not None
    assert (item.suggestion.value, item.suggestion.source) == (cat, "file a.csv")
    assert workspace.collect_garbage(older_than=-1) >= 0
    assert workspace.items_of("one", "bob", [item.item])[0].suggestion == item.suggestion


def test_a_model_that_cannot_help_is_refused(workspace: Workspace, begin: Any) -> None:
    begin()
    with pytest.raises(NotFound):
        workspace.prelabel_session("one", PrelabelSource(model="nobody"))
    register(workspace, "fruit")
    with pytest.raises(InvalidInput, match="none of the classes"):
        workspace.prelabel_session("one", PrelabelSource(model="fruit"))
    register(workspace, "large", shape=(9, 9, 1), class_names=("cat", "dog"))
    with pytest.raises(InvalidInput, match="cannot read"):
        workspace.prelabel_session("one", PrelabelSource(model="large"))
    begin("boxes", answer="boxes")
    with pytest.raises(InvalidInput, match="cannot answer"):
        workspace.prelabel_session("boxes", PrelabelSource(model="large"))


def test_an_event_about_a_session_that_is_gone_changes_nothing(
    workspace: Workspace, begin: Any
) -> None:
    before = begin(strategy="margin")
    run = workspace.rank_session("one")
    end(workspace, run, ordered(workspace, [1], session="another"))
    assert workspace.session("one").queue == before.queue
