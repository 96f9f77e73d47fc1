"""Verbs of the registry: aliases and their history, gates, lineage, cards, notes."""

from __future__ import annotations

import argparse
import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from studio.cli.parser import Verbs, author, verb, with_workspace
from studio.cli.reply import Reply, facts_table, moment, table
from studio.core.errors import InvalidInput, refuse
from studio.core.gates import Gates, Promotion
from studio.core.lineage import NODE_KINDS
from studio.core.model import VERSION_TEXTS, ModelVersion

if TYPE_CHECKING:
    from studio.workspace import Workspace

REFERENCE = "MODEL[:VERSION|@ALIAS]"


def add_registry(models: Verbs) -> None:
    """Add the verbs to the noun `models`."""
    alias = verb(models, "alias", with_workspace(_alias), "let an alias point at a version")
    _names(alias)
    alias.add_argument("version", metavar="VERSION", type=int)
    alias.add_argument(
        "--override", action="store_true", help="although its gates are against it; takes a reason"
    )
    rollback = verb(
        models, "rollback", with_workspace(_rollback), "let an alias point where it did before"
    )
    _names(rollback)
    unalias = verb(models, "unalias", with_workspace(_unalias), "let an alias point at nothing")
    _names(unalias)
    for parser in (alias, rollback, unalias):
        parser.add_argument("--reason", default="", metavar="TEXT", help="kept in the history")

    history = verb(
        models, "history", with_workspace(_history), "who moved which alias when and why"
    )
    history.add_argument("model", metavar="MODEL")
    history.add_argument("alias", metavar="ALIAS", nargs="?")

    was = verb(models, "was", with_workspace(_was), "which version had an alias on a day")
    _names(was)
    was.add_argument("moment", metavar="DATE", help="2026-11-29, its end, or 2026-11-29T13:05")

    gates = verb(
        models, "gates", with_workspace(_gates), "show or set what a version needs for an alias"
    )
    _names(gates)
    gates.add_argument(
        "--set", action="append", default=[], metavar="GATE=NUMBER", dest="changes",
        help=f"one of {', '.join(Gates.model_fields)}; nothing behind = takes the gate away",
    )  # fmt: skip

    check = verb(
        models, "check", with_workspace(_check), "what the gates of an alias say to a model"
    )
    check.add_argument("reference", metavar="MODEL:VERSION|run/RUN")
    check.add_argument("alias", metavar="[MODEL@]ALIAS")

    lineage = verb(
        models, "lineage", with_workspace(_lineage), "where a model comes from, and what uses it"
    )
    lineage.add_argument("reference", metavar=f"{REFERENCE}|run/RUN")

    card = verb(models, "card", with_workspace(_card), "write a model's card")
    card.add_argument("reference", metavar=REFERENCE)
    card.add_argument("--output", type=Path, metavar="FILE", help=".md, or .zip with its pictures")

    note = verb(models, "note", with_workspace(_note), "write something beside a version")
    note.add_argument("reference", metavar=REFERENCE)
    note.add_argument("text", metavar="TEXT")
    note.add_argument("--about", choices=list(VERSION_TEXTS), default="note")


def _names(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", metavar="MODEL")
    parser.add_argument("alias", metavar="ALIAS")


def _pointed(version: ModelVersion, alias: str) -> Reply:
    facts = {
        "name": version.model,
        "alias": alias,
        "version": version.version,
        "aliases": list(version.aliases),
    }
    return Reply(facts, f"{version.model}@{alias} is {version.title}.")


def _alias(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    workspace.set_alias(
        arguments.model,
        arguments.alias,
        arguments.version,
        author=author(),
        reason=arguments.reason,
        override=arguments.override,
    )
    return _pointed(workspace.model(arguments.model, alias=arguments.alias), arguments.alias)


def _rollback(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    version = workspace.rollback_alias(
        arguments.model, arguments.alias, author=author(), reason=arguments.reason
    )
    return _pointed(version, arguments.alias)


def _unalias(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    workspace.remove_alias(
        arguments.model, arguments.alias, author=author(), reason=arguments.reason
    )
    facts = {"name": arguments.model, "alias": arguments.alias, "version": None}
    return Reply(facts, f"{arguments.model}@{arguments.alias} points at nothing.")


def _history(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    moves = workspace.alias_moves(arguments.model, arguments.alias)
    rows = [
        [
            moment(move.time),
            move.alias,
            move.previous,
            move.version,
            move.author,
            move.reason + (" (gates overridden)" if move.overridden else ""),
        ]
        for move in moves
    ]
    text = table(
        ["when", "alias", "from", "to", "by", "why"], rows, empty="No alias was moved yet."
    )
    return Reply({"moves": [move.model_dump() for move in moves]}, text)


def _was(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    seconds = _moment(arguments.moment)
    found = workspace.alias_at(arguments.model, arguments.alias, seconds)
    facts = {
        "model": arguments.model,
        "alias": arguments.alias,
        "time": seconds,
        "version": found.version if found else None,
    }
    name = f"{arguments.model}@{arguments.alias}"
    said = found.title if found else "nothing"
    return Reply(facts, f"{name} was {said} on {moment(seconds)}.")


def _moment(text: str) -> float:
    """Return local date and time as Unix seconds; a day alone means its end."""
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            f'"{text}" is no date.',
            "A date is written year-month-day, with T and the time behind it if wanted.",
            "Write 2026-11-29 or 2026-11-29T13:05.",
        ) from None
    if len(text) <= len("2026-11-29"):
        found += datetime.timedelta(days=1, microseconds=-1)
    return found.astimezone().timestamp()


def _gates(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    workspace.model(arguments.model)
    gates = workspace.gates(arguments.model, arguments.alias)
    if arguments.changes:
        wanted: dict[str, Any] = gates.model_dump()
        for change in arguments.changes:
            name, _, value = change.partition("=")
            wanted[name.strip()] = value.strip() or None
        try:
            gates = Gates.model_validate(wanted)
        except ValidationError as error:
            refuse("gates", error)
        workspace.set_gates(arguments.model, arguments.alias, gates, author=author())
    described = {
        field.title or name: getattr(gates, name) for name, field in Gates.model_fields.items()
    }
    facts = {"model": arguments.model, "alias": arguments.alias, "gates": gates.model_dump()}
    text = (
        facts_table(described)
        if gates.any
        else f"{arguments.model}@{arguments.alias} has no gates."
    )
    return Reply(facts, text)


def _check(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    model, at, alias = arguments.alias.partition("@")
    if not at:
        model, alias = workspace.model_spec(arguments.reference).title.partition(":")[0], model
    promotion = workspace.promotion(model, alias, arguments.reference)
    return Reply(
        {"allowed": promotion.allowed, **promotion.model_dump(mode="json")},
        _said(promotion),
        0 if promotion.allowed else 1,
    )


def _said(promotion: Promotion) -> str:
    lines = [
        f"{promotion.candidate} may {'' if promotion.allowed else 'not '}become {promotion.alias}."
    ]
    lines += [f"  {check.verdict}: {check.text}" for check in promotion.checks]
    if promotion.judge_on:
        where = promotion.judge_on
        lines.append(
            f"Judge it first: python -m studio evaluate {promotion.candidate} "
            f"--dataset {where.dataset} --split {where.split} --wait"
        )
    return "\n".join(lines)


def _lineage(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    found = workspace.lineage(arguments.reference)
    rows = []
    for link in found.links:
        source, target = found.node(link.source), found.node(link.target)
        rows.append(
            [
                f"{NODE_KINDS[source.kind].lower()} {source.title}",
                link.label,
                f"{NODE_KINDS[target.kind].lower()} {target.title}",
            ]
        )
    return Reply(found.model_dump(mode="json"), table(["from", "how", "to"], rows))


def _card(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    card = workspace.model_card(arguments.reference)
    if arguments.output is None:
        return Reply({"card": card.markdown, "pictures": sorted(card.plots)}, card.markdown)
    from studio.workspace import check_output

    output: Path = arguments.output.expanduser().absolute()
    check_output(output)
    zipped = output.suffix == ".zip"
    output.write_bytes(
        workspace.model_card_zip(arguments.reference) if zipped else card.markdown.encode()
    )
    return Reply({"output": str(output)}, f"The card is in {output}.")


def _note(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    version = workspace.resolve_model(arguments.reference)
    workspace.set_version_text(version, arguments.about, arguments.text, author=author())
    texts = workspace.version_texts(version)
    kept = {str(name): text for name, text in texts.items()}
    return Reply(
        {"model": version.title, **kept},
        f"{VERSION_TEXTS[arguments.about]} of {version.title}: {texts[arguments.about] or 'nothing'}",
    )
