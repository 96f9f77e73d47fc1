"""Verbs of runs: train, list, show, log, stop; `run_controls` has those that change a run."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from studio.cli.parser import Verbs, author, noun, reference, verb, with_workspace
from studio.cli.reply import Reply, duration, facts_table, moment, size, table
from studio.cli.run_controls import add_controls, asked_text, group_reply, progress_text, run_facts
from studio.cli.run_marks import add_marks
from studio.cli.settings import training_settings
from studio.cli.wait import wait_for_run
from studio.core.run import Run
from studio.core.standard import training_pipeline

if TYPE_CHECKING:
    from studio.workspace import Workspace


def add_verbs(verbs: Verbs) -> None:
    """Add `train` and `runs`."""
    train = verb(verbs, "train", with_workspace(_train), "train a model on a dataset, as a run")
    train.add_argument("--dataset", required=True, metavar="NAME[:VERSION]")
    train.add_argument(
        "--model", default="drawing-classifier", metavar="NAME", help="default %(default)s"
    )
    train.add_argument("--epochs", type=int, metavar="N", help="default 5")
    train.add_argument("--batch-size", type=int, metavar="N", help="default 256")
    train.add_argument(
        "--set",
        action="append",
        default=[],
        dest="settings",
        metavar="KEY=VALUE",
        help="any other setting, such as learning_rate=0.01 or split.test_share=0.2",
    )
    train.add_argument("--name", metavar="RUN", help="default: made of dataset and model")
    train.add_argument(
        "--seeds",
        type=int,
        metavar="N",
        help="train so many times with different seeds, as a group",
    )
    _wait_option(train)

    runs = noun(verbs, "runs", "executions of pipelines")
    listed = verb(runs, "list", with_workspace(_list), "list runs, newest first")
    listed.add_argument("--limit", type=int, default=50, metavar="N", help="default %(default)s")
    show = verb(runs, "show", with_workspace(_show), "show one run")
    _wait_option(show)
    stop = verb(runs, "stop", with_workspace(_stop), "ask a run to end and keep its best epoch")
    _wait_option(stop)
    log = verb(runs, "log", with_workspace(_log), "print a run's log")
    for parser in (show, stop, log):
        parser.add_argument("name", metavar="RUN")
    add_controls(runs)
    add_marks(runs)


def _wait_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--wait", action="store_true", help="until it has ended")


def _train(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.processes import ensure_worker

    name, version = reference(arguments.dataset)
    training, split = training_settings(
        arguments.settings, epochs=arguments.epochs, batch_size=arguments.batch_size
    )
    pipeline = training_pipeline(
        name, workspace.model_config(arguments.model), training, version=version, split=split
    )
    wanted = arguments.name or workspace.free_run_name(f"{name}-{arguments.model}")
    if arguments.seeds is not None:
        repeated = workspace.submit_repeats(
            pipeline, name=wanted, seeds=arguments.seeds, author=author()
        )
        ensure_worker(workspace.home)
        if arguments.wait:
            repeated = [
                wait_for_run(workspace, run.name, quiet=arguments.as_json) for run in repeated
            ]
        return group_reply(wanted, repeated)
    run = workspace.submit(pipeline, name=wanted, author=author())
    ensure_worker(workspace.home)
    if arguments.wait:
        run = wait_for_run(workspace, run.name, quiet=arguments.as_json)
    return run_reply(workspace, run)


def _list(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    runs = workspace.runs(limit=max(arguments.limit, 1))
    text = table(
        ["run", "kind", "status", "progress", "started", "time"],
        [
            [
                run.name,
                run.kind,
                run.status,
                progress_text(run),
                moment(run.started),
                duration(run.seconds),
            ]
            for run in runs
        ],
        empty="No runs yet. Try: python -m studio train --dataset NAME --name RUN",
    )
    return Reply({"runs": [run_facts(run) for run in runs]}, text)


def _show(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    run = workspace.run(arguments.name)
    if arguments.wait:
        run = wait_for_run(workspace, run.name, quiet=arguments.as_json)
    return run_reply(workspace, run)


def _stop(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    run = workspace.stop_run(arguments.name)
    if arguments.wait:
        run = wait_for_run(workspace, run.name, quiet=arguments.as_json)
    return run_reply(workspace, run)


def _log(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    lines: list[str] = []
    cursor, page = workspace.run_log(arguments.name)
    while page:
        lines += page
        cursor, page = workspace.run_log(arguments.name, cursor)
    return Reply({"run": arguments.name, "lines": lines}, "\n".join(lines) or "No log yet.")


def run_reply(workspace: Workspace, run: Run) -> Reply:
    """Return what people and programs are told about a run."""
    versions = [workspace.dataset_by_id(version) for version in run.inputs.values()]
    artifacts = workspace.run_artifacts(run.name)
    about = facts_table(
        {
            "run": run.name,
            "kind": run.kind,
            "status": run.status,
            "waits for": run.waits_for or None,
            "asked for": asked_text(run) or None,
            "group": run.group or None,
            "progress": progress_text(run) or None,
            "dataset": ", ".join(version.title for version in versions) or None,
            "submitted": f"{moment(run.created)} by {run.author}",
            "time": duration(run.seconds) if run.seconds is not None else None,
            "attempts": run.attempt,
            **{n.replace("_", " "): v for n, v in run.result.items() if not _large(v)},
            "failure": f"{run.failure.what} {run.failure.why} {run.failure.fix}"
            if run.failure
            else None,
        }
    )
    files = table(
        ["file", "size"], [[a.name, size(a.size)] for a in artifacts.values()], empty="No files."
    )
    facts = {
        **run_facts(run),
        "datasets": [version.title for version in versions],
        "artifacts": {name: a.model_dump(exclude={"name"}) for name, a in artifacts.items()},
    }
    return Reply(facts, f"{about}\n\n{files}" if artifacts else about)


def _large(value: object) -> bool:
    return isinstance(value, dict | list)
