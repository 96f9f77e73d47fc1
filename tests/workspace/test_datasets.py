from __future__ import annotations

import os
import time

import numpy as np
import pytest

from studio.core.configs import DRAWING_CLASSIFIER
from studio.core.dataset import SplitConfig
from studio.core.errors import Cancelled, InvalidInput, NotFound
from studio.core.run import Failure
from studio.core.sources import DigitsSource, DrawingsSource, FolderSource
from studio.core.standard import training_pipeline
from studio.core.training import TrainingConfig
from studio.workspace import DATA, Workspace
from tests.workspace.conftest import MakeDataset, TrainedRun, carried_through
from tests.workspace.sources import Sample, add


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


def test_a_version_may_be_recorded_under_another_name(
    workspace: Workspace, make_dataset: MakeDataset
) -> None:
    version = make_dataset()
    copy = workspace.record_dataset("copy", version, author="bob", message="a copy")
    assert (copy.title, copy.digest, copy.author) == ("copy:1", version.digest, "bob")


def test_samples_are_added_by_name(workspace: Workspace) -> None:
    first = workspace.add_dataset(
        "digits", DigitsSource(), append=True, author="ann", message="one"
    )
    second = workspace.add_dataset("digits", DigitsSource(), append=True, author="bob")
    assert (first.version, first.author, first.message) == (1, "ann", "one")
    assert (second.version, second.author, second.count) == (2, "bob", 2 * first.count)
    samples = workspace.pictures(second)
    np.testing.assert_array_equal(samples[: first.count], workspace.pictures(first)[:])
    np.testing.assert_array_equal(samples[-5:], workspace.pictures(first)[-5:])


def test_texts_are_no_pictures(workspace: Workspace) -> None:
    version = add(workspace, "news", [Sample("rain", 0), Sample("sun", 1)])
    assert list(workspace.samples(version)) == ["rain", "sun"]
    with pytest.raises(InvalidInput, match="news:1 holds texts"):
        workspace.pictures(version)
    with pytest.raises(InvalidInput, match="news:1 holds texts"):
        workspace.submit(
            training_pipeline("news", DRAWING_CLASSIFIER, TrainingConfig()), name="first"
        )


def test_only_kept_samples_are_divided(workspace: Workspace) -> None:
    add(workspace, "pets", [Sample(number, 0) for number in range(20)])
    workspace.set_state("pets", range(10), "quarantined")
    version = workspace.split_dataset("pets", SplitConfig(test_share=0.5))
    assert version.split_counts == (5, 0, 5)
    assert workspace.split(version)[:10].tolist() == [0] * 10


def files(workspace: Workspace) -> set[str]:
    return {path.name for path in workspace.artifacts.root.rglob("*") if path.is_file()}


def test_garbage_is_what_no_version_refers_to(
    workspace: Workspace, trained_run: TrainedRun
) -> None:
    """Parts and texts of all versions, results of runs and registered models stay."""
    workspace.register_model(trained_run("first").name, "reader")
    box = ((0, 0.0, 0.0, 1.0, 1.0),)
    add(workspace, "zoo", [Sample(1, 0, "a.png", boxes=box), Sample(2, 1)])
    add(workspace, "zoo", [Sample(3, 0, "b.png"), Sample(4, 1)], append=True)
    add(workspace, "news", [Sample("rain", 0, "first")])
    add(workspace, "news", [Sample("sun", 1)], append=True)
    workspace.set_state("zoo", [0], "removed")
    workspace.merge_classes("zoo", ["cat", "dog"], "animal")
    workspace.revert("zoo", 1)
    export = workspace.submit_export("news", 2, "jsonl")
    carried_through(workspace, export.name)
    workspace.collect_garbage(older_than=0.0)  # labels of what was appended are part of longer ones
    before = files(workspace)
    assert workspace.collect_garbage(older_than=0.0) == 0
    assert files(workspace) == before
    orphans = [workspace.artifacts.put(b"nobody's", "x").digest]
    orphans += [workspace.artifacts.put_texts(["nobody's"], "x")]
    orphans += workspace.artifacts.references(orphans[1])
    assert workspace.collect_garbage() == 0  # they are young
    freed = sum(workspace.artifacts.path(digest).stat().st_size for digest in orphans)
    assert workspace.collect_garbage(older_than=0.0) == freed
    assert files(workspace) == before
    for name in ("zoo", "news"):
        for version in workspace.dataset_versions(name):
            assert len(workspace.samples(version)) == version.count
            assert len(workspace.labels(version)) == len(workspace.split(version)) == version.count
            names = workspace.names(version)
            assert names is not None
            assert len(list(names)) == version.count
            assert len(workspace.boxes(version)) == version.box_count
    workspace.exported_file(export.name)
    assert workspace.model_file(workspace.model("reader"), "tflite").exists()


def test_what_a_run_has_made_is_kept_until_it_is_known(workspace: Workspace) -> None:
    """Its child may have stored files that no row speaks of yet, however long ago."""
    add(workspace, "pets", [Sample(1, 0)])
    old = workspace.artifacts.put(b"before the run", "x").digest
    long_ago = time.time() - 30 * 24 * 3600
    os.utime(workspace.artifacts.path(old), (long_ago, long_ago))
    run = workspace.submit_export("pets", 1, "csv")
    assert workspace.claim_run("worker", 60.0) is not None
    made = workspace.artifacts.put(b"of the run", "x").digest
    workspace.collect_garbage(older_than=0.0)
    assert (workspace.artifacts.has(old), workspace.artifacts.has(made)) == (False, True)
    workspace.fail_run(workspace.run(run.name), Failure(what="a", why="b", fix="c"))
    workspace.collect_garbage(older_than=0.0)
    assert not workspace.artifacts.has(made)


def test_half_imports_wait_for_a_week(workspace: Workspace) -> None:
    half = workspace.artifacts.drafts / "import-1"
    half.mkdir(parents=True)
    (half / "samples.npy").write_bytes(b"half")
    for days, there in ((6, True), (8, False)):
        when = time.time() - days * 24 * 3600
        os.utime(half, (when, when))
        workspace.collect_garbage(older_than=0.0)
        assert half.exists() == there
