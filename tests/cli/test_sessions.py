from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.workspace.conftest import MakeDataset


@pytest.fixture(autouse=True)
def _who(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "ann")


@pytest.fixture
def pets(workspace: Workspace, make_dataset: MakeDataset, studio: Studio) -> Workspace:
    """A session over ten small pictures, each answered by two people."""
    make_dataset()
    made = studio(
        "sessions", "create", "sort", "--dataset", "pets", "--classes", "cat,dog", "--wanted", "all",
        "--overlap", "2",
    )  # fmt: skip
    assert made.code == 0, made.err
    return workspace


def test_a_session_from_the_first_to_the_published_answer(
    studio: Studio, pets: Workspace, tmp_path: Path
) -> None:
    given = studio("sessions", "next", "sort", "--count", "3", "--json").json
    items = [item["item"] for item in given["items"]]
    assert (len(items), given["left"]) == (3, 7)
    for person in ("ann", "bob"):
        for item, said in zip(items, ("cat", "dog", "cat"), strict=True):
            said = "dog" if (person, item) == ("bob", items[2]) else said
            done = studio(
                "sessions", "answer", "sort", item, said, "--person", person, "--json"
            ).json
    assert (done["progress"]["done"], done["progress"]["disputed"]) == (2, 1)
    listed = studio("sessions", "review", "list", "sort", "--json").json
    assert [item["item"] for item in listed["items"]] == [items[2]]
    assert "bob: dog" in studio("sessions", "review", "list", "sort").out
    settled = studio("sessions", "review", "accept", "sort", items[2], "cat", "--json").json
    assert (settled["record"]["state"], settled["counts"]["disputed"]) == ("settled", 0)

    numbers = studio("sessions", "numbers", "sort", "--json").json
    assert numbers["class_counts"] == {"cat": 2, "dog": 1}
    assert numbers["agreement"]["percent"] == pytest.approx(2 / 3)
    said = studio("sessions", "numbers", "sort").out
    assert "Cohen's kappa" in said
    assert "ann, bob" in said

    file = tmp_path / "answers.csv"
    studio("sessions", "export", "sort", "--format", "csv", "--output", file, "--json").json  # noqa: B018
    with file.open(encoding="utf-8") as lines:
        assert len(list(csv.DictReader(lines))) >= 6
    made = studio("sessions", "publish", "sort", "--message", "by hand", "--json").json
    assert (made["name"], made["version"], made["message"]) == ("pets", 2, "by hand")


def test_settings_come_from_a_file_and_options_win(
    studio: Studio, workspace: Workspace, make_dataset: MakeDataset, tmp_path: Path
) -> None:
    make_dataset()
    file = tmp_path / "session.json"
    classes = [{"name": "cat", "colour": "#112233", "key": "KeyQ"}, "dog"]
    file.write_text(json.dumps({"dataset": "pets:1", "classes": classes, "overlap": 3}))
    made = studio(
        "sessions", "create", "sort", "--config", file, "--overlap", "2", "--people", "ann, bob",
        "--no-blind", "--json",
    ).json  # fmt: skip
    assert (made["overlap"], made["people"], made["blind"]) == (2, ["ann", "bob"], False)
    assert (made["classes"][0]["key"], made["dataset_version"]) == ("KeyQ", 1)
    assert made["author"] == "ann"
    changed = studio("sessions", "set", "sort", "--overlap", "1", "--people", "", "--json").json
    assert (changed["overlap"], changed["people"], changed["blind"]) == (1, [], False)
    assert workspace.session("sort").config.overlap == 1


def test_acts_are_understood(studio: Studio, pets: Workspace) -> None:
    acts = [
        ("0", "cat", "--unsure", "--comment", "blurred"),
        ("1", "--skip"),
        ("2", "dog", "--op-id", "once"),
        ("2", "dog", "--op-id", "once"),
        ("0", "--take-back"),
        ("3", "--value", '{"classes": ["dog"]}'),
    ]
    for act in acts:
        assert studio("sessions", "answer", "sort", *act).code == 0
    mine = studio("sessions", "mine", "sort", "--json").json["items"]
    assert [(item["item"], item["standing"]) for item in mine] == [
        (3, "done"),
        (2, "done"),
        (1, "skipped"),
    ]
    assert studio("sessions", "release", "sort").code == 0
    person = studio("sessions", "numbers", "sort", "--json").json["people"][0]
    assert (person["answers"], person["skipped"], person["taken_back"]) == (2, 1, 1)


def test_an_answer_goes_back_and_a_decision_is_taken_back(studio: Studio, pets: Workspace) -> None:
    studio("sessions", "answer", "sort", "4", "cat", "--person", "bob")
    words = ("sessions", "review")
    back = studio(*words, "return", "sort", "4", "bob", "--comment", "look again", "--json").json
    assert back["counts"]["returned"] == 1
    (item,) = studio("sessions", "next", "sort", "--count", "1", "--person", "bob", "--json").json[
        "items"
    ]
    assert (item["item"], item["returned"]) == (4, "look again")
    studio(*words, "accept", "sort", "4", "dog")
    reopened = studio(*words, "reopen", "sort", "4", "--json").json
    assert reopened["record"]["state"] == "open"


def test_classes_change(studio: Studio, pets: Workspace) -> None:
    studio("sessions", "answer", "sort", "0", "cat")
    for words in (
        ("add", "sort", "fox", "--colour", "#aa5500", "--key", "KeyF"),
        ("rename", "sort", "dog", "hound"),
        ("split", "sort", "cat", "lion", "--samples", "0-3"),
        ("merge", "sort", "fox", "hound", "--into", "canine"),
        ("change", "sort", "lion", "--description", "has a mane"),
    ):
        changed = studio("sessions", "classes", *words, "--json")
        assert changed.code == 0, changed.err
    names = {c["name"]: c for c in changed.json["classes"]}
    assert names.keys() == {"cat", "lion", "canine"}
    assert names["lion"]["description"] == "has a mane"
    record = pets.session_record("sort", 0)
    assert record.answers[0].value is not None
    assert record.answers[0].value.classes == ("lion",)


def test_sessions_are_listed_shown_closed_and_reopened(studio: Studio, pets: Workspace) -> None:
    assert studio("sessions", "list").out.splitlines()[1].split()[:3] == [
        "sort",
        "pets:1",
        "single",
    ]
    assert studio("sessions", "list", "--dataset", "other", "--json").json == {"sessions": []}
    assert studio("sessions", "close", "sort", "--json").json["closed"] is not None
    refusal = studio("sessions", "answer", "sort", "0", "cat").refusal
    assert "closed" in refusal["what"]
    assert studio("sessions", "reopen", "sort", "--json").json["closed"] is None
    shown = studio("sessions", "show", "sort").out
    assert ["answers", "a", "sample", "2"] in [line.split() for line in shown.splitlines()]


def test_the_order_and_suggestions_are_made_by_a_worker(
    studio: Studio, pets: Workspace, no_worker: None
) -> None:
    assert studio("sessions", "set", "sort", "--strategy", "margin").code == 0
    (run,) = pets.runs(kind="ranking")
    assert run.status == "queued"
    assert studio("sessions", "rank", "sort").refusal["what"]
    url = "http://127.0.0.1:9090"
    made = studio("sessions", "prelabel", "sort", "--backend", url, "--json")
    assert made.code == 0, made.err
    assert made.json["kind"] == "prelabel"


def test_suggestions_come_from_a_file(studio: Studio, pets: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "suggested.csv"
    file.write_text("item,classes\n0,cat\n1,dog\n")
    done = studio("sessions", "prelabel", "sort", "--file", file, "--format", "csv", "--json")
    assert done.code == 0, done.err
    prelabels = pets.session("sort").prelabels
    assert prelabels is not None
    assert prelabels.count == 2
    words = ("sessions", "import", "sort", file, "--format", "csv", "--person", "cem", "--json")
    assert studio(*words).code == 0
    assert [p["name"] for p in studio("sessions", "numbers", "sort", "--json").json["people"]] == [
        "cem"
    ]


def test_keys_are_set_and_drawings_asked_for(studio: Studio, pets: Workspace) -> None:
    studio("sessions", "keys", "sort", "class:cat=KeyQ", "--person", "bob")
    found = studio("sessions", "keys", "sort", "skip=KeyX", "--person", "bob", "--json").json
    assert found["keys"] == {"class:cat": "KeyQ", "skip": "KeyX"}
    assert studio("sessions", "keys", "sort", "--json").json["keys"] == {}
    studio(
        "sessions", "create", "draw", "--dataset", "pets", "--classes", "cat,dog", "--answer",
        "drawings", "--drawings", "2",
    )  # fmt: skip
    asked = studio("sessions", "asks", "draw", "--json").json
    assert (set(asked["classes"]), asked["counts"]) == ({"cat", "dog"}, {"cat": 0, "dog": 0})


@pytest.mark.parametrize(
    "words",
    [
        ("create", "other"),
        ("create", "other", "--dataset", "pets"),
        ("create", "sort", "--dataset", "pets", "--classes", "cat"),
        ("create", "other", "--dataset", "pets", "--classes", "cat", "--overlap", "0"),
        ("show", "sorting"),
        ("set", "sort"),
        ("set", "sort", "--overlap", "99"),
        ("answer", "sort", "0", "cow"),
        ("answer", "sort", "0"),
        ("answer", "sort", "0", "cat", "dog"),
        ("answer", "sort", "-1", "cat"),
        ("answer", "sort", "0", "cat", "--skip"),
        ("answer", "sort", "0", "cat", "--value", "{}"),
        ("answer", "sort", "0", "--value", "{"),
        ("answer", "sort", "0", "--value", '{"class": "cat"}'),
        ("answer", "sort", "999", "cat"),
        ("review", "accept", "sort", "0", "cat"),
        ("review", "return", "sort", "0", "bob"),
        ("keys", "sort", "KeyQ"),
        ("keys", "sort", "fly=KeyQ"),
        ("asks", "sort"),
        ("classes", "add", "sort", "cat"),
        ("classes", "add", "sort", "cow", "--colour", "red"),
        ("classes", "rename", "sort", "cow", "ox"),
        ("rank", "sort"),
        ("prelabel", "sort", "--model", "nothing"),
        ("prelabel", "sort", "--file", "x.csv"),
        ("prelabel", "sort", "--model", "m", "--format", "csv"),
        ("export", "sort", "--format", "yolo", "--output", "x.zip"),
        ("import", "sort", "no-such-file.csv", "--format", "csv"),
        ("publish", "sort"),
        ("numbers", "nothing"),
    ],
    ids=" ".join,
)
def test_what_is_not_possible_is_refused(
    studio: Studio, pets: Workspace, words: tuple[str, ...]
) -> None:
    result = studio("sessions", *words)
    assert result.code == 1
    assert "fault" not in result.refusal["why"]


@pytest.mark.parametrize(
    "words",
    [
        ("answer", "sort", "first", "cat"),
        ("answer", "sort", "0", "--skip", "--take-back"),
        ("prelabel", "sort"),
        ("prelabel", "sort", "--model", "m", "--backend", "http://127.0.0.1:9"),
        ("review", "list", "sort", "--queue", "all"),
        ("export", "sort", "--format", "xml", "--output", "x"),
    ],
    ids=" ".join,
)
def test_what_the_grammar_does_not_know_is_said(
    studio: Studio, pets: Workspace, words: tuple[str, ...]
) -> None:
    result = studio("sessions", *words)
    assert result.code == 2
    assert "--help" in result.refusal["fix"]


def test_settings_that_are_no_json_are_refused(
    studio: Studio, pets: Workspace, tmp_path: Path
) -> None:
    file = tmp_path / "session.json"
    for text in ("{", "[]"):
        file.write_text(text)
        assert studio("sessions", "create", "other", "--config", file).refusal["fix"]
