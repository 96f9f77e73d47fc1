"""Verbs of a model's files for other programs: have them made and tried, see how they did, take them along."""

from __future__ import annotations

import dataclasses

from studio.core.dataset import DatasetVersion
from studio.core.errors import Conflict, NotFound, unknown
from studio.core.model import ModelVersion
from studio.core.model_export import (
    IDENTITY,
    MODEL_EXPORTS,
    REPLAYED,
    REPORT,
    Exported,
    ModelExportParams,
    ParityReport,
    ParityRow,
    check_formats,
)
from studio.core.run import Run, RunArtifact
from studio.core.standard import model_export_pipeline
from studio.store import browser_parity as browser_rows
from studio.store import runs as run_rows
from studio.workspace.models import TRAINED_KINDS
from studio.workspace.promotions import SPLIT
from studio.workspace.traffic import TrafficRecords

LOOKED_AT = 100
"""Among so many of the newest runs that exported a model its forms are looked for."""


class ModelExports(TrafficRecords):
    """Verbs of a model's files for other programs."""

    def request_export(
        self,
        reference: str,
        *,
        formats: tuple[str, ...] = (),
        samples: int = REPLAYED,
        accept: bool = False,
        dataset: str | None = None,
        version: int | None = None,
        name: str | None = None,
        author: str = "unnamed",
    ) -> Run:
        """Have a model's files made, each asked the same samples as the model. Returns the run.

        Args:
            reference: `name`, `name:version`, `name@alias`, or `run/NAME`.
            formats: Of MODEL_EXPORTS; empty: all that fit.
            samples: So many are asked about. Default 1,000.
            accept: Keep also what answers too differently.
            dataset, version: Whose samples they are. Default: the version that the model was trained on.
            name: Of the run. Default: made of the model's.

        Raises:
            NotFound: No such model or form. Conflict: Its dataset is not in this workspace.
        """
        check_formats(formats)
        pinned = self.pinned_model(reference)
        spec = self.model_spec(pinned)
        found = self.dataset(dataset, version) if dataset else self.known_version(spec.dataset)
        if found is None:
            raise Conflict(
                f"{pinned} cannot be tried on its own dataset.",
                f"Its files are compared on samples of {spec.dataset or 'the dataset it was trained on'}, which is not "
                "in this workspace.",
                "Choose another dataset of samples such as the model knows, or bring that one in under this name.",
            )
        params = ModelExportParams(
            formats=formats, samples=samples, accept=accept, split=self.own_split(pinned, found)
        )
        pipeline = model_export_pipeline(pinned, found.dataset, found.version, params)
        title = pinned.rpartition("/")[2].replace(":", "-")
        return self.submit(
            pipeline, name=name or self.free_run_name(f"export-{title}"), author=author
        )

    def own_split(self, reference: str, dataset: DatasetVersion) -> str:
        """Return the digest of the split that a model's training made itself; "" where it used the stored one.

        Args:
            reference: `name:version`, or `run/NAME`.
            dataset: Whose samples are asked about; of another version than the model was trained on nothing is known.
        """
        name = self._gate_run_of(reference)
        try:
            run = None if name is None else self.run(name)
            if run is None or run.kind not in TRAINED_KINDS:
                return ""
            made = self.run_artifacts(run.name).get(SPLIT)
            known = made is not None and self.trained_on(run).id == dataset.id
        except NotFound:  # the run, or its dataset, was deleted
            return ""
        return made.digest if made is not None and known else ""

    def exported(self, version: ModelVersion) -> Exported:
        """Return how the forms of a model version did, as the newest run says of each; refused ones too.

        A form that a browser showed to answer otherwise than the model is not given out either.
        """
        rows: dict[str, ParityRow] = {}
        files: dict[str, RunArtifact] = {}
        left_out: dict[str, str] = {}
        runs: list[str] = []
        wanted: set[str] = set()
        replayed = ""
        for run in self._export_runs(version):
            made = self.run_artifacts(run.name)
            if REPORT not in made:
                continue
            report = ParityReport.model_validate_json(self.artifacts.read(made[REPORT].digest))
            runs.append(run.name)
            replayed = replayed or (
                f"{report.samples:,} samples of {report.dataset}, {report.held_out:,} of them held out from training"
            )
            new = [row for row in report.rows if row.format not in {*rows, *left_out}]
            missing = {n: why for n, why in report.left_out.items() if n not in {*rows, *left_out}}
            rows |= {row.format: row for row in new}
            left_out |= missing
            for row in new:
                file = made.get(f"model{MODEL_EXPORTS[row.format].suffix}")
                if file is not None:
                    files[row.format] = file
            if any(node.params.get("accept") for node in run.pipeline.nodes):
                wanted |= {row.format for row in new}
        ordered: list[ParityRow] = []
        for name in MODEL_EXPORTS:
            if name in rows:
                ordered.append(rows[name])
                if name in files:
                    ordered += [
                        row.model_copy(update={"accepted": bool(row.refused) and name in wanted})
                        for row in self.replayed_in_browsers(files[name].digest)
                    ]
        found = Exported(tuple(ordered), files, tuple(runs), left_out, replayed)
        kept = {name: file for name, file in files.items() if name not in found.refused}
        return dataclasses.replace(found, files=kept)

    def replayed_in_browsers(self, digest: str) -> list[ParityRow]:
        """Return how a file answered in browsers, the newest first."""
        return browser_rows.of_file(self._studio, digest)

    def _export_runs(self, version: ModelVersion) -> list[Run]:
        """Return the completed runs that exported this very version, newest first."""
        found = run_rows.completed_with(
            self._studio, "model_export", "model", version.title, LOOKED_AT
        )
        mine = next((version.files[name].digest for name in IDENTITY if name in version.files), "")
        return [run for run in found if run.result.get("of") == mine]

    def model_formats(self, version: ModelVersion) -> list[str]:
        """Return what `model_bytes` can make of a version: its own files, exported ones, what is put together."""
        found = self.exported(version)
        known = dict.fromkeys([*super().model_formats(version), *found.files])
        return [name for name in known if name not in found.refused]

    def model_bytes(self, version: ModelVersion, file_format: str) -> bytes:
        """Return a model as bytes, checked against their SHA-256: as it was exported and tried, where it was.

        Raises:
            NotFound: No such format. Conflict: It was refused, or not made yet.
        """
        found = self.exported(version)
        if file_format in found.refused:
            raise Conflict(
                f"{version.title} is not given out as {MODEL_EXPORTS[file_format].title}.",
                found.refused[file_format],
                "Choose another form, or run: python -m studio models make-exports "
                f"{version.title} --format {file_format} --accept",
            )
        exported = found.files.get(file_format)
        if exported is not None and self.artifacts.has(exported.digest):
            return self.artifacts.read(exported.digest)
        known = super().model_formats(version)
        if file_format not in known:
            if file_format in MODEL_EXPORTS and MODEL_EXPORTS[file_format].made:
                raise Conflict(
                    f"{version.title} has not been exported as {MODEL_EXPORTS[file_format].title} yet.",
                    "Such a file is made and tried by a run, and none has kept one.",
                    f"Run: python -m studio models make-exports {version.title} --format {file_format}",
                )
            raise unknown("model format", file_format, [*known, *MODEL_EXPORTS])
        return super().model_bytes(version, file_format)
