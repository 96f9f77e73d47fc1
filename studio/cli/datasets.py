"""Verbs of datasets: add, list, show, split, freeze; the verbs of their versions are in `versions`."""

from __future__ import annotations

import argparse
from types import NoneType
from typing import TYPE_CHECKING, Any

from studio.cli import tables, versions
from studio.cli.parser import Verbs, author, given, noun, reference, verb, with_workspace
from studio.cli.progress import cancellable
from studio.cli.reply import Reply, facts_table, moment, table
from studio.core.dataset import SPLIT_NAMES, DatasetVersion, SplitConfig, parse_split
from studio.core.layer import format_shape
from studio.core.sources import SOURCES, parse_source

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from studio.workspace import Workspace

NOT_OPTIONS = {"kind", "upload", "seed"}
LISTS = {"categories", "class_names"}
HELP = {
    "folder": "folder of <category>.npy; default: download",
    "url": "http(s) address of one file",
}
SPLIT_FIELDS = ("test_share", "validation_share", "seed", "stratified", "together")


def add_verbs(verbs: Verbs) -> None:
    """Add `datasets` and its verbs."""
    verbs = noun(verbs, "datasets", "named lines of immutable versions of samples")
    _add_sources(verbs)
    verb(verbs, "list", with_workspace(_list), "list all datasets")
    show = verb(verbs, "show", with_workspace(_show), "show one version of a dataset")
    show.add_argument("name", metavar="NAME")
    show.add_argument("--version", type=int, metavar="N", help="default: the newest")
    split = verb(
        verbs, "split", with_workspace(_split), "divide the samples anew, as a new version"
    )
    split.add_argument("name", metavar="NAME")
    split.add_argument("--message", default="", metavar="TEXT", help="why")
    _split_options(split)
    freeze = verb(
        verbs, "freeze", with_workspace(_freeze), "make a version of the answers given by hand"
    )
    freeze.add_argument("name", metavar="NAME")
    freeze.add_argument("--message", default="", metavar="TEXT", help="why")
    versions.add_verbs(verbs)
    tables.add_verbs(verbs)


def _add_sources(verbs: Verbs) -> None:
    sources = noun(verbs, "add", "read samples from somewhere, as a new version")
    for kind, (settings, text) in SOURCES.items():
        parser = verb(sources, kind, with_workspace(_add), text)
        parser.set_defaults(kind=kind)
        parser.add_argument("--name", required=True, help="name of the dataset")
        parser.add_argument("--message", default="", metavar="TEXT", help="why")
        parser.add_argument(
            "--append", action="store_true", help="add to the newest version's samples"
        )
        _split_options(parser)
        for name, field in settings.model_fields.items():
            if name not in NOT_OPTIONS and field.annotation is not NoneType:
                _source_option(parser, name, field)


def _source_option(parser: argparse.ArgumentParser, name: str, field: FieldInfo) -> None:
    """Add what sets one declared setting of a source."""
    option = "--" + name.replace("_", "-")
    text = (field.description or field.title or "").replace("%", "%%").rstrip(".")
    if name == "path":
        parser.add_argument("path", nargs="?", metavar="PATH", help="file or folder")
    elif name == "collection":
        parser.add_argument("collection", metavar="COLLECTION")
    elif field.annotation is bool:
        parser.add_argument(
            option, action=argparse.BooleanOptionalAction, default=None, help=text or None
        )
    elif name in LISTS:
        required = field.is_required()
        parser.add_argument(option, metavar="A,B,...", required=required, help=text or None)
    elif field.annotation in (int, int | None):
        parser.add_argument(option, type=int, metavar="N", help=text or None)
    elif field.annotation is float:
        parser.add_argument(option, type=float, metavar="SHARE", help=text or None)
    else:
        parser.add_argument(option, metavar=name.upper(), help=text or HELP.get(name))


def _split_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--test-share", type=float, metavar="SHARE", help="default 0.3")
    parser.add_argument("--validation-share", type=float, metavar="SHARE", help="default 0")
    parser.add_argument("--seed", type=int, metavar="N", help="of all random choices; default 0")
    parser.add_argument(
        "--stratified", action="store_true", default=None, help="divide every class alike"
    )
    parser.add_argument(
        "--together", action="store_true", default=None, help="keep near-duplicates in one part"
    )


def _split_config(arguments: argparse.Namespace) -> SplitConfig:
    return parse_split(given(arguments, *SPLIT_FIELDS))


def _source(arguments: argparse.Namespace) -> dict[str, Any]:
    settings, _ = SOURCES[arguments.kind]
    spec = given(arguments, *(name for name in settings.model_fields if name != "upload"))
    for name in LISTS & spec.keys():
        spec[name] = [part.strip() for part in spec[name].split(",")]
    return {**spec, "kind": arguments.kind}


def _add(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    source, split = parse_source(_source(arguments)), _split_config(arguments)
    with cancellable(quiet=arguments.as_json) as progress:
        version = workspace.add_dataset(
            arguments.name,
            source,
            split=split,
            author=author(),
            message=arguments.message,
            append=arguments.append,
            progress=progress,
        )
    return version_reply(version)


def _list(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    versions = [dataset.latest for dataset in workspace.datasets()]
    text = table(
        ["dataset", "version", "samples", "labelled", "classes", "picture", "created"],
        [
            [
                v.dataset,
                v.version,
                v.kept,
                v.labelled,
                len(v.class_names),
                _sample(v),
                moment(v.created),
            ]
            for v in versions
        ],
        empty="No datasets yet. Try: python -m studio datasets add digits --name digits",
    )
    return Reply({"datasets": [dataset_facts(version) for version in versions]}, text)


def _show(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    name, number = reference(arguments.name)
    return version_reply(
        workspace.dataset(name, number if arguments.version is None else arguments.version)
    )


def _split(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    split = _split_config(arguments)
    with cancellable(quiet=arguments.as_json) as progress:
        made = workspace.split_dataset(
            arguments.name, split, author=author(), message=arguments.message, progress=progress
        )
    return version_reply(made)


def _freeze(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    return version_reply(
        workspace.freeze(arguments.name, author=author(), message=arguments.message)
    )


def dataset_facts(version: DatasetVersion) -> dict[str, Any]:
    """Return what programs are told about a dataset version."""
    described = version.model_dump(mode="json", exclude={"id", "dataset", "annotation_mark"})
    return {
        "name": version.dataset,
        **described,
        "digest": version.digest,
        "labelled": version.labelled,
        "class_counts": dict(zip(version.class_names, version.class_counts, strict=True)),
        "split_counts": dict(zip(SPLIT_NAMES, version.split_counts, strict=True)),
    }


def _sample(version: DatasetVersion) -> str:
    """Return what a sample is: the size of a picture, or what else it is."""
    if version.task == "images":
        return format_shape(version.shape)
    return "text" if version.task == "text" else f"{len(version.table)} columns"


def version_reply(version: DatasetVersion) -> Reply:
    """Return what people and programs are told about a version."""
    facts = dataset_facts(version)
    split = ", ".join(f"{count:,} {name}" for name, count in facts["split_counts"].items())
    about = facts_table(
        {
            "dataset": version.title,
            "samples": version.kept,
            "quarantined": version.states[1] or None,
            "removed": version.states[2] or None,
            "labelled": version.labelled,
            "boxes": version.box_count or None,
            "picture": f"{_sample(version)} pixels x channels"
            if version.task == "images"
            else None,
            "columns": len(version.table) or None,
            "target": version.target or None,
            "split": f"{split} (seed {version.split_config.seed})",
            "created": f"{moment(version.created)} by {version.author}",
            "message": version.message or None,
            "digest": version.digest,
            "credit": version.attribution or None,
        }
    )
    classes = table(["class", "samples"], facts["class_counts"].items(), empty="No classes yet.")
    return Reply(facts, f"{about}\n\n{classes}")
