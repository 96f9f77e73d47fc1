"""The application of the endpoints: the guard, the short way of predictions, and everything else behind it."""

from __future__ import annotations

from collections.abc import Iterable

from fastapi import FastAPI
from starlette.types import ASGIApp

from studio.core.hosts import allowed_hosts
from studio.serving import docs, errors, labelstudio, pipelines
from studio.serving.deployments import FRESH_SECONDS, Deployments
from studio.serving.exchange import Observer
from studio.serving.guard import Guard
from studio.serving.hot import MODEL_HEADER, Hot
from studio.serving.keys import Doorkeeper
from studio.serving.rates import RATES, Rates
from studio.workspace import Workspace


def create_app(
    workspace: Workspace,
    *,
    internal_key: str | None = None,
    hosts: Iterable[str] | None = None,
    fresh_seconds: float = FRESH_SECONDS,
    deployments: Deployments | None = None,
    observer: Observer | None = None,
    seed: int | None = None,
) -> ASGIApp:
    """Return the application that answers for a workspace's endpoints.

    Args:
        workspace: Where the endpoints are deployed.
        internal_key: Opens every endpoint to callers on this machine. Default: there is none.
        hosts: Names in the Host header that are answered. Default: this machine's, and those in
            `$STUDIO_ALLOWED_HOSTS`.
        fresh_seconds: How long an endpoint may go on serving what it served before a change.
        deployments: What is served. Default: read from the workspace, and tried in this process.
        observer: Told of every request to a model. Default: nobody.
        seed: Of the chance by which a challenger is chosen.
    """
    if deployments is None:
        deployments = Deployments(workspace, fresh_seconds)
    rest = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False)
    docs.install(rest, deployments.known)
    doorkeeper = Doorkeeper(internal_key, Rates(workspace.home / RATES))
    labelstudio.install(rest, deployments, doorkeeper, observer)
    pipelines.install(rest, workspace, doorkeeper)
    errors.install(rest)
    hot = Hot(rest, deployments, doorkeeper, observer, seed)
    return Guard(hot, allowed_hosts() if hosts is None else tuple(hosts))


__all__ = ["MODEL_HEADER", "create_app"]
