"""A published pipeline as one file: a zip of YAML and of what is known about it. No data, no models, no keys."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
import zlib
from typing import Any

from studio.core.draft import Draft
from studio.core.errors import InvalidInput
from studio.core.published import PublishedVersion
from studio.exports.pipeline_yaml import SIZE_LIMIT, draft_yaml, parse_pipeline_yaml

PIPELINE, FACTS, SCRIPT = "pipeline.yaml", "published.json", "pipeline.py"
_TIME = (1980, 1, 1, 0, 0, 0)


_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, LookupError, ValueError,
    TypeError, OverflowError, AttributeError, RecursionError,
)  # fmt: skip
"""What a damaged or hostile zip makes its readers raise."""


def published_zip(version: PublishedVersion) -> bytes:
    """Return a version as one file; equal versions give equal bytes."""
    text = draft_yaml(version.draft).encode()
    facts = {
        "format": 1,
        "name": version.name,
        "version": version.version,
        "description": version.description,
        "author": version.author,
        "created": version.created,
        "digest": hashlib.sha256(text).hexdigest(),
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, held in ((FACTS, json.dumps(facts, indent=1).encode()), (PIPELINE, text)):
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, held)
    return content.getvalue()


def read_published_zip(content: bytes) -> tuple[Draft, dict[str, Any]]:
    """Return the draft in such a file, and name, version, description, author as it says them.

    Raises:
        InvalidInput: It is no such file, or was changed. NotFound: It uses a component this studio does not have.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            text, facts = (_member(archive, name) for name in (PIPELINE, FACTS))
        described = json.loads(facts)
        digest = described["digest"]
        said = {key: str(described.get(key, "")) for key in ("name", "description", "author")}
        said["version"] = str(int(described["version"]))
        words = text.decode()
    except _BROKEN as error:
        raise InvalidInput(
            "The file is no published pipeline.",
            f"One is a zip of {PIPELINE} and {FACTS}; this one is damaged, or something else.",
            "Choose a file of a studio: python -m studio pipeline export NAME --format published",
        ) from error
    if hashlib.sha256(text).hexdigest() != digest:
        raise InvalidInput(
            "The published pipeline was changed after it was exported.",
            f"{PIPELINE} is not the one that {FACTS} was written for.",
            f"Export it again, or take {PIPELINE} out and import that as a draft.",
        )
    return parse_pipeline_yaml(words), said


def script_in_zip(content: bytes) -> str | None:
    """Return the script in a zip of a pipeline as Python with its data, None for another file."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return None if FACTS in archive.namelist() else _member(archive, SCRIPT).decode()
    except _BROKEN:
        return None


def _member(archive: zipfile.ZipFile, name: str) -> bytes:
    entry = archive.getinfo(name)
    if entry.file_size > 4 * SIZE_LIMIT:
        raise ValueError("too large")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("packed in a way that studios do not use")
    return archive.read(name)
