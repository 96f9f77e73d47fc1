from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from studio.core.errors import InvalidInput, NotFound
from studio.core.published import ScheduleSettings
from studio.workspace import Workspace
from tests.workspace.conftest import MakeDataset, make_dataset  # noqa: F401  a fixture
from tests.workspace.test_published import half

NIGHTLY = ScheduleSettings(pipeline="half", cron="0 3 * * *", parameters={"share": 0.25})
MINUTE = 60.0


@pytest.fixture
def published(workspace: Workspace, make_dataset: MakeDataset) -> Workspace:  # noqa: F811
    make_dataset()
    workspace.publish(half(), "half")
    return workspace


def test_each_time_is_submitted_once_and_missed_ones_together(published: Workspace) -> None:
    nightly = published.set_schedule("nightly", NIGHTLY, author="ann")
    due = nightly.next_time
    assert due is not None
    at = datetime.fromtimestamp(due).astimezone()
    assert (at.hour, at.minute) == (3, 0)
    assert published.submit_due(due - MINUTE) == []
    (run,) = published.submit_due(due + MINUTE)
    assert published.submit_due(due + 2 * MINUTE) == []
    found = published.schedule("nightly")
    assert (found.last_run, found.last_error) == (run, "")
    assert found.next_time is not None
    assert found.next_time > due + MINUTE
    kept = published.pipeline_run(run)
    assert (kept.experiment, kept.run.author) == ("nightly", "ann")
    assert kept.run.pipeline.params("half").model_dump()["share"] == 0.25
    later = due + timedelta(days=5, minutes=1).total_seconds()
    assert published.submit_due(later) == []
    assert "has not begun yet" in published.schedule("nightly").last_error
    published.cancel_run(run)
    later = published.next_times("nightly")[0] + timedelta(days=5).total_seconds()
    assert len(published.submit_due(later)) == 1
    assert [firing.run for firing in published.schedule_history("nightly")][1] == run
    assert len(published.next_times("nightly")) == 3


BERLIN, NEW_YORK = "CET-1CEST,M3.5.0,M10.5.0/3", "EST5EDT,M3.2.0,M11.1.0"
"""The rules of their clocks, which need no files of time zones."""


@pytest.fixture
def live_in(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Sets the zone of the machine's clock on the wall."""

    def move(zone: str) -> None:
        monkeypatch.setenv("TZ", zone)
        time.tzset()

    yield move
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("zone", "day", "hour", "hours"),
    [
        (BERLIN, "2027-03-28", 2, 23),
        (BERLIN, "2027-10-31", 2, 25),
        (NEW_YORK, "2027-03-14", 2, 23),
        (NEW_YORK, "2027-11-07", 1, 25),
    ],
)
def test_the_night_in_which_clocks_change_has_one_run(
    published: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    live_in: Callable[[str], None],
    zone: str,
    day: str,
    hour: int,
    hours: int,
) -> None:
    live_in(zone)
    midnight = datetime.fromisoformat(day)
    assert (midnight + timedelta(days=1)).timestamp() - midnight.timestamp() == hours * 3600
    noon_before = midnight - timedelta(hours=12)
    now = [noon_before.timestamp()]
    monkeypatch.setattr(published, "_now", lambda: now[0])
    hourly = NIGHTLY.model_copy(update={"cron": "0 * * * *"})
    published.set_schedule("nightly", NIGHTLY.model_copy(update={"cron": f"30 {hour} * * *"}))
    published.set_schedule("hourly", hourly)
    times = published.next_times("hourly", 40)
    # The hour that is left out has no run, the one that comes twice has one.
    assert times == sorted(set(times))
    walls = [datetime.fromtimestamp(at).astimezone() for at in times]
    assert len({(wall.date(), wall.hour) for wall in walls}) == 40
    assert sum(f"{wall:%Y-%m-%d}" == day for wall in walls) == min(hours, 24)
    published.delete_schedule("hourly")
    found = []
    for _ in range(2 * 24 * 4):
        now[0] += 900
        for run in published.submit_due(now[0]):
            found.append(datetime.fromtimestamp(now[0]).astimezone())
            published.cancel_run(run)
    assert [f"{at:%Y-%m-%d}" for at in found] == [day, f"{midnight + timedelta(days=1):%Y-%m-%d}"]
    assert found[1].hour == hour


@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31"])
def test_a_machine_that_slept_makes_up_for_many_times_with_one_run(
    published: Workspace, monkeypatch: pytest.MonkeyPatch, live_in: Callable[[str], None], day: str
) -> None:
    live_in(BERLIN)
    midnight = datetime.fromisoformat(day)
    now = [(midnight - timedelta(hours=1)).timestamp()]
    monkeypatch.setattr(published, "_now", lambda: now[0])
    published.set_schedule("often", NIGHTLY.model_copy(update={"cron": "*/20 * * * *"}))
    woke = midnight + timedelta(hours=9, minutes=5)
    now[0] = woke.timestamp()
    assert len(published.submit_due()) == 1
    assert published.submit_due() == []
    assert len(published.runs()) == 1
    after = (woke + timedelta(minutes=15)).timestamp()
    assert published.schedule("often").next_time == after


def test_a_schedule_that_rests_submits_nothing_and_makes_up_for_nothing(
    published: Workspace,
) -> None:
    due = published.set_schedule("nightly", NIGHTLY).next_time
    assert due is not None
    published.pause_schedule("nightly")
    assert published.submit_due(due + MINUTE) == []
    assert published.next_times("nightly") == []
    assert published.pause_schedule("nightly", False).next_time == due
    published.delete_schedule("nightly")
    assert published.schedules() == []


def test_a_new_version_of_a_dataset_sets_it_off_once(
    published: Workspace,
    make_dataset: MakeDataset,  # noqa: F811
) -> None:
    settings = ScheduleSettings(pipeline="half", dataset="pets", dataset_parameter="data")
    assert published.set_schedule("fresh", settings).kind == "version"
    assert published.submit_due() == []
    make_dataset(seed=1)
    make_dataset(seed=2)
    (run,) = published.submit_due()
    assert published.submit_due() == []
    pinned = published.run(run).pipeline.params("data").model_dump()
    assert pinned == {"name": "pets", "version": 3}
    assert published.schedule_history("fresh")[0].dataset == "pets:3"


def test_what_is_refused_is_said_and_the_next_time_comes(published: Workspace) -> None:
    due = published.set_schedule("nightly", NIGHTLY).next_time
    assert due is not None
    published.disable_version("half", 0)
    assert published.submit_due(due) == []
    found = published.schedule("nightly")
    assert "disabled" in found.last_error
    assert published.submit_due(due + MINUTE) == []
    published.disable_version("half", 0, False)
    assert found.next_time is not None
    assert len(published.submit_due(found.next_time)) == 1
    assert published.schedule("nightly").last_error == ""


REFUSED = {
    "no time": {"cron": ""},
    "both": {"dataset": "pets"},
    "no cron": {"cron": "every night"},
    "a day that never comes": {"cron": "0 0 31 2 *"},
    "no such pipeline": {"pipeline": "hlaf"},
    "no such version": {"version": 5},
    "an unknown parameter": {"parameters": {"x": 1}},
    "an impossible value": {"parameters": {"share": 5}},
    "no such dataset": {"cron": "", "dataset": "none"},
    "a new version without a dataset": {"dataset_parameter": "data"},
}


def test_a_schedule_is_refused_with_a_reason(published: Workspace) -> None:
    for case, change in REFUSED.items():
        with pytest.raises((InvalidInput, NotFound)):
            published.set_schedule("s", NIGHTLY.model_copy(update=change))
        assert published.schedules() == [], case


def test_a_trigger_that_would_set_itself_off_is_refused(published: Workspace) -> None:
    published.publish(half(save="halves"), "saving")
    published.publish(half(save="pets"), "circle")
    published.set_schedule("fine", ScheduleSettings(pipeline="saving", dataset="pets"))
    with pytest.raises(InvalidInput, match="never come to an end"):
        published.set_schedule("round", ScheduleSettings(pipeline="circle", dataset="pets"))


@pytest.mark.parametrize("place", range(6))
def test_killed_anywhere_a_time_is_submitted_once(published: Workspace, place: int) -> None:
    """A process that ends before, between and after its writes leaves exactly one run."""
    due = published.set_schedule("nightly", NIGHTLY).next_time
    assert due is not None
    home = published.home
    child = os.fork()
    if child == 0:
        _die_at_write(home, due, place)
    assert os.waitpid(child, 0)[1] in (0, 9 << 8)
    published.submit_due(due + MINUTE)
    published.submit_due(due + 2 * MINUTE)
    assert len(published.runs()) == 1
    history = published.schedule_history("nightly")
    assert [bool(firing.submitted) for firing in history] == [True]
    assert history[0].run == published.runs()[0].name


def _die_at_write(home: Path, due: float, place: int) -> None:
    """Submit what is due, and end without a word before or after one of the writes."""
    from contextlib import contextmanager

    guest = Workspace.open(home)
    begin, writes = guest._studio.tx, iter(range(100))

    @contextmanager
    def tx():  # type: ignore[no-untyped-def]
        number = next(writes)
        if 2 * number == place:
            os._exit(9)
        with begin() as connection:
            yield connection
        if 2 * number + 1 == place:
            os._exit(9)

    guest._studio.tx = tx  # type: ignore[method-assign]
    guest.submit_due(due)
    os._exit(0)


def test_a_clock_that_was_set_back_leaves_no_schedule_waiting_for_years(
    published: Workspace,
) -> None:
    due = published.set_schedule("nightly", NIGHTLY).next_time
    assert due is not None
    year = timedelta(days=365).total_seconds()
    assert len(published.submit_due(due + year)) == 1
    assert published.submit_due(due - MINUTE) == []
    assert published.schedule("nightly").next_time == due


@pytest.mark.parametrize(
    "cron", ["* * * * * *", "*/0 * * * *", "0 0 30 2 *", "@daily", "1" * 90, "\0"]
)
def test_lines_that_say_no_time_are_refused(published: Workspace, cron: str) -> None:
    with pytest.raises(InvalidInput):
        published.set_schedule("odd", NIGHTLY.model_copy(update={"cron": cron}))
    assert published.schedules() == []
