"""What all dialects have in common: whom a request is about, and JSON as the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from studio.core.errors import NotFound, StudioError, unknown
from studio.core.model import EndpointState, ModelVersion
from studio.serving.exchange import Reply, Target
from studio.serving.parse import dump


def json_reply(value: Any, status: int = 200) -> Reply:
    """Return JSON as an answer, arrays of NumPy included."""
    return Reply(dump(value), status)


def error_reply(error: StudioError) -> Reply:
    """Return a failure as `{"error": "one sentence or three"}`."""
    return json_reply({"error": str(error)}, error.status)


def find_state(target: Target, states: Mapping[str, EndpointState]) -> EndpointState:
    """Return the endpoint that an address names.

    Raises:
        NotFound: No such endpoint.
    """
    name = target.endpoint or ""
    state = states.get(name)
    if state is None:
        raise unknown("endpoint", name[:80], states)
    return state


def served(target: Target, states: Mapping[str, EndpointState]) -> ModelVersion:
    """Return the version that an address is about: the endpoint's own, or the one it names.

    Raises:
        NotFound: No such endpoint or version, or the endpoint serves none.
    """
    state = find_state(target, states)
    there = [found for found in (state.champion, state.challenger) if found is not None]
    if state.champion is None:
        raise NotFound(
            f"The endpoint {state.endpoint.name} serves no model now.",
            f"Nothing is called {state.endpoint.target}.",
            "Point the alias at a version, or the endpoint at another model.",
        )
    if target.version is None:
        return state.champion
    for found in there:
        if found.model == state.champion.model and str(found.version) == target.version:
            return found
    raise unknown(f"version of {state.endpoint.name}", target.version[:40], [])
