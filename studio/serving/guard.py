"""What stands in front of every endpoint: allowed host names, and the last door for failures."""

from __future__ import annotations

import logging

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.core.errors import Forbidden
from studio.core.hosts import HOSTS_VARIABLE, host_name
from studio.serving.errors import Unexpected, respond

REMEMBERED = 1024
_log = logging.getLogger("studio.serving")


class Guard:
    """Middleware that answers known host names only, and says plainly that something failed."""

    def __init__(self, app: ASGIApp, hosts: tuple[str, ...]) -> None:
        self.app = app
        self.hosts = hosts
        self._allowed: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the request, then hand it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        host = next((value for name, value in scope["headers"] if name == b"host"), b"")
        if host not in self._allowed and not self._allows(host):
            refusal = Forbidden(
                f'This machine does not answer to the name "{host.decode("latin-1")[:80]}".',
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
            await respond(Unexpected())(scope, receive, send)

    def _allows(self, host: bytes) -> bool:
        """Tell whether a Host header names this machine, and remember those that do."""
        allowed = host_name(host.decode("latin-1")) in self.hosts
        if allowed and len(self._allowed) < REMEMBERED:
            self._allowed.add(host)
        return allowed
