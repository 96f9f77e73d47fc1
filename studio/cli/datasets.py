"""Verbs of datasets: add, list, show, split, freeze."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from studio.cli.parser import Verbs, author, given, noun, reference, verb, with_workspace
from studio.cli.progress import cancellable
from studio.cli.reply import Reply, facts_table, moment, table
from studio.core.dataset import SPLIT_NAMES, DatasetVersion, SplitConfig, parse_split
from studio.core.layers import format_shape
from studio.core.sources import parse_source

if TYPE_CHECKING:
    from studio.workspace import Workspace

SOURCE_FIELDS = ("unlabelled_share", "seed", "per_class", "folder", "path", "size", "colour")
SPLIT_FIELDS = ("test_share", "validation_share", "seed", "stratified")


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
    _split_options(split)
    freeze = verb(
        verbs, "freeze", with_workspace(_freeze), "make a version of the answers given by hand"
    )
    freeze.add_argument("name", metavar="NAME")
    freeze.add_argument("--message", default="", metavar="TEXT", help="why")


def _add_sources(verbs: Verbs) -> None:
    sources = noun(verbs, "add", "read samples from somewhere, as a new version")
    for kind, text in (
        ("digits", "1,797 handwritten digits of 8x8 pixels, embedded"),
        ("quickdraw", "Quick, Draw! drawings of 28x28 pixels"),
        ("folder", "pictures in a folder or .zip, one folder a class"),
        ("drawings", "drawings made on the studio's pad"),
    ):
        parser = verb(sources, kind, with_workspace(_add), text)
        parser.set_defaults(kind=kind)
        parser.add_argument("--name", required=True, help="name of the dataset")
        parser.add_argument("--message", default="", metavar="TEXT", help="why")
        parser.add_argument(
            "--unlabelled-share",
            type=float,
            metavar="SHARE",
            help="share of samples that arrive without a class",
        )
        _split_options(parser)
        if kind == "quickdraw":
            parser.add_argument("--categories", required=True, metavar="A,B,...")
            parser.add_argument("--per-class", type=int, metavar="N", help="default 1,000")
            parser.add_argument(
                "--folder", metavar="DIR", help="folder of <category>.npy; default: download"
            )
        elif kind == "folder":
            parser.add_argument("path", metavar="PATH", help="folder or .zip")
            parser.add_argument("--size", type=int, metavar="PIXELS", help="default 28")
            parser.add_argument("--colour", help="grey (default) or rgb")
            parser.add_argument("--invert", action="store_true", help="dark ink becomes light")
        elif kind == "drawings":
            parser.add_argument("collection", metavar="COLLECTION")


def _split_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--test-share", type=float, metavar="SHARE", help="default 0.3")
    parser.add_argument("--validation-share", type=float, metavar="SHARE", help="default 0")
    parser.add_argument("--seed", type=int, metavar="N", help="of all random choices; default 0")
    parser.add_argument(
        "--stratified", action="store_true", default=None, help="divide every class alike"
    )


def _split_config(arguments: argparse.Namespace) -> SplitConfig:
    return parse_split(given(arguments, *SPLIT_FIELDS))


def _source(arguments: argparse.Namespace) -> dict[str, Any]:
    spec = {"kind": arguments.kind, **given(arguments, *SOURCE_FIELDS, "collection", "invert")}
    if arguments.kind == "quickdraw":
        spec["categories"] = [name.strip() for name in arguments.categories.split(",")]
    return spec


def _add(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    source, split = parse_source(_source(arguments)), _split_config(arguments)
    with cancellable(quiet=arguments.as_json) as progress:
        version = workspace.add_dataset(
            arguments.name,
            source,
            split=split,
            author=author(),
            message=arguments.message,
            progress=progress,
        )
    return _version_reply(version)


def _list(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    versions = [dataset.latest for dataset in workspace.datasets()]
    text = table(
        ["dataset", "version", "samples", "labelled", "classes", "picture", "created"],
        [
            [
                v.dataset,
                v.version,
                v.count,
                v.labelled,
                len(v.class_names),
                format_shape(v.shape),
                moment(v.created),
            ]
            for v in versions
        ],
        empty="No datasets yet. Try: python -m studio datasets add digits --name digits",
    )
    return Reply({"datasets": [dataset_facts(version) for version in versions]}, text)


def _show(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    name, number = reference(arguments.name)
    return _version_reply(workspace.dataset(name, arguments.version or number))


def _split(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    split = _split_config(arguments)
    return _version_reply(workspace.split_dataset(arguments.name, split, author=author()))


def _freeze(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    return _version_reply(
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


def _version_reply(version: DatasetVersion) -> Reply:
    facts = dataset_facts(version)
    split = ", ".join(f"{count:,} {name}" for name, count in facts["split_counts"].items())
    about = facts_table(
        {
            "dataset": version.title,
            "samples": version.count,
            "labelled": version.labelled,
            "picture": f"{format_shape(version.shape)} pixels x channels",
            "split": f"{split} (seed {version.split_config.seed})",
            "created": f"{moment(version.created)} by {version.author}",
            "message": version.message or None,
            "digest": version.digest,
            "credit": version.attribution or None,
        }
    )
    classes = table(["class", "samples"], facts["class_counts"].items(), empty="No classes yet.")
    return Reply(facts, f"{about}\n\n{classes}")
