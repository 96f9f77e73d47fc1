"""Verbs of scoring: asking a model about many samples."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np

from studio.core.dataset import TASK_NOUNS, DatasetVersion
from studio.core.errors import Conflict, InvalidInput
from studio.core.fit import check_fits
from studio.core.foreign import RUNNABLE
from studio.core.model import ModelVersion
from studio.core.model_spec import ModelSpec
from studio.core.names import check_name
from studio.core.run import Run, RunArtifact
from studio.core.samples import JoinedTexts, Texts
from studio.core.scoring import (
    SCORED_REPORT,
    SCORED_TABLE,
    ScoredPart,
    ScoringParams,
    ScoringReport,
)
from studio.core.sources import SourceSpec
from studio.core.standard import scoring_pipeline
from studio.sources.pictures import encode
from studio.workspace.browser_parity import BrowserParity
from studio.workspace.containers import docker_zip

CONTAINER = "docker"
"""The format that is an endpoint with all it needs."""
OF_FILES: tuple[ScoredPart, ...] = ("all", "unlabelled")
"""Parts that samples have which are not of a dataset: nothing of them was held out."""


class Scoring(BrowserParity):
    """A model's answers about all samples of a dataset, or of a file or folder, as a table and as a dataset."""

    def request_scoring(
        self,
        reference: str,
        *,
        dataset: str | None = None,
        version: int | None = None,
        source: SourceSpec | None = None,
        part: ScoredPart = "all",
        into: str | None = None,
        above: float = 0.0,
        limit: int | None = None,
        name: str | None = None,
        author: str = "unnamed",
    ) -> Run:
        """Queue a run that asks a model about many samples.

        Args:
            reference: `name`, `name:version`, `name@alias` or `run/NAME`; pinned now.
            dataset: Name of the dataset whose samples are asked about, or
            version: its version; default: the newest.
            source: A folder, an archive or a file, instead of a dataset.
            part: Which of a dataset's samples.
            into: Name of a dataset that the samples become a version of, labelled by the model; None: none.
            above: Less sure answers leave their samples unlabelled there; 0 to 1.
            limit: Samples, the first ones; None: all.
            name: Of the run. Default: made of model and samples.

        Raises:
            NotFound: No such model, dataset or version. Conflict: `into` is the dataset itself, or the name is taken.
            InvalidInput: Not exactly one of dataset and source, or the model reads other samples.
        """
        spec = self.model_spec(reference)
        _check_asked(dataset, source, part)
        chosen = None
        if dataset is not None:
            chosen = self.dataset(dataset, version)
            _check_kind(spec, chosen)
        if into is not None:
            check_name("dataset", into)
            if into == dataset:
                raise Conflict(
                    f'The answers cannot become a version of "{into}" itself.',
                    "The model's answers would take the place of what people said about the same samples.",
                    "Choose another name; the two can be compared afterwards.",
                )
        params = ScoringParams(
            source=source,
            part=part,
            into=into,
            above=above,
            limit=limit,
            author=author,
            split="" if chosen is None else self.own_split(spec.title, chosen),
        )
        about = f"{dataset}-{chosen.version}" if chosen is not None else "files"
        return self.submit(
            scoring_pipeline(
                spec.title, params, dataset, None if chosen is None else chosen.version
            ),
            name=name or self.free_run_name(f"score-{about}-by-{spec.title}"),
            author=author,
        )

    def scoring_report(self, run: str) -> ScoringReport:
        """Return what a run that scored has done; `into` says which version it made.

        Raises:
            NotFound: No such run. Conflict: It has not scored (yet).
        """
        found = self.run(run)
        report = ScoringReport.model_validate_json(
            self.artifacts.read(self._scored(found, SCORED_REPORT).digest)
        )
        if report.into and "version" in found.result:
            into = f"{found.result['dataset']}:{found.result['version']}"
            return report.model_copy(update={"into": into})
        return report

    def scored_file(self, run: str) -> Path:
        """Return the table of a run that scored: a CSV file, UTF-8. Raises as `scoring_report`."""
        return self.artifacts.path(self._scored(self.run(run), SCORED_TABLE).digest)

    def scored_rows(self, run: str, limit: int = 20) -> list[dict[str, str]]:
        """Return the first rows of the table, column -> cell. Raises as `scoring_report`."""
        with open(self.scored_file(run), encoding="utf-8", newline="") as file:
            return list(islice(csv.DictReader(file), limit))

    def scored_pictures(self, run: str, samples: Sequence[int]) -> list[bytes]:
        """Return PNGs of some samples that a run scored; none where they are texts, or gone from the workspace."""
        digest = str(self.run(run).result.get("samples", ""))
        if not self.artifacts.has(digest) or not all(
            self.artifacts.has(part) for part in self.artifacts.references(digest)
        ):
            return []
        pictures = self.artifacts.open_samples(digest)
        if isinstance(pictures, Texts | JoinedTexts) or pictures.shape[-1] not in (1, 3):
            return []
        return [encode(np.array(pictures[sample])) for sample in samples]

    def model_formats(self, version: ModelVersion) -> list[str]:
        """Return what `model_bytes` can make of a version, a container among it where it can be asked."""
        known = super().model_formats(version)
        return [*known, CONTAINER] if _contained(version) else known

    def model_bytes(self, version: ModelVersion, file_format: str) -> bytes:
        """Return a model as bytes; a container has a new key in it each time. Raises as `export_model`."""
        if file_format == CONTAINER and _contained(version):
            return docker_zip(self, version)
        return super().model_bytes(version, file_format)

    def endpoint_container(self, name: str) -> bytes:
        """Return a zip to build a container from that answers as an endpoint does, with a new key.

        Raises:
            NotFound: No such endpoint, or it serves nothing.
        """
        endpoint = self.endpoint(name)
        return docker_zip(self, self.endpoint_model(endpoint), name)

    def _scored(self, run: Run, name: str) -> RunArtifact:
        file = self.run_artifacts(run.name).get(name)
        if file is None:
            raise Conflict(
                f'Run "{run.name}" has no scores.',
                f"It is a run of kind {run.kind} and {run.status}.",
                "Wait until the scoring is completed, or start another one.",
            )
        return file


def _check_asked(dataset: str | None, source: SourceSpec | None, part: ScoredPart) -> None:
    if (dataset is None) == (source is None):
        raise InvalidInput(
            "It is not clear what is to be scored.",
            "Samples come from a dataset, or from files; exactly one of them.",
            "Choose a dataset, or files.",
        )
    if source is None:
        return
    if source.kind == "drawings":
        raise InvalidInput(
            "A collection of drawings cannot be scored as it is.",
            "It may grow while the model is asked.",
            "Make a dataset of it first, and score that.",
        )
    if part not in OF_FILES:
        raise InvalidInput(
            f"Files have no {part} samples.",
            "Only a dataset knows which of its samples a model was trained on.",
            'Score "all" of them.',
        )


def _check_kind(spec: ModelSpec, version: DatasetVersion) -> None:
    if spec.config is not None:
        check_fits(spec.config, version)
    elif version.task != "images":
        raise InvalidInput(
            f"{spec.title} cannot be asked about {version.title}.",
            f"The model takes pictures, and the dataset holds {TASK_NOUNS[version.task]}.",
            "Choose a dataset of pictures.",
        )


def _contained(version: ModelVersion) -> bool:
    """Tell whether a container can be made of a version: whether one of its files can be asked there."""
    return not version.files.keys().isdisjoint(RUNNABLE)
