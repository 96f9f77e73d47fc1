"""Real-time inference pipelines as an endpoint carries them out: what is done to a sample before a model is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from pydantic import BaseModel, ConfigDict

from studio.core.components_inference import FittedParams, WebInputParams
from studio.core.conversion_words import SECOND_TABLE, UNFIT
from studio.core.dataset import DatasetManifest
from studio.core.draft import Draft
from studio.core.errors import InvalidInput
from studio.core.pipeline import Pipeline, component_of
from studio.core.port_values import TransformValue
from studio.core.preparing import PREPARATIONS, prepared_shape
from studio.core.table import Column

ROW_COMPONENTS = frozenset({"select_columns", "apply_transform", "sql"})
"""What an endpoint can do to rows; `studio.core.preparing.PREPARATIONS` is what it can do to pictures and texts."""


class InferenceStep(BaseModel):
    """What one node does to samples.

    Args:
        node: Its id, for errors.
        component: A name of PREPARATIONS or ROW_COMPONENTS.
        params: Its settings.
        transform: What `apply_transform` applies; None for others.
        learned_at: The node of the training pipeline that learned it; "" for none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    node: str
    component: str
    params: dict[str, Any] = {}
    transform: TransformValue | None = None
    learned_at: str = ""


class Inference(BaseModel):
    """A real-time inference pipeline in order.

    Args:
        input: What a request brings.
        steps: What is done to it, in order.
        reference: The model that is asked then, such as `pets@champion`.
        title: What the pipeline is called.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: WebInputParams
    steps: tuple[InferenceStep, ...] = ()
    reference: str
    title: str = ""

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) of all that decides about an answer."""
        return hashlib.sha256(self.model_dump_json(exclude={"title"}).encode()).hexdigest()

    @property
    def shape(self) -> tuple[int, ...]:
        """(height, width, channels) of a picture when it reaches the model; (0, 0, 0) for texts and rows."""
        shape: tuple[int, ...] = self.input.shape
        for step in self.steps:
            if self.input.task == "images":
                shape = prepared_shape(step.component, step.params, shape)
        return shape

    def learned_with(self, facts: Mapping[str, Any]) -> Inference:
        """Return it with what a version of the model learned about columns while it was trained.

        Args:
            facts: Of the version.
        """
        steps = []
        for step in self.steps:
            was = step.transform
            newer = None if was is None else learned(facts, step.learned_at, was.component)
            steps.append(step.model_copy(update={"transform": newer or was}))
        return self.model_copy(update={"steps": tuple(steps)})


TRANSFORMS = "transforms"
"""Fact of a version: node of its training pipeline -> what it learned about columns, as JSON."""


def learned(facts: Mapping[str, Any], node: str, component: str) -> TransformValue | None:
    """Return what a node learned while a version was trained; None where it is not known."""
    kept = facts.get(TRANSFORMS)
    found = kept.get(node) if isinstance(kept, dict) else None
    if not isinstance(found, dict) or found.get("component") != component:
        return None
    return TransformValue.model_validate(found)


def inference_of(draft: Draft, *, title: str = "") -> Inference:
    """Return what an endpoint does for a real-time inference pipeline.

    Args:
        draft: The pipeline; its pipeline parameters take their defaults.
        title: What it is called.

    Raises:
        InvalidInput: It cannot run, has no web-service input or output, or has a node that an endpoint cannot carry
            out.
    """
    pipeline = draft.bind()
    pipeline.check()
    outputs = [node.id for node in pipeline.nodes if node.component == "web_output"]
    if len(outputs) != 1:
        raise InvalidInput(
            f"The pipeline has {len(outputs)} web-service outputs.",
            "An endpoint sends the answers of one model.",
            "Convert a training pipeline to a real-time inference pipeline.",
        )
    score = pipeline.inputs(outputs[0])["predictions"][0]
    fed = pipeline.inputs(score)
    asked = pipeline.node(fed["model"][0])
    if asked.component != "model":
        raise InvalidInput(
            f'The model of "{score}" is not in the registry.',
            "An endpoint asks a registered model; it trains none.",
            "Convert the training pipeline first, and deploy what comes of it.",
        )
    at = fed["dataset"][0]
    steps: list[InferenceStep] = []
    while component_of(pipeline.node(at)).conversion != "source":
        step, before = _step(pipeline, at)
        if step is not None:
            steps.insert(0, step)
        at = before
    begun = pipeline.params(at)
    if not isinstance(begun, WebInputParams):
        raise InvalidInput(
            f'The samples of "{score}" come from "{at}", not from a request.',
            "An endpoint is asked about what a request brings.",
            "Use a web-service input, or run it as a batch inference pipeline.",
        )
    return Inference(
        input=begun, steps=tuple(steps), reference=str(asked.params["reference"]), title=title
    )


def _step(pipeline: Pipeline, at: str) -> tuple[InferenceStep | None, str]:
    """Return what a node does, and the node that it is fed from."""
    node, fed = pipeline.node(at), pipeline.inputs(at)
    name = node.component
    params = pipeline.params(at).model_dump(mode="json")
    if name == "rows":
        return None, fed["table"][0]
    if name in PREPARATIONS:
        return InferenceStep(node=at, component=name, params=params), fed["dataset"][0]
    if name == "apply_transform":
        pinned = pipeline.params(fed["transform"][0])
        if isinstance(pinned, FittedParams):
            transform = TransformValue(component=pinned.learned_by, fitted=dict(pinned.fitted))
            step = InferenceStep(
                node=at, component=name, transform=transform, learned_at=pinned.node
            )
            return step, fed["table"][0]
    elif name in ROW_COMPONENTS and "second" not in fed:
        source = fed["first" if name == "sql" else "table"][0]
        return InferenceStep(node=at, component=name, params=params), source
    raise InvalidInput(
        f'"{at}" ({component_of(node).title}) cannot run in an endpoint.',
        UNFIT.get(name, SECOND_TABLE if name == "sql" else "It learns, or needs more than the samples of a request."),
        "Convert a training pipeline without it, or run this one as a batch inference pipeline.",
    )  # fmt: skip


def input_of(manifest: DatasetManifest) -> WebInputParams:
    """Return what a request brings that is like the samples of a dataset."""
    columns: tuple[Column, ...] = tuple(c for c in manifest.table if c.name != manifest.target)
    if manifest.task == "images":
        return WebInputParams(task="images", shape=manifest.shape)
    return WebInputParams(task=manifest.task, shape=(0, 0, 0), columns=columns)
