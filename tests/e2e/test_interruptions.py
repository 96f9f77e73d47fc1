"""What people and machines do in the middle: close the page, kill the worker, cancel an import."""

from __future__ import annotations

import io
import os
import re
import signal
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from studio import processes
from tests.e2e.conftest import Studio, enter, more_runs, press, settle

pytestmark = pytest.mark.e2e


class SlowBucket(BaseHTTPRequestHandler):
    """A mirror of the Quick, Draw! bucket, with ranges: after a first part it hardly sends, until let go."""

    content = b""
    first = 500_000
    let_go = threading.Event()

    def do_GET(self) -> None:
        start, end = 0, len(self.content) - 1
        wanted = re.match(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted:
            start = int(wanted[1])
            end = min(end, int(wanted[2] or end))
        self.send_response(206 if wanted else 200)
        self.send_header("Content-Length", str(end - start + 1))
        self.send_header("Content-Range", f"bytes {start}-{end}/{len(self.content)}")
        self.send_header("ETag", '"one"')
        self.end_headers()
        try:
            while start <= end:
                size = 16384 if start < self.first or self.let_go.is_set() else 256
                self.wfile.write(self.content[start : min(start + size, end + 1)])
                start += size
                if size == 256:
                    self.let_go.wait(0.2)
        except OSError:
            return

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def bucket() -> Iterator[str]:
    """The address of a slow mirror with random drawings under every name."""
    content = io.BytesIO()
    np.save(content, np.random.default_rng(0).integers(0, 256, (4000, 784), np.uint8))
    SlowBucket.content = content.getvalue()
    SlowBucket.let_go.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowBucket)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    SlowBucket.let_go.set()
    server.shutdown()
    server.server_close()


@pytest.fixture
def environment(bucket: str) -> dict[str, str]:
    """What the studio of these tests is started with besides."""
    return {"STUDIO_QUICKDRAW_URL": bucket, "STUDIO_DATA_ROOTS": ""}


def start_download(page: Page, studio: Studio) -> None:
    """Ask for two categories from the bucket."""
    page.goto(page.url)
    settle(page)
    categories = page.get_by_role("combobox", name="Categories")
    for category in ("apple", "hot dog"):
        categories.fill(category)
        page.get_by_role("option", name=category, exact=True).click()
        settle(page)
    page.keyboard.press("Escape")
    enter(page.get_by_role("spinbutton", name="Drawings per class"), "3000")
    enter(page.get_by_role("textbox", name="Name of the dataset"), "doodles")
    workspace = studio.workspace()
    press(page, "Import drawings", more_runs(workspace))


@pytest.mark.long
def test_download_shows_progress_is_cancelled_and_resumed(
    strict_page: Page, studio: Studio
) -> None:
    page = strict_page
    page.goto(f"{studio.url}/datasets?add=quickdraw")
    start_download(page, studio)
    bar = page.get_by_test_id("stProgress").filter(has_text="Importing doodles")
    expect(bar).to_contain_text(re.compile(r"[1-9][\d.,]* of [\d.,]+ MB"))
    press(page, "Cancel", page.get_by_text("was cancelled. Nothing was kept."))
    assert studio.workspace().datasets() == []
    parts = [file.stat().st_size for file in (studio.home / "cache").rglob("*.part")]
    assert sum(parts) > 0, "what was downloaded stays in the cache"

    page.goto(f"{studio.url}/datasets?add=quickdraw")
    SlowBucket.let_go.set()
    start_download(page, studio)
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("6,000", timeout=240_000)
    assert studio.workspace().dataset("doodles").class_counts == (3000, 3000)


def test_worker_killed_in_the_middle_of_an_import(strict_page: Page, studio: Studio) -> None:
    page = strict_page
    page.goto(f"{studio.url}/datasets?add=quickdraw")
    start_download(page, studio)
    expect(page.get_by_test_id("stProgress").filter(has_text="MB")).to_be_visible()
    worker = processes.worker_lock(studio.home).pid
    assert worker
    os.kill(worker, signal.SIGKILL)
    SlowBucket.let_go.set()
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("6,000", timeout=240_000)
    assert studio.workspace().dataset("doodles").version == 1
