"""Published pipelines: immutable versions of drafts, submitted with other parameters by hand or by the clock."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from studio.core.draft import DATASETS, Draft, PipelineParameter
from studio.core.errors import InvalidInput

KEYS_LIMIT = 50
"""Good keys of a published pipeline; more cannot be kept apart by anybody."""


class PublishedVersion(BaseModel):
    """One immutable version of a published pipeline.

    Args:
        name: Of the published pipeline.
        version: 0, 1, 2 ... within it, as Azure ML counts.
        draft: What is run.
        description: Why, by who published it.
        created: Unix seconds.
        default: Whether it is the version that is submitted when none is named.
        disabled: Whether it may be submitted no more.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    version: int
    draft: Draft
    description: str = ""
    author: str = "unnamed"
    created: float = 0.0
    default: bool = False
    disabled: bool = False

    @property
    def title(self) -> str:
        """`name:version`."""
        return f"{self.name}:{self.version}"

    @property
    def dataset_parameters(self) -> tuple[str, ...]:
        """Names of the pipeline parameters that choose a dataset or a table."""
        return tuple(p.name for p in self.draft.parameters if chooses_dataset(self.draft, p))

    def values(self, parameters: dict[str, Any], datasets: dict[str, str]) -> dict[str, Any]:
        """Return pipeline parameter -> value of both together.

        Args:
            parameters: Of any pipeline parameters.
            datasets: Pipeline parameter that chooses a dataset -> NAME or NAME:VERSION.

        Raises:
            InvalidInput: A dataset is given to a parameter that chooses none.
        """
        for name in datasets:
            if name not in self.dataset_parameters:
                raise InvalidInput(
                    f'"{name}" of the pipeline "{self.title}" takes no dataset.',
                    f"Datasets are taken by: {', '.join(self.dataset_parameters) or 'none of its parameters'}.",
                    "Choose one of those, or make the dataset's name a pipeline parameter and publish again.",
                )
        return {**parameters, **datasets}


def chooses_dataset(draft: Draft, parameter: PipelineParameter) -> bool:
    """Tell whether the value of a pipeline parameter is the name of a dataset or table."""
    return any(
        param == "name" and draft.pipeline.node(node).component in DATASETS
        for node, param in parameter.targets
    )


class PipelineKey(BaseModel):
    """A key that lets programs submit a published pipeline. Shown once when it is made; stored hashed.

    Args:
        key_hint: Its last four characters.
        revoked: Unix seconds since which it opens nothing; None: it is good.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    pipeline: str
    name: str
    key_hash: str
    key_hint: str
    created: float
    revoked: float | None = None


class ScheduleSettings(BaseModel):
    """When a published pipeline is submitted by itself.

    Args:
        pipeline: Name of the published pipeline.
        version: Its version; None: the default one of that moment.
        cron: Five fields, in the time zone of the machine; "" for a trigger.
        dataset: Submitted whenever this dataset gets a new version; "" for the clock.
        parameters: Pipeline parameter -> value.
        datasets: Pipeline parameter -> NAME or NAME:VERSION; with a trigger, the parameter named by `dataset_parameter`
            is given the new version.
        dataset_parameter: See `datasets`; "" for none.
        paused: Whether it rests.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pipeline: str
    version: int | None = None
    cron: str = Field("", max_length=100)
    dataset: str = ""
    parameters: dict[str, Any] = {}
    datasets: dict[str, str] = {}
    dataset_parameter: str = ""
    paused: bool = False


class Schedule(BaseModel):
    """A schedule or trigger, and how it went.

    Args:
        kind: By the clock, or by new versions of a dataset.
        next_time: Unix seconds of the next submission by the clock; None for triggers and while it rests.
        last_run: Name of the last run it submitted, "" for none.
        last_error: Why the last submission was refused, "" when it was not.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Literal["clock", "version"]
    settings: ScheduleSettings
    author: str = "unnamed"
    created: float = 0.0
    next_time: float | None = None
    last_time: float | None = None
    last_run: str = ""
    last_error: str = ""


class Firing(BaseModel):
    """One time that a schedule or trigger submitted its pipeline, or was refused.

    Args:
        due: Unix seconds of the time it was for.
        dataset: NAME:VERSION that set it off, "" for the clock.
        run: Name of the run.
        submitted: Unix seconds; None: it is being submitted just now, or was refused.
        error: Why it was refused, "" when it was not.
    """

    model_config = ConfigDict(frozen=True)

    id: int
    schedule: str
    due: float
    dataset: str = ""
    run: str
    submitted: float | None = None
    error: str = ""
