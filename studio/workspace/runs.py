"""Verbs of runs: submit, repeat, follow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from studio.core.catalog import DatasetParams, ImportParams, RestoreParams, SplitParams, TrainParams
from studio.core.components_tables import TableParams
from studio.core.dataset import DatasetVersion, check_trainable
from studio.core.errors import Conflict, InvalidInput, unknown
from studio.core.evaluation import Evaluation
from studio.core.events import ObservationEvent, ObservationKind
from studio.core.fit import check_fits
from studio.core.foreign import ImportModelParams
from studio.core.names import check_name, free_name, slug
from studio.core.pipeline import Pipeline
from studio.core.run import Run, RunArtifact, RunKind, kind_of
from studio.core.run_settings import trained_by
from studio.store import metrics as metric_rows
from studio.store import runs as rows
from studio.store.database import IntegrityError
from studio.store.staging import discard_staging, staging_key
from studio.workspace.datasets import Datasets

MOST_REPEATS = 50


class Runs(Datasets):
    """Executions of pipelines on pinned inputs."""

    def submit(
        self, pipeline: Pipeline, *, name: str, author: str = "unnamed", group: str = ""
    ) -> Run:
        """Queue a run of a pipeline. Dataset versions left open are pinned to the newest.

        Args:
            pipeline: Checked before anything is written.
            name: New among runs.
            group: Name of the group of runs it belongs to; "" for none.

        Raises:
            InvalidInput: The pipeline, a setting or the dataset cannot be run.
            NotFound: No such dataset. Conflict: The name is taken.
        """
        if group:
            check_name("group", group)
        self._queue({name: pipeline}, author, group)
        return self.run(name)

    def submit_repeats(
        self, pipeline: Pipeline, *, name: str, seeds: int, author: str = "unnamed"
    ) -> list[Run]:
        """Queue a training several times over, each time with another seed, as one group.

        Args:
            pipeline: Its train nodes are given their own seed, the next one, and so on.
            name: Of the group; the runs are called `name-1`, `name-2` ...
            seeds: How often, 2 to 50.

        Raises:
            InvalidInput: As `submit`, or it is too often. NotFound: No such dataset.
            Conflict: A name is taken.
        """
        check_name("group", name)
        if not 2 <= seeds <= MOST_REPEATS:
            raise InvalidInput(
                f"A training cannot be repeated with {seeds} seeds.",
                f"A group has 2 to {MOST_REPEATS} runs.",
                "Choose 3 or 5: that shows how much of a difference is chance.",
            )
        self._check_new_group(name)
        wanted = {f"{name}-{i + 1}": _with_seed(pipeline, i) for i in range(seeds)}
        self._queue(wanted, author, name)
        return self.group_runs(name)

    def _queue(
        self,
        wanted: dict[str, Pipeline],
        author: str,
        group: str,
        *,
        kind: RunKind | None = None,
        note: Callable[[Any, str, Pipeline], None] | None = None,
    ) -> None:
        """Check everything, then queue all or nothing.

        Args:
            kind: Of the runs. Default: what the pipeline says.
            note: Called within the transaction for each run, with the connection, its name and what it runs.
        """
        checked = {name: self._pinned(name, pipeline) for name, pipeline in wanted.items()}
        now, name = self._now(), ""
        try:
            with self._studio.tx() as connection:
                for name, (pipeline, inputs) in checked.items():
                    rows.add(
                        connection,
                        name=name,
                        kind=kind or kind_of(pipeline),
                        pipeline=pipeline,
                        inputs=inputs,
                        author=author,
                        now=now,
                        group=group,
                    )
                    if note is not None:
                        note(connection, name, pipeline)
        except IntegrityError:
            raise Conflict(
                f'A run called "{name}" is there already.',
                "Run names are unique within a workspace.",
                f'Try "{self.free_run_name(name)}".',
            ) from None

    def _pinned(self, name: str, pipeline: Pipeline) -> tuple[Pipeline, dict[str, int]]:
        """Return the pipeline with its dataset versions pinned, and their ids by node."""
        check_name("run", name)
        pipeline.check()
        inputs: dict[str, int] = {}
        for node in pipeline.nodes:
            params = pipeline.params(node.id)
            if isinstance(params, DatasetParams | TableParams):
                version = self.dataset(params.name, params.version)
                if isinstance(params, TableParams):
                    _check_table(version)
                inputs[node.id] = version.id
                pipeline = pipeline.set_params(node.id, version=version.version)
            if isinstance(params, ImportParams):
                check_name("dataset", params.name)
            if isinstance(params, RestoreParams | ImportModelParams):
                if not (isinstance(params, ImportModelParams) and params.trial):
                    check_name("model", params.model)
                if params.alias is not None:
                    check_name("alias", params.alias)
        self._check_training(pipeline, inputs)
        return pipeline, inputs

    def _check_training(self, pipeline: Pipeline, inputs: dict[str, int]) -> None:
        """Follow the wires from each train node back to its dataset, and refuse what cannot train.

        A dataset that the run makes on its way, and a model that comes by wire, are looked at by the step itself.
        """
        for node in pipeline.nodes:
            params = pipeline.params(node.id)
            trained = trained_by(params)
            found = self._stored_dataset(pipeline, node.id, inputs) if trained else None
            if found is None:
                continue
            version, splits = found
            check_trainable(version.class_names, version.class_counts, version.title)
            if "model" not in pipeline.inputs(node.id):
                for model, _ in trained:
                    check_fits(model, version)
                    model.rows(version.shape, len(version.class_names))
            if isinstance(params, TrainParams) and params.start_from is not None:
                self._check_start(params.start_from, params, version)
            for split in splits:
                _check_split_size(version.labelled, split)

    def _stored_dataset(
        self, pipeline: Pipeline, node: str, inputs: dict[str, int]
    ) -> tuple[DatasetVersion, list[SplitParams]] | None:
        """Return the version that a node gets unchanged but for its split; None where the run makes its data."""
        at, splits = node, []
        while at not in inputs:
            source = pipeline.inputs(at).get("dataset")
            if source is None:
                return None
            at = source[0]
            params = pipeline.params(at)
            if isinstance(params, SplitParams):
                splits += [] if params.stored else [params]
            elif at not in inputs:
                return None
        if not isinstance(pipeline.params(at), DatasetParams):
            return None
        return self.dataset_by_id(inputs[at]), splits

    def _check_start(self, start: str, params: TrainParams, version: DatasetVersion) -> None:
        """Refuse to start from weights that are not there or do not fit."""
        before = self._find(start)
        if "model.keras" not in rows.artifacts(self._studio, before.id):
            raise Conflict(
                f'Run "{start}" has no weights to start from.',
                f"It is {before.status} and kept no model.",
                "Start from a training that is completed, or from random weights.",
            )
        models = [
            p.model
            for node in before.pipeline.nodes
            if isinstance(p := before.pipeline.params(node.id), TrainParams)
        ]
        known = [self.dataset_by_id(number) for number in before.inputs.values()]
        alike = [(v.shape, len(v.class_names)) for v in known]
        if (models and params.model not in models) or (
            alike and (version.shape, len(version.class_names)) not in alike
        ):
            raise Conflict(
                f'The weights of run "{start}" do not fit.',
                "They belong to another stack of layers, another size of samples or other classes.",
                "Choose the same model and a dataset with the same classes, or start from random weights.",
            )

    def _check_new_group(self, name: str) -> None:
        if rows.group(self._studio, name):
            raise Conflict(
                f'A group called "{name}" is there already.',
                "Its runs would be taken for the new ones.",
                f'Try "{self.free_run_name(name)}".',
            )

    def free_run_name(self, wanted: str) -> str:
        """Return `wanted` made legal, with a number behind it when it is taken."""
        return free_name(slug(wanted), set(rows.names(self._studio)))

    def runs(
        self,
        *,
        kind: RunKind | None = None,
        before: int | None = None,
        limit: int = 100,
        archived: bool = False,
    ) -> list[Run]:
        """Return runs with their progress, newest first; those in the bin are left out.

        Args:
            kind: Only runs of this kind, such as "training".
            before: Continue after the run with this id.
            archived: Those that were archived as well.
        """
        return self._with_progress(
            rows.page(self._studio, kind=kind, before=before, limit=limit, archived=archived)
        )

    def run(self, name: str) -> Run:
        """Return a run with its progress.

        Raises:
            NotFound: No such run.
        """
        return self._with_progress([self._find(name)])[0]

    def _find(self, name: str) -> Run:
        found = rows.find(self._studio, name)
        if found is None:
            raise unknown("run", name, rows.names(self._studio))
        return found

    def group_runs(self, group: str) -> list[Run]:
        """Return the runs of a group with their progress, oldest first; none when there is no such group."""
        return self._with_progress(rows.group(self._studio, group))

    def _with_progress(self, found: list[Run]) -> list[Run]:
        progress = metric_rows.progress(self._metrics, [run.id for run in found])
        return [run.model_copy(update={"progress": progress.get(run.id)}) for run in found]

    def curves(
        self, name: str, since: int = 0, *, steps: tuple[int, int] | None = None
    ) -> tuple[int, dict[str, list[tuple[int, float]]]]:
        """Return metric name -> [(step, value), ...] of what came after cursor `since`, and the new cursor.

        Args:
            steps: Only points from the first to the last of these steps, both included.
        """
        return metric_rows.points(self._metrics, self._find(name).id, since, steps)

    def observations(
        self, name: str, since: int = 0, *, kinds: Sequence[ObservationKind] | None = None
    ) -> tuple[int, list[ObservationEvent]]:
        """Return what was seen of a run after cursor `since`, in the order in which it came, and the new cursor.

        Args:
            kinds: Only these, such as ("engine",). Default: all.
        """
        return metric_rows.observations(self._metrics, self._find(name).id, since, kinds)

    def run_log(self, name: str, since: int = 0, node: str | None = None) -> tuple[int, list[str]]:
        """Return the log lines after cursor `since`, and the new cursor.

        Args:
            node: Only what this node of its pipeline said. Default: all lines.
        """
        return metric_rows.log(self._metrics, self._find(name).id, since, node=node)

    def run_artifacts(self, name: str) -> dict[str, RunArtifact]:
        """Return name -> file of everything a run made."""
        return rows.artifacts(self._studio, self._find(name).id)

    def evaluation(self, name: str) -> Evaluation:
        """Return how a run's model did on the held-out test split.

        Raises:
            NotFound: No such run. Conflict: It has no evaluation (yet).
        """
        run = self.run(name)
        artifact = rows.artifacts(self._studio, run.id).get("evaluation.json")
        if artifact is None:
            raise Conflict(
                f'Run "{name}" has no evaluation.',
                f"It is {run.status}, and only a training that reached its end was evaluated.",
                "Wait until the run is completed." if not run.is_terminal else "Train again.",
            )
        return Evaluation.model_validate_json(self.artifacts.read(artifact.digest))

    def registered_body(self, run: Run, node: str, body: dict[str, Any]) -> dict[str, Any]:
        """Return a model that a node of a run made as it is registered, with what belongs to it."""
        return body

    def run_ended(self, run: Run) -> None:
        """Do what is due once a run has said its last word. Called by its worker; may be called again."""

    def _discard_staged(self, run: Run) -> None:
        """Remove what a run had imported of data that never became a version."""
        for node in run.pipeline.nodes:
            discard_staging(self.artifacts, staging_key(run.name, node.id))


def _with_seed(pipeline: Pipeline, more: int) -> Pipeline:
    seeds = {
        node.id: params.seed
        for node in pipeline.nodes
        if isinstance(params := pipeline.params(node.id), TrainParams)
    }
    if not seeds:
        raise InvalidInput(
            "This pipeline cannot be repeated with other seeds.",
            "It trains no model.",
            "Repeat a training.",
        )
    for node, seed in seeds.items():
        pipeline = pipeline.set_params(node, seed=(seed + more) % 2**31)
    return pipeline


def _check_table(version: DatasetVersion) -> None:
    if version.task != "table":
        raise InvalidInput(
            f"{version.title} is no table.",
            "It holds " + ("texts." if version.task == "text" else "pictures."),
            "Choose a dataset of rows and columns, or use the component Dataset.",
        )


def _check_split_size(labelled: int, params: SplitParams) -> None:
    kept = (
        labelled - round(labelled * params.test_share) - round(labelled * params.validation_share)
    )
    if kept < 1 or round(labelled * params.test_share) < 1:
        raise InvalidInput(
            f"The split leaves nothing of {labelled} labelled samples to train or test on.",
            "Both the training and the test split need at least one sample.",
            "Choose other shares, or add samples.",
        )
