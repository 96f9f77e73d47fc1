"""One picture file becomes one square sample."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from contextlib import nullcontext
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
"""The only decoders that foreign bytes reach."""
MAX_PIXELS = 50_000_000
MAX_BYTES = 200 * 2**20
LARGE_PIXELS = 8_000_000
"""Above this, pictures are decoded one at a time, whatever the number of threads."""
ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""How to undo each EXIF orientation; 1 is upright."""
SIGNATURES = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"BM", b"GIF87a", b"GIF89a")

# What Pillow's decoders raise on damaged files, found by flipping bits; Pillow documents only OSError.
DAMAGED = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    KeyError,
    IndexError,
    TypeError,
    OverflowError,
    NotImplementedError,
    struct.error,
    zlib.error,
    Warning,  # where warnings are errors
)
_one_large_at_a_time = threading.Lock()


class Unreadable(Exception):
    """A file gives no sample; the text says why, as the rest of the sentence `picture.png: ...`."""


def looks_like_picture(head: bytes) -> bool:
    """Tell from a file's first 12 bytes whether it may be a picture of a kind that is read."""
    return head.startswith(SIGNATURES) or (head[:4] == b"RIFF" and head[8:12] == b"WEBP")


def decode(
    data: bytes, *, size: int, colour: Literal["grey", "rgb"], invert: bool
) -> NDArray[np.uint8]:
    """Turn the bytes of a png, jpg, webp, bmp or gif file into a sample.

    The picture is turned as its EXIF orientation says, resized with its aspect kept, and centred on a square. What
    is transparent, and the margin, are black in the sample: where `invert` is set they are first filled with white,
    the paper, which inverting makes black. Of moving pictures the first frame is taken; 16-bit pictures keep their
    upper 8 bits.

    Args:
        data: The file's bytes.
        size: Width and height of the sample, in pixels.
        colour: "grey" makes 1 channel, "rgb" 3.
        invert: Turn dark on light into light on dark.

    Returns:
        uint8 (size, size, 1 or 3), which may be read-only.

    Raises:
        Unreadable: The file is no picture, too large or damaged.
    """
    if not data:
        raise Unreadable("the file is empty")
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise Unreadable(_unidentified(data)) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unreadable(f"it has more than {MAX_PIXELS:,} pixels") from error
    except DAMAGED as error:
        raise Unreadable("it is damaged") from error
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise Unreadable(
            f"it has {width:,} x {height:,} pixels; at most {MAX_PIXELS:,} in all are read"
        )
    mode: Literal["L", "RGB"] = "L" if colour == "grey" else "RGB"
    paper = 255 if invert else 0
    large = width * height > LARGE_PIXELS
    try:
        with _one_large_at_a_time if large else nullcontext():
            image.draft(mode, (2 * size, 2 * size))  # lets JPEG skip detail that goes anyway
            image.load()
            fitted = _fit(_flat(image, mode, paper), size)
    except DAMAGED as error:
        raise Unreadable("it is cut short or damaged") from error
    sample = np.asarray(_centre(_turn(fitted, image), size, paper)).reshape(size, size, -1)
    return np.subtract(255, sample, dtype=np.uint8) if invert else sample


def _unidentified(data: bytes) -> str:
    start = data[:512].lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "it is a web page, not a picture"
    return "it is not a png, jpg, webp, bmp or gif picture"


def _flat(image: Image.Image, mode: Literal["L", "RGB"], paper: int) -> Image.Image:
    """Return the picture in `mode`, what is transparent filled with `paper` (0-255)."""
    if image.mode.startswith("I"):
        deep = np.asarray(image)
        image = Image.fromarray((deep >> 8).clip(0, 255).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, (paper, paper, paper, 255))
        ground.alpha_composite(image)
        image = ground
    return image if image.mode == mode else image.convert(mode)


def _fit(image: Image.Image, size: int) -> Image.Image:
    """Resize the picture so that its longer side has `size` pixels."""
    width, height = image.size
    scale = size / max(width, height)
    fitted = (max(1, round(width * scale)), max(1, round(height * scale)))
    if fitted == image.size:
        return image
    return image.resize(fitted, Image.Resampling.LANCZOS, reducing_gap=2.0)


def _turn(image: Image.Image, original: Image.Image) -> Image.Image:
    """Turn the picture as the EXIF data of the original says; broken EXIF data say nothing."""
    try:
        turn = TURNS.get(original.getexif().get(ORIENTATION, 1))
    except DAMAGED:
        return image
    return image if turn is None else image.transpose(turn)


def _centre(image: Image.Image, size: int, paper: int) -> Image.Image:
    """Centre the picture on a square of `size`, the margin filled with `paper`."""
    width, height = image.size
    if (width, height) == (size, size):
        return image
    square = Image.new(image.mode, (size, size), paper if image.mode == "L" else (paper,) * 3)
    square.paste(image, ((size - width) // 2, (size - height) // 2))
    return square


def encode(pixels: NDArray[np.uint8]) -> bytes:
    """Return uint8 (H, W, 1 or 3) as a PNG."""
    content = io.BytesIO()
    Image.fromarray(pixels[..., 0] if pixels.shape[-1] == 1 else pixels).save(content, "PNG")
    return content.getvalue()
