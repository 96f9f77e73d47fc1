"""`models import`: bring in a model that another program made."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli.parser import Verbs, author, verb, with_workspace
from studio.cli.reply import Failed, Reply, facts_table
from studio.cli.wait import wait_for_run
from studio.core.adapter import InputAdapter
from studio.core.errors import InvalidInput, StudioError
from studio.core.foreign import SCALINGS, TITLES, ImportModelParams
from studio.core.standard import import_model_pipeline

if TYPE_CHECKING:
    from studio.workspace import Workspace


def add_import(models: Verbs) -> None:
    """Add `models import FILE`."""
    parser = verb(
        models,
        "import",
        with_workspace(_import),
        "register a model of another program: " + ", ".join(TITLES.values()),
    )
    parser.add_argument("file", metavar="FILE", type=Path)
    parser.add_argument("--name", default="", metavar="MODEL", help="needed, but for --try")
    parser.add_argument("--alias", metavar="ALIAS", help="such as champion")
    parser.add_argument("--try", action="store_true", dest="trial", help="register nothing")
    parser.add_argument(
        "--classes",
        metavar="A,B,C",
        help="names of its outputs, in order (default: as the file says)",
    )
    parser.add_argument(
        "--dataset", metavar="NAME[:VERSION]", help="try it on some of these samples"
    )
    parser.add_argument(
        "--scale",
        choices=list(SCALINGS),
        default="",
        help="how it wants pixels (default: as the file lets one guess)",
    )
    parser.add_argument("--mean", metavar="R,G,B", help="taken off what --scale makes")
    parser.add_argument("--std", metavar="R,G,B", help="then, what it is divided by")
    parser.add_argument("--blue-first", action="store_true", help="it wants blue, green, red")
    parser.add_argument(
        "--output", choices=["probabilities", "logits"], default="", help="what its numbers are"
    )
    parser.add_argument(
        "--size", metavar="HxW", help="of its pictures, where the file leaves it open"
    )
    parser.add_argument(
        "--trust", action="store_true", help="a SavedModel or PyTorch program may hold code"
    )


def _import(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    from studio.processes import ensure_worker

    file: Path = arguments.file.expanduser()
    if not file.is_file():
        raise InvalidInput(
            f'There is no file "{arguments.file}".',
            "A model is imported from one file; a SavedModel from the zip of its folder.",
            "Check the path.",
        )
    if not arguments.name and not arguments.trial:
        raise InvalidInput(
            "The model has no name.", "It is registered under one.", "Add --name MODEL, or --try."
        )
    dataset, _, number = (arguments.dataset or "").partition(":")
    if number and not number.isdecimal():
        raise InvalidInput(
            f'"{arguments.dataset}" is no dataset version.',
            f'"{number}" is no number.',
            "Write NAME or NAME:3.",
        )
    said = _said(arguments)
    upload = workspace.create_upload()
    try:
        shutil.copyfile(file, workspace.upload_file(upload, file.name))
        params = ImportModelParams(upload=upload, **said)
        run = workspace.submit(
            import_model_pipeline(params, dataset or None, int(number) if number else None),
            name=workspace.free_run_name(f"import-{arguments.name or file.stem}"),
            author=author(),
        )
        ensure_worker(workspace.home)
        run = wait_for_run(workspace, run.name, quiet=arguments.as_json)
    except (StudioError, OSError, KeyboardInterrupt):
        workspace.discard_upload(upload)
        raise
    if arguments.trial and run.status == "completed":
        workspace.discard_upload(upload)
        return Reply({"run": run.name, **run.result}, facts_table(_found(run.result)))
    if "version" not in run.result:
        raise Failed(
            f'Nothing was imported: run "{run.name}" was {run.status}.',
            "Somebody stopped it before the model was checked.",
            "Import it again.",
        )
    title = f"{arguments.name}:{run.result['version']}"
    return Reply(
        {"run": run.name, "model": title, **run.result},
        facts_table({"model": title, **_found(run.result)}),
    )


def _said(arguments: argparse.Namespace) -> dict[str, Any]:
    """Return what the options say of the model, as fields of `ImportModelParams`."""
    height, width = _size(arguments.size)
    said: dict[str, Any] = {
        "model": "" if arguments.trial else arguments.name,
        "alias": arguments.alias,
        "class_names": tuple(
            name.strip() for name in (arguments.classes or "").split(",") if name.strip()
        ),
        "trusted": arguments.trust,
        "height": height,
        "width": width,
        "scaling": arguments.scale,
        "reverse": arguments.blue_first,
        "output": arguments.output,
    }
    mean, std = _numbers(arguments.mean), _numbers(arguments.std)
    if mean or std:
        scale, offset = {"-1..1": (1 / 127.5, -1.0), "0..255": (1.0, 0.0)}.get(
            arguments.scale, (1 / 255, 0.0)
        )
        said["adapter"] = InputAdapter(
            scale=scale,
            offset=offset,
            mean=mean,
            std=std,
            channels=max(len(mean), len(std)),
            reverse=arguments.blue_first,
            output=arguments.output or "probabilities",
        )
    return said


def _numbers(text: str | None) -> tuple[float, ...]:
    try:
        return tuple(float(part) for part in (text or "").split(",") if part)
    except ValueError as error:
        raise InvalidInput(
            f'"{text}" are no numbers.',
            "One number is needed for each colour.",
            "Write 0.5,0.5,0.5.",
        ) from error


def _size(text: str | None) -> tuple[int, int]:
    if text is None:
        return 0, 0
    height, _, width = text.lower().partition("x")
    if not (height.isdecimal() and (width or height).isdecimal()):
        raise InvalidInput(
            f'"{text}" is no size.', "A size is height and width in pixels.", "Write 28x28."
        )
    return int(height), int(width or height)


def _found(result: dict[str, Any]) -> dict[str, Any]:
    """Return what a table shows of an import."""
    adapter, tried = dict(result["adapter"]), dict(result.get("tried", {}))
    return {
        "format": result["format"],
        "takes": result["takes"],
        "pixels": f"x {adapter['scale']:.6g} + {adapter['offset']:g}",
        "answers with": adapter["output"],
        "classes": len(result["class_names"]),
        "tried on": f"{tried['count']} samples of {tried['dataset']}" if tried else None,
        "right about": f"{tried['accuracy']:.1%}" if "accuracy" in tried else None,
        "notes": " ".join(result["notes"]) or None,
    }
