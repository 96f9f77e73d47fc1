from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from studio.core.annotation import AnnotationInput
from studio.core.errors import Conflict, Forbidden, InvalidInput, NotFound
from studio.core.label_session import LabelClass, LabelSession
from studio.workspace import Workspace
from tests.workspace.asking import (
    CLASSES,
    answer,
    make_session,
    noise_dataset,
    numbers,
    saying,
)


def pool(workspace: Workspace, session: LabelSession) -> list[int]:
    found: list[int] = workspace._session_pool(session).tolist()
    return found


def gold(workspace: Workspace, session: LabelSession) -> dict[int, str]:
    rows = workspace._studio.query(
        "SELECT item, gold FROM session_items WHERE session_id = ? AND gold IS NOT NULL",
        [session.id],
    )
    return {row["item"]: json.loads(row["gold"])["classes"][0] for row in rows}


# --- making one ---


def test_a_session_pins_the_newest_version_and_asks_for_what_has_no_class(
    workspace: Workspace,
) -> None:
    noise_dataset(workspace, labels=[-1] * 4)
    noise_dataset(workspace, labels=[-1, 0, -1, 1, -1, 2])
    session = make_session(workspace)
    assert session.dataset_version == session.config.version == 2
    assert workspace.session_version(session).title == "pets:2"
    assert (session.task, session.shape) == ("images", (8, 8, 1))
    assert pool(workspace, session) == [0, 2, 4]
    assert session.total == 3
    order = workspace.artifacts.open_array(session.queue).tolist()
    assert sorted(order) == [0, 2, 4]
    assert workspace.session(session.name) == session


def test_what_was_answered_on_the_label_page_meanwhile_has_a_class(workspace: Workspace) -> None:
    noise_dataset(workspace, labels=[-1, 0, -1, 1])
    ops = [
        AnnotationInput(op_id="1", sample=0, class_name="dog"),
        AnnotationInput(op_id="2", sample=1, class_name=None),
    ]
    workspace.annotate("pets", "ann", ops)
    assert pool(workspace, make_session(workspace)) == [1, 2]


def test_only_kept_samples_are_asked_for(workspace: Workspace) -> None:
    state = np.array([0, 1, 0, 2, 0], np.uint8)
    stored = workspace.artifacts.put_array(state, "state.npy").digest
    noise_dataset(workspace, labels=[-1] * 5, state=stored, state_counts=(3, 1, 1))
    assert pool(workspace, make_session(workspace, "all", wanted="all")) == [0, 2, 4]


def test_a_limit_takes_a_random_part_the_same_for_the_same_seed(workspace: Workspace) -> None:
    noise_dataset(workspace, labels=[-1] * 60)
    parts = [
        pool(workspace, make_session(workspace, f"s{i}", limit=20, seed=seed))
        for i, seed in enumerate((1, 1, 2))
    ]
    assert parts[0] == parts[1] != parts[2]
    assert all(len(set(part)) == 20 and part == sorted(part) for part in parts)
    assert parts[0] != list(range(20))


def test_samples_with_boxes_need_none(workspace: Workspace) -> None:
    boxes = workspace.artifacts.put_array(np.array([[1, 0, 0.1, 0.1, 0.5, 0.5]]), "b.npy").digest
    noise_dataset(workspace, labels=[-1] * 3, boxes=boxes, box_count=1)
    assert pool(workspace, make_session(workspace, answer="boxes")) == [0, 2]


def test_gold_samples_are_of_every_class_alike_and_not_to_label(workspace: Workspace) -> None:
    labels = [0] * 20 + [1] * 2 + [2] * 20 + [-1] * 10
    noise_dataset(workspace, labels=labels)
    session = make_session(workspace, gold=8, wanted="all")
    chosen = gold(workspace, session)
    assert all(CLASSES[labels[item]] == name for item, name in chosen.items())
    assert sorted(chosen.values()) == ["cat"] * 3 + ["cow"] * 3 + ["dog"] * 2
    assert set(pool(workspace, session)) == set(range(52)) - chosen.keys()
    assert workspace.session_progress(session.name).total == session.total == 44


@pytest.mark.parametrize(
    ("settings", "what"),
    [
        ({"class_names": ()}, "no classes"),
        ({"gold": 3}, "no 3 gold samples"),
        ({"spans": True}, "no spans"),
        ({"gold": 2, "wanted": "unlabelled"}, "nothing to label"),
    ],
)
def test_an_impossible_session_is_refused(
    workspace: Workspace, settings: dict[str, Any], what: str
) -> None:
    noise_dataset(workspace, labels=[0, 1])
    with pytest.raises(InvalidInput, match=what):
        make_session(workspace, **settings)
    assert workspace.sessions() == []


def test_examples_are_samples_of_the_dataset(workspace: Workspace) -> None:
    noise_dataset(workspace, labels=[-1] * 3)
    session = make_session(workspace)
    wrong = session.config.model_copy(
        update={"name": "two", "classes": (LabelClass(name="cat", examples=(2, 3)),)}
    )
    with pytest.raises(InvalidInput, match="no sample 3"):
        workspace.create_session(wrong)


def test_names_are_unique_and_unknown_ones_are_not_found(workspace: Workspace) -> None:
    make_session(workspace)
    with pytest.raises(Conflict, match="round"):
        make_session(workspace)
    with pytest.raises(NotFound) as caught:
        workspace.session("ruond")
    assert "round" in caught.value.fix


def test_sessions_are_listed_newest_first(workspace: Workspace) -> None:
    for name, dataset in (("a", "pets"), ("b", "more"), ("c", "pets")):
        make_session(workspace, name, dataset=dataset)
    assert [s.name for s in workspace.sessions()] == ["c", "b", "a"]
    assert [s.name for s in workspace.sessions("pets")] == ["c", "a"]


# --- changing one ---


def test_settings_change_and_others_do_not(workspace: Workspace) -> None:
    make_session(workspace)
    changed = workspace.change_session("round", instructions="Look twice.", people=("ann",))
    assert changed.config.instructions == "Look twice."
    assert changed.config.people == ("ann",)
    with pytest.raises(InvalidInput, match="dataset"):
        workspace.change_session("round", dataset="other")
    with pytest.raises(InvalidInput, match="overlap"):
        workspace.change_session("round", overlap=0)


def test_another_seed_is_another_order(workspace: Workspace) -> None:
    before = make_session(workspace)
    after = workspace.change_session("round", seed=5)
    orders = [workspace.artifacts.open_array(s.queue).tolist() for s in (before, after)]
    assert orders[0] != orders[1]
    assert sorted(orders[0]) == sorted(orders[1])
    assert "seed 5" in after.queue_source
    assert numbers(workspace.next_items("round", "ann", 5).items) == orders[1][:5]


def test_a_larger_overlap_asks_more_people_about_what_is_open(workspace: Workspace) -> None:
    make_session(workspace)
    first, second, *_ = numbers(workspace.next_items("round", "ann", 4).items)
    answer(workspace, "round", "ann", first, "cat")
    workspace.change_session("round", overlap=2)
    answer(workspace, "round", "ann", second, "cat")
    progress = workspace.session_progress("round")
    assert (progress.done, progress.answers, progress.wanted) == (1, 2, 60)
    assert second in numbers(workspace.next_items("round", "bob", 4).items)
    answer(workspace, "round", "bob", second, "dog")
    assert workspace.session_progress("round").disputed == 1


def test_a_smaller_overlap_judges_what_has_enough_answers_now(workspace: Workspace) -> None:
    make_session(workspace, overlap=3)
    items = numbers(workspace.next_items("round", "ann", 3).items)
    workspace.next_items("round", "bob", 3)
    workspace.next_items("round", "cid", 3)
    for item, name in zip(items, ("cat", "cat", "cat"), strict=True):
        answer(workspace, "round", "ann", item, name)
    for item, name in zip(items[:2], ("cat", "dog"), strict=True):
        answer(workspace, "round", "bob", item, name)
    assert workspace.session_progress("round").done == 0
    workspace.change_session("round", overlap=2)
    progress = workspace.session_progress("round")
    assert (progress.done, progress.disputed) == (1, 1)
    answer(workspace, "round", "bob", items[2], "cat")
    answer(workspace, "round", "cid", items[2], "dog")  # held, but two are enough now
    late = workspace.items_of("round", "cid", items[2:])[0]
    assert late.standing == "late"
    assert workspace.session_progress("round").done == 2


def test_a_closed_session_takes_no_answers_until_it_is_opened_again(workspace: Workspace) -> None:
    make_session(workspace)
    item = workspace.next_items("round", "ann", 1).items[0].item
    assert workspace.close_session("round").closed is not None
    workspace.close_session("round")
    for act in (
        lambda: workspace.next_items("round", "ann", 1),
        lambda: workspace.answer_session("round", "ann", [saying(item, "cat")]),
        lambda: workspace.save_drafts("round", "ann", []),
        lambda: workspace.release_items("round", "ann"),
    ):
        with pytest.raises(Conflict, match="closed"):
            act()
    assert workspace.reopen_session("round").closed is None
    answer(workspace, "round", "ann", item, "cat")
    assert workspace.session_progress("round", "ann").mine == 1


# --- what else there is to know ---


def test_a_drawing_session_counts_drawings(workspace: Workspace) -> None:
    noise_dataset(workspace, labels=[0, 1])
    make_session(workspace, "sketch", answer="drawings", drawings=2, class_names=("cat", "dog"))
    pixels = np.full((28, 28), 9, np.uint8)
    for number, (name, author) in enumerate([("cat", "ann"), ("cat", "ann"), ("cat", "bob")]):
        workspace.add_drawing("sketch", name, pixels, "[]", op_id=f"d{number}", author=author)
    progress = workspace.session_progress("sketch", "ann")
    assert (progress.total, progress.done, progress.drawings, progress.mine) == (4, 2, 3, 2)
    given = workspace.next_items("sketch", "ann", 5)
    assert (given.items, given.left, given.waiting) == ([], 0, False)
    with pytest.raises(InvalidInput, match="not part of"):
        answer(workspace, "sketch", "ann", 0, "cat")


def test_what_a_session_needs_is_no_garbage(workspace: Workspace) -> None:
    session = make_session(workspace)
    workspace.collect_garbage(older_than=-60)
    assert len(workspace.next_items("round", "ann", 30).items) == 30
    assert len(pool(workspace, session)) == 30


def test_only_people_of_a_session_draw_its_classes(workspace: Workspace) -> None:
    make_session(workspace, "doodles", answer="drawings", people=["ann"])
    pixels = np.full((28, 28), 255, np.uint8)

    def draw(author: str, class_name: str = "cat", op_id: str = "a") -> dict[str, int]:
        return workspace.add_drawing(
            "doodles", class_name, pixels, "[]", op_id=op_id, author=author
        )

    with pytest.raises(Forbidden):
        draw("bea")
    with pytest.raises(NotFound):
        draw("ann", "horse")
    assert draw("ann") == {"cat": 1}
    workspace.close_session("doodles")
    assert draw("ann") == {"cat": 1}, "sent again, it is acknowledged"
    with pytest.raises(Conflict):
        draw("ann", op_id="b")
