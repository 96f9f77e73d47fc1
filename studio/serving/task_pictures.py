"""Pictures of Label Studio's tasks: inside the task, in base64, or at an address that the studio may reach.

Whoever has an endpoint's key decides which addresses are asked for. Where they may lead is judged by
`studio.sources.addresses`, as it is for imports; how many, how large and how long is limited here. The token for the
configured Label Studio goes to that host only, and there only to what serves pictures.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import os
from collections.abc import Sequence
from urllib.parse import unquote

import httpx
import numpy as np
from numpy.typing import NDArray
from starlette.concurrency import run_in_threadpool

from studio.core.errors import Forbidden, InvalidInput, StudioError, TooLarge
from studio.serving.instances import Shape, read_picture
from studio.sources.addresses import (
    CONNECT_SECONDS,
    USUAL_PORTS,
    PublicWeb,
    check_url,
    same_origin,
    shown,
)
from studio.sources.transfer import HEADERS

ADDRESS_VARIABLE = "STUDIO_LABEL_STUDIO_URL"
"""Environment variable: address of the Label Studio whose uploads are read."""
ACCESS_VARIABLE = "STUDIO_LABEL_STUDIO_TOKEN"
"""Environment variable: an access token of that Label Studio."""
PICTURE_BYTES = 16 * 2**20
FETCHES = 32
"""Pictures that are fetched at a time, in all requests."""
FETCHES_EACH = 8
"""Pictures that are fetched at a time for one request."""
TIMEOUT = httpx.Timeout(15.0, connect=CONNECT_SECONDS)
TOTAL_SECONDS = 60.0
"""All pictures of a request come within this; Label Studio waits 100 seconds for predictions."""

Found = NDArray[np.uint8] | StudioError
"""A sample, uint8 (height, width, channels), or why there is none."""


class TaskPictures:
    """Reads the pictures of tasks.

    Args:
        seconds: That the pictures of one request may take. Default 60.
    """

    def __init__(self, seconds: float = TOTAL_SECONDS) -> None:
        self._seconds = seconds
        self._turns = asyncio.Semaphore(FETCHES)

    async def read(self, values: Sequence[object], shape: Shape) -> list[Found]:
        """Return a sample, or the reason why there is none, for the value of each task.

        Args:
            values: data: URIs, base64, http(s) addresses, or paths within the configured Label Studio.
            shape: (height, width, channels) the model takes.
        """
        web = PublicWeb(TIMEOUT) if any(map(_leads_away, values)) else None
        mine = asyncio.Semaphore(FETCHES_EACH)
        until = asyncio.get_running_loop().time() + self._seconds

        async def one(value: object, place: str) -> Found:
            try:
                if web is None or not _leads_away(value):
                    return await run_in_threadpool(_inside, value, shape, place)
                async with asyncio.timeout_at(until), mine, self._turns:
                    content = await _fetch(web, *_address(str(value).strip(), place))
                    return await run_in_threadpool(read_picture, content, shape, place)
            except TimeoutError:
                return StudioError(
                    f"The picture of {place} did not come in time.",
                    f"All pictures of a request come within {self._seconds:g} seconds.",
                    "Ask for fewer at once, or put the pictures into the tasks as data: URIs.",
                )
            except StudioError as error:
                return error  # of this task alone: the others are answered

        try:
            places = (f"tasks[{number}]" for number in range(len(values)))
            return list(await asyncio.gather(*map(one, values, places)))
        finally:
            if web is not None:
                await web.close()


def _leads_away(value: object) -> bool:
    """Tell whether a value names a place rather than holding a picture."""
    if not isinstance(value, str):
        return False
    head = value[:4096].strip()
    if head[:5].lower() == "data:":
        return False
    return "://" in head.partition("?")[0] or _is_served(head)


def _is_served(path: str) -> bool:
    """Tell whether a path is one at which a Label Studio serves pictures of tasks."""
    plain, *_ = path.partition("?")
    decoded = unquote(plain)
    if ".." in decoded or "\\" in decoded or "%" in decoded:
        return False
    resolved = decoded.startswith(("/tasks/", "/projects/")) and "/resolve" in decoded
    return resolved or decoded.startswith(("/data/", "/storage-data/"))


def _inside(value: object, shape: Shape, place: str) -> NDArray[np.uint8]:
    """Return the sample of a picture that the task holds."""
    if not isinstance(value, str) or not value.strip():
        raise InvalidInput(
            f"The picture of {place} is missing.",
            "Its data has no text where the labelling page looks for the picture.",
            "Give a data: URI, base64, or an http(s) address.",
        )
    text = value.strip()
    if text[:5].lower() == "data:":
        head, _, text = text.partition(",")
        if not head.lower().endswith(";base64"):
            raise _no_base64(place, "A data: URI of a picture says ;base64 before the comma.")
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        raise _no_base64(place, f"{text[:20]!r} is no address either.") from error
    return read_picture(data, shape, place)


def _no_base64(place: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"The picture of {place} is not in base64.",
        why,
        "Give a data: URI, base64, or an http(s) address.",
    )


def _address(text: str, place: str) -> tuple[httpx.URL, dict[str, str]]:
    """Return the address of a picture, and the headers to ask with.

    Raises:
        InvalidInput: It is no address to ask. Forbidden: It is a path, and no Label Studio is configured.
    """
    own = _label_studio()
    if text.startswith("/"):
        if own is None:
            raise Forbidden(
                f"The picture of {place} lies within Label Studio.",
                f"Its path, {text[:60]!r}, says nothing about where that is.",
                f"Ask the administrator to set {ADDRESS_VARIABLE} and {ACCESS_VARIABLE} for the endpoints.",
            )
        text = str(own).rstrip("/") + text
    if (scheme := text.partition("://")[0].lower()) not in USUAL_PORTS:
        raise InvalidInput(
            f"The picture of {place} lies in a storage.",
            f"Addresses of {scheme[:20]!r} are read by Label Studio alone.",
            "Let Label Studio presign the addresses of the storage, or give http(s) addresses.",
        )
    try:
        url = check_url(text)
    except InvalidInput as error:
        raise InvalidInput(
            f"The address of {place} cannot be asked.",
            error.why,
            "Give the picture as a data: URI.",
        ) from error
    return url, HEADERS | _token(own, url)


def _label_studio() -> httpx.URL | None:
    """Return the address of the configured Label Studio; None without."""
    address = os.environ.get(ADDRESS_VARIABLE, "").strip()
    return check_url(address) if address else None


def _token(own: httpx.URL | None, url: httpx.URL) -> dict[str, str]:
    """Return the header with the token where an address is for pictures of that Label Studio."""
    token = os.environ.get(ACCESS_VARIABLE, "").strip()
    if not token or own is None or not same_origin(own, url):
        return {}
    inside = url.path.removeprefix(own.path.rstrip("/"))
    return {"authorization": f"Token {token}"} if _is_served(inside) else {}


async def _fetch(web: PublicWeb, url: httpx.URL, headers: dict[str, str]) -> bytes:
    """Return the bytes of a picture.

    Raises:
        InvalidInput, Forbidden: The address, or one it leads on to, may not be asked.
        TooLarge: It has more than 16 MB. StudioError: The host cannot be reached, or does not hand it out.
    """
    body = bytearray()
    try:
        async with web.get(url, headers) as answer:
            encoding = answer.headers.get("content-encoding", "identity")
            if answer.status_code != 200 or encoding != "identity":
                raise StudioError(
                    f"{shown(url)} does not hand out a picture.",
                    f"The host answered {answer.status_code}"
                    + (f", in the encoding {encoding[:20]!r}." if encoding != "identity" else "."),
                    f"Check the address; for uploads of Label Studio, also {ACCESS_VARIABLE}.",
                )
            async for block in answer.aiter_raw():
                body += block
                if len(body) > PICTURE_BYTES:
                    raise TooLarge(
                        f"The picture at {shown(url)} is too large.",
                        f"At most {PICTURE_BYTES:,} bytes are read.",
                        "Give a smaller one.",
                    )
    except httpx.TransportError as error:
        raise StudioError(
            f"{shown(url)} cannot be reached.",
            f"{str(error) or type(error).__name__}.",
            "Check the address, and whether this machine can reach it.",
        ) from error
    return bytes(body)
