"""AutoML: what to try when a person says no more than "the best model in ten minutes"."""

from __future__ import annotations

from collections.abc import Mapping

from studio.core.choices import Choice
from studio.core.configs import ModelConfig
from studio.core.dataset import TASK_NOUNS, DatasetVersion
from studio.core.errors import InvalidInput
from studio.core.fit import fits
from studio.core.search import SearchParams
from studio.core.training import TrainingConfig

STEPS_AN_EPOCH = 250
"""Of a large dataset an epoch sees so many batches only, so that trials can be compared early."""
STEPS_IN_ALL = 4000
"""A trial trains about so long, where there is time for that."""
PATIENCE = 8
_SPACE = (
    Choice(field="learning_rate", low=0.0003, high=0.01, log=True),
    Choice(field="batch_size", values=(32, 64, 128, 256)),
    Choice(field="schedule", values=("cosine", "one_cycle")),
    Choice(field="label_smoothing", values=(0.0, 0.05, 0.1)),
    Choice(field="weight_decay", values=(0.0, 0.0001, 0.001, 0.01)),
)
_PICTURES = (
    Choice(field="shift", values=(0.0, 0.05, 0.1)),
    Choice(field="rotate", values=(0.0, 8.0, 15.0)),
    Choice(field="scale", values=(0.0, 0.1)),
)
"""Changes that hardly ever turn a picture into one of another class; mirroring may."""


def candidates(
    configs: Mapping[str, ModelConfig], version: DatasetVersion
) -> dict[str, ModelConfig]:
    """Return the models that can be trained on a dataset from scratch, those that read strokes left out.

    Args:
        configs: Name -> model.
        version: The samples.
    """
    return {
        name: config
        for name, config in configs.items()
        if config.input == version.task and config.backbone() is None and _fits(config, version)
    }


def automl(
    configs: Mapping[str, ModelConfig], version: DatasetVersion, minutes: float, *, seed: int = 0
) -> SearchParams:
    """Return a search for the best model of a dataset within a time.

    Args:
        configs: Name -> model, those that do not suit the samples included.
        version: The samples.
        minutes: Of searching.
        seed: Start of all randomness.

    Raises:
        InvalidInput: No model is for such samples, or the time is impossible.
    """
    models = candidates(configs, version)
    if not models:
        raise InvalidInput(
            f"There is no model for the {TASK_NOUNS[version.task]} of {version.title}.",
            "Every model here is for another kind or size of samples.",
            "Make one on the Configure page.",
        )
    samples = max(1, version.split_counts[0])
    batch = TrainingConfig().batch_size
    steps = min(STEPS_AN_EPOCH, -(-samples // batch))
    return SearchParams(
        models=models,
        training=TrainingConfig(
            epochs=max(10, min(60, STEPS_IN_ALL // steps)),
            steps_per_epoch=STEPS_AN_EPOCH if samples > STEPS_AN_EPOCH * batch else None,
            optimizer="adamw",
            schedule="cosine",
            early_stopping=PATIENCE,
            seed=seed,
        ),
        space=(*_SPACE, *(_PICTURES if version.task == "images" else ())),
        trials=None,
        minutes=minutes,
        seed=seed,
    )


def _fits(config: ModelConfig, version: DatasetVersion) -> bool:
    if not fits(config, version):
        return False
    try:
        config.rows(version.shape, len(version.class_names))
    except InvalidInput:
        return False
    return True
