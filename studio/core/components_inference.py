"""Components of inference pipelines: where samples come in, and where answers go out."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.core.component import Component
from studio.core.table import Column


class _Params(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WebInputParams(_Params):
    """What a request brings.

    Args:
        task: What a sample is.
        shape: (height, width, channels) of a picture; (0, 0, 0) otherwise.
        columns: Of a table, without the target.
    """

    task: Literal["images", "text", "table"] = "images"
    shape: tuple[int, int, int] = (28, 28, 1)
    columns: tuple[Column, ...] = ()


class WebOutputParams(_Params):
    """Nothing to set: the answers go out in the form in which was asked."""


class FittedParams(_Params):
    """A transform that a training fitted, pinned.

    Args:
        learned_by: The component that fitted it.
        fitted: What it learned.
        title: Where from: run and node.
        node: The node of the training pipeline that learned it. A version of the model that was trained later by the
            same pipeline brings what that node learned then, and that counts.
    """

    learned_by: str
    fitted: dict[str, object] = {}
    title: str = ""
    node: str = ""


class PredictionsTableParams(_Params):
    """Nothing to set: one row a sample, with the answer."""


class RowsParams(_Params):
    """Nothing to set: every row is a sample without a class."""


class SaveTableParams(_Params):
    """As a version of which dataset of the workspace the rows are kept."""

    name: str = Field(
        title="Name", description="Of the table; a new version of it where it is there already."
    )
    message: str = Field("", title="Message", max_length=400)


class EquivalenceParams(_Params):
    """An inference pipeline is tried against the training it was made from.

    Args:
        run: Name of the completed training pipeline run.
        training: Its `Draft` as it ran, as JSON.
        inference: The `Draft` that shall answer the same, as JSON.
        node: Node of the training pipeline whose model it is.
        outputs: Of the training's nodes, what went through their output ports: `PortValue`s as JSON.
        samples: At most so many held-out samples are replayed.
    """

    run: str
    training: dict[str, Any]
    inference: dict[str, Any]
    node: str
    outputs: dict[str, dict[str, Any]] = {}
    samples: int = Field(1000, ge=1, le=100_000)


COMPONENTS = (
    Component(
        "web_input",
        "Web-service input",
        WebInputParams,
        outputs={"dataset": "Dataset"},
        group="Inference",
        icon="login",
        description="Samples of a request.",
        cached=False,
        conversion="source",
    ),
    Component(
        "web_input_table",
        "Web-service input (rows)",
        WebInputParams,
        outputs={"table": "Table"},
        group="Inference",
        icon="login",
        description="Rows of a request.",
        cached=False,
        conversion="source",
    ),
    Component(
        "web_output",
        "Web-service output",
        WebOutputParams,
        {"predictions": "Predictions"},
        group="Inference",
        icon="logout",
        description="Answers to a request.",
        cached=False,
        conversion="keep",
    ),
    Component(
        "fitted",
        "Fitted transform",
        FittedParams,
        outputs={"transform": "Transform"},
        group="Inference",
        icon="tune",
        description="What a training learned about its columns.",
        conversion="keep",
    ),
    Component(
        "rows",
        "Rows as samples",
        RowsParams,
        {"table": "Table"},
        {"dataset": "Dataset"},
        group="Inference",
        icon="table_rows",
        description="Makes samples of rows whose class is not known.",
        conversion="keep",
    ),
    Component(
        "predictions_table",
        "Predictions as table",
        PredictionsTableParams,
        {"predictions": "Predictions"},
        {"table": "Table"},
        group="Inference",
        icon="table_view",
        description="One row a sample, with the answer.",
        conversion="keep",
    ),
    Component(
        "save_table",
        "Save table",
        SaveTableParams,
        {"table": "Table"},
        {"table": "Table"},
        group="Data",
        icon="save",
        description="Keeps rows as a table of the workspace.",
        cached=False,
    ),
    Component(
        "equivalence",
        "Compare with the training",
        EquivalenceParams,
        {"model": "Model"},
        {"metrics": "Metrics"},
        cached=False,
    ),
)
