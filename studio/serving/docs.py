"""The page on which people read about the endpoints and try them: Swagger UI, from this machine alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import Response

from studio.core.errors import unknown
from studio.core.model import EndpointState
from studio.serving.openapi import document
from studio.serving.parse import dump

ASSETS = Path(__file__).parent / "assets"
TYPES = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8"}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""What the page may load: its own files, and nothing from elsewhere."""
SAFE = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Studio endpoints</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/assets/swagger-ui.css">
<link rel="stylesheet" href="docs/assets/docs.css">
</head>
<body>
<main id="page"><noscript>This page needs JavaScript; /openapi.json says the same.</noscript></main>
<script src="docs/assets/swagger-ui-bundle.js"></script>
<script src="docs/assets/docs.js"></script>
</body>
</html>
"""


def install(app: FastAPI, states: Callable[[], Mapping[str, EndpointState]]) -> None:
    """Add the page and the document to an application, which needs no key.

    Args:
        app: Made without `openapi_url` and `docs_url`.
        states: Returns the endpoints as they stand now.
    """

    @app.get("/openapi.json")
    def described(endpoint: str | None = None) -> Response:
        """Return the OpenAPI document, its examples for one endpoint where that is named."""
        body = dump(document(states(), endpoint=endpoint))
        return Response(body, media_type="application/json", headers={"cache-control": "no-cache"})

    @app.get("/docs")
    def page() -> Response:
        """Return the page."""
        return Response(PAGE, media_type="text/html", headers=SAFE)

    @app.get("/docs/assets/{name}")
    def asset(name: str) -> Response:
        """Return a file of the page."""
        found = _assets().get(name)
        if found is None:
            raise unknown("file of the page", name[:80], _assets())
        kept = {**SAFE, "cache-control": "public, max-age=3600"}
        return Response(found[0], headers={**kept, "content-type": found[1]})


@cache
def _assets() -> dict[str, tuple[bytes, str]]:
    """Return name -> bytes and type of all files of the page."""
    return {
        path.name: (path.read_bytes(), TYPES[path.suffix])
        for path in sorted(ASSETS.iterdir())
        if path.suffix in TYPES
    }
