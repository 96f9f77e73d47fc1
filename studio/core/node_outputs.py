"""Outputs of nodes that are kept, and the key under which: the same component on the same inputs gives the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from studio.core.catalog import TrainParams, model_references
from studio.core.dataset import DatasetManifest
from studio.core.model_spec import ModelSpec
from studio.core.pipeline import Pipeline, component_of
from studio.core.port_values import PortValue
from studio.core.run import RunArtifact

_MANIFEST = frozenset(DatasetManifest.model_fields)


class KeptOutputs(BaseModel):
    """What a node gave, kept for the next time.

    Args:
        outputs: Output port -> value.
        files: What the run called each file it made -> the file.
        result: Facts that it added to the run's result.
        needs: Digests of all artifacts without which it is of no use.
        seconds: So long it took.
        run, node: Where it was made.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    outputs: dict[str, PortValue]
    files: dict[str, RunArtifact] = {}
    result: dict[str, Any] = {}
    needs: tuple[str, ...] = ()
    seconds: float
    run: str
    node: str


class Pinned(BaseModel):
    """What a run's pipeline points at, fixed when it was submitted.

    Args:
        datasets: dataset node id -> the version.
        models: reference -> the model that it is.
        weights: train node id -> digest of the Keras model whose weights are its start.
    """

    model_config = ConfigDict(frozen=True)

    datasets: Mapping[str, DatasetManifest] = {}
    models: Mapping[str, ModelSpec] = {}
    weights: Mapping[str, str] = {}


def node_key(
    pipeline: Pipeline, node_id: str, inputs: Mapping[str, PortValue], pinned: Pinned
) -> str:
    """Return the key (64 hex digits) under which a node's outputs are kept.

    It is made of the component and its version, the params with their defaults, what they point at, and the content
    of the inputs; what anything is called does not count.

    Args:
        inputs: Input port -> what comes in.
        pinned: What the pipeline points at.
    """
    component, params = component_of(pipeline.node(node_id)), pipeline.params(node_id)
    dataset = pinned.datasets.get(node_id)
    settings = params.model_dump(mode="json")
    if isinstance(params, TrainParams):
        settings["start_from"] = pinned.weights.get(node_id)
    content: dict[str, Any] = {
        "component": component.name,
        "version": component.version,
        "params": settings,
        "inputs": {port: value.digest for port, value in inputs.items()},
        "dataset": dataset and dataset.model_dump(mode="json", include=set(_MANIFEST)),
        "models": [pinned.models[r].model_dump(mode="json") for r in model_references(params)],
    }
    if spared := spared_columns(pipeline, node_id):
        content["spared"] = spared
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def spared_columns(pipeline: Pipeline, node_id: str) -> tuple[str, ...]:
    """Return the columns that a node for all columns leaves as they are: what a model is to tell is no input."""
    node = pipeline.node(node_id)
    if "transform" not in component_of(node).outputs or node.params.get("columns"):
        return ()
    return pipeline.targets_after(node_id)


def reusable(
    pipeline: Pipeline, pinned: Pinned, find: Callable[[str], KeptOutputs | None]
) -> dict[str, KeptOutputs]:
    """Return node id -> what an earlier run gave, for the nodes of which that is known before anything runs.

    Args:
        find: Returns what is kept under a key, None for nothing.
    """
    found: dict[str, KeptOutputs] = {}
    for node_id in pipeline.order():
        wired = pipeline.inputs(node_id)
        if not component_of(pipeline.node(node_id)).cached or not all(
            source in found and port in found[source].outputs for source, port in wired.values()
        ):
            continue
        inputs = {port: found[source].outputs[out] for port, (source, out) in wired.items()}
        kept = find(node_key(pipeline, node_id, inputs, pinned))
        if kept is not None:
            found[node_id] = kept
    return found


def file_prefix(pipeline: Pipeline, node_id: str) -> str:
    """Return what stands before the names of a node's files, facts and curves: "" for the first of its kind.

    Nodes that make a model are of one kind, so that `model.keras` of a run is one model; the first evaluation is
    the first one of that model.

    Example:
        >>> pipeline = Pipeline().add("a", "train").add("b", "train")
        >>> file_prefix(pipeline, "a"), file_prefix(pipeline, "b")
        ('', 'b')
    """
    component = pipeline.node(node_id).component
    makers = [node.id for node in pipeline.nodes if node.component in MODEL_MAKERS]
    if component in MODEL_MAKERS:
        return "" if node_id == makers[0] else node_id
    alike = [node.id for node in pipeline.nodes if node.component == component]
    if len(alike) > 1 and component == "evaluate" and makers:
        judging = [
            node for node in alike if pipeline.inputs(node).get("model", ("",))[0] == makers[0]
        ]
        alike = judging or alike
    return "" if node_id == alike[0] else node_id


MODEL_MAKERS = frozenset({"train", "search", "calibrate", "import_model", "restore"})
"""Components that make a model."""
