"""Verbs of labelling sessions: list, create, add, show, set, close, reopen, numbers, classes."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Any, get_args, get_origin

from pydantic import ValidationError

from studio.cli import session_data, session_work
from studio.cli.parser import Verbs, author, given, noun, reference, verb, with_workspace
from studio.cli.reply import Reply, moment, table
from studio.cli.session_reply import numbers_reply, session_facts, session_reply
from studio.cli.versions import parse_samples
from studio.core.errors import InvalidInput, refuse
from studio.core.label_session import (
    CHANGEABLE,
    LabelClass,
    LabelSession,
    SessionConfig,
    parse_session,
)

if TYPE_CHECKING:
    from studio.workspace import Workspace

NEW = "No sessions yet. Try: python -m studio sessions create NAME --dataset DATASET --classes cat,dog"
NOT_OPTIONS = ("name", "dataset", "version", "classes")
LISTS = ("people", "reviewers")
Change = Callable[["Workspace", argparse.Namespace], LabelSession]


def add_verbs(verbs: Verbs) -> None:
    """Add `sessions` and its verbs."""
    verbs = noun(
        verbs, "sessions", "labelling by hand: who answers what, how often, in which order"
    )
    listed = verb(verbs, "list", with_workspace(_list), "list sessions, newest first")
    listed.add_argument("--dataset", metavar="NAME", help="only those of this dataset")
    create = _session(verbs, "create", _create, "make a session over a version of a dataset")
    create.add_argument("--dataset", metavar="NAME[:VERSION]")
    create.add_argument("--classes", metavar="A,B,...", help="what people choose from")
    create.add_argument(
        "--config", type=Path, metavar="FILE.json", help="settings as JSON; options win"
    )
    _options(create, [name for name in SessionConfig.model_fields if name not in NOT_OPTIONS])
    create.add_argument(
        "--samples", metavar="SAMPLES", help="only these, such as 1,5,8-10; whether labelled or not"
    )
    _session(verbs, "show", lambda w, a: w.session(a.name), "show one session")
    change = _session(verbs, "set", _set, "change settings that may change while people work")
    _options(change, CHANGEABLE)
    first = _session(verbs, "add", _add, "have some samples answered before all others")
    first.add_argument("samples", metavar="SAMPLES", help="such as 1,5,8-10")
    _session(verbs, "close", lambda w, a: w.close_session(a.name), "let nobody answer any more")
    _session(verbs, "reopen", lambda w, a: w.reopen_session(a.name), "let a closed session go on")
    numbers = verb(verbs, "numbers", with_workspace(_numbers), "say how quick, how far, how alike")
    numbers.add_argument("name", metavar="NAME")
    _add_classes(verbs)
    session_work.add_verbs(verbs)
    session_data.add_verbs(verbs)


def _session(verbs: Verbs, name: str, change: Change, text: str) -> argparse.ArgumentParser:
    def run(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
        return session_reply(workspace, change(workspace, arguments))

    parser = verb(verbs, name, with_workspace(run), text)
    parser.add_argument("name", metavar="NAME")
    return parser


def _options(parser: argparse.ArgumentParser, names: Sequence[str]) -> None:
    """Add an option for each declared setting."""
    for name in names:
        field = SessionConfig.model_fields[name]
        option = "--" + name.replace("_", "-")
        text = (field.description or field.title or "").replace("%", "%%").rstrip(
            "."
        ).lower() or None
        kind = field.annotation
        if kind is bool:
            parser.add_argument(
                option, action=argparse.BooleanOptionalAction, default=None, help=text
            )
        elif name in LISTS:
            parser.add_argument(option, metavar="A,B,...", help='names; "" for anybody')
        elif kind is int or get_origin(kind) is UnionType:
            parser.add_argument(option, type=int, metavar="N", help=text)
        elif kind is str:
            parser.add_argument(option, metavar="TEXT", help=text)
        else:
            parser.add_argument(option, choices=get_args(kind), help=text)


def _settings(arguments: argparse.Namespace, names: Sequence[str]) -> dict[str, Any]:
    found = given(arguments, *names)
    for name in (*LISTS, "classes"):
        if name in found:
            found[name] = [part.strip() for part in found[name].split(",") if part.strip()]
    return found


def _list(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    found = [(s, workspace.session_progress(s.name)) for s in workspace.sessions(arguments.dataset)]
    text = table(
        ["session", "dataset", "answer", "done", "total", "disputed", "created", "closed"],
        [
            [
                s.name,
                f"{s.config.dataset}:{s.dataset_version}",
                s.config.answer,
                p.done,
                p.total,
                p.disputed,
                moment(s.created),
                moment(s.closed),
            ]
            for s, p in found
        ],
        empty=NEW,
    )
    return Reply({"sessions": [session_facts(s, p) for s, p in found]}, text)


def _create(workspace: Workspace, arguments: argparse.Namespace) -> LabelSession:
    settings = _file(arguments.config) if arguments.config else {}
    settings |= _settings(arguments, [*SessionConfig.model_fields])
    if "dataset" not in settings:
        raise InvalidInput(
            f"The session {arguments.name} has no dataset.",
            "A session labels the samples of a dataset.",
            "Add --dataset NAME, or name it in the file of settings.",
        )
    dataset, version = reference(str(settings["dataset"]))
    settings["dataset"] = dataset
    if version is not None:
        settings["version"] = version
    classes = settings.get("classes", [])
    if isinstance(classes, list):
        settings["classes"] = [{"name": c} if isinstance(c, str) else c for c in classes]
    samples = None if arguments.samples is None else parse_samples(arguments.samples)
    session = workspace.create_session(parse_session(settings), samples=samples, author=author())
    _order(workspace)
    return session


def _add(workspace: Workspace, arguments: argparse.Namespace) -> LabelSession:
    return workspace.add_to_session(arguments.name, parse_samples(arguments.samples))[0]


def _file(path: Path) -> dict[str, Any]:
    """Return the settings in a JSON file."""
    try:
        found = json.loads(path.expanduser().read_text(encoding="utf-8"))
    except ValueError as error:
        raise InvalidInput(
            f"{path} is no JSON: {error}.",
            "The settings of a session are one JSON object.",
            "Mend the file, or see: python -m studio sessions show NAME --json",
        ) from None
    if not isinstance(found, dict):
        raise InvalidInput(
            f"{path} holds no settings.",
            'The settings of a session are one JSON object, such as {"dataset": "digits"}.',
            "Mend the file.",
        )
    return found


def _set(workspace: Workspace, arguments: argparse.Namespace) -> LabelSession:
    changes = _settings(arguments, CHANGEABLE)
    if not changes:
        raise InvalidInput(
            "Nothing is to change.",
            "No setting was named.",
            "Name one, such as --overlap 2; see: python -m studio sessions set --help",
        )
    session = workspace.change_session(arguments.name, **changes)
    _order(workspace)
    return session


def _order(workspace: Workspace) -> None:
    """Let a worker make the order that was asked for along with a session, if one was."""
    from studio.processes import ensure_worker

    if any(not run.is_terminal for run in workspace.runs(kind="ranking", limit=1)):
        ensure_worker(workspace.home)


def _numbers(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    session = workspace.session(arguments.name)
    return numbers_reply(session.config, workspace.session_numbers(session.name))


def _add_classes(verbs: Verbs) -> None:
    classes = noun(verbs, "classes", "change the classes of a session; what was said follows")
    add = _session(classes, "add", _add_class, "add a class")
    add.add_argument("class_name", metavar="CLASS")
    change = _session(classes, "change", _change_class, "change how a class looks and is explained")
    change.add_argument("class_name", metavar="CLASS")
    for parser in (add, change):
        parser.add_argument("--colour", metavar="#RRGGBB")
        parser.add_argument("--key", metavar="CODE", help="such as Digit1 or KeyQ")
        parser.add_argument("--description", metavar="TEXT")
        parser.add_argument("--examples", metavar="1,5,8-12", help="samples that show it")
    rename = _session(classes, "rename", _rename_class, "call a class something else")
    rename.add_argument("class_name", metavar="CLASS")
    rename.add_argument("new_name", metavar="NEW-NAME")
    merge = _session(classes, "merge", _merge_classes, "make one class of several")
    merge.add_argument("class_names", nargs="+", metavar="CLASS")
    merge.add_argument("--into", required=True, metavar="CLASS", help="one of them, or a new name")
    split = _session(classes, "split", _split_class, "let some answers be of another class")
    split.add_argument("class_name", metavar="CLASS")
    split.add_argument("into", metavar="NEW-CLASS")
    split.add_argument("--samples", required=True, metavar="1,5,8-12", help="numbers of samples")


def _details(arguments: argparse.Namespace) -> dict[str, Any]:
    found = given(arguments, "colour", "key", "description", "examples")
    if "examples" in found:
        found["examples"] = parse_samples(found["examples"]) if found["examples"] else []
    return found


def _add_class(workspace: Workspace, arguments: argparse.Namespace) -> LabelSession:
    try:
        added = LabelClass.model_validate({"name": arguments.class_name, **_details(arguments)})
    except ValidationError as error:
        refuse("settings of the class", error)
    return workspace.add_session_class(arguments.name, added, author())


def _change_class(workspace: Workspace, arguments: argparse.Namespace) -> LabelSession:
    return workspace.change_session_class(
        arguments.name, arguments.class_name, **_details(arguments)
    )


def _rename_class(workspace: Workspace, arguments: argparse.Namespace) -> LabelSession:
    return workspace.rename_session_class(
        arguments.name, arguments.class_name, arguments.new_name, author()
    )


def _merge_classes(workspace: Workspace, arguments: argparse.Namespace) -> LabelSession:
    return workspace.merge_session_classes(
        arguments.name, arguments.class_names, arguments.into, author()
    )


def _split_class(workspace: Workspace, arguments: argparse.Namespace) -> LabelSession:
    samples = parse_samples(arguments.samples)
    return workspace.split_session_class(
        arguments.name, arguments.class_name, arguments.into, samples, author()
    )
