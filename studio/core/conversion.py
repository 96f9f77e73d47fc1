"""From a training pipeline to an inference pipeline: what becomes of each node, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from studio.core.component import Component
from studio.core.draft import Draft, DraftKind
from studio.core.errors import InvalidInput
from studio.core.pipeline import Pipeline, component_of
from studio.core.port_values import DatasetValue, PortValue

Fate = Literal["kept", "removed", "replaced", "added"]
InferenceKind = Literal["realtime", "batch"]
KIND_WORDS: dict[InferenceKind, str] = {
    "realtime": "real-time inference pipeline",
    "batch": "batch inference pipeline",
}
Outputs = Mapping[str, Mapping[str, PortValue]]
"""Node id -> output port -> what went through it."""


class NodeChange(BaseModel):
    """What became of one node.

    Args:
        node: Its id in the training pipeline, or in the inference pipeline where it was added.
        title: What people call it.
        fate: What became of it.
        becomes: Id of the node that took its place, "" for none.
        why: In a sentence.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    node: str
    title: str
    fate: Fate
    becomes: str = ""
    why: str


class ConversionPlan(BaseModel):
    """An inference pipeline, and how it came about.

    Args:
        draft: The inference pipeline.
        changes: One for each node of the training pipeline, then those that were added.
        run: Name of the completed run whose model and transforms are pinned.
        model: Reference to the model, `name@alias`, `name:version` or `run/NAME`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    draft: Draft
    changes: tuple[NodeChange, ...]
    run: str
    model: str
    kind: DraftKind


def model_chains(pipeline: Pipeline) -> dict[str, tuple[str, ...]]:
    """Return the models that a pipeline ends with: last node -> the nodes that made it, the one that trained first.

    A model that is calibrated or registered is one model still. Models of the registry count only where none is
    trained.
    """
    taken_on = {
        link.source
        for link in pipeline.links
        if link.source_port in component_of(pipeline.node(link.source)).outputs
        and component_of(pipeline.node(link.source)).outputs[link.source_port] == "Model"
        and "Model" in component_of(pipeline.node(link.target)).outputs.values()
    }
    chains = {}
    for node in pipeline.nodes:
        if "Model" in component_of(node).outputs.values() and node.id not in taken_on:
            chain = [node.id]
            while fed := _model_input(pipeline, chain[0]):
                chain.insert(0, fed)
            chains[node.id] = tuple(chain)
    trained = {last: chain for last, chain in chains.items() if makes_model(pipeline, chain)}
    return trained or chains


def makes_model(pipeline: Pipeline, chain: tuple[str, ...]) -> bool:
    """Return whether a chain of nodes makes a model; else it only asks one of the registry."""
    return any(component_of(pipeline.node(node)).conversion == "model" for node in chain)


def chosen_chain(pipeline: Pipeline, node: str = "") -> tuple[str, ...]:
    """Return the nodes that made the model to be asked.

    Args:
        node: One of them; "" where there is only one model.

    Raises:
        InvalidInput: There is none, or there are several and none of them was chosen.
    """
    chains = model_chains(pipeline)
    found = [chain for chain in chains.values() if not node or node in chain]
    if len(found) == 1:
        return found[0]
    if not found:
        raise InvalidInput(
            "The pipeline has no trained model" + (f' at "{node}".' if node else "."),
            "An inference pipeline asks a model that a training made.",
            f"Choose one of {', '.join(chains)}." if chains else "Train a model first.",
        )
    raise InvalidInput(
        "The pipeline trains several models.",
        f"An inference pipeline asks one of them: {', '.join(chains)}.",
        "Choose the node whose model shall answer.",
    )


def source_of(pipeline: Pipeline, chain: tuple[str, ...]) -> tuple[str, str]:
    """Return the (node, port) whose samples a chain of nodes learned from first, or that its model is asked about.

    Raises:
        InvalidInput: Nothing is asked.
    """
    for node in chain:
        fed = pipeline.inputs(node).get("dataset")
        if fed is not None:
            return fed
    for scored in asked(pipeline, chain):
        return pipeline.inputs(scored)["dataset"]
    raise InvalidInput(
        f'The model of "{chain[0]}" is not asked about anything.',
        "What is done to samples before they reach it is not known.",
        "Connect it to Score model, with the samples.",
    )


def path_to(pipeline: Pipeline, node: str) -> list[str]:
    """Return the nodes that samples go through, from their source to a node.

    Raises:
        InvalidInput: A node makes samples out of something else.
    """
    path = [node]
    while component_of(pipeline.node(path[0])).conversion != "source":
        component = component_of(pipeline.node(path[0]))
        if not {"Dataset", "Table"} & set(component.inputs.values()):
            raise InvalidInput(
                f'What the model learned from cannot be followed behind "{path[0]}".',
                f"{component.title} makes samples out of something else.",
                "Convert a pipeline whose samples come from a dataset or a table.",
            )
        path.insert(0, pipeline.inputs(path[0])[main_input(component)][0])
    return path


def asked(pipeline: Pipeline, chain: tuple[str, ...]) -> list[str]:
    """Return the nodes that ask a chain's model about samples: those that score before those that judge."""
    wired = [
        link.target
        for link in pipeline.links
        if link.source in chain and component_of(pipeline.node(link.target)).name in ("score", "evaluate")
    ]  # fmt: skip
    return sorted(dict.fromkeys(wired), key=lambda at: pipeline.node(at).component != "score")


def main_input(component: Component) -> str:
    """Return the input port through which samples or rows come that the output is made of."""
    return next(port for port, taken in component.inputs.items() if taken in ("Dataset", "Table"))


def target_of(pipeline: Pipeline, path: Sequence[str], outputs: Outputs) -> str:
    """Return the name of the column that is the class; "" for none.

    Args:
        pipeline: The training pipeline.
        path: Its nodes from the source of samples on.
        outputs: What went through its wires.
    """
    for node in path:
        if component_of(pipeline.node(node)).conversion == "target":
            return str(pipeline.node(node).params.get("target", ""))
    begun = next(iter(outputs.get(path[0], {}).values()), None)
    return begun.manifest.target if isinstance(begun, DatasetValue) else ""


def without_target(params: dict[str, Any], target: str) -> dict[str, Any]:
    """Return params that name columns, without the target column, which is not there any more."""
    if not target or "columns" not in params:
        return params
    return {**params, "columns": [name for name in params["columns"] if name != target]}


def _model_input(pipeline: Pipeline, node: str) -> str:
    component = component_of(pipeline.node(node))
    if "Model" not in component.outputs.values():
        return ""
    for port, (source, source_port) in pipeline.inputs(node).items():
        made = component_of(pipeline.node(source)).outputs[source_port]
        if component.inputs[port] == "Model" and made == "Model":
            return source
    return ""
