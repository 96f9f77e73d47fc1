"""Verbs of runs: submit, follow, stop; and what only a worker calls: claim, renew, record events."""

from __future__ import annotations

from collections.abc import Sequence

from studio.core.catalog import DatasetParams, ImportParams, RestoreParams, SplitParams, TrainParams
from studio.core.dataset import check_pictures, check_trainable
from studio.core.errors import Conflict, InvalidInput, unknown
from studio.core.evaluation import Evaluation
from studio.core.events import (
    ArtifactEvent,
    DatasetEvent,
    EndEvent,
    Event,
    ModelEvent,
    QueueEvent,
    ResultEvent,
)
from studio.core.names import check_name, slug
from studio.core.pipeline import Pipeline
from studio.core.run import (
    RUN_KINDS,
    Failure,
    Progress,
    Run,
    RunArtifact,
    RunKind,
    kind_of,
    transition,
)
from studio.store import datasets as dataset_rows
from studio.store import label_sessions as session_rows
from studio.store import metrics as metric_rows
from studio.store import models as model_rows
from studio.store import runs as rows
from studio.store.database import IntegrityError
from studio.store.staging import discard_staging, staging_key
from studio.workspace.datasets import Datasets


class Runs(Datasets):
    """Executions of pipelines on pinned inputs."""

    def submit(self, pipeline: Pipeline, *, name: str, author: str = "unnamed") -> Run:
        """Queue a run of a pipeline. Dataset versions left open are pinned to the newest.

        Args:
            pipeline: Checked before anything is written.
            name: New among runs.

        Raises:
            InvalidInput: The pipeline, a setting or the dataset cannot be run.
            NotFound: No such dataset. Conflict: The name is taken.
        """
        check_name("run", name)
        pipeline.check()
        inputs: dict[str, int] = {}
        for node in pipeline.nodes:
            params = pipeline.params(node.id)
            if isinstance(params, DatasetParams):
                version = self.dataset(params.name, params.version)
                inputs[node.id] = version.id
                pipeline = pipeline.set_params(node.id, version=version.version)
            if isinstance(params, ImportParams):
                check_name("dataset", params.name)
            if isinstance(params, RestoreParams):
                check_name("model", params.model)
                if params.alias is not None:
                    check_name("alias", params.alias)
        self._check_training(pipeline, inputs)
        try:
            rows.insert(
                self._studio,
                name=name,
                kind=kind_of(pipeline),
                pipeline=pipeline,
                inputs=inputs,
                author=author,
                now=self._now(),
            )
        except IntegrityError:
            raise Conflict(
                f'A run called "{name}" is there already.',
                "Run names are unique within a workspace.",
                f'Try "{self.free_run_name(name)}".',
            ) from None
        return self.run(name)

    def _check_training(self, pipeline: Pipeline, inputs: dict[str, int]) -> None:
        """Follow the wires from each train node back to its dataset, and refuse what cannot train."""
        for node in pipeline.nodes:
            params = pipeline.params(node.id)
            if not isinstance(params, TrainParams):
                continue
            at = node.id
            while at not in inputs:
                at = pipeline.inputs(at)["dataset"][0]
                if isinstance(pipeline.params(at), ImportParams):
                    return
            version = self.dataset_by_id(inputs[at])
            check_pictures(version)
            check_trainable(version.class_names, version.class_counts, version.title)
            params.model.rows(version.shape, len(version.class_names))
            for other in pipeline.nodes:
                split = pipeline.params(other.id)
                if isinstance(split, SplitParams) and not split.stored:
                    _check_split_size(version.labelled, split)

    def free_run_name(self, wanted: str) -> str:
        """Return `wanted` made legal, with a number behind it when it is taken."""
        taken = set(rows.names(self._studio))
        base = slug(wanted)
        if base not in taken:
            return base
        return next(n for i in range(2, 10**6) if (n := f"{base[:58]}-{i}") not in taken)

    def runs(
        self, *, kind: RunKind | None = None, before: int | None = None, limit: int = 100
    ) -> list[Run]:
        """Return runs with their progress, newest first.

        Args:
            kind: Only runs of this kind, such as "training".
            before: Continue after the run with this id.
        """
        found = rows.page(self._studio, kind=kind, before=before, limit=limit)
        progress = metric_rows.progress(self._metrics, [run.id for run in found])
        return [run.model_copy(update={"progress": progress.get(run.id)}) for run in found]

    def run(self, name: str) -> Run:
        """Return a run with its progress.

        Raises:
            NotFound: No such run.
        """
        found = rows.find(self._studio, name)
        if found is None:
            raise unknown("run", name, rows.names(self._studio))
        return found.model_copy(update={"progress": self._progress(found.id)})

    def _progress(self, run_id: int) -> Progress | None:
        return metric_rows.progress(self._metrics, [run_id]).get(run_id)

    def stop_run(self, name: str) -> Run:
        """Ask a run to end. A training keeps its best epoch and is evaluated; a waiting run just ends.

        Raises:
            NotFound: No such run. Conflict: It has ended already.
        """
        run = self.run(name)
        if run.is_terminal:
            raise Conflict(
                f'Run "{name}" cannot be stopped.',
                f"It is {run.status} already.",
                "Look at its results.",
            )
        rows.request_stop(self._studio, name)
        return self.run(name)

    def curves(self, name: str, since: int = 0) -> tuple[int, dict[str, list[tuple[int, float]]]]:
        """Return metric name -> [(step, value), ...] of what came after cursor `since`, and the new cursor."""
        return metric_rows.points(self._metrics, self.run(name).id, since)

    def run_log(self, name: str, since: int = 0) -> tuple[int, list[str]]:
        """Return the log lines after cursor `since`, and the new cursor."""
        return metric_rows.log(self._metrics, self.run(name).id, since)

    def run_artifacts(self, name: str) -> dict[str, RunArtifact]:
        """Return name -> file of everything a run made."""
        return rows.artifacts(self._studio, self.run(name).id)

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

    # What only a worker calls.

    def claim_run(
        self, worker: str, lease_seconds: float, kinds: Sequence[RunKind] = RUN_KINDS
    ) -> Run | None:
        """Give the next waiting run, or one whose worker is gone, to `worker`. None: nothing to do.

        Args:
            kinds: Only runs of these kinds. Default: all.
        """
        return rows.claim(self._studio, worker, self._now(), lease_seconds, kinds)

    def release_runs(self, worker: str | None = None) -> None:
        """Let others claim what `worker` has. None: what anybody has; only for who knows they are gone."""
        rows.release(self._studio, worker)

    def renew_run(self, run: Run, lease_seconds: float) -> bool:
        """Prolong the lease. Returns False when another worker has the run by now."""
        return rows.renew(self._studio, run, self._now() + lease_seconds)

    def count_attempt(self, run: Run) -> bool:
        """Note that the run's process is started once more. Returns False when fenced off."""
        return rows.count_attempt(self._studio, run)

    def event_cursor(self, run: Run) -> int:
        """Return the number of the last event that is wholly taken in."""
        return min(rows.seq(self._studio, run.id), metric_rows.seq(self._metrics, run.id))

    def last_event(self, run: Run) -> int:
        """Return the number of the last event taken in at all: a new process of the run numbers on from it."""
        return max(rows.seq(self._studio, run.id), metric_rows.seq(self._metrics, run.id))

    def record_events(self, run: Run, events: Sequence[Event]) -> bool:
        """Take a run's events in, each once however often it is sent.

        Args:
            run: As claimed; its epoch is the fence.
            events: In the order of `seq`.

        Returns:
            False when another worker has the run by now: nothing of substance was written.
        """
        if not events:
            return True
        metric_rows.ingest(self._metrics, run.id, events)
        last = rows.seq(self._studio, run.id)
        fresh = [event for event in events if event.seq > last]
        for event in fresh:
            if isinstance(event, DatasetEvent) and event.append:
                # Long arrays are put together outside the transaction; the origin keeps it from happening twice.
                number = self.append_manifest(
                    event.name,
                    event.manifest,
                    author=event.author,
                    message=event.message,
                    origin=_origin(run, event),
                )
                self._note_dataset(run, event.name, number)
        with self._studio.tx() as connection:
            if not rows.set_seq(connection, run, max(last, events[-1].seq)):
                return False
            for event in fresh:
                self._apply(connection, run, event)
        return True

    def _note_dataset(self, run: Run, name: str, number: int) -> None:
        with self._studio.tx() as connection:
            rows.merge_result(connection, run.id, {"dataset": name, "version": number})

    def _apply(self, connection: object, run: Run, event: Event) -> None:
        now = self._now()
        origin = _origin(run, event)
        match event:
            case ArtifactEvent():
                rows.add_artifact(connection, run.id, event.artifact, now)
            case ResultEvent():
                rows.merge_result(connection, run.id, event.result)
            case DatasetEvent() if not event.append:
                number = dataset_rows.add_version(
                    connection,
                    event.name,
                    event.manifest,
                    author=event.author,
                    message=event.message,
                    now=now,
                    origin=origin,
                )
                rows.merge_result(connection, run.id, {"dataset": event.name, "version": number})
            case ModelEvent():
                version = model_rows.add_version(
                    connection,
                    event.model,
                    event.body,
                    run=None,
                    author=run.author,
                    now=now,
                    origin=origin,
                )
                rows.merge_result(connection, run.id, {"model": event.model, "version": version})
                if event.alias:
                    model_rows.point_alias(
                        connection, event.model, event.alias, version, author=run.author, now=now
                    )
            case QueueEvent():
                self._apply_queue(connection, event, now)
            case EndEvent():
                transition("running", event.status)
                rows.end(connection, run.id, event.status, event.failure, now)
            case _:
                pass

    def _apply_queue(self, connection: object, event: QueueEvent, now: float) -> None:
        """Let an order and suggestions count. A session that is not there any more needs neither."""
        session = session_rows.find(self._studio, event.session)
        if session is None:
            return
        if event.queue and event.strategy == session.config.strategy:
            session_rows.set_queue(
                connection,
                session.id,
                queue=event.queue,
                groups=event.groups,
                source=event.source,
                answers=event.answers,
                now=now,
                curve=event.curve,
            )
        if event.prelabels is not None:
            session_rows.set_prelabels(connection, session.id, event.prelabels)

    def fail_run(self, run: Run, failure: Failure) -> None:
        """End a run whose process cannot say so itself, and remove what it had imported of its data."""
        with self._studio.tx() as connection:
            if not rows.set_seq(connection, run, rows.seq(self._studio, run.id)):
                return
            rows.end(connection, run.id, "failed", failure, self._now())
        for node in run.pipeline.nodes:
            discard_staging(self.artifacts, staging_key(run.name, node.id))


def _origin(run: Run, event: Event) -> str:
    return f"run:{run.id}:{event.seq}"


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
