"""Verbs of datasets: add, list, look at, split."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import (
    KEPT,
    TRAIN,
    Dataset,
    DatasetManifest,
    DatasetVersion,
    SplitConfig,
    check_pictures,
    origin,
    split_codes,
)
from studio.core.errors import Conflict, NotFound, unknown
from studio.core.names import check_name
from studio.core.samples import Images, Words
from studio.core.sources import SourceSpec
from studio.sources import Places, Progress
from studio.store import datasets as rows
from studio.workspace.append import append
from studio.workspace.hall import DATA, Hall
from studio.workspace.manifest import alike_groups, build_manifest, recount
from studio.workspace.table_manifest import samples_of

CHANGE_TRIES = 10


def silent(done: int, total: int, unit: str, message: str) -> None:
    """Report to nobody."""


class Datasets(Hall):
    """Named lines of immutable versions."""

    def add_dataset(
        self,
        name: str,
        source: SourceSpec,
        *,
        split: SplitConfig | None = None,
        author: str = "unnamed",
        message: str = "",
        append: bool = False,
        progress: Progress = silent,
    ) -> DatasetVersion:
        """Read a source and keep it as a new version of the dataset `name`.

        Killed before its end, the same call goes on where it was.

        Args:
            name: New, or the name of a dataset that gets one version more.
            source: Where the samples come from.
            split: How they are divided. Default: 70/30 at random, seed 0.
            author, message: Who made the version, and why.
            append: Add the samples to those of the newest version; else they replace them.
            progress: Told how far it is; may raise Cancelled.

        Raises:
            InvalidInput: The name or the source is not possible. Cancelled: `progress` said so.
            Conflict: Another process runs the same import.
        """
        check_name("dataset", name)
        manifest = build_manifest(
            source,
            self.artifacts,
            split or SplitConfig(),
            places=self.places(),
            progress=progress,
            behind=rows.find_version(self._studio, name) if append else None,
        )
        if append:
            number = self.append_manifest(name, manifest, author=author, message=message)
            return self.dataset(name, number)
        return self.record_dataset(name, manifest, author=author, message=message)

    def places(self) -> Places:
        """Return where sources find starter sets, downloads, uploads and drawings."""
        return Places(
            data=DATA,
            cache=self.cache_folder,
            uploads=self.uploads_folder,
            drawings=self._open_drawings,
        )

    def _open_drawings(self, collection: str) -> Any:
        """Return the drawings of a collection; the workspace that has them overrides this."""
        raise unknown("drawing collection", collection, [])

    def record_dataset(
        self, name: str, manifest: DatasetManifest, *, author: str, message: str
    ) -> DatasetVersion:
        """Append a version whose artifacts are stored already."""
        check_name("dataset", name)
        number = self._record(name, manifest, author=author, message=message)
        return self.dataset(name, number)

    def datasets(self) -> list[Dataset]:
        """Return all datasets with their newest version, newest dataset first."""
        return rows.list_datasets(self._studio)

    def dataset(self, name: str, version: int | None = None) -> DatasetVersion:
        """Return a version of a dataset, the newest by default.

        Raises:
            NotFound: No such dataset or version.
        """
        found = rows.find_version(self._studio, name, version)
        if found is None:
            versions = [str(v.version) for v in rows.list_versions(self._studio, name)]
            if versions:
                raise unknown(f"version of {name}", version, versions)
            raise unknown("dataset", name, rows.names(self._studio))
        return found

    def dataset_titled(self, title: str) -> DatasetVersion:
        """Return the version that `name:3`, or `name` for the newest, points at. Raises as `dataset`."""
        if origin(title) != title:
            raise NotFound(
                f"The samples of {title} are not kept as a dataset.",
                f"A pipeline made them of {origin(title)} on its way.",
                'Put "Save dataset" behind the node that made them, and submit the pipeline again.',
            )
        name, _, number = title.partition(":")
        if number and not number.isdecimal():
            raise unknown(f"version of {name}", number, [])
        return self.dataset(name, int(number) if number else None)

    def known_version(self, title: str) -> DatasetVersion | None:
        """Return the version that `name:3` points at, None where it is not in this workspace or no number is said."""
        if not title.partition(":")[2].isdecimal():
            return None
        try:
            return self.dataset_titled(title)
        except NotFound:
            return None

    def dataset_by_id(self, version_id: int) -> DatasetVersion:
        """Return the version a run pinned.

        Raises:
            NotFound: No such version.
        """
        found = rows.find_version_by_id(self._studio, version_id)
        if found is None:
            raise NotFound(
                f"There is no dataset version {version_id}.",
                "The run points at a version this workspace does not have.",
                "Open the workspace in which the run was submitted.",
            )
        return found

    def dataset_versions(self, name: str) -> list[DatasetVersion]:
        """Return all versions of a dataset, newest first.

        Raises:
            NotFound: No such dataset.
        """
        self.dataset(name)
        return rows.list_versions(self._studio, name)

    def append_manifest(
        self,
        name: str,
        manifest: DatasetManifest,
        *,
        author: str,
        message: str,
        origin: str | None = None,
    ) -> int:
        """Add the samples of a manifest to those of a dataset's newest version. Returns the version's number.

        Raises:
            InvalidInput: They are of another shape, or no pictures like the others.
        """

        def appended(version: DatasetVersion) -> DatasetManifest:
            return append(self.artifacts, version, manifest)

        number = None
        if rows.dataset_id(self._studio, name) is None:
            number = self._record(
                name, manifest, author=author, message=message, origin=origin, after=0
            )
        return number or self._change(name, appended, author=author, message=message, origin=origin)

    def split_dataset(
        self,
        name: str,
        split: SplitConfig,
        *,
        author: str = "unnamed",
        message: str = "",
        progress: Progress = silent,
    ) -> DatasetVersion:
        """Divide the newest version anew and keep that as a version of its own.

        Args:
            split: With `together`, near-duplicates come into the same part, without exception.
            progress: Told how far the search for near-duplicates is; may raise Cancelled.
        """
        groups = self.near_groups(self.dataset(name), progress) if split.together else None

        def divided(version: DatasetVersion) -> DatasetManifest:
            if groups is not None and len(groups) != version.count:
                raise Conflict(
                    f"{version.title} was made while near-duplicates were looked for.",
                    "Its samples are others than those that were compared.",
                    "Divide again.",
                )
            state = self.state(version)
            labels = np.asarray(self.labels(version))
            codes = split_kept(split, labels, state, groups)
            stored = self.artifacts.put_array(codes, "split.npy")
            changed = manifest_of(version).model_copy(
                update={"split": stored.digest, "split_config": split}
            )
            return recount(changed, labels, codes, state)

        def described(manifest: DatasetManifest) -> str:
            train, validation, test = manifest.split_counts
            together = ", near-duplicates together" if split.together else ""
            return f"Split: {train} train, {validation} validation, {test} test, seed {split.seed}{together}"

        number = self._change(name, divided, author=author, message=message or described)
        return self.dataset(name, number)

    def near_groups(self, version: DatasetManifest, progress: Progress) -> NDArray[np.int64]:
        """Return int64 (N,), the same number for samples that look alike."""
        return alike_groups(self.artifacts, version, progress)

    def _change(
        self,
        name: str,
        change: Callable[[DatasetVersion], DatasetManifest],
        *,
        author: str,
        message: str | Callable[[DatasetManifest], str],
        origin: str | None = None,
    ) -> int:
        """Make a version out of the newest one, again where somebody else was faster. Returns its number."""
        for _ in range(CHANGE_TRIES):
            version = self.dataset(name)
            manifest = change(version)
            text = message if isinstance(message, str) else message(manifest)
            with self._studio.tx() as connection:
                number = rows.add_version(
                    connection,
                    name,
                    manifest,
                    author=author,
                    message=text,
                    now=self._now(),
                    origin=origin,
                    after=version.version,
                )
            if number is not None:
                return number
        raise Conflict(
            f"Dataset {name} is being changed by others.",
            f"{CHANGE_TRIES} times in a row somebody else made a version first.",
            "Try again in a moment.",
        )

    def _record(
        self,
        name: str,
        manifest: DatasetManifest,
        *,
        author: str,
        message: str,
        origin: str | None = None,
        after: int | None = None,
    ) -> int | None:
        with self._studio.tx() as connection:
            return rows.add_version(
                connection,
                name,
                manifest,
                author=author,
                message=message,
                now=self._now(),
                origin=origin,
                after=after,
            )

    def samples(self, version: DatasetManifest) -> Images | Words:
        """Return uint8 (N, H, W, C), or texts; memory-mapped and read-only. Of rows, sentences without their class."""
        return samples_of(self.artifacts, version)

    def pictures(self, version: DatasetManifest) -> Images:
        """Return uint8 (N, H, W, C), memory-mapped and read-only.

        Raises:
            InvalidInput: The version holds texts.
        """
        check_pictures(version)
        return cast(Images, self.samples(version))

    def labels(self, version: DatasetManifest) -> NDArray[np.int32]:
        """Return int32 (N,), -1 where there is no class; memory-mapped and read-only."""
        return self.artifacts.open_array(version.labels)

    def split(self, version: DatasetManifest) -> NDArray[np.uint8]:
        """Return uint8 (N,): 0 train, 1 validation, 2 test; memory-mapped and read-only."""
        return self.artifacts.open_array(version.split)

    def state(self, version: DatasetManifest) -> NDArray[np.uint8] | None:
        """Return uint8 (N,): 0 kept, 1 quarantined, 2 removed; None where all are kept."""
        return self.artifacts.open_array(version.state) if version.state else None

    def _kept(self, version: DatasetManifest) -> NDArray[np.bool_]:
        """Return bool (N,), whether a sample is neither quarantined nor removed."""
        state = self.state(version)
        return np.ones(version.count, bool) if state is None else np.asarray(state == KEPT)

    def names(self, version: DatasetManifest) -> Words | None:
        """Return what each sample was called where it came from; None where they have no names."""
        return cast(Words, self.artifacts.open_samples(version.names)) if version.names else None

    def boxes(self, version: DatasetManifest) -> NDArray[np.float64]:
        """Return float64 (M, 6): sample, class, left, top, width, height; sorted by sample."""
        return self.artifacts.open_array(version.boxes) if version.boxes else np.empty((0, 6))


def split_kept(
    split: SplitConfig,
    labels: NDArray[np.int32],
    state: NDArray[np.uint8] | None,
    groups: NDArray[np.int64] | None,
) -> NDArray[np.uint8]:
    """Return a split code for each sample, uint8 (N,): the kept ones divided, the others 0, where they do not count.

    Args:
        labels: int32 (N,), -1 for none.
        state: uint8 (N,), codes of STATE_NAMES; None: all are kept.
        groups: int64 (N,): samples with the same number come into the same part. None: every sample by itself.
    """
    if state is None:
        return split_codes(len(labels), split, labels, groups)
    kept = np.flatnonzero(state == KEPT)
    codes = np.full(len(labels), TRAIN, np.uint8)
    chosen = None if groups is None else groups[kept]
    codes[kept] = split_codes(len(kept), split, labels[kept], chosen)
    return codes


def manifest_of(version: DatasetVersion) -> DatasetManifest:
    """Return what a version holds, without its name and number."""
    return DatasetManifest.model_validate(
        version.model_dump(include=set(DatasetManifest.model_fields))
    )
