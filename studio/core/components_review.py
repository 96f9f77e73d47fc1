"""Components that choose what people look at next."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from studio.core.component import Component


class UnsureParams(BaseModel):
    """How many of the samples that a model is least sure of are put aside, and how."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    count: int = Field(
        100,
        ge=1,
        le=1_000_000,
        title="Samples",
        description="At most so many, the least sure ones.",
        json_schema_extra={"unit": "samples"},
    )
    unlabelled: bool = Field(
        False,
        title="Without their classes",
        description="Classes and marks are taken off, so that somebody labels them afresh.",
    )


COMPONENTS = (
    Component(
        "unsure",
        "Pick unsure samples",
        UnsureParams,
        {"predictions": "Predictions", "dataset": "Dataset"},
        {"dataset": "Dataset"},
        group="Data",
        icon="help_center",
        description="Keeps the samples that a model is least sure of, to be looked at.",
    ),
)
