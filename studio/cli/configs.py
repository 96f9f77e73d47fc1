"""Verbs of model configurations: list, show, save."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio.cli.parser import Verbs, author, noun, reference, verb, with_workspace
from studio.cli.reply import Reply, table
from studio.core.configs import ModelConfig, parse_model
from studio.core.errors import InvalidInput
from studio.core.presets import PRESETS

if TYPE_CHECKING:
    from studio.workspace import Workspace

FILE_LIMIT_BYTES = 1_000_000


def add_verbs(verbs: Verbs) -> None:
    """Add `configs` and its verbs."""
    configs = noun(verbs, "configs", "stacks of layers that models are trained from")
    verb(configs, "list", with_workspace(_list), "list presets and saved configurations")
    show = verb(configs, "show", with_workspace(_show), "show the layers of a configuration")
    show.add_argument("name", metavar="NAME")
    show.add_argument(
        "--dataset", metavar="NAME[:VERSION]", help="with the shapes and parameters for its samples"
    )
    save = verb(configs, "save", with_workspace(_save), "keep a stack of layers under a name")
    save.add_argument("name", metavar="NAME")
    save.add_argument(
        "file", metavar="FILE", type=Path, help="JSON, as `configs show --json` has it"
    )
    save.add_argument("--replace", action="store_true", help="also when the name is taken")


def _list(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    configs = workspace.model_configs()
    text = table(
        ["configuration", "kind", "layers"],
        [
            [name, "preset" if name in PRESETS else "saved", _kinds(config)]
            for name, config in configs.items()
        ],
    )
    return Reply({"configs": [_facts(name, config) for name, config in configs.items()]}, text)


def _show(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    config = workspace.model_config(arguments.name)
    facts = _facts(arguments.name, config)
    if arguments.dataset is None:
        rows = [
            [number, layer.kind, _settings(layer)] for number, layer in enumerate(config.layers, 1)
        ]
        return Reply(facts, table(["", "layer", "settings"], rows, empty="No layers."))
    version = workspace.dataset(*reference(arguments.dataset))
    classes = len(version.class_names)
    facts["dataset"] = version.title
    facts["rows"] = [row.model_dump(mode="json") for row in config.rows(version.shape, classes)]
    facts["parameters"] = config.parameters(version.shape, classes)
    return Reply(facts, config.summary(version.shape, classes))


def _save(workspace: Workspace, arguments: argparse.Namespace) -> Reply:
    config = _read(arguments.file.expanduser())
    workspace.save_model_config(arguments.name, config, author=author(), replace=arguments.replace)
    return Reply(_facts(arguments.name, config), f"Saved as {arguments.name}: {_kinds(config)}.")


def _read(file: Path) -> ModelConfig:
    if file.stat().st_size > FILE_LIMIT_BYTES:
        raise InvalidInput(
            f"{file} has {file.stat().st_size:,} bytes.",
            f"A stack of layers takes at most {FILE_LIMIT_BYTES:,}.",
            "Choose the file that describes the layers.",
        )
    try:
        described = json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise InvalidInput(
            f"{file} is no JSON.",
            f"{error}.",
            "Start from a preset: python -m studio configs show drawing-classifier --json",
        ) from error
    # What `configs show --json` says about a configuration beside its layers may stay in the file.
    if isinstance(described, dict) and "layers" in described:
        described = {"layers": described["layers"]}
    return parse_model(described)


def _facts(name: str, config: ModelConfig) -> dict[str, Any]:
    return {"name": name, "preset": name in PRESETS, **config.model_dump(mode="json")}


def _kinds(config: ModelConfig) -> str:
    return ", ".join(layer.kind for layer in config.layers) or "no layers"


def _settings(layer: Any) -> str:
    shown = layer.model_dump(exclude={"kind"})
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in shown.items())
