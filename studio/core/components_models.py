"""Components of models: untrained ones, and what is done with trained ones."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.core.component import Component
from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig
from studio.core.training import TrainingConfig


class _Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class DrawingClassifierParams(_Params):
    """The default model of drawings: three convolutions and two dense layers."""

    filters: int = Field(
        16,
        ge=1,
        le=256,
        title="Filters",
        description="Of the first convolution; each next one has twice as many.",
    )
    kernel_size: int = Field(
        3, ge=1, le=7, title="Kernel size", json_schema_extra={"unit": "pixels"}
    )
    units: int = Field(
        128, ge=1, le=4096, title="Units", description="Of the dense layer before the last."
    )
    dropout: float = Field(
        0.0, ge=0, lt=1, title="Dropout", json_schema_extra={"unit": "share", "step": 0.05}
    )


TextPreset = Literal["text-average", "text-convolution", "text-characters", "text-device"]


class TextClassifierParams(_Params):
    """A small model of texts, one of the presets of the Configure page."""

    preset: TextPreset = Field(
        "text-average",
        title="Model",
        description="text-average: learned words. text-convolution: words beside each other. text-characters: runs of "
        "letters, good with misspelt words. text-device: small, without a vocabulary.",
    )


class TableClassifierParams(_Params):
    """A model of rows: dense layers over numbers and categories."""

    units: tuple[Annotated[int, Field(ge=1, le=16_384)], ...] = Field(
        (64, 32), title="Units", description="Of the dense layers, in order.", max_length=16
    )
    dropout: float = Field(
        0.1, ge=0, lt=1, title="Dropout", json_schema_extra={"unit": "share", "step": 0.05}
    )


class LayersParams(_Params):
    """A model made on the Configure page, by its name, as it is when the run is submitted.

    Args:
        name: Of a kept model or a preset; "": `model` counts.
        model: Its stack, set when the run is submitted.
    """

    name: str = Field(
        "drawing-classifier", title="Model", description="A model of the Configure page."
    )
    model: ModelConfig = DRAWING_CLASSIFIER


class CrossValidateParams(TrainingConfig):
    """How often the data is divided anew, and how each model is trained; its seed also divides the data."""

    folds: int = Field(
        5,
        ge=2,
        le=20,
        title="Folds",
        description="Each part is judged once by a model trained on the others.",
    )
    split: Literal["all", "train"] = Field(
        "all",
        title="Samples",
        description="all: every labelled sample takes part. train: training and validation samples only, so that "
        "the test samples stay unseen.",
    )
    together: bool = Field(
        False,
        title="Near-duplicates together",
        description="Samples that look alike come into the same fold, so that no model is judged on what it has seen.",
    )
    model: ModelConfig = DRAWING_CLASSIFIER


class ScoreParams(_Params):
    """Which samples a model is asked about."""

    split: Literal["train", "validation", "test", "all"] = Field(
        "test",
        title="Samples",
        description="The part of the dataset that the model is asked about.",
    )


class CompareParams(_Params):
    """Nothing to set: two or three evaluations side by side."""


class RegisterParams(_Params):
    """Under which name the model is registered, and which alias shall point at it."""

    name: str = Field(
        title="Model", description="Name in the registry; a new version where it is there already."
    )
    alias: str = Field(
        "", title="Alias", description="Such as champion; it moves to the new version. Empty: none."
    )


class PythonScriptParams(_Params):
    """A function of Python, run in the run's process. An administrator has to allow it."""

    code: str = Field(
        "def run(table):\n    return table\n",
        title="Code",
        max_length=100_000,
        json_schema_extra={"long": True},
        description="Defines run(first, second=None): takes and returns pandas data frames.",
    )


COMPONENTS = (
    Component(
        "drawing_classifier",
        "Drawing classifier",
        DrawingClassifierParams,
        outputs={"model": "Untrained"},
        group="Models",
        icon="draw",
        description="Three convolutions and two dense layers.",
    ),
    Component(
        "text_classifier",
        "Text classifier",
        TextClassifierParams,
        outputs={"model": "Untrained"},
        group="Models",
        icon="notes",
        description="A small model of texts.",
    ),
    Component(
        "table_classifier",
        "Table classifier",
        TableClassifierParams,
        outputs={"model": "Untrained"},
        group="Models",
        icon="table_rows",
        description="Dense layers over the columns of a table.",
    ),
    Component(
        "layers",
        "My layers",
        LayersParams,
        outputs={"model": "Untrained"},
        group="Models",
        icon="layers",
        description="A model of the Configure page.",
    ),
    Component(
        "cross_validate",
        "Cross-validate",
        CrossValidateParams,
        {"model": "Untrained", "dataset": "Dataset"},
        {"metrics": "Metrics"},
        frozenset({"model"}),
        group="Score and evaluate",
        icon="rotate_right",
        description="Trains and judges several times, each time on other samples.",
    ),
    Component(
        "score",
        "Score model",
        ScoreParams,
        {"model": "Model", "dataset": "Dataset"},
        {"predictions": "Predictions"},
        group="Score and evaluate",
        icon="checklist",
        description="Asks a model about samples.",
        conversion="model",
    ),
    Component(
        "compare",
        "Compare",
        CompareParams,
        {"first": "Metrics", "second": "Metrics", "third": "Metrics"},
        {"metrics": "Metrics"},
        frozenset({"third"}),
        group="Score and evaluate",
        icon="compare_arrows",
        description="Evaluations side by side.",
    ),
    Component(
        "register",
        "Register model",
        RegisterParams,
        {"model": "Model", "metrics": "Metrics"},
        {"model": "Model"},
        frozenset({"metrics"}),
        group="Train",
        icon="bookmark_add",
        description="Keeps a model in the registry and moves an alias to it.",
        cached=False,
    ),
    Component(
        "python_script",
        "Python script",
        PythonScriptParams,
        {"first": "Table", "second": "Table"},
        {"table": "Table"},
        frozenset({"second"}),
        group="Script",
        icon="code",
        description="Your own function over tables.",
        conversion="keep",
    ),
)
