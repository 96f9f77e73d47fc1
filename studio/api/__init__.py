"""The routes that the browser components fetch: labels, curves, pictures, uploads. No TensorFlow, no Streamlit.

They live in the process of the pages, under `/api`. A route reads the request, asks the workspace for one verb
and writes its answer as JSON; rules are not decided here. Hosts, XSRF tokens and sizes are checked in front of
every route by `guard`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fastapi import FastAPI

from studio.api import (
    assets,
    drafts,
    drawings,
    endpoints,
    errors,
    exports,
    label_errors,
    labels,
    metrics,
    observations,
    replay,
    samples,
    sessions,
    uploads,
)
from studio.api.guard import Guard, host_check
from studio.core.hosts import allowed_hosts
from studio.workspace import Workspace

__all__ = ["create_api", "host_check"]


def create_api(
    workspace: Workspace | Callable[[], Workspace], *, hosts: Iterable[str] | None = None
) -> FastAPI:
    """Return the application to mount under `/api`.

    Args:
        workspace: What the routes ask, or a function that opens it at the first request.
        hosts: Names in the Host header that are answered. Default: this machine's, and those in
            `$STUDIO_ALLOWED_HOSTS`.
    """
    api = FastAPI(
        title="Studio", openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False
    )
    api.state.workspace = workspace
    for noun in (
        assets, metrics, observations, samples, labels, label_errors, sessions, drawings, uploads, endpoints, exports,
        replay, drafts,
    ):  # fmt: skip
        api.include_router(noun.router)
    errors.install(api)
    api.add_middleware(Guard, hosts=allowed_hosts() if hosts is None else tuple(hosts))
    return api
