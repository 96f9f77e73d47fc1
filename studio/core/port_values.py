"""What flows through the wires of a pipeline, as JSON: facts and digests, so that it can be kept and used again."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from studio.core.configs import ModelConfig
from studio.core.dataset import DatasetManifest
from studio.core.model_spec import ModelSpec
from studio.core.run import RunArtifact
from studio.core.table import Column


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what it holds; what it is called does not count."""
        content = self.model_dump(mode="json", exclude={"title"})
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class DatasetValue(_Value):
    """Labelled samples.

    Args:
        title: `name:version`, or what the node that made it is called.
        manifest: Its artifacts and the facts about them.
        codes: Digest of the split to use instead of the stored one, uint8 (N,); "": the stored one.
    """

    type: Literal["Dataset"] = "Dataset"
    manifest: DatasetManifest
    codes: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of what it holds; on which way it came about does not count, but that there are copies."""
        content = self.model_dump(mode="json", exclude={"title": True, "manifest": {"source"}})
        content["copies"] = bool(self.manifest.source.get("copies"))
        return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


class TableValue(_Value):
    """Rows and columns.

    Args:
        parquet: Digest of the rows as Parquet.
        columns: Names and kinds, in order.
        count: Number of rows.
        codes: Digest of a split of the rows, uint8 (N,); "": they are not divided.
    """

    type: Literal["Table"] = "Table"
    parquet: str
    columns: tuple[Column, ...]
    count: int
    codes: str = ""


class UntrainedValue(_Value):
    """A model that has not learned yet."""

    type: Literal["Untrained"] = "Untrained"
    config: ModelConfig


class ModelValue(_Value):
    """A trained model; `spec.title` is "" when this run trained it."""

    type: Literal["Model"] = "Model"
    spec: ModelSpec


class TransformValue(_Value):
    """What a step learned from the training rows.

    Args:
        component: The component that learned it.
        fitted: All that is needed to do the same to other rows or samples, JSON-able.
    """

    type: Literal["Transform"] = "Transform"
    component: str
    fitted: dict[str, Any]


class MetricsValue(_Value):
    """How good something is.

    Args:
        kind: What the file holds.
        headline: A few numbers, by name.
        file: Digest of all of it as JSON: an `Evaluation`, a quality report, or what `kind` says.
    """

    type: Literal["Metrics"] = "Metrics"
    kind: Literal["evaluation", "quality", "cross_validation", "comparison", "equivalence"]
    headline: dict[str, float | int | str | None]
    file: str


class PredictionsValue(_Value):
    """What a model answered.

    Args:
        class_names: Of the columns of `probabilities`.
        probabilities: Digest of float32 (N, classes).
        ids: Digest of int64 (N,), the numbers of the samples.
        table: Digest of the rows as Parquet: the sample's name or columns, the answer and how sure it is.
        count: N.
    """

    type: Literal["Predictions"] = "Predictions"
    class_names: tuple[str, ...]
    probabilities: str
    ids: str
    table: str
    count: int


class FileValue(_Value):
    """A file to download."""

    type: Literal["File"] = "File"
    file: RunArtifact


PortValue = Annotated[
    DatasetValue
    | TableValue
    | UntrainedValue
    | ModelValue
    | TransformValue
    | MetricsValue
    | PredictionsValue
    | FileValue,
    Field(discriminator="type"),
]
_ADAPTER: TypeAdapter[PortValue] = TypeAdapter(PortValue)


def parse_value(value: Any) -> PortValue:
    """Return the value that was kept as JSON.

    Raises:
        pydantic.ValidationError: It is none.
    """
    return _ADAPTER.validate_python(value)
