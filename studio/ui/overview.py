"""Where the work stands: the steps, what comes next, runs as a table."""

from __future__ import annotations

import datetime
from typing import Any

from studio.core.catalog import DatasetParams
from studio.core.run import Run
from studio.workspace import Workspace

STEPS = {
    "datasets": ("Datasets", "bring the samples, and look at them"),
    "quality": ("Quality", "find copies, blanks and look-alikes before they mislead"),
    "label": ("Label", "say what the samples without a class are"),
    "configure": ("Configure", "choose the layers of the model"),
    "train": ("Train", "watch the model learn"),
    "evaluate": ("Evaluate", "see how good it is, and where it errs"),
    "deploy": ("Deploy", "let it answer, here or elsewhere"),
}


def next_step(workspace: Workspace) -> tuple[str, str]:
    """Return the page to go to next, and one sentence why."""
    datasets = workspace.datasets()
    if not datasets:
        return "datasets", "bring your first samples."
    if workspace.endpoints():
        return "deploy", "try your endpoint, or train a better model."
    if workspace.models():
        return "deploy", "your model is registered; let it answer."
    done = [run for run in workspace.runs(kind="training", limit=20) if run.is_terminal]
    if any(run.status in ("completed", "stopped") for run in done):
        return "evaluate", "your model is trained; see how good it is."
    newest = datasets[0].latest
    if newest.labelled < newest.kept / 2:
        return "label", f"{newest.kept - newest.labelled:,} samples have no class yet."
    return "train", "your samples are ready; train a model."


def when(seconds: float | None) -> str:
    """Return a moment as local date and time."""
    if seconds is None:
        return ""
    return datetime.datetime.fromtimestamp(seconds).astimezone().strftime("%Y-%m-%d %H:%M")


def duration(seconds: float | None) -> str:
    """Return seconds as people say them.

    Example:
        >>> duration(75)
        '1 min 15 s'
    """
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def dataset_of(run: Run) -> str:
    """Return `name:version` of the dataset a run works on; the name an import makes."""
    for node in run.pipeline.nodes:
        if node.component == "dataset":
            params = run.pipeline.params(node.id)
            if isinstance(params, DatasetParams):
                return f"{params.name}:{params.version}"
    return str(run.pipeline.nodes[0].params.get("name", ""))


def run_table(runs: list[Run]) -> list[dict[str, Any]]:
    """Return the rows of a table of runs."""
    return [
        {
            "Run": run.name,
            "Status": run.status,
            "Dataset": dataset_of(run),
            "Accuracy": _percent(run.result.get("accuracy")),
            "Started": when(run.started or run.created),
            "Took": duration(run.seconds),
            "By": run.author,
        }
        for run in runs
    ]


def _percent(value: object) -> str:
    return f"{100 * value:.1f} %" if isinstance(value, float) else ""
