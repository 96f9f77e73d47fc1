"""Verbs of schedules: published pipelines that are submitted by themselves.

A time is written down together with the name of its run before the run is submitted. Whoever is killed in between
leaves that line behind, and the next one sees by the name whether the run is there: once for each time, never twice.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from studio.core.errors import InvalidInput, NotFound, StudioError, unknown
from studio.core.names import check_name
from studio.core.published import Firing, PublishedVersion, Schedule, ScheduleSettings
from studio.store import runs as run_rows
from studio.store import schedules as rows
from studio.workspace.sample_pipelines import SamplePipelines

HISTORY = 50
FIELDS = 5
LEFT_OUT = timedelta(hours=2)
"""No zone leaves more out of a day when clocks are set ahead."""
SAVING = ("save_dataset", "save_table", "import")
"""Components that make dataset versions."""


class Schedules(SamplePipelines):
    """Published pipelines that are submitted by the clock, or by a new version of a dataset."""

    def schedules(self) -> list[Schedule]:
        """Return all schedules and triggers, by name."""
        return rows.all_schedules(self._studio)

    def schedule(self, name: str) -> Schedule:
        """Return a schedule or trigger.

        Raises:
            NotFound: No such schedule.
        """
        known = {schedule.name: schedule for schedule in self.schedules()}
        if name not in known:
            raise unknown("schedule", name, known)
        return known[name]

    def set_schedule(
        self, name: str, settings: ScheduleSettings, *, author: str = "unnamed"
    ) -> Schedule:
        """Keep a schedule or trigger under its name, new or changed. Times that passed before now are not made up for.

        Raises:
            InvalidInput: It has no time and no dataset, or both, or the pipeline cannot be submitted that way.
            NotFound: No such pipeline, version, parameter or dataset.
        """
        check_name("schedule", name)
        if bool(settings.cron.strip()) == bool(settings.dataset):
            raise InvalidInput(
                f'"{name}" has {"two ways" if settings.dataset else "no way"} to begin.',
                "A schedule goes by the clock, a trigger by new versions of one dataset.",
                "Give either five fields such as 0 3 * * 1, or the name of a dataset.",
            )
        version = self.published_version(settings.pipeline, settings.version)
        self._check_values(version, settings)
        newest = None
        if settings.dataset:
            newest = self.dataset(settings.dataset).version
            self._check_no_circle(version, settings)
        with self._studio.tx() as connection:
            rows.put(
                connection,
                name,
                settings,
                author=author,
                now=self._now(),
                next_time=_next(settings, self._now()),
                last_version=newest,
            )
        return self.schedule(name)

    def pause_schedule(self, name: str, paused: bool = True) -> Schedule:
        """Let a schedule rest, or go on; what it missed while it rested is not made up for.

        Raises:
            NotFound: No such schedule.
        """
        found = self.schedule(name)
        settings = found.settings.model_copy(update={"paused": paused})
        return self.set_schedule(name, settings, author=found.author)

    def delete_schedule(self, name: str) -> None:
        """Forget a schedule; its runs stay.

        Raises:
            NotFound: No such schedule.
        """
        self.schedule(name)
        with self._studio.tx() as connection:
            rows.delete(connection, name)

    def schedule_history(self, name: str, limit: int = HISTORY) -> list[Firing]:
        """Return what a schedule submitted, newest first.

        Raises:
            NotFound: No such schedule.
        """
        self.schedule(name)
        return rows.firings(self._studio, name, limit)

    def next_times(self, name: str, count: int = 3) -> list[float]:
        """Return the next times of a schedule, Unix seconds; none for triggers and while it rests.

        Raises:
            NotFound: No such schedule.
        """
        found = self.schedule(name)
        times: list[float] = []
        at = found.next_time
        while at is not None and len(times) < count:
            times.append(at)
            at = _next(found.settings, at)
        return times

    def submit_due(self, now: float | None = None) -> list[str]:
        """Submit every published pipeline whose time has come, each time once. The worker calls it every few seconds.

        A schedule that missed several times submits once; so does a trigger that missed several versions.

        Args:
            now: Unix seconds. Default: the clock's.

        Returns:
            Names of the runs.
        """
        now = self._now() if now is None else now
        for schedule in self.schedules():
            if not schedule.settings.paused:
                self._begin(schedule, now)
        return [run for firing in rows.begun(self._studio) if (run := self._fire(firing))]

    def _begin(self, schedule: Schedule, now: float) -> None:
        """Write down that a time has come, and move the schedule on, as one."""
        settings, dataset = schedule.settings, ""
        known = newest = None
        if settings.dataset:
            known = rows.last_version(self._studio, schedule.name)
            try:
                newest = self.dataset(settings.dataset).version
            except NotFound as error:
                if schedule.last_error != str(error):
                    with self._studio.tx() as connection:
                        rows.step(
                            connection,
                            schedule.name,
                            next_time=None,
                            last_version=known,
                            error=str(error),
                        )
                return
            if known is not None and newest <= known:
                return
            dataset = f"{settings.dataset}:{newest}"
        else:
            expected = _next(settings, now)
            if schedule.next_time is None or schedule.next_time > now:
                if expected is not None and schedule.next_time not in (None, expected):
                    self._wait_for(
                        schedule, expected
                    )  # the clock was set back, or its zone changed
                return
            waiting = run_rows.find(self._studio, schedule.last_run) if schedule.last_run else None
            if waiting is not None and waiting.status == "queued":
                self._wait_for(
                    schedule,
                    expected,
                    f'Left out: its last run "{waiting.name}" has not begun yet.',
                )
                return
        due = now if schedule.next_time is None else schedule.next_time
        stamp = datetime.fromtimestamp(due, UTC).strftime("%Y%m%d-%H%M")
        run = self.free_run_name(f"{schedule.name[:40]}-{stamp}")
        with self._studio.tx() as connection:
            if rows.is_as(
                connection, schedule.name, schedule.next_time, known
            ):  # nobody else took this time
                rows.begin(connection, schedule.name, due, dataset, run)
                rows.step(
                    connection, schedule.name, next_time=_next(settings, now), last_version=newest
                )

    def _wait_for(
        self, schedule: Schedule, next_time: float | None, error: str | None = None
    ) -> None:
        """Let a schedule wait for another time."""
        with self._studio.tx() as connection:
            rows.step(
                connection, schedule.name, next_time=next_time, last_version=None, error=error
            )

    def _fire(self, firing: Firing) -> str:
        """Submit what was written down, unless its run is there already. Returns the run's name, "" when refused."""
        error = ""
        if run_rows.find(self._studio, firing.run) is None:
            schedule = next((s for s in self.schedules() if s.name == firing.schedule), None)
            if schedule is None:
                return ""  # somebody has just deleted it, and this with it
            settings = schedule.settings
            datasets = dict(settings.datasets)
            if settings.dataset_parameter and firing.dataset:
                datasets[settings.dataset_parameter] = firing.dataset
            try:
                self.submit_published(
                    settings.pipeline,
                    version=settings.version,
                    parameters=settings.parameters,
                    datasets=datasets,
                    experiment=schedule.name,
                    author=schedule.author,
                    run=firing.run,
                )
            except StudioError as refused:
                error = str(refused)
        with self._studio.tx() as connection:
            rows.finish(connection, firing, self._now(), error)
        return "" if error else firing.run

    def _check_values(self, version: PublishedVersion, settings: ScheduleSettings) -> None:
        datasets = dict(settings.datasets)
        if settings.dataset_parameter:
            if not settings.dataset:
                raise InvalidInput(
                    f'"{settings.dataset_parameter}" is given no new version.',
                    "A schedule by the clock has none.",
                    "Give it a dataset of its own, or make this a trigger.",
                )
            datasets[settings.dataset_parameter] = settings.dataset
        version.draft.bind(version.values(settings.parameters, datasets)).check()

    def _check_no_circle(self, version: PublishedVersion, settings: ScheduleSettings) -> None:
        """Refuse a trigger that would set itself off again, without end."""
        pipeline = version.draft.bind(version.values(settings.parameters, settings.datasets))
        for node in pipeline.nodes:
            if node.component in SAVING and node.params.get("name") == settings.dataset:
                raise InvalidInput(
                    f'"{version.title}" cannot be set off by new versions of "{settings.dataset}".',
                    f"Its node {node.id} makes such a version itself, so it would never come to an end.",
                    "Let it save under another name, or use the clock.",
                )


def _next(settings: ScheduleSettings, after: float) -> float | None:
    """Return the first time of a schedule after a moment, by the machine's clock on the wall; None where it has none.

    Where clocks are set back in autumn, the hour that comes twice counts once. What falls into the hour that spring
    leaves out comes an hour later.

    Raises:
        InvalidInput: The five fields say nothing, or a day that never comes.
    """
    if not settings.cron.strip() or settings.paused:
        return None
    from cronsim import CronSim, CronSimError

    wall = datetime.fromtimestamp(after, UTC).astimezone().replace(tzinfo=None)
    try:
        if len(settings.cron.split()) != FIELDS:
            raise CronSimError("a sixth field would be seconds")
        # From before the hour that may just have been left out: its times are still to come.
        times: Any = CronSim(settings.cron.strip(), wall - LEFT_OUT)
        return float(next(at for time in times if (at := time.timestamp()) > after))
    except (CronSimError, StopIteration) as error:
        raise InvalidInput(
            f'"{settings.cron}" says no time.',
            "Five fields: minute, hour, day of the month, month, day of the week.",
            "Write, for instance: 0 3 * * * (every night at three) or */30 8-17 * * 1-5.",
        ) from error


__all__ = ["Schedules"]
