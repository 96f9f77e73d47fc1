"""Verbs of a model's files for other programs: how they did, and have them made."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from studio.cli.parser import Verbs, author, reference, verb, with_workspace
from studio.cli.reply import Failed, Reply, size, table
from studio.cli.wait import wait_for_run
from studio.core.model import ModelVersion
from studio.core.model_export import MODEL_EXPORTS, REPLAYED, Exported

if TYPE_CHECKING:
    from studio.workspace import Workspace


def add_model_exports(models: Verbs) -> None:
    """Add `models exports` and `models make-exports`."""
    exports = verb(
        models, "exports", with_workspace(_exports), "show a model's files for other programs"
    )
    make = verb(
        models,
        "make-exports",
        with_workspace(_make),
        "make a model's files for other programs, and try each on the same samples",
    )
    for parser in (exports, make):
        parser.add_argument("model", metavar="MODEL[:VERSION|@ALIAS]")
    made = [name for name, export in MODEL_EXPORTS.items() if export.made]
    make.add_argument(
        "--format",
        action="append",
        default=[],
        dest="formats",
        metavar="|".join(made),
        help="only this one; may be given several times",
    )
    make.add_argument("--samples", type=int, default=REPLAYED, metavar="N")
    make.add_argument(
        "--dataset",
        metavar="DATASET[:VERSION]",
        help="whose samples they are; by default what the model was trained on",
    )
    make.add_argument("--accept", action="store_true", help="keep also what differs too much")


def _exports(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    version = workspace.resolve_model(arguments.model)
    return _reply(version, workspace.exported(version))


def _make(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.processes import ensure_worker

    version = workspace.resolve_model(arguments.model)
    dataset, number = reference(arguments.dataset) if arguments.dataset else (None, None)
    run = workspace.request_export(
        version.title,
        formats=tuple(arguments.formats),
        samples=arguments.samples,
        accept=arguments.accept,
        dataset=dataset,
        version=number,
        author=author(),
    )
    ensure_worker(workspace.home)
    run = wait_for_run(workspace, run.name, quiet=arguments.as_json)
    if run.status != "completed":
        raise Failed(
            f'Not every file was made: run "{run.name}" was {run.status}.',
            "Somebody stopped it.",
            "Make them again.",
        )
    reply = _reply(version, workspace.exported(version))
    return Reply(reply.facts, reply.text, code=1 if run.result.get("refused") else 0)


def _reply(version: ModelVersion, exported: Exported) -> Reply:
    text = table(
        ["form", "where", "size", "samples", "agreement %", "max diff", "drop %", "ms", "verdict"],
        [
            [
                row.format,
                row.where,
                size(row.bytes),
                row.samples,
                _percent(row.agreement),
                None if row.max_difference is None else f"{row.max_difference:.1g}",
                _percent(row.accuracy_drop),
                row.milliseconds,
                _verdict(row.refused, row.accepted) if row.samples else row.note,
            ]
            for row in exported.rows
        ],
        empty=f"None yet. Try: python -m studio models make-exports {version.title}",
    )
    left_out = [f"{name} was left out: {why}" for name, why in exported.left_out.items()]
    facts: dict[str, Any] = {
        "model": version.title,
        "rows": [row.model_dump() for row in exported.rows],
        "files": {name: file.model_dump() for name, file in exported.files.items()},
        "left_out": exported.left_out,
        "replayed": exported.replayed,
        "runs": list(exported.runs),
    }
    asked = [f"Asked last: {exported.replayed}."] if exported.replayed else []
    return Reply(facts, "\n".join([text, *left_out, *asked]))


def _percent(share: float | None) -> float | None:
    return None if share is None else 100 * share


def _verdict(refused: str, accepted: bool) -> str:
    if not refused:
        return "passed"
    return f"kept nonetheless: {refused}" if accepted else f"refused: {refused}"
