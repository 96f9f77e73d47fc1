"""Verbs of dataset versions: history, differences, changes, quality, export."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli import label_errors
from studio.cli.parser import Verbs, author, given, reference, verb, with_workspace
from studio.cli.progress import cancellable
from studio.cli.reply import Failed, Reply, facts_table, moment, table
from studio.core.dataset import STATE_NAMES, DatasetVersion
from studio.core.errors import InvalidInput
from studio.core.exports import EXPORT_FORMATS
from studio.core.quality import FLAG_TITLES, parse_quality

if TYPE_CHECKING:
    from studio.workspace import Workspace

SAMPLES_LIMIT = 10_000_000
Change = Callable[["Workspace", argparse.Namespace], DatasetVersion]


def add_verbs(verbs: Verbs) -> None:
    """Add the verbs to those of `datasets`."""
    history = verb(verbs, "versions", with_workspace(_versions), "list the versions of a dataset")
    history.add_argument("name", metavar="NAME")
    diff = verb(verbs, "diff", with_workspace(_diff), "say what differs between two versions")
    diff.add_argument("before", metavar="NAME:VERSION")
    diff.add_argument("after", metavar="NAME:VERSION", help="or NAME for the newest")
    revert = _change(verbs, "revert", _revert, "make a version that holds what an earlier one held")
    revert.add_argument("version", type=int, metavar="VERSION")
    rename = _change(verbs, "rename-class", _rename, "give a class another name")
    rename.add_argument("class_name", metavar="CLASS")
    rename.add_argument("new_name", metavar="NEW-NAME")
    merge = _change(verbs, "merge-classes", _merge, "make one class of several")
    merge.add_argument("class_names", nargs="+", metavar="CLASS")
    merge.add_argument("--into", required=True, metavar="CLASS", help="one of them, or a new name")
    divide = _change(verbs, "split-class", _divide, "move some samples of a class to another")
    divide.add_argument("class_name", metavar="CLASS")
    divide.add_argument("into", metavar="NEW-CLASS")
    _samples(divide)
    relabel = _change(verbs, "relabel", _relabel, "give some samples a class")
    relabel.add_argument("class_name", metavar="CLASS", help='"" takes the class away')
    _samples(relabel)
    state = _change(verbs, "set-state", _set_state, "keep, quarantine or remove some samples")
    state.add_argument("state", choices=STATE_NAMES)
    _samples(state)
    quality = verb(verbs, "quality", with_workspace(_quality), "look for copies and leakage")
    quality.add_argument("name", metavar="NAME")
    quality.add_argument("--distance", type=int, metavar="BITS", help="default 2")
    label_errors.add_verbs(verbs)
    export = verb(verbs, "export", with_workspace(_export), "write a version to a file")
    export.add_argument("name", metavar="NAME", help="or NAME:VERSION")
    export.add_argument("--format", required=True, choices=EXPORT_FORMATS, dest="format_name")
    export.add_argument("--output", required=True, type=Path, metavar="FILE")


def _change(verbs: Verbs, name: str, change: Change, text: str) -> argparse.ArgumentParser:
    from studio.cli.datasets import version_reply

    def run(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
        return version_reply(change(workspace, arguments))

    parser = verb(verbs, name, with_workspace(run), text)
    parser.add_argument("name", metavar="NAME")
    parser.add_argument("--message", default="", metavar="TEXT", help="why")
    return parser


def _samples(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--samples", required=True, metavar="1,5,8-12", help="numbers of samples")


def parse_samples(text: str) -> list[int]:
    """Return the numbers in a text such as `1,5,8-12`.

    Raises:
        InvalidInput: It is no such text.

    Example:
        >>> parse_samples("1,5,8-10")
        [1, 5, 8, 9, 10]
    """
    found: list[int] = []
    for part in text.split(","):
        first, _, last = part.strip().partition("-")
        if not all(
            end.isascii() and end.isdigit() and len(end) < 12 for end in (first, last or first)
        ):
            raise InvalidInput(
                f'"{part[:40]}" names no samples.',
                "Samples are numbers and ranges, divided by commas.",
                "Write --samples 1,5,8-12.",
            )
        numbers = range(int(first), int(last or first) + 1)
        if len(found) + len(numbers) > SAMPLES_LIMIT:
            raise InvalidInput(
                f'"{part[:40]}" names too many samples.',
                f"A command changes at most {SAMPLES_LIMIT:,} at once.",
                "Change them in several commands.",
            )
        found += numbers
    return found


def _how(arguments: argparse.Namespace) -> dict[str, str]:
    return {"author": author(), "message": arguments.message}


def _revert(workspace: Workspace, arguments: argparse.Namespace) -> DatasetVersion:
    return workspace.revert(arguments.name, arguments.version, **_how(arguments))


def _rename(workspace: Workspace, arguments: argparse.Namespace) -> DatasetVersion:
    return workspace.rename_class(
        arguments.name, arguments.class_name, arguments.new_name, **_how(arguments)
    )


def _merge(workspace: Workspace, arguments: argparse.Namespace) -> DatasetVersion:
    return workspace.merge_classes(
        arguments.name, arguments.class_names, arguments.into, **_how(arguments)
    )


def _divide(workspace: Workspace, arguments: argparse.Namespace) -> DatasetVersion:
    samples = parse_samples(arguments.samples)
    return workspace.split_class(
        arguments.name, arguments.class_name, arguments.into, samples, **_how(arguments)
    )


def _relabel(workspace: Workspace, arguments: argparse.Namespace) -> DatasetVersion:
    samples = parse_samples(arguments.samples)
    return workspace.relabel(
        arguments.name, samples, arguments.class_name or None, **_how(arguments)
    )


def _set_state(workspace: Workspace, arguments: argparse.Namespace) -> DatasetVersion:
    samples = parse_samples(arguments.samples)
    return workspace.set_state(arguments.name, samples, arguments.state, **_how(arguments))


def _versions(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    found = workspace.dataset_versions(arguments.name)
    rows = [
        [v.version, v.kept, v.labelled, moment(v.created), v.author, v.message, v.digest[:12]]
        for v in found
    ]
    head = ["version", "samples", "labelled", "created", "by", "message", "digest"]
    facts = [
        {
            "version": v.version,
            "digest": v.digest,
            "author": v.author,
            "message": v.message,
            "created": v.created,
            "samples": v.kept,
        }
        for v in found
    ]
    return Reply({"versions": facts}, table(head, rows))


def _diff(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    before, after = (
        workspace.dataset(*reference(text)) for text in (arguments.before, arguments.after)
    )
    found = workspace.diff(before, after)
    text = facts_table(
        {
            "from": found.before,
            "to": found.after,
            "added": found.added_count,
            "removed": found.removed_count,
            "relabelled": found.relabelled_count,
            "in another part": found.moved_count,
            "renamed classes": _pairs(found.renamed_classes),
            "new classes": ", ".join(found.added_classes) or None,
            "classes gone": ", ".join(found.removed_classes) or None,
        }
    )
    return Reply(found.model_dump(mode="json"), text)


def _pairs(renamed: dict[str, str]) -> str | None:
    return ", ".join(f"{old} -> {new}" for old, new in renamed.items()) or None


def _quality(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    """Have the dataset checked by a worker's child process, as the page does, and wait."""
    from studio.cli.wait import wait_for_run
    from studio.processes import ensure_worker

    params = parse_quality(given(arguments, "distance"))
    run = workspace.check_quality(arguments.name, params, author=author())
    ensure_worker(workspace.home)
    wait_for_run(workspace, run.name, quiet=arguments.as_json)
    version = workspace.dataset(arguments.name)
    found, leaks = workspace.quality(version), workspace.leakage(version)
    if found is None or leaks is None:
        raise Failed(
            f"{version.title} was not checked.", "The check was stopped.", "Start it again."
        )
    counts = workspace.flag_counts(version)
    facts: dict[str, Any] = {
        **found.report.model_dump(mode="json"),
        "leakage": {**leaks.model_dump(), "share": leaks.share},
    }
    text = facts_table(
        {
            "dataset": version.title,
            "samples": version.kept,
            **{title.lower(): counts[flag] for flag, title in FLAG_TITLES.items()},
            "leakage": f"{leaks.count:,} of {leaks.held_out:,} held-out samples ({leaks.share:.2%}) "
            "look like one that is trained on",
        }
    )
    return Reply(facts, text)


def _export(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    version = workspace.dataset(*reference(arguments.name))
    with cancellable(quiet=arguments.as_json) as progress:
        facts = workspace.export_dataset(
            version, arguments.format_name, arguments.output, progress=progress
        )
    splits = ", ".join(f"{count:,} {name}" for name, count in facts["splits"].items())
    said = {"dataset": version.title, "file": str(arguments.output), **facts, "splits": splits}
    text = facts_table(said)
    return Reply({"dataset": version.title, "file": str(arguments.output), **facts}, text)
