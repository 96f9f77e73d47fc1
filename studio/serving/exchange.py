"""What passes between the parts of the serving process: a request, how it is understood, who answers, what happened.

A request goes: guard -> `routes.match` -> doorkeeper (key, scope, rate) -> its dialect reads it -> traffic chooses the
version -> the version's line (batching) -> its dialect answers -> the observer is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from studio.core.endpoint import Role
from studio.core.errors import StudioError
from studio.core.model import EndpointState, ModelVersion

Samples = NDArray[Any] | list[str] | list[dict[str, Any]]
"""(n, *shape) of the type that the model takes, or n texts, or n rows: column -> value."""
Action = Literal[
    "predict", "status", "ready", "metadata", "live", "server_ready", "server", "health", "version"
]
"""What a route is about: one model (the first four), or the process."""


@dataclass(frozen=True, slots=True)
class Target:
    """What an address leads to.

    Args:
        endpoint: Its name; None where the address names none: then the key says which.
        version: As the address has it; None for the endpoint's own.
    """

    dialect: str
    action: Action
    endpoint: str | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, its body read.

    Args:
        headers: By their names in lower case.
    """

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Query:
    """A request as its dialect understood it.

    Args:
        samples: What the model is asked.
        said: What the dialect wants to know again when it answers (an id, a field's name, what is wanted).
    """

    samples: Samples
    said: dict[str, Any] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of samples."""
        return len(self.samples)


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it goes out."""

    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: tuple[tuple[str, str], ...] = ()


class Dialect(Protocol):
    """One way in which programs ask."""

    name: str

    def read(self, asked: Asked, version: ModelVersion) -> Query:
        """Return what a request asks of a model.

        Raises:
            InvalidInput, NotFound, TooLarge: It is not a request of this dialect, or not for this model.
        """

    def answer(
        self, query: Query, probabilities: NDArray[np.float32], endpoint: str, version: ModelVersion
    ) -> Reply:
        """Return the answer to a request: probabilities are float32 (n, classes)."""

    def describe(self, target: Target, states: Mapping[str, EndpointState]) -> Reply:
        """Return the answer to a request that asks no model: status, metadata, health.

        Raises:
            NotFound: No such endpoint or version.
        """

    def fail(self, error: StudioError) -> Reply:
        """Return a failure as this dialect says it, with the error's status."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """What happened to one request, for the observer.

    Args:
        endpoint: Id of the endpoint; `name` its name.
        model: `name:version` that was asked; "" when none was.
        status: HTTP status of the answer.
        seconds: From the first byte of the request to the last of the answer.
        samples, probabilities: What was asked and answered; None when it failed before.
        key: Name of the key; "" without.
        batch: Samples that the model was asked about at once, those of other requests included; 0 where unknown.
        answered: Of a request in the shadow: the probabilities that its caller got.
    """

    endpoint: int
    name: str
    time: float
    model: str
    role: Role
    dialect: str
    status: int
    seconds: float
    samples: Samples | None = None
    probabilities: NDArray[np.float32] | None = None
    key: str = ""
    batch: int = 0
    answered: NDArray[np.float32] | None = None


class Observer(Protocol):
    """Who keeps count. Called on the event loop: it must not wait for anything."""

    def note(self, exchange: Exchange) -> None:
        """Take note of an exchange."""

    def metrics(self, endpoint: str | None = None) -> bytes:
        """Return the numbers of all endpoints, or of one, in the text format of Prometheus."""

    def close(self) -> None:
        """Write down what was noted and not yet written."""
