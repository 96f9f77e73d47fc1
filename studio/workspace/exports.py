"""Verbs of exporting datasets."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

from studio.core.dataset import DatasetManifest, DatasetVersion
from studio.core.errors import Conflict
from studio.core.exports import EXPORT_FORMATS, check_export
from studio.core.run import Run, RunArtifact
from studio.core.samples import Words
from studio.core.scoring import SCORED_TABLE
from studio.core.standard import export_pipeline
from studio.exports import Content, write_export
from studio.exports.base import Progress, TableRows
from studio.store.artifacts import Artifacts
from studio.workspace.datasets import silent
from studio.workspace.marks import open_marks
from studio.workspace.quality import QualityChecks
from studio.workspace.table_manifest import open_classed


class Exports(QualityChecks):
    """Dataset versions as files for other programs."""

    def export_dataset(
        self,
        version: DatasetVersion,
        format_name: str,
        target: Path,
        *,
        progress: Progress = silent,
    ) -> dict[str, Any]:
        """Write a version to a file, now and here.

        Args:
            format_name: A name of EXPORT_FORMATS.
            target: The file, which must not be there.
            progress: Told how far it is; may raise Cancelled, and then no file is left.

        Returns:
            Facts: format, samples, bytes ...

        Raises:
            NotFound: No such format. InvalidInput: It cannot hold such samples. Conflict: The file is there.
        """
        if target.exists():
            raise Conflict(
                f"{target} is there already.",
                "An export never overwrites a file.",
                "Choose another name, or remove the file.",
            )
        content = open_content(self.artifacts, version, version.title)
        return write_export(content, format_name, target, progress)

    def submit_export(
        self, name: str, version: int, format_name: str, *, author: str = "unnamed"
    ) -> Run:
        """Have a version exported in the background. Returns the run; `exported_file` has its file.

        Raises:
            NotFound: No such version or format. InvalidInput: The format cannot hold such samples.
        """
        found = self.dataset(name, version)
        check_export(format_name, found.task, found.title)
        return self.submit(
            export_pipeline(name, found.version, format_name),
            name=self.free_run_name(f"export-{name}-{format_name}"),
            author=author,
        )

    def exported_file(self, run_name: str) -> tuple[str, RunArtifact]:
        """Return the file an export made, or a scoring's table: what it should be called, and the artifact.

        Raises:
            NotFound: No such run. Conflict: It has no file (yet).
        """
        run = self.run(run_name)
        made = self.run_artifacts(run_name)
        if run.kind == "scoring" and SCORED_TABLE in made:
            return f"{run_name}.csv", made[SCORED_TABLE]
        file = made.get("export")
        if run.kind != "export" or file is None or "file" not in run.result:
            raise Conflict(
                f'Run "{run_name}" has no exported file.',
                f"It is a run of kind {run.kind} and {run.status}.",
                "Wait until the export is completed, or export again.",
            )
        return str(run.result["file"]), file


def open_content(artifacts: Artifacts, manifest: DatasetManifest, title: str) -> Content:
    """Return a version as exporters read it."""
    return Content(
        title=title,
        manifest=manifest,
        samples=artifacts.open_samples(manifest.samples),
        labels=artifacts.open_array(manifest.labels),
        split=artifacts.open_array(manifest.split),
        state=artifacts.open_array(manifest.state) if manifest.state else None,
        names=cast(Words, artifacts.open_samples(manifest.names)) if manifest.names else None,
        boxes=open_marks(artifacts, manifest, "boxes"),
        tags=open_marks(artifacts, manifest, "tags"),
        spans=open_marks(artifacts, manifest, "spans"),
        table=_rows(artifacts, manifest) if manifest.task == "table" else None,
    )


def _rows(artifacts: Artifacts, manifest: DatasetManifest) -> TableRows:
    from studio.tables import ExportedRows  # Arrow takes a moment to import

    return ExportedRows(open_classed(artifacts, manifest))


def export_name(title: str, format_name: str) -> str:
    """Return what the file of an export is called, such as `pets-3-coco.zip`."""
    suffix = EXPORT_FORMATS[format_name].suffix
    return f"{title.replace(':', '-')}-{format_name}{suffix}"
