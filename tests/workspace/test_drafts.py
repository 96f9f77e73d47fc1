from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.draft import Draft
from studio.core.draft_parameters import with_settings
from studio.core.errors import Conflict, InvalidInput, NotFound
from studio.core.pipeline import Node, Pipeline
from studio.workspace import Workspace
from tests.random_drafts import drafts

SPLIT = Draft(pipeline=Pipeline().add("split", "split"))
TWO = Draft(pipeline=SPLIT.pipeline.add("train", "train"), positions={"train": (10.0, 20.0)})


@settings(
    max_examples=12,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    st.lists(st.one_of(drafts(most=3), st.just("undo"), st.just("redo")), min_size=1, max_size=12)
)
def test_undo_and_redo_are_exact(workspace: Workspace, edits: list[Draft | str]) -> None:
    name = workspace.free_draft_name("walk")
    saved = workspace.make_draft(name)
    states, at = [saved.draft], 0
    for edit in edits:
        if isinstance(edit, Draft):
            saved = workspace.save_draft(name, edit, base=saved.head, what="drew")
            states, at = [*states[: at + 1], edit.tidied()], at + 1
        elif edit == "undo" and at > 0:
            saved, at = workspace.undo_draft(name, saved.head), at - 1
        elif edit == "redo" and at < len(states) - 1:
            saved, at = workspace.redo_draft(name, saved.head), at + 1
        assert workspace.draft(name) == saved
        assert saved.draft == states[at]
        assert (saved.can_undo, saved.can_redo) == (at > 0, at < len(states) - 1)
    for number in range(at - 1, -1, -1):
        saved = workspace.undo_draft(name, saved.head)
        assert saved.draft == states[number]


def test_an_edit_names_one_state_for_good(workspace: Workspace) -> None:
    first = workspace.make_draft("pets", author="ann")
    second = workspace.save_draft("pets", SPLIT, base=first.head, what="Added Split data")
    assert (second.undoes, second.can_redo, second.author) == ("Added Split data", False, "ann")
    undone = workspace.undo_draft("pets", second.head)
    assert (undone.head, undone.redoes) == (first.head, "Added Split data")
    third = workspace.save_draft("pets", TWO, base=undone.head, author="bob")
    assert third.head not in (first.head, second.head)
    assert (third.edits, third.can_redo, third.author) == (2, False, "bob")
    with pytest.raises(Conflict, match="bob changed it"):
        workspace.save_draft("pets", SPLIT, base=second.head)
    with pytest.raises(Conflict):
        workspace.undo_draft("pets", second.head)
    with pytest.raises(InvalidInput, match="nothing to redo"):
        workspace.redo_draft("pets", third.head)
    assert workspace.draft("pets") == third


def test_edits_of_two_people_both_count(workspace: Workspace) -> None:
    base = workspace.make_draft("pets", TWO).head
    other = Workspace.open(workspace.home)

    def change(now: Draft) -> Draft:
        if now == TWO:  # somebody else is faster, once
            other.save_draft(
                "pets", with_settings(now, "split", {"seed": 4}), base=base, author="bob"
            )
        return with_settings(now, "train", {"epochs": 9})

    saved = workspace.edit_draft("pets", change, what="epochs 9", author="ann")
    assert saved.draft.pipeline.node("split").params == {"seed": 4}
    assert saved.draft.pipeline.node("train").params == {"epochs": 9}
    same = workspace.edit_draft("pets", lambda now: now, what="nothing")
    assert same == saved
    other.close()


def test_nothing_illegal_is_saved(workspace: Workspace) -> None:
    head = workspace.make_draft("pets").head
    twice = Pipeline(nodes=(Node(id="a", component="split"), Node(id="a", component="split")))
    with pytest.raises(Conflict):
        workspace.save_draft("pets", Draft(pipeline=twice), base=head)
    with pytest.raises(InvalidInput):
        workspace.make_draft("my pets")
    with pytest.raises(Conflict, match="there already"):
        workspace.make_draft("pets")
    with pytest.raises(NotFound, match="pest"):
        workspace.save_draft("pest", SPLIT, base=head)
    assert workspace.draft("pets").draft == Draft()


def test_versions_are_kept_and_gone_back_to(workspace: Workspace) -> None:
    head = workspace.make_draft("pets", SPLIT).head
    workspace.keep_draft_version("pets", "small", author="ann")
    saved = workspace.save_draft("pets", TWO, base=head)
    workspace.keep_draft_version("pets", "larger")
    kept = workspace.draft_versions("pets")
    assert [(v.version, v.message, v.draft) for v in kept] == [(2, "larger", TWO), (1, "small", SPLIT)]  # fmt: skip
    back = workspace.restore_draft_version("pets", 1, base=saved.head)
    assert (back.draft, back.undoes, back.versions) == (SPLIT, "Went back to version 1", 2)
    assert workspace.undo_draft("pets", back.head).draft == TWO
    with pytest.raises(NotFound):
        workspace.restore_draft_version("pets", 3, base=back.head)


def test_drafts_are_copied_renamed_and_deleted(workspace: Workspace) -> None:
    workspace.make_draft("pets", TWO)
    copy = workspace.clone_draft("pets", "cats", author="bob")
    assert (copy.draft, copy.can_undo) == (TWO, False)
    assert workspace.free_draft_name("pets") == "pets-2"
    assert workspace.rename_draft("pets", "dogs").draft == TWO
    with pytest.raises(Conflict):
        workspace.rename_draft("dogs", "cats")
    assert [row.name for row in workspace.drafts()] == ["cats", "dogs"]
    workspace.delete_draft("cats")
    assert [row.name for row in workspace.drafts()] == ["dogs"]
    with pytest.raises(NotFound):
        workspace.draft("cats")
    workspace.make_draft("cats")  # the name is free again


def test_what_the_workspace_lacks_is_a_problem_of_the_node(workspace: Workspace) -> None:
    draft = Draft(
        pipeline=Pipeline()
        .add("data", "dataset", name="digits")
        .add("model", "model", reference="digits@champion")
        .add("split", "split")
    )
    said = workspace.draft_problems(draft)
    assert said["data"] == ['There is no dataset called "digits".']
    assert said["model"] == ['There is no model called "digits".']
    assert said["split"] == ['Input "dataset" is not connected.']
