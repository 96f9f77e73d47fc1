"""A model with its endpoint as a folder to build a container from, a ready workspace inside."""

from __future__ import annotations

import io
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from studio.core.foreign import RUNNABLE, runnable_format
from studio.core.model import Endpoint, ModelVersion
from studio.exports.docker import docker_members, example_of
from studio.store import models as rows

if TYPE_CHECKING:
    from studio.workspace import Workspace
    from studio.workspace.endpoints import Endpoints

READABLE = 0o644 << 16
"""Permissions of the files: whoever answers in the container is not who built it."""
NOT_TAKEN_ALONG = {"traffic", "challenger", "share"}
"""Settings of an endpoint that need another model."""


def docker_zip(workspace: Endpoints, version: ModelVersion, endpoint: str | None = None) -> bytes:
    """Return a zip: Dockerfile, compose file, the studio's serving code, and a workspace with one model and endpoint.

    The endpoint gets a key of its own, which stands in the zip's README and is hashed in its workspace.

    Args:
        workspace: Where the model is.
        version: Of the model.
        endpoint: Name of an endpoint whose name and settings are taken along. Default: called like the model.

    Raises:
        NotFound: No such endpoint. InvalidInput: The model has no file that can be asked.
    """
    known = None if endpoint is None else workspace.endpoint(endpoint)
    name = known.name if known is not None else version.model
    content = io.BytesIO()
    with (
        tempfile.TemporaryDirectory() as folder,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        home = Path(folder)
        file_format = runnable_format(version.files)
        key = _furnish(workspace, version, home, name, known)
        example = example_of([workspace.example_text(version)]) if version.text is not None else ""
        prepared = version.inference
        tables = prepared is not None and prepared.input.task == "table"
        members = docker_members(version.title, name, key, file_format, example, tables=tables)
        for path in sorted(home.rglob("*")):
            if path.is_file():
                members[f"workspace/{path.relative_to(home).as_posix()}"] = path
        for member, held in members.items():
            entry = zipfile.ZipInfo(member)
            entry.external_attr, entry.compress_type = READABLE, zipfile.ZIP_DEFLATED
            archive.writestr(entry, held if isinstance(held, bytes) else held.read_bytes())
    return content.getvalue()


def _furnish(
    workspace: Endpoints, version: ModelVersion, home: Path, name: str, known: Endpoint | None
) -> str:
    """Make a workspace with one model and one endpoint. Returns the endpoint's key."""
    from studio.workspace import Workspace

    files = {kind: file for kind, file in version.files.items() if kind in RUNNABLE}
    made = Workspace.open(home)
    try:
        for kind, file in files.items():
            made.artifacts.put(workspace.artifacts.read(file.digest), f"model.{kind}")
        _register(made, version.behind or version, sorted(files))
        _, key = made.deploy(version.title, name)
        if version.inference is not None:
            made.set_endpoint_pipeline(name, version.inference, author=version.author)
        if known is not None:
            settings = known.settings.model_dump(exclude=NOT_TAKEN_ALONG, exclude_defaults=True)
            if settings:
                made.set_endpoint(name, author=version.author, **settings)
        made.housekeep()
    finally:
        made.close()
    for log in ("metrics.db", "*-wal", "*-shm"):  # made anew where they are needed
        for path in home.glob(log):
            path.unlink()
    return key


def _register(made: Workspace, version: ModelVersion, kinds: list[str]) -> None:
    described = version.model_dump(
        mode="json", include={"dataset", "class_names", "shape", "files", "facts"}
    )
    described["files"] = {kind: described["files"][kind] for kind in kinds}
    with made._studio.tx() as connection:
        rows.add_version(
            connection,
            version.model,
            described,
            run=None,
            author=version.author,
            now=version.created,
            number=version.version,
        )
