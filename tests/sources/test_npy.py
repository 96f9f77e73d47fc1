"""`.npy` files of drawings are believed only after their header was checked."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from studio.core.errors import InvalidInput
from studio.sources.npy import open_bitmaps, read_header
from tests.sources.conftest import make_bitmaps, npy_bytes


def header_bytes(text: str, version: tuple[int, int] = (1, 0)) -> bytes:
    width = 2 if version == (1, 0) else 4
    return b"\x93NUMPY" + bytes(version) + len(text).to_bytes(width, "little") + text.encode()


def refused(path: Path) -> InvalidInput:
    with pytest.raises(InvalidInput) as caught:
        open_bitmaps(path)
    assert path.name in caught.value.what
    assert caught.value.why
    assert caught.value.fix
    return caught.value


@pytest.mark.parametrize("shape", [(7, 784), (7, 28, 28)])
def test_both_published_shapes_are_read(tmp_path: Path, shape: tuple[int, ...]) -> None:
    pixels = make_bitmaps(7)
    np.save(tmp_path / "a.npy", pixels.reshape(shape))
    found = open_bitmaps(tmp_path / "a.npy")
    assert found.available == 7
    np.testing.assert_array_equal(found.pixels, pixels)


def test_pixels_are_mapped_and_read_only(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", make_bitmaps(3))
    pixels = open_bitmaps(tmp_path / "a.npy").pixels
    assert isinstance(pixels, np.memmap)
    assert not pixels.flags.writeable


def test_header_of_format_2_is_read(tmp_path: Path) -> None:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, make_bitmaps(3), version=(2, 0))
    (tmp_path / "a.npy").write_bytes(stream.getvalue())
    assert open_bitmaps(tmp_path / "a.npy").available == 3


def test_old_alignment_of_the_published_files_is_read(tmp_path: Path) -> None:
    head = header_bytes(
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2, 784), }".ljust(69) + "\n"
    )
    assert len(head) == 80
    (tmp_path / "a.npy").write_bytes(head + make_bitmaps(2).tobytes())
    np.testing.assert_array_equal(open_bitmaps(tmp_path / "a.npy").pixels, make_bitmaps(2))


@pytest.mark.parametrize(
    ("array", "words"),
    [
        (make_bitmaps(4).astype(np.float32), "float32"),
        (make_bitmaps(4).astype(np.int64), "int64"),
        (make_bitmaps(4).astype(bool), "bool"),
        (make_bitmaps(4).view(np.int8), "int8"),
        (make_bitmaps(4)[:, :700].copy(), "(4, 700)"),
        (make_bitmaps(4).ravel(), "(3136,)"),
        (make_bitmaps(4).reshape(2, 2, 28, 28), "(2, 2, 28, 28)"),
        (np.asfortranarray(make_bitmaps(4)), "column by column"),
        (make_bitmaps(4)[:0], "no drawings"),
        (np.array(5, np.uint8), "()"),
        (np.zeros(3, [("a", "u1"), ("b", "f4")]), "values"),
        (np.array([{"a": 1}, None], object), "pickled"),
    ],
)
def test_other_arrays_are_refused(tmp_path: Path, array: NDArray[np.uint8], words: str) -> None:
    (tmp_path / "cat.npy").write_bytes(npy_bytes(array))
    assert words in refused(tmp_path / "cat.npy").what


def test_pickle_is_never_loaded(tmp_path: Path) -> None:
    class Harm:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "harm"),)

    (tmp_path / "cat.npy").write_bytes(npy_bytes(np.array([Harm()], object)))
    assert "pickled" in refused(tmp_path / "cat.npy").what
    assert not (tmp_path / "harm").exists()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"\x93NUM", "begins with"),
        (b"<!DOCTYPE html><html>Sign in</html>", "<!DOCTYPE ht"),
        (b"PK\x03\x04", "begins with"),
        (b"\x93NUMPY", "broken header"),
        (b"\x93NUMPY\x01\x00", "broken header"),
        (b"\x93NUMPY\x09\x00" + bytes(100), "broken header"),
        (header_bytes("{}", (3, 0)), "broken header"),
        (header_bytes("not python at all"), "broken header"),
        (header_bytes("{'descr': '|u1'}"), "broken header"),
        (header_bytes("(" * 300 + ")" * 300), "broken header"),
        (header_bytes("-" * 3000 + "1"), "broken header"),
        (
            header_bytes("{'descr': '|u1', 'fortran_order': False, 'shape': (2, 'a')}"),
            "broken header",
        ),
        (header_bytes("{'descr': '|u1', 'fortran_order': False, 'shape': (-1, 784)}"), "(-1, 784)"),
        (header_bytes("{'descr': '|u1', 'fortran_order': 0, 'shape': (1, 784)}"), "broken header"),
        (
            header_bytes("{'descr': 'nonsense', 'fortran_order': False, 'shape': (1, 784)}"),
            "broken header",
        ),
        (header_bytes(" " * 60_000), "broken header"),
    ],
)
def test_broken_headers_are_refused(tmp_path: Path, data: bytes, words: str) -> None:
    (tmp_path / "cat.npy").write_bytes(data)
    assert words in refused(tmp_path / "cat.npy").what


def test_gigantic_promise_is_refused_without_memory(tmp_path: Path) -> None:
    text = "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999, 784)}"
    (tmp_path / "cat.npy").write_bytes(header_bytes(text) + bytes(784))
    assert "cut short" in refused(tmp_path / "cat.npy").what


@pytest.mark.parametrize(
    ("change", "words"), [(-1, "cut short"), (-784, "cut short"), (1, "other bytes")]
)
def test_size_must_be_what_the_header_says(tmp_path: Path, change: int, words: str) -> None:
    data = npy_bytes(make_bitmaps(5))
    (tmp_path / "cat.npy").write_bytes(data[:change] if change < 0 else data + bytes(change))
    error = refused(tmp_path / "cat.npy")
    assert words in error.what
    assert "5 drawings" in error.why


def test_folder_and_pipe_are_refused(tmp_path: Path) -> None:
    (tmp_path / "cat.npy").mkdir()
    assert "not a file" in refused(tmp_path / "cat.npy").what
    os.mkfifo(tmp_path / "dog.npy")
    assert "not a file" in refused(tmp_path / "dog.npy").what
    assert "cannot be opened" in refused(tmp_path / "cow.npy").what


@given(st.data())
def test_damaged_headers_never_escape_as_another_error(data: st.DataObject) -> None:
    head = bytearray(npy_bytes(make_bitmaps(1))[:128])
    for _ in range(data.draw(st.integers(1, 4))):
        head[data.draw(st.integers(0, 127))] = data.draw(st.integers(0, 255))
    with suppress(InvalidInput):
        assert read_header(bytes(head), "cat.npy").rows > 0
