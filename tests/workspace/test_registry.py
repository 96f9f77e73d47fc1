"""Aliases move for a reason, through gates, and back; who had one when is known for good."""

from __future__ import annotations

import time

import pytest

from studio.core.errors import Conflict, InvalidInput, NotFound
from studio.core.events import ModelEvent
from studio.core.gates import Gates
from studio.core.standard import restore_pipeline
from studio.workspace import Workspace
from tests.workspace.conftest import MakeDataset
from tests.workspace.judged import judged_elsewhere, judged_run

Moves = list[tuple[str, int | None, int | None, str, str]]


@pytest.fixture
def pets(workspace: Workspace, make_dataset: MakeDataset) -> Workspace:
    """Three versions of a model, each better than the one before; the first is champion."""
    make_dataset()
    for number, quality in enumerate((0.80, 0.82, 0.90), 1):
        judged_run(
            workspace,
            f"r{number}",
            test=[0, 1, 6],
            accuracy=quality,
            mean_average_precision=quality,
        )
        alias = "champion" if number == 1 else None
        workspace.register_model(f"r{number}", "pets", alias=alias, author="ann")
    return workspace


def moves(workspace: Workspace, alias: str | None = None) -> Moves:
    return [
        (m.alias, m.previous, m.version, m.author, m.reason)
        for m in workspace.alias_moves("pets", alias)
    ]


def test_history_knows_who_when_why_from_and_to(pets: Workspace) -> None:
    pets.set_alias("pets", "champion", 3, author="bob", reason="  better on cats ")
    pets.set_alias("pets", "challenger", 2)
    pets.set_alias("pets", "champion", 3, author="eve")  # it is there: nothing moves
    pets.remove_alias("pets", "challenger", author="bob", reason="not needed")
    pets.set_alias("pets", "challenger", 1)
    assert moves(pets) == [
        ("challenger", None, 1, "unnamed", ""),
        ("challenger", 2, None, "bob", "not needed"),
        ("challenger", None, 2, "unnamed", ""),
        ("champion", 1, 3, "bob", "better on cats"),
        ("champion", None, 1, "ann", ""),
    ]
    assert len(moves(pets, "champion")) == 2
    assert pets.known_aliases("pets") == ["champion", "challenger"]
    with pytest.raises(NotFound):
        pets.alias_moves("cats")


def test_who_was_champion_in_a_moment(pets: Workspace) -> None:
    before = pets.alias_moves("pets")[0].time
    pets.set_alias("pets", "champion", 2)
    after = pets.alias_moves("pets")[0].time
    pets.remove_alias("pets", "champion")
    removed = pets.alias_moves("pets")[0].time

    def was(moment: float) -> int | None:
        found = pets.alias_at("pets", "champion", moment)
        return None if found is None else found.version

    assert was(before - 1) is None
    assert was(before) == 1
    assert was((before + after) / 2) == (1 if before < after else 2)
    assert was(after) == (2 if after < removed else None)
    assert was(time.time() + 1) is None
    assert pets.alias_at("pets", "nobody", after) is None


def test_one_step_back_and_forth(pets: Workspace) -> None:
    with pytest.raises(Conflict, match="cannot go back"):
        pets.rollback_alias("pets", "champion")
    pets.set_alias("pets", "champion", 3)
    pets.set_gates("pets", "champion", Gates(accuracy=0.99))  # gates do not hold anybody back
    assert pets.rollback_alias("pets", "champion", author="bob", reason="slow").version == 1
    assert moves(pets)[0] == ("champion", 3, 1, "bob", "rolled back from version 3: slow")
    assert pets.rollback_alias("pets", "champion").version == 3
    with pytest.raises(NotFound):
        pets.rollback_alias("pets", "challenger")


def test_an_alias_that_endpoints_follow_stays(pets: Workspace) -> None:
    pets.deploy("pets@champion", "answers")
    with pytest.raises(Conflict, match="answers"):
        pets.remove_alias("pets", "champion")
    pets.retire_endpoint("answers")
    pets.remove_alias("pets", "champion")
    with pytest.raises(NotFound):
        pets.resolve_model("pets@champion")


def test_gates_refuse_and_say_why(pets: Workspace) -> None:
    gates = Gates(margin=0.01, accuracy=0.85, latency=0.2, size=0.001)
    pets.set_gates("pets", "champion", gates, author="ann")
    assert pets.gates("pets", "champion") == gates
    promotion = pets.promotion("pets", "champion", "pets:2")
    assert promotion.holder == "pets:1"
    assert [check.verdict for check in promotion.checks] == [
        "passed", "refused", "passed", "refused",
    ]  # fmt: skip
    with pytest.raises(Conflict, match="pets:2 may not become pets@champion") as caught:
        pets.set_alias("pets", "champion", 2)
    assert "0.8200; it must be at least 0.8500" in caught.value.why
    assert pets.resolve_model("pets@champion").version == 1
    pets.set_alias("pets", "challenger", 2)  # another alias has no gates


def test_gates_are_overridden_by_word_and_reason_only(pets: Workspace) -> None:
    pets.set_gates("pets", "champion", Gates(accuracy=0.99))
    with pytest.raises(InvalidInput, match="without a reason"):
        pets.set_alias("pets", "champion", 2, reason="  ", override=True)
    pets.set_alias("pets", "champion", 2, reason="for the fair", override=True)
    last = pets.alias_moves("pets")[0]
    assert (last.version, last.reason) == (2, "for the fair")
    assert len(last.overridden) == 1
    assert "0.8200" in last.overridden[0]
    pets.set_gates("pets", "champion", Gates())
    pets.set_alias("pets", "champion", 3, reason="fine", override=True)
    assert pets.alias_moves("pets")[0].overridden == ()


def test_gates_hold_at_registration_too(pets: Workspace) -> None:
    pets.set_gates("pets", "champion", Gates(margin=0.0))
    judged_run(pets, "worse", test=[0, 1, 6], mean_average_precision=0.7)
    with pytest.raises(Conflict, match="run/worse may not become"):
        pets.register_model("worse", "pets", alias="champion")
    assert len(pets.models()[0].versions) == 3
    judged_run(pets, "better", test=[0, 1, 6], mean_average_precision=0.95)
    assert pets.register_model("better", "pets", alias="champion").aliases == ("champion",)


def test_a_model_brought_in_does_not_pass_gates_unseen(pets: Workspace) -> None:
    pets.set_gates("pets", "champion", Gates(accuracy=0.1))
    pets.submit(restore_pipeline("0" * 32, "pets", "champion"), name="restore")
    run = pets.claim_run("worker", 60.0)
    assert run is not None
    body = {
        "dataset": "pets:1",
        "class_names": ["cat", "dog"],
        "shape": [8, 8, 1],
        "files": {},
        "facts": {},
    }
    pets.record_events(
        run, [ModelEvent(seq=1, time=0.0, model="pets", alias="champion", body=body)]
    )
    assert pets.model("pets").version == 4
    assert pets.resolve_model("pets@champion").version == 1
    promotion = pets.promotion("pets", "champion", "pets:4")
    assert [check.verdict for check in promotion.checks] == ["unknown"]


def test_both_are_compared_on_the_holders_test_set(
    pets: Workspace, make_dataset: MakeDataset
) -> None:
    """A candidate of newer data has to be judged where the champion was, and is offered to be."""
    pets.set_gates("pets", "champion", Gates(margin=0.01))
    make_dataset(seed=1)
    judged_run(pets, "newer", test=[2, 3], mean_average_precision=0.99)
    pets.register_model("newer", "pets")
    promotion = pets.promotion("pets", "champion", "pets:4")
    assert [check.verdict for check in promotion.checks] == ["unknown"]
    assert promotion.judge_on is not None
    assert promotion.judge_on.dataset == "pets:1"
    assert "Judge it on the test part of pets:1" in _refused(pets, 4).fix
    judged_elsewhere(pets, "pets:4", "pets:1", test=[0, 1, 6], mean_average_precision=0.5)
    (check,) = pets.promotion("pets", "champion", "pets:4").checks
    assert (check.verdict, "0.5000" in check.text) == ("refused", True)
    judged_elsewhere(pets, "pets:4", "pets:1", test=[0, 1, 6], mean_average_precision=0.81)
    assert pets.promotion("pets", "champion", "pets:4").allowed


def _refused(workspace: Workspace, version: int) -> Conflict:
    with pytest.raises(Conflict) as caught:
        workspace.set_alias("pets", "champion", version)
    return caught.value


def test_texts_are_kept_beside_versions(pets: Workspace) -> None:
    version = pets.model("pets", version=2)
    assert set(pets.version_texts(version).values()) == {""}
    pets.set_version_text(version, "note", " <b>mine</b> ", author="ann")
    pets.set_version_text(version, "note", "<b>ours</b>", author="ann")
    pets.set_version_text(version, "limits", "only by day")
    assert pets.version_texts(version) == {
        "note": "<b>ours</b>",
        "intended_use": "",
        "limits": "only by day",
    }
    assert pets.version_notes("pets") == {2: "<b>ours</b>"}
    pets.set_version_text(version, "note", "")
    assert pets.version_notes("pets") == {}


@pytest.mark.parametrize(
    ("name", "text"), [("notes", "x"), ("note", "x" * 10_001), ("note", "a\0b")]
)
def test_impossible_texts_are_refused(pets: Workspace, name: str, text: str) -> None:
    with pytest.raises((InvalidInput, NotFound)):
        pets.set_version_text(pets.model("pets"), name, text)  # type: ignore[arg-type]
