from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.dataset import (
    EXCLUDED,
    SPLIT_NAMES,
    DatasetManifest,
    SplitConfig,
    split_codes,
)
from studio.core.errors import Cancelled, Conflict, InvalidInput
from studio.core.sources import FolderSource, parse_source
from studio.sources import Places
from studio.store import staging
from studio.store.artifacts import Artifacts
from studio.store.staging import locked_staging
from studio.workspace import DATA, Workspace, build_manifest
from studio.workspace.datasets import silent
from tests.sources.conftest import picture_bytes, write_tree
from tests.workspace.sources import Killed, Made, Sample, given_out

PLACES = Places(DATA, Path("nowhere"), Path("nowhere"))
NAMED_PICTURES = [
    Sample(
        number,
        number % 3 - 1,
        f"cats/{number}.png",
        (None, "train", "test")[number % 3],
        tuple((number % 2, 0.1 * box, 0.2, 0.3, 0.4) for box in range(number % 3)),
    )
    for number in range(11)
]
TEXTS = [
    Sample(text, label, name)
    for text, label, name in [
        ("Grün ist gut", 1, "a"),
        ("", -1, ""),
        ("no 🐈", 0, "ü"),
        ("x", 1, "b"),
    ]
]


def build(artifacts: Artifacts, source: Made, **how: Any) -> DatasetManifest:
    with pytest.MonkeyPatch.context() as patch:
        spec = given_out(patch, source)
        how = {"split": SplitConfig(), "progress": silent, "places": PLACES, **how}
        return build_manifest(spec, artifacts, how.pop("split"), **how)


@contextmanager
def no_last_words() -> Iterator[None]:
    """A process that is killed does not clean up."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "_remove", lambda folder: None)
        patch.setattr(staging, "SYNC_SECONDS", 0.0)
        yield


def files(artifacts: Artifacts) -> set[str]:
    return {path.name for path in artifacts.root.rglob("*") if path.is_file()}


def needed(artifacts: Artifacts, manifest: DatasetManifest) -> set[str]:
    """All files without which the version cannot be read."""
    found = {manifest.samples, manifest.labels, manifest.split, manifest.names, manifest.boxes}
    for digest in list(filter(None, found)):
        found |= set(artifacts.references(digest))
    return found - {""}


@pytest.fixture
def artifacts(tmp_path: Path) -> Artifacts:
    return Artifacts(tmp_path / "artifacts")


def test_everything_a_source_says_is_in_the_version(artifacts: Artifacts) -> None:
    source = Made(NAMED_PICTURES, attribution="by nobody")
    manifest = build(artifacts, source)
    assert (manifest.task, manifest.count, manifest.shape) == ("images", 11, (4, 5, 1))
    assert (manifest.class_names, manifest.attribution) == (("cat", "dog"), "by nobody")
    samples = artifacts.open_samples(manifest.samples)
    np.testing.assert_array_equal(
        samples, np.stack([np.full((4, 5, 1), s.content, np.uint8) for s in NAMED_PICTURES])
    )
    labels = [sample.label for sample in NAMED_PICTURES]
    assert artifacts.open_array(manifest.labels).tolist() == labels
    assert manifest.class_counts == (labels.count(0), labels.count(1))
    assert list(artifacts.open_samples(manifest.names)) == [s.name for s in NAMED_PICTURES]
    boxes = [[row, *box] for row, sample in enumerate(NAMED_PICTURES) for box in sample.boxes]
    assert artifacts.open_array(manifest.boxes).tolist() == boxes
    assert manifest.box_count == len(boxes) > 5
    assert (manifest.state, manifest.state_counts, manifest.states) == ("", None, (11, 0, 0))
    assert manifest.base == manifest.samples
    assert manifest.source["kind"] == "made"
    assert files(artifacts) == needed(artifacts, manifest)


def test_what_is_not_said_is_not_stored(artifacts: Artifacts) -> None:
    manifest = build(artifacts, Made([Sample(number, 0) for number in range(5)]))
    assert (manifest.names, manifest.boxes, manifest.box_count) == ("", "", 0)
    assert files(artifacts) == {manifest.samples, manifest.labels, manifest.split}
    assert "own_split" not in manifest.source


def test_texts_are_samples(artifacts: Artifacts) -> None:
    manifest = build(artifacts, Made(TEXTS))
    assert (manifest.task, manifest.count, manifest.shape) == ("text", 4, (0, 0, 0))
    assert list(artifacts.open_samples(manifest.samples)) == [s.content for s in TEXTS]
    assert list(artifacts.open_samples(manifest.names)) == [s.name for s in TEXTS]
    assert files(artifacts) == needed(artifacts, manifest)


def test_texts_come_from_a_table(artifacts: Artifacts, tmp_path: Path) -> None:
    (tmp_path / "news.csv").write_text("text,label,split\nrain again,bad,train\nsun ☀,good,test\n")
    source = parse_source({"kind": "text", "path": str(tmp_path / "news.csv")})
    manifest = build_manifest(source, artifacts, SplitConfig(), places=PLACES, progress=silent)
    assert manifest.task == "text"
    assert list(artifacts.open_samples(manifest.samples)) == ["rain again", "sun ☀"]
    labels = artifacts.open_array(manifest.labels)
    assert [manifest.class_names[label] for label in labels] == ["bad", "good"]
    assert artifacts.open_array(manifest.split).tolist() == [0, 2]


def test_names_of_nothing_and_empty_texts_are_kept(artifacts: Artifacts) -> None:
    manifest = build(artifacts, Made([Sample("", 0, ""), Sample("", 1, "")]))
    assert list(artifacts.open_samples(manifest.samples)) == ["", ""]
    assert list(artifacts.open_samples(manifest.names)) == ["", ""]


def test_the_files_own_split_is_believed(artifacts: Artifacts) -> None:
    split = SplitConfig(test_share=0.5, seed=4)
    manifest = build(artifacts, Made(NAMED_PICTURES), split=split)
    codes = artifacts.open_array(manifest.split)
    drawn = split_codes(11, split)
    for row, sample in enumerate(NAMED_PICTURES):
        expected = drawn[row] if sample.part is None else SPLIT_NAMES.index(sample.part)
        assert codes[row] == expected
    assert codes.dtype == np.uint8
    assert manifest.split_counts == tuple(np.bincount(codes, minlength=3).tolist())
    assert manifest.source["own_split"] == 7


def test_the_files_own_split_may_be_left_aside(artifacts: Artifacts, tmp_path: Path) -> None:
    tree = {
        f"{part}/{name}/{number}.png": picture_bytes(40 * number)
        for part in ("train", "test")
        for name in ("cat", "dog")
        for number in range(4)
    }
    folder = write_tree(tmp_path / "pictures", tree)

    def imported(*, own_split: bool) -> tuple[DatasetManifest, list[int]]:
        spec = FolderSource(path=str(folder), own_split=own_split)
        manifest = build_manifest(spec, artifacts, SplitConfig(), places=PLACES, progress=silent)
        return manifest, artifacts.open_array(manifest.split).tolist()

    manifest, codes = imported(own_split=True)
    names = artifacts.open_samples(manifest.names)
    assert manifest.class_names == ("cat", "dog")
    assert codes == [2 if name.startswith("test/") else 0 for name in names]
    assert manifest.source["own_split"] == 16
    manifest, codes = imported(own_split=False)
    assert codes == split_codes(16, SplitConfig()).tolist()
    assert "own_split" not in {
        name for name, value in manifest.source.items() if value is not False
    }


@pytest.mark.parametrize("samples", [NAMED_PICTURES, TEXTS * 3], ids=["pictures", "texts"])
@settings(max_examples=25)
@given(size=st.integers(1, 5), deaths=st.lists(st.integers(0, 12), max_size=4))
def test_an_import_killed_while_reading_ends_as_an_uninterrupted_one(
    tmp_path_factory: pytest.TempPathFactory, samples: list[Sample], size: int, deaths: list[int]
) -> None:
    root = tmp_path_factory.mktemp("store")
    whole = build(Artifacts(root / "whole"), Made(samples, size=size))
    artifacts = Artifacts(root / "killed")
    chunks = -(-len(samples) // size)
    reached = 0
    for death in deaths:
        source = Made(samples, size=size, dies_at=reached + death)
        if source.dies_at is not None and source.dies_at > chunks:
            break
        with no_last_words(), pytest.raises(Killed):
            build(artifacts, source)
        assert source.given == list(range(reached, reached + death))
        reached += death
    last = Made(samples, size=size)
    assert build(artifacts, last) == whole
    assert last.given == list(range(reached, chunks))
    assert files(artifacts) == files(Artifacts(root / "whole")) == needed(artifacts, whole)


class Dying(Artifacts):
    """A store whose process dies while the n-th file is adopted, before or behind it."""

    def __init__(self, root: Path, number: int, *, behind: bool) -> None:
        super().__init__(root)
        self.left, self.behind = number, behind

    def adopt(self, draft: Path, name: str, *, digest: str | None = None) -> Any:
        self.left -= 1
        if self.left < 0 and not self.behind:
            raise Killed
        found = super().adopt(draft, name, digest=digest)
        if self.left < 0:
            raise Killed
        return found


@pytest.mark.parametrize("samples", [NAMED_PICTURES, TEXTS], ids=["pictures", "texts"])
@pytest.mark.parametrize("behind", [False, True])
def test_an_import_killed_while_storing_ends_as_an_uninterrupted_one(
    tmp_path: Path, samples: list[Sample], behind: bool
) -> None:
    whole = build(Artifacts(tmp_path / "whole"), Made(samples))
    for number in range(20):
        artifacts = Dying(tmp_path / f"{number}", number, behind=behind)
        try:
            with no_last_words():
                build(artifacts, Made(samples))
        except Killed:
            last = Made(samples)
            assert build(Artifacts(artifacts.root), last) == whole
            assert last.given == []  # everything was there
            assert files(artifacts) == needed(artifacts, whole)
            assert list(artifacts.drafts.iterdir()) == []
        else:
            break
    assert 5 <= number < 20


def test_a_source_that_changed_is_read_anew(artifacts: Artifacts) -> None:
    with no_last_words(), pytest.raises(Killed):
        build(artifacts, Made(NAMED_PICTURES, dies_at=2), key="run-one-import")
    changed = Made(NAMED_PICTURES[::-1], fingerprint="2")
    manifest = build(artifacts, changed, key="run-one-import")
    assert changed.given == [0, 1, 2, 3]
    assert artifacts.open_array(manifest.labels).tolist() == [
        sample.label for sample in NAMED_PICTURES[::-1]
    ]
    assert files(artifacts) == needed(artifacts, manifest)


def test_the_same_source_divided_otherwise_is_another_import(artifacts: Artifacts) -> None:
    with no_last_words(), pytest.raises(Killed):
        build(artifacts, Made(NAMED_PICTURES, dies_at=2))
    other = Made(NAMED_PICTURES)
    build(artifacts, other, split=SplitConfig(seed=1))
    assert other.given == [0, 1, 2, 3]
    same = Made(NAMED_PICTURES)
    build(artifacts, same)
    assert same.given == [2, 3]


def test_a_source_without_samples_is_refused(artifacts: Artifacts) -> None:
    with pytest.raises(InvalidInput, match="no sample"):
        build(artifacts, Made([]))
    assert files(artifacts) == set()


@pytest.mark.parametrize("when", ["reading digits", "dividing", "storing"])
def test_a_cancelled_import_leaves_nothing(workspace: Workspace, when: str) -> None:
    seen = []

    def cancel(done: int, total: int, unit: str, message: str) -> None:
        seen.append(message)
        if message == when:
            raise Cancelled("Cancelled.", "Somebody said so.", "Import again.")

    spec = parse_source({"kind": "digits"})
    with pytest.raises(Cancelled):
        workspace.add_dataset("digits", spec, progress=cancel)
    assert seen[-1] == when
    assert workspace.datasets() == []
    assert files(workspace.artifacts) == set()


def test_the_same_import_cannot_run_twice_at_once(artifacts: Artifacts) -> None:
    with locked_staging(artifacts.drafts / "run-one-import"):
        with pytest.raises(Conflict, match="running already"):
            build(artifacts, Made(NAMED_PICTURES), key="run-one-import")
        assert build(artifacts, Made(NAMED_PICTURES), key="run-two-import").count == 11


def test_what_does_not_fit_is_refused_before_it_is_read(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = given_out(monkeypatch, Made(NAMED_PICTURES))
    workspace.add_dataset("pets", spec)
    before = files(workspace.artifacts)
    for other, words in (
        (Made(NAMED_PICTURES, shape=(4, 4, 1)), "pictures of 4x4 pixels, grey"),
        (Made(NAMED_PICTURES, shape=(4, 5, 3)), "pictures of 5x4 pixels, rgb"),
        (Made(TEXTS), "They are texts"),
    ):
        given_out(monkeypatch, other)
        with pytest.raises(InvalidInput, match=words):
            workspace.add_dataset("pets", spec, append=True)
        assert other.given == []
    assert files(workspace.artifacts) == before
    assert workspace.dataset("pets").version == 1


def test_near_duplicates_stay_together(artifacts: Artifacts) -> None:
    """Ten drawings, each of them four times."""
    noise = np.random.default_rng(0)
    contents = list(range(10)) * 4
    drawings = noise.integers(0, 256, (10, 16, 16, 1), np.uint8)

    class Drawn(Made):
        def _chunk(self, samples: list[Sample], cursor: int) -> Any:
            chunk = super()._chunk(samples, cursor)
            return replace(chunk, samples=drawings[[sample.content for sample in samples]])

    source = Drawn([Sample(content, content % 2) for content in contents], shape=(16, 16, 1))
    manifest = build(artifacts, source, split=SplitConfig(test_share=0.4, together=True))
    codes = artifacts.open_array(manifest.split)
    assert EXCLUDED not in codes
    assert 0 < np.count_nonzero(codes == 2) <= 16
    for content in range(10):
        assert len(set(codes[content::10].tolist())) == 1
