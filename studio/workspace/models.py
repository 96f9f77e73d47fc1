"""Verbs of models: register, list, alias, export."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from studio.core.catalog import TrainParams
from studio.core.dataset import TEST, DatasetVersion
from studio.core.errors import Conflict, InvalidInput, NotFound, unknown
from studio.core.model import MODEL_FORMATS, TEXT_FORMATS, Model, ModelVersion
from studio.core.names import check_name
from studio.core.run import Run, RunArtifact, RunKind
from studio.sources.pictures import encode
from studio.store import models as rows
from studio.workspace.runs import Runs

BUNDLE_FACTS = "model.json"
"""Member of a saved model's zip that describes it; the others are model.keras and model.tflite."""


TRAINED_KINDS: tuple[RunKind, ...] = ("training", "search")
"""Runs that end with a model."""


def trained_config(run: Run) -> dict[str, Any]:
    """Return the stack of layers of a run's model: as submitted, or as a search found it."""
    found = run.result.get("search")
    if isinstance(found, dict):
        return dict(found["model"])
    return next(
        params.model.model_dump(mode="json")
        for node in run.pipeline.nodes
        if isinstance(params := run.pipeline.params(node.id), TrainParams)
    )


class Models(Runs):
    """Registered names, their versions, and the aliases that point at them."""

    def register_model(
        self, run_name: str, model: str, *, alias: str | None = None, author: str = "unnamed"
    ) -> ModelVersion:
        """Keep the model of a training run as a new version of `model`.

        Args:
            run_name: A training that reached its end.
            model: New, or a registered name that gets one version more.
            alias: Points at the new version from now on, e.g. "champion".

        Raises:
            NotFound: No such run. Conflict: It has no model (yet). InvalidInput: A name is not possible.
        """
        check_name("model", model)
        if alias is not None:
            check_name("alias", alias)
        run = self.run(run_name)
        body = self._body(run)
        with self._studio.tx() as connection:
            number = rows.add_version(
                connection, model, body, run=run.name, author=author, now=self._now()
            )
            if alias is not None:
                rows.point_alias(connection, model, alias, number, author=author, now=self._now())
        return self.model(model, version=number)

    def _body(self, run: Run) -> dict[str, Any]:
        made = self.run_artifacts(run.name)
        files: dict[str, RunArtifact] = {
            f: made[f"model.{f}"] for f in MODEL_FORMATS if f"model.{f}" in made
        }
        more = {f: made[name] for f, name in TEXT_FORMATS.items() if name in made}
        if run.kind not in TRAINED_KINDS or len(files) < len(MODEL_FORMATS) or not run.is_terminal:
            raise Conflict(
                f'Run "{run.name}" has no model to register.',
                f"It is a run of kind {run.kind} and {run.status}; only a training or a search that reached its end "
                "has one.",
                "Wait until the training is completed, or choose another run.",
            )
        evaluation = self.evaluation(run.name)
        version = self.trained_on(run)
        return {
            "dataset": version.title,
            "class_names": version.class_names,
            "shape": version.shape,
            "files": {name: file.model_dump() for name, file in {**files, **more}.items()},
            "facts": {
                **evaluation.headline(),
                "config": trained_config(run),
                "dataset_digest": version.digest,
            },
        }

    def trained_on(self, run: Run) -> DatasetVersion:
        """Return the version a run pinned, or the one that the run imported itself."""
        if run.inputs:
            return self.dataset_by_id(next(iter(run.inputs.values())))
        return self.dataset(str(run.result["dataset"]), int(str(run.result["version"])))

    def models(self) -> list[Model]:
        """Return all registered models with their versions, newest first."""
        return rows.list_models(self._studio)

    def model(
        self, name: str, *, version: int | None = None, alias: str | None = None
    ) -> ModelVersion:
        """Return a version of a model: by number, by alias, else the newest.

        Raises:
            NotFound: No such model, version or alias.
        """
        models = {model.name: model for model in self.models()}
        if name not in models:
            raise unknown("model", name, models)
        versions = models[name].versions
        if version is not None:
            for found in versions:
                if found.version == version:
                    return found
            raise unknown(f"version of {name}", version, [str(v.version) for v in versions])
        if alias is not None:
            for found in versions:
                if alias in found.aliases:
                    return found
            raise unknown(f"alias of {name}", alias, [a for v in versions for a in v.aliases])
        return versions[0]

    def resolve_model(self, reference: str) -> ModelVersion:
        """Return the version that `name`, `name:3` or `name@champion` points at.

        Raises:
            NotFound: It points at nothing. InvalidInput: The part behind the colon is not a number.
        """
        name, _, alias = reference.partition("@")
        if alias:
            return self.model(name, alias=alias)
        name, colon, number = reference.partition(":")
        if not colon:
            return self.model(name)
        if not number.isdecimal():
            raise InvalidInput(
                f'"{reference}" points at no model version.',
                f'"{number}" is not a version number.',
                "Write name:1 or name@champion.",
            )
        return self.model(name, version=int(number))

    def set_alias(self, model: str, alias: str, version: int, *, author: str = "unnamed") -> None:
        """Let an alias point at a version; endpoints that follow the alias serve it from then on.

        Raises:
            NotFound: No such model or version. InvalidInput: The alias is not possible.
        """
        check_name("alias", alias)
        self.model(model, version=version)
        with self._studio.tx() as connection:
            rows.point_alias(connection, model, alias, version, author=author, now=self._now())

    def model_file(self, version: ModelVersion, file_format: str) -> Path:
        """Return the file of a model version in a format: "keras" or "tflite".

        Raises:
            NotFound: No such format.
        """
        if file_format not in version.files:
            raise unknown("model format", file_format, version.files)
        return self.artifacts.path(version.files[file_format].digest)

    def export_model(self, reference: str, file_format: str, output: Path) -> ModelVersion:
        """Write a model to a file: "keras", "tflite", or "zip" (all of it, to be restored elsewhere).

        Args:
            reference: `name`, `name:version` or `name@alias`.
            output: The file to write; replaced when it is there.

        Raises:
            NotFound: No such model or format. InvalidInput: The folder of `output` is missing.
        """
        version = self.resolve_model(reference)
        if not output.parent.is_dir():
            raise InvalidInput(
                f"{output} cannot be written.",
                f"There is no folder {output.parent}.",
                "Create the folder, or choose another place.",
            )
        output.write_bytes(self.model_bytes(version, file_format))
        return version

    def model_bytes(self, version: ModelVersion, file_format: str) -> bytes:
        """Return a model as bytes, checked against their SHA-256. Args and Raises as `export_model`."""
        if file_format == "zip":
            return self._bundle(version)
        if file_format not in version.files:
            raise unknown("model format", file_format, [*version.files, "zip"])
        return self.artifacts.read(version.files[file_format].digest)

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

    def example_png(self, version: ModelVersion) -> bytes:
        """Return a picture such as the model knows: the first sample held out from its training.

        Where its dataset is not in this workspace (a restored model), the picture is black.
        """
        name, _, number = version.dataset.partition(":")
        try:
            dataset = self.dataset(name, int(number))
        except NotFound:
            return encode(np.zeros(version.shape, np.uint8))
        held_out = int(np.argmax(self.split(dataset) == TEST))
        return encode(np.array(self.pictures(dataset)[held_out]))

    def example_text(self, version: ModelVersion) -> str:
        """Return a text such as the model knows, as `example_png`; any text where its dataset is not here."""
        name, _, number = version.dataset.partition(":")
        try:
            dataset = self.dataset(name, int(number))
        except NotFound:
            return "Some text"
        held_out = int(np.argmax(self.split(dataset) == TEST))
        return str(self.samples(dataset)[held_out])

    def text_settings(self, version: ModelVersion) -> bytes | None:
        """Return how texts become numbers for a model and what its classes are called, as JSON; None for pictures."""
        if version.text is None:
            return None
        described = {"text": version.text.model_dump(), "class_names": version.class_names}
        return json.dumps(described, indent=2, ensure_ascii=False).encode()

    def model_of_run(self, run_name: str) -> ModelVersion | None:
        """Return the registered version that a run became, None when it was not registered."""
        return self.models_of_runs().get(run_name)

    def models_of_runs(self) -> dict[str, ModelVersion]:
        """Return run name -> the registered version it became, for all runs that were registered."""
        found: dict[str, ModelVersion] = {}
        for model in self.models():
            for version in model.versions:
                if version.run is not None:
                    found.setdefault(version.run, version)
        return found
