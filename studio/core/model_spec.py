"""What a run is told of a model that is there already."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from studio.core.adapter import InputAdapter
from studio.core.configs import ModelConfig
from studio.core.table_input import TableInput
from studio.core.text import TextSettings

RUN_PREFIX = "run/"
"""A reference `run/NAME` is the model of a run, registered or not; others are `name`, `name:3` and `name@alias`."""


class ModelParams(BaseModel):
    """Which model. An alias, or no version, is what it points at when the run is submitted; the run pins it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reference: str = Field(
        title="Model", description="name, name:version, name@alias, or run/NAME.", max_length=140
    )


class ModelSpec(BaseModel):
    """A model as a run's process is told of it.

    Args:
        title: `name:version`, or `run/NAME`.
        config: Its stack of layers; None for a model of another program.
        class_names: Names of the outputs, in order.
        shape: (height, width, channels) of a picture, uint8; (0, 0, 0) for texts.
        files: Format ("keras", "tflite", "onnx" ...) -> digest.
        sizes: Format -> bytes.
        adapter: How samples become what a model of another program takes; None for our own.
        dataset: `name:version` it was trained on; "" where unknown.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    config: ModelConfig | None
    class_names: tuple[str, ...]
    shape: tuple[int, int, int]
    files: dict[str, str]
    sizes: dict[str, int] = {}
    adapter: InputAdapter | None = None
    dataset: str = ""

    @property
    def text(self) -> TextSettings | None:
        """How texts become numbers for it; None for a model of something else."""
        return self.config.text if self.config is not None and self.config.input == "text" else None

    @property
    def table(self) -> TableInput | None:
        """How rows become numbers for it; None for a model of something else."""
        return (
            self.config.table if self.config is not None and self.config.input == "table" else None
        )
