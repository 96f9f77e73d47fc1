"""Verbs of quality: have a dataset checked, and read what was found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import EXCLUDED, KEPT, DatasetManifest, DatasetVersion
from studio.core.quality import FLAG_TITLES, Leakage, QualityParams, QualityReport, leakage
from studio.core.run import Run
from studio.core.standard import quality_pipeline
from studio.sources import Progress
from studio.store import runs as run_rows
from studio.store.artifacts import Artifacts
from studio.workspace.runs import Runs
from studio.workspace.versions import Versions


@dataclass(frozen=True, eq=False)
class Quality:
    """What a check found about a version, or about another one with the same samples.

    Args:
        run: The check.
        report: Its counts, as they were then.
    """

    run: Run
    report: QualityReport
    _artifacts: Artifacts
    _files: dict[str, str]

    @cached_property
    def groups(self) -> NDArray[np.int64]:
        """int64 (N,): the same number for samples that look alike."""
        return self._open("groups.npy")

    @cached_property
    def flags(self) -> NDArray[np.uint8]:
        """uint8 (N,): bits of `studio.core.quality`."""
        return self._open("flags.npy")

    @cached_property
    def map_rows(self) -> NDArray[np.int64]:
        """int64 (m,): the samples on the map."""
        return self._open("map_rows.npy")

    @cached_property
    def map_points(self) -> NDArray[np.float32]:
        """float32 (m, 2): where they lie, -1 to 1."""
        return self._open("map_points.npy")

    def flagged(self, flag: int, state: NDArray[np.uint8] | None) -> NDArray[np.int64]:
        """Return the kept samples with a flag, ascending; state: uint8 (N,), None where all are kept."""
        mask = (self.flags & flag) > 0
        return np.flatnonzero(mask if state is None else mask & (state == KEPT))

    def _open(self, name: str) -> NDArray[Any]:
        return self._artifacts.open_array(self._files[name])


class QualityChecks(Versions, Runs):
    """Checks of datasets, which run in the background."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._leakages: dict[tuple[int, str, str], Leakage] = {}

    def check_quality(
        self, name: str, params: QualityParams | None = None, *, author: str = "unnamed"
    ) -> Run:
        """Have the newest version of a dataset looked at. Returns the run.

        Args:
            params: How closely. Default: near-duplicates differ in at most 2 bits of their perceptual hashes.
        """
        version = self.dataset(name)
        pipeline = quality_pipeline(name, version.version, params or QualityParams())
        return self.submit(pipeline, name=self.free_run_name(f"quality-{name}"), author=author)

    def quality(self, version: DatasetManifest) -> Quality | None:
        """Return what the newest check of these samples found, None when they were never checked.

        A check knows nothing of samples that were quarantined or removed then. Where one of them is kept now, it
        says too little, and counts as none.
        """
        run = run_rows.find_completed(self._studio, "quality", "samples", version.samples)
        if run is None or not self._knows_all(run, version):
            return None
        files = {name: file.digest for name, file in self.run_artifacts(run.name).items()}
        report = QualityReport.model_validate(run.result["report"])
        return Quality(run, report, self.artifacts, files)

    def _knows_all(self, run: Run, version: DatasetManifest) -> bool:
        """Tell whether a check has looked at every sample that is kept now."""
        looked_at = next(
            (
                checked
                for number in run.inputs.values()
                if (checked := self.dataset_by_id(number)).samples == version.samples
            ),
            None,
        )
        if looked_at is None or looked_at.state in ("", version.state):
            return True
        left_out = np.asarray(self.state(looked_at)) != KEPT
        state = self.state(version)
        return not np.any(left_out if state is None else left_out & (state == KEPT))

    def leakage(self, version: DatasetManifest) -> Leakage | None:
        """Return how much of the stored split's held-out part has a near-duplicate that is trained on.

        None when the samples were never checked.
        """
        found = self.quality(version)
        if found is None:
            return None
        key = (found.run.id, version.split, version.state)
        if key not in self._leakages:  # pages ask at every rerun, and it walks through all samples
            self._leakages[key] = leakage(found.groups, self.active_split(version))
        return self._leakages[key]

    def flagged(self, version: DatasetManifest, flag: int) -> NDArray[np.int64]:
        """Return the kept samples with a flag of `studio.core.quality`, ascending; none when never checked."""
        found = self.quality(version)
        return np.empty(0, np.int64) if found is None else found.flagged(flag, self.state(version))

    def flag_counts(self, version: DatasetManifest) -> dict[int, int]:
        """Return flag -> number of kept samples that have it."""
        found, state = self.quality(version), self.state(version)
        if found is None:
            return dict.fromkeys(FLAG_TITLES, 0)
        return {flag: len(found.flagged(flag, state)) for flag in FLAG_TITLES}

    def alike(self, version: DatasetVersion, sample: int) -> NDArray[np.int64]:
        """Return the samples in the same group of near-duplicates, the sample itself included."""
        found = self.quality(version)
        if found is None:
            return np.array([sample])
        return np.flatnonzero(found.groups == found.groups[sample])

    def near_groups(self, version: DatasetManifest, progress: Progress) -> NDArray[np.int64]:
        """Return int64 (N,), the same number for samples that look alike: those of a check, or looked for now."""
        found = self.quality(version)
        if found is not None and found.report.distance >= QualityParams().distance:
            return found.groups
        return super().near_groups(version, progress)

    def active_split(self, version: DatasetManifest) -> NDArray[np.uint8]:
        """Return uint8 (N,): the split, EXCLUDED for samples that are quarantined or removed."""
        return active_split(self.artifacts, version)


def active_split(artifacts: Artifacts, manifest: DatasetManifest) -> NDArray[np.uint8]:
    """Return uint8 (N,): the stored split, EXCLUDED for samples that are quarantined or removed."""
    codes: NDArray[np.uint8] = artifacts.open_array(manifest.split)
    if not manifest.state:
        return codes
    return np.where(artifacts.open_array(manifest.state) == KEPT, codes, EXCLUDED).astype(np.uint8)
