"""A mirror of Quick, Draw! that misbehaves on demand, and places full of samples."""

from __future__ import annotations

import io
import re
import threading
import time
import zipfile
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from studio.sources import Places, download

ROOT = Path(__file__).resolve().parent.parent.parent


def quiet(done: int, total: int, unit: str, message: str) -> None:
    """A Progress for tests that do not look at it."""


def make_bitmaps(count: int, seed: int = 0) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (count, 784), np.uint8)


def npy_bytes(array: NDArray[np.uint8]) -> bytes:
    stream = io.BytesIO()
    np.save(stream, array, allow_pickle=array.dtype.hasobject)
    return stream.getvalue()


def picture_bytes(value: int = 200, size: tuple[int, int] = (8, 8), kind: str = "PNG") -> bytes:
    stream = io.BytesIO()
    Image.new("L", size, value).save(stream, kind)
    return stream.getvalue()


def write_tree(root: Path, files: dict[str, bytes]) -> Path:
    for name, data in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return root


def write_zip(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return path


@dataclass
class Fault:
    """What one answer does wrong.

    Args:
        after: Bytes of the body that are sent before the connection is cut, or stalls.
        stall: Seconds to keep silent after these bytes.
        status, headers, body: Instead of the right ones.
        lies: Headers to change on an otherwise right answer; None removes one.
        whole: Ignore the Range and answer 200.
    """

    after: int | None = None
    stall: float = 0.0
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    lies: dict[str, str | None] = field(default_factory=dict)
    whole: bool = False


@dataclass
class Mirror:
    """A local HTTP server with Range, If-Range and ETag.

    Args:
        files: Body of each `<category>.npy`.
        etags: ETag of each; `"1"` by default.
        faults: Of the next answers, first come first served; then all is well.
        ranges: The Range headers received.
    """

    url: str = ""
    files: dict[str, bytes] = field(default_factory=dict)
    etags: dict[str, str | None] = field(default_factory=dict)
    faults: deque[Fault] = field(default_factory=deque)
    ranges: list[str] = field(default_factory=list)
    sent: int = 0


def _handler(mirror: Mirror) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            asked = self.headers.get("Range", "")
            mirror.ranges.append(asked)
            fault = mirror.faults.popleft() if mirror.faults else Fault()
            name = unquote(self.path.rsplit("/", 1)[1])
            if fault.status is not None:
                self.answer(fault, fault.status, fault.headers, fault.body)
            elif name not in mirror.files:
                self.answer(fault, 404, {}, b"no such file")
            else:
                self.give(fault, asked, mirror.files[name], mirror.etags.get(name, '"1"'))

        def give(self, fault: Fault, asked: str, body: bytes, etag: str | None) -> None:
            headers: dict[str, str] = {} if etag is None else {"ETag": etag}
            span = re.fullmatch(r"bytes=(\d+)-(\d+)", asked)
            same = self.headers.get("If-Range", etag) == etag
            if not span or not same or fault.whole:
                self.answer(fault, 200, headers, body)
                return
            first, last = int(span[1]), min(int(span[2]), len(body) - 1)
            if first >= len(body):
                self.answer(fault, 416, {"Content-Range": f"bytes */{len(body)}"}, b"")
                return
            headers["Content-Range"] = f"bytes {first}-{last}/{len(body)}"
            self.answer(fault, 206, headers, body[first : last + 1])

        def answer(self, fault: Fault, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for key, value in ({"Content-Length": str(len(body))} | headers | fault.lies).items():
                if value is not None:
                    self.send_header(key, value)
            self.end_headers()
            if fault.after is None:
                self.wfile.write(body)
                mirror.sent += len(body)
                return
            self.wfile.write(body[: fault.after])
            mirror.sent += fault.after
            self.wfile.flush()
            time.sleep(fault.stall)
            self.close_connection = True

    return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing: clients that hang up are what is tested."""


@pytest.fixture
def mirror(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """A running mirror, named by STUDIO_QUICKDRAW_URL; pauses between tries are short."""
    found = Mirror()
    server = _Server(("127.0.0.1", 0), _handler(found))
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    found.url = f"http://127.0.0.1:{server.server_address[1]}/bitmaps"
    monkeypatch.setenv("STUDIO_QUICKDRAW_URL", found.url)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(download, "PAUSES", (0.01, 0.02, 0.03))
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """Places with the real starter set, an empty cache and no uploads."""
    (tmp_path / "uploads").mkdir()
    return Places(ROOT / "data", tmp_path / "cache", tmp_path / "uploads")


@pytest.fixture
def upload(places: Places) -> Callable[[dict[str, bytes]], str]:
    """Write an upload and return its id."""

    def write(files: dict[str, bytes]) -> str:
        name = f"{len(list(places.uploads.iterdir())):08x}"
        write_tree(places.uploads / name, files)
        return name

    return write
