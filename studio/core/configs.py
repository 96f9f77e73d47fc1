"""The model that a person configures: a stack of layers, each with its settings.

Forms are drawn from these declarations, the command line checks against them, the run's process reads them.
"""

from __future__ import annotations

import math
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from studio.core.errors import InvalidInput, refuse
from studio.core.layer import Shape, format_shape
from studio.core.layers import LAYER_CLASSES, LAYER_TITLES, Backbone, Conv2D, Dense, Layer
from studio.core.layers_sequence import check_reader
from studio.core.strokes import StrokeSettings
from studio.core.table_input import TableInput
from studio.core.text import TextSettings

ModelInput = Literal["images", "strokes", "text", "table", "features"]
PARAMETER_LIMIT = 50_000_000
"""More parameters than this are refused: 200 MB of weights, 800 MB while training with Adam."""
VALUES_LIMIT = 20_000_000
"""No layer may make more values than this of one sample: a batch of 256 would take 20 GB."""


class LayerRow(BaseModel):
    """One line of a model's summary."""

    model_config = ConfigDict(frozen=True)

    title: str
    detail: str
    output_shape: tuple[int, ...]
    parameters: int


class ModelConfig(BaseModel):
    """A model as a stack of layers between a sample and its classes.

    Before the stack, pixels are scaled from 0-255 to 0-1; texts, strokes and rows come as `text`, `strokes` and
    `table` say. After it, one Dense layer with softmax has as many units as the dataset has classes.

    Args:
        input: What a sample is. Strokes are those of a dataset of pictures that were imported with them. Features
            are what a pretrained network made of pictures; the studio uses them itself, while such a model is trained.
        text, strokes, table: How texts become numbers, strokes a sequence, and rows numbers; used by that input only.
            The columns of a table are empty until a run trains the model.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    layers: tuple[Layer, ...] = Field(max_length=64)
    input: ModelInput = "images"
    text: TextSettings = TextSettings()
    strokes: StrokeSettings = StrokeSettings()
    table: TableInput = TableInput()

    def input_shape(self, shape: Shape) -> Shape:
        """Return the shape of what a model's file takes for samples of `shape` of a dataset."""
        match self.input:
            case "text":
                return self.text.shape
            case "strokes":
                return self.strokes.shape
            case "table":
                return self.table.shape
            case _:
                return shape

    def stack_shape(self, shape: Shape) -> Shape:
        """Return the shape of what goes into the first layer of the stack."""
        return (self.table.features,) if self.input == "table" else self.input_shape(shape)

    def rows(self, shape: Shape, classes: int) -> list[LayerRow]:
        """Follow a sample through the stack.

        Args:
            shape: (height, width, channels) of a sample of the dataset.
            classes: Number of classes.

        Returns:
            One row a layer, the output layer included, each with its output shape and parameters.

        Raises:
            InvalidInput: A layer does not fit the one above it, or the whole is too large.

        Example:
            >>> sum(row.parameters for row in DRAWING_CLASSIFIER.rows((28, 28, 1), 100))
            110052
        """
        check_reader(self.layers, self.text if self.input == "text" else None)
        shape = self.stack_shape(shape)
        rows: list[LayerRow] = []
        if self.input == "table":
            rows.append(_columns_row(self.table))
        for number, layer in enumerate(self.layers, start=1):
            try:
                shape, parameters = layer.output(shape)
            except InvalidInput as error:
                raise InvalidInput(f"Layer {number}: {error.what}", error.why, error.fix) from None
            if math.prod(shape) > VALUES_LIMIT:
                raise InvalidInput(
                    f"Layer {number}: {LAYER_TITLES[layer.kind]} makes {math.prod(shape):,} values of one sample.",
                    f"The studio trains models with up to {VALUES_LIMIT:,} values between two layers.",
                    "Enlarge the picture less, or use fewer filters.",
                )
            detail = ", ".join(
                f"{name.replace('_', ' ')} {value}"
                for name, value in layer.model_dump().items()
                if name != "kind" and value != ""
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

    def places(self, shape: Shape) -> dict[str, int]:
        """Return where a layer of each kind could be put: kind -> the last place (0: first) at which it fits.

        Args:
            shape: Shape of a sample of the dataset.

        Raises:
            InvalidInput: The stack is impossible already.

        Example:
            >>> places = DRAWING_CLASSIFIER.places((28, 28, 1))
            >>> places["max_pooling2d"], places["dropout"], "lstm" in places
            (3, 4, False)
        """
        ahead = len(self.rows(shape, 1)) - len(self.layers) - 1
        shapes = [
            self.stack_shape(shape),
            *(row.output_shape for row in self.rows(shape, 1)[ahead:-1]),
        ]
        found: dict[str, int] = {}
        for kind, layer in LAYER_CLASSES.items():
            if kind in ("embedding", "projection"):
                continue  # a stack that is possible has the one it needs, and no place for another
            first = 1 if self.input == "text" else 0
            for place in range(len(shapes) - 1, first - 1, -1):
                try:
                    layer().output(shapes[place])  # type: ignore[attr-defined]
                except InvalidInput:
                    continue
                found[kind] = place
                break
        return found

    def parameters(self, shape: Shape, classes: int) -> int:
        """Return the total number of parameters. Args and Raises as `rows`."""
        return sum(row.parameters for row in self.rows(shape, classes))

    def backbone(self) -> tuple[int, Backbone] | None:
        """Return the place (0, 1, ...) and the settings of the pretrained network in the stack, None without one."""
        for place, layer in enumerate(self.layers):
            if isinstance(layer, Backbone):
                return place, layer
        return None

    def summary(self, shape: Shape, classes: int) -> str:
        """Return the stack as a table of text, as `keras.Model.summary` prints it."""
        rows = self.rows(shape, classes)
        lines = [
            ("Layer", "Output shape", "Parameters"),
            ("Input", format_shape(self.input_shape(shape)), "0"),
        ]
        lines += [(r.title, format_shape(r.output_shape), f"{r.parameters:,}") for r in rows]
        lines.append(("Total", "", f"{sum(r.parameters for r in rows):,}"))
        widths = [max(len(line[i]) for line in lines) for i in range(3)]
        return "\n".join(
            f"{a:<{widths[0]}}  {b:<{widths[1]}}  {c:>{widths[2]}}".rstrip() for a, b, c in lines
        )


def _columns_row(table: TableInput) -> LayerRow:
    """Return what a table's first layers make of a row."""
    categories = len(table.one_hot) + len(table.embedded)
    return LayerRow(
        title="Columns (scaled, categories as numbers)",
        detail=f"{len(table.numbers)} numbers, {categories} categories",
        output_shape=(table.features,),
        parameters=table.parameters,
    )


DRAWING_CLASSIFIER = ModelConfig(
    layers=(Conv2D(filters=16), Conv2D(filters=32), Conv2D(filters=64), Dense(units=128))
)
"""Three convolutional and two dense layers: 110,052 parameters for 28x28x1 and 100 classes."""


def parse_model(value: Any) -> ModelConfig:
    """Return the model described by a mapping ``{"layers": [...]}``.

    Raises:
        InvalidInput: An unknown layer or an impossible setting.
    """
    try:
        return ModelConfig.model_validate(value)
    except ValidationError as error:
        refuse("model settings", error)
