"""`score`: ask a model about all samples of a dataset, a folder or a file."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

from studio.cli.parser import Verbs, author, reference, verb, with_workspace
from studio.cli.reply import Failed, Reply, duration, facts_table, table
from studio.cli.wait import wait_for_run
from studio.core.errors import InvalidInput, StudioError
from studio.core.scoring import PICTURES, ScoredPart, source_for

if TYPE_CHECKING:
    from studio.core.sources import SourceSpec
    from studio.workspace import Workspace


def add_verbs(verbs: Verbs) -> None:
    """Add `score`."""
    parser = verb(
        verbs,
        "score",
        with_workspace(_score),
        "ask a model about all samples of a dataset, a folder or a file, and write a table of its answers",
    )
    parser.add_argument("model", metavar="MODEL[:VERSION|@ALIAS]")
    asked = parser.add_mutually_exclusive_group(required=True)
    asked.add_argument("--dataset", metavar="NAME[:VERSION]", help="ask about its samples")
    asked.add_argument(
        "--file",
        type=Path,
        metavar="PATH",
        help="a folder or zip of pictures, a picture, .csv, .tsv or .jsonl of texts, .npy, .npz, or .ndjson of strokes",
    )
    parser.add_argument(
        "--part", choices=get_args(ScoredPart), default="all", help="of the dataset; default: all"
    )
    parser.add_argument("--limit", type=int, metavar="N", help="the first samples only")
    parser.add_argument(
        "--into", metavar="NAME", help="make a dataset of the samples, labelled by the model"
    )
    parser.add_argument(
        "--above",
        type=float,
        default=0.0,
        metavar="SHARE",
        help="leave samples unlabelled there that the model is less sure of, 0 to 1",
    )
    parser.add_argument("--name", metavar="RUN", help="of the run; default: made of both")
    parser.add_argument("--output", type=Path, metavar="FILE.csv", help="write the table there")


def _score(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.processes import ensure_worker
    from studio.workspace import check_output

    output: Path | None = arguments.output
    if output is not None:
        output = output.expanduser().absolute()
        check_output(output)
    if not 0 <= arguments.above <= 1:
        raise InvalidInput(
            f"{arguments.above} is no share.", "It is a number from 0 to 1.", "Write --above 0.8."
        )
    if arguments.limit is not None and arguments.limit < 1:
        raise InvalidInput(
            f"{arguments.limit} samples cannot be scored.",
            "It must be one at least.",
            "Leave --limit out to score all.",
        )
    dataset, version = reference(arguments.dataset) if arguments.dataset else (None, None)
    source, upload = (None, None) if arguments.file is None else _source(workspace, arguments)
    try:
        run = workspace.request_scoring(
            arguments.model,
            dataset=dataset,
            version=version,
            source=source,
            part=arguments.part,
            into=arguments.into,
            above=arguments.above,
            limit=arguments.limit,
            name=arguments.name,
            author=author(),
        )
    except StudioError:
        if upload is not None:
            workspace.discard_upload(upload)
        raise
    ensure_worker(workspace.home)
    run = wait_for_run(workspace, run.name, quiet=arguments.as_json)
    if run.status != "completed":
        raise Failed(
            f'Nothing was scored: run "{run.name}" was {run.status}.',
            "Somebody stopped it before all samples were asked about.",
            "Score them again, or resume the run.",
        )
    if output is not None:
        shutil.copyfile(workspace.scored_file(run.name), output)
    return _reply(workspace, run.name, output)


def _source(workspace: Workspace, arguments: argparse.Namespace) -> tuple[SourceSpec, str | None]:
    """Return how the file or folder is read, and the upload that was made for it, if one was."""
    file: Path = arguments.file.expanduser().absolute()
    if not file.exists():
        raise InvalidInput(
            f'There is nothing at "{arguments.file}".', "It is what shall be scored.", "Check it."
        )
    spec = workspace.model_spec(arguments.model)
    if spec.table is not None:
        return source_for([file.name], spec.shape, {"path": str(file)}, kind="table"), None
    shape = spec.shape
    if file.suffix.lower() not in PICTURES:
        return source_for([file.name], shape, {"path": str(file)}), None
    upload = workspace.create_upload()
    shutil.copyfile(file, workspace.upload_file(upload, file.name))
    return source_for([file.name], shape, {"upload": upload}), upload


def _reply(workspace: Workspace, run: str, output: Path | None) -> Reply:
    report = workspace.scoring_report(run)
    facts: dict[str, Any] = {
        "run": run,
        **report.model_dump(mode="json"),
        "output": None if output is None else str(output),
    }
    about = facts_table(
        {
            "run": run,
            "model": report.model,
            "samples": report.count,
            "unreadable": report.unreadable or None,
            "mean confidence": report.mean_confidence,
            "accuracy": report.accuracy,
            "took": f"{duration(report.seconds)}, {report.samples_per_second:,.0f} a second",
            "dataset": report.into or None,
            "table": str(output) if output else str(workspace.scored_file(run)),
        }
    )
    counts = sorted(report.counts.items(), key=lambda item: -item[1])
    return Reply(facts, f"{about}\n\n{table(['class', 'samples'], counts)}")
