"""Verbs of label errors: have them looked for, and read what was found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.core.dataset import DatasetVersion
from studio.core.errors import Conflict
from studio.core.label_errors import LabelErrorParams, LabelErrorReport, usual_params
from studio.core.run import Run
from studio.core.standard import label_errors_pipeline
from studio.store.artifacts import Artifacts
from studio.workspace.quality import QualityChecks

SEARCHED_RUNS = 100
"""So many of the newest searches are looked through for one of a dataset."""
KNOWN_SEARCHES = 8
"""So many searches are kept in memory."""


@dataclass(frozen=True, eq=False)
class FoundErrors:
    """What a search for label errors found. Flags are in their order, the most suspicious first.

    Args:
        run: The search.
        report: Its counts.
    """

    run: Run
    report: LabelErrorReport
    _artifacts: Artifacts
    _files: dict[str, str]

    @property
    def dataset(self) -> str:
        """Name of the dataset."""
        return self.report.dataset.rsplit(":", 1)[0]

    @cached_property
    def samples(self) -> NDArray[np.int64]:
        """int64 (m,): the flagged samples."""
        return np.asarray(self._artifacts.open_array(self._files["flags.npy"]))

    @cached_property
    def classes(self) -> NDArray[np.int32]:
        """int32 (m, 2): label and suggested class, numbers among the report's class names."""
        return np.asarray(self._artifacts.open_array(self._files["flag_classes.npy"]))

    @cached_property
    def scores(self) -> NDArray[np.float32]:
        """float32 (m, 2): what a model that has not seen the sample gives to both."""
        return np.asarray(self._artifacts.open_array(self._files["flag_scores.npy"]))

    @cached_property
    def place_of(self) -> dict[int, int]:
        """Sample -> place of its flag."""
        return {sample: place for place, sample in enumerate(self.samples.tolist())}


class LabelErrors(QualityChecks):
    """Searches for label errors, which run in the background."""

    def __init__(self, home: Path) -> None:
        super().__init__(home)
        self._searches: dict[int, FoundErrors] = {}

    def find_label_errors(
        self, name: str, params: LabelErrorParams | None = None, *, author: str = "unnamed"
    ) -> Run:
        """Have the labels of a dataset's newest version doubted. Returns the run.

        Args:
            params: How. Default: what suits the dataset.

        Raises:
            NotFound: No such dataset. InvalidInput: The model reads other samples, or there are too few classes.
        """
        version = self.dataset(name)
        pipeline = label_errors_pipeline(
            name, params or usual_params(version), version=version.version
        )
        return self.submit(pipeline, name=self.free_run_name(f"label-errors-{name}"), author=author)

    def label_errors(self, version: DatasetVersion) -> FoundErrors | None:
        """Return what the newest search among these samples found, None when nobody looked."""
        for run in self.runs(kind="label_errors", limit=SEARCHED_RUNS):
            about = str(run.result.get("dataset", "")).rsplit(":", 1)[0]
            if run.status == "completed" and about == version.dataset:
                if run.result.get("base") == version.base:
                    return self._found_errors(run)
                break  # the samples were imported anew since
        return None

    def label_errors_of(self, run: str) -> FoundErrors:
        """Return what a search found.

        Raises:
            NotFound: No such run. Conflict: It is no search for label errors, or it is not completed.
        """
        search = self.run(run)
        if search.kind != "label_errors" or search.status != "completed":
            raise Conflict(
                f'Run "{run}" has no flags to judge.',
                f"It is {search.status}."
                if search.kind == "label_errors"
                else "It did not look for label errors.",
                "Choose a completed search for label errors.",
            )
        return self._found_errors(search)

    def _found_errors(self, run: Run) -> FoundErrors:
        known = self._searches.get(
            run.id
        )  # every verdict asks for it, and a completed search stays as it is
        if known is None:
            files = {name: file.digest for name, file in self.run_artifacts(run.name).items()}
            report = LabelErrorReport.model_validate(run.result["report"])
            known = FoundErrors(run, report, self.artifacts, files)
            if len(self._searches) >= KNOWN_SEARCHES:
                self._searches.pop(next(iter(self._searches)))
            self._searches[run.id] = known
        return known
