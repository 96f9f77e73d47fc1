"""Where the work stands: the steps, what comes next, runs as a table."""

from __future__ import annotations

import datetime
import statistics
from collections.abc import Sequence
from typing import Any, Literal

from studio.core.catalog import DatasetParams
from studio.core.run import Run, RunStatus
from studio.workspace import Workspace

COLORS: dict[RunStatus, Literal["blue", "gray", "green", "orange", "red"]] = {
    "queued": "gray",
    "running": "blue",
    "paused": "orange",
    "completed": "green",
    "stopped": "green",
    "cancelled": "gray",
    "failed": "red",
}
MEASURED = {"accuracy": "Accuracy", "top_k": "Top-k", "mean_average_precision": "mAP"}
"""Shares in a run's result that groups are compared by -> what people call them."""

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


def said_status(run: Run) -> str:
    """Return how a run stands, in words, what was asked of it included."""
    match run.status:
        case "queued":
            return run.waits_for.rstrip(".") or "waits for its turn"
        case "running" if run.control.cancel:
            return "being cancelled"
        case "running" if run.control.stop:
            return "ending; then it is judged"
        case "running" if run.control.pause:
            return "saving a checkpoint to pause"
        case "paused" if run.started is None:
            return "paused before it began"
        case "paused":
            at = run.progress
            done = f" at {at.done:,} of {at.total:,} {at.unit}" if at and at.total else ""
            return f"paused{done}; nothing is lost"
        case "stopped":
            return "ended early" if run.result else "ended before it began"
        case "cancelled":
            return "cancelled; nothing was kept"
        case "failed":
            return run.failure.what if run.failure else "failed"
        case _:
            return run.status


def group_table(runs: Sequence[Run]) -> list[dict[str, Any]]:
    """Return what the runs of a group came to: one row a measure, with mean, spread and both ends.

    The spread is the standard deviation among the runs that have ended with a result.
    """
    rows = []
    for name, title in MEASURED.items():
        found = {r.name: float(v) for r in runs if isinstance(v := r.result.get(name), float)}
        if not found:
            continue
        values = list(found.values())
        spread = statistics.stdev(values) if len(values) > 1 else None
        best = max(found, key=found.__getitem__)
        rows.append(
            {
                "": title,
                "Mean": f"{100 * statistics.fmean(values):.2f} %",
                "Spread": "" if spread is None else f"± {100 * spread:.2f} %",
                "Lowest": f"{100 * min(values):.2f} %",
                "Highest": f"{100 * max(values):.2f} %",
                "Best run": best,
            }
        )
    return rows


def run_table(runs: list[Run]) -> list[dict[str, Any]]:
    """Return the rows of a table of runs."""
    return [
        {
            "Run": run.name,
            "What": run.kind,
            "Status": run.status,
            "Dataset": dataset_of(run),
            "Accuracy": _percent(run.result.get("accuracy")),
            "Group": run.group,
            "Started": when(run.started),
            "Took": duration(run.seconds),
            "By": run.author,
        }
        for run in runs
    ]


def _percent(value: object) -> str:
    return f"{100 * value:.1f} %" if isinstance(value, float) else ""
