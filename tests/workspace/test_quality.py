from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from studio.core.dataset import EXCLUDED, TEST, TRAIN, DatasetVersion, SplitConfig
from studio.core.errors import Cancelled, Conflict, InvalidInput, NotFound
from studio.core.quality import BLANK, CONFLICT, COPY, NEAR, QualityParams
from studio.workspace import Workspace, active_split
from tests.workspace.conftest import carried_through
from tests.workspace.sources import Made, Sample, add

QUICK = QualityParams(map_samples=100)
DRAWN = np.random.default_rng(0).integers(0, 256, (40, 16, 16, 1), np.uint8)
DRAWN[39] = 7
BLANK_ROW = 39


class Drawn(Made):
    """Pictures of noise, no two of which look alike unless their content is the same; 39 is blank."""

    def _chunk(self, samples: list[Sample], cursor: int) -> Any:
        chunk = super()._chunk(samples, cursor)
        return replace(chunk, samples=DRAWN[[sample.content for sample in samples]])


def add_drawings(workspace: Workspace, contents: list[int], **how: Any) -> DatasetVersion:
    samples = [Sample(content, content % 2) for content in contents]
    return add(workspace, "pets", Drawn(samples, shape=(16, 16, 1)), **how)


def check(workspace: Workspace, **params: Any) -> None:
    settings = QUICK.model_copy(update=params)
    run = workspace.check_quality("pets", settings, author="ann")
    ended = carried_through(workspace, run.name)
    assert (ended.status, ended.kind, ended.author) == ("completed", "quality", "ann")


@pytest.fixture(autouse=True)
def _short_maps(monkeypatch: pytest.MonkeyPatch) -> None:
    """How maps are arranged is looked at elsewhere."""
    monkeypatch.setattr("studio.quality.layout.STEPS", 1)


def test_nothing_is_known_before_a_check(workspace: Workspace) -> None:
    version = add_drawings(workspace, [1, 1])
    assert workspace.quality(version) is None
    assert workspace.leakage(version) is None
    assert workspace.flagged(version, COPY).tolist() == []
    assert set(workspace.flag_counts(version).values()) == {0}
    assert workspace.alike(version, 1).tolist() == [1]


def test_a_check_finds_what_is_there(workspace: Workspace) -> None:
    version = add_drawings(workspace, [1, 2, 1, BLANK_ROW, 3, 2, 1])
    check(workspace)
    found = workspace.quality(version)
    assert found is not None
    assert found.report.dataset == "pets:1"
    assert (found.report.count, found.report.copies, found.report.groups) == (7, 3, 2)
    assert found.report.samples == version.samples
    assert workspace.flagged(version, COPY).tolist() == [2, 5, 6]
    assert workspace.flagged(version, BLANK).tolist() == [3]
    assert workspace.flag_counts(version)[COPY] == 3
    assert workspace.alike(version, 2).tolist() == [0, 2, 6]
    assert workspace.alike(version, 4).tolist() == [4]
    assert found.map_rows.tolist() == list(range(7))
    assert found.map_points.shape == (7, 2)
    assert np.abs(found.map_points).max() <= 1.0


def test_leakage_is_of_the_stored_split(workspace: Workspace) -> None:
    add_drawings(workspace, list(range(10)) * 3)
    check(workspace)
    loose = workspace.dataset("pets")
    leaks = workspace.leakage(loose)
    assert leaks is not None
    codes, groups = workspace.split(loose), np.arange(30) % 10
    held_out = np.flatnonzero(codes == TEST)
    seen = [row for row in held_out if np.any((codes == TRAIN) & (groups == groups[row]))]
    assert (leaks.count, leaks.held_out) == (len(seen), len(held_out))
    assert leaks.count > 0
    tight = workspace.split_dataset("pets", SplitConfig(test_share=0.3, together=True))
    assert tight.message.endswith("near-duplicates together")
    leaks = workspace.leakage(tight)
    assert leaks is not None
    assert (leaks.count, leaks.held_out) == (0, 9)


def test_near_duplicates_stay_together_without_a_check(workspace: Workspace) -> None:
    add_drawings(workspace, list(range(10)) * 3)
    said = []

    def progress(done: int, total: int, unit: str, message: str) -> None:
        said.append(message)

    version = workspace.split_dataset(
        "pets", SplitConfig(test_share=0.3, together=True, seed=5), progress=progress
    )
    codes = workspace.split(version)
    assert all(len(set(codes[row::10].tolist())) == 1 for row in range(10))
    assert said
    check(workspace)
    said.clear()
    workspace.split_dataset("pets", SplitConfig(together=True), progress=progress)
    assert said == []  # the check knows already


def test_a_closer_check_says_too_little_about_near_duplicates(workspace: Workspace) -> None:
    """A check that asks for equal hashes knows fewer near-duplicates than a split must keep together."""
    version = add_drawings(workspace, list(range(10)) * 2)
    check(workspace, distance=0)
    said = []
    workspace.near_groups(version, lambda *words: said.append(words))
    assert said


def test_looking_for_near_duplicates_can_be_cancelled(workspace: Workspace) -> None:
    add_drawings(workspace, list(range(10)))

    def cancel(done: int, total: int, unit: str, message: str) -> None:
        raise Cancelled("Cancelled.", "Somebody said so.", "Divide again.")

    with pytest.raises(Cancelled):
        workspace.split_dataset("pets", SplitConfig(together=True), progress=cancel)
    assert workspace.dataset("pets").version == 1


def test_a_split_of_other_samples_is_not_used(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody adds samples while near-duplicates are looked for."""
    add_drawings(workspace, list(range(10)))
    real = workspace.near_groups

    def slow(*arguments: Any) -> Any:
        found = real(*arguments)
        add_drawings(workspace, [1, 2], append=True)
        return found

    monkeypatch.setattr(workspace, "near_groups", slow)
    with pytest.raises(Conflict, match="made while near-duplicates were looked for"):
        workspace.split_dataset("pets", SplitConfig(together=True))


def test_what_is_not_kept_takes_no_part(workspace: Workspace) -> None:
    version = add_drawings(workspace, [1, 1, 2, 2, 3, BLANK_ROW])
    assert workspace.active_split(version).tolist() == workspace.split(version).tolist()
    workspace.set_state("pets", [1, 5], "removed")
    version = workspace.set_state("pets", [3], "quarantined")
    check(workspace)
    found = workspace.quality(version)
    assert found is not None
    assert (found.report.count, found.report.copies, found.report.blank) == (3, 0, 0)
    codes = active_split(workspace.artifacts, version)
    assert codes.dtype == np.uint8
    assert np.flatnonzero(codes == EXCLUDED).tolist() == [1, 3, 5]


def test_removing_what_was_found_needs_no_new_check(workspace: Workspace) -> None:
    add_drawings(workspace, [1, 1, 2, 2, 3])
    check(workspace)
    copies = workspace.flagged(workspace.dataset("pets"), COPY)
    version = workspace.set_state("pets", copies.tolist(), "removed")
    assert workspace.quality(version) is not None
    assert workspace.flagged(version, COPY).tolist() == []
    assert workspace.flagged(workspace.dataset("pets", 1), COPY).tolist() == [1, 3]


def test_what_comes_back_must_be_checked_anew(workspace: Workspace) -> None:
    """A copy that was quarantined during the check must not straddle the split when it is kept again."""
    add_drawings(workspace, [*range(10), *range(10)])
    quarantined = workspace.set_state("pets", list(range(10, 20)), "quarantined")
    check(workspace)
    found = workspace.quality(quarantined)
    assert found is not None
    assert found.report.copies == 0
    back = workspace.set_state("pets", list(range(10, 20)), "kept")
    assert workspace.quality(back) is None
    assert workspace.leakage(back) is None
    assert workspace.quality(quarantined) is not None
    version = workspace.split_dataset("pets", SplitConfig(test_share=0.4, together=True))
    codes = workspace.split(version)
    assert codes[:10].tolist() == codes[10:].tolist()
    fewer = workspace.set_state("pets", [3, *range(10, 20)], "removed")
    assert workspace.quality(fewer) is not None


def test_other_samples_must_be_checked_anew(workspace: Workspace) -> None:
    add_drawings(workspace, [1, 1, 2])
    check(workspace)
    version = add_drawings(workspace, [2], append=True)
    assert workspace.quality(version) is None
    check(workspace)
    assert workspace.flagged(version, COPY).tolist() == [1, 3]
    assert workspace.quality(workspace.rename_class("pets", "cat", "kitty")) is not None


def test_the_newest_check_counts(workspace: Workspace) -> None:
    version = add_drawings(workspace, [1, 1, 2])
    for distance in (0, 3):
        check(workspace, distance=distance)
    found = workspace.quality(version)
    assert found is not None
    assert found.report.distance == 3
    waiting = workspace.check_quality("pets", QUICK)
    assert waiting.status == "queued"
    found = workspace.quality(version)
    assert found is not None
    assert found.report.distance == 3


def test_texts_are_checked(workspace: Workspace) -> None:
    words = ["the rain in spain stays mainly", "sunny", "", "the rain in spain stays mainly"]
    version = add(workspace, "pets", [Sample(text, row % 2) for row, text in enumerate(words)])
    check(workspace)
    assert workspace.flagged(version, COPY).tolist() == [3]
    assert workspace.flagged(version, BLANK).tolist() == [2]
    assert workspace.flagged(version, CONFLICT).tolist() == [0, 3]
    assert workspace.flagged(version, NEAR).tolist() == [3]


def test_checks_are_of_datasets_that_are_there(workspace: Workspace) -> None:
    with pytest.raises(NotFound):
        workspace.check_quality("pest")
    add_drawings(workspace, [1])
    assert workspace.check_quality("pets").name == "quality-pets"
    assert workspace.check_quality("pets").name == "quality-pets-2"
    with pytest.raises(InvalidInput):
        workspace.check_quality("pets", QualityParams.model_construct(distance=9))
