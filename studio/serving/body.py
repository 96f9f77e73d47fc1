"""The body of a request, and how much of it is read."""

from __future__ import annotations

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import Receive

from studio.core.errors import TooLarge

BODY_LIMIT_BYTES = 8 * 1024**2


async def read_body(request: Request) -> bytes:
    """Return the body, refusing the byte after the limit, whatever length was announced.

    Raises:
        TooLarge: It has more than 8 MB. ClientDisconnect: The caller is gone.
    """
    return await receive_body(request.receive, request.headers.get("content-length", "0"))


async def receive_body(receive: Receive, announced: str = "0") -> bytes:
    """Return the body of a request as ASGI hands it over; as `read_body`.

    Args:
        announced: Its `content-length`.
    """
    if announced.isdecimal() and int(announced[:32]) > BODY_LIMIT_BYTES:
        raise _too_large()
    message = await receive()
    if message["type"] != "http.request":
        raise ClientDisconnect
    first: bytes = message.get("body", b"")
    if not message.get("more_body", False) and len(first) <= BODY_LIMIT_BYTES:
        return first
    body = bytearray(first)
    while message.get("more_body", False) and len(body) <= BODY_LIMIT_BYTES:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientDisconnect
        body += message.get("body", b"")
    if len(body) > BODY_LIMIT_BYTES:
        raise _too_large()
    return bytes(body)


def _too_large() -> TooLarge:
    return TooLarge(
        f"The body has more than {BODY_LIMIT_BYTES:,} bytes.",
        "Larger ones are refused before they fill the memory.",
        "Send fewer instances at once.",
    )
