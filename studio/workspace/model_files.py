"""Verbs of a model's files: what they are, exports, an example of what it takes."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import numpy as np

from studio.core.dataset import TEST
from studio.core.errors import InvalidInput, unknown
from studio.core.model import MODEL_FORMATS, ModelVersion
from studio.exports.mlflow import RUNTIMES, mlflow_members
from studio.sources.pictures import encode
from studio.workspace.models import Models

BUNDLE_FACTS = "model.json"
"""Member of a saved model's zip that describes it; the others are model.keras and model.tflite."""


def check_output(output: Path) -> None:
    """See that a file can be written there.

    Raises:
        InvalidInput: Its folder is missing.
    """
    if not output.parent.is_dir():
        raise InvalidInput(
            f"{output} cannot be written.",
            f"There is no folder {output.parent}.",
            "Create the folder, or choose another place.",
        )


class ModelFiles(Models):
    """Files of registered models, as they are and as other programs want them."""

    def model_file(self, version: ModelVersion, file_format: str) -> Path:
        """Return the file of a model version in a format: "keras" or "tflite".

        Raises:
            NotFound: No such format.
        """
        if file_format not in version.files:
            raise unknown("model format", file_format, version.files)
        return self.artifacts.path(version.files[file_format].digest)

    def export_model(self, reference: str, file_format: str, output: Path) -> ModelVersion:
        """Write a model to a file: one of its formats, or "zip" (all of it, to be restored elsewhere), or "mlflow".

        Args:
            reference: `name`, `name:version` or `name@alias`.
            output: The file to write; replaced when it is there.

        Raises:
            NotFound: No such model or format. InvalidInput: The folder of `output` is missing.
        """
        version = self.resolve_model(reference)
        check_output(output)
        output.write_bytes(self.model_bytes(version, file_format))
        return version

    def model_bytes(self, version: ModelVersion, file_format: str) -> bytes:
        """Return a model as bytes, checked against their SHA-256. Args and Raises as `export_model`."""
        if file_format not in self.model_formats(version):
            raise unknown("model format", file_format, self.model_formats(version))
        if file_format == "zip":
            return self._bundle(version)
        if file_format == "mlflow":
            return self._mlflow(version)
        return self.artifacts.read(version.files[file_format].digest)

    def model_formats(self, version: ModelVersion) -> list[str]:
        """Return what `model_bytes` can make of a version; "zip" only of what a studio can build again."""
        own = "config" in version.facts and set(MODEL_FORMATS) <= version.files.keys()
        asked = any(name in version.files for name in RUNTIMES)
        return [*version.files, *(["zip"] if own else []), *(["mlflow"] if asked else [])]

    def _bundle(self, version: ModelVersion) -> bytes:
        described = version.model_dump(
            mode="json", include={"model", "version", "dataset", "class_names", "shape", "facts"}
        )
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(BUNDLE_FACTS, json.dumps(described, indent=2))
            for file_format in MODEL_FORMATS:
                content_of = version.files[file_format].digest
                archive.writestr(f"model.{file_format}", self.artifacts.read(content_of))
        return content.getvalue()

    def _mlflow(self, version: ModelVersion) -> bytes:
        text, table = version.text, version.table
        settings = {
            "text": None if text is None else text.model_dump(),
            "table": None if table is None else table.model_dump(mode="json"),
            "adapter": version.facts.get("adapter"),
        }
        files = {name: self.artifacts.path(file.digest) for name, file in version.files.items()}
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, member in mlflow_members(version, files, settings).items():
                kept = name.removeprefix("data/model.")
                if kept in version.files and kept != name:  # checked against its SHA-256
                    archive.writestr(name, self.artifacts.read(version.files[kept].digest))
                else:
                    archive.writestr(
                        name, member if isinstance(member, bytes) else member.read_bytes()
                    )
        return content.getvalue()

    def example_png(self, version: ModelVersion) -> bytes:
        """Return a picture such as the model knows: the first sample held out from its training.

        Where its dataset is not in this workspace (a restored model), the picture is black.
        """
        dataset = self.known_version(version.dataset)
        if dataset is None:
            return encode(np.zeros(version.shape, np.uint8))
        held_out = int(np.argmax(self.split(dataset) == TEST))
        return encode(np.array(self.pictures(dataset)[held_out]))

    def example_text(self, version: ModelVersion) -> str:
        """Return a text such as the model knows, as `example_png`; any text where its dataset is not here."""
        dataset = self.known_version(version.dataset)
        if dataset is None:
            return "Some text"
        held_out = int(np.argmax(self.split(dataset) == TEST))
        return str(self.samples(dataset)[held_out])

    def text_settings(self, version: ModelVersion) -> bytes | None:
        """Return how texts become numbers for a model and what its classes are called, as JSON; None for pictures."""
        if version.text is None:
            return None
        described = {"text": version.text.model_dump(), "class_names": version.class_names}
        return json.dumps(described, indent=2, ensure_ascii=False).encode()
