"""Speed of models, measured in turns: the order of the turns, what is left out, and the whole run once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from studio.core.errors import Cancelled, InvalidInput
from studio.core.speed import SpeedParams, SpeedReport, speed_row
from studio.ml.speed import in_turns
from studio.workspace import Workspace
from tests.trained import register, register_texts
from tests.workspace.conftest import carried_through


def test_all_are_timed_in_turns_in_orders_that_change() -> None:
    asked: list[str] = []
    asks = {name: lambda name=name: asked.append(name) for name in "abcd"}
    told: list[tuple[int, int]] = []
    seconds = in_turns(asks, 5, lambda done, total: told.append((done, total)))
    assert {name: len(found) for name, found in seconds.items()} == dict.fromkeys("abcd", 5)
    assert told == [(i, 24) for i in range(1, 25)]
    # The last round, and the one before it: each asks all of them, a warm-up call and then as many as its time takes.
    turns = [name for i, name in enumerate(asked) if i == 0 or asked[i - 1] != name]
    assert sorted(turns[-4:]) == list("abcd")
    assert turns[-8:-4] != turns[-4:]


def test_somebody_who_stops_ends_it() -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled("Stopped.", "Asked.", "Again.")

    with pytest.raises(Cancelled):
        in_turns({"a": lambda: None}, 3, stop)


def test_batch_sizes_that_are_none_are_refused(workspace: Workspace) -> None:
    with pytest.raises(ValidationError):
        SpeedParams(models=("a",), batch_sizes=(0,))
    assert SpeedParams(models=("a",), batch_sizes=(8, 1, 8)).batch_sizes == (1, 8)
    with pytest.raises(InvalidInput):
        workspace.measure_speed([], batch_sizes=[1])


def test_a_report_is_read_back_as_it_was() -> None:
    report = SpeedReport(rows=(speed_row("m:1", "tflite", 8, [0.004, 0.002], 10),), rounds=3)
    row = SpeedReport.model_validate_json(report.model_dump_json()).rows[0]
    assert (row.milliseconds, row.milliseconds_per_sample) == pytest.approx((3.0, 0.375))
    assert row.samples_per_second == pytest.approx(1000 / 0.375)


def test_every_file_of_every_model_is_measured(workspace: Workspace, tmp_path: Path) -> None:
    pictures, texts = register(workspace, "pictures"), register_texts(workspace, "texts", tmp_path)
    run = workspace.measure_speed(["pictures", "texts"], batch_sizes=[3, 1], rounds=3)
    ended = carried_through(workspace, run.name)
    assert ended.failure is None
    report = workspace.speed_report(run.name)
    keys = [(row.model, row.file_format, row.batch_size) for row in report.rows]
    titles = (pictures.title, texts.title)
    assert keys == [(t, f, n) for t in titles for f in ("keras", "tflite") for n in (1, 3)]
    assert all(0 < row.low <= row.milliseconds <= row.high for row in report.rows)
    assert all(row.size_bytes == texts.files[row.file_format].size for row in report.rows[4:])
    assert (report.rounds, report.left_out) == (3, ())
    assert ended.result["models"] == list(titles)
    assert workspace.compare_runs().rows[0].name == run.name
