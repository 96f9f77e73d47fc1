from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from studio.core.errors import InvalidInput
from studio.workspace import Workspace
from tests.workspace.sources import Made, Sample, add, answer, labels_of

CATS = [Sample(1, 0, "a/1.png"), Sample(2, 0, "a/2.png"), Sample(3, 1), Sample(4, -1)]
COWS = Made(
    [
        Sample(5, 1, "b/5.png", boxes=((1, 0.1, 0.2, 0.3, 0.4),)),
        Sample(6, 0),
        Sample(7, -1, boxes=((0, 0.5, 0.5, 0.5, 0.5), (1, 0.0, 0.0, 1.0, 1.0))),
    ],
    class_names=("cow", "dog"),
)


def contents(workspace: Workspace, name: str = "pets") -> list[int]:
    return np.asarray(workspace.samples(workspace.dataset(name)))[:, 0, 0, 0].tolist()


def test_samples_come_behind_those_there_are(workspace: Workspace) -> None:
    first = add(workspace, "pets", CATS)
    second = add(workspace, "pets", COWS, append=True, author="bob", message="cows")
    assert (second.version, second.author, second.message) == (2, "bob", "cows")
    assert contents(workspace) == [1, 2, 3, 4, 5, 6, 7]
    assert second.class_names == ("cat", "dog", "cow")
    assert labels_of(workspace, second) == ["cat", "cat", "dog", None, "dog", "cow", None]
    assert (second.class_counts, second.count, second.kept) == ((2, 2, 1), 7, 7)
    assert second.base == first.base == first.samples
    assert workspace.artifacts.parts(second.samples)[0] == first.samples
    np.testing.assert_array_equal(workspace.split(second)[:4], workspace.split(first))
    assert second.split_counts == tuple(np.bincount(workspace.split(second), minlength=3).tolist())
    names = workspace.names(second)
    assert names is not None
    assert list(names) == ["a/1.png", "a/2.png", "", "", "b/5.png", "", ""]
    assert workspace.boxes(second).tolist() == [
        [4, 1, 0.1, 0.2, 0.3, 0.4],
        [6, 2, 0.5, 0.5, 0.5, 0.5],
        [6, 1, 0.0, 0.0, 1.0, 1.0],
    ]
    assert second.box_count == 3
    assert workspace.dataset("pets", 1) == first


def test_appending_again_and_again_keeps_all_parts(workspace: Workspace) -> None:
    for number in range(4):
        version = add(workspace, "pets", [Sample(number, number % 2)] * 2, append=True)
    assert (version.version, version.count) == (4, 8)
    assert contents(workspace) == [0, 0, 1, 1, 2, 2, 3, 3]
    assert len(workspace.artifacts.parts(version.samples)) == 4
    assert [part["kind"] for part in version.source["parts"]] == ["made"] * 4
    assert (version.names, version.boxes) == ("", "")


def test_texts_are_appended_to_texts(workspace: Workspace) -> None:
    add(workspace, "news", [Sample("rain", 0), Sample("", 1)])
    second = add(workspace, "news", [Sample("sün", 1, "named")], append=True)
    assert list(workspace.samples(second)) == ["rain", "", "sün"]
    names = workspace.names(second)
    assert names is not None
    assert list(names) == ["", "", "named"]


def test_credits_are_named_once(workspace: Workspace) -> None:
    add(workspace, "pets", Made(CATS, attribution="by A"))
    add(workspace, "pets", Made(CATS, attribution="by B"), append=True)
    add(workspace, "pets", CATS, append=True)
    assert workspace.dataset("pets").attribution == "by A; by B"


def test_states_go_on(workspace: Workspace) -> None:
    add(workspace, "pets", CATS)
    workspace.set_state("pets", [0, 2], "quarantined")
    version = add(workspace, "pets", COWS, append=True)
    assert version.states == (5, 2, 0)
    assert version.class_counts == (1, 1, 1)
    state = workspace.state(version)
    assert state is not None
    assert state.tolist() == [1, 0, 1, 0, 0, 0, 0]


def test_answers_not_yet_frozen_still_count(workspace: Workspace) -> None:
    add(workspace, "pets", CATS)
    answer(workspace, "pets", (3, "dog"), (0, None))
    version = add(workspace, "pets", COWS, append=True)
    assert labels_of(workspace, version)[:4] == ["cat", "cat", "dog", None]
    assert workspace.label_progress(version).annotated == 2
    answer(workspace, "pets", (6, "cow"))
    frozen = workspace.freeze("pets")
    assert labels_of(workspace, frozen) == [None, "cat", "dog", "dog", "dog", "cow", "cow"]


def test_a_former_class_may_come_back(workspace: Workspace) -> None:
    """It is a class of its own then, not what the former one is called now."""
    add(workspace, "pets", CATS)
    workspace.rename_class("pets", "cat", "kitty")
    version = add(workspace, "pets", CATS, append=True)
    assert version.class_names == ("kitty", "dog", "cat")
    assert version.renamed == {}
    answer(workspace, "pets", (3, "cat"))
    assert labels_of(workspace, workspace.freeze("pets"))[3] == "cat"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (Made(CATS, shape=(4, 4, 1)), "pictures of 4x4 pixels, grey, and the dataset holds"),
        (Made(CATS, shape=(4, 5, 3)), "pictures of 5x4 pixels, rgb"),
        (Made([Sample("a text")]), "They are texts"),
    ],
)
def test_what_does_not_fit_is_refused(workspace: Workspace, more: Made, words: str) -> None:
    """Also where the version it was checked against is not the newest any more."""
    add(workspace, "other", more)
    add(workspace, "pets", CATS)
    with pytest.raises(InvalidInput, match=words):
        workspace.append_manifest(
            "pets", workspace.dataset("other"), author="ann", message="", origin="run:1:1"
        )
    assert workspace.dataset("pets").version == 1


def test_one_origin_appends_once(workspace: Workspace) -> None:
    add(workspace, "pets", CATS)
    manifest = add(workspace, "other", COWS)
    numbers = [
        workspace.append_manifest("pets", manifest, author="ann", message="", origin=origin)
        for origin in ("run:1:1", "run:1:1", "run:1:2")
    ]
    assert numbers == [2, 2, 3]
    assert workspace.dataset("pets").count == 10
    fresh = workspace.append_manifest("new", manifest, author="ann", message="", origin="run:1:3")
    again = workspace.append_manifest("new", manifest, author="ann", message="", origin="run:1:3")
    assert (fresh, again, workspace.dataset("new").count) == (1, 1, 3)


def test_nobody_who_appends_at_once_is_lost(workspace: Workspace) -> None:
    manifests = [add(workspace, f"d{n}", [Sample(n, 0)] * (n + 1)) for n in range(6)]

    def append(number: int) -> int:
        return workspace.append_manifest("new", manifests[number], author=f"{number}", message="")

    with ThreadPoolExecutor(6) as pool:
        numbers = list(pool.map(append, range(6)))
    assert sorted(numbers) == [1, 2, 3, 4, 5, 6]
    assert sorted(contents(workspace, "new")) == sorted(n for n in range(6) for _ in range(n + 1))
    for number, version in enumerate(numbers):
        assert workspace.dataset("new", version).author == f"{number}"
