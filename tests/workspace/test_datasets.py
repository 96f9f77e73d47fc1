from __future__ import annotations

import numpy as np
import pytest

from studio.core.dataset import SplitConfig
from studio.core.errors import Cancelled, InvalidInput, NotFound
from studio.core.sources import DigitsSource, DrawingsSource, FolderSource
from studio.workspace import DATA, Workspace
from tests.workspace.conftest import MakeDataset


def test_digits_are_what_the_file_holds(workspace: Workspace) -> None:
    version = workspace.add_dataset("digits", DigitsSource(), author="ann", message="why")
    with np.load(DATA / "digits.npz") as starter:
        np.testing.assert_array_equal(workspace.samples(version)[..., 0], starter["images"])
        np.testing.assert_array_equal(workspace.labels(version), starter["labels"])
    assert (version.title, version.author, version.message) == ("digits:1", "ann", "why")
    assert version.split_counts == (1258, 0, 539)
    assert np.bincount(workspace.split(version), minlength=3).tolist() == [1258, 0, 539]
    assert version.annotation_mark == 0


def test_the_same_import_is_the_same_content(workspace: Workspace) -> None:
    first = workspace.add_dataset("digits", DigitsSource())
    second = workspace.add_dataset("digits", DigitsSource())
    other = workspace.add_dataset("digits", DigitsSource(), split=SplitConfig(seed=1))
    assert (second.version, second.digest) == (2, first.digest)
    assert other.digest != first.digest
    assert other.samples == first.samples


def test_arrays_cannot_be_changed(workspace: Workspace, make_dataset: MakeDataset) -> None:
    version = make_dataset()
    for array in (workspace.samples(version), workspace.labels(version), workspace.split(version)):
        assert isinstance(array, np.memmap)
        assert not array.flags.writeable


def test_datasets_are_listed_newest_first(workspace: Workspace, make_dataset: MakeDataset) -> None:
    assert workspace.datasets() == []
    make_dataset("a")
    make_dataset("b")
    newest = make_dataset("a", seed=1)
    listed = workspace.datasets()
    assert [(d.name, d.versions) for d in listed] == [("b", 1), ("a", 2)]
    assert listed[1].latest == newest
    assert [v.version for v in workspace.dataset_versions("a")] == [2, 1]


def test_what_is_not_there_is_not_found(workspace: Workspace, make_dataset: MakeDataset) -> None:
    version = make_dataset()
    with pytest.raises(NotFound) as caught:
        workspace.dataset("pest")
    assert "pets" in caught.value.fix
    with pytest.raises(NotFound, match="version of pets") as caught:
        workspace.dataset("pets", 7)
    assert "1" in caught.value.fix
    with pytest.raises(NotFound):
        workspace.dataset_versions("pest")
    with pytest.raises(NotFound):
        workspace.split_dataset("pest", SplitConfig())
    with pytest.raises(NotFound):
        workspace.dataset_by_id(version.id + 1)
    assert workspace.dataset_by_id(version.id) == version


def test_splitting_anew_is_a_version(workspace: Workspace, make_dataset: MakeDataset) -> None:
    before = make_dataset()
    split = SplitConfig(test_share=0.5, validation_share=0.2, seed=3)
    after = workspace.split_dataset("pets", split, author="ann")
    assert (after.version, after.split_counts, after.split_config) == (2, (3, 2, 5), split)
    assert (after.samples, after.labels) == (before.samples, before.labels)
    assert after.message == "Split: 3 train, 2 validation, 5 test, seed 3"
    assert workspace.dataset("pets", 1) == before


def test_a_stratified_split_divides_every_class(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    make_dataset(labels=[0] * 10 + [1] * 90)
    version = workspace.split_dataset("pets", SplitConfig(test_share=0.3, stratified=True))
    test = workspace.labels(version)[workspace.split(version) == 2]
    assert np.bincount(test).tolist() == [3, 27]


def test_an_import_that_is_cancelled_leaves_nothing(workspace: Workspace) -> None:
    def cancel(done: int, total: int, unit: str, message: str) -> None:
        raise Cancelled("Cancelled.", "Somebody said so.", "Import again.")

    with pytest.raises(Cancelled):
        workspace.add_dataset("digits", DigitsSource(), progress=cancel)
    assert workspace.datasets() == []
    assert [p for p in workspace.artifacts.root.rglob("*") if p.is_file()] == []


def test_an_import_that_fails_leaves_nothing(workspace: Workspace, tmp_path) -> None:
    (tmp_path / "empty" / "cat").mkdir(parents=True)
    with pytest.raises((InvalidInput, NotFound)):
        workspace.add_dataset("pets", FolderSource(path=str(tmp_path / "empty")))
    with pytest.raises(InvalidInput):
        workspace.add_dataset("a/b", DigitsSource())
    with pytest.raises(NotFound):
        workspace.add_dataset("pets", DrawingsSource(collection="nobody-drew-this"))
    assert workspace.datasets() == []
