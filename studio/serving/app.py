"""The routes of the endpoints."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import JSONResponse

from studio.core.hosts import allowed_hosts
from studio.serving import dialect, errors, labelstudio
from studio.serving.body import read_body
from studio.serving.deployments import FRESH_SECONDS, Deployed, Deployments
from studio.serving.guard import Guard
from studio.serving.keys import check_caller
from studio.workspace import Workspace

MODEL_HEADER = "studio-model"
"""Response header of a prediction: `name:version` of the model that answered."""
MODEL = "/v1/models/{name}"
VERSION = MODEL + "/versions/{version}"
PREDICT_DOCS: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "instances": {"type": "array", "items": {}, "maxItems": 256},
                        "inputs": {},
                        "signature_name": {"type": "string"},
                    },
                },
                "example": {"instances": [{"b64": "<base64 of a png file>"}]},
            }
        },
    },
    "security": [{"key": []}],
}


def create_app(
    workspace: Workspace,
    *,
    internal_key: str | None = None,
    hosts: Iterable[str] | None = None,
    fresh_seconds: float = FRESH_SECONDS,
) -> FastAPI:
    """Return the application that answers for a workspace's endpoints.

    Args:
        workspace: Where the endpoints are deployed.
        internal_key: Opens every endpoint to callers on this machine. Default: there is none.
        hosts: Names in the Host header that are answered. Default: this machine's, and those in
            `$STUDIO_ALLOWED_HOSTS`.
        fresh_seconds: How long an endpoint may go on serving what it served before a change.
    """
    app = FastAPI(title="Studio endpoints", docs_url=None, redoc_url=None, redirect_slashes=False)
    deployments = Deployments(workspace, fresh_seconds)

    @app.get("/health")
    async def health() -> dict[str, str]:
        """Say that the process answers."""
        return {"status": "ok"}

    @app.get(MODEL)
    @app.get(VERSION)
    def status(name: str, version: str | None = None) -> dict[str, Any]:
        """Say which version of its model an endpoint serves."""
        return dialect.status(deployments.find(name, version).version)

    @app.get(MODEL + "/metadata")
    @app.get(VERSION + "/metadata")
    def metadata(name: str, version: str | None = None) -> dict[str, Any]:
        """Say what an endpoint takes and gives, and what its classes are called."""
        return dialect.metadata(name, deployments.find(name, version).version)

    @app.post(MODEL + ":predict", openapi_extra=PREDICT_DOCS)
    @app.post(VERSION + ":predict", openapi_extra=PREDICT_DOCS)
    async def predict(request: Request, name: str, version: str | None = None) -> JSONResponse:
        """Return the probability of every class for every instance."""
        deployed = await run_in_threadpool(deployments.find, name, version)
        check_caller(workspace, deployed.endpoint, request, internal_key)
        body = await read_body(request)
        answer = await run_in_threadpool(_answer, deployed, body)
        return JSONResponse(answer, headers={MODEL_HEADER: deployed.version.title})

    labelstudio.install(app, workspace, deployments, internal_key)
    errors.install(app)
    app.add_middleware(Guard, hosts=allowed_hosts() if hosts is None else tuple(hosts))
    return app


def _answer(deployed: Deployed, body: bytes) -> dict[str, Any]:
    field, samples = dialect.read_request(dialect.parse_body(body), deployed.version)
    return {field: deployed.predict(samples).tolist()}
