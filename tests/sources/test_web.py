"""Downloads from a host that lies, breaks and changes, in a network whose names lead where they should not."""

from __future__ import annotations

import asyncio
import gzip
import os
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import IPv4Address, IPv6Address, ip_network
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import Cancelled, Forbidden, InvalidInput, NotFound, StudioError, TooLarge
from studio.core.sources import FolderSource
from studio.sources import Places, addresses, naming, web
from studio.sources.base import one_place
from tests.sources.conftest import quiet

PUBLIC = "93.184.215.14"
BODY = os.urandom(300_000)


def aside(work: Coroutine[Any, Any, object]) -> object:
    """Await something in a thread: the browser of other tests leaves a running loop behind in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()


@dataclass
class Page:
    """What one address of the host answers.

    Args:
        body: Sent in full, unless cut.
        etag: Strong validator; None: there is none.
        headers: More headers; None leaves one out.
        cuts: Bytes of the body after which the next answers break off, first come first served.
        stall: Seconds of silence before an answer breaks off.
        chunked: Send without a length.
        excess: Bytes by which the next part is too long, or too short, though its headers agree with its body.
    """

    body: bytes = b""
    etag: str | None = '"1"'
    status: int = 200
    headers: dict[str, str | None] = field(default_factory=dict)
    cuts: deque[int] = field(default_factory=deque)
    stall: float = 0.0
    chunked: bool = False
    excess: int = 0


@dataclass
class Host:
    """A local server, and a network in which names lead to it."""

    port: int = 0
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    names: dict[str, deque[list[str]]] = field(default_factory=dict)
    looked_up: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)

    def url(self, path: str, name: str = "files.example") -> str:
        return f"http://{name}:{self.port}{path}"


def handler(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            host.asked.append({key.lower(): value for key, value in self.headers.items()})
            page = host.pages.get(self.path.partition("?")[0], Page(status=404))
            status, body = page.status, page.body
            headers: dict[str, str | None] = {"ETag": page.etag}
            given, wanted = self.headers.get("Range"), self.headers.get("If-Range", page.etag)
            if status == 200 and page.etag and self.headers.get("If-None-Match") == page.etag:
                status, body = 304, b""
            elif status == 200 and given and wanted == page.etag:
                first = int(given.removeprefix("bytes=").removesuffix("-"))
                status = 206 if first < len(body) else 416
                headers["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
                body = (body + bytes(max(page.excess, 0)))[first : len(body) + page.excess]
                page.excess = 0
            headers["Content-Length"] = str(len(body))
            if page.chunked:
                headers |= {"Content-Length": None, "Transfer-Encoding": "chunked"}
                body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
            self.send_response(status)
            for key, value in (headers | page.headers).items():
                if value is not None:
                    self.send_header(key, value)
            self.end_headers()
            cut = page.cuts.popleft() if page.cuts else None
            self.wfile.write(body[:cut])
            if cut is not None:
                self.wfile.flush()
                time.sleep(page.stall)
                self.close_connection = True

    return Handler


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None: ...


@pytest.fixture
def serve() -> Iterator[Callable[..., Host]]:
    """Start a host; with a certificate it speaks TLS."""
    running: list[tuple[Server, threading.Thread]] = []

    def start(certificate: Path | None = None) -> Host:
        found = Host()
        server = Server(("127.0.0.1", 0), handler(found))
        server.block_on_close = False
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        found.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        running.append((server, thread))
        return found

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def host(serve: Callable[..., Host], network: Callable[[Host], Host]) -> Host:
    """A host called files.example at a public address, which leads to this machine in tests only."""
    return network(serve())


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Callable[[Host], Host]:
    """A resolver that answers as the test says, and wires from PUBLIC and 8.8.8.8 to the host.

    Resolver and wires are those of the operating system's calls: what is above is the real thing.
    """
    real_lookup, real_connect = socket.getaddrinfo, socket.socket.connect

    def lay(host: Host) -> Host:
        host.names["files.example"] = deque([[PUBLIC]])

        def getaddrinfo(name: str, port: int, *args: object, **more: object) -> object:
            answers = host.names.get(name)
            if answers is None:
                try:  # numbers only: no test asks a real resolver
                    return real_lookup(name, port, flags=socket.AI_NUMERICHOST, **more)  # type: ignore[arg-type]
                except socket.gaierror:
                    host.looked_up.append(name)
                    raise
            host.looked_up.append(name)
            found = answers.popleft() if len(answers) > 1 else answers[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (text, port)) for text in found]

        def connect(self: socket.socket, address: tuple[str, int]) -> None:
            host.connected.append(address[0])
            if address[0] not in (PUBLIC, "8.8.8.8", "127.0.0.1"):
                raise ConnectionRefusedError(111, "Connection refused")
            real_connect(self, ("127.0.0.1", *address[1:]))

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        monkeypatch.setattr(socket.socket, "connect", connect)
        monkeypatch.setattr(web, "PAUSES", (0.01, 0.01, 0.01))
        return host

    return lay


@pytest.fixture
def get(tmp_path: Path) -> Callable[..., Path]:
    """Fetch into a cache of the test's own."""

    def fetch(url: str, progress: Callable[..., None] = quiet) -> Path:
        return web.fetch(url, cache=tmp_path / "web", progress=progress)

    return fetch


Get = Callable[..., Path]


# What comes, and what it is called


def test_a_file_comes_whole_and_keeps_its_name(host: Host, get: Get, tmp_path: Path) -> None:
    host.pages["/sets/cats.zip"] = Page(BODY)
    seen: list[tuple[int, int, str, str]] = []
    path = get(host.url("/sets/cats.zip?key=1#top"), lambda *told: seen.append(told))
    assert path.read_bytes() == BODY
    assert path.name == "cats.zip"
    assert len(path.parent.name) == 64
    assert seen[-1] == (len(BODY), len(BODY), "bytes", "downloading cats.zip")
    assert [told[0] for told in seen] == sorted(told[0] for told in seen)
    (asked,) = host.asked
    assert asked["host"] == f"files.example:{host.port}"
    assert asked["accept-encoding"] == "identity"
    assert "range" not in asked


def test_a_source_finds_what_its_address_names(host: Host, places: Places) -> None:
    host.pages["/cats.zip"] = Page(BODY)
    spec = FolderSource(url=host.url("/cats.zip"))
    path = one_place("pictures", spec, places, quiet)
    assert path.read_bytes() == BODY
    assert path.is_relative_to(places.cache / "web")


def test_other_addresses_have_other_folders(host: Host, get: Get) -> None:
    host.pages["/a"] = Page(b"a")
    assert get(host.url("/a?1")).parent != get(host.url("/a?2")).parent
    assert get(host.url("/a?1#x")).parent == get(host.url("/a?1#y")).parent


@pytest.mark.parametrize(
    ("headers", "path", "name"),
    [
        ({"Content-Disposition": 'attachment; filename="cats.zip"'}, "/download", "cats.zip"),
        ({"Content-Disposition": "attachment; filename*=UTF-8''k%C3%A4se.csv"}, "/x", "käse.csv"),
        ({"Content-Disposition": 'attachment; filename="../../.bashrc.csv"'}, "/x", "bashrc.csv"),
        ({"Content-Disposition": 'attachment; filename="C:\\\\a\\\\b.npz"'}, "/x", "b.npz"),
        ({"Content-Disposition": "attachment"}, "/x.npy", "x.npy"),
        ({"Content-Disposition": 'attachment; filename="data"'}, "/x.npy", "x.npy"),
        ({"Content-Disposition": 'attachment; filename=""'}, "/", "download"),
        ({"Content-Type": "application/zip"}, "/archive/main", "main.zip"),
        ({"Content-Type": "text/csv; charset=utf-8"}, "/export", "export.csv"),
        ({"Content-Type": "application/octet-stream"}, "/t10k-images-idx3-ubyte", None),
        ({}, "/a%2F..%2F..%2Fb.csv", "b.csv"),
    ],
)
def test_names_come_from_the_host_and_stay_in_the_folder(
    host: Host, get: Get, tmp_path: Path, headers: dict[str, str | None], path: str, name: str
) -> None:
    host.pages[path] = Page(b"1", headers=headers)
    found = get(host.url(path))
    assert found.name == (name or path[1:])
    assert found.parent.parent == tmp_path / "web"


@given(st.text(max_size=300))
def test_any_text_makes_a_safe_name(text: str) -> None:
    name = naming.safe_name(text)
    assert not name.startswith(".")
    assert "/" not in name
    assert "\\" not in name
    assert name.isprintable()
    assert len(name.encode()) <= naming.NAME_BYTES
    assert naming.safe_name(name) == name
    if text.isascii() and text.isalnum():
        assert naming.safe_name(text + ".csv.gz").endswith(".csv.gz")


@given(st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=80))
def test_any_disposition_is_survived(text: str) -> None:
    answer = httpx.Response(
        200,
        headers={"content-disposition": text.encode("latin-1")},  # type: ignore[dict-item]
        request=httpx.Request("GET", "http://files.example/"),
    )
    name = naming.file_name(answer, answer.url)
    assert name == naming.safe_name(name) != ""


def test_a_file_without_a_length_comes_in_chunks(host: Host, get: Get) -> None:
    host.pages["/a.csv"] = Page(BODY, chunked=True)
    totals: list[int] = []
    path = get(host.url("/a.csv"), lambda done, total, *_: totals.append(total))
    assert path.read_bytes() == BODY
    assert set(totals) <= {0, len(BODY)}


@pytest.mark.parametrize("chunked", [True, False])
def test_an_empty_file_is_a_file(host: Host, get: Get, chunked: bool) -> None:
    host.pages["/a.csv"] = Page(b"", chunked=chunked)
    assert get(host.url("/a.csv")).read_bytes() == b""


# The cache


def test_the_host_is_asked_whether_the_file_is_still_the_same(host: Host, get: Get) -> None:
    host.pages["/a.csv"] = Page(b"first")
    first = get(host.url("/a.csv"))
    inode = first.stat().st_ino
    assert get(host.url("/a.csv")) == first
    assert first.stat().st_ino == inode
    assert host.asked[1]["if-none-match"] == '"1"'
    host.pages["/a.csv"] = Page(b"second", etag='"2"')
    assert get(host.url("/a.csv")).read_bytes() == b"second"


def test_a_new_name_takes_the_place_of_the_old_file(host: Host, get: Get) -> None:
    host.pages["/get"] = Page(b"1", headers={"Content-Disposition": "x; filename=a.csv"})
    old = get(host.url("/get"))
    host.pages["/get"] = Page(b"2", '"2"', headers={"Content-Disposition": "x; filename=b.csv"})
    new = get(host.url("/get"))
    assert (new.name, new.read_bytes(), old.exists()) == ("b.csv", b"2", False)
    assert sorted(path.name for path in new.parent.iterdir()) == [".facts.json", ".lock", "b.csv"]


def test_old_readers_keep_the_old_file(host: Host, get: Get) -> None:
    host.pages["/a.csv"] = Page(b"first")
    with get(host.url("/a.csv")).open("rb") as reader:
        host.pages["/a.csv"] = Page(b"second", etag='"2"')
        get(host.url("/a.csv"))
        assert reader.read() == b"first"


def test_a_host_that_gives_no_sign_is_asked_once_a_day(
    host: Host, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.pages["/a.csv"] = Page(b"first", etag=None)
    get(host.url("/a.csv"))
    host.pages["/a.csv"] = Page(b"second", etag=None)
    assert get(host.url("/a.csv")).read_bytes() == b"first"
    assert len(host.asked) == 1
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + web.FRESH_SECONDS + 1)
    assert get(host.url("/a.csv")).read_bytes() == b"second"


def test_a_date_is_a_sign_too(host: Host, get: Get) -> None:
    date = "Wed, 21 Oct 2015 07:28:00 GMT"
    host.pages["/a.csv"] = Page(b"first", etag=None, headers={"Last-Modified": date})
    get(host.url("/a.csv"))
    get(host.url("/a.csv"))
    assert host.asked[1]["if-modified-since"] == date


def test_a_host_out_of_reach_is_made_up_for_by_a_days_old_file(
    host: Host, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    host.pages["/a.csv"] = Page(b"first")
    get(host.url("/a.csv"))
    host.pages["/a.csv"].status = 503
    assert get(host.url("/a.csv")).read_bytes() == b"first"
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + web.FRESH_SECONDS + 1)
    with pytest.raises(StudioError, match="503"):
        get(host.url("/a.csv"))


@pytest.mark.parametrize("damage", ["file", "facts", "garbage"])
def test_a_damaged_cache_is_downloaded_again(host: Host, get: Get, damage: str) -> None:
    host.pages["/a.csv"] = Page(b"first")
    path = get(host.url("/a.csv"))
    facts = path.with_name(".facts.json")
    if damage == "file":
        path.write_bytes(b"other")
    elif damage == "facts":
        facts.unlink()
    else:
        facts.write_text('{"name": "a.csv", "other": 1}')
    assert get(host.url("/a.csv")).read_bytes() == b"first"
    assert "if-none-match" not in host.asked[1]


def test_what_nobody_asks_for_is_forgotten_after_a_week(host: Host, get: Get) -> None:
    host.pages |= {"/a.csv": Page(b"a"), "/b.csv": Page(b"b")}
    old, new = get(host.url("/a.csv")), get(host.url("/b.csv"))
    past = time.time() - web.FORGOTTEN_SECONDS - 60
    os.utime(old.parent, (past, past))
    get(host.url("/b.csv"))
    assert (old.parent.exists(), new.exists()) == (False, True)


def test_two_at_once_download_once(host: Host, get: Get) -> None:
    host.pages["/a.zip"] = Page(BODY, cuts=deque([100_000]), stall=0.3)
    with ThreadPoolExecutor(2) as pool:
        paths = list(pool.map(get, [host.url("/a.zip")] * 2))
    assert paths[0].read_bytes() == BODY
    assert [asked.get("if-none-match") for asked in host.asked] == [None, None, '"1"']


# Breaking off and going on


@pytest.mark.parametrize("cut", [0, 1, 4096, 299_999])
def test_a_cut_connection_is_resumed(host: Host, get: Get, cut: int) -> None:
    host.pages["/a.zip"] = Page(BODY, cuts=deque([cut]))
    assert get(host.url("/a.zip")).read_bytes() == BODY
    assert host.asked[1].get("range", "bytes=0-") == f"bytes={cut}-"


def test_many_cuts_are_survived_while_there_is_progress(host: Host, get: Get) -> None:
    host.pages["/a.zip"] = Page(BODY, cuts=deque([30_000] * 8))
    assert get(host.url("/a.zip")).read_bytes() == BODY


@pytest.mark.parametrize("etag", [None, 'W/"weak"'])
def test_without_a_strong_sign_a_download_begins_anew(
    host: Host, get: Get, etag: str | None
) -> None:
    host.pages["/a.zip"] = Page(BODY, etag=etag, cuts=deque([10_000]))
    assert get(host.url("/a.zip")).read_bytes() == BODY
    assert not any("range" in asked for asked in host.asked)


def stopper(after: int) -> Callable[..., None]:
    def cancel(done: int, *_: object) -> None:
        if done >= after:
            raise Cancelled("Stopped.", "You asked for it.", "Start again.")

    return cancel


def test_a_cancelled_download_is_resumed(host: Host, get: Get, tmp_path: Path) -> None:
    host.pages["/a.zip"] = Page(BODY, cuts=deque([200_000]), stall=60)
    with pytest.raises(Cancelled):
        get(host.url("/a.zip"), stopper(100_000))
    (part,) = tmp_path.rglob("*.part")
    size = part.stat().st_size
    assert 100_000 <= size <= 200_000
    assert get(host.url("/a.zip")).read_bytes() == BODY
    assert host.asked[1]["range"] == f"bytes={size}-"
    assert host.asked[1]["if-range"] == '"1"'
    assert not list(tmp_path.rglob("*.part"))


def test_cancel_is_heard_while_the_host_stalls(host: Host, get: Get) -> None:
    host.pages["/a.zip"] = Page(BODY, cuts=deque([10_000]), stall=60)
    begun = time.monotonic()

    def cancel(done: int, *_: object) -> None:
        if time.monotonic() - begun > 0.3:
            raise Cancelled("Stopped.", "You asked for it.", "Start again.")

    with pytest.raises(Cancelled):
        get(host.url("/a.zip"), cancel)
    assert time.monotonic() - begun < 50


@pytest.mark.parametrize("length", [250_000, 50_000])
def test_a_file_that_changed_meanwhile_begins_anew(host: Host, get: Get, length: int) -> None:
    host.pages["/a.zip"] = Page(BODY, cuts=deque([100_000]), stall=60)
    with pytest.raises(Cancelled):
        get(host.url("/a.zip"), stopper(100_000))
    newer = os.urandom(length)
    host.pages["/a.zip"] = Page(newer, etag='"2"')
    assert get(host.url("/a.zip")).read_bytes() == newer


@pytest.mark.parametrize(
    "lie",
    [{"Content-Range": "bytes 5-9/300000"}, {"ETag": '"2"'}, {"Content-Range": "bytes 100000-9/9"}],
)
def test_a_part_that_was_not_asked_for_is_not_glued_on(
    host: Host, get: Get, lie: dict[str, str | None]
) -> None:
    host.pages["/a.zip"] = Page(BODY, cuts=deque([100_000]), stall=60)
    with pytest.raises(Cancelled):
        get(host.url("/a.zip"), stopper(100_000))
    host.pages["/a.zip"].headers = lie
    assert get(host.url("/a.zip")).read_bytes() == BODY
    assert "range" in host.asked[1]
    assert "range" not in host.asked[2]


@pytest.mark.parametrize("excess", [-1, 1, 1000])
def test_a_part_of_another_length_is_noticed(host: Host, get: Get, excess: int) -> None:
    host.pages["/a.zip"] = Page(BODY, cuts=deque([100_000]), excess=excess)
    assert get(host.url("/a.zip")).read_bytes() == BODY
    assert host.asked[2].get("range") == (f"bytes={len(BODY) - 1}-" if excess < 0 else None)


def test_a_stalling_host_is_left_and_asked_again(
    host: Host, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web, "TIMEOUT", httpx.Timeout(2.0))
    host.pages["/a.zip"] = Page(BODY, cuts=deque([10_000]), stall=60)
    begun = time.monotonic()
    assert get(host.url("/a.zip")).read_bytes() == BODY
    assert time.monotonic() - begun < 50


def test_a_download_has_its_time(host: Host, get: Get, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "TOTAL_SECONDS", 0.2)
    host.pages["/a.zip"] = Page(BODY, cuts=deque([10_000] * 9), stall=60)
    with pytest.raises(StudioError, match="did not end"):
        get(host.url("/a.zip"))


def test_an_unreachable_host_is_explained(host: Host, get: Get) -> None:
    for name, reason in (("nowhere.example", "its name is not known"), ("1.1.1.1", "connection")):
        with pytest.raises(StudioError, match="4 times") as caught:
            get(f"http://{name}:{host.port}/a.zip?secret=1")
        assert reason in caught.value.why
        assert name in caught.value.what
        assert "secret" not in str(caught.value)


# Answers that are refused


@pytest.mark.parametrize(
    ("page", "kind", "words"),
    [
        (Page(status=404), NotFound, "nothing at"),
        (Page(status=403), Forbidden, "login"),
        (Page(status=500), StudioError, "status 500"),
        (Page(status=204), StudioError, "status 204"),
        (Page(b"x" * 10, status=206), StudioError, "which part"),
        (Page(b"<html>", headers={"Content-Type": "text/html; charset=utf-8"}), InvalidInput, "web page"),
        (Page(gzip.compress(b"0" * 10**6), headers={"Content-Encoding": "gzip"}), StudioError, "encoding"),
        (Page(b"x", headers={"Content-Length": None, "Connection": "close"}), StudioError, "file ends"),
        (Page(b"x" * 10, headers={"Content-Length": "11"}, etag=None), StudioError, "4 times"),
        (Page(b"x", headers={"Content-Length": "-1"}), StudioError, "4 times"),
        (Page(b"x", headers={"Content-Length": str(21 * 1024**3)}), TooLarge, "21,474,836,480 bytes"),
        (Page(b"x", headers={"Content-Length": "9" * 20}), TooLarge, "bytes"),
        (Page(status=302, headers={"Location": ""}), StudioError, "on and on"),
        (Page(status=302), StudioError, "status 302"),
    ],
)  # fmt: skip
def test_answers_that_cannot_be_used_are_refused(
    host: Host, get: Get, tmp_path: Path, page: Page, kind: type[StudioError], words: str
) -> None:
    page.cuts = deque(
        [len(page.body)] * 9
    )  # close the connection behind what was announced wrongly
    host.pages["/a.csv"] = page
    with pytest.raises(kind, match=words) as caught:
        get(host.url("/a.csv"))
    assert all(part.strip() for part in caught.value.as_dict().values())
    assert not [path.name for path in tmp_path.rglob("*") if path.name == "a.csv"]


def test_a_gz_that_is_called_encoded_stays_as_it_is(host: Host, get: Get) -> None:
    packed = gzip.compress(b"x" * 1000)
    host.pages["/a.csv.gz"] = Page(packed, headers={"Content-Encoding": "gzip"})
    assert get(host.url("/a.csv.gz")).read_bytes() == packed


def test_a_page_that_is_a_file_comes(host: Host, get: Get) -> None:
    headers = {"Content-Type": "text/html", "Content-Disposition": "attachment; filename=a.csv"}
    host.pages["/get.php"] = Page(b"text,label", headers=dict(headers))
    assert get(host.url("/get.php")).name == "a.csv"


@pytest.mark.parametrize("chunked", [True, False])
def test_the_byte_above_the_limit_ends_a_download(
    host: Host, get: Get, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunked: bool
) -> None:
    monkeypatch.setattr(web, "LIMIT_BYTES", len(BODY))
    host.pages |= {
        "/a.zip": Page(BODY, chunked=chunked),
        "/b.zip": Page(BODY + b"x", chunked=chunked),
    }
    assert get(host.url("/a.zip")).read_bytes() == BODY
    with pytest.raises(TooLarge, match="300,000"):
        get(host.url("/b.zip"))
    assert not list(tmp_path.rglob("*.part"))


def test_a_file_larger_than_the_disk_is_refused_before_it_comes(
    host: Host, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
    host.pages["/a.zip"] = Page(BODY)
    with pytest.raises(TooLarge, match="room for 1,000 bytes"):
        get(host.url("/a.zip"))


# Where connections may go


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "ftp://files.example/a", "gopher://files.example/", "data:,x", ""),
        *("files.example/a.zip", "//files.example/a.zip", "http://", "http:///a", "https://[::1", "http://a\nb/"),
        *("http://user:word@files.example/", "http://user@files.example/", "http://0177.0.0.1/", "\0"),
        *("http://files.example:22/", "http://files.example:25/", "http://files.example:0/"),
        *("http://files.example:1023/", "http://files.example:99999/", "http://①②⑦.⓪.⓪.①/"),
    ],
)  # fmt: skip
def test_addresses_that_are_none_are_refused_unasked(host: Host, get: Get, url: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        get(url)
    assert "user" not in str(caught.value)
    assert not host.looked_up
    assert not host.connected


PRIVATE = [
    *("127.0.0.1", "127.1", "2130706433", "0x7f000001", "017700000001", "0x7f.1", "0", "0.0.0.0"),
    *("10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.192"),
    *("224.0.0.1", "255.255.255.255", "240.1.2.3", "198.18.0.1", "192.88.99.1"),
    *("[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]"),
    *("[64:ff9b:1::1]", "[2002:7f00:1::]", "[2002:a9fe:a9fe::1]", "[fe80::1]", "[fc00::1]", "[fec0::1]"),
    *("[fd00:ec2::254]", "[ff02::1]", "[2001::1]", "[2001:db8::1]", "[3fff::1]", "[100::1]", "[5f00::1]"),
]  # fmt: skip


@pytest.mark.parametrize("literal", PRIVATE)
def test_private_addresses_are_refused_however_they_are_written(
    host: Host, get: Get, literal: str
) -> None:
    host.names["rebound.example"] = deque([[literal.strip("[]")]])
    host.pages["/on"] = Page(
        status=302, headers={"Location": f"http://{literal}:{host.port}/latest/meta-data"}
    )
    host.pages["/latest/meta-data"] = Page(b"secret")
    with pytest.raises(Forbidden, match="public internet"):
        get(f"http://{literal}:{host.port}/latest/meta-data")
    with pytest.raises(Forbidden, match="leads on to another address"):
        get(host.url("/on"))
    assert host.connected == [PUBLIC]
    assert len(host.asked) == 1


@pytest.mark.parametrize("answers", [["127.0.0.1"], [PUBLIC, "127.0.0.1"], ["::1", PUBLIC], []])
def test_a_name_with_one_private_address_is_refused(
    host: Host, get: Get, answers: list[str]
) -> None:
    host.names["mixed.example"] = deque([answers])
    with pytest.raises(Forbidden, match=r"mixed\.example"):
        get(host.url("/a.zip", "mixed.example"))
    assert not host.connected


def test_a_name_is_looked_up_once_and_the_checked_address_is_used(host: Host, get: Get) -> None:
    """DNS rebinding: the second answer, which a connection by name would get, is never asked for."""
    host.names["rebound.example"] = deque([[PUBLIC], ["127.0.0.1"]])
    host.pages["/a.zip"] = Page(BODY)
    assert get(host.url("/a.zip", "rebound.example")).read_bytes() == BODY
    assert host.looked_up == ["rebound.example"]
    assert host.connected == [PUBLIC]
    with pytest.raises(Forbidden):
        get(host.url("/b.zip", "rebound.example"))
    assert host.connected == [PUBLIC]


def test_a_retry_is_checked_like_the_first_try(host: Host, get: Get) -> None:
    host.names["rebound.example"] = deque([[PUBLIC], ["127.0.0.1"]])
    host.pages["/a.zip"] = Page(BODY, cuts=deque([10_000]))
    with pytest.raises(Forbidden):
        get(host.url("/a.zip", "rebound.example"))
    assert host.connected == [PUBLIC]


def test_the_next_address_is_tried_where_one_does_not_answer(host: Host, get: Get) -> None:
    host.names["many.example"] = deque([["1.1.1.1", PUBLIC]])
    host.pages["/a.zip"] = Page(BODY)
    assert get(host.url("/a.zip", "many.example")).read_bytes() == BODY
    assert host.connected == ["1.1.1.1", PUBLIC]


def test_redirects_are_followed_and_the_last_gives_the_name(host: Host, get: Get) -> None:
    host.names["cdn.example"] = deque([["8.8.8.8"]])
    host.pages |= {
        f"/{step}": Page(status=301 + step % 2, headers={"Location": f"/{step + 1}"})
        for step in range(4)
    }
    host.pages["/4"] = Page(
        status=307, headers={"Location": host.url("/b/cats.zip?sign=1", "cdn.example")}
    )
    host.pages["/b/cats.zip"] = Page(BODY)
    path = get(host.url("/0"))
    assert (path.name, path.read_bytes()) == ("cats.zip", BODY)
    assert host.connected == [PUBLIC] * 5 + ["8.8.8.8"]
    assert host.asked[-1]["host"] == f"cdn.example:{host.port}"
    host.pages["/-1"] = Page(status=302, headers={"Location": "/0"})
    with pytest.raises(StudioError, match="on and on"):
        get(host.url("/-1"))


@pytest.mark.parametrize(
    "location",
    [
        *("file:///etc/passwd", "ftp://files.example/", "http://files.example:22/", "http://[::1"),
        *("http://user:word@files.example/", "http://0177.0.0.1/", "javascript:1"),
    ],
)
def test_redirects_to_what_is_no_web_address_are_refused(
    host: Host, get: Get, location: str
) -> None:
    host.pages["/on"] = Page(status=302, headers={"Location": location})
    with pytest.raises(InvalidInput, match="leads on to another address"):
        get(host.url("/on"))
    assert len(host.asked) == 1


def test_proxies_of_the_environment_are_ignored(
    host: Host, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    host.pages["/a.zip"] = Page(BODY)
    assert get(host.url("/a.zip")).read_bytes() == BODY
    assert host.connected == [PUBLIC]


def test_trusted_hosts_may_be_private_but_no_metadata(
    host: Host, get: Get, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STUDIO_URL_HOSTS", " Mirror.intranet ,meta.intranet, [::1],bad host,")
    host.names |= {
        "mirror.intranet": deque([["127.0.0.1"]]),
        "meta.intranet": deque([["169.254.169.254"]]),
        "other.intranet": deque([["127.0.0.1"]]),
    }
    host.pages["/a.zip"] = Page(BODY)
    assert get(host.url("/a.zip", "MIRROR.intranet")).read_bytes() == BODY
    for name in ("meta.intranet", "other.intranet", "xmirror.intranet", "127.0.0.1"):
        host.names.setdefault("xmirror.intranet", deque([["10.0.0.1"]]))
        with pytest.raises(Forbidden):
            get(host.url("/a.zip", name))
    assert host.connected == ["127.0.0.1"]


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for files.example with its key, signed by itself."""
    if not shutil.which("openssl"):
        pytest.skip("NOT RUN over TLS: there is no openssl to make a certificate with")
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    line = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=x"
    line += f" -addext subjectAltName=DNS:files.example -keyout {path} -out {path}.crt"
    subprocess.run(line.split(), check=True, capture_output=True)
    path.write_text(path.read_text() + path.with_name("both.pem.crt").read_text())
    return path


def test_certificates_are_checked_against_the_name(
    serve: Callable[..., Host],
    network: Callable[[Host], Host],
    get: Get,
    certificate: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    host = network(serve(certificate))
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    host.names["other.example"] = deque([[PUBLIC]])
    host.pages["/a.zip"] = Page(BODY)
    host.pages["/down"] = Page(status=302, headers={"Location": host.url("/a.zip")})
    secure = f"https://files.example:{host.port}"
    assert get(f"{secure}/a.zip").read_bytes() == BODY
    with pytest.raises(InvalidInput, match="https does not go on over http"):
        get(f"{secure}/down")
    with pytest.raises(StudioError, match="certificate"):
        get(f"https://other.example:{host.port}/a.zip")
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(StudioError, match="certificate"):
        get(f"{secure}/b.zip")


# What must hold for every address

SPECIAL = [
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12"),
        *("192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15"),
        *("198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        *("::/8", "100::/64", "2001::/23", "2001:db8::/32", "3fff::/20", "5f00::/16", "fc00::/7"),
        *("fe80::/10", "fec0::/10", "ff00::/8"),
    )
]  # fmt: skip
WITHIN = st.sampled_from(SPECIAL).flatmap(lambda network: st.ip_addresses(network=str(network)))


@given(WITHIN)
def test_no_special_address_is_public(address: IPv4Address | IPv6Address) -> None:
    wrapped = isinstance(address, IPv6Address) and address.ipv4_mapped
    assert not addresses.is_public(wrapped or address)


@given(st.ip_addresses(v=4))
def test_wrapping_changes_nothing(address: IPv4Address) -> None:
    number = int(address)
    for wrapped in (
        (0xFFFF << 32) | number,  # mapped
        (0x64FF9B << 96) | number,  # NAT64
        (0x2002 << 112) | (number << 80) | 1,  # 6to4
    ):
        assert addresses.is_public(IPv6Address(wrapped)) == addresses.is_public(address)
    assert addresses.is_public(address) == (not any(address in network for network in SPECIAL))


@given(st.ip_addresses(v=6))
def test_only_allocated_addresses_are_public(address: IPv6Address) -> None:
    if addresses.is_public(address):
        assert address in ip_network("2000::/3") or address in ip_network("64:ff9b::/96") or (
            address.ipv4_mapped is not None
        )  # fmt: skip


@given(WITHIN.filter(lambda address: address.version == 4), st.data())
def test_spellings_of_private_numbers_are_refused(
    address: IPv4Address, data: st.DataObject
) -> None:
    """The system reads many spellings; what counts is where they lead."""
    spell = st.sampled_from([str, hex, lambda part: f"0{part:o}"])
    parts = list(address.packed)
    kept = data.draw(st.integers(0, 3))
    numbers = [*parts[:kept], int.from_bytes(bytes(parts[kept:]))]
    text = ".".join(data.draw(spell)(number) for number in numbers)
    try:
        url = addresses.check_url(f"http://{text}/")
        aside(addresses.resolve(url))
    except (InvalidInput, Forbidden, httpx.ConnectError):
        return
    raise AssertionError(text)


@given(st.text(max_size=60), st.sampled_from(["", "http://", "https://", "http://[", "http://a@"]))
def test_any_text_is_an_address_or_refused(text: str, front: str) -> None:
    try:
        url = addresses.check_url(front + text)
    except InvalidInput:
        return
    assert url.scheme in ("http", "https")
    assert url.host
    assert not url.userinfo
