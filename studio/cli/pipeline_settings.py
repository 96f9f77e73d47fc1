"""`--set NODE.SETTING=VALUE`, `--param NAME=VALUE` and `--data NAME=DATASET` of a pipeline."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from studio.core import draft_parameters
from studio.core.draft import DATASETS, Draft, bound
from studio.core.errors import InvalidInput, unknown
from studio.core.pipeline import component_of
from studio.core.published import chooses_dataset


def add_values(parser: argparse.ArgumentParser) -> None:
    """Add --param, --data and --experiment."""
    parser.add_argument(
        "--param", action="append", default=[], metavar="NAME=VALUE", help="a pipeline parameter"
    )
    parser.add_argument(
        "--data",
        action="append",
        default=[],
        metavar="NAME=DATASET[:VERSION]",
        help="a pipeline parameter that chooses a dataset; of `run` a dataset node, too",
    )
    parser.add_argument("--experiment", default="", metavar="NAME", help="what it belongs to")


def with_settings(draft: Draft, settings: Sequence[str]) -> Draft:
    """Return the draft with settings of nodes changed; a pipeline parameter that sets one of them takes the value, too.

    Args:
        settings: `NODE.SETTING=VALUE` each; further dots go into the setting: `train.model.input=text`.

    Raises:
        InvalidInput: It sets nothing, or goes into a setting that has no parts. NotFound: No such node or setting.

    Example:
        >>> from studio.core.pipeline import Pipeline
        >>> draft = Draft(pipeline=Pipeline().add("train", "train"))
        >>> with_settings(draft, ["train.learning_rate=0.01"]).pipeline.params("train").learning_rate
        0.01
    """
    for setting in settings:
        pipeline = draft.pipeline
        key, value = pair(setting, "--set train.learning_rate=0.01")
        nodes = [node.id for node in pipeline.nodes if key.startswith(f"{node.id}.")]
        if not nodes:
            known = [
                f"{node.id}.{n}"
                for node in pipeline.nodes
                for n in component_of(node).params.model_fields
            ]
            raise unknown("setting", key, known)  # fmt: skip
        node = max(nodes, key=len)
        name, *inside = key.removeprefix(f"{node}.").split(".")
        declared = component_of(pipeline.node(node)).params.model_fields
        if name not in declared:
            raise unknown(f"setting of {node}", name, declared)
        if inside:
            current = pipeline.params(node).model_dump(mode="json")[name]
            value = _into(current, inside, value, key)
        draft = draft_parameters.with_settings(draft, node, bound(pipeline, node, name, value))
    return draft


def named_values(
    draft: Draft, parameters: Sequence[str], datasets: Sequence[str]
) -> tuple[Draft, dict[str, Any]]:
    """Return the draft, and pipeline parameter -> value.

    Args:
        parameters: `NAME=VALUE` each.
        datasets: `NAME=DATASET[:VERSION]` each: a pipeline parameter that chooses a dataset, or a node that is one.

    Raises:
        InvalidInput: One says nothing. NotFound: No such parameter.
    """
    known = {parameter.name: parameter for parameter in draft.parameters}
    values: dict[str, Any] = {}
    for text in parameters:
        name, value = pair(text, "--param epochs=3")
        if name not in known:
            raise unknown("pipeline parameter", name, known)
        values[name] = value
    pipeline = draft.pipeline
    for text in datasets:
        name, _ = pair(text, "--data data=digits:2")
        dataset = text.partition("=")[2]
        nodes = [node.id for node in pipeline.nodes if node.component in DATASETS]
        if name in known and chooses_dataset(draft, known[name]):
            values[name] = dataset
        elif name in nodes:
            pipeline = pipeline.set_params(name, **bound(pipeline, name, "name", dataset))
        else:
            asked = [p.name for p in draft.parameters if chooses_dataset(draft, p)]
            raise unknown("parameter or node that is a dataset", name, [*asked, *nodes])
    return draft.model_copy(update={"pipeline": pipeline}), values


def pair(text: str, example: str) -> tuple[str, Any]:
    """Return name and value of NAME=VALUE; VALUE is read as JSON, else it is text.

    Raises:
        InvalidInput: There is no value.

    Example:
        >>> pair("epochs=3", ""), pair("data=digits:2", "")
        (('epochs', 3), ('data', 'digits:2'))
    """
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise InvalidInput(
            f'"{text}" sets nothing.',
            "It is written NAME=VALUE.",
            f"Write, for instance: {example}",
        )
    try:
        return name.strip(), json.loads(value)
    except ValueError:
        return name.strip(), value


def _into(current: Any, path: list[str], value: Any, key: str) -> Any:
    """Return what a setting is with one of its parts changed."""
    if not path:
        return value
    first, rest = path[0], path[1:]
    if isinstance(current, dict):
        if rest and first not in current:
            raise unknown(f"part of {key}", first, current)
        return {**current, first: _into(current.get(first), rest, value, key)}
    if isinstance(current, list) and first.isdecimal() and int(first) < len(current):
        place = int(first)
        return [*current[:place], _into(current[place], rest, value, key), *current[place + 1 :]]
    raise InvalidInput(
        f'"{key}" goes into something that has no part "{first}".',
        f"It is {current!r}."[:120],
        "Set the whole of it, as JSON.",
    )
