"""What only a worker asks of runs: claim, renew, record events, fail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from studio.core.control import RunControl
from studio.core.events import (
    ArtifactEvent,
    DatasetEvent,
    EndEvent,
    Event,
    ModelEvent,
    PauseEvent,
    QueueEvent,
    ResultEvent,
)
from studio.core.run import RUN_KINDS, Failure, Run, RunKind, transition
from studio.store import datasets as dataset_rows
from studio.store import label_sessions as session_rows
from studio.store import metrics as metric_rows
from studio.store import models as model_rows
from studio.store import run_controls as control_rows
from studio.store import runs as rows
from studio.workspace.runs import Runs


class RunRecords(Runs):
    """Runs as their worker sees them. Every write is fenced by the epoch of its claim."""

    def claim_run(
        self,
        worker: str,
        lease_seconds: float,
        kinds: Sequence[RunKind] = RUN_KINDS,
        *,
        skip: Sequence[int] | None = (),
        mine: Sequence[int] = (),
    ) -> Run | None:
        """Give the next waiting run, or one whose worker is gone, to `worker`. None: nothing to do.

        Args:
            kinds: Only runs of these kinds. Default: all.
            skip: Ids of waiting runs that are not to be started now; None: of all of them.
            mine: Ids of runs that the worker has already.
        """
        run = rows.claim(
            self._studio,
            worker,
            self._now(),
            lease_seconds,
            kinds,
            steady=self.steady_seconds(),
            skip=skip,
            mine=mine,
        )
        if run is not None:
            metric_rows.fence(self._metrics, run.id, run.epoch)
        return run

    def release_runs(self, worker: str | None = None) -> None:
        """Let others claim what `worker` has. None: what anybody has; only for who knows they are gone."""
        rows.release(self._studio, worker)

    def renew_run(self, run: Run, lease_seconds: float) -> bool:
        """Prolong the lease. Returns False when another worker has the run by now."""
        return rows.renew(self._studio, run, self.steady_seconds() + lease_seconds)

    def count_attempt(self, run: Run, checkpoint: str = "") -> bool:
        """Note that the run's process is started once more. Returns False when fenced off.

        Args:
            checkpoint: How far it has come; when that is new, the deaths before do not count any more.
        """
        return rows.count_attempt(self._studio, run, checkpoint)

    def run_control(self, run: Run) -> RunControl:
        """Return what people ask of a run."""
        return control_rows.control(self._studio, run.id)

    def note_wait(self, run: Run, text: str) -> None:
        """Say why a waiting run is not started yet; "" when it is simply not its turn."""
        control_rows.note_wait(self._studio, run.id, text)

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
            False when another worker has the run by now: nothing was written.
        """
        if not events:
            return True
        if not rows.held(self._studio, run):
            return False
        if not metric_rows.ingest(self._metrics, run.id, events, run.epoch):
            return False
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
                self._note_dataset(run, event, number)
        with self._studio.tx() as connection:
            if not rows.set_seq(connection, run, max(last, events[-1].seq)):
                return False
            for event in fresh:
                self._apply(connection, run, event)
        if any(isinstance(event, EndEvent) for event in fresh):
            self.run_ended(run)
        return True

    def _note_dataset(self, run: Run, event: DatasetEvent, number: int | None) -> None:
        with self._studio.tx() as connection:
            rows.merge_result(connection, run.id, _made(run, event, number))

    def _apply(self, connection: object, run: Run, event: Event) -> None:
        now = self._now()
        origin = _origin(run, event)
        match event:
            case ArtifactEvent():
                rows.add_artifact(connection, run.id, event.artifact, now)
            case ResultEvent():
                rows.merge_result(connection, run.id, event.result)
            case DatasetEvent() if not event.append:
                number = self._same_dataset(run, event) or dataset_rows.add_version(
                    connection,
                    event.name,
                    event.manifest,
                    author=event.author or run.author,
                    message=event.message,
                    now=now,
                    origin=origin,
                )
                rows.merge_result(connection, run.id, _made(run, event, number))
            case ModelEvent():
                body = self.registered_body(run, event.node, event.body)
                version = self._same_model(run, event, body) or model_rows.add_version(
                    connection,
                    event.model,
                    body,
                    run=run.name if event.trained else None,
                    author=run.author,
                    now=now,
                    origin=origin,
                )
                rows.merge_result(connection, run.id, _made(run, event, version))
                gated = event.alias and event.alias in model_rows.gates(self._studio, event.model)
                there = event.alias and model_rows.points_at(
                    self._studio, event.model, event.alias, version
                )
                if event.alias and not gated and not there:
                    # Where it is gated a person has to see what the gates say.
                    model_rows.point_alias(
                        connection, event.model, event.alias, version, author=run.author, now=now
                    )
            case QueueEvent():
                self._apply_queue(connection, event, now)
            case PauseEvent():
                control_rows.note_pause(connection, run.id, now)
            case EndEvent():
                transition("running", event.status)
                if event.status == "cancelled":
                    rows.forget_artifacts(connection, run.id)
                rows.end(connection, run.id, event.status, event.failure, now)
            case _:
                pass

    def _same_dataset(self, run: Run, event: DatasetEvent) -> int | None:
        """Return the newest version where a pipeline that ran before saves the same samples: they are kept once."""
        newest = dataset_rows.find_version(self._studio, event.name)
        same = run.kind == "pipeline" and newest and newest.digest == event.manifest.digest
        return newest.version if same and newest else None

    def _same_model(self, run: Run, event: ModelEvent, body: dict[str, Any]) -> int | None:
        """Return the newest version where a pipeline that ran before registers the same model."""
        if run.kind != "pipeline":
            return None
        return model_rows.same_as_newest(self._studio, event.model, body)

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

    def fail_run(self, run: Run, failure: Failure) -> bool:
        """End a run whose process cannot say so itself, and remove what it had imported of its data.

        Returns:
            False when another worker has the run by now: nothing was written.
        """
        with self._studio.tx() as connection:
            if not rows.set_seq(connection, run, rows.seq(self._studio, run.id)):
                return False
            rows.end(connection, run.id, "failed", failure, self._now())
        self._discard_staged(run)
        return True


def _made(run: Run, event: DatasetEvent | ModelEvent, number: int | None) -> dict[str, object]:
    """Return what a run's result says of a version that it made; of a drawn pipeline, by the node that made it."""
    kind = event.type
    name = event.name if isinstance(event, DatasetEvent) else event.model
    if run.kind == "pipeline":
        return {f"{kind}s_made": {event.node: f"{name}:{number}"}}
    return {kind: name, "version": number}


def _origin(run: Run, event: Event) -> str:
    return f"run:{run.id}:{event.seq}"
