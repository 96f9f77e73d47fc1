"""Verbs that keep order among runs and put them side by side: tag, note, archive, delete, compare, speed."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from studio.cli.parser import Verbs, author, verb, with_workspace
from studio.cli.reply import Failed, Reply, facts_table, table
from studio.cli.run_controls import run_facts
from studio.cli.wait import wait_for_run
from studio.core.paired import compare_paired
from studio.core.run_facts import (
    SETTING,
    RunQuery,
    RunRow,
    differing,
    known_fact,
    over_seeds,
    parse_condition,
)

if TYPE_CHECKING:
    from studio.workspace import Workspace

MEASURES = ("accuracy", "mean_average_precision", "loss", "best.val_loss", "last.val_loss",
            "milliseconds_per_sample", "bytes.tflite")  # fmt: skip
CLASSES_SHOWN = 10


def add_marks(runs: Verbs) -> None:
    """Add the verbs to the noun `runs`."""
    tag = verb(runs, "tag", with_workspace(_tag), "give runs tags, or take tags from them")
    tag.add_argument("--add", action="append", default=[], metavar="TAG")
    tag.add_argument("--remove", action="append", default=[], metavar="TAG")

    note = verb(runs, "note", with_workspace(_note), "write a note beside a run")
    note.add_argument("name", metavar="RUN")
    note.add_argument("text", metavar="TEXT", help='"" removes the note')

    archive = verb(runs, "archive", with_workspace(_archive), "let lists leave runs out")
    archive.add_argument("--undo", action="store_true", help="show them again")

    delete = verb(
        runs,
        "delete",
        with_workspace(_delete),
        "put runs into the bin, which keeps them for a week",
    )
    delete.add_argument("--undo", action="store_true", help="take them out of the bin")
    for parser in (tag, archive, delete):
        parser.add_argument("names", metavar="RUN", nargs="+")

    compare = verb(runs, "compare", with_workspace(_compare), "put runs side by side in one table")
    compare.add_argument("names", metavar="RUN", nargs="*", help="default: all")
    compare.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="CONDITION",
        help='such as "accuracy > 0.9" or "optimizer = adam"',
    )
    compare.add_argument("--text", default="", metavar="WORDS", help="in name, note, tags, dataset")
    compare.add_argument("--tag", action="append", default=[], metavar="TAG")
    compare.add_argument("--dataset", default="", metavar="NAME[:VERSION]")
    compare.add_argument("--sort", metavar="FACT", help="highest first; -FACT: lowest first")
    compare.add_argument("--limit", type=int, default=50, metavar="N", help="default %(default)s")
    compare.add_argument("--archived", action="store_true", help="archived ones as well")
    compare.add_argument("--deleted", action="store_true", help="what is in the bin")
    compare.add_argument("--seeds", action="store_true", help="mean and spread over seeds")

    paired = verb(
        runs, "paired", with_workspace(_paired), "say whether one of two models is better, or lucky"
    )
    paired.add_argument(
        "a", metavar="RUN", help="a run that judged a model: a training, or an evaluation"
    )
    paired.add_argument("b", metavar="RUN")

    speed = verb(runs, "speed", with_workspace(_speed), "time models in turns, as a run")
    speed.add_argument("models", metavar="MODEL[:VERSION|@ALIAS]|run/NAME", nargs="+")
    speed.add_argument("--batch-size", action="append", type=int, default=[], metavar="N")
    speed.add_argument("--rounds", type=int, default=7, metavar="N", help="default %(default)s")
    speed.add_argument("--wait", action="store_true", help="until it has ended")


def _tag(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    workspace.tag_runs(arguments.names, add=arguments.add, remove=arguments.remove)
    runs = [workspace.run(name) for name in arguments.names]
    text = facts_table({run.name: ", ".join(run.tags) or "no tags" for run in runs})
    return Reply({"runs": [run_facts(run) for run in runs]}, text)


def _note(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    workspace.note_run(arguments.name, arguments.text)
    run = workspace.run(arguments.name)
    return Reply(run_facts(run), run.note or f"{run.name} has no note.")


def _archive(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    act = workspace.unarchive_runs if arguments.undo else workspace.archive_runs
    act(arguments.names)
    words = "in the lists again" if arguments.undo else "archived"
    return _marked(workspace, arguments.names, words)


def _delete(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    act = workspace.undelete_runs if arguments.undo else workspace.delete_runs
    act(arguments.names)
    words = "out of the bin" if arguments.undo else "in the bin, for a week"
    return _marked(workspace, arguments.names, words)


def _marked(workspace: Workspace, names: list[str], words: str) -> Reply:
    runs = [workspace.run(name) for name in names]
    return Reply({"runs": [run_facts(run) for run in runs]}, f"{', '.join(names)}: {words}.")


def _compare(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    known = workspace.fact_names() if arguments.where or arguments.sort else []
    sort = arguments.sort or "created"
    query = RunQuery(
        text=arguments.text,
        tags=tuple(arguments.tag),
        dataset=arguments.dataset,
        names=tuple(arguments.names) or None,
        conditions=tuple(parse_condition(text, known) for text in arguments.where),
        sort=known_fact(sort.removeprefix("-"), known),
        descending=not sort.startswith("-"),
        archived=arguments.archived or bool(arguments.names),
        deleted=arguments.deleted,
        limit=max(1, arguments.limit),
    )
    for name in arguments.names:
        workspace.run(name)
    total, rows = workspace.compare_runs(query)
    if arguments.seeds:
        return _seeds(rows)
    settings = differing(rows)
    measures = [fact for fact in MEASURES if any(fact in row.facts for row in rows)]
    text = table(
        ["run", "status", *(s.removeprefix(SETTING) for s in settings), *measures, "tags"],
        [
            [
                row.name,
                row.status,
                *(row.facts.get(fact) for fact in (*settings, *measures)),
                ", ".join(row.tags),
            ]
            for row in rows
        ],
        empty="No run is like that.",
    )
    more = f"\n\n{len(rows):,} of {total:,} runs." if total > len(rows) else ""
    described = [row.model_dump(mode="json", exclude={"id"}) for row in rows]
    return Reply({"total": total, "differing": settings, "runs": described}, text + more)


def _seeds(rows: list[RunRow]) -> Reply:
    groups = over_seeds(rows, MEASURES)
    measures = [fact for fact in MEASURES if any(fact in group.mean for group in groups)]

    def said(mean: float | None, spread: float | None) -> str:
        if mean is None:
            return ""
        return f"{mean:.4g}" if spread is None else f"{mean:.4g} ± {spread:.2g}"

    text = table(
        ["first run", "runs", *measures],
        [
            [
                group.title,
                len(group.runs),
                *(said(group.mean.get(m), group.spread.get(m)) for m in measures),
            ]
            for group in groups
        ],
        empty="No run is like that.",
    )
    return Reply({"groups": [group.model_dump(mode="json") for group in groups]}, text)


def _paired(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    a, b = (workspace.predictions(name) for name in (arguments.a, arguments.b))
    found = compare_paired(a, b)
    changed = sorted(found.per_class, key=lambda row: -abs(row.difference))[:CLASSES_SHOWN]
    text = table(
        ["class", "samples", arguments.a, arguments.b, "difference", "95 % from", "to"],
        [
            [
                row.class_name,
                row.support,
                row.recall_a,
                row.recall_b,
                row.difference,
                row.low,
                row.high,
            ]
            for row in changed
        ],
    )
    facts = found._asdict() | {"per_class": [row._asdict() for row in found.per_class]}
    sentence = found.said(arguments.a, arguments.b)
    return Reply(
        {"a": arguments.a, "b": arguments.b, "sentence": sentence, **facts}, f"{sentence}\n\n{text}"
    )


def _speed(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.processes import ensure_worker

    run = workspace.measure_speed(
        arguments.models,
        batch_sizes=tuple(arguments.batch_size) or (1, 32, 256),
        rounds=arguments.rounds,
        author=author(),
    )
    ensure_worker(workspace.home)
    if not arguments.wait:
        return Reply(run_facts(run), f"{run.name} is {run.status}.")
    run = wait_for_run(workspace, run.name, quiet=arguments.as_json)
    if run.status != "completed":
        raise Failed(
            f'Run "{run.name}" was {run.status}.',
            run.failure.what if run.failure else "Somebody stopped it.",
            "Measure again.",
        )
    report = workspace.speed_report(run.name)
    text = table(
        ["model", "format", "batch", "ms a call", "ms a sample", "samples a second"],
        [
            [
                r.model,
                r.file_format,
                r.batch_size,
                r.milliseconds,
                r.milliseconds_per_sample,
                round(r.samples_per_second),
            ]
            for r in report.rows
        ],
    )
    return Reply({"run": run.name, **report.model_dump(mode="json")}, text)
