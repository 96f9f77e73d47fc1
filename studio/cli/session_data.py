"""Verbs that bring something into a labelling session, or out of it: rank, prelabel, export, import, publish."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from studio.cli.datasets import version_reply
from studio.cli.parser import Verbs, author, verb, with_workspace
from studio.cli.progress import cancellable
from studio.cli.reply import Reply, facts_table
from studio.cli.runs import run_reply
from studio.cli.wait import wait_for_run
from studio.core.answer_formats import ANSWER_FORMATS
from studio.core.errors import InvalidInput
from studio.core.ranking import PrelabelSource

if TYPE_CHECKING:
    from studio.core.run import Run
    from studio.workspace import Workspace


def add_verbs(verbs: Verbs) -> None:
    """Add the verbs to those of `sessions`."""
    rank = verb(verbs, "rank", with_workspace(_rank), "have the samples put in order anew")
    prelabel = verb(verbs, "prelabel", with_workspace(_prelabel), "have answers suggested")
    export = verb(verbs, "export", with_workspace(_export), "write the answers to a file")
    read = verb(verbs, "import", with_workspace(_import), "read answers from a file")
    publish = verb(
        verbs, "publish", with_workspace(_publish), "make a version of the dataset with what counts"
    )
    for parser in (rank, prelabel, export, read, publish):
        parser.add_argument("name", metavar="NAME")
    read.add_argument("file", type=Path, metavar="FILE")
    source = prelabel.add_mutually_exclusive_group(required=True)
    source.add_argument("--model", metavar="MODEL[:VERSION|@ALIAS]", help="a registered model")
    source.add_argument("--backend", metavar="URL", help="a Label Studio ML backend")
    source.add_argument(
        "--file", type=Path, metavar="FILE", help="answers of a file; with --format"
    )
    prelabel.add_argument("--format", choices=ANSWER_FORMATS, dest="format_name")
    for parser in (rank, prelabel):
        parser.add_argument("--wait", action="store_true", help="until it is done")
    for parser in (export, read):
        parser.add_argument("--format", required=True, choices=ANSWER_FORMATS, dest="format_name")
    export.add_argument("--output", required=True, type=Path, metavar="FILE")
    read.add_argument(
        "--person", metavar="WHO", help="whose answers they are; default: whoever the file names"
    )
    read.add_argument(
        "--as-suggestions", action="store_true", help="suggest them, rather than answer"
    )
    publish.add_argument("--message", default="", metavar="TEXT", help="why")


def _rank(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    return _started(workspace, arguments, workspace.rank_session(arguments.name, author=author()))


def _prelabel(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    if (arguments.file is None) != (arguments.format_name is None):
        raise InvalidInput(
            "A file of suggestions has a format.",
            "One of --file and --format is there, the other is not.",
            f"Add it; formats are: {', '.join(ANSWER_FORMATS)}.",
        )
    if arguments.file is not None:
        arguments.person, arguments.as_suggestions = None, True
        return _import(workspace, arguments)
    source = (
        PrelabelSource(kind="backend", url=arguments.backend)
        if arguments.model is None
        else PrelabelSource(kind="model", model=arguments.model)
    )
    return _started(
        workspace, arguments, workspace.prelabel_session(arguments.name, source, author=author())
    )


def _started(workspace: Workspace, arguments: argparse.Namespace, run: Run) -> Reply:
    from studio.processes import ensure_worker

    ensure_worker(workspace.home)
    if arguments.wait:
        run = wait_for_run(workspace, run.name, quiet=arguments.as_json)
    return run_reply(workspace, run)


def _export(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    output: Path = arguments.output.expanduser()
    with cancellable(quiet=arguments.as_json) as progress:
        facts = workspace.export_answers(
            arguments.name, arguments.format_name, output, progress=progress
        )
    said = {"session": arguments.name, "file": str(arguments.output), **facts}
    return Reply(said, facts_table({name: _shown(value) for name, value in said.items()}))


def _import(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    with cancellable(quiet=arguments.as_json) as progress:
        facts = workspace.import_answers(
            arguments.name,
            arguments.file.expanduser(),
            arguments.format_name,
            annotator=arguments.person or "",
            author=author(),
            as_suggestions=arguments.as_suggestions,
            progress=progress,
        )
    said = {"session": arguments.name, "file": str(arguments.file), **facts}
    return Reply(said, facts_table({name: _shown(value) for name, value in said.items()}))


def _shown(value: object) -> object:
    """Return what people read for a fact; a mapping or a list in one line, nothing for an empty one."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {found}" for name, found in value.items()) or None
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value)) or None
    return value


def _publish(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    return version_reply(
        workspace.publish_session(arguments.name, author=author(), message=arguments.message)
    )
