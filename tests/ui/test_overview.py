"""What is said about runs and their groups."""

from __future__ import annotations

import pytest

from studio.core.control import RunControl
from studio.core.pipeline import Pipeline
from studio.core.run import Progress, Run, RunStatus
from studio.ui.overview import group_table, said_status


def run(status: RunStatus, name: str = "one", **facts: object) -> Run:
    """Return a training as it may stand."""
    values = {"id": 1, "kind": "training", "inputs": {}, "created": 0.0, "pipeline": Pipeline()}
    return Run.model_validate({**values, "name": name, "status": status, **facts})


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (run("queued"), "waits for its turn"),
        (run("queued", waits_for="waits for 2 GB of memory"), "waits for 2 GB of memory"),
        (run("running", control=RunControl(pause=True)), "saving a checkpoint to pause"),
        (run("running", control=RunControl(stop=True)), "ending; then it is judged"),
        (run("running", control=RunControl(stop=True, cancel=True)), "being cancelled"),
        (run("paused"), "paused before it began"),
        (run("paused", started=1.0, progress=Progress(done=5, total=9, unit="steps")),
         "paused at 5 of 9 steps; nothing is lost"),
        (run("stopped", result={"accuracy": 0.5}), "ended early"),
        (run("stopped"), "ended before it began"),
        (run("cancelled"), "cancelled; nothing was kept"),
    ],
)  # fmt: skip
def test_status_is_said_in_words(one: Run, said: str) -> None:
    assert said_status(one) == said


def test_group_has_mean_spread_and_its_best_run() -> None:
    runs = [
        run("completed", "a-1", result={"accuracy": 0.9, "top_k": 1.0}),
        run("completed", "a-2", result={"accuracy": 0.94}),
        run("running", "a-3"),
    ]
    accuracy, top_k = group_table(runs)
    assert accuracy == {
        "": "Accuracy", "Mean": "92.00 %", "Spread": "± 2.83 %", "Lowest": "90.00 %",
        "Highest": "94.00 %", "Best run": "a-2",
    }  # fmt: skip
    assert (top_k["Mean"], top_k["Spread"]) == ("100.00 %", "")
    assert group_table(runs[2:]) == []
