"""From a model back to the people whose labels it learned from, and forward to what uses it."""

from __future__ import annotations

import pytest

from studio.core.annotation import AnnotationInput
from studio.core.errors import NotFound
from studio.core.lineage import Lineage
from studio.workspace import Workspace
from studio.workspace.lineage import SHOWN_VERSIONS
from tests.workspace.asking import answer, make_session
from tests.workspace.conftest import MakeDataset
from tests.workspace.judged import judged_elsewhere, judged_run


def links(found: Lineage) -> set[tuple[str, str, str]]:
    return {(k.source.partition(" ")[0], k.label, k.target) for k in found.links}


def label(workspace: Workspace, person: str, samples: range, class_name: str = "cat") -> None:
    ops = [
        AnnotationInput(op_id=f"{person} {i} {class_name}", sample=i, class_name=class_name)
        for i in samples
    ]
    workspace.annotate("pets", person, ops)


def test_labels_are_traced_to_who_gave_them(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset()
    label(workspace, "ann", range(4, 6))
    label(workspace, "bob", range(5, 6))
    workspace.freeze("pets", author="ann", message="two more")
    label(workspace, "eve", range(8, 9))
    workspace.freeze("pets", author="eve")
    label(workspace, "late", range(0, 1))  # not in any version yet
    judged_run(workspace, "first", accuracy=0.75)
    workspace.register_model("first", "pets", alias="champion", author="ann")
    found = workspace.lineage("pets@champion")
    assert found.start == "model:pets:1"
    assert {link for link in links(found) if not link[0].startswith("source:")} == {
        ("person:ann", "2 labels", "dataset:pets:2"),
        ("person:bob", "1 labels", "dataset:pets:2"),
        ("person:eve", "1 labels", "dataset:pets:3"),
        ("dataset:pets:1", "changed into", "dataset:pets:2"),
        ("dataset:pets:2", "changed into", "dataset:pets:3"),
        ("dataset:pets:3", "trained on", "run:first"),
        ("run:first", "registered as", "model:pets:1"),
    }
    sources = [node for node in found.nodes if node.kind == "source"]
    assert [(s.title, found.after(s.id)[0][0].id) for s in sources] == [("noise", "dataset:pets:1")]
    model = found.node("model:pets:1")
    assert (model.page, model.query) == ("models", {"model": "pets", "version": "1"})
    assert model.detail == "champion · registered by ann"
    assert "two more" in found.node("dataset:pets:2").detail
    assert workspace.lineage("run/first").start == "run:first"
    for nothing in ("cats", "pets:9", "run/none"):
        with pytest.raises(NotFound):
            workspace.lineage(nothing)


def test_a_session_stands_between_its_people_and_the_version(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset()
    make_session(workspace, "sort", class_names=("cat", "dog"))
    dealt = workspace.next_items("sort", "ann", 2).items
    for one in dealt:
        answer(workspace, "sort", "ann", one.item, "cat")
    workspace.publish_session("sort", author="bob", message="done")
    judged_run(workspace, "first")
    workspace.register_model("first", "pets")
    found = links(workspace.lineage("pets"))
    assert ("session:sort", "published", "dataset:pets:2") in found
    assert ("person:ann", f"{len(dealt)} answers", "session:sort") in found


def test_what_uses_a_model_is_in_its_graph(workspace: Workspace, make_dataset: MakeDataset) -> None:
    make_dataset()
    judged_run(workspace, "first")
    judged_run(workspace, "second", start_from="first")
    workspace.register_model("second", "pets", alias="champion")
    evaluation = judged_elsewhere(workspace, "pets:1", "pets:1", accuracy=0.5)
    workspace.deploy("pets@champion", "answers")
    workspace.deploy("pets:1", "fixed")
    found = workspace.lineage("pets")
    assert {
        ("run:first", "began with its weights", "run:second"),
        ("model:pets:1", "judged", f"evaluation:{evaluation.name}"),
        ("dataset:pets:1", "judged on", f"evaluation:{evaluation.name}"),
        ("model:pets:1", "served by", "endpoint:answers"),
        ("model:pets:1", "served by", "endpoint:fixed"),
    } <= links(found)
    assert found.node("endpoint:answers").query == {"endpoint": "answers"}
    judged_run(workspace, "third")
    workspace.register_model("third", "pets")
    workspace.set_alias("pets", "champion", 2)
    assert ("model:pets:1", "served by", "endpoint:answers") not in links(
        workspace.lineage("pets:1")
    )
    assert ("model:pets:2", "served by", "endpoint:answers") in links(workspace.lineage("pets:2"))


def test_a_long_line_of_versions_is_folded(workspace: Workspace, make_dataset: MakeDataset) -> None:
    count = SHOWN_VERSIONS + 5
    make_dataset()
    for number in range(count - 1):
        label(workspace, f"p{number}", range(1), "cat" if number % 2 else "dog")
        workspace.freeze("pets")
    judged_run(workspace, "first")
    found = workspace.lineage("run/first")
    versions = [node for node in found.nodes if node.kind == "dataset"]
    assert len(versions) == SHOWN_VERSIONS + 1
    folded = next(node for node in versions if "between" in node.detail)
    assert folded.title == f"pets:2 to {count - SHOWN_VERSIONS + 1}"
    people = {node.title for node in found.nodes if node.kind == "person"}
    assert people == {f"p{number}" for number in range(count - 1)}  # nobody's labels are lost
    assert found.columns()["run:first"] == 1 + len(versions)  # the source is before them
