"""Components a pipeline is made of: name, typed ports, declared params. `studio.compute.steps` runs them."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.core import (
    components_data,
    components_inference,
    components_models,
    components_review,
    components_tables,
)
from studio.core.calibration import CalibrateParams
from studio.core.component import Component
from studio.core.configs import DRAWING_CLASSIFIER, ModelConfig
from studio.core.dataset import SplitConfig
from studio.core.explanation import ExplainParams
from studio.core.finder import FinderParams
from studio.core.foreign import ImportModelParams
from studio.core.label_errors import LabelErrorParams
from studio.core.model_export import ModelExportParams
from studio.core.model_spec import ModelParams
from studio.core.quality import QualityParams
from studio.core.ranking import PrelabelParams, RankParams
from studio.core.scoring import ScoringParams
from studio.core.search import SearchParams
from studio.core.sources import SourceSpec
from studio.core.speed import SpeedParams
from studio.core.training import TrainingConfig


class DatasetParams(BaseModel):
    """Which dataset. `version` None is the newest when the run is submitted; the run pins it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: int | None = None


class ImportParams(BaseModel):
    """What to import, and the name of the dataset it becomes a version of.

    Args:
        append: Add the samples to those of the dataset's newest version; else they replace them.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    source: SourceSpec
    split: SplitConfig = SplitConfig()
    append: bool = False
    author: str = "unnamed"
    message: str = ""


class SplitParams(SplitConfig):
    """A split; `stored` uses the one kept with the dataset version and ignores the rest."""

    stored: bool = Field(
        True, title="Stored split", description="Use the split kept with the dataset version."
    )


class TrainParams(TrainingConfig):
    """The model and how it is trained.

    Args:
        start_from: Name of a training whose kept weights are the start; None starts with random ones.
    """

    model: ModelConfig = DRAWING_CLASSIFIER
    start_from: str | None = None


JudgedPart = Literal["train", "validation", "test", "all"]


class EvaluateParams(BaseModel):
    """How a model is judged, and on which part of the dataset."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    split: JudgedPart = Field(
        "test",
        title="Samples",
        description="The part of the dataset that the model is judged on. It has not learned from the test part.",
    )

    top_k: int = Field(5, ge=1, le=100, title="Top-k", description="Right when among the first k.")


class RestoreParams(BaseModel):
    """A model saved by a studio, uploaded, to be registered again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    upload: str
    model: str
    alias: str | None = None


class ExportParams(BaseModel):
    """In which format a dataset version leaves the studio."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = Field("folder", title="Format", description="A name of EXPORT_FORMATS.")


CATALOG: dict[str, Component] = {
    component.name: component
    for component in (
        Component(
            "dataset",
            "Dataset",
            DatasetParams,
            outputs={"dataset": "Dataset"},
            group="Data",
            icon="dataset",
            description="A dataset of the workspace.",
            conversion="source",
        ),
        Component(
            "import",
            "Import data",
            ImportParams,
            outputs={"dataset": "Dataset"},
            group="Data",
            icon="upload",
            description="Reads a source and keeps it as a dataset version.",
            cached=False,
            conversion="source",
        ),
        Component(
            "split",
            "Split data",
            SplitParams,
            {"dataset": "Dataset"},
            {"dataset": "Dataset"},
            group="Transform",
            icon="call_split",
            description="Divides samples into training, validation and test samples.",
        ),
        Component(
            "train",
            "Train model",
            TrainParams,
            {"model": "Untrained", "dataset": "Dataset"},
            {"model": "Model"},
            frozenset({"model"}),
            group="Train",
            icon="model_training",
            conversion="model",
            description="Lets a model learn from the training samples.",
        ),
        Component(
            "search",
            "Tune hyperparameters",
            SearchParams,
            {"model": "Untrained", "dataset": "Dataset"},
            {"model": "Model"},
            frozenset({"model"}),
            group="Train",
            icon="tune",
            conversion="model",
            description="Trains with many settings and keeps the best model.",
        ),
        Component(
            "evaluate",
            "Evaluate model",
            EvaluateParams,
            {"model": "Model", "dataset": "Dataset"},
            {"metrics": "Metrics"},
            group="Score and evaluate",
            icon="fact_check",
            description="Judges a model on samples with known classes.",
        ),
        Component(
            "quality",
            "Check quality",
            QualityParams,
            {"dataset": "Dataset"},
            {"metrics": "Metrics"},
            group="Data",
            icon="rule",
            description="Looks for copies, blank samples and leakage.",
        ),
        Component(
            "export",
            "Export data",
            ExportParams,
            {"dataset": "Dataset"},
            {"file": "File"},
            group="Data",
            icon="download",
            description="Writes samples as a file of another program's format.",
        ),
        Component("rank", "Put a queue in order", RankParams, {"dataset": "Dataset"}, cached=False),
        Component(
            "prelabel", "Suggest answers", PrelabelParams, {"dataset": "Dataset"}, cached=False
        ),
        Component(
            "finder",
            "Find a learning rate",
            FinderParams,
            {"model": "Untrained", "dataset": "Dataset"},
            optional=frozenset({"model"}),
        ),
        Component(
            "model",
            "Model",
            ModelParams,
            outputs={"model": "Model"},
            group="Models",
            icon="deployed_code",
            description="A trained model of the registry.",
            conversion="keep",
        ),
        Component(
            "calibrate",
            "Calibrate model",
            CalibrateParams,
            {"model": "Model", "dataset": "Dataset"},
            {"model": "Model"},
            group="Train",
            icon="thermostat",
            conversion="model",
            description="Makes a model as sure as it is right.",
        ),
        Component(
            "explain",
            "Explain answers",
            ExplainParams,
            {"model": "Model", "dataset": "Dataset", "training": "Dataset"},
        ),
        Component(
            "label_errors",
            "Find label errors",
            LabelErrorParams,
            {"dataset": "Dataset"},
            group="Data",
            icon="spellcheck",
            description="Looks for labels that are probably wrong.",
        ),
        Component("speed", "Measure speed", SpeedParams, cached=False),
        Component(
            "import_model",
            "Import model",
            ImportModelParams,
            {"dataset": "Dataset"},
            {"model": "Model"},
            frozenset({"dataset"}),
            cached=False,
        ),
        Component(
            "model_export",
            "Export model",
            ModelExportParams,
            {"model": "Model", "dataset": "Dataset"},
            {"file": "File"},
            group="Train",
            icon="ios_share",
            description="Makes a model's files for other programs, and tries each.",
        ),
        Component(
            "scoring",
            "Score data",
            ScoringParams,
            {"model": "Model", "dataset": "Dataset"},
            {"file": "File"},
            frozenset({"dataset"}),
            cached=False,
        ),
        Component(
            "restore", "Restore model", RestoreParams, outputs={"model": "Model"}, cached=False
        ),
        *components_data.COMPONENTS,
        *components_tables.COMPONENTS,
        *components_models.COMPONENTS,
        *components_inference.COMPONENTS,
        *components_review.COMPONENTS,
    )
}


def plain(model: BaseModel) -> dict[str, Any]:
    """Return a pydantic model as JSON-able params."""
    return model.model_dump(mode="json")


def model_references(params: BaseModel) -> tuple[str, ...]:
    """Return the references to models that are there already in a node's params."""
    if isinstance(params, ModelParams):
        return (params.reference,)
    return params.models if isinstance(params, SpeedParams) else ()
