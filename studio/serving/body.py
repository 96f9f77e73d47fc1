"""The body of a request, and how much of it is read."""

from __future__ import annotations

from fastapi import Request

from studio.core.errors import TooLarge

BODY_LIMIT_BYTES = 8 * 1024**2


async def read_body(request: Request) -> bytes:
    """Return the body, refusing the byte after the limit, whatever length was announced.

    Raises:
        TooLarge: It has more than 8 MB.
    """
    announced = request.headers.get("content-length", "0")
    body = bytearray()
    if not announced.isdecimal() or int(announced[:32]) <= BODY_LIMIT_BYTES:
        async for part in request.stream():
            body += part
            if len(body) > BODY_LIMIT_BYTES:
                break
        else:
            return bytes(body)
    raise TooLarge(
        f"The body has more than {BODY_LIMIT_BYTES:,} bytes.",
        "Larger ones are refused before they fill the memory.",
        "Send fewer instances at once.",
    )
