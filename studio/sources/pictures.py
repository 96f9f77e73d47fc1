"""One picture file becomes one square sample."""

from __future__ import annotations

import io
import math
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
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
SIDEWAYS = (5, 6, 7, 8)
"""Orientations of which width and height are exchanged."""
NOISE = 1e-6
"""Pixels by which a box may miss the edge of a pixel and yet mean it."""
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


Colour = Literal["grey", "rgb"]
Fit = Literal["keep", "stretch"]


class Picture:
    """A png, jpg, webp, bmp or gif file, of which nothing but the head has been read so far.

    Args:
        data: The file's bytes.

    Raises:
        Unreadable: The file is no picture, or too large.
    """

    def __init__(self, data: bytes) -> None:
        if not data:
            raise Unreadable("the file is empty")
        try:
            self._image: Image.Image = Image.open(io.BytesIO(data), formats=FORMATS)
        except UnidentifiedImageError as error:
            raise Unreadable(_unidentified(data)) from error
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Unreadable(f"it has more than {MAX_PIXELS:,} pixels") from error
        except DAMAGED as error:
            raise Unreadable("it is damaged") from error
        self.stored = self._image.size
        width, height = self.stored
        if width * height > MAX_PIXELS:
            raise Unreadable(
                f"it has {width:,} x {height:,} pixels; at most {MAX_PIXELS:,} in all are read"
            )

    @property
    def orientation(self) -> int:
        """Of the EXIF data, 1 to 8; 1 where they are broken or missing. Known once pixels were loaded."""
        try:
            found = self._image.getexif().get(ORIENTATION, 1)
        except DAMAGED:
            return 1
        return found if found in TURNS else 1

    @property
    def upright(self) -> tuple[int, int]:
        """Width and height when turned as the EXIF data say. Known once pixels were loaded."""
        width, height = self.stored
        return (height, width) if self.orientation in SIDEWAYS else (width, height)

    def load(self) -> None:
        """Read all pixels, before `orientation`, `upright` and `crops`.

        Raises:
            Unreadable: The file is damaged.
        """
        with self._decoding():
            self._image.load()

    def whole(self, size: int, colour: Colour, fit: Fit, invert: bool) -> NDArray[np.uint8]:
        """Return the whole picture as a sample; as `decode`."""
        mode, paper = _mode(colour), 255 if invert else 0
        *_, width, height = placed(*self.stored, size, fit)
        with self._decoding():
            self._image.draft(mode, (2 * size, 2 * size))  # lets JPEG skip detail that goes anyway
            self._image.load()
            fitted = _resized(_flat(self._image, mode, paper), (width, height))
        if (turn := TURNS.get(self.orientation)) is not None:
            fitted = fitted.transpose(turn)
        return _sample(_centre(fitted, size, paper), size, invert)

    def crops(
        self,
        boxes: NDArray[np.float64],
        size: int,
        colour: Colour,
        fit: Fit,
        invert: bool,
    ) -> list[NDArray[np.uint8]]:
        """Return what is inside each box as a sample, cut out of the picture's own pixels, which were loaded.

        Args:
            boxes: float64 (boxes, 4), left, top, width and height as shares of the upright picture. A pixel that a box
                touches belongs to it.
            size, colour, fit, invert: As for `decode`.
        """
        mode, paper = _mode(colour), 255 if invert else 0
        samples = []
        with self._decoding():
            turn = TURNS.get(self.orientation)
            image = self._image if turn is None else self._image.transpose(turn)
            for box in _pixels(boxes, *image.size):
                part = _flat(image.crop(box), mode, paper)
                *_, width, height = placed(*part.size, size, fit)
                square = _centre(_resized(part, (width, height)), size, paper)
                samples.append(_sample(square, size, invert))
        return samples

    @contextmanager
    def _decoding(self) -> Iterator[None]:
        """Decode: one large picture at a time, and damage is an Unreadable."""
        large = self.stored[0] * self.stored[1] > LARGE_PIXELS
        try:
            with _one_large_at_a_time if large else nullcontext():
                yield
        except DAMAGED as error:
            raise Unreadable("it is cut short or damaged") from error


def decode(
    data: bytes, *, size: int, colour: Colour, fit: Fit = "keep", invert: bool
) -> NDArray[np.uint8]:
    """Turn the bytes of a png, jpg, webp, bmp or gif file into a sample.

    The picture is turned as its EXIF orientation says, resized, and centred on a square. What is transparent, and the
    margin, are black in the sample: where `invert` is set they are first filled with white, the paper, which inverting
    makes black. Of moving pictures the first frame is taken; 16-bit pictures keep their upper 8 bits.

    Args:
        data: The file's bytes.
        size: Width and height of the sample, in pixels.
        colour: "grey" makes 1 channel, "rgb" 3.
        fit: "keep" keeps the aspect, "stretch" fills the whole square. Default "keep".
        invert: Turn dark on light into light on dark.

    Returns:
        uint8 (size, size, 1 or 3), which may be read-only.

    Raises:
        Unreadable: The file is no picture, too large or damaged.
    """
    return Picture(data).whole(size, colour, fit, invert)


def placed(width: int, height: int, size: int, fit: Fit) -> tuple[int, int, int, int]:
    """Return where a picture lies in its square: left, top, width, height in pixels.

    Args:
        width, height: Of the picture, in pixels.
        size: Of the square.
        fit: "keep" or "stretch".

    Example:
        >>> placed(40, 20, 8, "keep"), placed(40, 20, 8, "stretch")
        ((0, 2, 8, 4), (0, 0, 8, 8))
    """
    if fit == "stretch":
        return 0, 0, size, size
    scale = size / max(width, height)
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    return (size - wide) // 2, (size - high) // 2, wide, high


def _mode(colour: Colour) -> Literal["L", "RGB"]:
    return "L" if colour == "grey" else "RGB"


def _pixels(
    boxes: NDArray[np.float64], width: int, height: int
) -> Iterator[tuple[int, int, int, int]]:
    """Yield left, top, right and bottom in whole pixels: at least one, none outside."""
    for left, top, wide, high in boxes.tolist():
        x = min(max(math.floor(left * width + NOISE), 0), width - 1)
        y = min(max(math.floor(top * height + NOISE), 0), height - 1)
        right = min(max(math.ceil((left + wide) * width - NOISE), x + 1), width)
        bottom = min(max(math.ceil((top + high) * height - NOISE), y + 1), height)
        yield x, y, right, bottom


def _sample(square: Image.Image, size: int, invert: bool) -> NDArray[np.uint8]:
    sample = np.asarray(square).reshape(size, size, -1)
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


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    if size == image.size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)


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
