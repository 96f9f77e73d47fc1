"""Answers leave and come as files, and a session becomes a dataset version."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.answer_formats import possible_formats
from studio.core.dataset import DatasetVersion
from studio.core.errors import Cancelled, Conflict, Forbidden, InvalidInput, NotFound
from studio.core.label_answer import LabelRecord, LabelValue, SessionAnswerInput, Span
from studio.core.label_review import ReviewInput
from studio.core.label_session import LabelClass, LabelSession, SessionConfig
from studio.core.sources import TextSource
from studio.workspace import Workspace
from studio.workspace.marks import open_marks
from tests.answers import boxed, labelled
from tests.workspace.conftest import MakeDataset, small_manifest

MakeSession = Callable[..., LabelSession]
CLASSES = ("cat", "dog", "über")


@pytest.fixture
def make_session(workspace: Workspace, make_dataset: MakeDataset) -> MakeSession:
    """A session about ten pictures of which three have no class."""

    def make(answer: str = "single", name: str = "s", **more: Any) -> LabelSession:
        if not workspace.datasets():
            make_dataset()
        config = {
            "name": name,
            "dataset": workspace.datasets()[0].name,
            "answer": answer,
            "classes": tuple(LabelClass(name=name) for name in CLASSES),
            "wanted": "all",
            **more,
        }
        return workspace.create_session(SessionConfig(**config), author="ann")

    return make


def say(
    workspace: Workspace,
    session: LabelSession,
    said: dict[int, LabelValue | None],
    person: str = "ann",
    **more: Any,
) -> None:
    workspace.answer_session(
        session.name,
        person,
        [
            SessionAnswerInput(
                op_id=f"{session.name} {person} {item} {value}"[:64],
                item=item,
                act="skip" if value is None else "answer",
                value=value,
                revision=session.revision,
                **more,
            )
            for item, value in said.items()
        ],
    )


def said_of(workspace: Workspace, name: str) -> dict[tuple[int, str], Any]:
    """(sample, person) -> what the person says."""
    return {
        (record.item, a.annotator): (a.act, a.value, a.unsure, a.comment, a.seconds)
        for record in workspace.session_records(name)
        for a in record.answers
    }


SAID: dict[str, dict[int, LabelValue | None]] = {
    "single": {1: labelled("cat"), 4: labelled("über"), 5: None},
    "multi": {1: labelled("cat", "dog"), 4: labelled(), 5: None},
    "boxes": {1: boxed(("cat", 0.25, 0.5, 0.5, 0.25)), 4: boxed(), 7: boxed(("über", 0, 0, 1, 1))},
}
ROUNDS = [(kind, name) for kind in SAID for name in possible_formats(kind)]  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "format_name"), ROUNDS)
def test_answers_go_from_one_session_into_another(
    workspace: Workspace, make_session: MakeSession, tmp_path: Path, kind: str, format_name: str
) -> None:
    before = make_session(kind)
    make_session(kind, "t")
    say(workspace, before, SAID[kind], unsure=True, comment="=odd", seconds=2.5)
    path = workspace.answers_file(before.name, format_name)
    facts = workspace.export_answers(before.name, format_name, path)
    assert (facts["samples"], facts["bytes"]) == (3, path.stat().st_size)
    assert workspace.answers_download(path.parent.name) == path
    facts = workspace.import_answers("t", path, format_name, annotator="zoe")
    assert (facts["added"], facts["unchanged"], facts["people"]) == (3, 0, ["zoe"])
    ours, theirs = said_of(workspace, "s"), said_of(workspace, "t")
    assert {item for item, _ in ours} == {item for item, _ in theirs}
    for (item, _), found in ours.items():
        again = theirs[item, "zoe"]
        assert again[:2] == found[:2]
        if format_name not in ("coco", "yolo"):
            assert again[2:] == found[2:]
    answers = workspace.session("t").answers
    for _ in range(2):
        facts = workspace.import_answers("t", path, format_name, annotator="zoe")
        assert (facts["added"], facts["unchanged"]) == (0, 3)
    assert workspace.session("t").answers == answers
    sources = {a.source for r in workspace.session_records("t") for a in r.answers}
    assert sources == {f"import {path.name}"}


def test_a_session_is_restored_with_everybody(
    workspace: Workspace, make_session: MakeSession, tmp_path: Path
) -> None:
    session = make_session(overlap=2)
    say(workspace, session, {1: labelled("cat"), 2: labelled("dog")})
    say(workspace, session, {1: labelled("cat"), 2: labelled("cat"), 3: None}, "bob")
    workspace.export_answers("s", "jsonl", tmp_path / "a.jsonl")
    facts = workspace.import_answers("s", tmp_path / "a.jsonl", "jsonl")
    assert (facts["added"], facts["unchanged"]) == (0, 5), "they are there already"
    make_session(name="t", overlap=2)
    facts = workspace.import_answers("t", tmp_path / "a.jsonl", "jsonl")
    assert (facts["added"], facts["people"]) == (5, ["ann", "bob"])
    assert said_of(workspace, "t") == said_of(workspace, "s")
    states = {r.item: (r.state, r.value) for r in workspace.session_records("t")}
    assert states == {r.item: (r.state, r.value) for r in workspace.session_records("s")}
    lines = (tmp_path / "a.jsonl").read_text().splitlines()
    exported = [LabelRecord.model_validate_json(line) for line in lines]
    assert exported == list(workspace.session_records("s"))


def test_files_are_checked_wholly_before_anything_is_kept(
    workspace: Workspace, make_session: MakeSession, tmp_path: Path
) -> None:
    session = make_session(limit=9)
    (left_out,) = set(range(10)) - set(workspace._session_pool(session).tolist())
    inside = next(i for i in range(10) if i != left_out)
    path = tmp_path / "a.csv"
    path.write_text(
        f"item,class\n{inside},cat\n{inside},cta\n99,cat\n{left_out},cat\n{inside},cat;dog\n"
    )
    with pytest.raises(InvalidInput) as caught:
        workspace.import_answers("s", path, "csv", annotator="zoe")
    assert caught.value.what == "4 entries of “a.csv” cannot be taken."
    for words in (
        'Line 3: There is no class called "cta". Did you mean "cat"?',
        "Line 4: There is no sample 99",
        f"Line 5: Sample {left_out} is not part of s.",
        "Line 6: The answer has 2 classes.",
    ):
        assert words in caught.value.why
    assert said_of(workspace, "s") == {}
    path.write_text(f"item,class\n{inside},cat\n")
    with pytest.raises(InvalidInput, match="does not say who answered"):
        workspace.import_answers("s", path, "csv")
    with pytest.raises(NotFound):
        workspace.import_answers("s", path, "tsv", annotator="zoe")
    path.write_text("item,class\n" + "99,cat\n" * 5000)
    with pytest.raises(InvalidInput, match="1,000 or more entries"):
        workspace.import_answers("s", path, "csv", annotator="zoe")


def test_strangers_and_closed_sessions_get_nothing(
    workspace: Workspace, make_session: MakeSession, tmp_path: Path
) -> None:
    make_session(people=("ann",))
    path = tmp_path / "a.csv"
    path.write_text("item,class,annotator\n1,cat,eve\n")
    with pytest.raises(Forbidden, match="eve"):
        workspace.import_answers("s", path, "csv")
    workspace.close_session("s")
    with pytest.raises(Conflict, match="closed"):
        workspace.import_answers("s", path, "csv", annotator="ann")
    assert said_of(workspace, "s") == {}


def test_a_cancelled_import_is_gone_on_with(
    workspace: Workspace, make_dataset: MakeDataset, make_session: MakeSession, tmp_path: Path
) -> None:
    make_dataset(labels=[-1] * 2500)
    make_session()
    path = tmp_path / "a.csv"
    path.write_text("item,class\n" + "".join(f"{item},cat\n" for item in range(2500)))

    def stop(done: int, total: int, unit: str, message: str) -> None:
        if unit == "answers" and done >= 1000:
            raise Cancelled("Cancelled.", "Somebody asked for it.", "")

    with pytest.raises(Cancelled):
        workspace.import_answers("s", path, "csv", annotator="zoe", progress=stop)
    assert workspace.session("s").answers == 1000
    seen: list[tuple[int, int, str]] = []
    facts = workspace.import_answers(
        "s", path, "csv", annotator="zoe", progress=lambda d, t, u, m: seen.append((d, t, u))
    )
    assert (facts["added"], facts["unchanged"]) == (1500, 1000)
    assert workspace.session("s").answers == 2500
    assert seen[-1] == (2500, 2500, "answers")


def test_suggestions_come_from_files(
    workspace: Workspace, make_session: MakeSession, tmp_path: Path
) -> None:
    make_session()
    path = tmp_path / "p.csv"
    path.write_text("item,class,score\n7,cat,0.25\n2,dog,0.5\n2,über,0.75\n")
    facts = workspace.import_answers("s", path, "csv", as_suggestions=True)
    assert (facts["added"], facts["suggestions"], facts["people"]) == (2, True, [])
    first, second = workspace.items_of("s", "ann", [2, 7])
    assert first.suggestion is not None
    assert second.suggestion is not None
    assert (first.suggestion.value, first.suggestion.score) == (labelled("über"), 0.75)
    assert (second.suggestion.value, second.suggestion.source) == (labelled("cat"), "file p.csv")
    path.write_text("item,class\n7,dog\n8,cow\n")
    with pytest.raises(InvalidInput, match="no class called"):
        workspace.import_answers("s", path, "csv", as_suggestions=True)
    (kept,) = workspace.items_of("s", "ann", [7])
    assert kept.suggestion is not None
    assert kept.suggestion.value == labelled("cat")
    say(workspace, workspace.session("s"), {7: labelled("cat")})
    workspace.export_answers("s", "labelstudio", tmp_path / "a.json")
    (task,) = json.loads((tmp_path / "a.json").read_text())
    assert task["predictions"][0]["score"] == 0.25


def test_former_class_names_are_understood(
    workspace: Workspace, make_session: MakeSession, tmp_path: Path
) -> None:
    make_session()
    path = tmp_path / "a.csv"
    path.write_text("item,class\n1,cat\n2,dog\n")
    workspace.rename_session_class("s", "cat", "kitten", "ann")
    workspace.import_answers("s", path, "csv", annotator="zoe")
    values = {r.item: r.value for r in workspace.session_records("s")}
    assert values == {1: labelled("kitten"), 2: labelled("dog")}


# --- publishing ---


def labels_of(workspace: Workspace, version: DatasetVersion) -> list[str | None]:
    names = version.class_names
    return [names[code] if code >= 0 else None for code in workspace.labels(version).tolist()]


def test_a_session_becomes_labels(workspace: Workspace, make_session: MakeSession) -> None:
    session = make_session(overlap=2)
    before = labels_of(workspace, workspace.dataset("pets"))
    with pytest.raises(Conflict, match="nothing to publish"):
        workspace.publish_session("s", author="rita")
    for person in ("ann", "bob"):
        say(workspace, session, {4: labelled("über"), 1: labelled("cat")}, person)
    say(workspace, session, {5: labelled("dog")})
    say(workspace, session, {8: labelled("dog")})
    say(workspace, session, {8: labelled("cat")}, "bob")
    workspace.review(
        "s", "rita", [ReviewInput(op_id="r", item=8, decision="accept", value=labelled("cat"))]
    )
    version = workspace.publish_session("s", author="rita")
    assert (version.version, version.author) == (2, "rita")
    assert version.message == "3 samples labelled in session s"
    assert version.class_names == ("cat", "dog", "über")
    after = labels_of(workspace, version)
    assert (after[4], after[1], after[8], after[5]) == ("über", "cat", "cat", None)
    rest = [n for n in range(10) if n not in (1, 4, 8)]
    assert [after[n] for n in rest] == [before[n] for n in rest]
    assert version.labelled == 9
    with pytest.raises(Conflict, match="published already"):
        workspace.publish_session("s")
    history = [event.what for event in workspace.sample_facts(version, 8).history]
    assert history[0].startswith("class none → cat")
    assert "decided “cat” in session s" in history
    assert "answered “dog” in session s" in history


def test_several_classes_become_tags(workspace: Workspace, make_session: MakeSession) -> None:
    session = make_session("multi")
    say(workspace, session, {1: labelled("cat", "über"), 4: labelled("dog"), 0: labelled()})
    version = workspace.publish_session("s")
    assert open_marks(workspace.artifacts, version, "tags").tolist() == [[1, 0], [1, 2], [4, 1]]
    assert version.tag_count == 3
    found = labels_of(workspace, version)
    assert (found[1], found[4], found[0]) == (None, "dog", None)
    facts = workspace.sample_facts(version, 1)
    assert facts.facts["Classes"] == "cat, über"
    assert "classes none → cat, über" in facts.history[0].what
    merged = workspace.merge_classes("pets", ["cat", "über"], "animal")
    assert labels_of(workspace, merged)[1] == "animal"
    assert open_marks(workspace.artifacts, merged, "tags").tolist() == [[1, 0], [4, 1]]
    renamed = workspace.rename_class("pets", "animal", "beast")
    assert workspace.sample_facts(renamed, 1).facts["Classes"] == "beast"
    moved = workspace.relabel("pets", [1], "dog")
    assert open_marks(workspace.artifacts, moved, "tags").tolist() == [[1, 1], [4, 1]]
    taken = workspace.relabel("pets", [1], None)
    assert open_marks(workspace.artifacts, taken, "tags").tolist() == [[4, 1]]
    more = small_manifest(workspace, [0], ("cow",), seed=1)
    tagged = more.model_copy(
        update={"tags": workspace.artifacts.put_array(np.array([[0, 0]], np.int32), "t.npy").digest}
    )
    workspace.append_manifest("pets", tagged, author="ann", message="more")
    newest = workspace.dataset("pets")
    assert open_marks(workspace.artifacts, newest, "tags").tolist() == [[4, 1], [10, 2]]
    assert newest.tag_count == 2


def test_boxes_replace_those_of_their_samples(
    workspace: Workspace, make_session: MakeSession
) -> None:
    session = make_session("boxes")
    say(workspace, session, {1: boxed(("cat", 0, 0, 1, 1)), 4: boxed(("über", 0, 0, 0.5, 0.5))})
    first = workspace.publish_session("s")
    assert first.class_names == ("cat", "dog", "über")
    assert first.box_count == 2
    assert [b.class_name for b in workspace.sample_facts(first, 4).boxes] == ["über"]
    say(workspace, session, {4: boxed(("dog", 0, 0, 0.5, 0.5), ("dog", 0.5, 0.5, 0.5, 0.5)), 1: boxed()})  # fmt: skip
    second = workspace.publish_session("s")
    assert workspace.boxes(second)[:, :2].tolist() == [[4, 1], [4, 1]]
    assert "boxes 1 → 2" in workspace.sample_facts(second, 4).history[0].what


def test_spans_become_spans(
    workspace: Workspace, make_session: MakeSession, tmp_path: Path
) -> None:
    (tmp_path / "t.csv").write_text("text\nTom 🐈 sat.\nAnn did.\n")
    workspace.add_dataset("words", TextSource(path=str(tmp_path / "t.csv")))
    session = make_session(spans=True)
    value = LabelValue(
        classes=("cat",),
        spans=(Span(start=4, end=5, class_name="cat"), Span(start=0, end=3, class_name="dog")),
    )
    say(workspace, session, {0: value})
    version = workspace.publish_session("s")
    assert open_marks(workspace.artifacts, version, "spans").tolist() == [
        [0, 1, 0, 3],
        [0, 0, 4, 5],
    ]
    assert workspace.sample_facts(version, 0).facts["Spans"] == "“Tom” dog; “🐈” cat"
    assert labels_of(workspace, version) == ["cat", None]
    for format_name in possible_formats("single"):
        target = make_session(spans=True, name=f"t-{format_name}")
        path = workspace.answers_file("s", format_name)
        workspace.export_answers("s", format_name, path)
        workspace.import_answers(target.name, path, format_name, annotator="zoe")
        (record,) = workspace.session_records(target.name)
        assert record.value == value


def test_other_samples_under_the_numbers_are_refused(
    workspace: Workspace, make_dataset: MakeDataset, make_session: MakeSession
) -> None:
    session = make_session()
    say(workspace, session, {4: labelled("cat")})
    make_dataset(seed=5)
    with pytest.raises(Conflict, match="other samples were imported"):
        workspace.publish_session("s")
    workspace.revert("pets", 1)
    workspace.rename_class("pets", "cat", "kitten")
    more = small_manifest(workspace, [0, -1], ("kitten", "dog"), seed=1)
    workspace.append_manifest("pets", more, author="ann", message="")
    version = workspace.publish_session("s", message="now")
    assert (version.count, version.message) == (12, "now")
    assert labels_of(workspace, version)[4] == "kitten", "it was renamed in the dataset since"


def draw(workspace: Workspace, names: Sequence[str], first: int) -> None:
    for number, name in enumerate(names, first):
        pixels = np.full((28, 28), 1 + number, np.uint8)
        workspace.add_drawing("s", name, pixels, "[]", op_id=f"d{number}", author="ann")


def test_drawings_are_put_behind_the_samples_once(
    workspace: Workspace, make_session: MakeSession
) -> None:
    blank = small_manifest(workspace, [0, 1])
    samples = np.zeros((2, 28, 28, 1), np.uint8)
    digest = workspace.artifacts.put_array(samples, "samples.npy").digest
    manifest = blank.model_copy(update={"samples": digest, "base": digest, "shape": (28, 28, 1)})
    workspace.record_dataset("ink", manifest, author="ann", message="")
    make_session("drawings")
    with pytest.raises(Conflict, match="Nobody has drawn"):
        workspace.publish_session("s")
    draw(workspace, ["cat", "über", "cat"], 0)
    version = workspace.publish_session("s")
    assert version.message == "3 drawings made in session s"
    assert labels_of(workspace, version) == ["cat", "dog", "cat", "über", "cat"]
    assert workspace.pictures(version)[3].max() == 2
    with pytest.raises(Conflict, match="in ink already"):
        workspace.publish_session("s")
    draw(workspace, ["dog"], 3)
    version = workspace.publish_session("s")
    assert labels_of(workspace, version)[4:] == ["cat", "dog"]
    workspace.relabel("ink", [0], "dog")
    with pytest.raises(Conflict, match="in ink already"):
        workspace.publish_session("s")


def test_exports_never_overwrite_and_are_forgotten(
    workspace: Workspace, make_session: MakeSession, tmp_path: Path
) -> None:
    session = make_session()
    say(workspace, session, {1: labelled("cat")})
    path = tmp_path / "there.csv"
    path.write_text("mine")
    with pytest.raises(Conflict, match="never overwrites"):
        workspace.export_answers("s", "csv", path)
    for token in ("0" * 32, "../answers", ""):
        with pytest.raises(NotFound):
            workspace.answers_download(token)
