"""What stands in front of every endpoint: allowed host names, and the last door for failures."""

from __future__ import annotations

import logging

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.core.errors import Forbidden
from studio.core.hosts import HOSTS_VARIABLE, host_name
from studio.serving.errors import UNEXPECTED, respond

_log = logging.getLogger("studio.serving")


class Guard:
    """Middleware that answers known host names only, and says plainly that something failed."""

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self.app = app
        self.hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the request, then hand it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = Headers(scope=scope).get("host", "")
        if host_name(host) not in self.hosts:
            refusal = Forbidden(
                f'This machine does not answer to the name "{host[:80]}".',
                "A page of somebody else could otherwise reach it under a name of their own.",
                f"Add the name to {HOSTS_VARIABLE}.",
            )
            await respond(refusal)(scope, receive, send)
            return
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        try:
            await self.app(scope, receive, watched_send)
        except ClientDisconnect:
            return
        except Exception:  # the last door before the caller
            if started:
                raise
            _log.exception("%s %s failed", scope["method"], scope["path"])
            await JSONResponse({"error": UNEXPECTED}, 500)(scope, receive, send)
