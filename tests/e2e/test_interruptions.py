"""What people and machines do in the middle: close the page, kill the worker, cancel an import."""

from __future__ import annotations

import io
import os
import re
import signal
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from studio import processes
from tests.e2e.conftest import Studio, settle

pytestmark = pytest.mark.e2e


class SlowBucket(BaseHTTPRequestHandler):
    """A mirror of the Quick, Draw! bucket that sends a few kilobytes at a time, ranges included."""

    content = b""

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
            for place in range(start, end + 1, 16384):
                self.wfile.write(self.content[place : min(place + 16384, end + 1)])
                time.sleep(0.025)
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
    server = ThreadingHTTPServer(("127.0.0.1", 0), SlowBucket)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def environment(bucket: str) -> dict[str, str]:
    """What the studio of these tests is started with besides."""
    return {"STUDIO_QUICKDRAW_URL": bucket, "STUDIO_DATA_ROOTS": ""}


def start_download(page: Page) -> None:
    """Ask for two categories from the bucket."""
    page.goto(page.url)
    settle(page)
    categories = page.get_by_role("combobox", name="Categories")
    for category in ("apple", "hot dog"):
        categories.fill(category)
        page.get_by_role("option", name=category, exact=True).click()
        settle(page)
    page.keyboard.press("Escape")
    page.get_by_role("spinbutton", name="Drawings per class").fill("3000")
    page.get_by_role("spinbutton", name="Drawings per class").press("Tab")
    settle(page)
    page.get_by_role("textbox", name="Name of the dataset").fill("doodles")
    page.get_by_role("button", name="Import drawings").click()


@pytest.mark.long
def test_download_shows_progress_is_cancelled_and_resumed(
    strict_page: Page, studio: Studio
) -> None:
    page = strict_page
    page.goto(f"{studio.url}/datasets?add=quickdraw")
    start_download(page)
    bar = page.get_by_test_id("stProgress").filter(has_text="Importing doodles")
    expect(bar).to_contain_text(re.compile(r"[1-9][\d.,]* of [\d.,]+ MB"))
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("was cancelled. Nothing was kept.")).to_be_visible()
    assert studio.workspace().datasets() == []
    parts = [file.stat().st_size for file in (studio.home / "cache").rglob("*.part")]
    assert sum(parts) > 0, "what was downloaded stays in the cache"

    page.goto(f"{studio.url}/datasets?add=quickdraw")
    start_download(page)
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("6,000", timeout=90_000)
    assert studio.workspace().dataset("doodles").class_counts == (3000, 3000)


def test_worker_killed_in_the_middle_of_an_import(strict_page: Page, studio: Studio) -> None:
    page = strict_page
    page.goto(f"{studio.url}/datasets?add=quickdraw")
    start_download(page)
    expect(page.get_by_test_id("stProgress").filter(has_text="MB")).to_be_visible()
    worker = processes.worker_lock(studio.home).pid
    assert worker
    os.kill(worker, signal.SIGKILL)
    expect(page.get_by_test_id("stMetricValue").first).to_have_text("6,000", timeout=90_000)
    assert studio.workspace().dataset("doodles").version == 1
