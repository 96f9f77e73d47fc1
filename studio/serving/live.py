"""An endpoint as requests see it: the versions that answer, and those that should and cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.errors import NotFound, StudioError, unknown
from studio.core.model import EndpointState, ModelVersion
from studio.serving.errors import Unready
from studio.serving.line import Line
from studio.serving.traffic import Split


@dataclass(frozen=True, slots=True)
class Loaded:
    """A version ready to be asked."""

    version: ModelVersion
    line: Line


@dataclass(frozen=True, slots=True)
class Refused:
    """A version that should serve and cannot. `until`: seconds of the steady clock at which it is tried again."""

    title: str
    error: StudioError
    until: float = 0.0


@dataclass(frozen=True, slots=True)
class Live:
    """An endpoint as requests see it.

    Args:
        state: Its champion and challenger are the versions that answer, not those that should.
        champion: None until the first one is ready.
        refused: Versions that should answer and cannot, and challengers that do not fit.
        since: Unix time since which the champion answers.
        pending: Whether a version that should answer is still being tried.
        split: How its requests are split between the two.
    """

    state: EndpointState
    champion: Loaded | None
    challenger: Loaded | None
    refused: tuple[Refused, ...]
    since: float
    pending: bool = False
    split: Split | None = None

    @property
    def awaited(self) -> bool:
        """Whether nothing answers yet, and something may soon."""
        return self.champion is None and self.pending

    def own(self, number: str) -> Loaded | None:
        """Return the champion or the challenger, should it be the version of the endpoint's model of a number."""
        model = self.state.endpoint.model
        for loaded in (self.champion, self.challenger):
            if loaded and (loaded.version.model, str(loaded.version.version)) == (model, number):
                return loaded
        return None


def ready(live: Live | None, name: str, known: Mapping[str, Live]) -> Live:
    """Return an endpoint that has a model that answers.

    Args:
        live: None for none of that name.
        known: All there are, for the error.

    Raises:
        NotFound: There is none, or its alias points at nothing. Unready: It has no model that works, or not yet.
    """
    if live is None:
        raise unknown("endpoint", name, list(known))
    if live.champion is not None:
        return live
    endpoint = live.state.endpoint
    if live.refused:
        error = live.refused[0].error
        raise Unready(error.what, error.why, error.fix)
    if live.pending:
        raise not_ready(endpoint.target)
    raise NotFound(
        f'The endpoint "{name}" serves nothing.',
        f"{endpoint.target} points at no version.",
        "Point the alias at a version, or let the endpoint serve another model.",
    )


def not_ready(title: str) -> Unready:
    """Return the error of a version that is asked before it can answer."""
    return Unready(
        f"{title} is not ready.",
        "It is still being loaded and tried.",
        "Ask again in a few seconds.",
    )
