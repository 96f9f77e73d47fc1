"""Which web pages may ask from a browser: none, unless an endpoint's settings name where they come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from studio.core.model import EndpointState
from studio.serving.exchange import Reply
from studio.serving.traffic import CALLER_HEADER

Headers = tuple[tuple[str, str], ...]
METHODS = "GET, POST, OPTIONS"
SENT = f"authorization, x-api-key, content-type, accept, inference-header-content-length, {CALLER_HEADER}"
SHOWN = "studio-model, retry-after, inference-header-content-length"
REMEMBERED_SECONDS = 600


def allows(state: EndpointState, origin: str | None) -> bool:
    """Tell whether pages from an origin may ask an endpoint."""
    return bool(origin) and str(origin).lower() in state.endpoint.settings.origins


def answer_headers(state: EndpointState | None, headers: Mapping[str, str]) -> Headers:
    """Return what an answer says about who may read it; nothing for callers that are no page, or may not."""
    origin = headers.get("origin")
    if state is None or not state.endpoint.settings.origins:
        return ()
    if origin is None or not allows(state, origin):
        return (("vary", "origin"),)
    return (
        ("access-control-allow-origin", origin),
        ("access-control-expose-headers", SHOWN),
        ("vary", "origin"),
    )


def preflight(states: Iterable[EndpointState], headers: Mapping[str, str]) -> Reply | None:
    """Return the answer to a browser that asks whether a page may ask; None where it may not, or nothing asks so.

    Args:
        states: The endpoint that the address names; all of them where it names none, since no key comes along yet.
    """
    origin = headers.get("origin")
    if "access-control-request-method" not in headers or origin is None:
        return None
    if not any(allows(state, origin) for state in states):
        return None
    said = [
        ("access-control-allow-origin", origin),
        ("access-control-allow-methods", METHODS),
        ("access-control-allow-headers", SENT),
        ("access-control-max-age", str(REMEMBERED_SECONDS)),
        ("vary", "origin"),
    ]
    if headers.get("access-control-request-private-network") == "true":
        said.append(("access-control-allow-private-network", "true"))
    return Reply(b"", 204, "text/plain", tuple(said))
