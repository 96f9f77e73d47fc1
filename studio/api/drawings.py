"""Drawings made on the pad."""

from __future__ import annotations

import base64
import binascii
import json
import struct
from typing import Annotated

import numpy as np
from fastapi import APIRouter
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, FiniteFloat, model_validator

from studio.api.opened import Opened
from studio.core.errors import InvalidInput, TooLarge
from studio.core.quickdraw import SIDE
from studio.sources.pictures import Unreadable, decode

PNG_LIMIT_BYTES = 1_000_000
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">8s4x4sII")

router = APIRouter()
Numbers = list[FiniteFloat]


class DrawingBody(BaseModel):
    """One drawing: its picture, and the strokes it was made of, `[xs, ys, ts]` each.

    The collection of a drawing session has the session's name.
    """

    model_config = ConfigDict(extra="forbid")

    collection: str
    class_name: str
    op_id: Annotated[str, Field(min_length=1, max_length=64)]
    image: str
    strokes: list[tuple[Numbers, Numbers, Numbers]]
    author: str = Field("unnamed", min_length=1, max_length=100)

    @model_validator(mode="after")
    def _of_one_length(self) -> DrawingBody:
        if any(len({len(numbers) for numbers in stroke}) > 1 for stroke in self.strokes):
            raise ValueError("the xs, ys and ts of a stroke differ in length")
        return self


@router.post("/drawings")
def add(workspace: Opened, body: DrawingBody) -> dict[str, dict[str, int]]:
    """Keep a drawing; an `op_id` that is there already changes nothing."""
    counts = workspace.add_drawing(
        body.collection,
        body.class_name,
        decode_drawing(body.image),
        json.dumps(body.strokes, separators=(",", ":")),
        op_id=body.op_id,
        author=body.author,
    )
    return {"counts": counts}


@router.delete("/drawings/{op_id}")
def remove(workspace: Opened, op_id: str) -> dict[str, dict[str, int]]:
    """Take a drawing back."""
    return {"counts": workspace.remove_drawing(op_id)}


def decode_base64(text: str) -> bytes:
    """Return the bytes of a base64 text.

    Raises:
        InvalidInput: It is not base64. TooLarge: It holds more than 1 MB.
    """
    if len(text) > PNG_LIMIT_BYTES * 4 // 3 + 4:
        raise TooLarge(
            f"The picture takes {len(text) * 3 // 4:,} bytes.",
            f"At most {PNG_LIMIT_BYTES:,} are read.",
            "Send a smaller picture.",
        )
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise InvalidInput(
            f"{text[:40]!r} is no picture.",
            "The picture must be the base64 text of a PNG file.",
            "Send the PNG as base64, without a data: prefix.",
        ) from error


def decode_drawing(text: str) -> NDArray[np.uint8]:
    """Return the pixels of a base64 PNG, uint8 (28, 28).

    Raises:
        InvalidInput: It is no base64, no PNG, damaged, or of another size. TooLarge: More than 1 MB.
    """
    data = decode_base64(text)
    head = data[: _HEADER.size].ljust(_HEADER.size, b"\0")
    signature, chunk, width, height = _HEADER.unpack(head)
    if signature != PNG_SIGNATURE or chunk != b"IHDR":
        raise InvalidInput(
            "The picture is no PNG.",
            f"It starts with {data[:8]!r}." if data else "It is empty.",
            f"Send a PNG of {SIDE}x{SIDE} pixels.",
        )
    if (width, height) != (SIDE, SIDE):
        raise InvalidInput(
            f"The picture has {width}x{height} pixels.",
            f"Drawings have {SIDE}x{SIDE}.",
            f"Send a PNG of {SIDE}x{SIDE} pixels.",
        )
    try:
        return decode(data, size=SIDE, colour="grey", invert=False)[:, :, 0]
    except Unreadable as error:
        raise InvalidInput(
            "The picture cannot be read.", f"As a PNG, {error}.", "Save it again as a PNG."
        ) from error
