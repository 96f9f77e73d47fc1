"""Components a pipeline is made of: name, typed ports, declared params. `studio.compute.steps` runs them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.core.calibration import CalibrateParams
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

PortType = Literal["Dataset", "Model", "Metrics", "File"]


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


@dataclass(frozen=True)
class Component:
    """One kind of node.

    Args:
        name: How pipelines call it.
        title: What people read.
        params: The pydantic model its params must satisfy.
        inputs, outputs: Port name -> type of what flows through it.
        optional: Names of inputs that may stay open.
    """

    name: str
    title: str
    params: type[BaseModel]
    inputs: dict[str, PortType] = field(default_factory=dict)
    outputs: dict[str, PortType] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()


CATALOG: dict[str, Component] = {
    component.name: component
    for component in (
        Component("dataset", "Dataset", DatasetParams, outputs={"dataset": "Dataset"}),
        Component("import", "Import data", ImportParams, outputs={"dataset": "Dataset"}),
        Component(
            "split", "Split data", SplitParams, {"dataset": "Dataset"}, {"dataset": "Dataset"}
        ),
        Component("train", "Train model", TrainParams, {"dataset": "Dataset"}, {"model": "Model"}),
        Component(
            "search",
            "Search the best model",
            SearchParams,
            {"dataset": "Dataset"},
            {"model": "Model"},
        ),
        Component(
            "evaluate",
            "Evaluate model",
            EvaluateParams,
            {"model": "Model", "dataset": "Dataset"},
            {"metrics": "Metrics"},
        ),
        Component(
            "quality",
            "Check quality",
            QualityParams,
            {"dataset": "Dataset"},
            {"metrics": "Metrics"},
        ),
        Component("export", "Export data", ExportParams, {"dataset": "Dataset"}, {"file": "File"}),
        Component("rank", "Put a queue in order", RankParams, {"dataset": "Dataset"}),
        Component("prelabel", "Suggest answers", PrelabelParams, {"dataset": "Dataset"}),
        Component("finder", "Find a learning rate", FinderParams, {"dataset": "Dataset"}),
        Component("model", "Model", ModelParams, outputs={"model": "Model"}),
        Component(
            "calibrate",
            "Calibrate model",
            CalibrateParams,
            {"model": "Model", "dataset": "Dataset"},
            {"model": "Model"},
        ),
        Component(
            "explain",
            "Explain answers",
            ExplainParams,
            {"model": "Model", "dataset": "Dataset", "training": "Dataset"},
        ),
        Component("label_errors", "Find label errors", LabelErrorParams, {"dataset": "Dataset"}),
        Component("speed", "Measure speed", SpeedParams),
        Component(
            "import_model",
            "Import model",
            ImportModelParams,
            {"dataset": "Dataset"},
            {"model": "Model"},
            optional=frozenset({"dataset"}),
        ),
        Component(
            "model_export",
            "Export model",
            ModelExportParams,
            {"model": "Model", "dataset": "Dataset"},
            {"file": "File"},
        ),
        Component(
            "scoring",
            "Score data",
            ScoringParams,
            {"model": "Model", "dataset": "Dataset"},
            {"file": "File"},
            optional=frozenset({"dataset"}),
        ),
        Component("restore", "Restore model", RestoreParams, outputs={"model": "Model"}),
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
