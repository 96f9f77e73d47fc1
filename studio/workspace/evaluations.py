"""Verbs of evaluations: judge a model that is there already, list what was judged, open the answers and the curves."""

from __future__ import annotations

import json
from typing import Literal

from studio.core.calibration import CalibrateParams
from studio.core.catalog import EvaluateParams, JudgedPart
from studio.core.curves import CURVES, EvaluationCurves
from studio.core.errors import Conflict, InvalidInput
from studio.core.evaluation import EvaluationRecord
from studio.core.model_spec import RUN_PREFIX
from studio.core.predictions import IDS, LABELS, PROBABILITIES, Predictions
from studio.core.run import Run
from studio.core.standard import calibration_pipeline, evaluation_pipeline
from studio.store import evaluations as rows
from studio.workspace.models import Models


class Evaluations(Models):
    """Models judged on parts of dataset versions. An evaluation goes by the name of the run that made it."""

    def evaluate_model(
        self,
        reference: str,
        *,
        dataset: str | None = None,
        version: int | None = None,
        split: JudgedPart = "test",
        top_k: int = 5,
        name: str | None = None,
        author: str = "unnamed",
    ) -> Run:
        """Queue a run that judges a model.

        Args:
            reference: `name`, `name:version`, `name@alias` or `run/NAME`; pinned now.
            dataset: Name of the dataset. Default: the one it was trained on, in the same version.
            version: Default: the newest.
            split: "train", "validation", "test" or "all" samples.
            top_k: Also count an answer as right among the k most likely.
            name: Of the run. Default: made of model and dataset.

        Raises:
            NotFound: No such model, dataset or version. Conflict: The name is taken, or the run has no model.
            InvalidInput: Nobody knows what the model was trained on, or the model knows no class of the dataset.
        """
        spec = self.model_spec(reference)
        if dataset is None:
            dataset, _, number = spec.dataset.partition(":")
            version = int(number) if number and version is None else version
        if not dataset:
            raise InvalidInput(
                f"There is no dataset to judge {spec.title} on.",
                "It was not trained here, so the studio does not know what with.",
                "Choose a dataset with the classes that the model knows.",
            )
        chosen = self.dataset(dataset, version)
        if not set(spec.class_names) & set(chosen.class_names):
            raise InvalidInput(
                f"{spec.title} knows none of the classes of {chosen.title}.",
                f"The model's classes are called {_some(spec.class_names)}; the dataset's "
                f"{_some(chosen.class_names)}. Classes are matched by their names.",
                "Choose another dataset, or rename the classes of this one.",
            )
        params = EvaluateParams(split=split, top_k=top_k)
        model = spec.title.removeprefix(RUN_PREFIX).replace(":", "-")
        return self.submit(
            evaluation_pipeline(spec.title, dataset, chosen.version, params=params),
            name=name or self.free_run_name(f"{model}-on-{dataset}-{chosen.version}"),
            author=author,
        )

    def calibrate_model(
        self,
        reference: str,
        *,
        split: Literal["validation", "test"] = "validation",
        name: str | None = None,
        author: str = "unnamed",
    ) -> Run:
        """Queue a run that makes a model as sure as it is right, as a new model, and judges it on the test part.

        A temperature is fitted on one part of the dataset it was trained on, and baked into the model's last layer:
        the most likely class of every sample stays the same. The result says in "calibration" what it did.

        Args:
            reference: `name`, `name:version`, `name@alias` or `run/NAME` of a model that was trained here.
            split: "validation", or "test" where there is no validation part.
            name: Of the run. Default: made of the model's.

        Raises:
            NotFound: No such model, or its dataset is not here. Conflict: The name is taken, or the run has no model.
            InvalidInput: It comes from another program.
        """
        spec = self.model_spec(reference)
        if spec.config is None:
            raise InvalidInput(
                f"{spec.title} cannot be calibrated.",
                "It comes from another program, and the studio does not change its weights.",
                "Calibrate it where it was made, or train a model here.",
            )
        dataset, _, number = spec.dataset.partition(":")
        model = spec.title.removeprefix(RUN_PREFIX).replace(":", "-")
        params = CalibrateParams(split=split)
        return self.submit(
            calibration_pipeline(spec.title, dataset, int(number) if number else None, params),
            name=name or self.free_run_name(f"{model}-calibrated"),
            author=author,
        )

    def evaluations(
        self, *, model: str | None = None, dataset: str | None = None, limit: int = 500
    ) -> list[EvaluationRecord]:
        """Return evaluations, newest first, without opening a file. Those of runs in the bin are left out.

        Args:
            model: Only of this one: `name` (all its versions), `name:version`, `name@alias` or `run/NAME`. A version
                is the same as the run that trained it.
            dataset: Only on this one: `name` (all its versions), or `name:version`.

        Raises:
            NotFound: No such model.
        """
        registered = {name: version.title for name, version in self.models_of_runs().items()}
        wanted = None if model is None else self._references(model)
        found = rows.page(self._studio, models=wanted, dataset=dataset, limit=limit)
        return [
            EvaluationRecord(
                run=row["run"],
                kind=row["kind"],
                title=_title(row["model"] or "", registered),
                model=row["model"] or "",
                dataset=row["dataset"] or "",
                split=(headline := json.loads(row["result"])).get("split", "test"),
                created=row["created"],
                headline=headline,
                has_predictions=bool(row["predictions"]),
            )
            for row in found
        ]

    def evaluation_record(self, run_name: str) -> EvaluationRecord:
        """Return one evaluation as `evaluations` lists it.

        Raises:
            NotFound: No such run. Conflict: It has no evaluation (yet).
        """
        run = self.run(run_name)
        self.evaluation(run_name)
        model = str(run.result.get("model") or f"{RUN_PREFIX}{run.name}")
        registered = {name: version.title for name, version in self.models_of_runs().items()}
        return EvaluationRecord(
            run=run.name,
            kind=run.kind,
            title=_title(model, registered),
            model=model,
            dataset=str(run.result.get("dataset", "")),
            split=str(run.result.get("split", "test")),
            created=run.created,
            headline=run.result,
            has_predictions=PROBABILITIES in self.run_artifacts(run.name),
        )

    def predictions(self, run_name: str) -> Predictions:
        """Return what the model answered for every sample of an evaluation, memory-mapped.

        Raises:
            NotFound: No such run. Conflict: It has no evaluation, or one of an earlier version of the studio.
        """
        evaluation = self.evaluation(run_name)
        files = self.run_artifacts(run_name)
        if not {IDS, LABELS, PROBABILITIES} <= files.keys():
            raise _kept_before(run_name, "answers for each sample")
        return Predictions(
            dataset=evaluation.dataset,
            base=evaluation.base or self._base(evaluation.dataset),
            class_names=evaluation.class_names,
            ids=self.artifacts.open_array(files[IDS].digest),
            labels=self.artifacts.open_array(files[LABELS].digest),
            probabilities=self.artifacts.open_array(files[PROBABILITIES].digest),
        )

    def evaluation_curves(self, run_name: str) -> EvaluationCurves:
        """Return the precision-recall and ROC curves of an evaluation, and what a threshold slider needs.

        Raises: As `predictions`.
        """
        self.evaluation(run_name)
        file = self.run_artifacts(run_name).get(CURVES)
        if file is None:
            raise _kept_before(run_name, "curves")
        return EvaluationCurves.model_validate_json(self.artifacts.read(file.digest))

    def _base(self, title: str) -> str:
        version = self.known_version(title)
        return "" if version is None else version.base

    def _references(self, model: str) -> list[str]:
        """Return the references under which evaluations of a model are kept."""
        runs = self.models_of_runs()
        if model.startswith(RUN_PREFIX):
            version = runs.get(model.removeprefix(RUN_PREFIX))
            return [model, *([version.title] if version else [])]
        resolved = self.resolve_model(model)
        every = ":" not in model and "@" not in model
        found = {
            version.title: version.run
            for one in self.models()
            if one.name == resolved.model
            for version in one.versions
            if every or version.version == resolved.version
        }
        return [*found, *(f"{RUN_PREFIX}{run}" for run in found.values() if run is not None)]


def _title(model: str, registered: dict[str, str]) -> str:
    run = model.removeprefix(RUN_PREFIX)
    return registered.get(run, run) if model.startswith(RUN_PREFIX) else model


def _some(names: tuple[str, ...]) -> str:
    return ", ".join(names[:5]) + (" ..." if len(names) > 5 else "")


def _kept_before(run_name: str, what: str) -> Conflict:
    return Conflict(
        f'The evaluation "{run_name}" has no {what}.',
        "It was made by an earlier version of the studio, which kept less.",
        "Judge the model again on the same samples.",
    )
