"""Hostile and broken files: refused in at most a second and 100 MB, or skipped and counted; nothing else changes."""

from __future__ import annotations

import gzip
import io
import json
import os
import pickle
import stat
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from studio.core.errors import StudioError
from studio.core.sources import parse_source
from studio.workspace import Workspace

pytestmark = pytest.mark.drill

SECONDS, BYTES = 1.0, 100e6
Made = Callable[[Path], dict[str, Any]]
"""Writes a bad input into a folder and returns the settings of the source that reads it."""


def png(width: int = 8, height: int = 8) -> bytes:
    content = io.BytesIO()
    Image.new("L", (width, height), 90).save(content, "PNG")
    return content.getvalue()


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def picture_bomb(side: int = 50_000) -> bytes:
    """A PNG of a few kB that says it has 2.5 billion pixels."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(10_000_000), 9)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def zipped(folder: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path = folder / "bad.zip"
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


def pictures(path: Path) -> dict[str, Any]:
    return {"kind": "folder", "path": str(path)}


def flat_bomb(folder: Path) -> dict[str, Any]:
    return pictures(zipped(folder, {"cat/1.png": bytes(300_000_000)}))


def many_bombs(folder: Path) -> dict[str, Any]:
    return pictures(zipped(folder, {f"cat/{n}.png": bytes(2_000_000) for n in range(200)}))


def nested(folder: Path) -> dict[str, Any]:
    inner = zipped(folder, {"1.png": png()}).read_bytes()
    return pictures(zipped(folder, {"cat/1.png": png(), "more.zip": inner}))


def leaves(name: str) -> Made:
    def make(folder: Path) -> dict[str, Any]:
        return pictures(zipped(folder, {"cat/1.png": png(), name: png()}))

    return make


def link(folder: Path) -> dict[str, Any]:
    path = zipped(folder, {"cat/1.png": png()})
    with zipfile.ZipFile(path, "a") as archive:
        entry = zipfile.ZipInfo("cat/2.png")
        entry.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    return pictures(path)


def overlapping(folder: Path) -> dict[str, Any]:
    """Two entries of the table of contents that share one file's bytes."""
    path = zipped(folder, {"cat/1.png": png(), "cat/2.png": png()}, zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    second = data.rfind(b"PK\x01\x02")
    data[second + 42 : second + 46] = struct.pack("<I", 0)
    path.write_bytes(bytes(data))
    return pictures(path)


def cut_short(folder: Path) -> dict[str, Any]:
    path = zipped(folder, {"cat/1.png": png()})
    path.write_bytes(path.read_bytes()[:-30])
    return pictures(path)


def no_pictures(folder: Path) -> dict[str, Any]:
    (folder / "cat").mkdir()
    for number, data in enumerate((b"", b"%!PS-Adobe", b"SIMPLE  =", b"<html>", png()[:40])):
        (folder / "cat" / f"{number}.png").write_bytes(data)
    return pictures(folder)


def only_bombs(folder: Path) -> dict[str, Any]:
    (folder / "cat").mkdir()
    (folder / "cat" / "1.png").write_bytes(picture_bomb())
    return pictures(folder)


def arrays(path: Path) -> dict[str, Any]:
    return {"kind": "arrays", "path": str(path)}


def pickled(folder: Path) -> dict[str, Any]:
    np.save(folder / "bad.npy", np.array([{"a": 1}], object), allow_pickle=True)
    return arrays(folder / "bad.npy")


def plain_pickle(folder: Path) -> dict[str, Any]:
    (folder / "bad.npy").write_bytes(pickle.dumps([1, 2]))
    return arrays(folder / "bad.npy")


def endless_header(folder: Path) -> dict[str, Any]:
    """A header that announces 10 TB over a file of 1 kB."""
    fields = b"{'descr': '|u1', 'fortran_order': False, 'shape': (12755102040, 28, 28), }"
    fields = fields.ljust(117) + b"\n"
    head = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(fields)) + fields
    (folder / "bad.npy").write_bytes(head + bytes(1000))
    return arrays(folder / "bad.npy")


def packed(folder: Path, name: str, data: bytes) -> dict[str, Any]:
    with zipfile.ZipFile(folder / "bad.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return arrays(folder / "bad.npz")


def npz_bomb(folder: Path) -> dict[str, Any]:
    content = io.BytesIO()
    np.save(content, np.zeros((250_000, 28, 28), np.uint8))
    return packed(folder, "x.npy", content.getvalue())


def npz_pickled(folder: Path) -> dict[str, Any]:
    content = io.BytesIO()
    np.save(content, np.array([{"a": 1}], object), allow_pickle=True)
    return packed(folder, "x.npy", content.getvalue())


def idx(folder: Path, data: bytes) -> dict[str, Any]:
    (folder / "train-images-idx3-ubyte.gz").write_bytes(gzip.compress(data))
    return {"kind": "idx", "path": str(folder)}


def gzip_bomb(folder: Path) -> dict[str, Any]:
    """It announces ten pictures, and holds 300 MB of zeros."""
    return idx(folder, struct.pack(">IIII", 2051, 10, 28, 28) + bytes(300_000_000))


def idx_that_lies(folder: Path) -> dict[str, Any]:
    return idx(folder, struct.pack(">IIII", 2051, 2**31 - 1, 28, 28) + bytes(784))


def text(folder: Path, name: str, data: bytes) -> dict[str, Any]:
    (folder / name).write_bytes(data)
    return {"kind": "text", "path": str(folder / name)}


def endless_line(folder: Path) -> dict[str, Any]:
    return text(folder, "bad.csv", b"text,label\n" + b"a" * 30_000_000)


def endless_json_line(folder: Path) -> dict[str, Any]:
    return text(folder, "bad.jsonl", b'{"text": "' + b"a" * 30_000_000 + b'"}\n')


def deep_json(folder: Path) -> dict[str, Any]:
    return text(folder, "bad.jsonl", b"[" * 100_000 + b"]" * 100_000 + b"\n")


def binary_csv(folder: Path) -> dict[str, Any]:
    return text(folder, "bad.csv", bytes(range(256)) * 100)


def coco(folder: Path, **facts: Any) -> dict[str, Any]:
    (folder / "a.png").write_bytes(png())
    (folder / "instances.json").write_text(json.dumps(facts))
    return {"kind": "coco", "path": str(folder)}


def coco_that_leaves(folder: Path) -> dict[str, Any]:
    return coco(
        folder,
        images=[{"id": 1, "file_name": "../../../etc/passwd", "width": 8, "height": 8}],
        categories=[{"id": 1, "name": "cup"}],
        annotations=[{"id": 1, "image_id": 1, "category_id": 1, "bbox": [0, 0, 4, 4]}],
    )


def deep_coco(folder: Path) -> dict[str, Any]:
    (folder / "instances.json").write_text("[" * 100_000)
    (folder / "a.png").write_bytes(png())
    return {"kind": "coco", "path": str(folder)}


def yaml_bomb(folder: Path) -> dict[str, Any]:
    lines = ["a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    for n in range(1, 12):
        lines.append(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]")
    (folder / "data.yaml").write_text("\n".join([*lines, "names: *a11"]))
    (folder / "images").mkdir()
    (folder / "images" / "a.png").write_bytes(png())
    return {"kind": "yolo", "path": str(folder)}


def deep_strokes(folder: Path) -> dict[str, Any]:
    (folder / "cat.ndjson").write_text("[" * 100_000 + "\n")
    return {"kind": "strokes", "path": str(folder)}


def private_address(folder: Path) -> dict[str, Any]:
    return {"kind": "folder", "url": "http://169.254.169.254/latest/meta-data.zip"}


def local_file(folder: Path) -> dict[str, Any]:
    return {"kind": "folder", "url": "file:///etc/passwd"}


REFUSED: dict[str, Made] = {
    made.__name__: made
    for made in (
        flat_bomb, many_bombs, nested, link, overlapping, cut_short, no_pictures, only_bombs,
        pickled, plain_pickle, endless_header, npz_bomb, npz_pickled, gzip_bomb, idx_that_lies,
        endless_line, endless_json_line, deep_json, binary_csv, coco_that_leaves, deep_coco,
        yaml_bomb, deep_strokes, private_address, local_file,
    )
} | {
    "parent": leaves("../evil.png"),
    "absolute": leaves("/evil.png"),
    "drive": leaves("C:\\evil.png"),
    "backslash": leaves("..\\evil.png"),
}  # fmt: skip


def tree(folder: Path) -> set[tuple[str, int]]:
    """Return every file below a folder, with its size."""
    return {
        (str(p.relative_to(folder)), p.stat().st_size) for p in folder.rglob("*") if p.is_file()
    }


class Peak:
    """The most memory the process has while something runs, above what it had before."""

    def __enter__(self) -> Peak:
        Path("/proc/self/clear_refs").write_text("5")
        self._before = self._now("VmRSS")
        return self

    def __exit__(self, *_: object) -> None:
        self.growth = self._now("VmHWM") - self._before

    @staticmethod
    def _now(name: str) -> int:
        lines = Path("/proc/self/status").read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith(name)).split()[1])


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_refused_and_changes_nothing(
    workspace: Workspace, tmp_path: Path, name: str
) -> None:
    folder = tmp_path / "outside" / "given"
    folder.mkdir(parents=True)
    source = parse_source(REFUSED[name](folder))
    workspace.datasets()
    before = tree(tmp_path / "outside")
    started = time.process_time()
    with Peak() as peak, pytest.raises(StudioError) as refused:
        workspace.add_dataset("bad", source)
    seconds = time.process_time() - started
    error = refused.value
    assert all(part.strip() for part in (error.what, error.why, error.fix))
    assert seconds <= SECONDS
    assert peak.growth <= BYTES
    assert tree(tmp_path / "outside") == before
    assert workspace.datasets() == []
    left = [path for path in (workspace.home / "artifacts").rglob("*") if path.is_file()]
    assert left == []
    assert not (tmp_path / "evil.png").exists()
    assert not Path("/evil.png").exists()


def test_what_is_bad_among_good_is_skipped_and_counted(
    workspace: Workspace, tmp_path: Path
) -> None:
    folder = tmp_path / "pets"
    (folder / "cat").mkdir(parents=True)
    for number in range(6):
        (folder / "cat" / f"good-{number}.png").write_bytes(png())
    bad = {
        "bomb.png": picture_bomb(),
        "cut.png": png()[:50],
        "empty.png": b"",
        "page.png": b"<html></html>",
        "script.eps": b"%!PS-Adobe-3.0 EPSF-3.0",
        "sky.png": b"SIMPLE  =                    T",
    }
    for name, data in bad.items():
        (folder / "cat" / name).write_bytes(data)
    os.mkfifo(folder / "cat" / "pipe.png")
    (folder / "cat" / "link.png").symlink_to("/etc/passwd")
    version = workspace.add_dataset("pets", parse_source(pictures(folder)))
    skipped = version.source["skipped"]
    assert version.count == 6
    assert skipped["count"] == len(bad) + 2
    named = {Path(file["file"]).name: file["reason"] for file in skipped["files"]}
    assert named.keys() == bad.keys() | {"pipe.png", "link.png"}
    assert all(named.values())
