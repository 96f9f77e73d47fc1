"""What stands in front of every route: allowed hosts, XSRF tokens, body sizes, and the last door for failures."""

from __future__ import annotations

import logging
import re
import secrets

from starlette.datastructures import Headers
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.api.errors import respond
from studio.api.nodelay import send_at_once
from studio.core.errors import Forbidden, InvalidInput, StudioError, TooLarge
from studio.core.hosts import HOSTS_VARIABLE, allowed_hosts, host_name
from studio.workspace.uploads import UPLOAD_LIMIT_BYTES

BODY_LIMIT_BYTES = 8 * 1024**2
XSRF_COOKIE = "_streamlit_xsrf"
XSRF_HEADER = "x-xsrftoken"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_UPLOAD = re.compile(r"/uploads/[^/]+/files")
_log = logging.getLogger("studio.api")


def host_check() -> Middleware:
    """Return what answers only requests to known names, for the pages around the routes.

    Streamlit checks the names on its WebSocket only.
    """
    names = [*allowed_hosts(), "::1"]  # Starlette compares without the brackets
    return Middleware(TrustedHostMiddleware, allowed_hosts=names, www_redirect=False)


class Guard:
    """Middleware that refuses what no route should see.

    Args:
        app: What is guarded.
        hosts: Names in the Host header that are answered: a foreign name that points at this machine is an
            attack by somebody else's page.
        body_limit: Bytes a request may carry. Default 8 MB.
        upload_limit: Bytes an uploaded file may have. Default 20 GB.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: tuple[str, ...],
        body_limit: int = BODY_LIMIT_BYTES,
        upload_limit: int = UPLOAD_LIMIT_BYTES,
    ) -> None:
        self.app = app
        self.hosts = hosts
        self.body_limit = body_limit
        self.upload_limit = upload_limit
        self._ports: set[int] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check the request, then hand it on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        self._send_at_once(scope)
        started = False

        async def watched_send(message: Message) -> None:
            nonlocal started
            started = True
            await send(message)

        refusal: Response
        try:
            limit = self._check(scope)
            await self.app(scope, _limited(receive, limit), watched_send)
            return
        except StudioError as error:
            refusal = respond(error)
        except ClientDisconnect:
            return
        except Exception as error:  # the last door before the browser
            if started:
                raise
            _log.exception("%s %s failed", scope["method"], scope["path"])
            refusal = respond(_unexpected(error))
        await refusal(scope, receive, send)

    def _send_at_once(self, scope: Scope) -> None:
        """Take care, at the first request that comes to a port, that answers leave it at once."""
        server = scope.get("server")
        if server and server[1] and server[1] not in self._ports:
            self._ports.add(server[1])
            send_at_once(server[1])

    def _check(self, scope: Scope) -> int:
        """Return how many bytes the body may have.

        Raises:
            Forbidden: A foreign host name, or no valid XSRF token. TooLarge: The announced body.
        """
        headers = Headers(scope=scope)
        if host_name(headers.get("host", "")) not in self.hosts:
            raise Forbidden(
                f'The studio does not answer to the name "{headers.get("host", "")[:80]}".',
                "A page of somebody else could otherwise reach it under a name of their own.",
                f"Use http://127.0.0.1, or add the name to {HOSTS_VARIABLE}.",
            )
        if scope["method"] not in SAFE_METHODS:
            _check_token(scope, headers)
        path = str(scope["path"]).removeprefix(scope.get("root_path", ""))
        limit = self.upload_limit if _UPLOAD.fullmatch(path) else self.body_limit
        announced = headers.get("content-length", "0")
        if not announced.isdecimal():
            raise InvalidInput(
                f"The Content-Length is {announced[:20]!r}.",
                "It must be a number of bytes.",
                "Send the request again.",
            )
        if int(announced[:32]) > limit:
            raise _too_large(limit)
        return limit


def _check_token(scope: Scope, headers: Headers) -> None:
    sent = headers.get(XSRF_HEADER, "")
    cookie = HTTPConnection(scope).cookies.get(XSRF_COOKIE, "")
    if not cookie or not secrets.compare_digest(sent.encode(), cookie.encode()):
        raise Forbidden(
            "The request carries no valid XSRF token.",
            f"What changes something must repeat the cookie {XSRF_COOKIE} in the header {XSRF_HEADER}, "
            "which pages of other sites cannot read.",
            "Reload the page and try again.",
        )


def _limited(receive: Receive, limit: int) -> Receive:
    """Return `receive`, refusing the byte after `limit`, whatever length was announced."""
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await receive()
        seen += len(message.get("body", b""))
        if seen > limit:
            raise _too_large(limit)
        return message

    return counted


def _too_large(limit: int) -> TooLarge:
    return TooLarge(
        f"The request carries more than {limit:,} bytes.",
        "Larger ones are refused before they fill memory or disk.",
        "Send less at once.",
    )


def _unexpected(error: Exception) -> StudioError:
    failure = StudioError(
        "The studio could not finish this.",
        f"Something unexpected happened inside ({type(error).__name__}).",
        "Try again; if it stays so, look into the log of the studio.",
    )
    failure.status = 500
    return failure
