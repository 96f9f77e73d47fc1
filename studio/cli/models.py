"""Verbs of models: register, list, show, restore, export; those of the registry are in their own module."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli.foreign import add_import
from studio.cli.model_exports import add_model_exports
from studio.cli.parser import Verbs, author, noun, verb, with_workspace
from studio.cli.registry import add_registry
from studio.cli.reply import Failed, Reply, facts_table, moment, size, table
from studio.cli.wait import wait_for_run
from studio.core.errors import InvalidInput, StudioError
from studio.core.layer import format_shape
from studio.core.model import ModelVersion
from studio.core.model_export import MODEL_EXPORTS
from studio.core.standard import restore_pipeline

if TYPE_CHECKING:
    from studio.workspace import Workspace

NEW = "No models yet. Try: python -m studio models register RUN --name MODEL --alias champion"


def add_verbs(verbs: Verbs) -> None:
    """Add `models` and `export`."""
    models = noun(verbs, "models", "registered models, their versions and aliases")
    register = verb(models, "register", with_workspace(_register), "keep a run's model")
    register.add_argument("run_name", metavar="RUN")
    verb(models, "list", with_workspace(_list), "list all versions of all models")
    show = verb(models, "show", with_workspace(_show), "show one version of a model")
    show.add_argument("model", metavar="MODEL[:VERSION|@ALIAS]")
    add_registry(models)
    add_import(models)
    add_model_exports(models)
    restore = verb(
        models, "restore", with_workspace(_restore), "register a model saved by a studio again"
    )
    restore.add_argument("file", metavar="FILE", type=Path)
    for parser in (register, restore):
        parser.add_argument("--name", required=True, metavar="MODEL")
        parser.add_argument("--alias", metavar="ALIAS", help="such as champion")
    export = verb(verbs, "export", with_workspace(_export), "write a model to a file")
    export.add_argument("model", metavar="MODEL[:VERSION|@ALIAS]")
    export.add_argument(
        "--format",
        required=True,
        dest="file_format",
        metavar="|".join(MODEL_EXPORTS),
        help="keras, tflite, zip and mlflow are always there; others once `models make-exports` made them",
    )
    export.add_argument("--output", required=True, type=Path, metavar="FILE")


def _register(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    return _version_reply(
        workspace.register_model(
            arguments.run_name, arguments.name, alias=arguments.alias, author=author()
        )
    )


def _list(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    versions = [version for model in workspace.models() for version in model.versions]
    text = table(
        ["model", "aliases", "accuracy", "mAP", "ms a sample", "tflite", "trained on", "created"],
        [
            [
                version.title,
                ", ".join(version.aliases),
                version.facts.get("accuracy"),
                version.facts.get("mean_average_precision"),
                version.facts.get("milliseconds_per_sample"),
                size(version.files["tflite"].size) if "tflite" in version.files else None,
                version.dataset,
                moment(version.created),
            ]
            for version in versions
        ],
        empty=NEW,
    )
    return Reply({"models": [model_facts(version) for version in versions]}, text)


def _show(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    return _version_reply(workspace.resolve_model(arguments.model))


def _restore(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.processes import ensure_worker

    file: Path = arguments.file.expanduser()
    if not file.is_file():
        raise InvalidInput(
            f'There is no file "{arguments.file}".',
            "A model is restored from a .zip that a studio exported.",
            "Check the path.",
        )
    upload = workspace.create_upload()
    try:
        shutil.copyfile(file, workspace.upload_file(upload, file.name))
        run = workspace.submit(
            restore_pipeline(upload, arguments.name, arguments.alias),
            name=workspace.free_run_name(f"restore-{arguments.name}"),
            author=author(),
        )
    except (StudioError, OSError, KeyboardInterrupt):
        workspace.discard_upload(upload)
        raise
    ensure_worker(workspace.home)
    run = wait_for_run(workspace, run.name, quiet=arguments.as_json)
    if "version" not in run.result:
        raise Failed(
            f'Nothing was restored: run "{run.name}" was {run.status}.',
            "Somebody stopped it before the model was checked.",
            "Restore it again.",
        )
    return _version_reply(workspace.model(arguments.name, version=int(str(run.result["version"]))))


def _export(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    output: Path = arguments.output.expanduser().absolute()
    version = workspace.export_model(arguments.model, arguments.file_format, output)
    written = output.stat().st_size
    return Reply(
        {
            "model": version.title,
            "format": arguments.file_format,
            "output": str(output),
            "size_bytes": written,
        },
        f"{version.title} is in {output} ({size(written)}).",
    )


def model_facts(version: ModelVersion) -> dict[str, Any]:
    """Return what programs are told about a version of a model."""
    described = version.model_dump(mode="json", exclude={"id", "model", "files"})
    return {
        "name": version.model,
        **described,
        "files": {name: file.model_dump() for name, file in version.files.items()},
    }


def _version_reply(version: ModelVersion) -> Reply:
    facts = version.facts
    text = facts_table(
        {
            "model": version.title,
            "aliases": ", ".join(version.aliases) or None,
            "run": version.run,
            "trained on": version.dataset,
            "classes": len(version.class_names),
            "sample": "text" if version.text else format_shape(version.shape),
            "accuracy": facts.get("accuracy"),
            "mean average precision": facts.get("mean_average_precision"),
            "milliseconds a sample": facts.get("milliseconds_per_sample"),
            "files": ", ".join(
                f"{name} {size(version.files[name].size)}" for name in version.files
            ),
            "created": f"{moment(version.created)} by {version.author}",
        }
    )
    return Reply(model_facts(version), text)
