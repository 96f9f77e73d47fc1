"""Verbs of datasets: add, list, look at, split."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import (
    Dataset,
    DatasetManifest,
    DatasetVersion,
    SplitConfig,
    split_codes,
)
from studio.core.errors import NotFound, unknown
from studio.core.names import check_name
from studio.core.sources import SourceSpec
from studio.sources import Places, Progress
from studio.store import datasets as rows
from studio.workspace.hall import DATA, Hall
from studio.workspace.manifest import build_manifest, split_counts


def _silent(done: int, total: int, unit: str, message: str) -> None:
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
        progress: Progress = _silent,
    ) -> DatasetVersion:
        """Read a source and keep it as a new version of the dataset `name`.

        Args:
            name: New, or the name of a dataset that gets one version more.
            source: Where the samples come from.
            split: How they are divided. Default: 70/30 at random, seed 0.
            author, message: Who made the version, and why.
            progress: Told how far it is; may raise Cancelled.

        Raises:
            InvalidInput: The name or the source is not possible. Cancelled: `progress` said so.
        """
        check_name("dataset", name)
        manifest = build_manifest(
            source,
            self.artifacts,
            split or SplitConfig(),
            places=self.places(),
            progress=progress,
        )
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
        with self._studio.tx() as connection:
            rows.add_version(
                connection, name, manifest, author=author, message=message, now=self._now()
            )
        return self.dataset(name)

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

    def split_dataset(
        self, name: str, split: SplitConfig, *, author: str = "unnamed"
    ) -> DatasetVersion:
        """Divide the newest version anew and keep that as a version of its own."""
        version = self.dataset(name)
        codes = split_codes(version.count, split, self.labels(version))
        stored = self.artifacts.put_array(codes, "split.npy")
        manifest = manifest_of(version).model_copy(
            update={
                "split": stored.digest,
                "split_config": split,
                "split_counts": split_counts(codes),
            }
        )
        train, validation, test = manifest.split_counts
        return self.record_dataset(
            name,
            manifest,
            author=author,
            message=f"Split: {train} train, {validation} validation, {test} test, seed {split.seed}",
        )

    def samples(self, version: DatasetManifest) -> NDArray[np.uint8]:
        """Return uint8 (N, H, W, C), memory-mapped and read-only."""
        return self.artifacts.open_array(version.samples)

    def labels(self, version: DatasetManifest) -> NDArray[np.int32]:
        """Return int32 (N,), -1 where there is no class; memory-mapped and read-only."""
        return self.artifacts.open_array(version.labels)

    def split(self, version: DatasetManifest) -> NDArray[np.uint8]:
        """Return uint8 (N,): 0 train, 1 validation, 2 test; memory-mapped and read-only."""
        return self.artifacts.open_array(version.split)


def manifest_of(version: DatasetVersion) -> DatasetManifest:
    """Return what a version holds, without its name and number."""
    return DatasetManifest.model_validate(
        version.model_dump(include=set(DatasetManifest.model_fields))
    )
