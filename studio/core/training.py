"""How a model is trained: every setting declared once, with default, bounds, unit, help and the group of the form.

Forms are drawn from these declarations, sweeps choose among them, the command line checks against them, the run's
process reads them.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.core.errors import refuse, unknown

Optimizer = Literal["adam", "adamw", "sgd", "rmsprop", "nadam"]
Loss = Literal["sparse_categorical_crossentropy", "categorical_crossentropy", "mean_squared_error"]
Metric = Literal["accuracy", "top_k", "precision", "recall", "f1", "mean_average_precision"]
Precision = Literal["auto", "float32", "mixed_bfloat16"]
Schedule = Literal["constant", "cosine", "on_plateau", "one_cycle"]
Flip = Literal["none", "horizontal", "vertical", "both"]

GROUPS: dict[str, str] = {
    "basics": "Basics",
    "learning_rate": "Learning rate over time",
    "stopping": "Stopping and keeping",
    "augmentation": "Augmentation",
    "regularisation": "Regularisation",
    "watching": "What is measured",
    "engine": "Speed and repeatability",
}
"""Group of a setting -> what a form calls it, in the form's order."""


class TrainingConfig(BaseModel):
    """How a model is trained."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(
        5,
        ge=1,
        le=10_000,
        title="Epochs",
        description="How often the model sees the whole training split.",
        json_schema_extra={"group": "basics"},
    )
    batch_size: int = Field(
        256,
        ge=1,
        le=65_536,
        title="Batch size",
        description="Samples the model looks at before each correction of its weights.",
        json_schema_extra={"unit": "samples", "group": "basics"},
    )
    steps_per_epoch: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        title="Steps per epoch",
        description="Batches that make an epoch. Empty: as many as the training split has.",
        json_schema_extra={"unit": "batches", "group": "basics"},
    )
    learning_rate: float = Field(
        0.001,
        gt=0,
        le=10,
        title="Learning rate",
        description="How far each correction goes. Too high: the loss jumps. Too low: it crawls.",
        json_schema_extra={"scale": "log", "group": "basics"},
    )
    optimizer: Optimizer = Field(
        "adam",
        title="Optimizer",
        description="The rule by which weights are corrected.",
        json_schema_extra={"group": "basics"},
    )
    loss: Loss = Field(
        "sparse_categorical_crossentropy",
        title="Loss",
        description="What training makes smaller. Cross-entropy suits classes.",
        json_schema_extra={"group": "basics"},
    )
    seed: int = Field(
        0,
        ge=0,
        le=2**31 - 1,
        title="Seed",
        description="Start of all randomness in training.",
        json_schema_extra={"group": "basics"},
    )

    schedule: Schedule = Field(
        "constant",
        title="Schedule",
        description="How the learning rate changes. constant: not at all. cosine: falls to almost nothing "
        "towards the end. on plateau: is cut whenever the loss stops falling. one cycle: rises, then falls.",
        json_schema_extra={"group": "learning_rate"},
    )
    warm_up: float = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Warm-up",
        description="Share of all steps in which the learning rate rises from almost nothing. 0: none.",
        json_schema_extra={"unit": "share", "step": 0.01, "group": "learning_rate"},
    )
    plateau_patience: int = Field(
        3,
        ge=1,
        le=1000,
        title="Plateau patience",
        description="on plateau: epochs without a lower loss before the learning rate is cut.",
        json_schema_extra={"unit": "epochs", "group": "learning_rate"},
    )
    plateau_factor: float = Field(
        0.5,
        gt=0,
        lt=1,
        title="Plateau factor",
        description="on plateau: what the learning rate is multiplied with at each cut.",
        json_schema_extra={"step": 0.1, "group": "learning_rate"},
    )

    keep: Literal["best", "last"] = Field(
        "best",
        title="Keep",
        description="Weights of the epoch with the lowest loss (validation loss where there is a "
        "validation split), or of the last epoch.",
        json_schema_extra={"group": "stopping"},
    )
    early_stopping: int | None = Field(
        None,
        ge=1,
        le=1000,
        title="Early stopping",
        description="End training after so many epochs without a lower loss (validation loss where there is "
        "a validation split). Empty: train to the end.",
        json_schema_extra={"unit": "epochs", "group": "stopping"},
    )
    early_stopping_delta: float = Field(
        0.0,
        ge=0,
        le=10,
        title="Smallest improvement",
        description="A loss counts as lower only when it fell by more than this.",
        json_schema_extra={"step": 0.001, "group": "stopping"},
    )

    shift: float = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Shift",
        description="Pictures move at random by up to this share of their size.",
        json_schema_extra={"unit": "share", "step": 0.01, "group": "augmentation"},
    )
    rotate: float = Field(
        0.0,
        ge=0,
        le=180,
        title="Rotate",
        description="Pictures turn at random by up to so many degrees either way.",
        json_schema_extra={"unit": "degrees", "step": 5, "group": "augmentation"},
    )
    scale: float = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Scale",
        description="Pictures grow or shrink at random by up to this share.",
        json_schema_extra={"unit": "share", "step": 0.01, "group": "augmentation"},
    )
    flip: Flip = Field(
        "none",
        title="Flip",
        description="Mirror half of the pictures. Not for what means something else mirrored, such as letters.",
        json_schema_extra={"group": "augmentation"},
    )
    stroke_jitter: float = Field(
        0.0,
        ge=0,
        le=4,
        title="Stroke jitter",
        description="Lines wobble at random by about so many pixels, as a shaking hand draws them.",
        json_schema_extra={"unit": "pixels", "step": 0.5, "group": "augmentation"},
    )
    mixup: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Mixup",
        description="Blend pairs of samples and of their classes; higher blends more. 0: none. 0.2 is usual.",
        json_schema_extra={"step": 0.1, "group": "augmentation"},
    )

    class_weights: Literal["none", "balanced"] = Field(
        "none",
        title="Class weights",
        description="balanced: rare classes count more, so that every class counts alike in the loss.",
        json_schema_extra={"group": "regularisation"},
    )
    label_smoothing: float = Field(
        0.0,
        ge=0,
        le=0.5,
        title="Label smoothing",
        description="Ask for a little less than certainty, against overconfidence. 0.1 is usual.",
        json_schema_extra={"unit": "share", "step": 0.01, "group": "regularisation"},
    )
    l2: float = Field(
        0.0,
        ge=0,
        le=1,
        title="L2 penalty",
        description="Large weights of convolution and dense layers cost this much. 0.0001 is usual.",
        json_schema_extra={"step": 0.0001, "group": "regularisation"},
    )
    weight_decay: float = Field(
        0.0,
        ge=0,
        le=1,
        title="Weight decay",
        description="Every correction shrinks the weights by this share of the learning rate.",
        json_schema_extra={"step": 0.0001, "group": "regularisation"},
    )
    clip_norm: float | None = Field(
        None,
        gt=0,
        le=1000,
        title="Gradient limit",
        description="A correction longer than this is shortened to it, against jumps. Empty: none.",
        json_schema_extra={"step": 0.5, "group": "regularisation"},
    )

    metrics: tuple[Metric, ...] = Field(
        ("accuracy", "top_k"),
        title="Metrics",
        description="What is measured beside the loss. mean average precision: on the validation split only.",
        json_schema_extra={"group": "watching"},
    )
    top_k: int = Field(
        5,
        ge=1,
        le=100,
        title="Top-k",
        description="Also count an answer as right when it is among the k most likely classes.",
        json_schema_extra={"unit": "classes", "group": "watching"},
    )
    points_every: int | None = Field(
        None,
        ge=1,
        le=100_000,
        title="Point every",
        description="Steps between two points of the curves. Empty: so that an epoch has up to 200.",
        json_schema_extra={"unit": "steps", "group": "watching"},
    )
    histograms: bool = Field(
        False,
        title="Histograms",
        description="Keep the distribution of weights and gradients of every layer at each epoch's end.",
        json_schema_extra={"group": "watching"},
    )

    precision: Precision = Field(
        "auto",
        title="Precision",
        description="Numbers the model computes with. auto: bfloat16 where this processor or GPU computes fast "
        "with it, float32 else. The weights are always kept as float32.",
        json_schema_extra={"group": "engine"},
    )
    deterministic: bool = Field(
        False,
        title="Deterministic",
        description="Same seed, same weights, bit for bit, on the same machine. Can be slower on a GPU.",
        json_schema_extra={"group": "engine"},
    )

    @property
    def augments(self) -> bool:
        """Whether pictures are changed at random while training."""
        return bool(
            self.shift or self.rotate or self.scale or self.stroke_jitter or self.mixup
        ) or (self.flip != "none")


def settings_of(group: str) -> list[str]:
    """Return the names of the settings of a group of GROUPS, in order.

    Example:
        >>> settings_of("stopping")
        ['keep', 'early_stopping', 'early_stopping_delta']
    """
    return [
        name
        for name, field in TrainingConfig.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra["group"] == group
    ]


def suggested_epochs(samples: int, batch_size: int = 256) -> int:
    """Return epochs that let a small dataset be seen often enough: about 250 steps, 5 to 50 epochs.

    Args:
        samples: Number of samples in the training split.
        batch_size: Samples a step.

    Example:
        >>> suggested_epochs(10_500), suggested_epochs(1_258)
        (6, 50)
    """
    steps = max(1, -(-samples // batch_size))
    return max(5, min(50, round(250 / steps)))


def parse_training(value: Any) -> TrainingConfig:
    """Return the training settings described by a mapping.

    Raises:
        InvalidInput: An impossible value. NotFound: a setting that does not exist.
    """
    if isinstance(value, dict):
        for key in value:
            if key not in TrainingConfig.model_fields:
                raise unknown("training setting", key, TrainingConfig.model_fields)
    try:
        return TrainingConfig.model_validate(value)
    except ValidationError as error:
        refuse("training settings", error)
