"""Verbs that change runs: pause, resume, cancel, extend, rate, histograms, move, repeat; the queue and its limits."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any, get_args

from studio.cli.parser import Verbs, author, verb, with_workspace
from studio.cli.reply import Reply, facts_table, table
from studio.core.queue import Move, parse_limits
from studio.core.run import Run

if TYPE_CHECKING:
    from studio.workspace import Workspace


def add_controls(runs: Verbs) -> None:
    """Add the verbs to the noun `runs`."""
    simple = {
        "pause": (_pause, "save a checkpoint and free memory and processor"),
        "resume": (_resume, "let a paused run go on, as the next of the queue"),
        "cancel": (_cancel, "end a run and keep nothing of it"),
    }
    for name, (run, text) in simple.items():
        verb(runs, name, with_workspace(run), text).add_argument("name", metavar="RUN")

    extend = verb(runs, "extend", with_workspace(_extend), "train for more epochs")
    extend.add_argument("name", metavar="RUN")
    extend.add_argument("epochs", type=int, metavar="EPOCHS", help="so many more")

    rate = verb(runs, "rate", with_workspace(_rate), "go on with another learning rate")
    rate.add_argument("name", metavar="RUN")
    rate.add_argument("learning_rate", type=float, metavar="RATE")

    histograms = verb(
        runs, "histograms", with_workspace(_histograms), "keep histograms of weights, or no longer"
    )
    histograms.add_argument("name", metavar="RUN")
    histograms.add_argument("switch", choices=("on", "off"))

    move = verb(
        runs, "move", with_workspace(_move), "give a waiting run another place in the queue"
    )
    move.add_argument("name", metavar="RUN")
    move.add_argument("to", choices=get_args(Move))

    repeat = verb(
        runs, "repeat", with_workspace(_repeat), "train again with other seeds, as one group"
    )
    repeat.add_argument("name", metavar="RUN")
    repeat.add_argument("--seeds", type=int, default=3, metavar="N", help="default %(default)s")
    repeat.add_argument("--group", metavar="NAME", help="default: made of the run's name")

    group = verb(runs, "group", with_workspace(_group), "list the runs of a group")
    group.add_argument("name", metavar="GROUP")

    verb(runs, "queue", with_workspace(_queue), "list the waiting trainings in their order")

    limits = verb(
        runs, "limits", with_workspace(_limits), "show or set how much is trained at once"
    )
    limits.add_argument("--parallel-runs", type=int, metavar="N", help="trainings side by side")
    limits.add_argument(
        "--parallel-nodes", type=int, metavar="N", help="trainings of one pipeline run side by side"
    )
    limits.add_argument(
        "--memory-gb", metavar="GB", help="what they may take together; none: what is free"
    )


def _pause(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    return _said(workspace.pause_run(arguments.name))


def _resume(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    return _working(workspace, workspace.resume_run(arguments.name))


def _cancel(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    return _said(workspace.cancel_run(arguments.name))


def _extend(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    run = workspace.extend_run(arguments.name, arguments.epochs, author=author())
    return _working(workspace, run)


def _rate(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    return _said(workspace.set_learning_rate(arguments.name, arguments.learning_rate))


def _histograms(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    return _said(workspace.set_histograms(arguments.name, arguments.switch == "on"))


def _move(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    workspace.move_run(arguments.name, arguments.to)
    return _queue(workspace, arguments)


def _repeat(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.processes import ensure_worker

    run = workspace.run(arguments.name)
    group = arguments.group or workspace.free_run_name(f"{run.name[:54]}-seeds")
    repeated = workspace.submit_repeats(
        run.pipeline, name=group, seeds=arguments.seeds, author=author()
    )
    ensure_worker(workspace.home)
    return group_reply(group, repeated)


def _group(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    return group_reply(arguments.name, workspace.group_runs(arguments.name))


def _queue(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    queue = workspace.queued_runs()
    text = table(
        ["place", "run", "kind", "waits for"],
        [
            [place, run.name, run.kind, run.waits_for or "its turn"]
            for place, run in enumerate(queue, start=1)
        ],
        empty="No training waits.",
    )
    return Reply({"queue": [run_facts(run) for run in queue]}, text)


def _limits(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    limits = workspace.queue_limits()
    changes: dict[str, Any] = {}
    if arguments.parallel_runs is not None:
        changes["parallel_runs"] = arguments.parallel_runs
    if arguments.parallel_nodes is not None:
        changes["parallel_nodes"] = arguments.parallel_nodes
    if arguments.memory_gb is not None:
        changes["memory_gb"] = None if arguments.memory_gb == "none" else arguments.memory_gb
    if changes:
        limits = workspace.set_queue_limits(parse_limits({**limits.model_dump(), **changes}))
    shown = "what the machine has free" if limits.memory_gb is None else f"{limits.memory_gb:g} GB"
    facts = {"trainings at once": limits.parallel_runs, "nodes at once": limits.parallel_nodes}
    text = facts_table({**facts, "memory": shown})
    return Reply(limits.model_dump(mode="json"), text)


def _working(workspace: Workspace, run: Run) -> Reply:
    from studio.processes import ensure_worker

    ensure_worker(workspace.home)
    return _said(run)


def _said(run: Run) -> Reply:
    asked = asked_text(run)
    text = f"{run.name} is {run.status}" + (f", asked to {asked}." if asked else ".")
    return Reply(run_facts(run), text)


def asked_text(run: Run) -> str:
    """Return what people asked of a run that has not ended, in words; "" for nothing."""
    if run.is_terminal:
        return ""
    control = run.control
    words = {
        "cancel": control.cancel,
        "stop and keep the best": control.stop,
        "pause": control.pause and run.status == "running",
        f"train {control.epochs} epochs in all": control.epochs is not None,
        f"use the learning rate {control.learning_rate}": control.learning_rate is not None,
        "keep histograms": control.histograms is True,
        "keep no histograms": control.histograms is False,
    }
    return ", ".join(text for text, wanted in words.items() if wanted)


def group_reply(group: str, runs: list[Run]) -> Reply:
    """Return what people and programs are told about a group of runs."""
    text = table(
        ["run", "status", "progress", "accuracy"],
        [
            [run.name, run.status, progress_text(run), run.result.get("accuracy", "")]
            for run in runs
        ],
        empty=f'There is no group "{group}".',
    )
    return Reply({"group": group, "runs": [run_facts(run) for run in runs]}, text)


def run_facts(run: Run) -> dict[str, Any]:
    """Return what programs are told about a run."""
    hidden = {"id", "pipeline", "inputs", "epoch", "worker", "lease_until", "checkpoint"}
    return {**run.model_dump(mode="json", exclude=hidden), "seconds": run.seconds}


def progress_text(run: Run) -> str:
    """Return how far a run is, "" when it has ended or has not begun."""
    if run.is_terminal or run.progress is None:
        return ""
    return f"{run.progress.done:,} of {run.progress.total:,} {run.progress.unit}"
