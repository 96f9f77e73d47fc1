from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from studio.cli.versions import SAMPLES_LIMIT, parse_samples
from studio.core.errors import InvalidInput
from studio.core.exports import EXPORT_FORMATS
from studio.processes import stop_worker
from studio.workspace import Workspace
from tests.cli.conftest import Studio
from tests.workspace.sources import Sample, add, answer, labels_of

PETS = [Sample(n, n % 2, f"{n}.png", ("train", "test")[n % 2]) for n in range(6)]


@pytest.fixture
def pets(workspace: Workspace) -> Workspace:
    """A workspace with three cats and three dogs."""
    add(workspace, "pets", PETS)
    return workspace


@pytest.fixture(autouse=True)
def _who(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "ann")


@pytest.mark.parametrize(
    ("text", "samples"),
    [("1", [1]), ("1,5,8-10", [1, 5, 8, 9, 10]), (" 3 , 3-3 ", [3, 3]), ("5-3", []), ("007", [7])],
)
def test_samples_are_numbers_and_ranges(text: str, samples: list[int]) -> None:
    assert parse_samples(text) == samples


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "1,",
        "-1",
        "1-2-3",
        "1.5",
        "²",
        "1" * 12,
        "1,-2",
        f"0-{SAMPLES_LIMIT}",
        "0-99999999999",
    ],
)
def test_what_names_no_samples_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_samples(text)
    assert all(caught.value.as_dict().values())


def test_changes_are_versions(studio: Studio, pets: Workspace) -> None:
    how = ("--message", "because", "--json")
    changes = [
        ("rename-class", "pets", "cat", "kitty"),
        ("split-class", "pets", "kitty", "lion", "--samples", "0,2"),
        ("relabel", "pets", "wolf", "--samples", "1-3"),
        ("merge-classes", "pets", "kitty", "lion", "dog", "--into", "animal"),
        ("set-state", "pets", "quarantined", "--samples", "4"),
        ("split", "pets", "--test-share", "0.4", "--seed", "2"),
        ("revert", "pets", "3"),
    ]
    for number, words in enumerate(changes, 2):
        made = studio("datasets", *words, *how).json
        assert (made["version"], made["author"], made["message"]) == (number, "ann", "because")
        assert made["digest"] == pets.dataset("pets", number).digest
    stored = [labels_of(pets, pets.dataset("pets", number)) for number in range(1, 9)]
    assert stored[1] == ["kitty", "dog"] * 3
    assert stored[2] == ["lion", "dog", "lion", "dog", "kitty", "dog"]
    assert stored[3] == ["lion", "wolf", "wolf", "wolf", "kitty", "dog"]
    assert stored[4] == ["animal", "wolf", "wolf", "wolf", "animal", "animal"]
    assert pets.dataset("pets", 6).states == (5, 1, 0)
    assert pets.dataset("pets", 7).split_counts == (3, 0, 2)
    assert stored[7] == stored[2]


def test_a_class_is_taken_away(studio: Studio, pets: Workspace) -> None:
    assert studio("datasets", "relabel", "pets", "", "--samples", "0-1").code == 0
    assert labels_of(pets, pets.dataset("pets"))[:3] == [None, None, "cat"]


def test_the_history_is_listed(studio: Studio, pets: Workspace) -> None:
    answer(pets, "pets", (0, "dog"))
    studio("datasets", "freeze", "pets", "--message", "by hand")
    studio("datasets", "set-state", "pets", "removed", "--samples", "1")
    found = studio("datasets", "versions", "pets", "--json").json["versions"]
    assert [(v["version"], v["message"], v["samples"]) for v in found] == [
        (3, "1 samples removed", 5),
        (2, "by hand", 6),
        (1, "", 6),
    ]
    assert {v["author"] for v in found[:2]} == {"ann"}
    lines = studio("datasets", "versions", "pets").out.splitlines()
    assert lines[0].split()[:3] == ["version", "samples", "labelled"]
    assert [line.split()[0] for line in lines[1:]] == ["3", "2", "1"]
    shown = [line.split() for line in studio("datasets", "show", "pets:3").out.splitlines()]
    assert ["samples", "5"] in shown
    assert ["removed", "1"] in shown
    assert "quarantined" not in {line[0] for line in shown if line}
    listed = studio("datasets", "list").out.splitlines()[1].split()
    assert listed[:4] == ["pets", "3", "5", "5"]


def test_differences_are_said(studio: Studio, pets: Workspace) -> None:
    studio("datasets", "rename-class", "pets", "cat", "kitty")
    studio("datasets", "relabel", "pets", "cow", "--samples", "0")
    studio("datasets", "set-state", "pets", "removed", "--samples", "1")
    found = studio("datasets", "diff", "pets:1", "pets", "--json").json
    assert (found["before"], found["after"]) == ("pets:1", "pets:4")
    assert found["relabelled"] == [{"id": 0, "before": "kitty", "after": "cow"}]
    assert (found["removed"], found["removed_count"], found["added_count"]) == ([1], 1, 0)
    assert found["renamed_classes"] == {"cat": "kitty"}
    assert found["added_classes"] == ["cow"]
    lines = dict(
        line.split("  ", 1)
        for line in studio("datasets", "diff", "pets:1", "pets").out.splitlines()
    )
    said = {name: value.strip() for name, value in lines.items()}
    assert said["renamed classes"] == "cat -> kitty"
    assert (said["removed"], said["relabelled"], said["new classes"]) == ("1", "1", "cow")
    same = studio("datasets", "diff", "pets:2", "pets:2").out
    assert "renamed" not in same


@pytest.mark.parametrize(
    "format_name", [name for name, known in EXPORT_FORMATS.items() if "images" in known.tasks]
)
def test_a_version_is_exported(
    studio: Studio, pets: Workspace, tmp_path: Path, format_name: str
) -> None:
    studio("datasets", "set-state", "pets", "removed", "--samples", "1")
    target = tmp_path / "out"
    words = ("datasets", "export", "pets:1", "--format", format_name, "--output", target)
    facts = studio(*words, "--json").json
    assert (facts["dataset"], facts["file"], facts["format"]) == (
        "pets:1",
        str(target),
        format_name,
    )
    assert facts["bytes"] == target.stat().st_size
    assert facts["splits"] == {"train": 3, "validation": 0, "test": 3}
    before = target.read_bytes()
    refused = studio(*words)
    assert refused.code == 1
    assert "already" in refused.refusal["what"]
    assert target.read_bytes() == before
    newest = studio(
        *("datasets", "export", "pets", "--format", format_name, "--output", tmp_path / "new")
    )
    assert "3 train, 0 validation, 2 test" in newest.out


@pytest.mark.parametrize(
    "words",
    [
        ("versions", "pest"),
        ("diff", "pets:1", "pets:9"),
        ("diff", "pets:x", "pets"),
        ("revert", "pets", "1"),
        ("revert", "pets", "9"),
        ("rename-class", "pets", "cta", "kitty"),
        ("rename-class", "pets", "cat", "dog"),
        ("merge-classes", "pets", "cat", "--into", "cat"),
        ("split-class", "pets", "cat", "lion", "--samples", "1"),
        ("split-class", "pets", "cat", "lion", "--samples", "99"),
        ("relabel", "pets", "cow", "--samples", "one"),
        ("relabel", "pets", "cow", "--samples", "5-3"),
        ("relabel", "pets", "x" * 101, "--samples", "0"),
        ("set-state", "pets", "kept", "--samples", "0"),
        ("show", "pets", "--version", "0"),
        ("show", "pets", "--version", "2"),
        ("split", "pets", "--test-share", "2"),
        ("quality", "pets", "--distance", "9"),
        ("quality", "pest"),
        ("export", "pets:4", "--format", "csv", "--output", "{folder}/x.csv"),
        ("export", "pets", "--format", "csv", "--output", "{folder}/no/x.csv"),
    ],
    ids=" ".join,
)
@pytest.mark.usefixtures("no_worker")
def test_impossible_changes_are_refused_and_change_nothing(
    studio: Studio, pets: Workspace, dump: Callable[[], str], tmp_path: Path, words: tuple[str, ...]
) -> None:
    before = dump()
    result = studio("datasets", *(word.format(folder=tmp_path) for word in words))
    assert result.code == 1
    assert all(result.refusal.values())
    assert dump() == before
    assert not list(tmp_path.glob("*.csv"))


@pytest.mark.parametrize(
    "words",
    [
        ("set-state", "pets", "lost", "--samples", "0"),
        ("set-state", "pets", "kept"),
        ("merge-classes", "pets", "cat", "dog"),
        ("export", "pets", "--format", "cvs", "--output", "x"),
        ("export", "pets", "--format", "csv"),
        ("revert", "pets", "first"),
    ],
    ids=" ".join,
)
def test_what_the_grammar_does_not_know_is_said(
    studio: Studio, pets: Workspace, words: tuple[str, ...]
) -> None:
    result = studio("datasets", *words)
    assert result.code == 2
    assert "--help" in result.refusal["fix"]


@pytest.fixture
def real(home: Path) -> Iterator[Path]:
    """The workspace; the worker that works on it ends with the test."""
    yield home
    stop_worker(home)


def test_quality_is_checked_by_a_worker(studio: Studio, workspace: Workspace, real: Path) -> None:
    words = ["the rain in spain stays mainly in the plain", "sunny", "", "quite another story"]
    samples = [Sample(text, row % 2, None, "train") for row, text in enumerate(words)]
    add(workspace, "news", [*samples, Sample(words[0], 1, None, "test")])
    facts = studio("datasets", "quality", "news", "--distance", "1", "--json").json
    assert (facts["dataset"], facts["count"], facts["distance"]) == ("news:1", 5, 1)
    assert (facts["copies"], facts["blank"], facts["conflicts"]) == (1, 1, 2)
    assert facts["leakage"] == {"count": 1, "held_out": 1, "share": 1.0}
    # What is known is said again by the next check, for people.
    said = studio("datasets", "quality", "news").out
    assert "1 of 1 held-out samples (100.00%) look like one that is trained on" in said


def test_exported_lines_are_json(studio: Studio, pets: Workspace, tmp_path: Path) -> None:
    target = tmp_path / "pets.jsonl"
    studio("datasets", "export", "pets", "--format", "jsonl", "--output", target)
    lines = [json.loads(line) for line in target.read_text().splitlines()]
    assert [line["label"] for line in lines] == ["cat", "dog"] * 3
    np.testing.assert_array_equal([line["split"] for line in lines], ["train", "test"] * 3)
