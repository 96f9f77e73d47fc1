"""Verbs of models: register, list, find."""

from __future__ import annotations

from typing import Any

from studio.core.catalog import TrainParams
from studio.core.configs import parse_model
from studio.core.dataset import DatasetVersion
from studio.core.errors import Conflict, InvalidInput, unknown
from studio.core.model import MODEL_FORMATS, TEXT_FORMATS, Model, ModelVersion
from studio.core.model_spec import RUN_PREFIX, ModelParams, ModelSpec
from studio.core.names import check_name
from studio.core.pipeline import Pipeline
from studio.core.run import Run, RunArtifact, RunKind
from studio.core.speed import SpeedParams
from studio.store import models as rows
from studio.workspace.runs import Runs

TRAINED_KINDS: tuple[RunKind, ...] = ("training", "search", "calibration", "pipeline")
"""Runs that end with a model."""


def trained_config(run: Run) -> dict[str, Any]:
    """Return the stack of layers of a run's model: as submitted or trained, as a search found it, or as calibrated."""
    made = run.result.get("model_spec")
    if isinstance(made, dict):
        return dict(made["config"])
    names = ("search", "calibration", "trained")
    found = next((run.result[name] for name in names if name in run.result), None)
    if isinstance(found, dict):
        return dict(found["model"])
    return next(
        params.model.model_dump(mode="json")
        for node in run.pipeline.nodes
        if isinstance(params := run.pipeline.params(node.id), TrainParams)
    )


def _calibration(run: Run) -> dict[str, Any]:
    """Return the temperature that is inside a calibrated model's files, and whose they were."""
    found = run.result.get("calibration")
    if not isinstance(found, dict):
        return {}
    return {"temperature": found["temperature"], "calibrated_from": found["of"]}


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
        if run.kind == "pipeline":
            return self._drawn_body(run, {**files, **more})
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
                **_calibration(run),
            },
        }

    def _drawn_body(self, run: Run, files: dict[str, RunArtifact]) -> dict[str, Any]:
        """Return what is known of the model that a drawn pipeline made; it may not have been judged."""
        spec = ModelSpec.model_validate(run.result["model_spec"])
        judged = "evaluation.json" in self.run_artifacts(run.name)
        return {
            "dataset": spec.dataset,
            "class_names": spec.class_names,
            "shape": spec.shape,
            "files": {name: file.model_dump() for name, file in files.items()},
            "facts": {
                **(self.evaluation(run.name).headline() if judged else {}),
                "config": trained_config(run),
                **({"dataset_digest": self.trained_on(run).digest} if run.inputs else {}),
                **_calibration(run),
            },
        }

    def trained_on(self, run: Run) -> DatasetVersion:
        """Return the version a run pinned, or the one that the run imported itself."""
        made = run.result.get("model_spec")
        if isinstance(made, dict):
            name, _, number = str(made.get("dataset", "")).partition(":")
            if number.isdecimal():
                return self.dataset(name, int(number))
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

    def _pinned(self, name: str, pipeline: Pipeline) -> tuple[Pipeline, dict[str, int]]:
        """Pin the models that are there already, besides the dataset versions."""
        pipeline, inputs = super()._pinned(name, pipeline)
        for node in pipeline.nodes:
            params = pipeline.params(node.id)
            if isinstance(params, ModelParams):
                pinned = self.pinned_model(params.reference)
                pipeline = pipeline.set_params(node.id, reference=pinned)
            if isinstance(params, SpeedParams):
                models = [self.pinned_model(reference) for reference in params.models]
                pipeline = pipeline.set_params(node.id, models=models)
        return pipeline, inputs

    def pinned_model(self, reference: str) -> str:
        """Return `name:version` or `run/NAME` of what a reference points at now.

        Raises:
            NotFound: It points at nothing. Conflict: The run has no model.
        """
        if reference.startswith(RUN_PREFIX):
            self._body(self.run(reference.removeprefix(RUN_PREFIX)))
            return reference
        return self.resolve_model(reference).title

    def model_spec(self, reference: str) -> ModelSpec:
        """Return what a run's process is told of a model. Raises as `pinned_model`."""
        if reference.startswith(RUN_PREFIX):
            body = self._body(self.run(reference.removeprefix(RUN_PREFIX)))
            title = reference
        else:
            version = self.resolve_model(reference)
            body, title = version.model_dump(), version.title
        facts = body["facts"]
        return ModelSpec(
            title=title,
            config=parse_model(facts["config"]) if "config" in facts else None,
            class_names=body["class_names"],
            shape=body["shape"],
            files={name: file["digest"] for name, file in body["files"].items()},
            sizes={name: file["size"] for name, file in body["files"].items()},
            adapter=facts.get("adapter"),
            dataset=body["dataset"],
        )

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
