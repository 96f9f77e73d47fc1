"""One picture file becomes one square sample, or a reason."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
import zlib
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from studio.sources.pictures import (
    MAX_PIXELS,
    Picture,
    Unreadable,
    decode,
    looks_like_picture,
    placed,
)
from tests.sources.conftest import ROOT, picture_bytes

KINDS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")


def saved(image: Image.Image, kind: str = "PNG", **settings: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **settings)
    return stream.getvalue()


def grey(data: bytes, size: int = 8, *, invert: bool = False) -> np.ndarray:
    return decode(data, size=size, colour="grey", invert=invert)[..., 0]


def stretched(data: bytes, size: int = 8) -> np.ndarray:
    return decode(data, size=size, colour="grey", fit="stretch", invert=False)[..., 0]


def rgb(data: bytes, size: int = 8, *, invert: bool = False) -> np.ndarray:
    return decode(data, size=size, colour="rgb", invert=invert)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mode", ["L", "RGB", "1", "P"])
def test_every_kind_is_read(kind: str, mode: str) -> None:
    data = saved(
        Image.new("L", (8, 8), 255).convert(mode if kind in ("PNG", "BMP") else "RGB"), kind
    )
    assert looks_like_picture(data[:12])
    assert grey(data).min() >= 250
    assert rgb(data).shape == (8, 8, 3)


def test_pixels_of_the_right_size_are_kept_exactly() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (8, 8, 3), np.uint8)
    np.testing.assert_array_equal(rgb(saved(Image.fromarray(pixels))), pixels)
    np.testing.assert_array_equal(rgb(saved(Image.fromarray(pixels)), invert=True), 255 - pixels)


@pytest.mark.parametrize("kind", ["TIFF", "PPM", "ICO", "TGA", "PDF"])
def test_other_kinds_are_refused_even_if_pillow_knows_them(kind: str) -> None:
    with pytest.raises(Unreadable, match="not a png"):
        grey(saved(Image.new("RGB", (16, 16)), kind))


def test_aspect_is_kept_and_the_margin_is_black() -> None:
    sample = grey(picture_bytes(200, (40, 20)))
    assert (sample[2:6] == 200).all()
    assert not sample[:2].any()
    assert not sample[6:].any()


def test_margin_is_black_when_inverted_too() -> None:
    sample = grey(picture_bytes(200, (20, 40)), invert=True)
    assert (sample[:, 2:6] == 55).all()
    assert not sample[:, :2].any()
    assert not sample[:, 6:].any()


@pytest.mark.parametrize("size", [(40, 20), (20, 40), (1, 500), (3, 2), (4000, 3000)])
@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_stretched_picture_fills_the_square(size: tuple[int, int], kind: str) -> None:
    assert (stretched(picture_bytes(200, size, kind)) == 200).all()
    left, top, width, height = placed(*size, 8, "stretch")
    assert (left, top, width, height) == (0, 0, 8, 8)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_stretched_picture_is_turned_upright_too(orientation: int) -> None:
    """What is darkest stays at the upper left; a picture on its side is not stretched the other way."""
    upright = np.repeat(np.repeat(np.array([[100, 150], [200, 250]], np.uint8), 10, 0), 20, 1)
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    sample = stretched(saved(Image.fromarray(stored.copy()), exif=exif.tobytes()))
    np.testing.assert_array_equal(sample[[0, 0, -1, -1], [0, -1, 0, -1]], [100, 150, 200, 250])


@pytest.mark.parametrize("fit", ["keep", "stretch"])
def test_crops_are_what_cropping_by_hand_gives(fit: str) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 40, 3), np.uint8)
    picture = Picture(saved(Image.fromarray(pixels)))
    picture.load()
    boxes = np.array([[0.25, 0.5, 0.5, 0.25], [0, 0, 1, 1], [0.99, 0.99, 0.001, 0.001]])
    found = picture.crops(boxes, 8, "rgb", fit, False)  # type: ignore[arg-type]
    for sample, part in zip(found, (pixels[10:15, 10:30], pixels, pixels[19:, 39:]), strict=True):
        data = saved(Image.fromarray(part.copy()))
        wanted = decode(data, size=8, colour="rgb", fit=fit, invert=False)  # type: ignore[arg-type]
        np.testing.assert_array_equal(sample, wanted)


def test_crops_of_damaged_pictures_have_a_reason() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 40), np.uint8)
    with pytest.raises(Unreadable, match="cut short"):
        Picture(saved(Image.fromarray(pixels))[:-100]).load()


@pytest.mark.parametrize("invert", [False, True])
def test_transparent_becomes_black(invert: bool) -> None:
    image = Image.new("RGBA", (8, 8), (10, 20, 30, 0))
    image.paste((90, 90, 90, 255), (0, 0, 4, 8))
    for picture in (image, image.convert("LA")):
        sample = grey(saved(picture), invert=invert)
        assert not sample[:, 4:].any()
        assert (sample[:, :4] == (165 if invert else 90)).all()


def test_transparency_of_a_palette_is_seen() -> None:
    image = Image.new("P", (8, 8), 0)
    image.putpalette([255, 255, 255, 0, 0, 0])
    assert not grey(saved(image, transparency=0)).any()
    assert not grey(saved(image, transparency=b"\x00\xff")).any()
    assert not grey(saved(image, "GIF", transparency=0)).any()
    assert grey(saved(image)).all()


def test_sixteen_bits_keep_their_upper_eight() -> None:
    pixels = (np.arange(64, dtype=np.uint16) * 1000).reshape(8, 8)
    np.testing.assert_array_equal(grey(saved(Image.fromarray(pixels))), pixels >> 8)


def test_first_frame_of_a_moving_picture_is_taken() -> None:
    frames = [Image.new("L", (8, 8), value) for value in (50, 100, 150)]
    assert (grey(saved(frames[0], "GIF", save_all=True, append_images=frames[1:])) == 50).all()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_picture_is_turned_upright(kind: str, orientation: int) -> None:
    upright = np.zeros((16, 32), np.uint8)
    upright[:8, :16] = 255  # the upper left quarter
    undo = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    sample = grey(saved(Image.fromarray(undo.copy()), kind, exif=exif.tobytes()), 32).copy()
    assert sample[8:16, :16].mean() > 240
    sample[8:16, :16] = 0
    assert sample.mean() < 10


def test_broken_exif_is_ignored() -> None:
    data = saved(Image.new("L", (8, 8), 200), "JPEG", exif=b"Exif\0\0" + b"\xff" * 40)
    assert (grey(data) >= 199).all()


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1), (3, 2)])
def test_extreme_shapes_are_read(size: tuple[int, int]) -> None:
    assert grey(picture_bytes(255, size)).max() > 200


def test_large_picture_is_shrunk() -> None:
    sample = grey(picture_bytes(123, (4000, 3000)))
    assert (sample[1:7] == 123).all()


def huge_png(width: int, height: int) -> bytes:
    """A few bytes that claim to be a picture of any size."""

    def part(kind: bytes, data: bytes) -> bytes:
        checksum = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + checksum

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", b"") + part(b"IEND", b"")


@pytest.mark.parametrize(
    "size", [(8000, 6251), (10_000, 10_000), (100_000, 100_000), (2**31 - 1, 9)]
)
def test_more_than_fifty_million_pixels_are_never_decoded(size: tuple[int, int]) -> None:
    with pytest.raises(Unreadable, match=f"{MAX_PIXELS:,}"):
        grey(huge_png(*size))


@pytest.mark.parametrize("kind", ["png", "gif", "bmp", "webp", "jpeg"])
def test_bomb_is_refused_within_a_second_and_a_hundred_megabytes(kind: str, tmp_path: Path) -> None:
    """Measured in a process of its own: what reading a bomb adds to reading a picture."""
    small = picture_bytes(9, (64, 64), kind.upper())
    bomb = bytearray(huge_png(60_000, 60_000) if kind == "png" else small)
    if kind == "gif":
        bomb[6:10] = struct.pack("<HH", 65_535, 65_535)
    elif kind == "bmp":
        bomb[18:26] = struct.pack("<ii", 100_000, 100_000)
    elif kind == "jpeg":
        at = bomb.find(b"\xff\xc0")
        bomb[at + 5 : at + 9] = struct.pack(">HH", 65_535, 65_535)
    elif kind == "webp":
        head = b"VP8X" + struct.pack("<I", 10) + bytes(4) + (16_383).to_bytes(3, "little") * 2
        bomb = bytearray(b"RIFF" + struct.pack("<I", len(head) + len(bomb)) + b"WEBP" + head)
        bomb += small[12:]
    (tmp_path / "small").write_bytes(small)
    (tmp_path / "bomb").write_bytes(bomb)
    code = """
import resource, sys, time
from studio.sources.pictures import Unreadable, decode
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def read(name):
    with open(name, "rb") as file:
        return decode(file.read(), size=28, colour="grey", invert=False)
read(sys.argv[1] + "/small")
before, begun = peak(), time.process_time()
try:
    read(sys.argv[1] + "/bomb")
except Unreadable:
    print(time.process_time() - begun, (peak() - before) / 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, check=True, cwd=ROOT
    )
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < 1
    assert megabytes < 100


POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 100 100\n%%EndComments\nshowpage\n"
FITS = b"SIMPLE  =                    T".ljust(80) + b"END".ljust(2800)


@pytest.mark.parametrize(
    "data",
    [
        POSTSCRIPT,
        b"\xc5\xd0\xd3\xc6" + struct.pack("<II", 32, 60) + bytes(20) + POSTSCRIPT,
        FITS,
        b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n",
        b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
        b"8BPS\0\1" + bytes(100),
        b"II*\0" + bytes(100),
        b"\0\0\1\0\1\0" + bytes(100),
        b"P5 8 8 255\n" + bytes(64),
        b"#define x_width 8\n#define x_height 8\nstatic char x[] = {0};",
        b"PK\x03\x04" + bytes(100),
    ],
)
def test_other_kinds_disguised_as_pictures_reach_no_decoder(data: bytes) -> None:
    assert not looks_like_picture(data[:12])
    with pytest.raises(Unreadable, match="not a png"):
        grey(data)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"  <!DOCTYPE HTML><title>404</title>", "web page"),
        (b"<html>", "web page"),
        (b"hello", "not a png"),
        (b"%PDF-1.7", "not a png"),
        (picture_bytes()[:-20], "damaged"),
        (picture_bytes()[:30], "damaged|not a png"),
        (picture_bytes(9, (64, 64), "JPEG")[:-200], "damaged"),
        (b"BM", "damaged|not a png"),
        (b"GIF89a", "damaged|not a png"),
        (b"RIFF\0\0\0\0WEBP", "damaged|not a png"),
    ],
)
def test_what_cannot_be_read_has_a_reason(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        grey(data)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=150)
@given(data=st.data())
def test_damage_never_escapes_as_another_error(kind: str, data: st.DataObject) -> None:
    mode = data.draw(st.sampled_from(["L", "RGB", "P", "RGBA"]))
    noise = np.random.default_rng(0).integers(0, 256, (12, 12, 4), np.uint8)
    image = Image.fromarray(noise).convert("RGB" if kind == "JPEG" else mode)
    broken = bytearray(saved(image, kind))
    for _ in range(data.draw(st.integers(1, 6))):
        at = data.draw(st.integers(0, min(len(broken) - 1, 120)))
        broken[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(broken)))
    for version in (bytes(broken), bytes(broken[:cut])):
        with suppress(Unreadable):
            assert rgb(version).shape == (8, 8, 3)


@given(
    width=st.integers(1, 40),
    height=st.integers(1, 40),
    size=st.integers(8, 64),
    colour=st.sampled_from(["grey", "rgb"]),
    fit=st.sampled_from(["keep", "stretch"]),
    invert=st.booleans(),
)
def test_any_picture_becomes_a_square(
    width: int, height: int, size: int, colour: str, fit: str, invert: bool
) -> None:
    data = picture_bytes(100, (width, height))
    sample = decode(data, size=size, colour=colour, fit=fit, invert=invert)  # type: ignore[arg-type]
    assert sample.dtype == np.uint8
    assert sample.shape == (size, size, 1 if colour == "grey" else 3)
