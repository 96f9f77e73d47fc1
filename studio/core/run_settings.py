"""What a training was submitted with, read back from its pipeline: for another one like it."""

from __future__ import annotations

from dataclasses import dataclass

from studio.core.catalog import DatasetParams, SplitParams, TrainParams
from studio.core.components_models import CrossValidateParams
from studio.core.configs import ModelConfig
from studio.core.errors import Conflict
from studio.core.finder import FinderParams
from studio.core.label_errors import LabelErrorParams
from studio.core.pipeline import Pipeline
from studio.core.search import SearchParams, largest_trials, usual_trials
from studio.core.training import TrainingConfig


@dataclass(frozen=True)
class RunSettings:
    """The settings of a training.

    Args:
        dataset: Name of the dataset, "" when the run imported it itself.
        version: Its version, None when that was left open.
        model: The stack of layers.
        training: Epochs, batch size and the rest.
        split: How the samples were divided.
        start_from: Name of the training whose weights were the start, None for random ones.
    """

    dataset: str
    version: int | None
    model: ModelConfig
    training: TrainingConfig
    split: SplitParams
    start_from: str | None = None


def settings_of_run(pipeline: Pipeline) -> RunSettings:
    """Return the settings of the first training of a pipeline.

    Raises:
        Conflict: It trains nothing.

    Example:
        >>> from studio.core.standard import training_pipeline
        >>> from studio.core.configs import DRAWING_CLASSIFIER
        >>> pipeline = training_pipeline("digits", DRAWING_CLASSIFIER, TrainingConfig(epochs=3), version=2)
        >>> settings = settings_of_run(pipeline)
        >>> settings.dataset, settings.version, settings.training.epochs, settings.split.stored
        ('digits', 2, 3, True)
    """
    for node in pipeline.nodes:
        params = pipeline.params(node.id)
        if isinstance(params, TrainParams):
            dataset, split = _upstream(pipeline, node.id)
            return RunSettings(
                dataset=dataset.name if dataset else "",
                version=dataset.version if dataset else None,
                model=params.model,
                training=training_of(params),
                split=split,
                start_from=params.start_from,
            )
    raise Conflict(
        "This run has no settings of a training.",
        "It trains no model that a person configured.",
        "Choose a training.",
    )


def training_of(params: TrainParams | CrossValidateParams) -> TrainingConfig:
    """Return how a train node trains, without its model."""
    return TrainingConfig(**params.model_dump(include=set(TrainingConfig.model_fields)))


def trained_by(
    params: object, *, largest: bool = False
) -> list[tuple[ModelConfig, TrainingConfig]]:
    """Return the models that a node trains, each with how; none for nodes that train nothing.

    Args:
        params: Of the node.
        largest: Of a search, what takes most memory; else what it starts from.
    """
    match params:
        case TrainParams() | CrossValidateParams():
            return [(params.model, training_of(params))]
        case FinderParams() | LabelErrorParams():
            return [(params.model, params.training)]
        case SearchParams():
            return largest_trials(params) if largest else usual_trials(params)
        case _:
            return []


def trained_on_settings(pipeline: Pipeline) -> tuple[str, SplitParams]:
    """Return the dataset and the split of a pipeline that trains or searches; "" where it imports its data."""
    for node in pipeline.nodes:
        if trained_by(pipeline.params(node.id)):
            dataset, split = _upstream(pipeline, node.id)
            return (dataset.name if dataset else ""), split
    return "", SplitParams()


def _upstream(pipeline: Pipeline, node_id: str) -> tuple[DatasetParams | None, SplitParams]:
    """Follow the wires back to the dataset, noting the split on the way."""
    split = SplitParams()
    while source := pipeline.inputs(node_id).get("dataset"):
        node_id = source[0]
        params = pipeline.params(node_id)
        if isinstance(params, SplitParams):
            split = params
        if isinstance(params, DatasetParams):
            return params, split
    return None, split
