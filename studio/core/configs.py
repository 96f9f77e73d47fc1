"""What a person configures: the model as a stack of layers, and how it is trained.

Every setting is declared here once, with default, bounds, unit and help. Forms are drawn from these
declarations, the command line checks against them, the child process reads them.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.core.errors import InvalidInput, refuse, unknown
from studio.core.layers import LAYER_TITLES, Conv2D, Dense, Layer, Shape, format_shape

PARAMETER_LIMIT = 50_000_000
"""More parameters than this are refused: 200 MB of weights, 800 MB while training with Adam."""

Optimizer = Literal["adam", "adamw", "sgd", "rmsprop", "nadam"]
Loss = Literal["sparse_categorical_crossentropy", "categorical_crossentropy", "mean_squared_error"]


class LayerRow(BaseModel):
    """One line of a model's summary."""

    model_config = ConfigDict(frozen=True)

    title: str
    detail: str
    output_shape: tuple[int, ...]
    parameters: int


class ModelConfig(BaseModel):
    """A model as a stack of layers between a picture and its classes.

    Before the stack, pixels are scaled from 0-255 to 0-1. After it, one Dense layer with softmax has as many
    units as the dataset has classes.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    layers: tuple[Layer, ...] = Field(max_length=64)

    def rows(self, shape: Shape, classes: int) -> list[LayerRow]:
        """Follow a picture through the stack.

        Args:
            shape: (height, width, channels) of a sample.
            classes: Number of classes.

        Returns:
            One row a layer, the output layer included, each with its output shape and parameters.

        Raises:
            InvalidInput: A layer does not fit the one above it, or the whole is too large.

        Example:
            >>> sum(row.parameters for row in DRAWING_CLASSIFIER.rows((28, 28, 1), 100))
            110052
        """
        rows: list[LayerRow] = []
        for number, layer in enumerate(self.layers, start=1):
            try:
                shape, parameters = layer.output(shape)
            except InvalidInput as error:
                raise InvalidInput(f"Layer {number}: {error.what}", error.why, error.fix) from None
            detail = ", ".join(
                f"{name.replace('_', ' ')} {value}"
                for name, value in layer.model_dump().items()
                if name != "kind"
            )
            rows.append(
                LayerRow(
                    title=LAYER_TITLES[layer.kind],
                    detail=detail,
                    output_shape=shape,
                    parameters=parameters,
                )
            )
        out, parameters = Dense(units=max(classes, 1)).output(shape)
        rows.append(
            LayerRow(
                title="Output (Dense, softmax)",
                detail=f"one unit for each of {classes} classes",
                output_shape=out,
                parameters=parameters,
            )
        )
        total = sum(row.parameters for row in rows)
        if total > PARAMETER_LIMIT:
            raise InvalidInput(
                f"This model has {total:,} parameters.",
                f"The studio trains models of up to {PARAMETER_LIMIT:,} parameters.",
                "Use fewer filters or units, or add pooling before the first Dense layer.",
            )
        return rows

    def parameters(self, shape: Shape, classes: int) -> int:
        """Return the total number of parameters. Args and Raises as `rows`."""
        return sum(row.parameters for row in self.rows(shape, classes))

    def summary(self, shape: Shape, classes: int) -> str:
        """Return the stack as a table of text, as `keras.Model.summary` prints it."""
        rows = self.rows(shape, classes)
        lines = [("Layer", "Output shape", "Parameters"), ("Input", format_shape(shape), "0")]
        lines += [(r.title, format_shape(r.output_shape), f"{r.parameters:,}") for r in rows]
        lines.append(("Total", "", f"{sum(r.parameters for r in rows):,}"))
        widths = [max(len(line[i]) for line in lines) for i in range(3)]
        return "\n".join(
            f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}".rstrip() for a, b, c in lines
        )


class TrainingConfig(BaseModel):
    """How a model is trained."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    epochs: int = Field(
        5,
        ge=1,
        le=10_000,
        title="Epochs",
        description="How often the model sees the whole training split.",
    )
    batch_size: int = Field(
        256,
        ge=1,
        le=65_536,
        title="Batch size",
        description="Samples the model looks at before each correction of its weights.",
        json_schema_extra={"unit": "samples"},
    )
    steps_per_epoch: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        title="Steps per epoch",
        description="Batches that make an epoch. Empty: as many as the training split has.",
        json_schema_extra={"unit": "batches"},
    )
    learning_rate: float = Field(
        0.001,
        gt=0,
        le=10,
        title="Learning rate",
        description="How far each correction goes. Too high: the loss jumps. Too low: it crawls.",
        json_schema_extra={"scale": "log"},
    )
    optimizer: Optimizer = Field(
        "adam", title="Optimizer", description="The rule by which weights are corrected."
    )
    loss: Loss = Field(
        "sparse_categorical_crossentropy",
        title="Loss",
        description="What training makes smaller. Cross-entropy suits classes.",
    )
    top_k: int = Field(
        5,
        ge=1,
        le=100,
        title="Top-k",
        description="Also count an answer as right when it is among the k most likely classes.",
        json_schema_extra={"unit": "classes"},
    )
    keep: Literal["best", "last"] = Field(
        "best",
        title="Keep",
        description="Weights of the epoch with the lowest loss (validation loss where there is a "
        "validation split), or of the last epoch.",
    )
    seed: int = Field(
        0,
        ge=0,
        le=2**31 - 1,
        title="Seed",
        description="Start of all randomness in training.",
    )


DRAWING_CLASSIFIER = ModelConfig(
    layers=(Conv2D(filters=16), Conv2D(filters=32), Conv2D(filters=64), Dense(units=128))
)
"""Three convolutional and two dense layers: 110,052 parameters for 28x28x1 and 100 classes."""

PRESETS: dict[str, ModelConfig] = {
    "drawing-classifier": DRAWING_CLASSIFIER,
    "dense-baseline": ModelConfig(layers=(Dense(units=128),)),
}
"""Models every workspace has from the start, by name."""


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


def parse_model(value: Any) -> ModelConfig:
    """Return the model described by a mapping ``{"layers": [...]}``.

    Raises:
        InvalidInput: An unknown layer or an impossible setting.
    """
    try:
        return ModelConfig.model_validate(value)
    except ValidationError as error:
        refuse("model settings", error)


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
